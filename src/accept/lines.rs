//! Comments for keydrift in any syntax: `# keydrift: ignore[dead-key] the portal reads it`.
//!
//! Knows how comments begin, not what languages they are of: a file that is looked at has comments of one of these forms.

use crate::text::{File, TextRange};

/// What a comment begins with, in the syntaxes that are read.
const OPENERS: &[&str] = &["#", "//", "--", ";", "/*", "<!--", "{#", "!", "*", "%"];

/// What ends a comment on its own line.
const CLOSERS: &[&str] = &["*/}}", "*/", "-->", "#}", "%}"];

/// A comment that accepts findings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// From `keydrift:` to its end.
    pub(super) range: TextRange,
    /// The rules that it names.
    pub(super) rules: Vec<String>,
    /// Why.
    pub(super) reason: String,
    /// The line that it is about, from 0; `None` where it is about the whole file.
    pub(super) line: Option<usize>,
}

/// The comments of a file, in its order.
pub(super) fn comments(file: &File) -> Vec<Comment> {
    if !file.text.contains(MARK) {
        return Vec::new();
    }
    let next = next_code(&file.text);
    let mut start = 0;
    let mut found = Vec::new();
    for (at, piece) in file.text.split_inclusive('\n').enumerate() {
        let line = piece.trim_end_matches(['\n', '\r']);
        if let Some((from, comment)) = in_line(line) {
            let end = from + line[from..].trim_end().len();
            let about = if comment.alone { next.get(at).copied().unwrap_or(at) } else { at };
            let line = (!comment.whole).then_some(about);
            found.push(Comment {
                range: TextRange::new(start + from, start + end),
                rules: comment.rules,
                reason: comment.reason,
                line,
            });
        }
        start += piece.len();
    }
    found
}

/// What a comment for keydrift begins with.
const MARK: &str = "keydrift:";

struct Said {
    rules: Vec<String>,
    reason: String,
    alone: bool,
    whole: bool,
}

/// The comment in a line, and where it begins.
fn in_line(line: &str) -> Option<(usize, Said)> {
    let from = line.find(MARK)?;
    let before = line[..from].trim_end();
    let opener =
        OPENERS.iter().filter(|opener| before.ends_with(**opener)).max_by_key(|it| it.len())?;
    let code = &before[..before.len() - opener.len()];
    if is_quoted(code) {
        return None;
    }
    let rest = line[from + MARK.len()..].trim_start();
    let rest = rest.strip_prefix("ignore")?;
    let (rest, whole) = match rest.strip_prefix("-file") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (rules, reason) =
        match rest.trim_start().strip_prefix('[').and_then(|it| it.split_once(']')) {
            Some((rules, reason)) => (rules, reason),
            None => ("", rest),
        };
    let rules = rules.split(',').map(str::trim).filter(|rule| !rule.is_empty());
    let alone = code.trim_end().trim_end_matches("{{").trim_end_matches("{{-").trim().is_empty();
    Some((
        from,
        Said { rules: rules.map(str::to_owned).collect(), reason: plain(reason), alone, whole },
    ))
}

/// Whether what follows stands in a text, or in a comment that only speaks of such a comment. A text that ends before it has a
/// space behind it.
fn is_quoted(before: &str) -> bool {
    let mut is_open = false;
    let mut is_escaped = false;
    for byte in before.bytes() {
        is_open ^= byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
    }
    let is_prose = OPENERS.iter().any(|opener| before.trim_start().starts_with(opener));
    is_open || is_prose || before.ends_with(['`', '"', '\''])
}

/// A reason without what only ends the comment or leads to it.
fn plain(reason: &str) -> String {
    let mut text = reason.trim();
    for closer in CLOSERS {
        text = text.strip_suffix(closer).unwrap_or(text).trim_end();
    }
    text.trim_start_matches([':', '-', '–', '—']).trim().to_owned()
}

/// For each line, the next one that is no comment and not empty; itself where none follows.
fn next_code(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut next: Vec<usize> = (0..lines.len()).collect();
    let mut code = None;
    for (at, line) in lines.iter().enumerate().rev() {
        next[at] = code.unwrap_or(at);
        let line = line.trim_start();
        if !line.is_empty() && !OPENERS.iter().any(|opener| line.starts_with(opener)) {
            code = Some(at);
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::{Comment, comments};
    use crate::text::File;

    fn of(text: &str) -> Vec<Comment> {
        comments(&File::new("some.file", text))
    }

    #[test]
    fn a_comment_is_about_its_line_or_the_next_one() {
        let text = [
            "A=1 # keydrift: ignore[dead-key] the portal reads it",
            "# keydrift: ignore[dead-key, value-drift]: on purpose",
            "# and more\n\nB=2\n",
        ]
        .join("\n");
        let text = text.as_str();
        let found = of(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].line, found[0].reason.as_str()), (Some(0), "the portal reads it"));
        assert_eq!(found[1].rules, ["dead-key", "value-drift"]);
        assert_eq!((found[1].line, found[1].reason.as_str()), (Some(4), "on purpose"));
        assert!(
            text[found[0].range.start as usize..].starts_with("keydrift: ignore[dead-key] the")
        );
    }

    #[test]
    fn every_syntax_has_comments() {
        for line in [
            "// keydrift: ignore[dead-key] why",
            "/* keydrift: ignore[dead-key] why */",
            "; keydrift: ignore[dead-key] why",
            "-- keydrift: ignore[dead-key] why",
            "<!-- keydrift: ignore[dead-key] why -->",
            "{# keydrift: ignore[dead-key] why #}",
            "{{/* keydrift: ignore[dead-key] why */}}",
            "! keydrift: ignore[dead-key] why",
            "\"A\": 1, // keydrift: ignore[dead-key] why",
            "A: \"1\" # keydrift: ignore[dead-key] why",
            "A='1' # keydrift: ignore[dead-key] why",
            "name: 'A' // keydrift: ignore[dead-key] why",
        ] {
            let found = of(line);
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!((found[0].reason.as_str(), found[0].line), ("why", Some(0)), "{line}");
        }
    }

    #[test]
    fn texts_and_prose_are_no_comments() {
        for line in [
            "x = \"# keydrift: ignore[dead-key] no\"",
            "x = '# keydrift: ignore[dead-key] no'",
            "use keydrift: ignore nothing",
            "y = \"x = \\\"# keydrift: ignore[dead-key] no\\\"\"",
            "//! As in `# keydrift: ignore[dead-key] why`.",
            "| `# keydrift: ignore[dead-key] why` |",
            "# keydrift: hello",
        ] {
            assert_eq!(of(line), [], "{line}");
        }
    }

    #[test]
    fn a_whole_file_is_meant_by_name() {
        let found = of("# keydrift: ignore-file[dead-key] generated\nA=1\n");
        assert_eq!((found[0].line, found[0].reason.as_str()), (None, "generated"));
    }
}
