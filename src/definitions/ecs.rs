//! Task definitions of Amazon ECS: what `environment` and `secrets` give to each container.
//!
//! Knows one task definition. What stands behind an ARN is not seen, and neither are `environmentFiles`.

use super::containers;
use super::context::{Asks, Context, note_problems};
use super::settings::note;
use super::{Format, paths};
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
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

/// What a run of the task is given over its definition, each with its container: the first where none is named.
fn overrides<'a>(document: &'a Document, first: Option<&'a str>) -> Vec<(&'a str, Node<'a>)> {
    let list = document.root().and_then(|root| root.get("containerOverrides"));
    let own = |item: Node<'a>| item.get("name").and_then(Node::text).or(first).unwrap_or("");
    list.map(Node::items).unwrap_or_default().into_iter().map(|item| (own(item), item)).collect()
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
            let name = container.get("name").and_then(Node::text).unwrap_or("");
            containers::one(context, container, name, &mut facts);
        }
        let first = facts.workloads.first().map(|one| one.name.clone());
        for (name, given) in overrides(document, first.as_deref()) {
            containers::given(context, given, name, &mut facts);
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
