//! What `--set` gives: names with points and places in lists, values whose kind their text decides.
//!
//! As Helm reads it. Arguments of a shell are split elsewhere.

use super::super::gotmpl::{Data, Value};
use super::coalesce::layered;

/// A place in a list beyond that is a mistake.
const MAX_PLACE: usize = 1_000;

/// One step of a name.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Place(usize),
}

/// The steps of a name: `a.b[0].c`, `notes.example\.com/x`; `None` where it is none.
fn steps(name: &str) -> Option<Vec<Step>> {
    let (mut all, mut key) = (Vec::new(), String::new());
    let mut signs = name.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => key.extend(signs.next()),
            '.' | '[' => {
                if !key.is_empty() {
                    all.push(Step::Key(std::mem::take(&mut key)));
                }
                if sign == '[' {
                    let digits: String = signs.by_ref().take_while(|sign| *sign != ']').collect();
                    all.push(Step::Place(digits.parse().ok().filter(|at| *at < MAX_PLACE)?));
                }
            }
            _ => key.push(sign),
        }
    }
    if !key.is_empty() {
        all.push(Step::Key(key));
    }
    matches!(all.first(), Some(Step::Key(_))).then_some(all)
}

/// `value` under `name`, to be laid on `under`, the values that were given before.
pub(super) fn named(under: &Value, name: &str, value: Value) -> Option<Value> {
    Some(placed(Some(under), &steps(name)?, value))
}

fn placed(under: Option<&Value>, steps: &[Step], value: Value) -> Value {
    match steps.split_first() {
        None => value,
        Some((Step::Key(key), rest)) => {
            let old = under.and_then(|under| under.get(key));
            Value::map([(key.as_str(), placed(old.as_ref(), rest, value))])
        }
        Some((Step::Place(at), rest)) => {
            let mut items = under.and_then(Value::items).unwrap_or_default();
            if items.len() <= *at {
                items.resize_with(at + 1, Value::null);
            }
            let new = placed(Some(&items[*at]), rest, value);
            items[*at] = layered(&items[*at], &new);
            Value::list(items)
        }
    }
}

/// A value that is written as a text: `true` is a truth value, `3` a number, `{a,b}` a list.
pub(super) fn typed(value: Value) -> Value {
    let Some(text) = value.as_str() else { return value };
    let text = text.to_owned();
    let data = if let Some(inside) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'))
    {
        let parts = inside.split(',').filter(|part| !part.is_empty());
        return Value {
            mark: value.mark,
            ..Value::list(parts.map(|part| typed(Value::str(part))).collect())
        };
    } else if text.eq_ignore_ascii_case("true") {
        Data::Bool(true)
    } else if text.eq_ignore_ascii_case("false") {
        Data::Bool(false)
    } else if text.eq_ignore_ascii_case("null") {
        Data::Null
    } else if text == "0" || !text.starts_with('0') && !text.starts_with('+') {
        text.parse().map_or(value.data, Data::Int)
    } else {
        return value;
    };
    Value { data, mark: value.mark }
}

/// The assignments of one `--set`: `a=1,b={x,y},c=d\,e`. Values keep their braces.
pub(super) fn assignments(text: &str) -> Vec<(String, String)> {
    let (mut parts, mut part, mut is_list) = (Vec::new(), String::new(), false);
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            // Of a name, the sign before a point or bracket says something to whoever reads the name.
            '\\' if !part.contains('=') => {
                part.push('\\');
                part.extend(signs.next());
            }
            '\\' => part.extend(signs.next()),
            ',' if !is_list => parts.push(std::mem::take(&mut part)),
            _ => {
                is_list = (is_list || sign == '{' && part.ends_with('=')) && sign != '}';
                part.push(sign);
            }
        }
    }
    parts.push(part);
    let pair = |part: &String| {
        part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    parts.iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::{assignments, named, typed};
    use crate::assemble::gotmpl::{Place, Value, read};
    use crate::assemble::helm::coalesce::layered;

    fn values(text: &str) -> Value {
        read(Place { text, file: None, source: None }).expect("is YAML")
    }

    /// What `--set` makes of the values before it.
    fn set(under: &str, text: &str) -> String {
        let mut all = values(under);
        for (name, value) in assignments(text) {
            let given = named(&all, &name, typed(Value::str(value))).expect("is a name");
            all = layered(&all, &given);
        }
        all.shown()
    }

    #[test]
    fn the_text_decides_the_kind() {
        let kinds = "a=true,b=False,c=null,d=12,e=012,f=0,g=-3,h=1.5,i={x,2},j=x\\,y,k=";
        assert_eq!(
            set("{}", kinds),
            "map[a:true b:false c:<nil> d:12 e:012 f:0 g:-3 h:1.5 i:[x 2] j:x,y k:]"
        );
        let off = named(&values("{}"), "debug", typed(Value::str("false"))).expect("is a name");
        assert!(!off.get("debug").expect("is there").is_true());
    }

    #[test]
    fn names_lead_into_maps_and_lists() {
        let under = "env: [{name: A, value: x}, {name: B, value: y}]\nnotes: {}\n";
        assert_eq!(
            set(under, "env[1].value=z,notes.oven\\.example/heat=1,new[1]=b"),
            "map[env:[map[name:A value:x] map[name:B value:z]] new:[<nil> b] notes:map[oven.example/heat:1]]"
        );
        assert!(named(&values("{}"), "[0]", Value::null()).is_none());
        assert!(named(&values("{}"), "a[999999999999]", Value::null()).is_none());
    }
}
