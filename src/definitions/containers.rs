//! Containers in files that no platform owns: a map with an `image` and a list of `{name, value}` beside it.
//!
//! Programs that deploy (Pulumi, CDK, scripts) keep such lists in files of their own, in the shape of ECS, Azure or
//! Kubernetes. Knows one file; what stands behind a reference is not seen.

use super::Format;
use super::context::{Asks, Context, env, note_problems};
use super::image::{Unknown, third_party};
use super::settings::note;
use super::variables::Giving;
use crate::document::{Document, Node, Syntax};
use crate::facts::{OpaqueFact, SourceFacts, Workload};
use crate::model::{Attribution, Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "containers",
    paths: is_structured,
    needles: &["image", "name"],
    claims,
    extract,
};

/// Deeper than programs nest their containers.
const MAX_DEPTH: usize = 16;
/// More nodes than a file of containers has.
const MAX_NODES: usize = 50_000;
/// The lists that give variables to a container.
const LISTS: &[&str] = &[
    "env",
    "environment",
    "environmentVariables",
    "environment_variables",
    "envVars",
    "env_vars",
    "secrets",
];
/// Under which names an item says where its value is.
const PLACES: &[&str] = &["secretRef", "secret_ref", "secureValue", "valueFrom", "value_from"];
/// How tools that fill such files in refer to what they know.
const REFERENCES: &[(&str, &str)] = &[("${", "}"), ("$(", ")"), ("{{", "}}")];
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

fn is_structured(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| Found::below(root).next().is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("containers");
    for document in documents {
        note_problems(document, &mut facts);
        for (name, container) in document.root().into_iter().flat_map(Found::below) {
            one(context, container, name, &mut facts);
        }
    }
    vec![facts]
}

/// The containers of a document, each with its own name, else that of what is around it.
struct Found<'a> {
    /// The nodes that are not looked at yet, with the name around them and how deep they stand.
    open: Vec<(Node<'a>, &'a str, usize)>,
    seen: usize,
}

impl<'a> Found<'a> {
    fn below(root: Node<'a>) -> Self {
        Self { open: vec![(root, "", 0)], seen: 0 }
    }

    /// Puts what stands in a node that is no container before the rest.
    fn enter(&mut self, node: Node<'a>, named: Option<&'a str>, around: &'a str, depth: usize) {
        self.open.extend(node.items().into_iter().rev().map(|item| (item, around, depth + 1)));
        for pair in node.entries().into_iter().rev() {
            // Under such keys stands what other parts of the file take in.
            if !pair.key.starts_with('.') && !pair.key.starts_with("x-") {
                let is_plain =
                    matches!(pair.key, "properties" | "template" | "spec" | "containers");
                let around = named.unwrap_or(if is_plain { around } else { pair.key });
                self.open.push((pair.value, around, depth + 1));
            }
        }
    }
}

impl<'a> Iterator for Found<'a> {
    type Item = (&'a str, Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((node, around, depth)) = self.open.pop() {
            self.seen += 1;
            if self.seen > MAX_NODES || depth > MAX_DEPTH {
                continue;
            }
            let named = node.get("name").and_then(Node::text).filter(|name| !name.is_empty());
            if is_container(node) {
                return Some((named.unwrap_or(around), node));
            }
            self.enter(node, named, around, depth);
        }
        None
    }
}

fn is_container(node: Node<'_>) -> bool {
    let is_variable = |item: &Node<'_>| {
        let says = |key: &&str| item.get(key).is_some();
        item.get("name").is_some_and(|name| name.text().is_some())
            && (says(&"value") || PLACES.iter().any(says))
    };
    node.get("image").is_some()
        && LISTS.iter().any(|list| {
            node.get(list).is_some_and(|list| list.items().first().is_some_and(is_variable))
        })
}

/// What one container gets and decides.
pub(super) fn one(context: Context<'_>, container: Node<'_>, name: &str, facts: &mut SourceFacts) {
    let text = |key: &str| container.get(key).and_then(Node::text);
    let theirs = text("image").and_then(|image| third_party(image, Unknown::Ours));
    let first = facts.entries.len();
    given(context, container, name, facts);
    if let Some(image) = theirs {
        for entry in facts.entries.iter_mut().skip(first) {
            entry.attribution = Attribution::Image(image.to_owned());
        }
    }
    for path in SETTINGS {
        note(context, name, (container, path), Asks::None, facts);
    }
    for pair in container.entries().iter().filter(|pair| pair.key == "environmentFiles") {
        facts.opaque.push(OpaqueFact::new(
            "files of variables that ECS fetches",
            Some(name.to_owned()),
            pair.key_range,
        ));
    }
    facts.workloads.push(Workload {
        image: text("image").map(str::to_owned),
        ..Workload::of(
            name.to_owned(),
            container.get("name").map_or(container.range(), Node::range),
        )
    });
}

/// The variables that a container gets.
pub(super) fn given(
    context: Context<'_>,
    container: Node<'_>,
    name: &str,
    facts: &mut SourceFacts,
) {
    let scope = Scope::Workload(name.to_owned());
    for list in LISTS.iter().filter_map(|list| container.get(list)) {
        for item in list.items() {
            variable(context, item, &scope, facts);
        }
    }
}

fn variable(context: Context<'_>, item: Node<'_>, scope: &Scope, facts: &mut SourceFacts) {
    let Some((key, word)) = item.get("name").and_then(|key| Some((key, key.text()?))) else {
        return;
    };
    let place = PLACES.iter().find_map(|place| item.get(place));
    let given = item.get("value").or(place);
    let value = match (item.get("value"), place) {
        (Some(node), _) => Giving { references: REFERENCES, scope: None, scalar: None }
            .value(context, word, node, facts),
        (None, Some(node)) => {
            let text = node.text().unwrap_or("").to_owned();
            Value::Reference { text, needs: Vec::new() }
        }
        (None, None) => Value::Empty,
    };
    let range = given.map(|node| node.resolved().range());
    let mut entry = env(word, key.resolved().range(), value, range);
    entry.scope = Some(scope.clone());
    facts.entries.push(entry);
}
