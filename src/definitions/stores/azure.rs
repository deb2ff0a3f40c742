//! Azure App Configuration: `az appconfig kv export` with the profile `appconfig/kvset`, and `az appconfig kv list`.
//!
//! A label is taken for an environment; flags are told apart by their keys.

use super::super::Format;
use super::super::context::{Asks, Context};
use super::super::flags::{Flags, Named, feature_management};
use super::{entry, inside, is_json, objects, section};
use crate::document::{Document, Node, json};
use crate::facts::SourceFacts;
use crate::model::Value;
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "azure-app-configuration",
    paths: is_json,
    needles: &["\"key\"", "\"value\"", "\"label\"", "\"content"],
    claims,
    extract,
};

/// How keys of feature flags begin.
const FLAGS: &str = ".appconfig.featureflag/";

fn content_type(node: Node<'_>) -> Option<Node<'_>> {
    node.get("content_type").or_else(|| node.get("contentType"))
}

fn is_one(node: &Node<'_>) -> bool {
    ["key", "value", "label"].iter().all(|key| node.get(key).is_some())
        && content_type(*node).is_some()
}

fn pairs(documents: &[Document]) -> Vec<Node<'_>> {
    let all = objects(documents).into_iter();
    all.flat_map(|node| node.get("items").map_or_else(|| vec![node], Node::items))
        .filter(is_one)
        .collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    !pairs(documents).is_empty()
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    let mut flags = Flags::new(context, feature_management::FORMAT.name);
    for node in pairs(documents) {
        let key = node.get("key").and_then(|key| Some((key, key.text()?)));
        let (Some((key, name)), Some(value)) = (key, node.get("value")) else { continue };
        let label = node.get("label").and_then(Node::text).filter(|label| !label.is_empty());
        if let Some(name) = name.strip_prefix(FLAGS) {
            // A flag is a document of its own in the text of its value.
            let document = json::parse(value.text().unwrap_or(""));
            let named = Named { name, range: inside(context, key.range(), name) };
            if let Some(flag) = document.root().filter(|_| !named.range.is_empty()) {
                feature_management::add(&mut flags, label, named, flag, Some(value.range()));
            }
            continue;
        }
        let facts =
            section(context, &mut sources, "azure-app-configuration", label.map(str::to_owned));
        let is_reference = content_type(node)
            .and_then(Node::text)
            .is_some_and(|content| content.contains("keyvaultref"));
        let given = if is_reference {
            let text = value.text().unwrap_or("").to_owned();
            Value::Reference { text, needs: Vec::new() }
        } else {
            context.value(name, value, Asks::None, facts)
        };
        let key_range = inside(context, key.range(), name);
        let name = name.replace([':', '/'], ".");
        if !name.is_empty() && !key_range.is_empty() {
            facts.entries.push(entry(&name, key_range, given, Some(value.range())));
        }
    }
    sources.extend(flags.finish(&[]));
    sources
}
