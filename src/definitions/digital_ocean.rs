//! App specs of DigitalOcean: what `envs` of the application and of its components give.
//!
//! `${db.DATABASE_URL}` is what another component offers; what stands behind it is not seen.

use super::Format;
use super::context::{Context, note_problems};
use super::image::{Unknown, third_party};
use super::secret;
use super::variables::Giving;
use crate::document::{Document, Node, Syntax};
use crate::facts::{SourceFacts, Workload};
use crate::model::{Attribution, Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "digital-ocean", paths: is_structured, needles: &["envs"], claims, extract };

/// The lists of components.
const COMPONENTS: &[&str] = &["services", "workers", "jobs", "static_sites", "functions"];
/// `${component.NAME}`
const REFERENCES: &[(&str, &str)] = &[("${", "}")];

fn is_structured(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
}

/// The spec: the whole file, or the part of a template for a button.
fn spec(document: &Document) -> Option<Node<'_>> {
    let root = document.root()?;
    Some(root.get("spec").unwrap_or(root))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(spec).any(|spec| {
        let lists = COMPONENTS.iter().filter_map(|part| spec.get(part));
        let mut components = lists.flat_map(Node::items).chain([spec]);
        spec.get("name").is_some()
            && components.any(|part| {
                part.get("envs").is_some_and(|list| {
                    list.items().first().is_some_and(|item| item.get("key").is_some())
                })
            })
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("digital-ocean");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(spec) = spec(document) else { continue };
        variables(context, spec, None, &mut facts);
        let lists = COMPONENTS.iter().filter_map(|part| spec.get(part));
        for component in lists.flat_map(Node::items) {
            one(context, component, &mut facts);
        }
    }
    vec![facts]
}

fn one(context: Context<'_>, component: Node<'_>, facts: &mut SourceFacts) {
    let Some(name) = component.get("name").and_then(Node::text) else { return };
    let text = |path: &[&str]| component.at(path).and_then(Node::text);
    let image = text(&["image", "repository"]);
    let owner = text(&["image", "registry"]);
    let image = image.map(|image| owner.map_or(image.to_owned(), |it| format!("{it}/{image}")));
    let first = facts.entries.len();
    variables(context, component, Some(&Scope::Workload(name.to_owned())), facts);
    if let Some(theirs) = image.as_deref().and_then(|image| third_party(image, Unknown::Ours)) {
        for entry in facts.entries.iter_mut().skip(first) {
            entry.attribution = Attribution::Image(theirs.to_owned());
        }
    }
    facts.workloads.push(Workload {
        build: image.is_none().then(|| folder(context, text(&["source_dir"]).unwrap_or("."))),
        // The platform takes it from the root of the repository.
        dockerfile: text(&["dockerfile_path"])
            .map(|path| format!("/{}", path.trim_start_matches('/'))),
        image,
        ..Workload::of(
            name.to_owned(),
            component.get("name").map_or(component.range(), Node::range),
        )
    });
}

/// A folder of the repository as seen from the file, which mostly stands in `.do`.
fn folder(context: Context<'_>, named: &str) -> String {
    let named = named.trim_start_matches('/');
    let is_apart = context.file.path.rsplit('/').nth(1) == Some(".do");
    if is_apart { format!("../{named}") } else { named.to_owned() }
}

fn is_secret(item: Node<'_>) -> bool {
    item.get("type").and_then(Node::text) == Some("SECRET")
}

/// Whether a value says itself what it is: a reference, an encrypted text, or nothing.
fn is_told(value: Node<'_>) -> bool {
    let text = value.text().unwrap_or_default();
    text.is_empty() || text.starts_with("${") || text.starts_with("EV[")
}

fn variables(context: Context<'_>, node: Node<'_>, scope: Option<&Scope>, facts: &mut SourceFacts) {
    let giving = Giving { references: REFERENCES, scope, scalar: None };
    for item in node.get("envs").map(Node::items).unwrap_or_default() {
        match (item.get("key"), item.get("value")) {
            (Some(key), Some(value)) if is_secret(item) && !is_told(value) => {
                let range = value.resolved().range();
                let text = value.text().unwrap_or_default().as_bytes();
                let given = secret::withhold(text, range, context.sealer, facts);
                giving.push(key, given, Some(range), facts);
            }
            (Some(key), Some(value)) => giving.item(context, key, value, facts),
            (Some(key), None) => giving.push(key, Value::PassThrough, None, facts),
            _ => {}
        }
    }
}
