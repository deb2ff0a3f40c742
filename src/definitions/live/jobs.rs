//! `nomad job inspect`: the tasks of a job with their variables.
//!
//! A template that makes variables is told as unseen: what the stores give that it asks is known where it runs alone.

use super::super::context::{Asks, Context, env};
use super::super::nomad::called;
use super::Form;
use crate::document::{Document, Node};
use crate::facts::{OpaqueFact, SnapshotFacts, SourceFacts, Workload};
use crate::model::Scope;

/// The row.
pub(super) static FORM: Form = Form { claims, extract };

/// The tasks of all groups of a job, each under the name that it goes by.
fn tasks(document: &Document) -> Vec<(&str, Node<'_>)> {
    let Some(root) = document.root() else { return Vec::new() };
    let job = root.get("Job").unwrap_or(root);
    let of_job = job.get("Name").or_else(|| job.get("ID")).and_then(Node::text).unwrap_or("");
    let groups = job.get("TaskGroups").map(Node::items).unwrap_or_default();
    let all = groups.into_iter().filter_map(|group| group.get("Tasks")).flat_map(Node::items);
    let own = all.filter_map(|task| {
        task.get("Driver")?;
        Some((called(of_job, task.get("Name")?.text()?), task))
    });
    own.collect()
}

fn claims(documents: &[Document]) -> bool {
    documents.iter().any(|document| !tasks(document).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let all = documents.iter().flat_map(tasks);
    all.map(|(name, task)| SnapshotFacts::of(one(context, name, task))).collect()
}

fn one(context: Context<'_>, name: &str, task: Node<'_>) -> SourceFacts {
    let mut facts = SourceFacts::new("workload-env");
    for pair in task.get("Env").map(Node::entries).unwrap_or_default() {
        let given = context.value(pair.key, pair.value, Asks::None, &mut facts);
        let range = Some(pair.value.resolved().range());
        let mut entry = env(pair.key, pair.key_range, given, range);
        entry.scope = Some(Scope::Workload(name.to_owned()));
        facts.entries.push(entry);
    }
    let templates = task.get("Templates").map(Node::items).unwrap_or_default();
    for template in templates {
        if template.get("Envvars").and_then(Node::text) == Some("true") {
            let what = "variables that a template fills in".to_owned();
            let workload = Some(name.to_owned());
            facts.opaque.push(OpaqueFact::new(what, workload, template.range()));
        }
    }
    facts.workloads.push(Workload {
        image: task.at(&["Config", "image"]).and_then(Node::text).map(str::to_owned),
        ..Workload::of(name.to_owned(), task.range())
    });
    facts
}
