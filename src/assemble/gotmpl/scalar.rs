//! How a scalar is written in YAML so that it means itself.
//!
//! Follows the library that Kubernetes' own tools print with, but folds no long lines. Knows one scalar at a time.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` as a scalar: plain where it can be, else in quotes or as a block whose lines begin at `indent`; 0 for a key,
/// which has to stay on its line.
pub(super) fn scalar(text: &str, indent: usize) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("\"\"");
    }
    let is_printable = text.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{feff}'));
    if !is_printable {
        return Cow::Owned(double(text));
    }
    if text.contains('\n') {
        return Cow::Owned(if indent == 0 { double(text) } else { literal(text, indent) });
    }
    if means_something_else(text) {
        return Cow::Owned(double(text));
    }
    if can_be_plain(text) { Cow::Borrowed(text) } else { Cow::Owned(single(text)) }
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

fn is_date(digits: &str) -> bool {
    let day = digits.split(['t', ' ']).next().unwrap_or("");
    let parts: Vec<&str> = day.split('-').collect();
    parts.len() == 3
        && parts.first().is_some_and(|year| year.len() == 4)
        && parts.iter().all(|part| {
            !part.is_empty() && part.len() < 5 && part.bytes().all(|byte| byte.is_ascii_digit())
        })
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

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            '\0' => quoted.push_str("\\0"),
            c if c.is_control() || c == '\u{feff}' => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A block in which each line is one of `text`.
fn literal(text: &str, indent: usize) -> String {
    let hint =
        if text.starts_with([' ', '\n']) { indent.min(9).to_string() } else { String::new() };
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
    use super::scalar;

    #[test]
    fn scalars_are_written_as_the_library_writes_them() {
        let plain = ["a, b", "=", "<<", ":x", "a\\b", "é", "http://x:80/a#b", "-x", "a'b"];
        assert!(plain.iter().all(|text| scalar(text, 2) == *text));
        let double = ["yes", "12", "1_000", "0x10", "1e3", "2020-01-01", "12:30", "1.", "+1", "~"];
        assert!(double.iter().all(|text| scalar(text, 2) == format!("\"{text}\"")));
        let single = [
            "- a", "a #b", "#b", " x", "x ", "{a", "a: b", "a:", "*a", "@a", "!x", "%x", "?", "-",
            "--- x",
        ];
        assert!(single.iter().all(|text| scalar(text, 2) == format!("'{text}'")));
        assert_eq!(scalar("'a'", 2), "'''a'''");
        assert_eq!(scalar("a\tb", 2), "\"a\\tb\"");
    }

    #[test]
    fn lines_are_written_as_a_block() {
        assert_eq!(scalar("a\nb", 2), "|-\n  a\n  b");
        assert_eq!(scalar("a\nb\n", 2), "|\n  a\n  b");
        assert_eq!(scalar("a\n\n", 2), "|+\n  a\n");
        assert_eq!(scalar("\n a", 2), "|2-\n\n   a");
        assert_eq!(scalar("a\nb", 0), "\"a\\nb\"");
    }
}
