//! Jobs of Nomad: what `env` and templates of variables give to each task.
//!
//! Knows one job. What stands behind keys of Consul and Vault is not seen, and neither are files of `-var-file`.

use super::context::{Asks, Context, env, note_problems};
use super::image::{Unknown, third_party};
use super::{Format, hcl_value};
use crate::document::hcl::{Form, form};
use crate::document::{Document, Node, Syntax, dotenv};
use crate::facts::{OpaqueFact, SourceFacts, Workload};
use crate::model::key::is_env_name;
use crate::model::{Attribution, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "nomad", paths: is_hcl, needles: &["job", "task"], claims, extract };

/// Names of tasks that say nothing beside the name of their job.
const PLAIN_TASKS: &[&str] = &["app", "main", "server", "service", "task", "web"];
/// Actions of a template that bring lines of their own.
const MANY: &[&str] = &["range", "secrets", "ls ", "tree", "nomadVarList"];

fn is_hcl(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Hcl)
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| !tasks(root).is_empty())
}

/// The tasks of all groups of all jobs: the name of the job, the name of the task, the task.
fn tasks(root: Node<'_>) -> Vec<(&str, &str, Node<'_>)> {
    let mut found = Vec::new();
    for (job, body) in below(root, "job") {
        for (_, group) in below(body, "group") {
            found.extend(below(group, "task").into_iter().map(|(task, it)| (job, task, it)));
        }
        found.extend(below(body, "task").into_iter().map(|(task, it)| (job, task, it)));
    }
    found.retain(|(_, _, task)| form(*task) == Form::Block);
    found
}

/// The labels of the blocks of one kind, with their bodies.
fn below<'a>(node: Node<'a>, kind: &str) -> Vec<(&'a str, Node<'a>)> {
    let blocks = node.entries().into_iter().filter(|pair| pair.key == kind);
    blocks.flat_map(|block| block.value.entries()).map(|it| (it.key, it.value)).collect()
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("nomad");
    for document in documents {
        note_problems(document, &mut facts);
        for (job, task, body) in document.root().map(tasks).unwrap_or_default() {
            one(context, called(job, task), body, &mut facts);
        }
    }
    vec![facts]
}

/// What a task goes by: itself, or its job where its name says nothing.
pub(super) fn called<'a>(job: &'a str, task: &'a str) -> &'a str {
    if PLAIN_TASKS.contains(&task) { job } else { task }
}

fn one(context: Context<'_>, name: &str, task: Node<'_>, facts: &mut SourceFacts) {
    let image = task.at(&["config", "image"]).filter(|image| form(*image) == Form::Plain);
    let image = image.and_then(Node::text);
    let theirs = image.and_then(|image| third_party(image, Unknown::Ours));
    let attribution =
        theirs.map_or(Attribution::Project, |image| Attribution::Image(image.to_owned()));
    let first = facts.entries.len();
    // Templates win over `env`, so they come behind it.
    for block in task.entries().iter().filter(|pair| pair.key == "env") {
        if form(block.value) != Form::Block && form(block.value) != Form::Plain {
            opaque("variables that an expression gives", name, block.value.range(), facts);
        }
        for pair in block.value.entries() {
            let value = context.value(pair.key, pair.value, Asks::None, facts);
            let range = pair.value.range();
            facts.entries.push(env(pair.key, pair.key_range, value, Some(range)));
        }
    }
    for block in task.entries().iter().filter(|pair| pair.key == "template") {
        if block.value.get("env").and_then(Node::text) == Some("true") {
            template(context, name, block.value, facts);
        }
    }
    for entry in facts.entries.iter_mut().skip(first) {
        entry.scope = Some(Scope::Workload(name.to_owned()));
        entry.attribution = attribution.clone();
    }
    facts.workloads.push(Workload {
        image: image.map(str::to_owned),
        ..Workload::of(name.to_owned(), task.range())
    });
}

/// Lines of variables that a template makes.
fn template(context: Context<'_>, name: &str, block: Node<'_>, facts: &mut SourceFacts) {
    let Some(data) = block.get("data").filter(|data| form(*data) == Form::Heredoc) else {
        opaque("variables of a file that a template makes", name, block.range(), facts);
        return;
    };
    let text = context.raw(data.range());
    let base = data.range().start as usize;
    for assignment in dotenv::parse(text).assignments {
        let raw = assignment.name_range.slice(text);
        if assignment.commented || !is_env_name(raw) {
            continue;
        }
        let at = |range: TextRange| {
            TextRange::new(base + range.start as usize, base + range.end as usize)
        };
        let range = assignment.value.as_ref().map(|value| at(value.range));
        let value = match (&assignment.value, range) {
            (Some(value), Some(range)) => {
                hcl_value::written(context, raw, &value.text, range, facts)
            }
            _ => Value::Empty,
        };
        facts.entries.push(env(raw, at(assignment.name_range), value, range));
    }
    if text.split("{{").skip(1).any(|action| MANY.iter().any(|word| action.contains(word))) {
        opaque("variables that a template fills in", name, data.range(), facts);
    }
}

fn opaque(what: &str, name: &str, range: TextRange, facts: &mut SourceFacts) {
    let workload = Some(name.to_owned());
    facts.opaque.push(OpaqueFact::new(what.to_owned(), workload, range));
}
