//! Functions on texts that keep the places of their parts.

use std::fmt::Write as _;

use super::{Row, argument, int, list, size, text, word};
use crate::assemble::gotmpl::text::Text;
use crate::assemble::gotmpl::value::{Data, Value};

pub(super) static ROWS: &[Row] = &[
    ("abbrev", abbrev),
    ("base", |all| cut(all, 0, base)),
    ("cat", |all| Ok(Value::text(cat(all)))),
    ("clean", |all| cut(all, 0, |path| path.strip_suffix('/').unwrap_or(path))),
    ("contains", |all| Ok(Value::bool(word(all, 1)?.contains(&word(all, 0)?)))),
    ("dir", |all| cut(all, 0, |path| path.rsplit_once('/').map_or("", |(dir, _)| dir))),
    ("ext", |all| cut(all, 0, ext)),
    ("hasPrefix", |all| Ok(Value::bool(word(all, 1)?.starts_with(&word(all, 0)?)))),
    ("hasSuffix", |all| Ok(Value::bool(word(all, 1)?.ends_with(&word(all, 0)?)))),
    ("indent", |all| indent(all, false)),
    ("join", join),
    ("nindent", |all| indent(all, true)),
    ("nospace", |all| {
        let text = text(all, 0)?;
        let bare: String = text.as_str().chars().filter(|c| !c.is_whitespace()).collect();
        Ok(Value::text(text.changed(bare)))
    }),
    ("osBase", |all| cut(all, 0, base)),
    ("quote", |all| Ok(quoted(all, quote))),
    ("repeat", repeat),
    ("replace", replace),
    ("split", split),
    ("splitList", |all| pieces(all, usize::MAX)),
    ("splitn", splitn),
    ("squote", |all| Ok(quoted(all, |text| around(text, "'")))),
    ("substr", substr),
    ("toString", |all| {
        let value = argument(all, 0)?;
        Ok(Value::text(if value.is_null() { Text::plain("<nil>") } else { value.printed() }))
    }),
    ("toStrings", |all| {
        Ok(Value::list(list(all, 0)?.iter().map(|item| Value::text(item.printed())).collect()))
    }),
    ("trim", |all| cut(all, 0, str::trim)),
    ("trimAll", trim_all),
    ("trimPrefix", |all| {
        let start = word(all, 0)?;
        cut(all, 1, |text| text.strip_prefix(start.as_str()).unwrap_or(text))
    }),
    ("trimSuffix", |all| {
        let end = word(all, 0)?;
        cut(all, 1, |text| text.strip_suffix(end.as_str()).unwrap_or(text))
    }),
    ("trimall", trim_all),
    ("trunc", trunc),
];

fn base(path: &str) -> &str {
    let path = path.strip_suffix('/').unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

fn ext(path: &str) -> &str {
    let name = base(path);
    name.rfind('.').and_then(|at| name.get(at..)).unwrap_or("")
}

/// The piece of an argument that is left.
fn cut(all: &[Value], at: usize, piece: impl Fn(&str) -> &str) -> Result<Value, String> {
    let text = text(all, at)?;
    Ok(Value::text(text.piece(piece(text.as_str()))))
}

fn trim_all(all: &[Value]) -> Result<Value, String> {
    let signs: Vec<char> = word(all, 0)?.chars().collect();
    cut(all, 1, |text| text.trim_matches(signs.as_slice()))
}

fn trunc(all: &[Value]) -> Result<Value, String> {
    let count = int(all, 0)?;
    let keep = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    cut(all, 1, |text| {
        if text.len() <= keep {
            return text;
        }
        let mut at = if count < 0 { text.len() - keep } else { keep };
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let (head, tail) = text.split_at(at);
        if count < 0 { tail } else { head }
    })
}

fn substr(all: &[Value]) -> Result<Value, String> {
    let (start, end) = (int(all, 0)?, int(all, 1)?);
    cut(all, 2, |text| {
        let at = |index: i64| usize::try_from(index).unwrap_or(0);
        let end = if end < 0 || at(end) > text.len() { text.len() } else { at(end) };
        text.get(at(start)..end).unwrap_or("")
    })
}

fn abbrev(all: &[Value]) -> Result<Value, String> {
    let width = size(all, 0)?;
    let text = text(all, 1)?;
    if text.len() <= width || width < 4 {
        return Ok(Value::text(text));
    }
    let mut short = text.slice(0, width - 3);
    short.push_str("...");
    Ok(Value::text(short))
}

fn cat(all: &[Value]) -> Text {
    let mut made = Text::default();
    for value in all.iter().filter(|value| !value.is_null()) {
        made.push_str(if made.len() > 0 { " " } else { "" });
        made.push(&value.printed());
    }
    made
}

fn indent(all: &[Value], on_new_line: bool) -> Result<Value, String> {
    let blanks = " ".repeat(size(all, 0)?.min(1000));
    let text = text(all, 1)?;
    let mut made = Text::plain(if on_new_line { "\n" } else { "" });
    for (at, line) in text.as_str().split('\n').enumerate() {
        made.push_str(if at > 0 { "\n" } else { "" });
        made.push_str(&blanks);
        made.push(&text.piece(line));
    }
    Ok(Value::text(made))
}

fn quoted(all: &[Value], quote: impl Fn(&Text) -> Text) -> Value {
    let mut made = Text::default();
    for (at, value) in all.iter().filter(|value| !value.is_null()).enumerate() {
        made.push_str(if at > 0 { " " } else { "" });
        made.push(&quote(&value.printed()));
    }
    Value::text(made)
}

fn around(text: &Text, sign: &str) -> Text {
    let mut made = Text::plain(sign);
    made.push(text);
    made.push_str(sign);
    made
}

/// In double quotes, as `%q` has it.
pub(super) fn quote(text: &Text) -> Text {
    let needs = |c: char| c == '"' || c == '\\' || c.is_control();
    if !text.as_str().contains(needs) {
        return around(text, "\"");
    }
    text.changed(quoted_text(text.as_str()))
}

fn quoted_text(text: &str) -> String {
    let mut made = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\t' => made.push_str("\\t"),
            '\r' => made.push_str("\\r"),
            c if u32::from(c) < 0x80 && c.is_control() => {
                let _ = write!(made, "\\x{:02x}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(made, "\\u{:04x}", u32::from(c));
            }
            c => made.push(c),
        }
    }
    made.push('"');
    made
}

fn repeat(all: &[Value]) -> Result<Value, String> {
    let (count, text) = (size(all, 0)?, text(all, 1)?);
    if count.saturating_mul(text.len()) > super::MAX_SIZE {
        return Err("is asked for more than any template needs".to_owned());
    }
    let mut made = Text::default();
    (0..count).for_each(|_| made.push(&text));
    Ok(Value::text(made))
}

/// `replace old new text`.
fn replace(all: &[Value]) -> Result<Value, String> {
    let (old, new, text) = (word(all, 0)?, text(all, 1)?, text(all, 2)?);
    if old.is_empty() || !text.as_str().contains(old.as_str()) {
        return Ok(Value::text(text));
    }
    let mut made = Text::default();
    let mut at = 0;
    for (found, _) in text.as_str().match_indices(old.as_str()) {
        made.push(&text.slice(at, found));
        made.push(&new);
        at = found + old.len();
    }
    made.push(&text.slice(at, text.len()));
    Ok(Value::text(made))
}

/// The texts of a list; nothing is left out, one value is a list of one.
pub(super) fn texts(value: &Value) -> Vec<Text> {
    let items = match &value.data {
        Data::Null => Vec::new(),
        Data::List(_) => value.items().unwrap_or_default(),
        _ => vec![value.clone()],
    };
    items.iter().filter(|item| !item.is_null()).map(Value::printed).collect()
}

fn join(all: &[Value]) -> Result<Value, String> {
    let separator = text(all, 0)?;
    let mut made = Text::default();
    for (at, part) in texts(argument(all, 1)?).iter().enumerate() {
        if at > 0 {
            made.push(&separator);
        }
        made.push(part);
    }
    Ok(Value::text(made))
}

/// `splitList separator text`, in at most `most` pieces.
fn pieces(all: &[Value], most: usize) -> Result<Value, String> {
    // The pieces of what only a run tells are as little known as it is.
    if let Some(hidden) = all.iter().find(|value| matches!(value.data, Data::Unknown(_))) {
        return Ok(hidden.clone());
    }
    let (separator, text) = (word(all, 0)?, text(all, all.len().saturating_sub(1).max(1))?);
    let parts: Vec<&str> = if separator.is_empty() {
        text.as_str().split("").filter(|part| !part.is_empty()).collect()
    } else {
        text.as_str().splitn(most, separator.as_str()).collect()
    };
    Ok(Value::list(parts.into_iter().map(|part| Value::text(text.piece(part))).collect()))
}

fn numbered(list: &Value) -> Value {
    if matches!(list.data, Data::Unknown(_)) {
        return list.clone();
    }
    let items = list.items().unwrap_or_default().into_iter().enumerate();
    Value::map(items.map(|(at, item)| (format!("_{at}"), item)))
}

fn split(all: &[Value]) -> Result<Value, String> {
    pieces(all, usize::MAX).map(|list| numbered(&list))
}

fn splitn(all: &[Value]) -> Result<Value, String> {
    pieces(all, size(all, 1)?).map(|list| numbered(&list))
}
