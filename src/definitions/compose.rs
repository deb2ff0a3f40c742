//! Docker compose files: what each service gets, what the file asks of the shell, which files it takes keys from.
//!
//! Does not merge several compose files and does not follow `extends`: every file says what it says itself.

use super::context::{Asks, Context, asked, env, note_asks, note_refused};
use super::image::{Unknown, third_party};
use super::secret::{self, Written};
use super::settings::note;
use super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax, go};
use crate::facts::{ArgumentFact, Entry, SourceFacts, Workload};
use crate::model::{Attribution, Scalar, ScalarKind, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "compose", paths: is_yaml, needles: &["services"], claims, extract };

/// The row of files that have volumes and networks alone.
pub(super) static STORES: Format = Format {
    name: "compose-stores",
    paths: is_yaml,
    // `volumes:` or `networks:`
    needles: &["s:"],
    claims: has_stores_alone,
    extract,
};

fn is_yaml(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
}

fn claims(file: &File, documents: &[Document]) -> bool {
    let is_named = paths::words(file.name()).iter().any(|word| word == "compose");
    let Some(services) = documents.iter().find_map(|document| document.root()?.get("services"))
    else {
        return is_named && documents.iter().any(|document| !document.problems.is_empty());
    };
    let entries = services.entries();
    let describes =
        |pair: &Pair<'_>| pair.value.get("image").is_some() || pair.value.get("build").is_some();
    let is_like = || entries.iter().any(describes) && documents.iter().all(has_parts_alone);
    !entries.is_empty() && (is_named || is_like())
}

/// What stands at the top of compose files: <https://docs.docker.com/reference/compose-file/>.
const PARTS: &[&str] = &[
    "configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes",
];

/// Whether compose knows a key at the top of its files.
pub(crate) fn is_part(key: &str) -> bool {
    PARTS.binary_search(&key).is_ok() || key.starts_with("x-")
}

/// What compose says of a volume or a network.
const STORE_PARTS: &[&str] = &[
    "attachable",
    "driver",
    "driver_opts",
    "enable_ipv6",
    "external",
    "internal",
    "ipam",
    "labels",
    "name",
];

/// Whether a file says nothing but what is laid over the volumes and networks of another one.
fn has_stores_alone(_file: &File, documents: &[Document]) -> bool {
    !documents.is_empty() && documents.iter().all(is_of_stores)
}

/// Whether a document has volumes and networks of compose and nothing else.
fn is_of_stores(document: &Document) -> bool {
    let Some(root) = document.root().filter(|_| has_parts_alone(document)) else { return false };
    let stores = ["volumes", "networks"].into_iter().filter_map(|part| root.get(part));
    let entries: Vec<Pair<'_>> = stores.flat_map(Node::entries).collect();
    let is_store = |pair: &Pair<'_>| {
        let parts = pair.value.entries();
        !parts.is_empty() && parts.iter().all(|part| STORE_PARTS.contains(&part.key))
    };
    !entries.is_empty() && entries.iter().all(is_store)
}

/// Whether nothing stands at the top that compose does not know: pipelines have services as well.
fn has_parts_alone(document: &Document) -> bool {
    let entries = document.root().map(Node::entries).unwrap_or_default();
    entries.iter().all(|pair| is_part(pair.key))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = SourceFacts::new("compose");
    facts.role = paths::role(&context.file.path);
    for document in documents {
        if let Some(root) = document.root() {
            let services = root.get("services").map(Node::entries).unwrap_or_default();
            let built = built_images(&services);
            for pair in &services {
                service(context, pair, &built, &mut facts);
            }
            for pair in root
                .entries()
                .iter()
                .filter(|pair| pair.key != "services" && !pair.key.starts_with("x-"))
            {
                ask_below(context, pair.key, pair.value, None, &mut facts, MAX_DEPTH);
            }
        }
        let by = (!context.is_template).then_some("compose");
        note_refused(document, by, &mut facts);
    }
    dedup_asks(&mut facts);
    vec![facts]
}

/// What a service decides beside its variables.
const SETTINGS: &[&str] = &[
    "cpus",
    "deploy.replicas",
    "deploy.resources",
    "deploy.restart_policy",
    "deploy.update_config",
    "healthcheck.interval",
    "healthcheck.retries",
    "healthcheck.start_period",
    "healthcheck.timeout",
    "image",
    "mem_limit",
    "restart",
    "scale",
    "stop_grace_period",
];

/// Deeper than compose files go.
const MAX_DEPTH: usize = 24;

fn built_images<'a>(services: &[Pair<'a>]) -> Vec<&'a str> {
    let built = services.iter().filter(|pair| pair.value.get("build").is_some());
    built.filter_map(|pair| pair.value.get("image")?.text()).collect()
}

fn service(context: Context<'_>, pair: &Pair<'_>, built: &[&str], facts: &mut SourceFacts) {
    let image = pair.value.get("image").and_then(Node::text);
    let folder = pair.value.get("build");
    let is_ours = folder.is_some()
        || mounts_project(pair.value)
        || image.is_some_and(|image| built.contains(&image));
    let theirs =
        image.filter(|_| !is_ours).and_then(|image| third_party(image, Unknown::TheirsUnlessBuilt));
    let attribution =
        theirs.map_or(Attribution::Project, |name| Attribution::Image(name.to_owned()));
    let scope = Scope::Workload(pair.key.to_owned());
    facts.workloads.push(Workload {
        name: pair.key.to_owned(),
        image: image.map(str::to_owned),
        build: folder
            .and_then(|build| build.text().or_else(|| build.get("context")?.text()).or(Some(".")))
            .map(str::to_owned),
        dockerfile: folder
            .and_then(|build| build.get("dockerfile")?.text())
            .map(|path| path.trim_start_matches("./").to_owned()),
        target: folder.and_then(|build| build.get("target")?.text()).map(str::to_owned),
        handler: None,
        platform: None,
        mounts: mounted(pair.value),
        range: pair.key_range,
    });
    if let Some(given) = folder.and_then(|build| build.get("args")) {
        arguments(context, pair.key, given, facts);
    }
    for path in SETTINGS {
        note(context, pair.key, (pair.value, path), Asks::Dollar, facts);
    }
    for part in pair.value.entries() {
        match part.key {
            "environment" => {
                let first = facts.entries.len();
                environment(context, part.value, facts);
                for entry in facts.entries.iter_mut().skip(first) {
                    entry.scope = Some(scope.clone());
                    entry.attribution = attribution.clone();
                }
                ask_below(context, "", part.value, Some(&scope), facts, MAX_DEPTH);
            }
            "env_file" => {
                includes(part.value, &scope, facts);
                ask_below(context, "", part.value, Some(&scope), facts, MAX_DEPTH);
            }
            _ => ask_below(context, part.key, part.value, Some(&scope), facts, MAX_DEPTH),
        }
    }
}

/// Whether the whole folder of the project is mounted into the service: then it runs the project's code.
fn mounts_project(service: Node<'_>) -> bool {
    mounted(service)
        .iter()
        .any(|path| matches!(path.trim_end_matches('/'), "." | ".." | "$PWD" | "${PWD}"))
}

/// The folders of the machine that are mounted into the service, as written.
fn mounted(service: Node<'_>) -> Vec<String> {
    let volumes = service.get("volumes").map(Node::items).unwrap_or_default();
    let source = |volume: Node<'_>| {
        let of_map = volume.get("source").and_then(Node::text);
        let path = of_map.or_else(|| volume.text()?.split(':').next())?;
        // Others are volumes by name, and folders of the machine alone.
        path.starts_with(['.', '$']).then(|| path.to_owned())
    };
    volumes.into_iter().filter_map(source).collect()
}

fn environment(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    for pair in node.entries() {
        if pair.value.tag() == Some("!reset") {
            continue;
        }
        let value = if pair.value.is_null() {
            Value::PassThrough
        } else {
            as_text(pair.value, context.value(pair.key, pair.value, Asks::Dollar, facts))
        };
        let range = (!pair.value.is_null()).then(|| pair.value.resolved().range());
        facts.entries.push(env(pair.key, pair.key_range, value, range));
    }
    for item in node.items() {
        let Some(text) = item.text() else { continue };
        let entry = listed(context, text, item.resolved().range(), facts);
        facts.entries.extend(entry);
    }
}

/// What the build of a service's image gets: written like variables, and none of what runs.
fn arguments(context: Context<'_>, workload: &str, node: Node<'_>, facts: &mut SourceFacts) {
    let first = facts.entries.len();
    environment(context, node, facts);
    for entry in facts.entries.split_off(first) {
        let Entry { name, value, .. } = entry;
        let range = entry.value_range.unwrap_or(entry.key_range);
        if value.is_redacted() {
            facts.secrets.push(range);
        }
        facts.arguments.push(ArgumentFact { workload: workload.to_owned(), name, value, range });
    }
}

/// What a variable comes to that the map gives a number or a truth value.
fn as_text(node: Node<'_>, value: Value) -> Value {
    match value {
        Value::Literal(scalar) if node.kind() != ScalarKind::Text => {
            let text = go::scalar(&scalar.text).unwrap_or_else(|| scalar.text.clone());
            Value::Literal(Scalar { text, ..scalar })
        }
        value => value,
    }
}

/// `NAME=value` or `NAME` as an item of a list.
pub(super) fn listed(
    context: Context<'_>,
    text: &str,
    range: TextRange,
    facts: &mut SourceFacts,
) -> Option<Entry> {
    let raw = context.raw(range);
    let quote = usize::from(raw.starts_with(['"', '\'']));
    let start = range.start as usize + quote;
    let end = (range.end as usize).saturating_sub(quote).max(start);
    let Some((name, text)) = text.split_once('=') else {
        let name = text.trim();
        let name_range = TextRange::new(start, start + name.len());
        return (!name.is_empty()).then(|| env(name, name_range, Value::PassThrough, None));
    };
    let name_range = TextRange::new(start, start + name.len());
    let value_range = TextRange::new((start + name.len() + 1).min(end), end);
    let raw = context.raw(value_range);
    let asks = asked(raw, value_range, Asks::Dollar);
    let written = Written { name, text, raw, range: value_range, kind: ScalarKind::Text, asks };
    let value = secret::judge(&written, context.sealer, facts);
    (!name.is_empty()).then(|| env(name, name_range, value, Some(value_range)))
}

fn includes(node: Node<'_>, scope: &Scope, facts: &mut SourceFacts) {
    let mut include = |node: Node<'_>| {
        let path = node.get("path").unwrap_or(node);
        let Some(text) = path.text() else { return };
        let required = node.get("required").and_then(Node::text) != Some("false");
        facts.take_in(text, required, Some(scope.clone()), path.range());
    };
    if node.is_list() {
        node.items().into_iter().for_each(include);
    } else {
        include(node);
    }
}

/// Records every interpolation below a node.
fn ask_below(
    context: Context<'_>,
    name: &str,
    node: Node<'_>,
    scope: Option<&Scope>,
    facts: &mut SourceFacts,
    depth: usize,
) {
    let Some(below) = depth.checked_sub(1) else { return };
    if node.text().is_some() {
        let range = node.resolved().range();
        let raw = context.raw(range);
        let name = if name.is_empty() { raw.split('=').next().unwrap_or("") } else { name };
        return note_asks(raw, range, name, scope, facts);
    }
    for pair in node.entries() {
        ask_below(context, pair.key, pair.value, scope, facts, below);
    }
    for item in node.items() {
        ask_below(context, "", item, scope, facts, below);
    }
}

/// An anchor used by many services asks once for each of them, not once for each alias.
fn dedup_asks(facts: &mut SourceFacts) {
    let mut seen = std::collections::BTreeSet::new();
    facts.asks.retain(|ask| seen.insert((ask.interpolation.range, ask.scope.clone())));
}
