//! A text in the double quotes of YAML.
//!
//! Names every character that a line cannot hold as the library does that Kubernetes' own tools print with.

use std::fmt::Write as _;

/// Whether the library prints the character as it is. What stands beyond the first plane it does not.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// `text` in double quotes, all on one line.
pub(super) fn double(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    text.chars().for_each(|c| push(c, &mut quoted));
    quoted.push('"');
    quoted
}

/// Adds a character as it stands between double quotes.
pub(super) fn push(c: char, quoted: &mut String) {
    let letter = match c {
        '"' | '\\' => c,
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        c if is_printable(c) => return quoted.push(c),
        c => return push_code(u32::from(c), quoted),
    };
    quoted.push('\\');
    quoted.push(letter);
}

fn push_code(code: u32, quoted: &mut String) {
    let (letter, width) = match code {
        0..=0xff => ('x', 2),
        0x100..=0xffff => ('u', 4),
        _ => ('U', 8),
    };
    let _ = write!(quoted, "\\{letter}{code:0width$X}");
}

#[cfg(test)]
mod tests {
    use super::double;

    #[test]
    fn what_a_line_cannot_hold_is_named() {
        assert_eq!(double("rye \"bread\"\t\u{1b}é"), r#""rye \"bread\"\t\eé""#);
        assert_eq!(double("\u{1}\u{feff}\u{1f35e}\u{2028}"), r#""\x01\uFEFF\U0001F35E\L""#);
    }
}
