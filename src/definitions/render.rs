//! Blueprints of Render: what `envVars` of services and groups give.
//!
//! A group is given to the services that take it in, and to all where none does. Values that the dashboard asks for (`sync: false`) are not seen.

use super::context::{Context, note_problems};
use super::image::{Unknown, third_party};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Node, Syntax};
use crate::facts::{SourceFacts, Workload};
use crate::model::{Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "render", paths: is_blueprint, needles: &["envVar"], claims, extract };

fn is_blueprint(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
        && paths::words(paths::name(path)).iter().any(|word| word == "render")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let parts = ["services", "envVarGroups", "projects"];
        parts.iter().any(|part| root.get(part).is_some_and(Node::is_list))
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let Some(root) = document.root() else { continue };
        let mut own = context.source("render");
        note_problems(document, &mut own);
        resources(context, root, &mut own);
        sources.push(own);
        let projects = root.get("projects").map(Node::items).unwrap_or_default();
        let environments = projects.into_iter().filter_map(|project| project.get("environments"));
        for environment in environments.flat_map(Node::items) {
            let mut section = context.source("render");
            section.section = environment.get("name").and_then(Node::text).map(str::to_owned);
            resources(context, environment, &mut section);
            sources.push(section);
        }
    }
    let says = |facts: &SourceFacts| !facts.entries.is_empty() || !facts.workloads.is_empty();
    sources.retain(|facts| says(facts) || !facts.problems.is_empty());
    sources
}

/// The services and groups of the blueprint, or of one environment of a project.
fn resources(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let services = node.get("services").map(Node::items).unwrap_or_default();
    for group in node.get("envVarGroups").map(Node::items).unwrap_or_default() {
        let takers = takers(group, &services);
        if takers.is_empty() {
            variables(context, group, None, facts);
        }
        for name in takers {
            variables(context, group, Some(&Scope::Workload(name.to_owned())), facts);
        }
    }
    for service in services {
        let Some(name) = service.get("name").and_then(Node::text) else { continue };
        let scope = Scope::Workload(name.to_owned());
        let image = service.at(&["image", "url"]).and_then(Node::text);
        let first = facts.entries.len();
        variables(context, service, Some(&scope), facts);
        if let Some(theirs) = image.and_then(|image| third_party(image, Unknown::Ours)) {
            for entry in facts.entries.iter_mut().skip(first) {
                entry.attribution = crate::model::Attribution::Image(theirs.to_owned());
            }
        }
        let folder = service.get("rootDir").and_then(Node::text).unwrap_or(".");
        facts.workloads.push(Workload {
            build: image.is_none().then(|| folder.to_owned()),
            image: image.map(str::to_owned),
            dockerfile: service.get("dockerfilePath").and_then(Node::text).map(str::to_owned),
            ..Workload::of(
                name.to_owned(),
                service.get("name").map_or(service.range(), Node::range),
            )
        });
    }
}

/// The services that take a group in with `fromGroup`. One that none takes may be linked in the dashboard.
fn takers<'a>(group: Node<'a>, services: &[Node<'a>]) -> Vec<&'a str> {
    let named = group.get("name").and_then(Node::text);
    let takes = |service: &&Node<'a>| {
        let items = service.get("envVars").map(Node::items).unwrap_or_default();
        let mut groups = items.iter().filter_map(|item| item.get("fromGroup")?.text());
        named.is_some_and(|name| groups.any(|group| group == name))
    };
    let found = services.iter().filter(takes);
    found.filter_map(|service| service.get("name")?.text()).collect()
}

fn variables(context: Context<'_>, node: Node<'_>, scope: Option<&Scope>, facts: &mut SourceFacts) {
    let giving = Giving { scope, ..Giving::default() };
    for item in node.get("envVars").map(Node::items).unwrap_or_default() {
        let Some(key) = item.get("key") else { continue };
        if let Some(value) = item.get("value") {
            giving.item(context, key, value, facts);
            continue;
        }
        let mut from = ["generateValue", "fromDatabase", "fromService"].into_iter();
        let from = from.find_map(|part| item.entry(part));
        let value = from.map_or(Value::PassThrough, |pair| {
            let named = pair.value.get("name").and_then(Node::text);
            let property = ["property", "envVarKey"].iter().find_map(|part| pair.value.get(part));
            let property = property.and_then(Node::text);
            let path: Vec<&str> = [Some(pair.key), named, property].into_iter().flatten().collect();
            Value::Reference { text: path.join(" "), needs: Vec::new() }
        });
        giving.push(key, value, None, facts);
    }
}
