//! Go templates to tokens: text between actions, and the words of actions.
//!
//! Knows the marks `{{`, `{{-`, `}}`, `-}}` and comments; not what an action means.

use crate::text::TextRange;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// Text that is printed as it stands.
    Text(TextRange),
    /// An action: its words, and all of it with its braces.
    Action(Vec<Token>, TextRange),
}

/// A word of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Where.
    pub(super) range: TextRange,
    /// Whether a blank stands before it.
    pub(super) is_apart: bool,
}

/// What a word of an action is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// `.`
    Dot,
    /// `.name`
    Field(String),
    /// `$` or `$name`
    Variable(String),
    /// A name: a function or a keyword.
    Name(String),
    /// A string, after its escapes.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// `|`
    Pipe,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `:=`
    Declare,
    /// `=`
    Assign,
}

/// What could not be read, and where.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::assemble) struct Broken {
    /// What is wrong, as a phrase.
    pub(in crate::assemble) message: String,
    /// Where in the template.
    pub(in crate::assemble) range: TextRange,
}

impl Broken {
    pub(super) fn new(message: impl Into<String>, start: usize, end: usize) -> Self {
        Self { message: message.into(), range: TextRange::new(start, end) }
    }
}

/// The pieces of `text`, blanks trimmed where actions say so.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Broken> {
    let mut pieces = Vec::new();
    // Helm takes no notice of a mark at the beginning.
    let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let start = at + found;
        let body = start + 2;
        let trims = trims_before(text, body);
        push_text(&mut pieces, text, at, if trims { trimmed_end(text, at, start) } else { start });
        let inner = if trims { body + 1 } else { body };
        let (tokens, end) = match comment(text, inner) {
            Some(end) => (Vec::new(), end?),
            None => words(text, inner)?,
        };
        let closes =
            end + if text.get(end..).is_some_and(|rest| rest.starts_with('-')) { 3 } else { 2 };
        if !tokens.is_empty() {
            pieces.push(Piece::Action(tokens, TextRange::new(start, closes)));
        }
        at = closes;
        if closes - end == 3 {
            let rest = text.get(at..).unwrap_or("");
            at += rest.len() - rest.trim_start_matches(is_blank).len();
        }
    }
    push_text(&mut pieces, text, at, text.len());
    Ok(pieces)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn push_text(pieces: &mut Vec<Piece>, text: &str, start: usize, end: usize) {
    if start < end && text.get(start..end).is_some() {
        pieces.push(Piece::Text(TextRange::new(start, end)));
    }
}

/// Whether `-` and a blank stand at `at`.
fn trims_before(text: &str, at: usize) -> bool {
    let mut rest = text.get(at..).unwrap_or("").chars();
    rest.next() == Some('-') && rest.next().is_some_and(is_blank)
}

fn trimmed_end(text: &str, at: usize, start: usize) -> usize {
    at + text.get(at..start).unwrap_or("").trim_end_matches(is_blank).len()
}

/// Where the sign that closes a comment stands, where one begins at `at`.
fn comment(text: &str, at: usize) -> Option<Result<usize, Broken>> {
    let rest = text.get(at..)?;
    let body = rest.trim_start_matches(is_blank);
    if !body.starts_with("/*") {
        return None;
    }
    let start = at + rest.len() - body.len();
    let Some(length) = body.find("*/") else {
        return Some(Err(Broken::new("a comment that does not end", start, start + 2)));
    };
    let end = start + length + 2;
    let tail = text.get(end..).unwrap_or("");
    let blanks = tail.len() - tail.trim_start_matches(is_blank).len();
    let tail = tail.trim_start_matches(is_blank);
    if tail.starts_with("}}") || tail.starts_with("-}}") {
        return Some(Ok(end + blanks));
    }
    Some(Err(Broken::new("a comment with something behind it", start, end)))
}

/// The words from `at` on, and where the sign that closes the action stands.
fn words(text: &str, mut at: usize) -> Result<(Vec<Token>, usize), Broken> {
    let mut tokens = Vec::new();
    let begin = at;
    let mut is_apart = false;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let Some(first) = rest.chars().next() else {
            return Err(Broken::new("an action that does not end", begin, begin));
        };
        if is_blank(first) {
            at += 1;
            is_apart = true;
            continue;
        }
        if rest.starts_with("}}") || (is_apart && rest.starts_with("-}}")) {
            return Ok((tokens, at));
        }
        let sign = rest.chars().next().map_or(1, char::len_utf8);
        let (kind, length) = word(rest).map_err(|message| Broken::new(message, at, at + sign))?;
        tokens.push(Token { kind, range: TextRange::new(at, at + length), is_apart });
        at += length;
        is_apart = false;
    }
}

/// The word at the start of `rest`, and its length.
fn word(rest: &str) -> Result<(Kind, usize), String> {
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or(' ');
    let second = chars.next().unwrap_or(' ');
    let name_length = |text: &str| text.find(|c: char| !is_name(c)).unwrap_or(text.len());
    Ok(match first {
        '|' => (Kind::Pipe, 1),
        '(' => (Kind::Open, 1),
        ')' => (Kind::Close, 1),
        ',' => (Kind::Comma, 1),
        ':' if second == '=' => (Kind::Declare, 2),
        '=' => (Kind::Assign, 1),
        '"' => string(rest)?,
        '`' => {
            let body = rest.get(1..).unwrap_or("");
            let length = body.find('`').ok_or("a string that does not end")?;
            (Kind::Text(body.get(..length).unwrap_or("").replace('\r', "")), length + 2)
        }
        '\'' => character(rest)?,
        '$' => {
            let length = name_length(rest.get(1..).unwrap_or("")) + 1;
            (Kind::Variable(rest.get(..length).unwrap_or("").to_owned()), length)
        }
        '.' if is_name(second) && !second.is_ascii_digit() => {
            let name = rest.get(1..).unwrap_or("");
            let length = name_length(name);
            (Kind::Field(name.get(..length).unwrap_or("").to_owned()), length + 1)
        }
        '.' if !second.is_ascii_digit() => (Kind::Dot, 1),
        _ if first.is_ascii_digit() || matches!(first, '+' | '-' | '.') => number(rest)?,
        _ if is_name(first) => {
            let length = name_length(rest);
            (Kind::Name(rest.get(..length).unwrap_or("").to_owned()), length)
        }
        _ => return Err(format!("a sign that templates do not have: `{first}`")),
    })
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn number(rest: &str) -> Result<(Kind, usize), String> {
    let sign = usize::from(rest.starts_with(['+', '-']));
    let body = rest.get(sign..).unwrap_or("");
    let is_part = |at: usize, c: char| {
        is_name(c)
            || c == '.'
            || (matches!(c, '+' | '-')
                && at > 0
                && body.get(..at).is_some_and(|head| head.ends_with(['e', 'E'])))
    };
    let length =
        body.char_indices().find(|(at, c)| !is_part(*at, *c)).map_or(body.len(), |(at, _)| at);
    let whole = rest.get(..sign + length).unwrap_or("");
    let plain = whole.replace('_', "");
    let kind = integer(&plain)
        .map(Kind::Int)
        .or_else(|| plain.parse().ok().or_else(|| binary_float(&plain)).map(Kind::Float));
    kind.map(|kind| (kind, sign + length)).ok_or_else(|| format!("no number: `{whole}`"))
}

/// `0x1p60`: a number with a power of two.
#[expect(clippy::cast_precision_loss, reason = "Go converts so too")]
fn binary_float(text: &str) -> Option<f64> {
    let (digits, power) = text.strip_prefix("0x")?.split_once(['p', 'P'])?;
    let digits = i64::from_str_radix(digits, 16).ok()?;
    Some(digits as f64 * f64::powi(2.0, power.parse().ok()?))
}

/// A whole number as Go writes it.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let radix = |prefix: &str, base: u32| {
        lower.strip_prefix(prefix).map(|rest| i64::from_str_radix(rest, base).ok())
    };
    let value = radix("0x", 16)
        .or_else(|| radix("0b", 2))
        .or_else(|| radix("0o", 8))
        .unwrap_or_else(|| {
            let is_octal = lower.len() > 1 && lower.starts_with('0');
            if is_octal { i64::from_str_radix(&lower, 8).ok() } else { lower.parse().ok() }
        });
    value.map(|value| sign * value)
}

/// A string in double quotes.
fn string(rest: &str) -> Result<(Kind, usize), String> {
    let mut text = String::new();
    let mut at = 1;
    loop {
        let tail = rest.get(at..).unwrap_or("");
        match tail.chars().next() {
            None | Some('\n') => return Err("a string that does not end".to_owned()),
            Some('"') => return Ok((Kind::Text(text), at + 1)),
            Some('\\') => {
                let (c, length) = escape(tail).ok_or("an escape that strings do not have")?;
                text.push(c);
                at += length;
            }
            Some(c) => {
                text.push(c);
                at += c.len_utf8();
            }
        }
    }
}

/// The sign that an escape stands for, and its length.
fn escape(tail: &str) -> Option<(char, usize)> {
    let code = |from: usize, length: usize, radix: u32| {
        let digits = tail.get(from..from + length)?;
        let value = u32::from_str_radix(digits, radix).ok()?;
        Some((char::from_u32(value)?, from + length))
    };
    Some(match tail.chars().nth(1)? {
        'n' => ('\n', 2),
        't' => ('\t', 2),
        'r' => ('\r', 2),
        'a' => ('\u{7}', 2),
        'b' => ('\u{8}', 2),
        'f' => ('\u{c}', 2),
        'v' => ('\u{b}', 2),
        c @ ('\\' | '"' | '\'') => (c, 2),
        'x' => code(2, 2, 16)?,
        'u' => code(2, 4, 16)?,
        'U' => code(2, 8, 16)?,
        '0'..='7' => code(1, 3, 8)?,
        _ => return None,
    })
}

/// A character: a number for Go.
fn character(rest: &str) -> Result<(Kind, usize), String> {
    let wrong = || "a character that does not end".to_owned();
    let tail = rest.get(1..).unwrap_or("");
    let (c, length) = match tail.chars().next() {
        Some('\\') => escape(tail).ok_or_else(wrong)?,
        Some(c) => (c, c.len_utf8()),
        None => return Err(wrong()),
    };
    if !tail.get(length..).is_some_and(|rest| rest.starts_with('\'')) {
        return Err(wrong());
    }
    Ok((Kind::Int(i64::from(u32::from(c))), length + 2))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Piece, pieces};

    fn shown(text: &str) -> Vec<String> {
        let all = pieces(text).expect("is a template");
        let show = |piece: &Piece| match piece {
            Piece::Text(range) => range.slice(text).to_owned(),
            Piece::Action(tokens, _) => {
                let words = tokens.iter().map(|token| token.range.slice(text));
                format!("<{}>", words.collect::<Vec<_>>().join(" "))
            }
        };
        all.iter().map(show).collect()
    }

    #[test]
    fn blanks_are_trimmed_where_an_action_says_so() {
        assert_eq!(shown("a\n  {{- .b }}\n{{ .c -}}\n d"), ["a", "<.b>", "\n", "<.c>", "d"]);
        assert_eq!(shown("{{-3}} x"), ["<-3>", " x"]);
        assert_eq!(shown("a {{- /* no }} */ -}} b"), ["a", "b"]);
    }

    #[test]
    fn words_of_an_action_are_told_apart() {
        assert_eq!(
            shown("{{ $x := (index .Values \"a}}b\").c | quote }}"),
            ["<$x := ( index .Values \"a}}b\" ) .c | quote>"]
        );
        let Ok(all) = pieces("{{ 0x1F 1e3 'a' \"\\t\\u0041\" `r\\` }}") else { panic!() };
        let Some(Piece::Action(tokens, _)) = all.first() else { panic!() };
        let kinds: Vec<_> = tokens.iter().map(|token| token.kind.clone()).collect();
        assert_eq!(
            kinds,
            [
                Kind::Int(31),
                Kind::Float(1000.0),
                Kind::Int(97),
                Kind::Text("\tA".to_owned()),
                Kind::Text("r\\".to_owned())
            ]
        );
    }

    #[test]
    fn what_does_not_end_is_told() {
        assert!(pieces("{{ .a").is_err());
        assert!(pieces("{{ \"a }}").is_err());
        assert!(pieces("{{/* a }}").is_err());
    }
}
