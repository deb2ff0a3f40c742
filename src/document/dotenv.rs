//! Assignments of a dotenv file, as tolerant as all its loaders together.
//!
//! Does not interpolate and does not know which loader will read the file.

use crate::model::key::is_env_name;
use crate::text::TextRange;

/// The lines of a dotenv file that say something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dotenv {
    /// Assignments, in the order of the file, also those in comments.
    pub assignments: Vec<Assignment>,
    /// Lines that are neither assignment nor comment.
    pub strange: Vec<TextRange>,
    /// Quotes that open a value and never close.
    pub unclosed: Vec<TextRange>,
}

/// `NAME=value`, `NAME: value` or `NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// The name as written.
    pub name_range: TextRange,
    /// The value; `None` where only the name stands.
    pub value: Option<Text>,
    /// Stands in a comment.
    pub commented: bool,
}

/// A value as written and as meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Without quotes, escapes and comment.
    pub text: String,
    /// With its quotes, without a comment.
    pub range: TextRange,
    /// The quote around it.
    pub quote: Option<char>,
}

/// The assignments of `text`.
pub fn parse(text: &str) -> Dotenv {
    let mut dotenv = Dotenv::default();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or("");
        let start = at + (line.len() - line.trim_start().len());
        let body = line.trim();
        at = if body.is_empty() {
            end + 1
        } else if body.starts_with(['#', ';']) {
            dotenv.assignments.extend(commented(text, start, end));
            end + 1
        } else {
            assignment(text, start, end, &mut dotenv)
        };
    }
    dotenv
}

fn assignment(text: &str, start: usize, end: usize, dotenv: &mut Dotenv) -> usize {
    let line = TextRange::new(start, start + text.get(start..end).unwrap_or("").trim_end().len());
    let Some(head) = head(text, start, end) else {
        dotenv.strange.push(line);
        return end + 1;
    };
    let (value, next) = match head.value {
        None => (None, end + 1),
        Some(at) => {
            let (value, next) = value(text, at, end, &mut dotenv.unclosed);
            (Some(value), next)
        }
    };
    dotenv.assignments.push(Assignment {
        name: head.name.slice(text).to_owned(),
        name_range: head.name,
        value,
        commented: false,
    });
    next
}

struct Head {
    name: TextRange,
    value: Option<usize>,
}

/// The name of a line and where its value begins.
fn head(text: &str, start: usize, end: usize) -> Option<Head> {
    let mut start = start;
    let line = text.get(start..end)?;
    if let Some(rest) = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])) {
        start = end - rest.trim_start().len();
    }
    let line = text.get(start..end)?;
    let length = line
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-'))
        .unwrap_or(line.len());
    if length == 0 {
        return None;
    }
    let name = TextRange::new(start, start + length);
    let rest = line.get(length..)?;
    let spaced = rest.trim_start_matches([' ', '\t']);
    let at = end - spaced.len();
    if spaced.starts_with('=') {
        return Some(Head { name, value: Some(at + 1) });
    }
    if spaced
        .strip_prefix(':')
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
    {
        return Some(Head { name, value: Some(at + 1) });
    }
    let is_alone = spaced.trim().is_empty() || spaced.starts_with('#');
    let word = name.slice(text);
    let is_name = is_env_name(word) && !word.chars().any(|c| c.is_ascii_lowercase());
    (is_alone && is_name).then_some(Head { name, value: None })
}

/// The value that begins at `at`, on a line that ends at `end`, and where the next line begins.
fn value(text: &str, at: usize, end: usize, unclosed: &mut Vec<TextRange>) -> (Text, usize) {
    let line = text.get(at..end).unwrap_or("");
    let body = line.trim_start_matches([' ', '\t']);
    let start = end - body.len();
    if let Some(quote) = body.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        match quoted(text, start, end, quote) {
            Quoted::Closed(value, next) => return (value, next),
            Quoted::Tail => {}
            Quoted::Unclosed => unclosed.push(TextRange::new(start, start + 1)),
        }
    }
    let is_comment = body.starts_with('#') && body.len() < line.len();
    let cut = if is_comment { Some(0) } else { comment_start(body) };
    let body = body.get(..cut.unwrap_or(body.len())).unwrap_or(body).trim_end();
    let range = TextRange::new(start, start + body.len());
    (Text { text: body.to_owned(), range, quote: None }, end + 1)
}

fn comment_start(body: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    (1..bytes.len()).find(|at| bytes[*at] == b'#' && matches!(bytes[*at - 1], b' ' | b'\t'))
}

enum Quoted {
    Closed(Text, usize),
    Tail,
    Unclosed,
}

fn quoted(text: &str, start: usize, end: usize, quote: char) -> Quoted {
    let Some(close) = closing(text, start + 1, quote) else { return Quoted::Unclosed };
    let after = line_end(text, close);
    let tail = text.get(close + 1..after).unwrap_or("").trim();
    let inside = text.get(start + 1..close).unwrap_or("");
    if !(tail.is_empty() || tail.starts_with('#')) {
        // `"x"y` is a value that begins with a quote; over several lines a quote has rather been forgotten.
        return if close < end { Quoted::Tail } else { Quoted::Unclosed };
    }
    let range = TextRange::new(start, close + 1);
    Quoted::Closed(Text { text: unescape(inside, quote), range, quote: Some(quote) }, after + 1)
}

fn closing(text: &str, from: usize, quote: char) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote != '`' => at += 2,
            _ if char::from(*byte) == quote => return Some(at),
            _ => at += 1,
        }
    }
    None
}

fn unescape(inside: &str, quote: char) -> String {
    let mut text = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        if character != '\\' || quote == '`' {
            text.push(character);
            continue;
        }
        match (characters.next(), quote) {
            (Some('n'), '"') => text.push('\n'),
            (Some('r'), '"') => text.push('\r'),
            (Some('t'), '"') => text.push('\t'),
            (Some(escaped @ ('"' | '\\' | '$')), '"') | (Some(escaped @ '\''), '\'') => {
                text.push(escaped);
            }
            (Some(other), _) => text.extend(['\\', other]),
            (None, _) => text.push('\\'),
        }
    }
    text
}

/// `# NAME=value` that is no prose, or `# NAME_ONE` and nothing else.
fn commented(text: &str, start: usize, end: usize) -> Option<Assignment> {
    let line = text.get(start..end)?;
    let body = line.trim_start_matches(['#', ';', ' ', '\t']);
    let at = end - body.len();
    let head = head(text, at, end)?;
    let name = head.name.slice(text);
    let is_name = is_env_name(name)
        && name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && !name.chars().any(|c| c.is_ascii_lowercase());
    let behind = text.get(head.name.end as usize..end)?.trim();
    if is_name && behind.is_empty() && name.contains('_') {
        let (name, name_range) = (name.to_owned(), head.name);
        return Some(Assignment { name, name_range, value: None, commented: true });
    }
    if !is_name || !behind.starts_with('=') {
        return None;
    }
    let (mut value, _) = value(text, head.value?, end, &mut Vec::new());
    if value.range.end as usize > end {
        value = Text { text: String::new(), range: TextRange::new(end, end), quote: None };
    }
    let words = value.text.split(' ').filter(|word| {
        word.len() > 1 && word.trim_end_matches(['.', ',']).chars().all(|c| c.is_ascii_lowercase())
    });
    if value.quote.is_none() && words.count() > 1 {
        return None;
    }
    Some(Assignment {
        name: name.to_owned(),
        name_range: head.name,
        value: Some(value),
        commented: true,
    })
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length)
}
