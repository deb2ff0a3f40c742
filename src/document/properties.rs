//! Java properties to a tree: one map of keys as written, dots and all.
//!
//! Knows escapes and lines that go on behind a backslash. Documents of one file that `#---` parts, as Spring Boot has
//! them, are documents here, too.

use super::Document;
use crate::model::ScalarKind;
use crate::text::TextRange;

/// The documents of `text`, one but for `#---` between them.
pub fn parse(text: &str) -> Vec<Document> {
    let mut documents = vec![begun(text)];
    let mut at = 0;
    let mut open: Option<(usize, usize)> = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let from = at + (line.len() - line.trim_start().len());
        at += line.len();
        if open.is_none() && (body.is_empty() || body.starts_with(['#', '!'])) {
            if matches!(body, "#---" | "!---") {
                documents.push(begun(text));
            }
            continue;
        }
        let (start, _) = open.unwrap_or((from, from));
        let end = from + body.len();
        let slashes = body.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if slashes % 2 == 1 {
            open = Some((start, end));
            continue;
        }
        open = None;
        if let Some(document) = documents.last_mut() {
            pair(document, text, TextRange::new(start, end));
        }
    }
    if let (Some((start, end)), Some(document)) = (open, documents.last_mut()) {
        pair(document, text, TextRange::new(start, end));
    }
    documents
}

fn begun(text: &str) -> Document {
    let mut document = Document::default();
    let root = document.map(TextRange::new(0, text.len()));
    document.set_root(root);
    document
}

/// `key = value`, `key: value` or `key value`.
fn pair(document: &mut Document, text: &str, range: TextRange) {
    let line = range.slice(text);
    let bytes = line.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end).copied() {
        match byte {
            b'\\' => end += 1,
            b'=' | b':' | b' ' | b'\t' => break,
            _ => {}
        }
        end += 1;
    }
    let end = (0..=end.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start();
    let base = range.start as usize;
    let start = base + line.len() - value.len();
    let key =
        document.scalar(TextRange::new(base, base + name.len()), unescaped(name), ScalarKind::Text);
    let value = document.scalar(
        TextRange::new(start, base + line.len()),
        unescaped(value),
        ScalarKind::Plain,
    );
    if let Some(root) = document.root_index() {
        document.add_entry(root, key, value);
    }
}

fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let code: String = characters.by_ref().take(4).collect();
                let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                out.push(code.unwrap_or('\u{fffd}'));
            }
            Some('\n' | '\r') => {
                while characters.peek().is_some_and(|next| next.is_whitespace()) {
                    characters.next();
                }
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::document::Node;

    #[test]
    fn keys_end_at_a_sign_or_a_blank() {
        let text = "a.b = 1\n# no\nc:2\nd 3\ne\\:f=\\u0041\nlong = x\\\n   y\n#---\ng=\n";
        let documents = parse(text);
        let of = |at: usize, key| {
            documents[at].root().and_then(|root| root.get(key)).and_then(Node::text)
        };
        assert_eq!((of(0, "a.b"), of(0, "c"), of(0, "d")), (Some("1"), Some("2"), Some("3")));
        assert_eq!((of(0, "e:f"), of(0, "long")), (Some("A"), Some("xy")));
        assert_eq!((documents.len(), of(1, "g")), (2, Some("")));
    }
}
