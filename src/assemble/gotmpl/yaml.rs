//! Values as YAML, as the library prints it that Kubernetes' own tools have.
//!
//! Keeps the place of each part. How a scalar is written is for `scalar` to say.

use super::order::arrange;
use super::scalar::{self, Spot};
use super::text::{Mark, Text};
use super::value::{Data, MAX_DEPTH, Value};

/// A value as YAML, without a line break at its end.
pub(super) fn print(value: &Value) -> Text {
    Printer { is_pretty: false, text: Text::default() }.print(value)
}

/// A value as YAML with lists set in and lines as long as they are.
pub(super) fn pretty(value: &Value) -> Text {
    Printer { is_pretty: true, text: Text::default() }.print(value)
}

struct Printer {
    is_pretty: bool,
    text: Text,
}

impl Printer {
    fn print(mut self, value: &Value) -> Text {
        self.block(value, 0, false, MAX_DEPTH);
        let text = self.text;
        let end = text.as_str().trim_end_matches('\n').len();
        // A block scalar at the end keeps its line breaks; what follows is cut as Helm cuts it.
        let end = if text.as_str().ends_with('\n') { text.len() - 1 } else { end };
        text.slice(0, end)
    }

    /// Prints `value` where a line has just begun at `indent`, or goes on behind a dash.
    fn block(&mut self, value: &Value, indent: usize, in_list: bool, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        match &value.data {
            Data::Map(map) if !map.borrow().is_empty() => {
                let mut keys = value.keys().unwrap_or_default();
                arrange(&mut keys, Text::as_str, self.is_pretty);
                for (at, key) in keys.iter().enumerate() {
                    self.indent(if at > 0 || !in_list { indent } else { 0 });
                    push_key(key, &mut self.text);
                    self.text.push_str(":");
                    if let Some(value) = value.get(key.as_str()) {
                        self.entry(&value.into_item(), indent, below);
                    }
                }
            }
            Data::List(items) if !items.is_empty() => {
                for (at, item) in value.items().unwrap_or_default().into_iter().enumerate() {
                    self.indent(if at > 0 || !in_list { indent } else { 0 });
                    self.text.push_str("- ");
                    let item = item.into_item();
                    if is_block(&item) {
                        self.block(&item, indent + 2, true, below);
                    } else {
                        self.scalar(&item, indent + 2);
                        self.text.push_str("\n");
                    }
                }
            }
            _ => {
                self.indent(if in_list { 0 } else { indent });
                self.scalar(value, indent + 2);
                self.text.push_str("\n");
            }
        }
    }

    /// The value behind a key.
    fn entry(&mut self, value: &Value, indent: usize, depth: usize) {
        if !is_block(value) {
            self.text.push_str(" ");
            self.scalar(value, indent + 2);
            self.text.push_str("\n");
            return;
        }
        self.text.push_str("\n");
        let is_flush = !self.is_pretty && matches!(value.data, Data::List(_));
        self.block(value, if is_flush { indent } else { indent + 2 }, false, depth);
    }

    fn indent(&mut self, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        let column = if self.is_pretty { None } else { Some(self.text.column()) };
        scalar(value, Spot::Value { indent, column }, &mut self.text);
    }
}

fn is_block(value: &Value) -> bool {
    match &value.data {
        Data::Map(map) => !map.borrow().is_empty(),
        Data::List(items) => !items.is_empty(),
        _ => false,
    }
}

fn push_key(key: &Text, text: &mut Text) {
    let written = scalar::scalar(key.as_str(), Spot::Key);
    push_written(key, &written, text);
}

/// Adds `part`, written as `written`: quotes around it are nobody's.
pub(super) fn push_written(part: &Text, written: &str, text: &mut Text) {
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
    text.push(&lined(part, written).unwrap_or_else(|| part.changed(written)));
}

/// `part` on the lines of `written`, each with its places, where these say nothing else than it does.
fn lined(part: &Text, written: &str) -> Option<Text> {
    let mut made = Text::default();
    let mut at = 0;
    for (number, line) in written.split_inclusive('\n').enumerate() {
        let body = line.trim_start_matches(' ').trim_end_matches('\n');
        if number == 0 && body.starts_with('|') {
            made.push_str(line);
            continue;
        }
        let rest = part.as_str().get(at..)?;
        let skipped = rest.len() - rest.trim_start_matches([' ', '\n']).len();
        if !rest.get(skipped..)?.starts_with(body) {
            return None;
        }
        let start = at + skipped;
        made.push_str(line.get(..line.len() - line.trim_start_matches(' ').len())?);
        made.push_slice(part, start, start + body.len());
        made.push_str(line.get(line.trim_end_matches('\n').len()..)?);
        at = start + body.len();
    }
    part.as_str().get(at..)?.trim_end_matches('\n').is_empty().then_some(made)
}

fn scalar(value: &Value, spot: Spot, text: &mut Text) {
    let printed = value.printed();
    match &value.data {
        Data::Text(part) => {
            push_written(&printed, &scalar::scalar(part.as_str(), spot), text);
        }
        Data::Null => text.push(&marked(value, "null")),
        Data::Float(number) => text.push(&printed.changed(plain_number(*number))),
        Data::List(_) => text.push(&marked(value, "[]")),
        Data::Map(_) | Data::Object(_) => text.push(&marked(value, "{}")),
        Data::Unknown(_) => push_written(&printed, &format!("'{}'", printed.as_str()), text),
        Data::Bool(_) | Data::Int(_) => text.push(&printed),
    }
}

pub(super) fn marked(value: &Value, text: &str) -> Text {
    match &value.mark {
        Some(mark) => Text::marked(text, Mark { is_copy: false, ..mark.as_ref().clone() }),
        None => Text::plain(text),
    }
}

/// A number as JSON has it.
pub(super) fn plain_number(value: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::super::read::{Place, read};
    use super::print;
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
}
