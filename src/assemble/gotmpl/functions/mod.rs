//! The functions that templates of charts can call: those of Go, of Sprig, of Helm.
//!
//! Each is a row of its file's table. A function that is in no table gives an unknown value: what it would give only a
//! run tells, or it is one that this engine does not have.

mod cases;
mod dicts;
mod encode;
mod lists;
mod logic;
mod math;
mod print;
mod regexes;
mod semver;
mod strict;
mod strings;
mod urls;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) use encode::base64;
pub(super) use lists::asked_of_nothing;
pub(super) use math::whole;
pub(super) use strict::needs_all;

use super::text::Text;
use super::value::{Data, Value};

/// A function of templates: arguments to value, or what is wrong with them.
pub(super) type Function = fn(&[Value]) -> Result<Value, String>;

/// A row of a table: the name, the function.
type Row = (&'static str, Function);

/// The tables, and whether their functions take unknown values as they take others.
static TABLES: &[(&[Row], bool)] = &[
    (dicts::ROWS, true),
    (encode::ROWS, true),
    (lists::ROWS, true),
    (logic::ROWS, true),
    (math::ROWS, false),
    (print::ROWS, true),
    (regexes::ROWS, false),
    (semver::ROWS, false),
    (strings::ROWS, true),
    (urls::ROWS, false),
    (words::ROWS, true),
];

static KNOWN: LazyLock<HashMap<&'static str, (Function, bool)>> = LazyLock::new(|| {
    let rows =
        TABLES.iter().flat_map(|(rows, is_open)| rows.iter().map(move |row| (row, *is_open)));
    rows.map(|((name, function), is_open)| (*name, (*function, is_open))).collect()
});

/// More than any list or text of a template needs.
const MAX_SIZE: usize = 1_000_000;

/// What the function `name` gives; `None` where there is none of this name.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
    let (function, is_open) = KNOWN.get(name)?;
    let hidden = arguments.iter().find(|value| matches!(value.data, Data::Unknown(_)));
    Some(match hidden {
        Some(value) if !is_open => Ok(value.clone()),
        // What is unknown may be what the function needs.
        Some(value) => Ok(function(arguments).unwrap_or_else(|_| value.clone())),
        None => function(arguments),
    })
}

/// What a function gives that is in no table: what it makes of an unknown value is that value still.
pub(super) fn unseen(name: &str, arguments: &[Value]) -> Value {
    let hidden = arguments.iter().find(|value| matches!(value.data, Data::Unknown(_)));
    hidden.cloned().unwrap_or_else(|| unknown(name))
}

/// What only a run would tell.
pub(super) fn unknown(asked: &str) -> Value {
    let plain: String = asked.chars().filter(|c| !matches!(c, '\'' | '"' | '{' | '}')).collect();
    Value::new(Data::Unknown(plain.replace(": ", ":").replace(" #", "#").as_str().into()))
}

fn argument(arguments: &[Value], at: usize) -> Result<&Value, String> {
    arguments.get(at).ok_or_else(|| format!("needs more than {} arguments", arguments.len()))
}

/// An argument as a text: nothing is an empty one.
fn text(arguments: &[Value], at: usize) -> Result<Text, String> {
    let value = argument(arguments, at)?;
    Ok(if value.is_null() { Text::default() } else { value.printed() })
}

/// An argument as a text without places.
fn word(arguments: &[Value], at: usize) -> Result<String, String> {
    let value = argument(arguments, at)?;
    Ok(if value.is_null() { String::new() } else { value.shown() })
}

fn int(arguments: &[Value], at: usize) -> Result<i64, String> {
    argument(arguments, at).map(math::to_int)
}

/// An argument as a size, never negative.
fn size(arguments: &[Value], at: usize) -> Result<usize, String> {
    let size = usize::try_from(int(arguments, at)?).unwrap_or(0);
    if size > MAX_SIZE { Err(format!("is asked for {size}, which is too much")) } else { Ok(size) }
}

/// An argument as a list; nothing is an empty one.
fn list(arguments: &[Value], at: usize) -> Result<Vec<Value>, String> {
    let value = argument(arguments, at)?;
    match value.items() {
        Some(items) => Ok(items),
        None if value.is_null() => Ok(Vec::new()),
        None => Err(format!("needs a list and gets a {}", value.kind())),
    }
}

#[cfg(test)]
mod tests {
    use super::TABLES;

    #[test]
    fn tables_are_sorted_and_have_each_name_once() {
        let mut all: Vec<&str> = Vec::new();
        for (rows, _) in TABLES {
            assert!(rows.is_sorted_by_key(|(name, _)| *name));
            all.extend(rows.iter().map(|(name, _)| *name));
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
