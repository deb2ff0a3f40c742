//! Snapshots of functions and of stores: `aws lambda get-function-configuration`, and what `vault kv get`,
//! `aws secretsmanager get-secret-value` and their like print, which are read as in the tree.
//!
//! A store does not say who takes its entries: they count as given to all.

use super::super::context::{Asks, Context, env};
use super::super::{Format, stores};
use super::Form;
use crate::document::{Document, Node};
use crate::facts::{SnapshotFacts, SourceFacts, Workload};
use crate::model::{Scope, Value};

/// `aws lambda get-function-configuration` and `get-function`.
pub(super) static FUNCTIONS: Form = Form { claims: has_functions, extract: functions };
/// Exports of stores.
pub(super) static STORES: Form = Form { claims: is_of_store, extract: entries };

static FORMATS: &[&Format] = &[
    &stores::secrets::FORMAT,
    &stores::vault::FORMAT,
    &stores::consul::FORMAT,
    &stores::google::FORMAT,
];

/// The functions of a document: one, or those of a list.
fn of_document(document: &Document) -> Vec<Node<'_>> {
    let Some(root) = document.root() else { return Vec::new() };
    let one = root.get("Configuration").unwrap_or(root);
    let all = root.get("Functions").map_or_else(|| vec![one], Node::items);
    let is_one = |node: &Node<'_>| {
        node.get("FunctionName").is_some() && node.at(&["Environment", "Variables"]).is_some()
    };
    all.into_iter().filter(is_one).collect()
}

fn has_functions(documents: &[Document]) -> bool {
    documents.iter().any(|document| !of_document(document).is_empty())
}

fn functions(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let all = documents.iter().flat_map(of_document);
    all.filter_map(|node| {
        let variables = node.at(&["Environment", "Variables"])?;
        let name = node.get("FunctionName").and_then(Node::text)?.to_owned();
        let mut facts = SourceFacts::new("workload-env");
        for pair in variables.entries() {
            let given = context.value(pair.key, pair.value, Asks::None, &mut facts);
            let range = Some(pair.value.resolved().range());
            let mut entry = env(pair.key, pair.key_range, given, range);
            entry.scope = Some(Scope::Workload(name.clone()));
            facts.entries.push(entry);
        }
        let range = variables.range();
        facts.workloads.push(Workload::of(name, range));
        Some(SnapshotFacts::of(facts))
    })
    .collect()
}

fn format_of(context: Context<'_>, documents: &[Document]) -> Option<&'static Format> {
    let text = &context.file.text;
    let fits = |format: &&&Format| {
        format.needles.iter().all(|needle| text.contains(needle))
            && (format.claims)(context.file, documents)
    };
    FORMATS.iter().find(fits).copied()
}

fn is_of_store(documents: &[Document]) -> bool {
    let roots = documents.iter().filter_map(Document::root);
    let is_secret =
        |node: Node<'_>| node.get("ARN").is_some() && node.get("SecretString").is_some();
    let is_kept =
        |node: Node<'_>| node.get("lease_duration").is_some() && node.get("data").is_some();
    let is_pair = |node: Node<'_>| {
        node.items().first().is_some_and(|it| it.get("key").is_some() && it.get("flags").is_some())
    };
    let is_list = |node: Node<'_>| {
        let list = node.get("SecretList").or_else(|| node.get("SecretValues"));
        list.is_some_and(|list| list.items().iter().any(|it| it.get("ARN").is_some()))
    };
    let is_google = |node: Node<'_>| {
        let first = node.items().first().and_then(|it| it.get("name")).and_then(Node::text);
        first.is_some_and(|name| name.starts_with("projects/"))
    };
    let all = [is_secret, is_kept, is_pair, is_list, is_google] as [fn(Node<'_>) -> bool; 5];
    roots.into_iter().any(|root| all.iter().any(|is_one| is_one(root)))
}

fn entries(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let Some(format) = format_of(context, documents) else { return Vec::new() };
    let live = |mut facts: SourceFacts| {
        // What a list names is there, whatever it is.
        for entry in facts.entries.iter_mut().filter(|it| it.value == Value::PassThrough) {
            entry.value = Value::Encrypted;
        }
        SourceFacts { kind: "live", section: None, ..facts }
    };
    let sources = (format.extract)(context, documents).into_iter();
    sources.map(|facts| SnapshotFacts::of(live(facts))).collect()
}
