//! Functions on lists, and those that count and pick in lists, maps and texts.

use super::{Row, argument, int, list, size, strings, text};
use crate::assemble::gotmpl::calls;
use crate::assemble::gotmpl::text::Text;
use crate::assemble::gotmpl::value::{Data, Object, Value};

pub(super) static ROWS: &[Row] = &[
    ("append", |all| with(all, true)),
    ("chunk", chunk),
    ("compact", |all| Ok(Value::list(list(all, 0)?.into_iter().filter(Value::is_true).collect()))),
    ("concat", concat),
    ("first", |all| Ok(list(all, 0)?.into_iter().next().unwrap_or_else(Value::null))),
    ("has", has),
    ("index", index),
    ("initial", |all| Ok(Value::list(without_last(list(all, 0)?)))),
    ("last", |all| Ok(list(all, 0)?.pop().unwrap_or_else(Value::null))),
    ("len", len),
    ("list", |all| Ok(Value::list(all.to_vec()))),
    ("mustAppend", |all| with(all, true)),
    ("mustFirst", |all| Ok(list(all, 0)?.into_iter().next().unwrap_or_else(Value::null))),
    ("mustHas", has),
    ("mustLast", |all| Ok(list(all, 0)?.pop().unwrap_or_else(Value::null))),
    ("mustUniq", uniq),
    ("mustWithout", without),
    ("prepend", |all| with(all, false)),
    ("push", |all| with(all, true)),
    ("rest", |all| Ok(Value::list(list(all, 0)?.into_iter().skip(1).collect()))),
    ("reverse", |all| Ok(Value::list(list(all, 0)?.into_iter().rev().collect()))),
    ("seq", seq),
    ("slice", slice),
    ("sortAlpha", sort_alpha),
    ("tuple", |all| Ok(Value::list(all.to_vec()))),
    ("uniq", uniq),
    ("until", |all| Ok(numbers(0, int(all, 0)?, 1))),
    ("untilStep", |all| Ok(numbers(int(all, 0)?, int(all, 1)?, int(all, 2)?))),
    ("without", without),
];

fn without_last(mut items: Vec<Value>) -> Vec<Value> {
    items.pop();
    items
}

fn with(all: &[Value], at_end: bool) -> Result<Value, String> {
    let mut items = list(all, 0)?;
    let value = argument(all, 1)?.clone();
    if at_end {
        items.push(value);
    } else {
        items.insert(0, value);
    }
    Ok(Value::list(items))
}

fn concat(all: &[Value]) -> Result<Value, String> {
    let lists: Result<Vec<_>, _> = (0..all.len()).map(|at| list(all, at)).collect();
    Ok(Value::list(lists?.concat()))
}

fn chunk(all: &[Value]) -> Result<Value, String> {
    let width = size(all, 0)?.max(1);
    Ok(Value::list(list(all, 1)?.chunks(width).map(|part| Value::list(part.to_vec())).collect()))
}

fn has(all: &[Value]) -> Result<Value, String> {
    let wanted = argument(all, 0)?;
    if let Data::Object(object @ Object::Versions) = &argument(all, 1)?.data {
        return calls::method(object, "Has", std::slice::from_ref(wanted));
    }
    Ok(Value::bool(list(all, 1)?.iter().any(|item| item.equals(wanted))))
}

fn uniq(all: &[Value]) -> Result<Value, String> {
    let items = list(all, 0)?;
    let mut kept: Vec<Value> = Vec::new();
    for item in items.into_iter().take(10_000) {
        if !kept.iter().any(|known| known.equals(&item)) {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn without(all: &[Value]) -> Result<Value, String> {
    let out = all.get(1..).unwrap_or_default();
    let keeps = |item: &Value| !out.iter().any(|other| other.equals(item));
    Ok(Value::list(list(all, 0)?.into_iter().filter(keeps).collect()))
}

fn sort_alpha(all: &[Value]) -> Result<Value, String> {
    let mut texts = strings::texts(argument(all, 0)?);
    texts.sort_by(|one, two| one.as_str().cmp(two.as_str()));
    Ok(Value::list(texts.into_iter().map(Value::text).collect()))
}

fn numbers(start: i64, end: i64, step: i64) -> Value {
    let mut at = start;
    let mut items = Vec::new();
    while (step > 0 && at < end || step < 0 && at > end) && items.len() < super::MAX_SIZE {
        items.push(Value::int(at));
        at = at.saturating_add(step);
    }
    Value::list(items)
}

/// `seq last`, `seq first last`, `seq first step last`: numbers in one text.
fn seq(all: &[Value]) -> Result<Value, String> {
    let (first, step, last) = match all.len() {
        1 => (1, if int(all, 0)? < 1 { -1 } else { 1 }, int(all, 0)?),
        2 => (int(all, 0)?, if int(all, 1)? < int(all, 0)? { -1 } else { 1 }, int(all, 1)?),
        _ => (int(all, 0)?, int(all, 1)?, int(all, 2)?),
    };
    let items =
        numbers(first, last.saturating_add(step.signum()), step).items().unwrap_or_default();
    let words: Vec<String> = items.iter().map(Value::shown).collect();
    Ok(Value::str(words.join(" ")))
}

fn len(all: &[Value]) -> Result<Value, String> {
    let value = argument(all, 0)?;
    let count = match &value.data {
        Data::Text(text) => text.len(),
        Data::List(items) => items.len(),
        Data::Map(map) => map.borrow().len(),
        Data::Object(Object::Files(files)) => files.len(),
        // A tool would stop here; nothing has no items.
        Data::Null | Data::Unknown(_) => 0,
        _ => return Err(format!("counts a {}", value.kind())),
    };
    Ok(Value::int(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// The key that `index` asks nothing for: the tool stops there.
pub(in crate::assemble::gotmpl) fn asked_of_nothing(all: &[Value]) -> Option<String> {
    let (first, keys) = all.split_first()?;
    let mut value = first.clone();
    for key in keys {
        if value.is_null() {
            return Some(key.shown());
        }
        value = index(&[value, key.clone()]).ok()?;
    }
    None
}

fn index(all: &[Value]) -> Result<Value, String> {
    let mut value = argument(all, 0)?.clone();
    for key in all.iter().skip(1) {
        value = match &value.data {
            Data::Map(_) => value.get(&key.shown()).unwrap_or_else(Value::null),
            Data::List(_) => {
                let at = super::math::to_int(key);
                let items = value.items().unwrap_or_default();
                let found = usize::try_from(at).ok().and_then(|at| items.get(at).cloned());
                found.ok_or_else(|| format!("asks a list of {} for item {at}", items.len()))?
            }
            Data::Object(Object::Files(files)) => files
                .get(&key.shown())
                .map_or_else(Value::null, |text| Value::text(text.as_ref().clone())),
            Data::Unknown(_) => value,
            Data::Null => return Err(format!("asks nothing for `{}`", key.shown())),
            _ => return Err(format!("asks a {} for `{}`", value.kind(), key.shown())),
        };
    }
    Ok(value)
}

/// `slice value from to`: of a list or a text.
fn slice(all: &[Value]) -> Result<Value, String> {
    let value = argument(all, 0)?;
    let start = if all.len() > 1 { size(all, 1)? } else { 0 };
    if value.as_str().is_some() {
        let text: Text = text(all, 0)?;
        let end = if all.len() > 2 { size(all, 2)? } else { text.len() };
        return Ok(Value::text(text.slice(start, end)));
    }
    let items = list(all, 0)?;
    let end = if all.len() > 2 { size(all, 2)? } else { items.len() };
    let part = items.get(start..end);
    Ok(Value::list(part.ok_or("asks for items that a list does not have")?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::{Data, Object, Value, has};

    #[test]
    fn the_versions_of_a_cluster_are_a_list_too() {
        let asked = |name: &str| {
            let versions = Value::new(Data::Object(Object::Versions));
            has(&[Value::str(name), versions]).map(|found| found.is_true())
        };
        assert_eq!(asked("apps/v1"), Ok(true));
        assert_eq!(asked("monitoring.coreos.com/v1/ServiceMonitor"), Ok(false));
    }
}
