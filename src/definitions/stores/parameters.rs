//! Parameters of AWS Systems Manager: `aws ssm get-parameters-by-path` and its siblings.
//!
//! Who may read a parameter is not seen.

use super::super::context::{Asks, Context};
use super::super::{Format, secret};
use super::{entry, is_json, named, section};
use crate::document::{Document, Node};
use crate::facts::{HeldFact, SourceFacts};
use crate::model::Value;
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "ssm",
    paths: is_json,
    needles: &["\"Parameter", "\"Name\"", "\"Type\""],
    claims,
    extract,
};

fn parameters(documents: &[Document]) -> Vec<Node<'_>> {
    let roots = documents.iter().filter_map(Document::root);
    let all = roots.flat_map(|root| match (root.get("Parameters"), root.get("Parameter")) {
        (Some(list), _) => list.items(),
        (None, one) => one.into_iter().collect(),
    });
    let is_one = |node: &Node<'_>| {
        ["Name", "Type", "Value"].iter().all(|key| node.get(key).and_then(Node::text).is_some())
    };
    all.filter(is_one).collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    !parameters(documents).is_empty()
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    // One that is asked for by name says nothing of its neighbours.
    let lists =
        documents.iter().filter_map(Document::root).any(|root| root.get("Parameters").is_some());
    let asked = documents
        .iter()
        .filter_map(Document::root)
        .any(|root| root.get("InvalidParameters").is_some());
    let is_listed = lists && !asked;
    for node in parameters(documents) {
        let Some(name) = node.get("Name").and_then(|name| named(context, name)) else { continue };
        let Some(value) = node.get("Value") else { continue };
        let facts = section(context, &mut sources, "ssm", name.section);
        let is_secret = node.get("Type").and_then(Node::text) == Some("SecureString");
        let text = value.text().unwrap_or("");
        let given = match () {
            // Without `--with-decryption` the service gives the cipher text.
            () if text.starts_with("AQICA") => Value::Encrypted,
            () if is_secret => {
                secret::withhold(text.as_bytes(), value.range(), context.sealer, facts)
            }
            () => context.value(&name.key, value, Asks::None, facts),
        };
        let full = node.get("Name").and_then(Node::text).unwrap_or("").to_owned();
        let range = name.range;
        facts.held.push(HeldFact { name: full, parts: None, is_listed, range });
        facts.entries.push(entry(&name.key, name.range, given, Some(value.range())));
    }
    sources
}
