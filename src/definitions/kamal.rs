//! Configurations of Kamal: what `env` gives to the application, its roles and its accessories.
//!
//! `deploy.staging.yml` is laid over `deploy.yml` by the tool. Secrets are named here and kept elsewhere; what stands in
//! `.kamal/secrets` is not read. Tags give variables to single hosts: they are there, with a value that depends on it.

use super::Format;
use super::context::{Context, note_problems};
use super::image::{Unknown, third_party};
use super::paths;
use super::variables::Giving;
use crate::document::{Document, Entry as Pair, Node, Syntax};
use crate::facts::{SourceFacts, Workload};
use crate::model::{Attribution, Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "kamal", paths: is_configuration, needles: &[], claims, extract };

/// What stands at the top of such a file and together in no other.
const MARKS: &[&str] =
    &["accessories", "builder", "image", "proxy", "registry", "servers", "service"];

fn is_configuration(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml) && paths::name(path).starts_with("deploy")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let env = root.get("env");
        let gives =
            env.is_some_and(|env| ["clear", "secret"].iter().any(|it| env.get(it).is_some()));
        let marks = MARKS.iter().filter(|mark| root.get(mark).is_some()).count();
        let is_other = ["apiVersion", "jobs", "on", "services", "stages"];
        let is_other = is_other.iter().any(|key| root.get(key).is_some());
        !is_other && (gives && marks > 0 || marks > 1)
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("kamal");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        let service = root.get("service").and_then(Node::text);
        // The usual file is laid under those of destinations, which do not say whose they are.
        let is_usual = matches!(paths::name(&context.file.path), "deploy.yaml" | "deploy.yml");
        let own = service.filter(|_| !is_usual).map(|name| Scope::Workload(name.to_owned()));
        variables(context, root, own.as_ref(), &mut facts);
        for role in root.get("servers").map(Node::entries).unwrap_or_default() {
            let scope = Scope::Workload(role.key.to_owned());
            variables(context, role.value, Some(&scope), &mut facts);
        }
        for accessory in root.get("accessories").map(Node::entries).unwrap_or_default() {
            accessory_of(context, &accessory, &mut facts);
        }
        if let (Some(name), Some(image)) = (service, root.get("image").and_then(Node::text)) {
            let dockerfile = root.at(&["builder", "dockerfile"]).and_then(Node::text);
            facts.workloads.push(Workload {
                image: Some(image.to_owned()),
                build: Some("/".to_owned()),
                dockerfile: dockerfile.map(|path| format!("/{path}")),
                ..Workload::of(
                    name.to_owned(),
                    root.get("service").map_or(root.range(), Node::range),
                )
            });
        }
    }
    vec![facts]
}

/// What runs beside the application: a database, a cache.
fn accessory_of(context: Context<'_>, pair: &Pair<'_>, facts: &mut SourceFacts) {
    let scope = Scope::Workload(pair.key.to_owned());
    let first = facts.entries.len();
    variables(context, pair.value, Some(&scope), facts);
    let image = pair.value.get("image").and_then(Node::text);
    let theirs = image.and_then(|image| third_party(image, Unknown::Ours)).or(image);
    for entry in facts.entries.iter_mut().skip(first) {
        entry.attribution = Attribution::Image(theirs.unwrap_or(pair.key).to_owned());
    }
}

/// `env`: a map of variables, or `clear` and `secret` with `tags`.
fn variables(context: Context<'_>, node: Node<'_>, scope: Option<&Scope>, facts: &mut SourceFacts) {
    let Some(env) = node.get("env") else { return };
    let giving = Giving { scope, ..Giving::default() };
    let parts = ["clear", "secret", "tags"];
    if !parts.iter().any(|part| env.get(part).is_some()) {
        giving.map(context, env, facts);
        return;
    }
    if let Some(clear) = env.get("clear") {
        giving.map(context, clear, facts);
    }
    for name in env.get("secret").map(Node::items).unwrap_or_default() {
        secret(name, giving, facts);
    }
    let known = |facts: &SourceFacts, key: &str| facts.entries.iter().any(|it| it.name == key);
    for tag in env.get("tags").map(Node::entries).unwrap_or_default() {
        for pair in tag.value.get("clear").unwrap_or(tag.value).entries() {
            if pair.key != "secret" && !known(facts, pair.key) {
                let text = "as the host's tags say".to_owned();
                let value = Value::Reference { text, needs: Vec::new() };
                let mut entry = super::context::env(pair.key, pair.key_range, value, None);
                entry.scope = scope.cloned();
                facts.entries.push(entry);
            }
        }
    }
}

/// `NAME`, or `NAME:SECRET` where the secret goes by another name.
fn secret(name: Node<'_>, giving: Giving<'_>, facts: &mut SourceFacts) {
    let Some(text) = name.text().filter(|text| !text.is_empty()) else { return };
    let (key, kept) = text.split_once(':').unwrap_or((text, text));
    let value = Value::Reference { text: format!("secret {kept}"), needs: Vec::new() };
    let mut entry = super::context::env(key, name.resolved().range(), value, None);
    entry.scope = giving.scope.cloned();
    facts.entries.push(entry);
}
