//! One resource: its row says where its keys stand.

use super::super::settings_place::names_environment;
use super::cluster::by_resource;
use super::element::{elements, for_each};
use super::expression::{Module, Part};
use super::find::find;
use super::functions::Before;
use super::rows::{Row, Single, row};
use super::shapes::{Item, Secrecy, Target, attribution, is_upper};
use super::source;
use crate::document::hcl::{Form, form};
use crate::document::{Entry as Pair, Node};
use crate::facts::module::{Content, Given, Receiver};
use crate::facts::{HeldFact, ObjectName, SourceFacts};
use crate::model::{Attribution, Scalar, ScalarKind, Scope, Value};
use crate::text::TextRange;

/// Attributes that name what a resource deploys, the surest first.
const NAMES: &[&[&str]] = &[
    &["function_name"],
    &["service_name"],
    &["app_name"],
    &["application"],
    &["name"],
    &["metadata", "name"],
    &["family"],
];
/// Labels and folders that say nothing of what is deployed.
const PLAIN: &[&str] = &[
    "app",
    "application",
    "container",
    "default",
    "deployment",
    "ecs",
    "function",
    "infra",
    "infrastructure",
    "job",
    "lambda",
    "main",
    "module",
    "modules",
    "resource",
    "service",
    "src",
    "task",
    "task_definition",
    "terraform",
    "tf",
    "this",
];
/// The platform of resources whose rows name none: none that gives keys by itself.
const OTHER: &str = "other";
/// Texts in texts, as deep as anybody writes them.
const MAX_DEPTH: usize = 8;

/// Reads the resource `kind` with its label.
pub(super) fn read<'a>(
    module: Module<'a>,
    root: Node<'a>,
    kind: &Pair<'a>,
    label: &Pair<'a>,
    sources: &mut Vec<SourceFacts>,
) {
    let Some(row) = row(kind.key) else { return };
    let elements = elements(module, label.value);
    for_each(module, &elements, sources, |module, sources| {
        single(module, root, (row, kind, label), sources);
    });
}

/// One resource, or one of many that a block makes.
fn single<'a>(
    module: Module<'a>,
    root: Node<'a>,
    (row, kind, label): (&'static Row, &Pair<'a>, &Pair<'a>),
    sources: &mut Vec<SourceFacts>,
) {
    let body = label.value;
    let scope = workload(module, body, label.key);
    let image = find(body, &["image"]).first().and_then(|found| module.word(found.node));
    let scope = scope.filter(|_| !row.set);
    let target = Target { module, scope, attribution: attribution(image) };
    for path in &row.objects {
        object(&target, (kind, label), path, Secrecy::Looks, sources);
    }
    for path in &row.secret_objects {
        object(&target, (kind, label), path, Secrecy::Always, sources);
    }
    for found in row.manifests.iter().flat_map(|path| find(body, path)) {
        target.manifest(found.node, sources);
    }
    if let Some(single) = &row.one {
        one(module, root, label, (row, single), sources);
        return;
    }
    let facts = source(sources, &row.kind, None);
    let (before, first) = (Before::of(facts), facts.workloads.len());
    plain(&target, body, row, facts);
    for workload in facts.workloads.iter_mut().skip(first) {
        workload.platform = Some(row.platform.as_deref().unwrap_or(OTHER));
    }
    before.note(module, root, body, facts);
}

/// Keys that stand in the file's own source.
fn plain<'a>(target: &Target<'a>, body: Node<'a>, row: &Row, facts: &mut SourceFacts) {
    let first = facts.entries.len() + facts.module.taken.len();
    for found in row.maps.iter().flat_map(|path| find(body, path)) {
        target.map(found, Secrecy::Looks, facts);
    }
    for found in row.secret_maps.iter().flat_map(|path| find(body, path)) {
        target.map(found, Secrecy::Always, facts);
    }
    for items in &row.items {
        let values: Vec<&str> = items.values.iter().map(String::as_str).collect();
        let item = Item { name: &items.name, values: &values, leads: items.leads };
        for found in find(body, &items.at) {
            target.items(found, item, facts);
        }
    }
    for found in row.assignments.iter().flat_map(|path| find(body, path)) {
        target.assignments(found, facts);
    }
    if row.chart {
        target.chart(body, facts);
    }
    if facts.entries.len() + facts.module.taken.len() > first {
        target.workload(None, body.range(), facts);
    }
    for found in row.tasks.iter().flat_map(|path| find(body, path)) {
        target.tasks(found.node, MAX_DEPTH, facts);
    }
    if row.containers {
        target.containers(body, facts);
    }
    let shared = Target { scope: None, ..target.clone() };
    for found in row.bundles.iter().flat_map(|path| find(body, path)) {
        shared.bundle(found.node, MAX_DEPTH, facts);
    }
}

/// The name of what is deployed: as written, else the label's, else the folder's, where they say something.
pub(super) fn workload(module: Module<'_>, body: Node<'_>, label: &str) -> Option<Scope> {
    let named = NAMES.iter().flat_map(|path| find(body, path));
    let written = named.filter_map(|found| module.word(found.node)).find(|name| !name.is_empty());
    let folder = module.context.file.path.rsplit('/').nth(1).unwrap_or("");
    let key = module.element.and_then(|element| Some(element.key?.0));
    let name =
        written.or(key).or_else(|| [label, folder].into_iter().find(|name| !is_plain(name)))?;
    Some(Scope::Workload(name.to_owned()))
}

fn is_plain(name: &str) -> bool {
    name.is_empty() || PLAIN.contains(&name) || names_environment(name)
}

/// A ConfigMap or Secret.
fn object<'a>(
    target: &Target<'a>,
    (kind, label): (&Pair<'a>, &Pair<'a>),
    path: &[String],
    secrecy: Secrecy,
    sources: &mut Vec<SourceFacts>,
) {
    let named = find(label.value, &["metadata", "name"]);
    let name = named.first().and_then(|found| target.module.word(found.node));
    let name = name.map_or_else(|| by_resource(kind.key, label.key), str::to_owned);
    let object = ObjectName { is_secret: secrecy == Secrecy::Always, name, namespace: None };
    let mut facts = SourceFacts::new("terraform");
    let target = Target { scope: Some(Scope::Object(object.name.clone())), ..target.clone() };
    // Other files call it by its resource.
    if !object.name.starts_with("kubernetes_") {
        let value = Value::Literal(Scalar { text: object.name.clone(), kind: ScalarKind::Text });
        facts.module.given.push(Given {
            name: by_resource(kind.key, label.key),
            to: Receiver::Own,
            content: Content::One(value, label.key_range),
            scope: None,
            call: None,
            is_environment: false,
            range: label.key_range,
        });
    }
    facts.object = Some(object);
    for found in find(label.value, path) {
        target.map(found, secrecy, &mut facts);
    }
    sources.push(facts);
}

/// A resource that is one key, or one for each element that it is made for.
fn one<'a>(
    module: Module<'a>,
    root: Node<'a>,
    label: &Pair<'a>,
    (row, single): (&'static Row, &Single),
    sources: &mut Vec<SourceFacts>,
) {
    let body = label.value;
    let Some(name) = body.get(&single.name) else { return };
    let name = module.settled(name);
    let raw = module.context.raw(name.range());
    let section = section(module, body, single, raw);
    let facts = source(sources, &row.kind, section.as_deref());
    let target = Target { module, scope: None, attribution: Attribution::Project };
    facts.held.extend(held(module, root, label, name, raw));
    let is_secret = single.secret
        || single.secret_where.iter().any(|(key, values)| {
            let given = body.get(key).map(|node| module.word(node));
            given.is_some_and(|word| word.is_none_or(|word| values.iter().any(|it| it == word)))
        });
    if module.element.is_none() && last(raw.trim_matches('"')).contains("each.") {
        return each(&target, body, is_secret, facts);
    }
    let Some((key, range)) = own_key(module, raw, name).or_else(|| key(raw, name)) else {
        if single.lines {
            super::lines::read(&target, body, single, is_secret, facts);
        }
        return;
    };
    let value = value(module, root, label, (single, &key, is_secret), facts);
    let value_range = single.values.iter().find_map(|it| body.get(it)).map(|it| module.place(it));
    target.push(&key, range, value, value_range, facts);
}

/// The secret or parameter that a resource is, under its full name, where no expression stands in that.
fn held<'a>(
    module: Module<'a>,
    root: Node<'a>,
    label: &Pair<'a>,
    name: Node<'a>,
    raw: &str,
) -> Option<HeldFact> {
    let full = raw.trim_matches('"');
    if raw.contains("${") || !raw.starts_with('"') {
        return None;
    }
    let parts = version(root, label.key).map(|text| module.parts(text)).unwrap_or_default();
    let is_map = |part: &Part<'_>| part.is_known && part.node.is_map() && !part.is_loop;
    let known = !parts.is_empty() && parts.iter().all(is_map);
    let names = parts.iter().flat_map(|part| part.node.entries());
    let names = known.then(|| names.map(|pair| (pair.key.to_owned(), pair.key_range)).collect());
    Some(HeldFact { name: full.to_owned(), parts: names, is_listed: false, range: name.range() })
}

/// The key that an element gives a resource whose name ends with it: `"/orders/${each.key}"`.
fn own_key(module: Module<'_>, raw: &str, name: Node<'_>) -> Option<(String, TextRange)> {
    let element = module.element?;
    let bare = raw.trim_matches('"');
    let end = bare.rsplit_once("${").map_or(bare, |(_, end)| end);
    let expression = end.trim_end_matches('}').trim();
    let (word, range) = match expression {
        "each.key" => element.key?,
        _ => match module.named(expression) {
            Some(node) => (module.word(node)?, node.range()),
            None => (module.word(name)?, module.settled(name).range()),
        },
    };
    let (key, is_whole) = (last(word), !word.contains('/'));
    let range = if is_whole { range } else { name.range() };
    is_upper(key).then(|| (key.to_owned(), range))
}

/// What stands behind the last slash of a name, where that is a variable's beyond doubt.
fn key(raw: &str, name: Node<'_>) -> Option<(String, TextRange)> {
    let is_text = matches!(form(name), Form::Plain | Form::Template);
    let bare = raw.strip_suffix('"').unwrap_or(raw);
    let key = last(bare).trim_start_matches('"');
    let end = name.range().start as usize + bare.len();
    let range = TextRange::new(end - key.len(), end);
    (is_text && is_upper(key)).then(|| (key.to_owned(), range))
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The environment that a resource names: in an attribute, or as a part of its name.
fn section(module: Module<'_>, body: Node<'_>, single: &Single, raw: &str) -> Option<String> {
    for key in &single.environment {
        let Some(node) = body.get(key).map(|node| module.settled(node)) else { continue };
        let node = match node.items().as_slice() {
            [one] => *one,
            _ => node,
        };
        if let Some(word) = module.word(node) {
            return Some(word.to_owned());
        }
    }
    let mut parts = raw.trim_matches('"').split('/');
    parts.find(|part| names_environment(part)).map(str::to_owned)
}

fn value<'a>(
    module: Module<'a>,
    root: Node<'a>,
    label: &Pair<'a>,
    (single, key, is_secret): (&Single, &str, bool),
    facts: &mut SourceFacts,
) -> Value {
    // A value that Terraform does not keep is set by hand, whatever stands here.
    let ignored = find(label.value, &["lifecycle", "ignore_changes"]);
    let is_ignored = ignored.iter().any(|found| {
        let all = found.node.text() == Some("all");
        all || found
            .node
            .items()
            .iter()
            .filter_map(|it| it.text())
            .any(|it| single.values.iter().any(|value| value == it))
    });
    if is_ignored {
        return Value::PassThrough;
    }
    let given = single.values.iter().find_map(|it| label.value.get(it));
    match given.or_else(|| version(root, label.key).filter(|node| !node.is_map())) {
        Some(node) if is_secret => module.secret(node, facts),
        Some(node) => module.value(key, node, facts),
        None => Value::PassThrough,
    }
}

/// Resources that give secrets their texts: what names the secret, and what holds the text.
const VERSIONS: &[(&str, &str, &str)] = &[
    ("aws_secretsmanager_secret_version", "secret_id", "secret_string"),
    ("google_secret_manager_secret_version", "secret", "secret_data"),
];

/// The text of a secret that a resource of its own gives.
fn version<'a>(root: Node<'a>, label: &str) -> Option<Node<'a>> {
    VERSIONS.iter().find_map(|(kind, secret, text)| {
        let versions = root.at(&["resource", kind])?;
        versions.entries().into_iter().find_map(|version| {
            let named = version.value.get(secret)?.text()?;
            let is_its = named.split('.').nth(1) == Some(label);
            is_its.then(|| version.value.get(text)).flatten()
        })
    })
}

/// One key for each element: `for_each = { DB_URL = … }`.
fn each<'a>(target: &Target<'a>, body: Node<'a>, is_secret: bool, facts: &mut SourceFacts) {
    let Some(each) = body.get("for_each") else { return };
    for part in target.module.parts(each) {
        if !part.is_known {
            target.unknown(part.node, facts);
            continue;
        }
        for pair in part.node.entries().iter().filter(|pair| is_upper(pair.key)) {
            let value = match pair.value.text() {
                Some(_) if is_secret => target.module.secret(pair.value, facts),
                Some(_) => target.module.value(pair.key, pair.value, facts),
                None => Value::Reference { text: "…".to_owned(), needs: Vec::new() },
            };
            target.push(pair.key, pair.key_range, value, Some(pair.value.range()), facts);
        }
        for item in part.node.items() {
            let word = target.module.word(item).filter(|word| is_upper(word));
            if let Some(word) = word {
                target.push(word, item.range(), Value::PassThrough, None, facts);
            }
        }
    }
}
