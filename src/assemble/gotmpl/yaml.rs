//! YAML and JSON of templates: values to texts and back, with their places.
//!
//! Prints as Helm's library does, but does not fold long lines. Reads as it does too: `yes` is true, `0755` is octal.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::scalar as printer;
use super::text::{Mark, Text};
use super::value::{Data, MAX_DEPTH, Slot, Value};
use crate::document::{Node, yaml};
use crate::model::ScalarKind;
use crate::text::{FileId, Span, TextRange};

/// A value as YAML, without a line break at its end.
pub(super) fn print(value: &Value) -> Text {
    let mut text = Text::default();
    block(value, 0, false, &mut text, MAX_DEPTH);
    let end = text.as_str().trim_end_matches('\n').len();
    // A block scalar at the end keeps its line breaks; what follows is cut as Helm cuts it.
    let end = if text.as_str().ends_with('\n') { text.len() - 1 } else { end };
    text.slice(0, end)
}

/// Prints `value` where a line has just begun at `indent`, or goes on behind a dash.
fn block(value: &Value, indent: usize, in_list: bool, text: &mut Text, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    match &value.data {
        Data::Map(map) if !map.borrow().is_empty() => {
            for (at, key) in value.keys().unwrap_or_default().iter().enumerate() {
                if at > 0 || !in_list {
                    text.push_str(&" ".repeat(indent));
                }
                push_key(key, text);
                text.push_str(":");
                if let Some(value) = value.get(key.as_str()) {
                    entry(&value.into_item(), indent, text, below);
                }
            }
        }
        Data::List(items) if !items.is_empty() => {
            for (at, item) in value.items().unwrap_or_default().into_iter().enumerate() {
                if at > 0 || !in_list {
                    text.push_str(&" ".repeat(indent));
                }
                text.push_str("- ");
                let item = item.into_item();
                if is_block(&item) {
                    block(&item, indent + 2, true, text, below);
                } else {
                    scalar(&item, indent + 2, text);
                    text.push_str("\n");
                }
            }
        }
        _ => {
            text.push_str(&" ".repeat(if in_list { 0 } else { indent }));
            scalar(value, indent + 2, text);
            text.push_str("\n");
        }
    }
}

/// The value behind a key.
fn entry(value: &Value, indent: usize, text: &mut Text, depth: usize) {
    if !is_block(value) {
        text.push_str(" ");
        scalar(value, indent + 2, text);
        text.push_str("\n");
        return;
    }
    text.push_str("\n");
    let inner = if matches!(value.data, Data::List(_)) { indent } else { indent + 2 };
    block(value, inner, false, text, depth);
}

fn is_block(value: &Value) -> bool {
    match &value.data {
        Data::Map(map) => !map.borrow().is_empty(),
        Data::List(items) => !items.is_empty(),
        _ => false,
    }
}

fn push_key(key: &Text, text: &mut Text) {
    let written = printer::scalar(key.as_str(), 0);
    push_written(key, &written, text);
}

/// Adds `part`, written as `written`: quotes around it are nobody's.
fn push_written(part: &Text, written: &str, text: &mut Text) {
    if written == part.as_str() {
        return text.push(part);
    }
    let inner = written.len().checked_sub(1).and_then(|end| written.get(1..end));
    if inner == Some(part.as_str()) {
        text.push_str(written.get(..1).unwrap_or(""));
        text.push(part);
        text.push_str(written.get(written.len() - 1..).unwrap_or(""));
        return;
    }
    text.push(&part.changed(written));
}

fn scalar(value: &Value, indent: usize, text: &mut Text) {
    let printed = value.printed();
    match &value.data {
        Data::Text(part) => {
            push_written(&printed, &printer::scalar(part.as_str(), indent), text);
        }
        Data::Null => text.push(&marked(value, "null")),
        Data::Float(number) => text.push(&printed.changed(plain_number(*number))),
        Data::List(_) => text.push(&marked(value, "[]")),
        Data::Map(_) | Data::Object(_) => text.push(&marked(value, "{}")),
        Data::Unknown(_) => push_written(&printed, &format!("'{}'", printed.as_str()), text),
        Data::Bool(_) | Data::Int(_) => text.push(&printed),
    }
}

fn marked(value: &Value, text: &str) -> Text {
    match &value.mark {
        Some(mark) => Text::marked(text, Mark { is_copy: false, ..mark.as_ref().clone() }),
        None => Text::plain(text),
    }
}

/// A number as JSON has it.
fn plain_number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-6..1e21).contains(&size) {
        return format!("{value}");
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// A value as JSON, with line breaks where it `is_pretty`.
pub(super) fn json(value: &Value, is_pretty: bool, escapes_html: bool) -> Text {
    let mut text = Text::default();
    Json { is_pretty, escapes_html }.push(value, 0, &mut text, MAX_DEPTH);
    text
}

struct Json {
    is_pretty: bool,
    escapes_html: bool,
}

impl Json {
    fn push(&self, value: &Value, indent: usize, text: &mut Text, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        match &value.data {
            Data::Map(_) => {
                let keys = value.keys().unwrap_or_default();
                self.all(['{', '}'], keys.len(), indent, text, |at, text| {
                    let Some(key) = keys.get(at) else { return };
                    push_written(key, &self.quoted(key.as_str()), text);
                    text.push_str(if self.is_pretty { ": " } else { ":" });
                    if let Some(value) = value.get(key.as_str()) {
                        self.push(&value.into_item(), indent + 2, text, below);
                    }
                });
            }
            Data::List(_) => {
                let items = value.items().unwrap_or_default();
                self.all(['[', ']'], items.len(), indent, text, |at, text| {
                    if let Some(item) = items.get(at) {
                        self.push(&item.clone().into_item(), indent + 2, text, below);
                    }
                });
            }
            Data::Text(_) | Data::Unknown(_) => {
                let printed = value.printed();
                push_written(&printed, &self.quoted(printed.as_str()), text);
            }
            Data::Float(number) => text.push(&value.printed().changed(plain_number(*number))),
            Data::Null => text.push(&marked(value, "null")),
            Data::Bool(_) | Data::Int(_) => text.push(&value.printed()),
            Data::Object(_) => text.push_str("{}"),
        }
    }

    fn all(
        &self,
        [open, close]: [char; 2],
        count: usize,
        indent: usize,
        text: &mut Text,
        push: impl Fn(usize, &mut Text),
    ) {
        text.push_str(&open.to_string());
        for at in 0..count {
            text.push_str(if at > 0 { "," } else { "" });
            self.line(indent + 2, text);
            push(at, text);
        }
        if count > 0 {
            self.line(indent, text);
        }
        text.push_str(&close.to_string());
    }

    fn line(&self, indent: usize, text: &mut Text) {
        if self.is_pretty {
            text.push_str("\n");
            text.push_str(&" ".repeat(indent));
        }
    }

    fn quoted(&self, text: &str) -> String {
        let quoted = serde_json::to_string(text).unwrap_or_default();
        if !self.escapes_html {
            return quoted;
        }
        quoted.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
    }
}

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

#[cfg(test)]
mod tests {
    use super::{Place, json, print, read};
    use crate::text::FileId;

    fn reprinted(text: &str) -> String {
        print(&read(Place { text, file: Some(FileId(0)), source: None }).expect("is YAML"))
            .as_str()
            .to_owned()
    }

    #[test]
    fn values_are_printed_as_helm_prints_them() {
        assert_eq!(
            reprinted("b: [1, {c: d, e: []}, [x, 2]]\na: {f: 1.0, g: 1000000, h: ~}\n"),
            "a:\n  f: 1\n  g: 1000000\n  h: null\nb:\n- 1\n- c: d\n  e: []\n- - x\n  - 2"
        );
        assert_eq!(
            reprinted("a: |\n  one\n  two\nb: \"yes\"\nc: yes\nd: 0755\ne: '12'\nf: 'x: y'\n"),
            "a: |\n  one\n  two\nb: \"yes\"\nc: true\nd: 493\ne: \"12\"\nf: 'x: y'"
        );
        assert_eq!(reprinted("{}"), "{}");
        assert_eq!(reprinted("y: 1"), "\"true\": 1");
    }

    #[test]
    fn json_is_printed_as_go_prints_it() {
        let text = "b: [1, a, true]\na: \"<&>\"\n";
        let value = read(Place { text, file: None, source: None }).expect("is YAML");
        assert_eq!(
            json(&value, false, true).as_str(),
            r#"{"a":"\u003c\u0026\u003e","b":[1,"a",true]}"#
        );
        assert_eq!(
            json(&value, true, false).as_str(),
            "{\n  \"a\": \"<&>\",\n  \"b\": [\n    1,\n    \"a\",\n    true\n  ]\n}"
        );
    }
}
