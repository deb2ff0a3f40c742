//! AWS Secrets Manager: `get-secret-value`, `batch-get-secret-value` and `list-secrets`.
//!
//! Older versions of a secret are not seen.

use super::super::Format;
use super::super::context::Context;
use super::{bundle, closed, is_json, named, section};
use crate::document::{Document, Node};
use crate::facts::{HeldFact, SourceFacts};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "secrets-manager",
    paths: is_json,
    needles: &["\"ARN\"", ":secretsmanager:", "\"Name\""],
    claims,
    extract,
};

fn secrets(documents: &[Document]) -> Vec<Node<'_>> {
    let roots = documents.iter().filter_map(Document::root);
    let all = roots.flat_map(|root| {
        let list = root.get("SecretList").or_else(|| root.get("SecretValues"));
        list.map_or_else(|| vec![root], Node::items)
    });
    let is_one = |node: &Node<'_>| node.get("ARN").is_some() && node.get("Name").is_some();
    all.filter(is_one).collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    !secrets(documents).is_empty()
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for node in secrets(documents) {
        let Some(name) = node.get("Name").and_then(|name| named(context, name)) else { continue };
        // What is to be deleted gives nothing any more.
        if node.get("DeletedDate").is_some_and(|date| !date.is_null()) {
            continue;
        }
        let facts = section(context, &mut sources, "secrets-manager", name.section);
        let full = node.get("Name").and_then(Node::text).unwrap_or("").to_owned();
        let mut held = HeldFact { name: full, parts: None, is_listed: false, range: name.range };
        match node.get("SecretString") {
            Some(text) => {
                let first = facts.entries.len();
                bundle(context, Some((&name.key, name.range)), text, facts);
                let parts = facts.entries.iter().skip(first);
                let parts: Vec<_> = parts.map(|it| (it.name.clone(), it.key_range)).collect();
                let is_itself = parts.iter().any(|(_, range)| *range == name.range);
                held.parts = (!is_itself && !parts.is_empty()).then_some(parts);
                facts.held.push(held);
            }
            None => closed(&name.key, name.range, facts),
        }
    }
    sources
}
