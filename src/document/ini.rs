//! INI files, and all that looks like them: sections in brackets, `key = value`, to a tree.
//!
//! A value goes on in lines that are indented, and behind a backslash at the end of a line. Comments are whole lines:
//! readers disagree about those behind a value.

use super::Document;
use crate::model::ScalarKind;
use crate::text::TextRange;

/// The document of `text`: a map of sections, and of the keys before the first one.
pub fn parse(text: &str) -> Document {
    let mut document = Document::default();
    let root = document.map(TextRange::new(0, text.len()));
    document.set_root(root);
    let mut section = root;
    let mut open: Option<Pair> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let from = at + (line.len() - line.trim_start().len());
        at += line.len();
        let continues = open.as_ref().is_some_and(|pair| pair.continues(text));
        if body.is_empty() && !continues {
            close(&mut document, section, open.take().as_ref(), text);
        }
        if body.is_empty() {
            continue;
        }
        let end = from + body.len();
        if body.starts_with(['#', ';']) {
            document.comments.push(TextRange::new(from, end));
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        if let Some(pair) = open.as_mut().filter(|_| is_indented || continues) {
            pair.end = end;
            continue;
        }
        close(&mut document, section, open.take().as_ref(), text);
        if let Some((name, _)) = body.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let start = from + 1 + (name.len() - name.trim_start().len());
            let name = name.trim();
            let key_range = TextRange::new(start, start + name.len());
            let key = document.scalar(key_range, name.to_owned(), ScalarKind::Text);
            section = document.map(TextRange::new(from, end));
            document.add_entry(root, key, section);
            continue;
        }
        open = Some(Pair::of(body, from));
    }
    close(&mut document, section, open.as_ref(), text);
    document
}

/// A key whose value may go on in the next line.
struct Pair {
    key: TextRange,
    start: usize,
    end: usize,
    kind: ScalarKind,
}

impl Pair {
    /// A line that gives a key a value, or names a key alone.
    fn of(body: &str, from: usize) -> Self {
        let sign = body.find(['=', ':']);
        let name = body.get(..sign.unwrap_or(body.len())).unwrap_or(body).trim_end();
        let rest = sign.and_then(|sign| body.get(sign + 1..)).unwrap_or("");
        Self {
            key: TextRange::new(from, from + name.len()),
            start: from + body.len() - rest.trim_start().len(),
            end: from + body.len(),
            kind: if sign.is_none() { ScalarKind::Null } else { ScalarKind::Text },
        }
    }

    fn continues(&self, text: &str) -> bool {
        self.end.checked_sub(1).is_some_and(|last| text.as_bytes().get(last) == Some(&b'\\'))
    }
}

/// Adds a pair whose value is known whole.
fn close(document: &mut Document, section: u32, pair: Option<&Pair>, text: &str) {
    let Some(&Pair { key, start, end, kind }) = pair else { return };
    let range = TextRange::new(start, end.max(start));
    let raw = range.slice(text);
    let value = if raw.contains('\n') { joined(raw) } else { bare(raw).to_owned() };
    let name = document.scalar(key, key.slice(text).to_owned(), ScalarKind::Text);
    let value = document.scalar(range, value, kind);
    document.add_entry(section, name, value);
}

/// A value without the quotes around it.
pub fn bare(value: &str) -> &str {
    let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    ['"', '\'']
        .into_iter()
        .find_map(inside)
        .filter(|text| !text.contains(['"', '\'']))
        .unwrap_or(value)
}

/// The lines of a value that goes on, without what makes it go on.
fn joined(raw: &str) -> String {
    let lines = raw.lines().map(|line| line.trim().trim_end_matches('\\').trim_end());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::document::Node;

    #[test]
    fn values_go_on_in_indented_lines_and_behind_backslashes() {
        let text = "top = 1\n[web]\n; no\nhosts =\n  a\n  b\nline = x \\\ny\nalone\nname: \"q\"\n";
        let document = parse(text);
        let root = document.root().expect("a root");
        assert_eq!(root.get("top").and_then(Node::text), Some("1"));
        let of = |key| root.at(&["web", key]).and_then(Node::text);
        assert_eq!(of("hosts"), Some("a\nb"));
        assert_eq!(of("line"), Some("x\ny"));
        assert_eq!(of("name"), Some("q"));
        assert!(root.at(&["web", "alone"]).is_some_and(Node::is_null));
        let range = root.at(&["web", "line"]).expect("a value").range();
        assert_eq!(range.slice(text), "x \\\ny");
    }
}
