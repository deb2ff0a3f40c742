//! Flags of django-flags: what `FLAGS` of a module of settings gives, by their conditions.
//!
//! Conditions that the database adds are not seen. A flag is on where one of its conditions holds, and all that are required.

use crate::facts::Entry;
use crate::facts::code::{Expr, ItemKind};
use crate::link::declared::entry_at;
use crate::link::unit::Unit;
use crate::link::written_flags::flag;
use crate::model::Serves;
use crate::text::TextRange;

/// The setting.
const NAME: &str = "FLAGS";

/// What one condition comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Always,
    Never,
    /// For some who ask.
    Some,
    /// From a day on, or until one.
    ByDay,
    /// Nobody can tell from the text.
    Unknown,
}

/// The flags of a module, in the order of the text.
pub(super) fn entries(unit: &Unit<'_>, text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let own = unit.facts.items.iter().filter(|item| item.name == NAME);
    for item in own {
        let ItemKind::Value(Expr::Map(pairs)) = &item.kind else { continue };
        for (key, conditions) in pairs {
            let Expr::Text(key) = key else { continue };
            let range = entry_at(text, item.range, key).unwrap_or(item.range);
            found.push(flag(key, range, serves(conditions)));
        }
    }
    // `FLAGS["NEW_TILL"] = […]`: what it gives is not followed.
    let stored_keys = unit.facts.stores.iter().filter(|(path, _)| path.last() == NAME);
    for (_, key) in stored_keys {
        found.extend(stored(text, key).map(|range| flag(key, range, Serves::Unknown)));
    }
    found.sort_by_key(|entry| entry.key_range);
    found
}

fn stored(text: &str, key: &str) -> Option<TextRange> {
    ['"', '\''].iter().find_map(|mark| {
        let written = format!("{NAME}[{mark}{key}{mark}]");
        let start = text.find(&written)? + NAME.len() + 1;
        Some(TextRange::new(start, start + key.len() + 2))
    })
}

fn serves(conditions: &Expr) -> Serves {
    let Expr::List(conditions) = conditions else { return Serves::Unknown };
    let all: Vec<(Holds, bool)> = conditions.iter().map(condition).collect();
    let of = |required: bool| all.iter().filter(move |one| one.1 == required).map(|one| one.0);
    // One of those that are not required is enough, where there are any.
    let any = match of(false).max_by_key(|one| rank(*one)) {
        Some(best) => best,
        None if all.is_empty() => Holds::Never,
        None => Holds::Always,
    };
    let whole = of(true).chain([any]).min_by_key(|one| rank(*one)).unwrap_or(Holds::Never);
    match whole {
        Holds::Always => Serves::One("true".to_owned()),
        // A list without conditions is for the database to fill.
        Holds::Never if all.is_empty() => Serves::Unknown,
        Holds::Never => Serves::One("false".to_owned()),
        Holds::Some => Serves::Targeted,
        Holds::ByDay | Holds::Unknown => Serves::Unknown,
    }
}

/// How much of those who ask a condition lets through.
fn rank(holds: Holds) -> u8 {
    match holds {
        Holds::Never => 0,
        Holds::Some => 1,
        Holds::ByDay => 2,
        Holds::Unknown => 3,
        Holds::Always => 4,
    }
}

/// `{"condition": "boolean", "value": True}`, `("boolean", True)`, and whether it is required.
fn condition(one: &Expr) -> (Holds, bool) {
    let (name, value, required) = match one {
        Expr::Map(pairs) => {
            let get = |name: &str| {
                let is_it = |key: &Expr| matches!(key, Expr::Text(key) if key == name);
                pairs.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
            };
            (get("condition"), get("value"), get("required"))
        }
        Expr::List(parts) => (parts.first(), parts.get(1), parts.get(2)),
        _ => (None, None, None),
    };
    let required = matches!(required, Some(Expr::Bool(true)));
    let Some(Expr::Text(name)) = name else { return (Holds::Unknown, required) };
    let holds = match &**name {
        "boolean" => value.map_or(Holds::Unknown, truth),
        "after date" | "before date" | "date" => Holds::ByDay,
        _ => Holds::Some,
    };
    (holds, required)
}

fn truth(value: &Expr) -> Holds {
    let on = match value {
        Expr::Bool(on) => Some(*on),
        Expr::Text(text) => match &*text.trim().to_ascii_lowercase() {
            "y" | "yes" | "t" | "true" | "on" | "1" => Some(true),
            "n" | "no" | "f" | "false" | "off" | "0" => Some(false),
            _ => None,
        },
        Expr::Number(text) => Some(!text.trim_matches(['0', '.']).is_empty()),
        _ => None,
    };
    match on {
        Some(true) => Holds::Always,
        Some(false) => Holds::Never,
        None => Holds::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::serves;
    use crate::facts::code::Expr;
    use crate::model::Serves;

    fn condition(name: &str, value: Expr, required: bool) -> Expr {
        Expr::List(vec![Expr::Text(name.to_owned()), value, Expr::Bool(required)])
    }

    #[test]
    fn one_condition_is_enough_and_all_that_are_required_must_hold() {
        let on = || condition("boolean", Expr::Bool(true), false);
        let off = || condition("boolean", Expr::Text("no".to_owned()), false);
        let path = |required| condition("path matches", Expr::Text("^/pies".to_owned()), required);
        let day = || condition("before date", Expr::Text("2024-06-01T12:00Z".to_owned()), false);
        let one = |on: bool| Serves::One(on.to_string());
        for (conditions, wanted) in [
            (vec![on()], one(true)),
            (vec![off()], one(false)),
            (vec![off(), on()], one(true)),
            (vec![path(false)], Serves::Targeted),
            (vec![on(), path(true)], Serves::Targeted),
            (vec![on(), path(false)], one(true)),
            (vec![off(), path(true)], one(false)),
            (vec![day()], Serves::Unknown),
            (Vec::new(), Serves::Unknown),
        ] {
            assert_eq!(serves(&Expr::List(conditions)), wanted);
        }
    }
}
