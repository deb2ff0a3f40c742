//! Functions on maps. As in Go, a map that is changed is changed for all who hold it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Row, argument, strings, word};
use crate::assemble::gotmpl::text::Text;
use crate::assemble::gotmpl::value::{MAX_DEPTH, Map, Slot, Value};

pub(super) static ROWS: &[Row] = &[
    ("deepCopy", |all| Ok(argument(all, 0)?.deep_copy())),
    ("dict", |all| Ok(dict(all))),
    ("dig", dig),
    ("get", get),
    ("getOrNil", |all| Ok(under(all)?.unwrap_or_else(Value::null))),
    ("hasKey", |all| Ok(Value::bool(map(all, 0)?.borrow().contains_key(word(all, 1)?.as_str())))),
    ("keys", keys),
    ("merge", |all| merged(all, false)),
    ("mergeOverwrite", |all| merged(all, true)),
    ("mustDeepCopy", |all| Ok(argument(all, 0)?.deep_copy())),
    ("mustMerge", |all| merged(all, false)),
    ("mustMergeOverwrite", |all| merged(all, true)),
    ("omit", |all| some(all, false)),
    ("pick", |all| some(all, true)),
    ("pluck", pluck),
    ("set", set),
    ("unset", |all| {
        map(all, 0)?.borrow_mut().remove(word(all, 1)?.as_str());
        Ok(argument(all, 0)?.clone())
    }),
    ("values", |all| {
        let value = argument(all, 0)?;
        map(all, 0)?;
        let keys = value.keys().unwrap_or_default();
        Ok(Value::list(keys.iter().filter_map(|key| value.get(key.as_str())).collect()))
    }),
];

/// `get $dict "name"` of Sprig, and `get "path.to" "default" $values` of helmfile.
fn get(all: &[Value]) -> Result<Value, String> {
    let value = argument(all, 0)?;
    if value.as_str().is_none() {
        map(all, 0)?;
        return Ok(value.get(&word(all, 1)?).unwrap_or_else(|| Value::str("")));
    }
    match (under(all)?, all.len()) {
        (Some(found), _) => Ok(found),
        (None, 3..) => Ok(argument(all, 1)?.clone()),
        (None, _) => Err(format!("there is no `{}`", word(all, 0)?)),
    }
}

/// What stands under a path with points in the last argument.
fn under(all: &[Value]) -> Result<Option<Value>, String> {
    let path = word(all, 0)?;
    let last = all.last().ok_or("needs values")?;
    Ok(last.at(&path.split('.').collect::<Vec<_>>()))
}

fn map(all: &[Value], at: usize) -> Result<Map, String> {
    let value = held(all, at)?;
    value.as_map().cloned().ok_or_else(|| format!("needs a map and gets a {}", value.kind()))
}

/// An argument that is to be a map. Nothing in parentheses is an empty one to Go; without them it fails, and nobody deploys that.
fn held(all: &[Value], at: usize) -> Result<Value, String> {
    let value = argument(all, at)?;
    Ok(if value.is_null() { Value::map::<&str>([]) } else { value.clone() })
}

fn slot(key: &Text, value: Value) -> (Rc<str>, Slot) {
    (key.as_str().into(), Slot { key: key.mark_as_written().map(Rc::new), value })
}

fn dict(all: &[Value]) -> Value {
    let mut slots = BTreeMap::new();
    for pair in all.chunks(2) {
        let key = pair.first().map(Value::printed).unwrap_or_default();
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::str(""));
        let (key, slot) = slot(&key, value);
        slots.insert(key, slot);
    }
    Value::slots(slots)
}

fn set(all: &[Value]) -> Result<Value, String> {
    let (key, slot) = slot(&argument(all, 1)?.printed(), argument(all, 2)?.clone());
    map(all, 0)?.borrow_mut().insert(key, slot);
    Ok(argument(all, 0)?.clone())
}

fn keys(all: &[Value]) -> Result<Value, String> {
    let mut found = Vec::new();
    for (at, value) in all.iter().enumerate() {
        map(all, at)?;
        found.extend(value.keys().unwrap_or_default().into_iter().map(Value::text));
    }
    Ok(Value::list(found))
}

fn pluck(all: &[Value]) -> Result<Value, String> {
    let key = word(all, 0)?;
    Ok(Value::list(all.iter().skip(1).filter_map(|value| value.get(&key)).collect()))
}

/// The entries that are named, or all others.
fn some(all: &[Value], picks: bool) -> Result<Value, String> {
    let names: Vec<String> = all
        .iter()
        .skip(1)
        .flat_map(|value| strings::texts(value).into_iter().map(|text| text.as_str().to_owned()))
        .collect();
    let kept = map(all, 0)?;
    let kept = kept.borrow();
    let kept = kept.iter().filter(|(key, _)| names.iter().any(|name| ***key == **name) == picks);
    let slots = kept.map(|(key, slot)| (key.clone(), slot.clone())).collect();
    Ok(Value { mark: argument(all, 0)?.mark.clone(), ..Value::slots(slots) })
}

/// `dig "a" "b" default map`.
fn dig(all: &[Value]) -> Result<Value, String> {
    let count = all.len().checked_sub(2).ok_or("needs keys, a default and a map")?;
    let mut value = argument(all, count + 1)?.clone();
    for at in 0..count {
        match value.get(&word(all, at)?) {
            Some(found) => value = found,
            None => return Ok(argument(all, count)?.clone()),
        }
    }
    Ok(value)
}

fn merged(all: &[Value], overwrites: bool) -> Result<Value, String> {
    let value = held(all, 0)?;
    map(std::slice::from_ref(&value), 0)?;
    let Some(target) = value.as_map() else { return Ok(value) };
    for at in 1..all.len() {
        let source = map(all, at)?;
        if !Rc::ptr_eq(target, &source) {
            merge(target, &source, overwrites, MAX_DEPTH);
        }
    }
    Ok(value)
}

/// Fills `target` with what `source` has: what is missing or empty, or all of it.
fn merge(target: &Map, source: &Map, overwrites: bool, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    let theirs: Vec<(Rc<str>, Slot)> =
        source.borrow().iter().map(|(key, slot)| (key.clone(), slot.clone())).collect();
    for (key, slot) in theirs {
        let own = target.borrow().get(&key).map(|slot| slot.value.clone());
        let Some(own) = own else {
            let value =
                if slot.value.as_map().is_some() { slot.value.deep_copy() } else { slot.value };
            target.borrow_mut().insert(key, Slot { value, ..slot });
            continue;
        };
        match (own.as_map(), slot.value.as_map()) {
            (Some(one), Some(two)) if !one.borrow().is_empty() => {
                if !Rc::ptr_eq(one, two) {
                    merge(one, two, overwrites, below);
                }
            }
            _ => {
                let keeps = own.is_true()
                    && (!overwrites || (own.items().is_some() && !slot.value.is_true()));
                if !keeps && (overwrites || !slot.value.is_null()) {
                    let value = slot.value.over(&own);
                    target.borrow_mut().insert(key, Slot { value, ..slot });
                }
            }
        }
    }
}
