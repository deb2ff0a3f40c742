//! Traces of hands: who owns a field of an object, and what was applied last.
//!
//! `kubectl get` shows the owners with `--show-managed-fields` only. What an operator or a pipeline sets is no hand.

use super::super::context::Context;
use super::super::kubernetes::{object, workload};
use crate::document::{self, Document, Node, Syntax};
use crate::facts::{AppliedFact, AppliedFacts, HandFact, SnapshotFacts, SourceFacts};
use crate::model::{Scope, Value};
use crate::text::File;

/// Who changes a field by hand, and how that is said.
const HANDS: &[(&str, &str)] = &[
    ("Mozilla", "in a web console"),
    ("kubectl-edit", "with `kubectl edit`"),
    ("kubectl-patch", "with `kubectl patch`"),
    ("kubectl-replace", "with `kubectl replace`"),
    ("kubectl-set", "with `kubectl set env`"),
];
/// Where `kubectl apply` keeps what it was given.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Deeper than any workload has its containers.
const MAX_DEPTH: usize = 16;

/// Adds what `node`, the workload or object `name`, tells of who changed it.
pub(super) fn add(context: Context<'_>, node: Node<'_>, name: &str, part: &mut SnapshotFacts) {
    let fields = node.at(&["metadata", "managedFields"]).map(Node::items).unwrap_or_default();
    for field in fields {
        hand(field, name, part);
    }
    let Some(applied) = node.at(&["metadata", "annotations", APPLIED]) else { return };
    let Some(text) = applied.text() else { return };
    // It repeats what a Secret holds, and its line is shown by nobody.
    part.source.secrets.push(applied.resolved().range());
    let file = File::new(context.file.path.as_str(), text);
    let documents = document::parse(text, Syntax::Json);
    let inner = Context { file: &file, ..context };
    let root = documents.iter().find_map(Document::root);
    part.applied = root.and_then(|root| last_applied(inner, root, name)).unwrap_or_default();
}

fn last_applied(context: Context<'_>, root: Node<'_>, name: &str) -> Option<AppliedFacts> {
    let facts: SourceFacts = match root.get("kind").and_then(Node::text)? {
        "ConfigMap" => object::config_map(context, root),
        "Secret" => object::secret(context, root),
        _ => workload::named(context, root, name, None)?,
    };
    let object = facts.object.into_iter().map(|object| Scope::Object(object.name));
    let workloads = facts.workloads.into_iter().map(|it| Scope::Workload(it.name));
    let bound = facts.bindings.into_iter().filter_map(|binding| {
        let value = Value::Reference { text: String::new(), needs: Vec::new() };
        Some(AppliedFact { name: binding.to?, scope: binding.scope?, value })
    });
    let given = facts.entries.into_iter().filter_map(|entry| {
        Some(AppliedFact { name: entry.name, scope: entry.scope?, value: entry.value })
    });
    Some(AppliedFacts {
        scopes: object.chain(workloads).collect(),
        entries: given.chain(bound).collect(),
    })
}

fn hand(field: Node<'_>, name: &str, part: &mut SnapshotFacts) {
    let Some(manager) = field.get("manager") else { return };
    let known = HANDS.iter().find(|(hand, _)| manager.text() == Some(hand));
    let (Some((_, command)), Some(fields)) = (known, field.get("fieldsV1")) else { return };
    let day = field.get("time").and_then(Node::text).and_then(day);
    let range = manager.resolved().range();
    let mut owned = Vec::new();
    if let (Some(object), Some(data)) = (&part.source.object, fields.get("f:data")) {
        let names = data.entries();
        let names = names.iter().filter_map(|pair| pair.key.strip_prefix("f:"));
        owned.extend(names.map(|key| (key.to_owned(), Scope::Object(object.name.clone()))));
    }
    variables(fields, name, &mut owned, MAX_DEPTH);
    part.hands.extend(owned.into_iter().map(|(name, scope)| HandFact {
        name,
        scope,
        command,
        day: day.clone(),
        range,
    }));
}

/// The variables of containers that a set of fields owns.
fn variables(node: Node<'_>, workload: &str, owned: &mut Vec<(String, Scope)>, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    for pair in node.entries() {
        let is_init = pair.key == "f:initContainers";
        if !is_init && pair.key != "f:containers" {
            variables(pair.value, workload, owned, below);
            continue;
        }
        for container in pair.value.entries() {
            let Some(own) = listed(container.key) else { continue };
            let scope = Scope::Workload(workload::scope_name(workload, &own, is_init));
            let list = container.value.get("f:env").map(Node::entries).unwrap_or_default();
            let names = list.iter().filter_map(|item| listed(item.key));
            owned.extend(names.map(|name| (name, scope.clone())));
        }
    }
}

/// The name in `k:{"name":"web"}`.
fn listed(key: &str) -> Option<String> {
    let documents = document::parse(key.strip_prefix("k:")?, Syntax::Json);
    let name = documents.first()?.root()?.get("name")?.text()?.to_owned();
    Some(name)
}

/// The day of a time such as `2026-03-02T09:14:07Z`.
fn day(time: &str) -> Option<String> {
    let day = time.get(..10)?;
    let fits = day
        .bytes()
        .enumerate()
        .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    fits.then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{day, listed};

    #[test]
    fn owners_name_list_items_and_days() {
        assert_eq!(listed(r#"k:{"name":"DB_TIMEOUT"}"#).as_deref(), Some("DB_TIMEOUT"));
        assert_eq!(listed("f:env"), None);
        assert_eq!(day("2026-03-02T09:14:07Z").as_deref(), Some("2026-03-02"));
        assert_eq!(day("yesterday at nine"), None);
    }
}
