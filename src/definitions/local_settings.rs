//! `local.settings.json` of Azure Functions: what the tools of a developer's machine give a function.
//!
//! What is set on the function at Azure is not seen; nothing deployed reads the file.

use super::context::{Context, env, note_problems};
use super::secret;
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Node, Syntax};
use crate::facts::{Entry, SourceFacts};
use crate::model::{Namespace, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "local-settings",
    paths: is_local_settings,
    needles: &["\"Values\""],
    claims,
    extract,
};

fn is_local_settings(path: &str) -> bool {
    let words = paths::words(paths::name(path));
    Syntax::of(path) == Some(Syntax::Json)
        && words.windows(2).any(|pair| pair[0] == "local" && pair[1] == "settings")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    let roots = documents.iter().filter_map(Document::root);
    roots.into_iter().any(|root| root.get("Values").is_some_and(Node::is_map))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("local-settings");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        if let Some(values) = root.get("Values") {
            Giving::default().map(context, values, &mut facts);
        }
        if root.get("IsEncrypted").and_then(Node::text) == Some("true") {
            for entry in &mut facts.entries {
                entry.value = Value::Encrypted;
            }
        }
        connections(context, root, &mut facts);
    }
    vec![facts].into_iter().filter(|it| !it.entries.is_empty() || !it.problems.is_empty()).collect()
}

/// Connection strings hold passwords more often than not.
fn connections(context: Context<'_>, root: Node<'_>, facts: &mut SourceFacts) {
    for pair in root.get("ConnectionStrings").map(Node::entries).unwrap_or_default() {
        let range = pair.value.resolved().range();
        let text = pair.value.text().unwrap_or_default();
        let value = secret::withhold(text.as_bytes(), range, context.sealer, facts);
        let name = format!("ConnectionStrings.{}", pair.key);
        let entry = env(&name, pair.key_range, value, Some(range));
        facts.entries.push(Entry { namespace: Namespace::Setting, ..entry });
    }
}
