//! Snapshots that show names alone: `flyctl secrets list --json`, `vault kv list -format=json`.
//!
//! What is kept under a name is never seen, so it is given and nothing more is known of it.

use super::super::context::{Context, env};
use super::Form;
use crate::document::{Document, Node};
use crate::facts::{OpaqueFact, SnapshotFacts, SourceFacts};
use crate::model::Value;
use crate::model::key::is_env_name;

/// The row.
pub(super) static FORM: Form = Form { claims, extract };

/// The name that an item of a list is or has beside its digest.
fn name(item: Node<'_>) -> Option<Node<'_>> {
    if item.is_map() {
        item.get("Digest").or_else(|| item.get("digest"))?;
        return item.get("Name").or_else(|| item.get("name"));
    }
    let is_name = |text: &str| {
        let bare = text.trim_end_matches('/');
        !bare.is_empty() && !bare.contains(char::is_whitespace) && bare.parse::<f64>().is_err()
    };
    item.text().is_some_and(is_name).then_some(item)
}

fn roots(documents: &[Document]) -> impl Iterator<Item = Node<'_>> {
    documents.iter().filter_map(Document::root)
}

fn claims(documents: &[Document]) -> bool {
    let is_list = |root: Node<'_>| {
        let items = root.items();
        !items.is_empty() && items.into_iter().all(|item| name(item).is_some())
    };
    roots(documents).any(is_list)
}

fn extract(_context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let mut facts = SourceFacts::new("live");
    for node in roots(documents).flat_map(Node::items).filter_map(name) {
        let (text, range) = (node.text().unwrap_or(""), node.resolved().range());
        if is_env_name(text) && !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            facts.entries.push(env(text, range, Value::Encrypted, None));
        } else {
            let what = format!("what is kept under `{text}`");
            facts.opaque.push(OpaqueFact::new(what, None, range));
        }
    }
    vec![SnapshotFacts::of(facts)]
}
