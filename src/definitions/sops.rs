//! Files that sops encrypted and that are no settings of a known place: names stay readable, values do not.
//!
//! Names in upper case are taken for variables, as `sops exec-env` hands them on; all others for settings.

use super::Format;
use super::context::{Asks, Context, env, note_problems};
use crate::document::{Document, Node, Syntax};
use crate::facts::{Entry, SourceFacts};
use crate::model::Namespace;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "sops", paths: is_structured, needles: &["sops", "ENC["], claims, extract };

/// Deeper than such files go.
const MAX_DEPTH: usize = 24;

fn is_structured(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Ini | Syntax::Json | Syntax::Yaml))
}

/// Whether sops wrote the file: it keeps its own data under a key of its name.
pub(super) fn is_encrypted(root: Node<'_>) -> bool {
    root.get("sops").is_some_and(|own| own.get("mac").is_some())
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(is_encrypted)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("sops");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        walk(context, root, &mut Vec::new(), &mut facts);
    }
    vec![facts]
}

fn walk<'a>(context: Context<'_>, map: Node<'a>, path: &mut Vec<&'a str>, facts: &mut SourceFacts) {
    for pair in map.entries() {
        if path.is_empty() && pair.key == "sops" {
            continue;
        }
        path.push(pair.key);
        if pair.value.is_map() && path.len() < MAX_DEPTH {
            walk(context, pair.value, path, facts);
        } else {
            let is_variable = !pair.key.chars().any(|c| c.is_ascii_lowercase() || c == '-');
            let name = if is_variable { pair.key.to_owned() } else { path.join(".") };
            let value = context.value(&name, pair.value, Asks::None, facts);
            let range = (!pair.value.is_null()).then(|| pair.value.resolved().range());
            let entry = env(&name, pair.key_range, value, range);
            facts.entries.push(Entry {
                namespace: if is_variable { Namespace::Env } else { Namespace::Setting },
                ..entry
            });
        }
        path.pop();
    }
}
