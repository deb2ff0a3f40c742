//! The whole lines that an entry has to itself.
//!
//! Knows how comments begin, not what they say.

use crate::text::TextRange;

/// Lines that one entry has to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// From the first byte of the first line to behind the last line end.
    pub(super) range: TextRange,
    /// Where the line end of the last line begins.
    pub(super) end: usize,
    /// A comma or semicolon behind the entry, where there is one.
    pub(super) comma: Option<usize>,
}

/// What begins a comment, in the syntaxes that are edited.
const OPENERS: &[&str] = &["#", "//", ";", "!", "--"];

/// The lines of an entry; `None` where something else stands on them.
pub(super) fn of(text: &str, range: TextRange) -> Option<Lines> {
    let (from, to) = (range.start as usize, range.end as usize);
    let start = start_of(text, from);
    let end = end_of(text, to);
    let before = text.get(start..from)?;
    if !(before.trim_matches(['\u{feff}', ' ', '\t']).is_empty() || is_path(before.trim_start())) {
        return None;
    }
    let tail = text.get(to..end)?;
    let rest = tail.trim_start();
    let signed = rest.starts_with([',', ';']);
    let comma = signed.then(|| to + tail.len() - rest.len());
    let rest = if signed { rest.get(1..)? } else { rest };
    if !(rest.trim().is_empty() || is_comment(rest) || is_closed_comment(rest)) {
        return None;
    }
    let next = (end + 1 + usize::from(text.as_bytes().get(end) == Some(&b'\r'))).min(text.len());
    Some(Lines { range: TextRange::new(start, next), end, comma })
}

/// The first byte of the line that byte `at` is on.
pub(super) fn start_of(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|head| head.rfind('\n')).map_or(0, |line| line + 1)
}

/// Where the line that byte `at` is on ends, before its line end.
pub(super) fn end_of(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let line = rest.split('\n').next().unwrap_or("");
    at + line.strip_suffix('\r').filter(|_| line.len() < rest.len()).unwrap_or(line).len()
}

/// The line end that a text uses around byte `at`.
pub(super) fn line_end(text: &str, at: usize) -> &'static str {
    let is_carried = |from: usize| {
        let end = text.get(from..).and_then(|rest| rest.find('\n')).map(|length| from + length);
        end.map(|end| end > 0 && text.as_bytes().get(end - 1) == Some(&b'\r'))
    };
    match is_carried(at).or_else(|| is_carried(0)) {
        Some(true) => "\r\n",
        _ => "\n",
    }
}

/// Whether a line is a comment.
pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    OPENERS.iter().any(|opener| line.starts_with(opener))
}

fn is_closed_comment(rest: &str) -> bool {
    let rest = rest.trim();
    rest.starts_with("/*") && rest.find("*/").is_some_and(|at| at + 2 == rest.len())
}

/// The first parts of a dotted key: `server.http.` before `port = 1`.
fn is_path(before: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    before.trim_end().ends_with('.') && before.chars().all(|c| is_sign(c) || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::{end_of, line_end, of};
    use crate::text::TextRange;

    fn lines(text: &str, word: &str) -> Option<String> {
        let at = text.find(word)?;
        let lines = of(text, TextRange::new(at, at + word.len()))?;
        Some(lines.range.slice(text).to_owned())
    }

    #[test]
    fn a_line_is_an_entrys_own_where_nothing_else_stands_on_it() {
        let text = "a: 1\r\n  b: 2 # why\n{ c: 3, d: 4 }\nx.y.e = 5,";
        assert_eq!(lines(text, "a: 1").as_deref(), Some("a: 1\r\n"));
        assert_eq!(lines(text, "b: 2").as_deref(), Some("  b: 2 # why\n"));
        assert_eq!(lines(text, "c: 3"), None);
        assert_eq!(lines(text, "e = 5").as_deref(), Some("x.y.e = 5,"));
        assert_eq!((line_end(text, 0), line_end(text, 6)), ("\r\n", "\n"));
        assert_eq!(end_of(text, 0), 4);
    }
}
