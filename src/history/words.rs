//! The words of a source text as numbers, so that those of every version of every file can be kept.
//!
//! A word is letters, digits and `_`; a text literal that could be the name of a key is kept whole as well. Lines that are
//! comments do not count. Knows no syntax: a word in a comment behind code or in a text for people is one like any other.

use crate::lang::for_path;

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

/// The numbers of all words and literals of a text, sorted, each once. None for what is no text.
pub(super) fn of(text: &[u8], comment: &[u8]) -> Vec<u64> {
    if text.iter().take(8192).any(|byte| *byte == 0) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        if !line.trim_ascii_start().starts_with(comment) {
            words_of(line, &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// How a line begins in a file of that name that is a comment whole.
pub(super) fn comment(path: &str) -> &'static [u8] {
    for_path(path).map_or(b"#", |lang| lang.comment.as_bytes())
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
    use super::{comment, is_literal, is_word, literal, of, word};

    #[test]
    fn words_and_literals_of_a_text() {
        let text =
            b"x = os.environ['OVEN_MODE']  # heat\n  # OLD_TIN\nflag(\"new-oven.v2\", 'a b')\n";
        let found = of(text, comment("shop/bake.py"));
        let has = |number: u64| found.binary_search(&number).is_ok();
        assert!(has(word("OVEN_MODE")) && has(literal("OVEN_MODE")) && has(word("environ")));
        assert!(has(literal("new-oven.v2")) && has(word("v2")) && has(word("heat")));
        assert!(!has(literal("environ")) && !has(word("OLD_TIN")) && !has(literal("a b")));
        assert!(!has(word("OVEN")), "only whole words count");
        assert_eq!(of(b"OVEN\0", b"#"), [0_u64; 0]);
        assert!(is_word("oven_mode") && !is_word("new-oven") && is_literal("new-oven"));
    }
}
