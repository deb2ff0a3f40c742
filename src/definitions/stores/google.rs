//! Google Cloud: `gcloud secrets list` and `gcloud beta runtime-config configs variables list`, both as JSON.
//!
//! A list of secrets shows names only.

use super::super::Format;
use super::super::context::{Asks, Context};
use super::super::kubernetes::decode;
use super::{closed, decoded, entry, inside, is_json, named, objects, section};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "google-cloud",
    paths: is_json,
    needles: &["\"name\"", "\"projects/"],
    claims,
    extract,
};

/// What stands before the name of a secret, and before that of a variable.
const PARTS: [&str; 2] = ["/secrets/", "/variables/"];

/// The name of a secret or variable behind its project, and whether it is a secret.
fn name<'a>(node: &Node<'a>) -> Option<(&'a str, bool)> {
    let whole = node.get("name")?.text().filter(|name| name.starts_with("projects/"))?;
    let is_listed = ["createTime", "replication", "text", "updateTime", "value"];
    is_listed.iter().find(|key| node.get(key).is_some())?;
    PARTS.iter().find_map(|part| Some((whole.split_once(part)?.1, *part == PARTS[0])))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    let all = objects(documents);
    !all.is_empty() && all.iter().all(|node| name(node).is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for node in objects(documents) {
        let (Some((short, is_secret)), Some(whole)) = (name(&node), node.get("name")) else {
            continue;
        };
        if is_secret {
            let facts = section(context, &mut sources, "gcp-secret-manager", None);
            closed(short, inside(context, whole.range(), short), facts);
            continue;
        }
        let Some(named) = named(context, whole) else { continue };
        let facts = section(context, &mut sources, "gcp-runtime-config", named.section);
        let given = match (node.get("text"), node.get("value")) {
            (Some(text), _) => Some((context.value(&named.key, text, Asks::None, facts), text)),
            (None, Some(value)) => {
                let text = value.text().unwrap_or("");
                let bytes = decode(text).unwrap_or_else(|| text.as_bytes().to_vec());
                Some((decoded(context, &named.key, (&bytes, value.range()), facts), value))
            }
            (None, None) => None,
        };
        match given {
            Some((value, at)) => {
                facts.entries.push(entry(&named.key, named.range, value, Some(at.range())));
            }
            None => closed(&named.key, named.range, facts),
        }
    }
    sources
}
