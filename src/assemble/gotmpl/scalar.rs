//! How a scalar is written in YAML so that it means itself.
//!
//! Follows the library that Kubernetes' own tools print with, long lines folded as it folds them. Knows one scalar at a
//! time.

use std::borrow::Cow;

use crate::assemble::quotes::{is_printable, push};

/// Columns after which a line is broken at the next blank.
const WIDTH: usize = 80;

/// Where a scalar begins.
#[derive(Clone, Copy)]
pub(super) enum Spot {
    /// It is a key, which has to stay on its line.
    Key,
    /// It is a value, whose further lines begin at `indent`.
    Value {
        /// Where further lines begin.
        indent: usize,
        /// Where the first line goes on, where long lines are broken.
        column: Option<usize>,
    },
}

/// `text` as a scalar: plain where it can be, else in quotes or as a block.
pub(super) fn scalar(text: &str, spot: Spot) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("\"\"");
    }
    if text.contains('\n') {
        return Cow::Owned(match spot {
            Spot::Value { indent, .. } if can_be_block(text) => literal(text, indent),
            _ => double(text, spot),
        });
    }
    if !text.chars().all(is_printable) || means_something_else(text) {
        return Cow::Owned(double(text, spot));
    }
    if can_be_plain(text) { plain(text, spot) } else { Cow::Owned(single(text, spot)) }
}

/// Whether a plain scalar would be taken for a number, a truth value or nothing.
fn means_something_else(text: &str) -> bool {
    const WORDS: &[&str] = &["false", "n", "no", "null", "off", "on", "true", "y", "yes", "~"];
    let lower = text.to_ascii_lowercase();
    if WORDS.binary_search(&lower.as_str()).is_ok() {
        return true;
    }
    let digits = lower.trim_start_matches(['+', '-']);
    if matches!(digits, ".inf" | ".nan") {
        return true;
    }
    let starts = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    starts && (is_number(digits) || is_clock(digits) || is_date(digits))
}

fn is_number(digits: &str) -> bool {
    let plain = digits.replace('_', "");
    let radix = |prefix: &str, base: u32| {
        plain
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(base)))
    };
    let is_float = plain.bytes().any(|byte| byte.is_ascii_digit())
        && plain.bytes().all(|byte| byte.is_ascii_digit() || b"+-.e".contains(&byte))
        && plain.parse::<f64>().is_ok();
    radix("0x", 16) || radix("0b", 2) || radix("0o", 8) || is_float
}

/// `12:30`: a number to the base of 60 for YAML 1.1.
fn is_clock(digits: &str) -> bool {
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or("");
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = parts.peekable();
    rest.peek().is_some()
        && all(first)
        && rest.all(|part| {
            let part = part.split('.').next().unwrap_or("");
            all(part) && part.len() < 3 && part.parse::<u8>().is_ok_and(|number| number < 60)
        })
}

/// `2026-11-27`, with a time or without; behind a `t` it takes a zone as well.
fn is_date(digits: &str) -> bool {
    let (day, time) = digits.split_once('t').unwrap_or((digits, "z"));
    if !time.contains(['z', '+', '-']) {
        return false;
    }
    let day = day.split(' ').next().unwrap_or("");
    let parts: Vec<&str> = day.split('-').collect();
    parts.len() == 3
        && parts.first().is_some_and(|year| year.len() == 4)
        && parts.iter().all(|part| {
            !part.is_empty() && part.len() < 5 && part.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Whether lines can stand in a block: none ends in a blank, which nobody would see.
fn can_be_block(text: &str) -> bool {
    text.chars().all(is_printable) && !text.contains(" \n") && !text.ends_with(' ')
}

fn can_be_plain(text: &str) -> bool {
    const OPENERS: &[char] =
        &['!', '"', '#', '%', '&', '\'', '*', ',', '>', '@', '[', ']', '`', '{', '|', '}'];
    let mut chars = text.chars();
    let first = chars.next().unwrap_or(' ');
    let second = chars.next();
    let starts = match first {
        '-' | '?' => second.is_some_and(|c| c != ' '),
        ':' => second.is_some_and(|c| c != ' '),
        _ => !OPENERS.contains(&first),
    };
    starts
        && !text.starts_with(' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
}

/// A scalar on its way, with the column that it has reached.
struct Line {
    made: String,
    column: usize,
    /// Where further lines begin, where it is broken into some.
    indent: Option<usize>,
    /// Whether a blank stands before.
    is_blank: bool,
}

impl Line {
    fn new(spot: Spot) -> Self {
        let (column, indent) = match spot {
            Spot::Value { indent, column: Some(column) } => (column, Some(indent)),
            _ => (0, None),
        };
        Self { made: String::new(), column, indent, is_blank: false }
    }

    fn put(&mut self, c: char) {
        self.made.push(c);
        self.column += 1;
        self.is_blank = c == ' ';
    }

    /// Breaks the line instead of a blank, where it is long enough for that.
    fn breaks(&mut self) -> bool {
        let Some(indent) = self.indent else { return false };
        if self.is_blank || self.column <= WIDTH {
            return false;
        }
        self.made.push('\n');
        self.made.push_str(&" ".repeat(indent));
        self.column = indent;
        self.is_blank = true;
        true
    }
}

/// The characters of `text`, each with the one behind it, and whether blanks may be broken at there.
fn steps(text: &str) -> impl Iterator<Item = (char, Option<char>)> {
    let behind = text.chars().skip(1).map(Some).chain([None]);
    text.chars().zip(behind)
}

fn plain(text: &str, spot: Spot) -> Cow<'_, str> {
    if text.len() + Line::new(spot).column <= WIDTH {
        return Cow::Borrowed(text);
    }
    let mut line = Line::new(spot);
    for (c, next) in steps(text) {
        if c != ' ' || next == Some(' ') || !line.breaks() {
            line.put(c);
        }
    }
    Cow::Owned(line.made)
}

fn single(text: &str, spot: Spot) -> String {
    let mut line = Line::new(spot);
    line.put('\'');
    for (at, (c, next)) in steps(text).enumerate() {
        let is_inner = at > 0 && next.is_some_and(|next| next != ' ');
        if c == ' ' && is_inner && line.breaks() {
            continue;
        }
        if c == '\'' {
            line.put(c);
        }
        line.put(c);
    }
    line.put('\'');
    line.made
}

fn double(text: &str, spot: Spot) -> String {
    let mut line = Line::new(spot);
    line.put('"');
    for (at, (c, next)) in steps(text).enumerate() {
        if c == ' ' && at > 0 && next.is_some() && line.breaks() {
            if next == Some(' ') {
                line.put('\\');
                line.is_blank = true;
            }
            continue;
        }
        let mut named = String::new();
        push(c, &mut named);
        named.chars().for_each(|c| line.put(c));
    }
    line.put('"');
    line.made
}

/// A block in which each line is one of `text`.
fn literal(text: &str, indent: usize) -> String {
    let hint = if text.starts_with([' ', '\n']) { "2" } else { "" };
    let body = text.trim_end_matches('\n');
    let chomping = match text.len() - body.len() {
        0 => "-",
        1 if !body.is_empty() => "",
        _ => "+",
    };
    let mut block = format!("|{hint}{chomping}");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.push_str(&" ".repeat(indent));
            block.push_str(line);
        }
    }
    block
}

#[cfg(test)]
mod tests {
    use super::{Spot, scalar};

    const VALUE: Spot = Spot::Value { indent: 2, column: Some(3) };

    #[test]
    fn scalars_are_written_as_the_library_writes_them() {
        let plain = ["a, b", "=", "<<", ":x", "a\\b", "é", "http://x:80/a#b", "-x", "a'b"];
        assert!(plain.iter().all(|text| scalar(text, VALUE) == *text));
        let double = ["yes", "12", "1_000", "0x10", "1e3", "2020-01-01", "12:30", "1.", "+1", "~"];
        assert!(double.iter().all(|text| scalar(text, VALUE) == format!("\"{text}\"")));
        let single = [
            "- a", "a #b", "#b", " x", "x ", "{a", "a: b", "a:", "*a", "@a", "!x", "%x", "?", "-",
            "--- x",
        ];
        assert!(single.iter().all(|text| scalar(text, VALUE) == format!("'{text}'")));
        assert_eq!(scalar("'a'", VALUE), "'''a'''");
        assert_eq!(scalar("a\tb", VALUE), "\"a\\tb\"");
    }

    #[test]
    fn lines_are_written_as_a_block() {
        assert_eq!(scalar("a\nb", VALUE), "|-\n  a\n  b");
        assert_eq!(scalar("a\nb\n", VALUE), "|\n  a\n  b");
        assert_eq!(scalar("a\n\n", VALUE), "|+\n  a\n");
        assert_eq!(scalar("\n a", VALUE), "|2-\n\n   a");
        assert_eq!(scalar("a\nb", Spot::Key), "\"a\\nb\"");
    }

    #[test]
    fn long_lines_are_broken_at_a_blank() {
        let long = format!("{} end", ["bread"; 14].join(" "));
        assert_eq!(scalar(&long, VALUE), format!("{}\n  end", ["bread"; 14].join(" ")));
        assert_eq!(scalar(&long, Spot::Key), long);
        let quoted = format!("{}: x", ["bread"; 14].join(" "));
        assert_eq!(scalar(&quoted, VALUE), format!("'{}\n  bread: x'", ["bread"; 13].join(" ")));
        assert_eq!(scalar("a \nb", VALUE), "\"a \\nb\"");
    }
}
