//! Comments for keydrift in any syntax: `# keydrift: ignore[dead-key] the portal reads it`.
//!
//! Knows how comments begin, not what languages they are of: a file that is looked at has comments of one of these forms.

use crate::text::{File, TextRange};

/// What a comment begins with, in the syntaxes that are read.
const OPENERS: &[&str] = &["#", "//", "--", ";", "/*", "<!--", "{#", "{#-", "!", "*", "%"];

/// Comments that may go over several lines: how they begin, and how they end.
const BLOCKS: &[(&str, &str)] = &[("/*", "*/"), ("<!--", "-->"), ("{#", "#}"), ("<%#", "%>")];

/// What templates put around a comment of theirs.
const AROUND: &[&str] = &["{{-", "{{", "<%-", "<%"];

/// What ends a comment on its own line.
const CLOSERS: &[&str] = &["-}}", "}}", "*/", "-->", "-#}", "#}", "%}", "-%>", "%>"];

/// A comment that accepts findings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// From `keydrift:` to its end.
    pub(super) range: TextRange,
    /// The rules that it names.
    pub(super) rules: Vec<String>,
    /// Why.
    pub(super) reason: String,
    /// The first and the last line that it may be about, from 0; `None` where it is about the whole file. Of several lines
    /// all but the last look like comments, and may be none: `#[arg(env)]` of Rust, a template's `# KEY=`.
    pub(super) lines: Option<(usize, usize)>,
}

/// The comments of a file, in its order.
pub(super) fn comments(file: &File) -> Vec<Comment> {
    if !file.text.contains(MARK) {
        return Vec::new();
    }
    let layout = Layout::of(&file.text);
    let mut start = 0;
    let mut found = Vec::new();
    for (at, piece) in file.text.split_inclusive('\n').enumerate() {
        let line = piece.trim_end_matches(['\n', '\r']);
        if let Some((from, comment)) = in_line(line, layout.continued[at]) {
            let end = from + line[from..].trim_end().len();
            let about = if comment.alone { layout.below(at) } else { (at, at) };
            found.push(Comment {
                range: TextRange::new(start + from, start + end),
                rules: comment.rules,
                reason: comment.reason,
                lines: (!comment.whole).then_some(about),
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

/// The comment in a line, and where it begins. `is_continued`: a comment that began on a line before goes on.
fn in_line(line: &str, is_continued: bool) -> Option<(usize, Said)> {
    let from = line.find(MARK)?;
    let before = line[..from].trim_end();
    let alone = (is_continued && before.is_empty()) || is_bare(before);
    if !alone {
        let opener =
            OPENERS.iter().filter(|opener| before.ends_with(**opener)).max_by_key(|it| it.len())?;
        if is_quoted(&before[..before.len() - opener.len()]) {
            return None;
        }
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
    Some((
        from,
        Said { rules: rules.map(str::to_owned).collect(), reason: plain(reason), alone, whole },
    ))
}

/// Whether nothing but the beginning of a comment stands before: `#`, `##`, `//!`, `{{- /*`, `<%#`.
fn is_bare(before: &str) -> bool {
    let inner = unwrapped(before);
    let is_mark = |sign: char| OPENERS.iter().any(|opener| opener.contains(sign));
    OPENERS.iter().any(|opener| inner.ends_with(opener)) && inner.chars().all(is_mark)
}

/// A line without what a template puts around its comment.
fn unwrapped(line: &str) -> &str {
    let line = line.trim_start();
    AROUND.iter().find_map(|around| line.strip_prefix(around)).map_or(line, str::trim_start)
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
    while let Some(shorter) = CLOSERS.iter().find_map(|closer| text.strip_suffix(closer)) {
        text = shorter.trim_end();
    }
    text.trim_start_matches([':', '-', '–', '—']).trim().to_owned()
}

/// Which lines are comments or empty.
struct Layout {
    /// Per line, whether a comment that began before it goes on.
    continued: Vec<bool>,
    /// Per line, the next one that is no comment and not empty.
    next: Vec<Option<usize>>,
}

impl Layout {
    fn of(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let mut continued = Vec::with_capacity(lines.len());
        let mut closer: Option<&str> = None;
        for line in &lines {
            continued.push(closer.is_some());
            let rest = match closer {
                Some(end) => line.contains(end).then_some(""),
                None => Some(*line),
            };
            if let Some(rest) = rest {
                closer = left_open(rest);
            }
        }
        // A block that never ends is none.
        if closer.is_some() {
            continued.fill(false);
        }
        let mut next = vec![None; lines.len()];
        let mut code = None;
        for (at, line) in lines.iter().enumerate().rev() {
            next[at] = code;
            let line = unwrapped(line);
            let is_comment = OPENERS.iter().any(|opener| line.starts_with(opener));
            if !line.is_empty() && !is_comment && !continued[at] {
                code = Some(at);
            }
        }
        Self { continued, next }
    }

    /// The lines that a comment which stands alone may be about.
    fn below(&self, at: usize) -> (usize, usize) {
        self.next[at].map_or((at, at), |next| (at + 1, next))
    }
}

/// What ends the comment that a line begins and does not end.
fn left_open(line: &str) -> Option<&'static str> {
    let whole = line.trim_start();
    BLOCKS.iter().find_map(|(opener, closer)| {
        let rest = whole.strip_prefix(opener).or_else(|| unwrapped(line).strip_prefix(opener))?;
        (!rest.contains(closer)).then_some(*closer)
    })
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
        assert_eq!(
            (found[0].lines, found[0].reason.as_str()),
            (Some((0, 0)), "the portal reads it")
        );
        assert_eq!(found[1].rules, ["dead-key", "value-drift"]);
        assert_eq!((found[1].lines, found[1].reason.as_str()), (Some((2, 4)), "on purpose"));
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
            "{{- /* keydrift: ignore[dead-key] why */ -}}",
            "{#- keydrift: ignore[dead-key] why -#}",
            "<%# keydrift: ignore[dead-key] why %>",
            "! keydrift: ignore[dead-key] why",
            "## keydrift: ignore[dead-key] why",
            "/// keydrift: ignore[dead-key] why",
            "\"A\": 1, // keydrift: ignore[dead-key] why",
            "A: \"1\" # keydrift: ignore[dead-key] why",
            "A='1' # keydrift: ignore[dead-key] why",
            "name: 'A' // keydrift: ignore[dead-key] why",
        ] {
            let found = of(line);
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!((found[0].reason.as_str(), found[0].lines), ("why", Some((0, 0))), "{line}");
        }
    }

    #[test]
    fn what_stands_in_a_comment_of_several_lines_is_about_what_follows_it() {
        for (text, lines) in [
            ("/*\n * keydrift: ignore[dead-key] why\n */\nA=1\n", (2, 3)),
            ("/*\n   keydrift: ignore[dead-key] why\n   and more */\nA=1\n", (2, 3)),
            ("{{- /*\nkeydrift: ignore[dead-key] why\n*/ -}}\nA: 1\n", (2, 3)),
            ("{{/* keydrift: ignore[dead-key] why */}}\n{{/* more */}}\nA: 1\n", (1, 2)),
            ("<%# keydrift: ignore[dead-key] why %>\nA: 1\n", (1, 1)),
            ("// keydrift: ignore[dead-key] why\n#[arg(env)]\nport: u16,\n", (1, 2)),
        ] {
            let found = of(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].lines, found[0].reason.as_str()), (Some(lines), "why"), "{text}");
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
            "keydrift: ignore[dead-key] no",
            "/* never ends\nkeydrift: ignore[dead-key] no",
            "# # keydrift: ignore[dead-key] no",
        ] {
            assert_eq!(of(line), [], "{line}");
        }
    }

    #[test]
    fn a_whole_file_is_meant_by_name() {
        let found = of("# keydrift: ignore-file[dead-key] generated\nA=1\n");
        assert_eq!((found[0].lines, found[0].reason.as_str()), (None, "generated"));
    }
}
