//! Words of a command line or of an assignment as a shell has them: blanks inside quotes part nothing.
//!
//! Knows quotes and backslashes, no expansion.

use std::ops::Range;

/// The bytes of the first word of `text` at or behind byte `from`.
pub(super) fn word(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let start = from + bytes.get(from..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let (mut at, mut quote) = (start, None);
    while let Some(byte) = bytes.get(at).copied() {
        match (quote, byte) {
            (None, byte) if byte.is_ascii_whitespace() => break,
            (None | Some(b'"'), b'\\') => at += 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        at += 1;
    }
    let mut end = at.min(bytes.len());
    // A backslash may stand before a character of many bytes.
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Some(start..end)
}

/// A word without its quotes and backslashes.
pub(super) fn unquote(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut quote = None;
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (Some('\''), other) => text.push(other),
            (_, '\\') => match characters.next() {
                Some('\n') | None => {}
                Some(escaped) => text.push(escaped),
            },
            (_, other) => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{unquote, word};

    #[test]
    fn blanks_in_quotes_part_nothing() {
        let text = " A=\"x y\" B='a \\' c\\ d";
        let mut at = 0;
        let mut words = Vec::new();
        while let Some(found) = word(text, at) {
            at = found.end;
            words.push(unquote(&text[found]));
        }
        assert_eq!(words, ["A=x y", "B=a \\", "c d"]);
    }
}
