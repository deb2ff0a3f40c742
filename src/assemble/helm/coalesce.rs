//! How values lie on each other: those of a chart under those of its parent, under those of an environment.
//!
//! Maps are joined, lists and scalars replaced, `null` takes a key away. What gives way is kept with what wins.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::gotmpl::{Data, Slot, Value};
use super::instance::Instance;

/// Maps deeper in maps than any values.
const MAX_DEPTH: usize = 64;

type Slots = BTreeMap<Rc<str>, Slot>;

fn slots(value: &Value) -> Slots {
    value.as_map().map(|map| map.borrow().clone()).unwrap_or_default()
}

fn made(slots: Slots, like: &Value) -> Value {
    Value { mark: like.mark.clone(), ..Value::slots(slots) }
}

/// `over` laid on `under`, as files of values are laid on each other: `null` stays.
pub(super) fn layered(under: &Value, over: &Value) -> Value {
    joined(under, over, false, MAX_DEPTH)
}

/// `over` laid on the defaults `under`: `null` takes away.
pub(super) fn on_defaults(under: &Value, over: &Value) -> Value {
    joined(under, over, true, MAX_DEPTH)
}

fn joined(under: &Value, over: &Value, takes_away: bool, depth: usize) -> Value {
    let (Some(below), Some(_), Some(_)) = (depth.checked_sub(1), under.as_map(), over.as_map())
    else {
        return over.clone();
    };
    let mut all = slots(under);
    for (key, slot) in slots(over) {
        let Some(old) = all.get(&key) else {
            all.insert(key, slot);
            continue;
        };
        if takes_away && slot.value.is_null() {
            all.remove(&key);
            continue;
        }
        let value = match (old.value.as_map(), slot.value.as_map()) {
            (Some(_), Some(_)) => joined(&old.value, &slot.value, takes_away, below),
            _ => slot.value.over(&old.value),
        };
        // An empty key that stands for all of a map says less than the one that it gives way to.
        all.insert(key, Slot { value, key: slot.key });
    }
    made(all, over)
}

/// The values of a chart and of those that it is made of: `given` laid on their own.
pub(super) fn coalesced(chart: &Instance<'_>, given: &Value) -> Value {
    laid(chart, given, Some(given), false)
}

/// `asked` is what those who install say of the chart. Helm 4 keeps what is nothing in a chart that another lists, where
/// they say something of it.
fn laid(chart: &Instance<'_>, given: &Value, asked: Option<&Value>, keeps: bool) -> Value {
    let values = on_defaults(&defaults(chart, keeps), given);
    let mut all = slots(&values);
    for (child, need) in chart.children.iter().zip(&chart.needs) {
        let old = all.get(child.name.as_str()).cloned();
        let (key, own) = match old {
            Some(slot) if slot.value.as_map().is_some() => (slot.key, slot.value),
            // Values that are no map are none for a chart: Helm stops there.
            Some(slot) => (slot.key, Value::map::<&str>([])),
            None => (None, Value::map::<&str>([])),
        };
        let own = with_globals(&own, all.get("global").map(|slot| &slot.value));
        let asked = asked.and_then(|asked| asked.get(&child.name));
        let keeps = need.is_some() && asked.as_ref().is_some_and(|asked| asked.as_map().is_some());
        let value = laid(child, &own, asked.as_ref(), keeps);
        share_globals(&mut all, &value);
        all.insert(child.name.as_str().into(), Slot { key, value });
    }
    let shared = made(all.clone(), &values);
    for child in &chart.children {
        let Some(slot) = all.get_mut(child.name.as_str()) else { continue };
        let mut own = slots(&slot.value);
        share_globals(&mut own, &shared);
        slot.value = made(own, &slot.value);
    }
    made(all, &values)
}

/// A chart's own values: nothing is no default, unless it takes a value away from a chart inside.
fn defaults(chart: &Instance<'_>, keeps: bool) -> Value {
    let mut all = slots(&chart.values);
    let is_child = |key: &str| chart.children.iter().any(|child| child.name == key);
    all.retain(|key, slot| is_child(key) || !slot.value.is_null());
    for (_, slot) in all.iter_mut().filter(|(key, _)| !keeps && !is_child(key)) {
        slot.value = without_nulls(&slot.value, MAX_DEPTH);
    }
    made(all, &chart.values)
}

/// A map without the keys that have nothing.
fn without_nulls(value: &Value, depth: usize) -> Value {
    let (Some(below), Some(_)) = (depth.checked_sub(1), value.as_map()) else {
        return value.clone();
    };
    let mut all = slots(value);
    all.retain(|_, slot| !slot.value.is_null());
    for slot in all.values_mut() {
        slot.value = without_nulls(&slot.value, below);
    }
    made(all, value)
}

/// The values of a child with the globals of its parent, which win over its own.
fn with_globals(own: &Value, global: Option<&Value>) -> Value {
    let none = Value::map::<&str>([]);
    let mut all = slots(own);
    let old = all.get("global").cloned();
    let mine = old.as_ref().map_or(&none, |slot| &slot.value);
    let global = global.filter(|value| value.as_map().is_some()).unwrap_or(&none);
    let value = joined(mine, global, false, MAX_DEPTH);
    let key = old.and_then(|slot| slot.key);
    all.insert("global".into(), Slot { key, value });
    made(all, own)
}

/// Helm hands the maps below a map of globals to a child as they are, and not as copies: what the child adds to them by its
/// own defaults its parent has from then on, and so have the children after it.
fn share_globals(all: &mut Slots, other: &Value) {
    let (Some(slot), Some(theirs)) = (all.get_mut("global"), other.get("global")) else { return };
    if slot.value.as_map().is_none() {
        return;
    }
    let mut own = slots(&slot.value);
    for (key, part) in own.iter_mut().filter(|(_, part)| part.value.as_map().is_some()) {
        let Some(theirs) = theirs.get(key) else { continue };
        let mut below = slots(&part.value);
        for (key, inner) in &mut below {
            if let Some(theirs) = theirs.get(key).filter(|_| inner.value.as_map().is_some()) {
                inner.value = filled(&inner.value, &theirs, MAX_DEPTH);
            }
        }
        part.value = made(below, &part.value);
    }
    slot.value = made(own, &slot.value);
}

/// A map with what another has beside it.
fn filled(own: &Value, theirs: &Value, depth: usize) -> Value {
    let (Some(below), Some(_), Some(_)) = (depth.checked_sub(1), own.as_map(), theirs.as_map())
    else {
        return own.clone();
    };
    let mut all = slots(own);
    for (key, slot) in slots(theirs) {
        match all.get_mut(&key) {
            Some(old) => old.value = filled(&old.value, &slot.value, below),
            None => drop(all.insert(key, slot)),
        }
    }
    made(all, own)
}

/// The value under a path with points.
pub(super) fn at(values: &Value, path: &str) -> Option<Value> {
    values.at(&path.split('.').collect::<Vec<_>>())
}

/// A truth value under a path with points.
pub(super) fn truth(values: &Value, path: &str) -> Option<bool> {
    match at(values, path)?.data {
        Data::Bool(value) => Some(value),
        _ => None,
    }
}

/// `value` under a path with points; itself where the path is empty.
pub(super) fn nested(path: &str, value: Value) -> Value {
    let parts = path.split('.').filter(|part| !part.is_empty()).rev();
    parts.take(MAX_DEPTH).fold(value, |value, part| Value::map([(part, value)]))
}

#[cfg(test)]
mod tests {
    use super::super::super::gotmpl::{Place, Value, read};
    use super::{layered, on_defaults};
    use crate::text::FileId;

    fn values(text: &str, file: u32) -> Value {
        read(Place { text, file: Some(FileId(file)), source: None }).expect("is YAML")
    }

    #[test]
    fn maps_are_joined_and_the_rest_is_replaced() {
        let under = values("a: {b: 1, c: [1, 2], d: x}\ne: 1\n", 0);
        let over = values("a: {c: [3], d: null, f: z}\n", 1);
        assert_eq!(on_defaults(&under, &over).shown(), "map[a:map[b:1 c:[3] f:z] e:1]");
        assert_eq!(layered(&under, &over).shown(), "map[a:map[b:1 c:[3] d:<nil> f:z] e:1]");
    }

    #[test]
    fn what_gives_way_is_kept() {
        let [base, common, prod] =
            [("a: one", 0), ("a: two", 1), ("a: three", 2)].map(|(text, file)| values(text, file));
        let all = on_defaults(&base, &layered(&common, &prod));
        let mark = all.get("a").and_then(|value| value.mark).expect("has a place");
        let lost: Vec<u32> =
            mark.lost.iter().flat_map(|lost| lost.iter()).map(|span| span.file.0).collect();
        assert_eq!((mark.place.file.0, lost), (2, vec![1, 0]));
    }
}
