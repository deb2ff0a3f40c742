//! HashiCorp Vault: `vault kv get -format=json`, both versions of the engine.
//!
//! The export does not say its path, so the file's own tells the environment.

use super::super::Format;
use super::super::context::Context;
use super::super::secret;
use super::{entry, is_json};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "vault",
    paths: is_json,
    needles: &["\"lease_duration\"", "\"data\""],
    claims,
    extract,
};

/// The map of keys: below `data.data` in the second version of the engine.
fn data(document: &Document) -> Option<Node<'_>> {
    let root = document.root().filter(|root| root.get("lease_duration").is_some())?;
    let outer = root.get("data").filter(|data| data.is_map())?;
    match (outer.get("data"), outer.get("metadata")) {
        (Some(inner), Some(metadata)) if metadata.is_map() => {
            let gone = metadata.get("destroyed").and_then(Node::text) == Some("true");
            (!gone && inner.is_map()).then_some(inner)
        }
        _ => Some(outer),
    }
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().any(|document| data(document).is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("vault");
    for pair in documents.iter().filter_map(data).flat_map(Node::entries) {
        let range = pair.value.range();
        let text = pair.value.text().unwrap_or("");
        facts.secrets.push(range);
        let value = secret::withhold(text.as_bytes(), range, context.sealer, &mut facts);
        facts.entries.push(entry(pair.key, pair.key_range, value, Some(range)));
    }
    vec![facts]
}
