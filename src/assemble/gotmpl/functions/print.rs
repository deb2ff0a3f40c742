//! `printf` and its like, as Go's `fmt` prints.

use super::{Row, strings, text, word};
use crate::assemble::gotmpl::text::Text;
use crate::assemble::gotmpl::value::{Data, Value};

pub(super) static ROWS: &[Row] = &[
    ("html", |all| {
        let text = joined(all, false);
        let made = text.as_str().replace('&', "&amp;").replace('\'', "&#39;").replace('<', "&lt;");
        Ok(Value::text(text.changed(made.replace('>', "&gt;").replace('"', "&#34;"))))
    }),
    ("js", |all| Ok(Value::text(joined(all, false)))),
    ("print", |all| Ok(Value::text(joined(all, false)))),
    ("printf", printf),
    ("println", |all| Ok(Value::text(joined(all, true)))),
    ("urlquery", |all| {
        let text = joined(all, false);
        Ok(Value::text(text.changed(escaped(text.as_str()))))
    }),
];

/// The arguments in one text: with blanks between all of them and a line break, or only between those that are no texts.
fn joined(all: &[Value], is_line: bool) -> Text {
    let mut made = Text::default();
    let is_text = |value: &Value| matches!(value.data, Data::Text(_) | Data::Unknown(_));
    for (at, value) in all.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        let splits = before.is_some_and(|before| is_line || (!is_text(before) && !is_text(value)));
        made.push_str(if splits { " " } else { "" });
        made.push(&printed(value));
    }
    made.push_str(if is_line { "\n" } else { "" });
    made
}

fn printed(value: &Value) -> Text {
    if value.is_null() { Text::plain("<nil>") } else { value.printed() }
}

fn escaped(text: &str) -> String {
    let mut made = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                made.push(char::from(byte));
            }
            b' ' => made.push('+'),
            _ => made.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    made
}

/// A digit to the base of 16.
fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).map_or('0', |c| c.to_ascii_uppercase())
}

/// A verb with what stands before it: `%-5.2f`.
#[derive(Default)]
struct Verb {
    minus: bool,
    plus: bool,
    zero: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
    sign: char,
}

impl Verb {
    /// The verb at the start of `text`, which stands behind a percent sign, and its length.
    fn of(text: &str) -> Option<(Self, usize)> {
        let mut verb = Self::default();
        let mut chars = text.char_indices().peekable();
        while let Some((_, c)) = chars.peek() {
            match c {
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                '0' => verb.zero = true,
                '#' => verb.sharp = true,
                ' ' => {}
                _ => break,
            }
            chars.next();
        }
        let mut in_precision = false;
        for (at, c) in chars {
            match c {
                '.' => {
                    in_precision = true;
                    verb.precision = Some(0);
                }
                '0'..='9' => {
                    let digit = c as usize - '0' as usize;
                    let number = if in_precision {
                        verb.precision.get_or_insert(0)
                    } else {
                        &mut verb.width
                    };
                    *number = (*number * 10 + digit).min(1000);
                }
                _ => {
                    verb.sign = c;
                    return Some((verb, at + c.len_utf8()));
                }
            }
        }
        None
    }

    fn print(&self, value: &Value) -> Text {
        let text = self.body(value);
        let missing = self.width.saturating_sub(text.as_str().chars().count());
        if missing == 0 {
            return text;
        }
        let is_number = matches!(value.data, Data::Int(_) | Data::Float(_));
        let mut made = Text::default();
        if self.minus {
            made.push(&text);
            made.push_str(&" ".repeat(missing));
        } else {
            made.push_str(&if self.zero && is_number { "0" } else { " " }.repeat(missing));
            made.push(&text);
        }
        made
    }

    fn body(&self, value: &Value) -> Text {
        let printed = printed(value);
        let as_number = |text: String| printed.changed(text);
        match (self.sign, &value.data) {
            ('v', Data::Text(_)) if self.sharp => strings::quote(&printed),
            ('d', Data::Int(number)) if self.plus && *number >= 0 => {
                as_number(format!("+{number}"))
            }
            ('q', Data::Text(_) | Data::Unknown(_)) => strings::quote(&printed),
            (_, Data::Unknown(_))
            | ('v', _)
            | ('s', Data::List(_) | Data::Map(_))
            | ('d', Data::Int(_))
            | ('t', Data::Bool(_))
            | ('g', Data::Float(_)) => printed,
            ('s', Data::Text(_)) => match self.precision {
                Some(count) => {
                    let end = printed.as_str().char_indices().nth(count).map(|(at, _)| at);
                    printed.slice(0, end.unwrap_or(printed.len()))
                }
                None => printed,
            },
            ('q', Data::List(_)) => {
                let quoted: Vec<String> = strings::texts(value)
                    .iter()
                    .map(|text| strings::quote(text).as_str().to_owned())
                    .collect();
                Text::plain(format!("[{}]", quoted.join(" ")))
            }
            ('x', Data::Int(number)) => as_number(format!("{number:x}")),
            ('X', Data::Int(number)) => as_number(format!("{number:X}")),
            ('o', Data::Int(number)) => as_number(format!("{number:o}")),
            ('b', Data::Int(number)) => as_number(format!("{number:b}")),
            ('c', Data::Int(number)) => {
                let c = u32::try_from(*number).ok().and_then(char::from_u32);
                as_number(c.map(String::from).unwrap_or_default())
            }
            ('x', Data::Text(text)) => {
                let digits = |byte: u8| [hex(byte >> 4), hex(byte & 15)];
                as_number(text.as_str().bytes().flat_map(digits).collect::<String>().to_lowercase())
            }
            ('f' | 'F', Data::Float(number)) => {
                as_number(format!("{number:.*}", self.precision.unwrap_or(6)))
            }
            ('e', Data::Float(number)) => {
                as_number(format!("{number:.*e}", self.precision.unwrap_or(6)))
            }
            ('T', _) => Text::plain(value.type_name()),
            (sign, Data::Null) => Text::plain(format!("%!{sign}(<nil>)")),
            (sign, _) => Text::plain(format!("%!{sign}({}={})", value.kind(), printed.as_str())),
        }
    }
}

fn printf(all: &[Value]) -> Result<Value, String> {
    let format: Text = text(all, 0)?;
    let words = format.as_str();
    let mut made = Text::default();
    let mut next = 1;
    let mut at = 0;
    while let Some(found) = words.get(at..).and_then(|rest| rest.find('%')) {
        made.push(&format.slice(at, at + found));
        at += found + 1;
        let rest = words.get(at..).unwrap_or("");
        let Some((verb, length)) = Verb::of(rest) else {
            made.push_str("%!(NOVERB)");
            at = words.len();
            break;
        };
        at += length;
        if verb.sign == '%' {
            made.push_str("%");
            continue;
        }
        match all.get(next) {
            Some(value) => made.push(&verb.print(value)),
            None => made.push_str(&format!("%!{}(MISSING)", verb.sign)),
        }
        next += 1;
    }
    made.push(&format.slice(at, words.len()));
    for (place, extra) in all.iter().skip(next).enumerate() {
        made.push_str(if place == 0 { "%!(EXTRA " } else { ", " });
        made.push_str(&format!("{}={}", extra.kind(), word(std::slice::from_ref(extra), 0)?));
    }
    made.push_str(if all.len() > next { ")" } else { "" });
    Ok(Value::text(made))
}
