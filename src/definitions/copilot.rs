//! Manifests of AWS Copilot: what `variables` and `secrets` give a service and its sidecars, and each of its environments.
//!
//! What a secret or an imported value holds is not seen. `env_file` is taken from the root of the repository.

use std::collections::BTreeSet;

use super::Format;
use super::context::{Context, note_problems};
use super::image::{Unknown, third_party};
use super::paths;
use super::variables::Giving;
use crate::document::{Document, Node, Syntax};
use crate::facts::{SourceFacts, Workload};
use crate::model::{Attribution, Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "copilot", paths: is_manifest, needles: &["type", "name"], claims, extract };

/// What a manifest may be of: <https://aws.github.io/copilot-cli/docs/manifest/overview/>.
const TYPES: &[&str] = &[
    "Backend Service",
    "Load Balanced Web Service",
    "Request-Driven Web Service",
    "Scheduled Job",
    "Worker Service",
];

fn is_manifest(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml) && paths::name(path).starts_with("manifest.")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let of_type = root.get("type").and_then(Node::text);
        root.get("name").is_some() && of_type.is_some_and(|name| TYPES.contains(&name))
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let mut own = context.source("copilot");
        note_problems(document, &mut own);
        let Some(root) = document.root() else { continue };
        let Some(name) = root.get("name").and_then(Node::text) else { continue };
        service(context, name, root, &mut own);
        own.workloads.extend(workloads(name, root, &root_of(&context.file.path)));
        sources.push(own);
        for pair in root.get("environments").map(Node::entries).unwrap_or_default() {
            let mut section = context.source("copilot");
            section.section = Some(pair.key.to_owned());
            service(context, name, pair.value, &mut section);
            sources.push(section);
        }
    }
    sources.retain(|facts| facts.says_something() || !facts.workloads.is_empty());
    sources
}

/// What a service and its sidecars get: at the top of a manifest, or in one of its environments.
fn service(context: Context<'_>, name: &str, node: Node<'_>, facts: &mut SourceFacts) {
    let scope = Scope::Workload(name.to_owned());
    container(context, node, &scope, &Attribution::Project, facts);
    for sidecar in node.get("sidecars").map(Node::entries).unwrap_or_default() {
        let scope = Scope::Workload(format!("{name}/{}", sidecar.key));
        let image = image(sidecar.value);
        let theirs = image.and_then(|image| third_party(image, Unknown::TheirsUnlessBuilt));
        let whose =
            theirs.map_or(Attribution::Project, |image| Attribution::Image(image.to_owned()));
        container(context, sidecar.value, &scope, &whose, facts);
    }
}

/// The image of a service or a sidecar that is not built with it: its name, or where it is.
fn image(node: Node<'_>) -> Option<&str> {
    let image = node.get("image")?;
    image.text().or_else(|| image.get("location")?.text())
}

fn container(
    context: Context<'_>,
    node: Node<'_>,
    scope: &Scope,
    whose: &Attribution,
    facts: &mut SourceFacts,
) {
    let first = facts.entries.len();
    let giving = Giving { references: &[("${", "}")], scope: Some(scope), scalar: None };
    for pair in node.get("variables").map(Node::entries).unwrap_or_default() {
        if let Some((from, _)) = imported(pair.value) {
            elsewhere(&pair, scope, from, facts);
        } else {
            giving.variable(context, &pair, facts);
        }
    }
    for pair in node.get("secrets").map(Node::entries).unwrap_or_default() {
        let from = imported(pair.value).map(|(from, _)| from).or_else(|| pair.value.text());
        elsewhere(&pair, scope, from.unwrap_or_default(), facts);
    }
    for entry in facts.entries.iter_mut().skip(first) {
        entry.attribution = whose.clone();
    }
    if let Some((path, range)) =
        node.get("env_file").and_then(|node| Some((node.text()?, node.range())))
    {
        let path = format!("{}{}", root_of(&context.file.path), path.trim_start_matches("./"));
        facts.take_in(&path, true, Some(scope.clone()), range);
    }
}

/// Where a value is kept: `{from_cfn: stack-DBHost}`, `{secretsmanager: shop/db}`.
fn imported(value: Node<'_>) -> Option<(&str, &'static str)> {
    let kinds = ["from_cfn", "secretsmanager", "ssm"];
    kinds.into_iter().find_map(|kind| Some((value.get(kind)?.text()?, kind)))
}

/// A variable whose value another place keeps.
fn elsewhere(
    pair: &crate::document::Entry<'_>,
    scope: &Scope,
    from: &str,
    facts: &mut SourceFacts,
) {
    let value = Value::Reference { text: from.to_owned(), needs: Vec::new() };
    let mut entry = super::context::env(pair.key, pair.key_range, value, None);
    entry.scope = Some(scope.clone());
    facts.entries.push(entry);
}

/// The way from a manifest to the root of its application: out of `copilot/NAME`.
fn root_of(path: &str) -> String {
    let folders: Vec<&str> = path.rsplit('/').skip(1).collect();
    let depth = folders.iter().position(|folder| *folder == "copilot").map_or(0, |at| at + 1);
    "../".repeat(depth)
}

/// The service and its sidecars.
fn workloads(name: &str, root: Node<'_>, up: &str) -> Vec<Workload> {
    let build = root.get("image").and_then(|image| image.get("build"));
    let dockerfile =
        build.and_then(|build| build.text().or_else(|| build.get("dockerfile")?.text()));
    let folder = build.and_then(|build| build.get("context")).and_then(Node::text);
    let bare = |path: &str| path.trim_start_matches("./").trim_end_matches('.').to_owned();
    let of = |name: String, range, image: Option<&str>| Workload {
        image: image.map(str::to_owned),
        ..Workload::of(name, range)
    };
    let range = root.get("name").map_or(root.range(), Node::range);
    let own = Workload {
        build: build.map(|_| {
            let around =
                dockerfile.and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
            format!("{up}{}", bare(folder.or(around).unwrap_or_default()))
        }),
        // The tool takes it from the root of the application.
        dockerfile: dockerfile.map(|path| format!("/{}", bare(path))),
        ..of(name.to_owned(), range, image(root))
    };
    let places = root.get("environments").map(Node::entries).unwrap_or_default();
    let all = std::iter::once(root).chain(places.into_iter().map(|pair| pair.value));
    let sidecars = all.filter_map(|node| node.get("sidecars")).flat_map(Node::entries);
    let mut met = BTreeSet::new();
    let beside = sidecars
        .filter(|pair| met.insert(pair.key.to_owned()))
        .map(|pair| of(format!("{name}/{}", pair.key), pair.key_range, image(pair.value)));
    std::iter::once(own).chain(beside).collect()
}
