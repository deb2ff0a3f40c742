//! Blanks out `{{ … }}` byte for byte, so that what is around it can be parsed and every range stays right.
//!
//! Does not evaluate anything: both branches of an `if` stand in the result.

use std::borrow::Cow;

/// The first words of actions that give no value where they stand.
const BLOCKS: &[&str] =
    &["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

/// More actions than anybody writes into one value.
const MAX_CHOICES: usize = 8;

/// `text` with each template action replaced by as many bytes: `line` where it owns its line or controls, `X` where a
/// value stands. Line ends stay. A carriage return suits most files: YAML takes it for an empty line, where many spaces
/// would count as indentation. `#` suits those in which the others would end a block.
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
        let mut place = place(text, start, end);
        if let (Place::Control, Some(last)) = (&place, inline_choice(text, start, end)) {
            (place, end) = (Place::Value, last);
        }
        let fill = match place {
            Place::OwnLine => line,
            Place::LineStart => b'\r',
            Place::Control => b' ',
            Place::Value => b'X',
        };
        let keeps = if let Place::LineStart = place { indentation(text, start) } else { 0 };
        for (index, byte) in bytes.iter_mut().enumerate().take(end).skip(start) {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = if index + keeps >= end { b' ' } else { fill };
            }
        }
        at = end;
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()))
}

/// `text` of JSON with each `${…}` outside of its strings made a string of as many bytes: `${cpu}` of Terraform's `templatefile`.
pub fn quoted(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let (mut at, mut is_string) = (0, false);
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'\\' if is_string => at += 1,
            b'"' => is_string = !is_string,
            b'$' if !is_string && bytes.get(at + 1) == Some(&b'{') => {
                let rest = bytes.iter().skip(at);
                let Some(length) = rest.clone().position(|byte| *byte == b'}') else { break };
                let end = at + length;
                for byte in bytes.iter_mut().take(end).skip(at + 1) {
                    *byte = if matches!(byte, b'{' | b'"' | b'\\') { b' ' } else { *byte };
                }
                (bytes[at], bytes[end]) = (b'"', b'"');
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// What stands, with the name behind it, for the lines of a template that the tree does not have.
pub const UNSEEN_LINES: &str = "# {{ include ";

/// Whether a template engine has yet to fill a text in: Go's, Jinja, ERB.
pub fn is_open(text: &str) -> bool {
    ["{{", "{%", "<%"].iter().any(|open| text.contains(open))
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
    /// Alone on its line or lines.
    OwnLine,
    /// Gives nothing and stands before something else: what follows must not seem indented by it.
    LineStart,
    /// Gives nothing.
    Control,
    /// Gives a value.
    Value,
}

/// The end of a condition that begins and ends inside one value: `{{ if a }}x{{ else }}y{{ end }}`.
fn inline_choice(text: &str, start: usize, end: usize) -> Option<usize> {
    if !matches!(first_word(text, start, end), "if" | "range" | "with") {
        return None;
    }
    let mut at = end;
    let mut depth = 1;
    for _ in 0..MAX_CHOICES {
        let rest = text.get(at..)?;
        let next = at + rest.find("{{")?;
        if text.get(at..next)?.contains('\n') {
            return None;
        }
        at = close(text, next + 2)?;
        match first_word(text, next, at) {
            "end" => depth -= 1,
            "if" | "range" | "with" => depth += 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The first word of an action.
fn first_word(text: &str, start: usize, end: usize) -> &str {
    let action = text.get(start + 2..end.saturating_sub(2)).unwrap_or("");
    let action = action.trim_start_matches(['-', '{']).trim_start();
    action.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("")
}

/// How many blanks stand before `at` on its line.
fn indentation(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at).rev();
    before.take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn place(text: &str, start: usize, end: usize) -> Place {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let bytes = text.as_bytes();
    let before = bytes.iter().take(start).rev().find(|byte| !is_blank(byte));
    let after = bytes.iter().skip(end).find(|byte| !is_blank(byte));
    let begins = before.is_none_or(|byte| *byte == b'\n');
    if begins && after.is_none_or(|byte| *byte == b'\n') {
        return Place::OwnLine;
    }
    let action = text.get(start + 2..end.saturating_sub(2)).unwrap_or("");
    let action = action.trim_start_matches(['-', '{']).trim_start();
    let word = first_word(text, start, end);
    let controls = action.starts_with("/*") || BLOCKS.contains(&word);
    let gives_lines = ["indent", "toYaml", ":="].iter().any(|part| action.contains(part));
    match (controls || gives_lines, begins) {
        (true, true) => Place::LineStart,
        (true, false) => Place::Control,
        (false, _) => Place::Value,
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn an_action_that_owns_its_line_leaves_none() {
        assert_eq!(
            mask("a:\n  {{ if .b }}\n  c: {{ .d }}x\n", b' '),
            "a:\n             \n  c: XXXXXXXXx\n"
        );
    }

    #[test]
    fn what_follows_a_condition_keeps_its_indentation() {
        assert_eq!(
            mask("  {{ if .b }}c: 1{{ end }}\n", b'#'),
            "  \r\r\r\r\r\r\r\r\r  c: 1         \n"
        );
    }

    #[test]
    fn a_choice_inside_a_value_is_a_value() {
        assert_eq!(
            mask("a: {{ if b }}1{{ else }}2{{ end }}\n", b' '),
            format!("a: {}\n", "X".repeat(31))
        );
    }

    #[test]
    fn what_stands_for_a_number_becomes_a_text() {
        let text = r#"{"cpu": ${cpu}, "a": "${b}\" ${c}", "d": ${lookup(x, "y")}}"#;
        let made = r#"{"cpu": " cpu", "a": "${b}\" ${c}", "d": " lookup(x,  y )"}"#;
        assert_eq!(super::quoted(text), made);
    }

    #[test]
    fn braces_in_a_string_close_nothing() {
        assert_eq!(mask("a: {{ \"{{ b }}\" }}.\n", b' '), "a: XXXXXXXXXXXXXXX.\n");
    }
}
