//! Reads YAML and JSON to values, each with its place.
//!
//! Reads as Helm's library does: `yes` is true, `0755` is octal.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::text::{Mark, Text};
use super::value::{Data, MAX_DEPTH, Slot, Value};
use crate::document::{Node, yaml};
use crate::model::ScalarKind;
use crate::text::{FileId, Span, TextRange};

/// Where a text that is read stands, so that its parts get places.
#[derive(Clone, Copy)]
pub(in crate::assemble) struct Place<'a> {
    /// The text of the file.
    pub(in crate::assemble) text: &'a str,
    /// The file, where it is one.
    pub(in crate::assemble) file: Option<FileId>,
    /// The text with its places, where a template made it.
    pub(in crate::assemble) source: Option<&'a Text>,
}

impl Place<'_> {
    fn mark(self, range: TextRange, text: &str) -> Option<Mark> {
        let raw = range.slice(self.text);
        if let Some(source) = self.source {
            let part = source.slice(range.start as usize, range.end as usize);
            return if raw == text { part.mark_as_written() } else { part.mark() };
        }
        let file = self.file?;
        let inner = TextRange { start: range.start + 1, end: range.end.saturating_sub(1) };
        Some(if raw == text {
            Mark::copy(Span::new(file, range))
        } else if raw.len() > 1 && inner.slice(self.text) == text {
            Mark::copy(Span::new(file, inner))
        } else {
            Mark::meant(Span::new(file, range))
        })
    }
}

/// What the text of a document says; the first problem where it is not YAML.
pub(in crate::assemble) fn read(place: Place<'_>) -> Result<Value, String> {
    let documents = yaml::parse(place.text, 0);
    if let Some(problem) = documents.iter().find_map(|document| document.problems.first()) {
        return Err(problem.message.clone());
    }
    let root = documents.iter().find_map(crate::document::Document::root);
    Ok(root.map_or_else(Value::null, |root| value(root, place, MAX_DEPTH)))
}

/// The value of a node.
pub(in crate::assemble) fn value(node: Node<'_>, place: Place<'_>, depth: usize) -> Value {
    let Some(below) = depth.checked_sub(1) else { return Value::null() };
    let meant = node.resolved();
    let range = meant.range();
    if node.is_map() {
        let mut slots: BTreeMap<Rc<str>, Slot> = BTreeMap::new();
        // Of a key that is written twice the last one counts; entries of merge keys repeat none.
        for pair in node.entries() {
            let mark = place.mark(pair.key_range, pair.key).map(Rc::new);
            let slot = Slot { key: mark, value: value(pair.value, place, below) };
            slots.insert(key_name(pair.key, pair.key_range.slice(place.text)).into(), slot);
        }
        if let Some(unnamed) = node.unnamed() {
            let value = value(unnamed, place, below);
            slots.insert("".into(), Slot { key: None, value });
        }
        let mark = place.mark(range, "").map(Rc::new);
        return Value { mark, ..Value::slots(slots) };
    }
    if node.is_list() {
        let items = node.items().into_iter().map(|item| value(item, place, below)).collect();
        return Value { mark: place.mark(range, "").map(Rc::new), ..Value::list(items) };
    }
    let text = node.text().unwrap_or("");
    let mark = place.mark(range, text).map(Rc::new);
    let data = scalar_data(text, node.kind(), meant.tag());
    if let (Data::Text(_), Some(file)) = (&data, place.file)
        && let Some(lines) = literal(text, range, place.text, file)
    {
        return Value::text(lines);
    }
    Value { data, mark }
}

/// A key as Helm's library names it: plain words that YAML 1.1 takes for a truth value become one.
fn key_name<'a>(key: &'a str, raw: &str) -> &'a str {
    match truth(key) {
        Some(value) if raw == key => {
            if value {
                "true"
            } else {
                "false"
            }
        }
        _ => key,
    }
}

/// What YAML 1.1 takes for a truth value.
fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "y" | "Y" | "on" | "On" | "ON" => {
            Some(true)
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "n" | "N" | "off" | "Off" | "OFF" => {
            Some(false)
        }
        _ => None,
    }
}

fn scalar_data(text: &str, kind: ScalarKind, tag: Option<&str>) -> Data {
    let is_text = kind == ScalarKind::Text || tag.is_some_and(|tag| tag.ends_with("str"));
    if is_text {
        return Data::Text(Rc::new(Text::plain(text)));
    }
    if kind == ScalarKind::Null {
        return Data::Null;
    }
    if let Some(value) = truth(text) {
        return Data::Bool(value);
    }
    match number(text) {
        Some(number) => Data::Float(number),
        None => Data::Text(Rc::new(Text::plain(text))),
    }
}

/// A plain scalar as a number, as YAML 1.1 has it.
#[expect(clippy::cast_precision_loss, reason = "Helm keeps numbers as floats")]
fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    let first = plain.trim_start_matches(['+', '-']).chars().next()?;
    if plain.len() - plain.trim_start_matches(['+', '-']).len() > 1 {
        return None;
    }
    if !first.is_ascii_digit() && first != '.' {
        return None;
    }
    if let Some(whole) = super::lex::integer(&plain) {
        return Some(whole as f64);
    }
    let is_float = plain.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if is_float && plain.bytes().any(|byte| byte.is_ascii_digit()) {
        plain.parse().ok()
    } else {
        None
    }
}

/// The lines of a literal block with their places, so that a template in it leads back to its line.
fn literal(text: &str, range: TextRange, file_text: &str, file: FileId) -> Option<Text> {
    let raw = range.slice(file_text);
    if !raw.starts_with('|') || !text.contains('\n') {
        return None;
    }
    let mut made = Text::default();
    let mut at = raw.find('\n')? + 1;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches('\n');
        let found = raw.get(at..)?.find(body)?;
        let start = range.start as usize + at + found;
        made.push_marked(
            body,
            Mark::copy(Span::new(file, TextRange::new(start, start + body.len()))),
        );
        made.push_str(line.get(body.len()..).unwrap_or(""));
        at += found + body.len();
    }
    Some(made)
}
