//! Task definitions of Amazon ECS: what `environment` and `secrets` give to each container.
//!
//! Knows one task definition. What stands behind an ARN is not seen, and neither are `environmentFiles`.

use super::context::{Asks, Context, env, note_problems};
use super::image::{Unknown, third_party};
use super::settings::note;
use super::{Format, paths};
use crate::document::{Document, Node, Syntax};
use crate::facts::{OpaqueFact, SourceFacts, Workload};
use crate::model::{Attribution, Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "ecs",
    paths: is_structured,
    needles: &["containerDefinitions"],
    claims,
    extract,
};

fn is_structured(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
}

fn containers(document: &Document) -> Option<Node<'_>> {
    let root = document.root()?;
    let inside = ["taskDefinition", "TaskDefinition"].iter().find_map(|key| root.get(key));
    let list = inside.unwrap_or(root).get("containerDefinitions")?;
    list.is_list().then_some(list)
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    is_task(documents)
}

/// Whether a document is a task definition.
pub(super) fn is_task(documents: &[Document]) -> bool {
    documents.iter().any(|document| containers(document).is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = task(context, documents);
    facts.role = paths::role(&context.file.path);
    vec![facts]
}

/// What the containers of task definitions get.
pub(super) fn task(context: Context<'_>, documents: &[Document]) -> SourceFacts {
    let mut facts = SourceFacts::new("ecs");
    for document in documents {
        note_problems(document, &mut facts);
        for container in containers(document).map(Node::items).unwrap_or_default() {
            one(context, container, &mut facts);
        }
        if let Some(root) = document.root() {
            let inside = ["taskDefinition", "TaskDefinition"].iter().find_map(|key| root.get(key));
            let task = inside.unwrap_or(root);
            let family = task.get("family").and_then(Node::text).unwrap_or("").to_owned();
            for path in ["cpu", "desiredCount", "memory"] {
                note(context, &family, (task, path), Asks::None, &mut facts);
            }
        }
    }
    facts
}

/// What a container decides beside its variables.
const SETTINGS: &[&str] = &[
    "cpu",
    "healthCheck.interval",
    "healthCheck.retries",
    "healthCheck.startPeriod",
    "healthCheck.timeout",
    "image",
    "memory",
    "memoryReservation",
    "stopTimeout",
];

fn one(context: Context<'_>, container: Node<'_>, facts: &mut SourceFacts) {
    let text = |key: &str| container.get(key).and_then(Node::text);
    let name = text("name").unwrap_or("").to_owned();
    let scope = Scope::Workload(name.clone());
    let theirs = text("image").and_then(|image| third_party(image, Unknown::Ours));
    let attribution =
        theirs.map_or(Attribution::Project, |image| Attribution::Image(image.to_owned()));
    for (part, source) in [("environment", "value"), ("secrets", "valueFrom")] {
        for item in container.get(part).map(Node::items).unwrap_or_default() {
            let Some(key) = item.get("name") else { continue };
            let Some(word) = key.text() else { continue };
            let given = item.get(source);
            let value = match given {
                Some(node) if source == "value" => context.value(word, node, Asks::None, facts),
                Some(node) => {
                    let text = node.text().unwrap_or("").to_owned();
                    Value::Reference { text, needs: Vec::new() }
                }
                None => Value::Empty,
            };
            let range = given.map(|node| node.resolved().range());
            let mut entry = env(word, key.resolved().range(), value, range);
            entry.scope = Some(scope.clone());
            entry.attribution = attribution.clone();
            facts.entries.push(entry);
        }
    }
    for path in SETTINGS {
        note(context, &name, (container, path), Asks::None, facts);
    }
    for pair in container.entries().iter().filter(|pair| pair.key == "environmentFiles") {
        facts.opaque.push(OpaqueFact {
            what: "files of variables that ECS fetches".to_owned(),
            workload: Some(name.clone()),
            range: pair.key_range,
        });
    }
    facts.workloads.push(Workload {
        image: text("image").map(str::to_owned),
        build: None,
        dockerfile: None,
        range: container.get("name").map_or(container.range(), Node::range),
        name,
    });
}
