//! Consul: `consul kv export`, whose values are base64.
//!
//! Values that are whole files are one value each.

use super::super::Format;
use super::super::context::Context;
use super::super::kubernetes::decode;
use super::{decoded, entry, is_json, named, objects, section};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "consul",
    paths: is_json,
    needles: &["\"key\"", "\"flags\"", "\"value\""],
    claims,
    extract,
};

fn is_one(node: &Node<'_>) -> bool {
    ["key", "flags", "value"].iter().all(|key| node.get(key).is_some())
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    let all = objects(documents);
    !all.is_empty() && all.iter().all(is_one)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for node in objects(documents).into_iter().filter(is_one) {
        // A key that ends in a slash is a folder.
        let name = node.get("key").filter(|key| key.text().is_some_and(|it| !it.ends_with('/')));
        let (Some(name), Some(value)) =
            (name.and_then(|name| named(context, name)), node.get("value"))
        else {
            continue;
        };
        let facts = section(context, &mut sources, "consul", name.section);
        let text = value.text().unwrap_or("");
        let bytes = decode(text).unwrap_or_else(|| text.as_bytes().to_vec());
        let given = decoded(context, &name.key, (&bytes, value.range()), facts);
        facts.entries.push(entry(&name.key, name.range, given, Some(value.range())));
    }
    sources
}
