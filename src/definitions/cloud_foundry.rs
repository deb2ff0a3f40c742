//! Manifests of Cloud Foundry: what `env` gives to each application.
//!
//! Knows one manifest. Bound services give `VCAP_SERVICES`, which the platform's row tells of, and the launcher of buildpacks makes
//! `DATABASE_URL` of the first of them that is a database, which a manifest does not say. What a `((variable))` stands for
//! is found later, in the files that hold variables of these names.

use super::context::{Asks, Context, env, note_problems};
use super::{Format, paths};
use crate::document::{Document, Node, Syntax};
use crate::facts::{Ask, OpaqueFact, SourceFacts, Workload};
use crate::model::{Interpolation, OnUnset, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "cloud-foundry", paths: is_yaml, needles: &["applications"], claims, extract };

/// Keys of an application that other lists of applications do not have.
const MARKS: &[&str] =
    &["buildpack", "buildpacks", "disk_quota", "env", "instances", "memory", "processes", "routes"];

fn is_yaml(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    let applications = documents.iter().find_map(|document| document.root()?.get("applications"));
    applications.is_some_and(|list| {
        let items = list.items();
        let is_ours = |item: &Node<'_>| {
            item.get("name").is_some() && MARKS.iter().any(|mark| item.get(mark).is_some())
        };
        !items.is_empty() && items.iter().all(is_ours)
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = SourceFacts::new("cloud-foundry");
    facts.role = paths::role(&context.file.path);
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        if let Some(shared) = root.get("env") {
            variables(context, shared, None, &mut facts);
        }
        for application in root.get("applications").map(Node::items).unwrap_or_default() {
            one(context, application, &mut facts);
        }
    }
    let mut at = 0;
    for line in context.file.text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#') {
            let asked = asked(line, at);
            facts
                .asks
                .extend(asked.into_iter().map(|interpolation| Ask { interpolation, scope: None }));
        }
        at += line.len();
    }
    vec![facts]
}

/// `((variable))`, each as often as it stands in a text that begins at byte `offset` of its file.
fn asked(text: &str, offset: usize) -> Vec<Interpolation> {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
    };
    let found = text.match_indices("((").filter_map(|(at, _)| {
        let rest = &text[at + 2..];
        let name = rest[..rest.find("))")?].trim();
        let end = at + 2 + rest.find("))")? + 2;
        is_name(name).then(|| Interpolation {
            name: name.to_owned(),
            on_unset: OnUnset::Fail,
            range: TextRange::new(offset + at, offset + end),
        })
    });
    found.collect()
}

fn one(context: Context<'_>, application: Node<'_>, facts: &mut SourceFacts) {
    let name = application.get("name").and_then(Node::text).unwrap_or("").to_owned();
    let scope = Scope::Workload(name.clone());
    if let Some(list) = application.get("env") {
        variables(context, list, Some(&scope), facts);
    }
    if let Some(services) = application.entry("services").filter(|it| !it.value.items().is_empty())
    {
        let what =
            "a bound service, of which Cloud Foundry makes `DATABASE_URL` where it is a database";
        let opaque = OpaqueFact::new(what, Some(name.clone()), services.key_range);
        facts.opaque.push(OpaqueFact { only: vec!["DATABASE_URL"], ..opaque });
    }
    let image = application.at(&["docker", "image"]).and_then(Node::text);
    facts.workloads.push(Workload {
        build: image
            .is_none()
            .then(|| application.get("path").and_then(Node::text).unwrap_or(".").to_owned()),
        image: image.map(str::to_owned),
        ..Workload::of(name, application.get("name").map_or(application.range(), Node::range))
    });
}

fn variables(context: Context<'_>, map: Node<'_>, scope: Option<&Scope>, facts: &mut SourceFacts) {
    for pair in map.entries() {
        let range = pair.value.resolved().range();
        let raw = context.raw(range);
        let mut value = context.value(pair.key, pair.value, Asks::None, facts);
        if raw.contains("((") && !value.is_redacted() {
            let text = raw.trim_matches(['"', '\'']).to_owned();
            value = Value::Reference { text, needs: asked(raw, range.start as usize) };
        }
        let mut entry = env(pair.key, pair.key_range, value, Some(range));
        entry.scope = scope.cloned();
        facts.entries.push(entry);
    }
}
