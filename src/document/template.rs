//! Blanks out `{{ … }}` byte for byte, so that what is around it can be parsed and every range stays right.
//!
//! Does not evaluate anything: both branches of an `if` stand in the result.

use std::borrow::Cow;

/// The first words of actions that give no value where they stand.
const BLOCKS: &[&str] =
    &["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

/// `text` with each template action replaced by as many bytes: `line` where it owns its line or controls, `X` where a
/// value stands. Line ends stay. A space suits most files; `#` those in which such a line stands in a block of text.
pub fn mask(text: &str, line: u8) -> Cow<'_, str> {
    if !text.contains("{{") {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let start = at + found;
        let Some(mut end) = close(text, start + 2) else { break };
        // `{{{ … }}}`: the last brace closes the action when three opened it.
        if text.as_bytes().get(end) == Some(&b'}') && text.as_bytes().get(start + 2) == Some(&b'{')
        {
            end += 1;
        }
        let fill = match place(text, start, end) {
            Place::OwnLine => line,
            Place::Control => b' ',
            Place::Value => b'X',
        };
        for byte in bytes.iter_mut().take(end).skip(start) {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = fill;
            }
        }
        at = end;
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()))
}

/// The end of the action whose text begins at `from`: behind the first `}}` outside its strings.
fn close(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut quote = None;
    while let Some(byte) = bytes.get(at).copied() {
        match (quote, byte) {
            (Some(b'"'), b'\\') => at += 1,
            // A string of Go ends on its line; so this was no string.
            (Some(b'"'), b'\n') => quote = None,
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'`') => quote = Some(byte),
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            _ => {}
        }
        at += 1;
    }
    // A string that never closes: the first `}}` it is.
    text.get(from..)?.find("}}").map(|length| from + length + 2)
}

enum Place {
    OwnLine,
    Control,
    Value,
}

fn place(text: &str, start: usize, end: usize) -> Place {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let bytes = text.as_bytes();
    let before = bytes.iter().take(start).rev().find(|byte| !is_blank(byte));
    let after = bytes.iter().skip(end).find(|byte| !is_blank(byte));
    if before.is_none_or(|byte| *byte == b'\n') && after.is_none_or(|byte| *byte == b'\n') {
        return Place::OwnLine;
    }
    let action = text.get(start + 2..end.saturating_sub(2)).unwrap_or("");
    let action = action.trim_start_matches(['-', '{']).trim_start();
    let word = action.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let controls = action.starts_with("/*") || BLOCKS.contains(&word);
    let gives_lines = ["indent", "toYaml", ":="].iter().any(|part| action.contains(part));
    if controls || gives_lines { Place::Control } else { Place::Value }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn an_action_that_owns_its_line_becomes_spaces() {
        assert_eq!(
            mask("a:\n  {{- if .b }}\n  c: {{ .d }}x\n", b' '),
            "a:\n               \n  c: XXXXXXXXx\n"
        );
    }
}
