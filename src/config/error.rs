//! What is wrong with a policy file, and where.
//!
//! Knows the file's text, not how an error is shown.

use crate::text::{LineIndex, TextRange};

/// The policy file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}:{column}: {message}")]
pub struct Error {
    /// The path of the policy file, as it was given.
    pub path: String,
    /// What is wrong, as a phrase.
    pub message: String,
    /// The next step, where one is known.
    pub help: Option<String>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The bytes it is about: the word at that place.
    pub range: TextRange,
}

impl Error {
    /// What is wrong, where, and what to do about it.
    pub fn told(&self) -> String {
        match &self.help {
            Some(help) => format!("{self}; {help}"),
            None => self.to_string(),
        }
    }

    /// An error at byte `at` of `text`.
    pub(super) fn at(path: &str, text: &str, at: usize, message: &str) -> Self {
        let range = TextRange::new(at, (at + 1).min(text.len()));
        let place = LineIndex::new(text).position(text, range.start);
        Self {
            path: path.to_owned(),
            message: message.to_owned(),
            help: None,
            line: place.line,
            column: place.column,
            range,
        }
    }

    /// The error that the YAML reader gave for `text`.
    pub(super) fn from_yaml(path: &str, text: &str, error: &serde_yaml::Error) -> Self {
        let shown = error.to_string();
        let place = error.location().map_or((1, 1), |at| (at.line(), at.column()));
        let suffix = format!(" at line {} column {}", place.0, place.1);
        let message = shown.strip_suffix(&suffix).unwrap_or(&shown);
        let message = message.replace(", expected u32", ", expected a whole number from 0 on");
        let help = closest_field(&message);
        // Where it is known what was meant, a list of all that may stand there is of no use.
        let message = match message.split_once(", expected one of ") {
            Some((said, _)) if help.is_some() => said.to_owned(),
            _ => message,
        };
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            path: path.to_owned(),
            help,
            line: narrow(place.0),
            column: narrow(place.1),
            range: word_at(text, place.0, place.1),
            message,
        }
    }
}

/// The name in `known` that `name` is a slip of.
pub(super) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let close =
        |other: &&str| strsim::damerau_levenshtein(name, other) <= (name.len() / 3).clamp(1, 3);
    known
        .into_iter()
        .filter(close)
        .min_by_key(|other| (strsim::damerau_levenshtein(name, other), *other))
}

/// "unknown field `a`, expected one of `b`, `c`" says both what is wrong and what would be right.
fn closest_field(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("unknown field `")?;
    let mut quoted = rest.split('`').step_by(2);
    let wrong = quoted.next()?;
    closest(wrong, quoted).map(|right| format!("did you mean `{right}`?"))
}

/// The word that begins at a line and column, both from 1; an empty range where there is none.
fn word_at(text: &str, line: usize, column: usize) -> TextRange {
    let index = LineIndex::new(text);
    let start = index.line_start(line.saturating_sub(1)) as usize;
    let rest = text.get(start..).unwrap_or("");
    let skipped: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    let word = rest.get(skipped..).unwrap_or("");
    let length = match word.chars().next() {
        Some(quote @ ('"' | '\'')) => word[1..].find(quote).map_or(1, |end| end + 2),
        _ => word.find([':', ',', ' ', '\n', '\r', ']', '}']).unwrap_or(word.len()),
    };
    TextRange::new(start + skipped, start + skipped + length)
}
