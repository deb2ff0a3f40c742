//! The words of a source text as numbers, so that those of every version of every file can be kept.
//!
//! A word is letters, digits and `_`; a text literal that could be the name of a key is kept whole as well. Lines that are
//! comments do not count; of a template of a page only its tags do. Knows no syntax: a word in a comment behind code or in a text for people is one like any other.

use crate::lang::for_path;
use crate::reads::templates::is_template;

/// Shorter words name nothing.
const SHORTEST: usize = 2;
/// Longer words and literals name nothing either.
const LONGEST: usize = 100;

/// The number of a word.
pub(super) fn word(text: &str) -> u64 {
    mixed(hashed(BARE, text.as_bytes()))
}

/// The number of a text literal.
pub(super) fn literal(text: &str) -> u64 {
    mixed(hashed(QUOTED, text.as_bytes()))
}

/// Whether a text is a word.
pub(super) fn is_word(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().all(joins)
}

/// Whether a text can be kept as a literal.
pub(super) fn is_literal(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().all(is_in_names)
}

/// How the texts of a file are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Source code, with how a line begins that is a comment whole.
    Code(&'static [u8]),
    /// A template of a page.
    Page,
}

/// The style of a file of that name.
pub(super) fn style(path: &str) -> Style {
    match for_path(path) {
        Some(lang) => Style::Code(lang.comment.as_bytes()),
        None if is_template(path) => Style::Page,
        None => Style::Code(b"#"),
    }
}

/// The numbers of all words and literals of a text, sorted, each once. None for what is no text.
pub(super) fn of(text: &[u8], style: Style) -> Vec<u64> {
    if text.iter().take(8192).any(|byte| *byte == 0) {
        return Vec::new();
    }
    let mut found = Vec::new();
    match style {
        Style::Code(comment) => {
            for line in text.split(|byte| *byte == b'\n') {
                if !line.trim_ascii_start().starts_with(comment) {
                    words_of(line, &mut found);
                }
            }
        }
        Style::Page => tags(text, |tag| words_of(tag, &mut found)),
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The tags of a template: `{% … %}`, `{{ … }}`.
fn tags(text: &[u8], mut look: impl FnMut(&[u8])) {
    let mut rest = text;
    while let Some(open) = rest.windows(2).position(|two| two == b"{%" || two == b"{{") {
        let close: &[u8] = if rest[open + 1] == b'%' { b"%}" } else { b"}}" };
        let inside = &rest[open + 2..];
        let Some(end) = inside.windows(2).position(|two| two == close) else { return };
        look(&inside[..end]);
        rest = &inside[end + 2..];
    }
}

fn words_of(line: &[u8], found: &mut Vec<u64>) {
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        if joins(*byte) {
            let rest = &line[at..];
            let length = rest.iter().position(|byte| !joins(*byte)).unwrap_or(rest.len());
            if (SHORTEST..=LONGEST).contains(&length) && !byte.is_ascii_digit() {
                found.push(mixed(hashed(BARE, &rest[..length])));
            }
            at += length;
            continue;
        }
        if matches!(byte, b'"' | b'\'' | b'`') {
            let rest = &line[at + 1..];
            let most = &rest[..rest.len().min(LONGEST + 1)];
            let length = most.iter().position(|byte| !is_in_names(*byte)).unwrap_or(most.len());
            if length >= SHORTEST && rest.get(length) == Some(byte) {
                found.push(mixed(hashed(QUOTED, &rest[..length])));
            }
        }
        at += 1;
    }
}

fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_in_names(byte: u8) -> bool {
    joins(byte) || b".-:/@".contains(&byte)
}

/// Where the numbers of words begin, and those of literals.
const BARE: u64 = 0xcbf2_9ce4_8422_2325;
const QUOTED: u64 = 0x9ae1_6a3b_2f90_404f;

/// FNV-1a: the same in every run and on every machine, for the numbers are kept.
pub(super) fn hashed(from: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(from, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Spreads what differs over all bits.
pub(super) fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::{is_literal, is_word, literal, of, style, word};

    #[test]
    fn words_and_literals_of_a_text() {
        let text =
            b"x = os.environ['OVEN_MODE']  # heat\n  # OLD_TIN\nflag(\"new-oven.v2\", 'a b')\n";
        let found = of(text, style("shop/bake.py"));
        let has = |number: u64| found.binary_search(&number).is_ok();
        assert!(has(word("OVEN_MODE")) && has(literal("OVEN_MODE")) && has(word("environ")));
        assert!(has(literal("new-oven.v2")) && has(word("v2")) && has(word("heat")));
        assert!(!has(literal("environ")) && !has(word("OLD_TIN")) && !has(literal("a b")));
        assert!(!has(word("OVEN")), "only whole words count");
        assert_eq!(of(b"OVEN\0", style("shop/bake.py")), [0_u64; 0]);
        let page = b"<p class='OVEN'>{% flag 'new-oven.v2' %}{{ OLD_TIN }}</p>{% MOLD";
        let found = of(page, style("pages/bake.html"));
        let has = |number: u64| found.binary_search(&number).is_ok();
        assert!(has(literal("new-oven.v2")) && has(word("OLD_TIN")));
        assert!(!has(literal("OVEN")) && !has(word("class")) && !has(word("MOLD")));
        assert!(is_word("oven_mode") && !is_word("new-oven") && is_literal("new-oven"));
    }
}
