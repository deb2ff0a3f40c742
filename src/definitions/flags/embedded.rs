//! Files of flags that stand inside a manifest: entries of a ConfigMap, and resources `FeatureFlag` in a bundle of other objects.
//!
//! What stands there is read as the file that it becomes where it is mounted, with every range in the manifest. Texts in double
//! quotes, whose signs are escaped, and texts that a template has yet to fill in are left out.

use super::super::context::Context;
use super::super::{FORMATS, Format};
use super::flagd;
use crate::document::{self, Document, Entry as Pair, Node, Syntax};
use crate::facts::SourceFacts;
use crate::model::Kind;
use crate::text::{File, TextRange};

/// More files of flags than these are in no manifest.
const MOST: usize = 40;

/// The flags that a manifest holds.
pub(in super::super) fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut found = Vec::new();
    let roots = || documents.iter().filter_map(Document::root);
    if roots().any(|root| is_kind(root, "FeatureFlag")) {
        found.extend(flagd::extract(context, documents));
    }
    let maps = roots().filter(|root| is_kind(*root, "ConfigMap"));
    let data = maps.filter_map(|root| root.get("data")).flat_map(Node::entries);
    let files = data.filter_map(|pair| Some((file_of(context, &pair)?, pair)));
    for (range, pair) in files.take(MOST) {
        found.extend(inside(context, range, syntax_of(context, &pair, range)));
    }
    found
}

fn is_kind(root: Node<'_>, kind: &str) -> bool {
    root.get("kind").and_then(Node::text) == Some(kind)
}

/// Where the text of an entry stands as the file will have it, but for what it is indented by.
fn file_of(context: Context<'_>, pair: &Pair<'_>) -> Option<TextRange> {
    let range = pair.value.resolved().range();
    let raw = context.raw(range);
    let from = match raw.as_bytes().first()? {
        b'|' | b'>' => raw.find('\n')?,
        b'"' => return None,
        b'\'' => 1,
        _ => 0,
    };
    let end = raw.len() - usize::from(raw.starts_with('\''));
    let body = raw.get(from..end)?;
    let could_be = body.contains('\n') || body.trim_start().starts_with('{');
    let start = range.start as usize;
    (could_be && !body.contains("{{")).then(|| TextRange::new(start + from, start + end))
}

fn syntax_of(context: Context<'_>, pair: &Pair<'_>, range: TextRange) -> Syntax {
    Syntax::of(pair.key).unwrap_or_else(|| {
        let is_json = context.raw(range).trim_start().starts_with(['{', '[']);
        if is_json { Syntax::Json } else { Syntax::Yaml }
    })
}

/// What the first provider says whose file this is.
fn inside(context: Context<'_>, range: TextRange, syntax: Syntax) -> Vec<SourceFacts> {
    let text = context.raw(range);
    let may_be = |format: &&&Format| {
        Kind::of(format.name).holds.is_some()
            && (format.paths)("flags.yaml")
            && format.needles.iter().all(|needle| text.contains(needle))
    };
    let mut formats = FORMATS.iter().filter(may_be).peekable();
    if formats.peek().is_none() {
        return Vec::new();
    }
    let file = File::new(context.file.path.clone(), alone(&context.file.text, range));
    let documents = document::parse(&file.text, syntax);
    let found = formats.find(|format| (format.claims)(&file, &documents));
    let context = Context { file: &file, ..context };
    found.map(|format| (format.extract)(context, &documents)).unwrap_or_default()
}

/// A text of which only the part under a range is left, at its place.
fn alone(text: &str, range: TextRange) -> String {
    let blank = |part: &str| {
        let bytes = part.bytes();
        bytes.map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect::<String>()
    };
    let (start, end) = (range.start as usize, range.end as usize);
    [&*blank(&text[..start]), &text[start..end], &*blank(&text[end..])].concat()
}
