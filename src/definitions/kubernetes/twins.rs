//! Workloads of several kinds under one name: a Deployment, and the Job that prepares its database before each release.
//!
//! The cluster tells them apart by their kinds. What always runs keeps the name, the others are called `oven/job`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::context::Context;
use super::names::lasting_name;
use super::{is_object, object_name, workload};
use crate::document::{Document, Node, template};
use crate::facts::SourceFacts;

/// Kinds that keep their name beside others, the first before the next; all others stand between these and `LAST`.
const FIRST: &[&str] = &["Deployment", "StatefulSet", "DaemonSet"];
/// Kinds that leave their name to all others.
const LAST: &[&str] = &["CronJob", "Job"];
/// Where the containers of a kind of Kubernetes itself stand.
const CONTAINERS: &[&[&str]] = &[
    &["spec", "template", "spec", "containers"],
    &["spec", "jobTemplate", "spec", "template", "spec", "containers"],
];

/// The kinds that each name is held by, by namespace and name; the first of them keeps it.
pub(super) struct Twins(BTreeMap<(String, String), BTreeSet<(usize, String)>>);

impl Twins {
    pub(super) fn of(context: Context<'_>, documents: &[Document]) -> Self {
        let mut all: BTreeMap<_, BTreeSet<(usize, String)>> = BTreeMap::new();
        let roots = documents.iter().filter_map(Document::root);
        for root in roots.filter(|root| is_object(*root) && has_containers(*root)) {
            if let Some((place, kind)) = named(context, root) {
                all.entry(place).or_default().insert((rank(kind), kind.to_owned()));
            }
        }
        all.retain(|_, kinds| kinds.len() > 1);
        Self(all)
    }

    /// What the containers of a resource get that leaves its name to another kind.
    pub(super) fn workload(&self, context: Context<'_>, root: Node<'_>) -> Option<SourceFacts> {
        if self.0.is_empty() || !has_containers(root) {
            return None;
        }
        let (place, kind) = named(context, root)?;
        let (_, first) = self.0.get(&place)?.first()?;
        if first == kind {
            return None;
        }
        let namespace = Some(place.0.as_str()).filter(|namespace| !namespace.is_empty());
        let name = format!("{}/{}", place.1, kind.to_lowercase());
        workload::named(context, root, &name, namespace)
    }
}

fn rank(kind: &str) -> usize {
    let at = |table: &[&str]| table.iter().position(|one| *one == kind);
    let last = || at(LAST).map(|at| FIRST.len() + 1 + at);
    at(FIRST).or_else(last).unwrap_or(FIRST.len())
}

fn has_containers(root: Node<'_>) -> bool {
    CONTAINERS.iter().any(|path| root.at(path).is_some())
}

/// The namespace and name of a resource with its kind, where all are told.
fn named<'a>(context: Context<'_>, root: Node<'a>) -> Option<((String, String), &'a str)> {
    let kind = root.get("kind").and_then(Node::text)?;
    let object = object_name(context, root, false);
    let is_told = |text: &str| !text.is_empty() && !template::is_open(text);
    let is_known = is_told(kind) && is_told(&object.name);
    let name = lasting_name(kind, object.name);
    is_known.then(|| ((object.namespace.unwrap_or_default(), name), kind))
}
