//! Applications of Equinor Radix (`radixconfig.yaml`): what `variables` and `secrets` give components and jobs, everywhere and
//! in each environment.
//!
//! What a secret holds is set in the platform and not seen.

use super::Format;
use super::context::{Context, note_problems};
use super::image::{Unknown, third_party};
use super::variables::Giving;
use crate::document::{Document, Node, Syntax};
use crate::facts::{SourceFacts, Workload};
use crate::model::{Attribution, Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "radix", paths: is_yaml, needles: &["RadixApplication"], claims, extract };

/// The lists of what an application runs: <https://www.radix.equinor.com/radix-config>.
const LISTS: &[&str] = &["components", "jobs"];

fn is_yaml(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
}

fn is_application(root: Node<'_>) -> bool {
    root.get("kind").and_then(Node::text) == Some("RadixApplication")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(is_application)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let mut own = context.source("radix");
        note_problems(document, &mut own);
        let root = document.root().filter(|root| is_application(*root));
        let Some(spec) = root.and_then(|root| root.get("spec")) else { continue };
        let parts = || LISTS.iter().filter_map(|list| spec.get(list)).flat_map(Node::items);
        for part in parts() {
            component(context, (part, part), &mut own);
        }
        sources.push(own);
        let environments = spec.get("environments").map(Node::items).unwrap_or_default();
        for name in environments.iter().filter_map(|it| it.get("name").and_then(Node::text)) {
            let mut section = context.source("radix");
            section.section = Some(name.to_owned());
            for part in parts() {
                component(context, (part, own_part(part, name).unwrap_or(part)), &mut section);
            }
            sources.push(section);
        }
    }
    sources
}

/// What a component says of one environment.
fn own_part<'a>(part: Node<'a>, environment: &str) -> Option<Node<'a>> {
    let all = part.get("environmentConfig").map(Node::items).unwrap_or_default();
    all.into_iter().find(|one| one.get("environment").and_then(Node::text) == Some(environment))
}

/// A component: at its top, or in one of its environments, where `node` is what it says of that.
fn component(context: Context<'_>, (part, node): (Node<'_>, Node<'_>), facts: &mut SourceFacts) {
    let Some(name) = part.get("name").filter(|name| name.text().is_some()) else { return };
    let scope = Scope::Workload(name.text().unwrap_or_default().to_owned());
    let find = |key: &str| node.get(key).or_else(|| part.get(key)).and_then(Node::text);
    let image = find("image");
    let is_section = facts.section.is_some();
    let first = facts.entries.len();
    // What stands at the top is its own source.
    if !is_section || node.range() != part.range() {
        variables(context, node, &scope, facts);
    }
    if let Some(theirs) = image.and_then(|image| third_party(image, Unknown::TheirsUnlessBuilt)) {
        for entry in facts.entries.iter_mut().skip(first) {
            entry.attribution = Attribution::Image(theirs.to_owned());
        }
    }
    facts.workloads.push(Workload {
        build: image
            .is_none()
            .then(|| find("src").unwrap_or(".").trim_start_matches('/').to_owned()),
        dockerfile: find("dockerfileName").map(str::to_owned),
        image: image.map(str::to_owned),
        ..Workload::of(scope.name().to_owned(), name.range())
    });
}

fn variables(context: Context<'_>, node: Node<'_>, scope: &Scope, facts: &mut SourceFacts) {
    let giving = Giving { scope: Some(scope), ..Giving::default() };
    if let Some(map) = node.get("variables") {
        giving.map(context, map, facts);
    }
    for name in node.get("secrets").map(Node::items).unwrap_or_default() {
        giving.push(name, Value::PassThrough, None, facts);
    }
    let vaults = node.at(&["secretRefs", "azureKeyVaults"]).map(Node::items).unwrap_or_default();
    for vault in vaults {
        for item in vault.get("items").map(Node::items).unwrap_or_default() {
            let Some(variable) = item.get("envVar") else { continue };
            let held = item.get("name").and_then(Node::text).unwrap_or_default();
            let from = vault.get("name").and_then(Node::text).unwrap_or_default();
            let value = Value::Reference { text: format!("{from}/{held}"), needs: Vec::new() };
            giving.push(variable, value, None, facts);
        }
    }
}
