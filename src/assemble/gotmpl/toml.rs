//! Values as TOML and back, as the library of Helm prints and reads it.
//!
//! Numbers of values are floats there: `port: 8080` becomes `port = 8080.0`.

use std::fmt::Write as _;

use toml::Value as Read;

use crate::document::go;

use super::text::{Mark, Text};
use super::value::{Data, MAX_DEPTH, Value};

/// A value as TOML.
pub(super) fn print(value: &Value) -> Text {
    let mut text = Text::default();
    if value.as_map().is_some() {
        table(value, &mut Vec::new(), &mut text, MAX_DEPTH);
    } else {
        element(value, &mut text, MAX_DEPTH);
    }
    text
}

/// The entries of a table: first those of one line, then the tables in it.
fn table(value: &Value, path: &mut Vec<Text>, text: &mut Text, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    let entries: Vec<(Text, Value)> = value
        .keys()
        .unwrap_or_default()
        .into_iter()
        .filter_map(|key| value.get(key.as_str()).map(|value| (key, value.into_item())))
        .filter(|(_, value)| !value.is_null())
        .collect();
    let is_inner = |value: &Value| value.as_map().is_some() || is_tables(value);
    for (key, value) in entries.iter().filter(|(_, value)| !is_inner(value)) {
        text.push_str(&"  ".repeat(path.len()));
        push_key(key, text);
        text.push_str(" = ");
        element(value, text, below);
        text.push_str("\n");
    }
    for (key, value) in entries.into_iter().filter(|(_, value)| is_inner(value)) {
        path.push(key);
        if value.as_map().is_some() {
            if path.len() == 1 {
                break_line(text);
            }
            header(path, ["[", "]"], text);
            table(&value, path, text, below);
        } else {
            for item in value.items().unwrap_or_default() {
                break_line(text);
                header(path, ["[[", "]]"], text);
                table(&item, path, text, below);
            }
        }
        path.pop();
    }
}

fn break_line(text: &mut Text) {
    if text.len() > 0 {
        text.push_str("\n");
    }
}

fn header(path: &[Text], [open, close]: [&str; 2], text: &mut Text) {
    text.push_str(&"  ".repeat(path.len().saturating_sub(1)));
    text.push_str(open);
    for (at, key) in path.iter().enumerate() {
        text.push_str(if at > 0 { "." } else { "" });
        push_key(key, text);
    }
    text.push_str(close);
    text.push_str("\n");
}

/// Whether a list holds nothing but tables.
fn is_tables(value: &Value) -> bool {
    let items = value.items().unwrap_or_default();
    !items.is_empty() && items.iter().all(|item| item.as_map().is_some())
}

fn push_key(key: &Text, text: &mut Text) {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if key.len() > 0 && key.as_str().chars().all(is_bare) {
        return text.push(key);
    }
    push_quoted(key, text);
}

/// Adds a text in quotes; what needs no sign before it keeps its place.
fn push_quoted(part: &Text, text: &mut Text) {
    let quoted = quoted(part.as_str());
    text.push_str("\"");
    if quoted == part.as_str() {
        text.push(part);
    } else {
        text.push(&part.changed(quoted));
    }
    text.push_str("\"");
}

fn quoted(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => made.push_str("\\t"),
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '"' | '\\' => made.extend(['\\', c]),
            c if c.is_ascii_control() => {
                let _ = write!(made, "\\u{:04x}", u32::from(c));
            }
            c => made.push(c),
        }
    }
    made
}

/// A value that stands on one line.
fn element(value: &Value, text: &mut Text, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    let printed = value.printed();
    match &value.data {
        Data::Text(_) | Data::Unknown(_) | Data::Null | Data::Object(_) => {
            push_quoted(&printed, text);
        }
        Data::Float(number) => text.push(&printed.changed(float(*number))),
        Data::Bool(_) | Data::Int(_) => text.push(&printed),
        Data::List(_) => {
            text.push_str("[");
            for (at, item) in value.items().unwrap_or_default().into_iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                element(&item.into_item(), text, below);
            }
            text.push_str("]");
        }
        Data::Map(_) => {
            text.push_str("{");
            for (at, key) in value.keys().unwrap_or_default().iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                push_key(key, text);
                text.push_str(" = ");
                element(&value.get(key.as_str()).unwrap_or_else(Value::null), text, below);
            }
            text.push_str("}");
        }
    }
}

/// A float as Go prints it, with a point.
fn float(value: f64) -> String {
    let text = go::float(value);
    if text.contains(['.', 'e', 'f', 'N']) { text } else { format!("{text}.0") }
}

/// What a text of TOML says; what is wrong with it where it is none.
pub(super) fn read(text: &Text) -> Result<Value, String> {
    let table: toml::Table =
        text.as_str().parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let mark = text.mark().map(|mark| Mark { is_copy: false, ..mark });
    let mut value = meaning(&Read::Table(table), MAX_DEPTH);
    value.mark = mark.map(std::rc::Rc::new);
    Ok(value)
}

fn meaning(read: &Read, depth: usize) -> Value {
    let Some(below) = depth.checked_sub(1) else { return Value::null() };
    match read {
        Read::String(text) => Value::str(text.as_str()),
        Read::Integer(number) => Value::int(*number),
        Read::Float(number) => Value::new(Data::Float(*number)),
        Read::Boolean(is_true) => Value::bool(*is_true),
        Read::Datetime(time) => Value::str(time.to_string()),
        Read::Array(items) => Value::list(items.iter().map(|item| meaning(item, below)).collect()),
        Read::Table(table) => {
            Value::map(table.iter().map(|(key, value)| (key.as_str(), meaning(value, below))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::{Place, read as yaml};
    use super::{print, read};
    use crate::assemble::gotmpl::text::Text;

    /// Values, and what `helm template` prints of them.
    const VALUES: &str = r#"
port: 8080
big: 8080000
small: 1.5e-7
words: [a, "b c"]
mixed: [1, {b: c}]
"k.x": "q\"\tz"
oven: {heat: 180, deep: {on: true}}
breads: [{name: rye}, {name: spelt, flour: {g: 500}}]
"#;
    const PRINTED: &str = r#"big = 8.08e+06
"k.x" = "q\"\tz"
mixed = [1.0, {b = "c"}]
port = 8080.0
small = 1.5e-07
words = ["a", "b c"]

[[breads]]
  name = "rye"

[[breads]]
  name = "spelt"
  [breads.flour]
    g = 500.0

[oven]
  heat = 180.0
  [oven.deep]
    true = true
"#;

    #[test]
    fn values_are_printed_as_helm_prints_them() {
        let value = yaml(Place { text: VALUES, file: None, source: None }).expect("is YAML");
        assert_eq!(print(&value).as_str(), PRINTED);
    }

    #[test]
    fn what_is_printed_is_read() {
        let value = read(&Text::plain(PRINTED)).expect("is TOML");
        assert_eq!(value.at(&["oven", "heat"]).map(|value| value.shown()).as_deref(), Some("180"));
        assert!(read(&Text::plain("a = ")).is_err());
    }
}
