//! Which bytes of a source text are comments, literals or attributes, and which belong to tests.
//!
//! Goes by marks alone, so that a text is looked at without being parsed: what a macro makes of its text is not seen.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::text::FileId;

/// A language whose texts can be told apart this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Python,
    Rust,
}

/// What a stretch of text is; all else is code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    /// A literal: the range is what stands between its quotes.
    Text,
    /// `#[…]`, with the literals in it.
    Attribute,
}

/// The stretches of one text, in order.
#[derive(Debug, Default)]
pub(super) struct Regions {
    stretches: Vec<(Range<usize>, Kind)>,
    tests: Vec<Range<usize>>,
}

/// The stretches of the texts of a scan: each text is cut once, however many look at it.
pub struct Cuts {
    cut: FxHashMap<FileId, OnceLock<Regions>>,
}

impl Cuts {
    /// The cuts of these files, none made yet.
    pub fn of(files: &BTreeSet<FileId>) -> Self {
        Self { cut: files.iter().map(|id| (*id, OnceLock::new())).collect() }
    }

    /// The stretches of a file.
    pub(super) fn get(&self, id: FileId, syntax: Syntax, text: &str) -> Option<&Regions> {
        Some(self.cut.get(&id)?.get_or_init(|| Regions::of(syntax, text)))
    }
}

impl Syntax {
    /// The language of a file by its ending.
    pub(super) fn of(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            "py" | "pyi" => Some(Self::Python),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }
}

impl Regions {
    pub(super) fn of(syntax: Syntax, text: &str) -> Self {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0, found: Self::default() };
        match syntax {
            Syntax::Python => reader.python(),
            Syntax::Rust => reader.rust(),
        }
        reader.found
    }

    /// What the byte at `at` belongs to; `None` for code.
    pub(super) fn at(&self, at: usize) -> Option<(Kind, Range<usize>)> {
        let next = self.stretches.partition_point(|(range, _)| range.start <= at);
        let (range, kind) = self.stretches.get(next.checked_sub(1)?)?;
        range.contains(&at).then(|| (*kind, range.clone()))
    }

    /// Whether the byte at `at` belongs to an item that is compiled for tests alone.
    pub(super) fn is_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    found: Regions,
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, from: usize, kind: Kind) {
        self.found.stretches.push((from..self.at, kind));
    }

    /// Goes on behind the next `end`, or to the end of the text.
    fn skip_to(&mut self, end: &[u8]) {
        let step = self.rest().windows(end.len()).position(|window| window == end);
        self.at = step.map_or(self.bytes.len(), |step| self.at + step + end.len());
    }

    fn line_comment(&mut self) {
        let from = self.at;
        self.skip_to(b"\n");
        self.push(from, Kind::Comment);
    }

    /// A literal from its opening quote to `close`; in one that is `raw`, a backslash takes no byte with it.
    fn literal(&mut self, open: usize, close: &[u8], raw: bool, in_line: bool) {
        self.at += open;
        let from = self.at;
        let mut end = self.bytes.len();
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            if self.rest().starts_with(close) {
                end = self.at;
                break;
            }
            // A quote that is never closed ends with its line, so that the rest of the file is not lost.
            if byte == b'\n' && in_line {
                end = self.at;
                break;
            }
            self.at += if byte == b'\\' && !raw { 2 } else { 1 };
        }
        self.at = end.min(self.bytes.len());
        self.push(from, Kind::Text);
        self.at = (self.at + close.len()).min(self.bytes.len());
    }

    fn python(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'#' => self.line_comment(),
                b'"' | b'\'' => {
                    let quote = [*byte; 3];
                    if self.rest().starts_with(&quote) {
                        self.literal(3, &quote, false, false);
                    } else {
                        self.literal(1, &quote[..1], false, true);
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    fn rust(&mut self) {
        while self.at < self.bytes.len() {
            self.rust_step();
        }
    }

    fn rust_step(&mut self) {
        match self.rest() {
            [b'/', b'/', ..] => self.line_comment(),
            [b'/', b'*', ..] => self.block_comment(),
            [b'#', b'[', ..] | [b'#', b'!', b'[', ..] => self.attribute(),
            [b'"', ..] => self.literal(1, b"\"", false, false),
            [b'r', b'"' | b'#', ..] if !self.continues_a_name() => self.raw(),
            [b'\'', b'\\', ..] => {
                self.at += 2;
                self.skip_to(b"'");
            }
            // A character, not a lifetime: one scalar between quotes.
            [b'\'', first, ..] => {
                let width = match first {
                    0..0x80 => 1,
                    0xF0.. => 4,
                    0xE0.. => 3,
                    _ => 2,
                };
                let closes = self.rest().get(1 + width) == Some(&b'\'');
                self.at += if closes { width + 2 } else { 1 };
            }
            _ => self.at += 1,
        }
    }

    fn continues_a_name(&self) -> bool {
        let before = self.at.checked_sub(1).map(|at| self.bytes[at]);
        before.is_some_and(|byte| byte != b'b' && (byte.is_ascii_alphanumeric() || byte == b'_'))
    }

    fn raw(&mut self) {
        let hashes = self.rest()[1..].iter().take_while(|byte| **byte == b'#').count();
        if self.rest().get(1 + hashes) != Some(&b'"') {
            // `r#type`: a name.
            self.at += 1 + hashes;
            return;
        }
        let close: Vec<u8> =
            std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
        self.literal(hashes + 2, &close, true, false);
    }

    fn block_comment(&mut self) {
        let (from, mut depth) = (self.at, 0_usize);
        while self.at < self.bytes.len() {
            match self.rest() {
                [b'/', b'*', ..] => {
                    depth += 1;
                    self.at += 2;
                }
                [b'*', b'/', ..] => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        break;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.push(from, Kind::Comment);
    }

    fn attribute(&mut self) {
        let from = self.at;
        let kept = self.found.stretches.len();
        self.balanced(b'[', b']');
        self.found.stretches.truncate(kept);
        self.push(from, Kind::Attribute);
        if is_test_attribute(&self.bytes[from..self.at]) {
            self.test_item(from);
        }
    }

    /// The item behind the attribute of a test: up to its closing brace, or its semicolon.
    fn test_item(&mut self, from: usize) {
        loop {
            match self.rest().first() {
                None => break,
                Some(b';') => {
                    self.at += 1;
                    break;
                }
                Some(b'{') => {
                    self.balanced(b'{', b'}');
                    break;
                }
                Some(_) => self.rust_step(),
            }
        }
        self.found.tests.push(from..self.at);
    }

    /// Goes on behind the bracket that closes the next one that opens.
    fn balanced(&mut self, open: u8, close: u8) {
        let mut depth = 0_usize;
        while let Some(byte) = self.bytes.get(self.at) {
            let is_start = depth == 0 && open == b'[';
            if *byte == open {
                depth += 1;
                self.at += 1;
            } else if *byte == close {
                depth = depth.saturating_sub(1);
                self.at += 1;
                if depth == 0 {
                    return;
                }
            } else if is_start {
                self.at += 1;
            } else {
                self.rust_step();
            }
        }
    }
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`; not `#[cfg(not(test))]`, not `#[cfg_attr(test, …)]`.
fn is_test_attribute(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let inner: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(inner) = inner.strip_prefix("#[").and_then(|rest| rest.strip_suffix(']')) else {
        return false;
    };
    if let Some(condition) = inner.strip_prefix("cfg(") {
        let mut words = condition.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '"');
        return words.any(|word| word == "test") && !condition.contains("not(");
    }
    let path = inner.split('(').next().unwrap_or(inner);
    matches!(path.rsplit("::").next(), Some("test" | "rstest"))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Regions, Syntax};

    fn kind(syntax: Syntax, text: &str, word: &str) -> Option<Kind> {
        let at = text.find(word).expect("the word is there");
        Regions::of(syntax, text).at(at).map(|(kind, _)| kind)
    }

    #[test]
    fn python_has_comments_and_literals() {
        let kind = |text, word| kind(Syntax::Python, text, word);
        assert_eq!(kind("x = 1  # port\n", "port"), Some(Kind::Comment));
        assert_eq!(kind("x = 'the port'\n", "port"), Some(Kind::Text));
        assert_eq!(kind("x = '''a\n'port'\n'''\n", "port"), Some(Kind::Text));
        assert_eq!(kind("x = 'it\\'s'; port\n", "port"), None);
        assert_eq!(kind("x = \"#\"; port\n", "port"), None);
        assert_eq!(kind("x = \"broken\nport\n", "port"), None);
    }

    #[test]
    fn rust_has_nested_comments_raw_texts_and_lifetimes() {
        let kind = |text, word| kind(Syntax::Rust, text, word);
        assert_eq!(kind("/* a /* b */ port */ x", "port"), Some(Kind::Comment));
        assert_eq!(kind("/* a /* b */ c */ port", "port"), None);
        assert_eq!(kind("let x = r#\"a \"port\" b\"#;", "port"), Some(Kind::Text));
        assert_eq!(kind("let x = br\"a\"; port", "port"), None);
        assert_eq!(kind("let r#type = 1; port", "port"), None);
        assert_eq!(kind("fn f<'a>(x: &'a str) { '\"'; port }", "port"), None);
        assert_eq!(kind("'ä'; '\\''; port", "port"), None);
        assert_eq!(kind("#[serde(rename = \"]port\")]", "port"), Some(Kind::Attribute));
        assert_eq!(kind("#![allow(dead_code)]\nport", "port"), None);
    }

    #[test]
    fn items_of_tests_end_with_their_brace() {
        let test = |text: &str| {
            let at = text.find("port").expect("the word is there");
            Regions::of(Syntax::Rust, text).is_test(at)
        };
        assert!(test("#[cfg(test)]\nmod tests { fn f() { \"}\"; c.port } }"));
        assert!(test("#[tokio::test]\nasync fn f() { c.port }"));
        assert!(!test("#[cfg(test)]\nmod tests { fn f() {} }\nfn g() { c.port }"));
        assert!(!test("#[cfg(test)]\nmod tests;\nfn g() { c.port }"));
        assert!(!test("#[cfg(not(test))]\nfn g() { c.port }"));
        assert!(!test("#[cfg_attr(test, derive(Debug))]\nstruct G { port: u16 }"));
    }

    #[test]
    fn broken_texts_end() {
        for text in ["/*", "#[", "\"", "r#\"", "'", "'\\", "#[cfg(test)]", "#[test] {", "b'"] {
            Regions::of(Syntax::Rust, text);
            Regions::of(Syntax::Python, text);
        }
    }
}
