//! Consul: `consul kv export`, whose values are base64.
//!
//! What a value that is a whole file holds, nobody says: who loads it, and under which names.

use super::super::Format;
use super::super::context::{Context, note_opaque};
use super::super::kubernetes::decode;
use super::{decoded, entry, is_json, named, objects, section};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::key::is_env_name;
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

/// Whether a value has lines: `config/oven/data` of Spring, which is YAML.
fn is_file(bytes: &[u8]) -> bool {
    let is_line = |line: &&[u8]| line.iter().any(|byte| !byte.is_ascii_whitespace());
    bytes.split(|byte| *byte == b'\n').filter(is_line).count() > 1
}

/// Whether a key is a variable's beyond doubt.
fn is_variable(key: &str) -> bool {
    is_env_name(key) && !key.bytes().any(|byte| byte.is_ascii_lowercase())
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
        if is_file(&bytes) && !is_variable(&name.key) {
            facts.secrets.push(value.range());
            let key = node.get("key").and_then(Node::text).unwrap_or_default();
            note_opaque(&format!("the file `{key}` that Consul holds"), name.range, facts);
            continue;
        }
        let given = decoded(context, &name.key, (&bytes, value.range()), facts);
        facts.entries.push(entry(&name.key, name.range, given, Some(value.range())));
    }
    sources
}
