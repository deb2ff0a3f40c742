//! Trees to YAML, each part with the place where it was written.
//!
//! What is printed is read again by the formats, which see in it what the platform would see: types are kept, a text
//! that looks like a number keeps its quotes. Comments and layout are not kept.

use std::borrow::Cow;

use super::tree::{Body, Tree};
use super::{Origin, Traced, quotes};
use crate::document::yaml::plain_kind;
use crate::model::{Scalar, ScalarKind};
use crate::text::{Files, Span, TextRange};

/// `tree` as a YAML document. Where `at` is given, all of it stands for that place: a template puts it in there, and
/// where it is written is where its text comes from.
pub(crate) fn print(tree: &Tree, files: &Files, at: Option<Span>) -> Traced {
    printed(tree, Printer { files, at, keeps_blocks: false, text: Traced::default() })
}

fn printed(tree: &Tree, mut printer: Printer<'_>) -> Traced {
    match &tree.body {
        Body::Map(pairs) if !pairs.is_empty() => printer.map(tree, 0, false),
        Body::List(items) if !items.is_empty() => printer.list(tree, 0, false),
        _ => {
            printer.flat(tree);
            printer.text.push_plain("\n");
        }
    }
    printer.text
}

/// The trees as the documents of one text.
pub(crate) fn print_all<'a>(trees: impl IntoIterator<Item = &'a Tree>, files: &Files) -> Traced {
    let mut all = Traced::default();
    for tree in trees {
        all.push_plain("---\n");
        all.append(print(tree, files, None));
    }
    all
}

/// The same, with texts of several lines left in lines: the commands of a script keep their places.
pub(crate) fn print_with_scripts<'a>(
    trees: impl IntoIterator<Item = &'a Tree>,
    files: &Files,
) -> Traced {
    let mut all = Traced::default();
    for tree in trees {
        all.push_plain("---\n");
        let text = Traced::default();
        all.append(printed(tree, Printer { files, at: None, keeps_blocks: true, text }));
    }
    all
}

struct Printer<'a> {
    files: &'a Files,
    at: Option<Span>,
    keeps_blocks: bool,
    text: Traced,
}

impl Printer<'_> {
    /// The pairs of a map; the first stands on the line that is begun already, where `is_begun`.
    fn map(&mut self, tree: &Tree, indent: usize, is_begun: bool) {
        for (at, pair) in tree.pairs().iter().enumerate() {
            if at > 0 || !is_begun {
                self.text.push_plain(&" ".repeat(indent));
            }
            let kind = if plain_kind(&pair.key) == ScalarKind::Plain && pair.key != "<<" {
                ScalarKind::Plain
            } else {
                ScalarKind::Text
            };
            let key = Scalar { text: pair.key.clone(), kind };
            self.scalar(&key, &Tree::null(pair.place));
            self.text.push_plain(":");
            match &pair.value.body {
                Body::Map(pairs) if !pairs.is_empty() => {
                    self.text.push_plain("\n");
                    self.map(&pair.value, indent + 2, false);
                }
                Body::List(items) if !items.is_empty() => {
                    self.text.push_plain("\n");
                    self.list(&pair.value, indent, false);
                }
                _ => {
                    self.text.push_plain(" ");
                    if !self.block(&pair.value, indent + 2) {
                        self.flat(&pair.value);
                        self.text.push_plain("\n");
                    }
                }
            }
        }
    }

    fn list(&mut self, tree: &Tree, indent: usize, is_begun: bool) {
        for (at, item) in tree.items().iter().enumerate() {
            if at > 0 || !is_begun {
                self.text.push_plain(&" ".repeat(indent));
            }
            self.text.push_plain("- ");
            match &item.body {
                Body::Map(pairs) if !pairs.is_empty() => self.map(item, indent + 2, true),
                Body::List(items) if !items.is_empty() => self.list(item, indent + 2, true),
                _ if self.block(item, indent + 2) => {}
                _ => {
                    self.flat(item);
                    self.text.push_plain("\n");
                }
            }
        }
    }

    /// A text that its file writes as a block of lines, each with its place; whether it is one and could be printed so.
    fn block(&mut self, tree: &Tree, indent: usize) -> bool {
        let (Body::Scalar(scalar), Some(place), true) = (&tree.body, tree.place, self.keeps_blocks)
        else {
            return false;
        };
        let Some(lines) = block_lines(&self.files.get(place.file).text, place.range) else {
            return false;
        };
        let texts: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
        let is_kept = scalar.text.trim_end_matches('\n') == texts.join("\n");
        if !is_kept || texts.first().is_none_or(|line| line.starts_with([' ', '\t'])) {
            return false;
        }
        self.text.push_plain(if scalar.text.ends_with('\n') { "|\n" } else { "|-\n" });
        for (at, line) in lines {
            if !line.is_empty() {
                self.text.push_plain(&" ".repeat(indent));
            }
            let range = TextRange::new(at, at + line.len());
            self.text.push(line, Origin::copy(Span::new(place.file, range)));
            self.text.push_plain("\n");
        }
        true
    }

    /// What stands on one line.
    fn flat(&mut self, tree: &Tree) {
        match &tree.body {
            Body::Scalar(scalar) => {
                if let Some(tag) = tree.tag.as_deref().filter(|tag| is_own_tag(tag)) {
                    self.text.push_plain(tag);
                    self.text.push_plain(" ");
                }
                self.scalar(scalar, tree);
            }
            Body::Map(_) => self.push("{}", tree, false),
            Body::List(_) => self.push("[]", tree, false),
        }
    }

    fn scalar(&mut self, scalar: &Scalar, tree: &Tree) {
        let form = form(scalar);
        let raw = tree
            .place
            .filter(|_| self.at.is_none())
            .map_or("", |place| place.range.slice(self.files.get(place.file).text.as_ref()));
        let inner = form.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        if raw == form {
            self.push(&form, tree, true);
        } else if inner.is_some() && bare(raw).is_some_and(|text| text == scalar.text) {
            self.push(raw, tree, true);
        } else if let Some(inner) = inner.filter(|inner| *inner == raw && !raw.is_empty()) {
            // The quotes are ours, what stands between them is the file's.
            self.text.push_plain("\"");
            self.push(inner, tree, true);
            self.text.push_plain("\"");
        } else {
            self.push(&form, tree, false);
        }
    }

    fn push(&mut self, text: &str, tree: &Tree, is_copy: bool) {
        let Some(place) = self.at.or(tree.place) else { return self.text.push_plain(text) };
        let origin = if is_copy { Origin::copy(place) } else { Origin::meant(place) };
        let from = tree.from.or(tree.place.filter(|_| self.at.is_some()));
        self.text.push(text, Origin { from, lost: tree.lost.clone(), ..origin });
    }
}

/// The text between the quotes of `raw`, where nothing in it is escaped.
fn bare(raw: &str) -> Option<&str> {
    let quote = raw.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = raw.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_plain = !inner.contains(quote)
        && !inner.contains(['\n', '\r'])
        && (quote == '\'' || !inner.contains('\\'));
    is_plain.then_some(inner)
}

/// The lines of a block of YAML without their indent, and where each begins in the text; none where no such block stands
/// at `range`, which begins at the sign of the block or behind it.
fn block_lines(text: &str, range: TextRange) -> Option<Vec<(usize, &str)>> {
    let (start, end) = (range.start as usize, range.end as usize);
    let raw = text.get(start..end)?;
    let from = if raw.starts_with('|') {
        start + raw.find('\n')? + 1
    } else {
        let head = text.get(..start)?.trim_end();
        let head = head.strip_suffix(['-', '+']).unwrap_or(head);
        let line = text[..start].rfind('\n')? + 1;
        (head.ends_with('|') && text[line..start].trim().is_empty()).then_some(line)?
    };
    let mut lines = Vec::new();
    let mut at = from;
    for line in text.get(from..end)?.split_inclusive('\n') {
        lines.push((at, line.trim_end_matches(['\n', '\r'])));
        at += line.len();
    }
    while lines.last().is_some_and(|(_, line)| line.trim().is_empty()) {
        lines.pop();
    }
    let first = lines.iter().map(|(_, line)| *line).find(|line| !line.trim().is_empty())?;
    let indent = first.len() - first.trim_start_matches(' ').len();
    let bare = |(at, line): (usize, &'_ str)| (at, indent.min(line.len()), line.len());
    let cut = lines.into_iter().map(bare);
    Some(
        cut.map(|(at, from, end)| (at + from, text.get(at + from..at + end).unwrap_or("")))
            .collect(),
    )
}

/// Whether a tag is one that a platform reads, as `!vault`.
fn is_own_tag(tag: &str) -> bool {
    tag.strip_prefix('!').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A scalar as YAML has it.
fn form(scalar: &Scalar) -> Cow<'_, str> {
    let text = &scalar.text;
    match scalar.kind {
        ScalarKind::Null => {
            Cow::Borrowed(if plain_kind(text) == ScalarKind::Null { text } else { "" })
        }
        ScalarKind::Bool | ScalarKind::Int | ScalarKind::Float
            if plain_kind(text) == scalar.kind =>
        {
            Cow::Borrowed(text)
        }
        ScalarKind::Plain if is_plain(text) => Cow::Borrowed(text),
        _ => Cow::Owned(quotes::double(text)),
    }
}

/// Whether a text may stand without quotes, also as a key.
fn is_plain(text: &str) -> bool {
    let begins =
        text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '$' | '('));
    let is_marker = text.starts_with("...") || text == "<<";
    begins
        && !is_marker
        && plain_kind(text) == ScalarKind::Plain
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| c != '\n' && quotes::is_printable(c))
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Tree, read};
    use super::{print, print_all};
    use crate::document::Syntax;
    use crate::text::{File, FileId, Files, Span, TextRange};

    fn files(text: &str) -> (Files, Vec<Tree>) {
        let mut files = Files::default();
        let id = files.add(File::new("bakery.yaml", text));
        let (trees, problems) = read(text, 0, Syntax::Yaml, id);
        assert_eq!(problems, []);
        (files, trees)
    }

    /// A tree without places: what a reader of the text sees.
    fn meaning(tree: &Tree) -> String {
        match &tree.body {
            super::Body::Scalar(scalar) => format!("{:?} {:?}", scalar.kind, scalar.text),
            super::Body::Map(pairs) => {
                let all: Vec<_> = pairs
                    .iter()
                    .map(|pair| format!("{:?}={}", pair.key, meaning(&pair.value)))
                    .collect();
                format!("{{{}}}", all.join(", "))
            }
            super::Body::List(items) => {
                format!("[{}]", items.iter().map(meaning).collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn what_is_printed_means_what_was_read() {
        let text = "oven: &oven\n  heat: 180\n  \"on\": 'yes'\n  name: \"1\"\n  empty: \"\"\n  none:\n  list:\n  - \
                    - a\n    - {b: c, d: []}\n  - 'it''s'\n  - e: {}\n    f: g:h\nother:\n  <<: *oven\n  script: |\n    \
                    echo \"$HOME\"\n    exit\n  wide: \"\\u00e9\\t\"\n  \"<<\": 1\n  odd: 'a # b'\n  minus: -x\n  \
                    url: http://x/?a=b#c\n";
        let (files, trees) = files(text);
        let printed = print_all(&trees, &files);
        let (again, problems) = read(printed.text(), 0, Syntax::Yaml, FileId(0));
        assert_eq!(problems, [], "{}", printed.text());
        let one: Vec<_> = trees.iter().map(meaning).collect();
        let two: Vec<_> = again.iter().map(meaning).collect();
        // What is written without quotes may get some: it is a text all the same.
        assert_eq!(one.join("").replace("Plain", "Text"), two.join("").replace("Plain", "Text"));
    }

    #[test]
    fn parts_lead_to_where_they_are_written() {
        let text = "env: {URL: \"http://${HOST}\", WORDS: a b, N: '1'}\n";
        let (files, trees) = files(text);
        let printed = print(&trees[0], &files, None);
        assert_eq!(printed.text(), "env:\n  URL: \"http://${HOST}\"\n  WORDS: a b\n  N: '1'\n");
        let find = |words: &str| {
            let at = printed.text().find(words).unwrap();
            let place = printed.place(TextRange::new(at, at + words.len())).unwrap();
            place.range.slice(text).to_owned()
        };
        for words in ["${HOST}", "WORDS", "a b", "'1'", "\"http://${HOST}\""] {
            assert_eq!(find(words), words);
        }
    }

    #[test]
    fn a_template_stands_for_what_it_puts_in() {
        let (files, trees) = files("HEAT: 180\n");
        let action = Span::new(FileId(7), TextRange::new(3, 30));
        let printed = print(&trees[0], &files, Some(action));
        let range = TextRange::new(6, 9);
        assert_eq!(range.slice(printed.text()), "180");
        assert_eq!(printed.place(range), Some(action));
        assert_eq!(printed.written(range), [Span::new(FileId(0), TextRange::new(6, 9))]);
    }
}
