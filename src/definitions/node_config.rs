//! `config/custom-environment-variables.json` of node-config: which variable fills which setting.
//!
//! A mapping, never a value: the setting and the variable are one key under two names.

use super::context::{Context, note_problems};
use super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax};
use crate::facts::{NameFact, SourceFacts};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "node-config", paths: is_mapping, needles: &[], claims, extract };

/// Deeper than settings go.
const MAX_DEPTH: usize = 32;

fn is_mapping(path: &str) -> bool {
    let stem = paths::name(path).split('.').next().unwrap_or_default();
    stem == "custom-environment-variables"
        && matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml | Syntax::Toml))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(Node::is_map)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("node-config");
    for document in documents {
        note_problems(document, &mut facts);
        for pair in document.root().map(Node::entries).unwrap_or_default() {
            names(&pair, &mut Vec::new(), &mut facts);
        }
    }
    let says = |facts: &SourceFacts| !facts.names.is_empty() || !facts.problems.is_empty();
    vec![facts].into_iter().filter(says).collect()
}

fn names<'a>(pair: &Pair<'a>, path: &mut Vec<&'a str>, facts: &mut SourceFacts) {
    path.push(pair.key);
    // `{"__name": "PORT", "__format": "json"}`
    let variable = pair.value.get("__name").unwrap_or(pair.value);
    match variable.text().filter(|text| !text.is_empty()) {
        Some(text) => facts.names.push(NameFact {
            setting: path.join("."),
            variable: text.to_owned(),
            range: variable.resolved().range(),
        }),
        None if path.len() < MAX_DEPTH => {
            for below in pair.value.entries() {
                names(&below, path, facts);
            }
        }
        None => {}
    }
    path.pop();
}
