//! Values of Helm charts: the variables that they hand to containers.
//!
//! The other settings of a chart are read by its templates, not by code, and are left out.

use super::context::{Asks, Context, env, note_problems};
use super::image::{Unknown, third_party};
use super::kubernetes::workload;
use super::{Format, paths};
use crate::document::{Document, Entry as Pair, Node, Syntax};
use crate::facts::{BindingFact, ObjectName, SourceFacts};
use crate::model::key::is_env_name;
use crate::model::{Attribution, Scope, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "helm-values", paths: is_values, needles: &[], claims, extract };

/// Deeper than charts nest theirs.
const MAX_DEPTH: usize = 16;
/// Keys under which charts take variables.
const ENV_KEYS: &[&str] = &[
    "env",
    "envVars",
    "env_vars",
    "environment",
    "environmentVariables",
    "envs",
    "extraEnv",
    "extraEnvVars",
    "extraEnvs",
    "secretEnv",
];
/// Keys under which charts take variables among other things: upper case tells them.
const MIXED_KEYS: &[&str] =
    &["config", "configMap", "configmap", "data", "secret", "secrets", "settings", "vars"];
/// Keys under which charts take whole objects as variables.
const FROM_KEYS: &[&str] = &["envFrom", "extraEnvFrom"];
/// Keys under which a variable's map says where its value is.
const PLACES: &[&str] = &[
    "configMap",
    "configMapKeyRef",
    "configmap",
    "field",
    "secret",
    "secretKeyRef",
    "secretRef",
    "valueFrom",
];
/// Keys that map names to entries of Secrets: `namespace_secrets: {secret: {NAME: entry}}`.
const SECRET_MAPS: &[&str] = &["namespaceSecrets", "namespace_secrets"];

fn is_values(path: &str) -> bool {
    let words = paths::words(paths::name(path));
    // Helmfile keeps the values of a release in templates of any name; some charts keep theirs in a folder.
    let folder = path.rsplit('/').nth(1).unwrap_or("");
    Syntax::of(path) == Some(Syntax::Yaml)
        && (words.iter().any(|word| word == "values" || word == "gotmpl")
            || paths::words(folder).iter().any(|word| word == "values"))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    let root = documents.iter().find_map(Document::root);
    root.is_none_or(|root| root.get("apiVersion").is_none() || root.get("kind").is_none())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = SourceFacts::new("helm-values");
    facts.role = paths::role(&context.file.path);
    for document in documents {
        if let Some(root) = document.root() {
            search(context, root, &mut Vec::new(), &mut facts);
        }
        note_problems(document, &mut facts);
    }
    vec![facts]
}

/// The variables in values that stand inside another file.
pub(super) fn variables_below(context: Context<'_>, root: Node<'_>, facts: &mut SourceFacts) {
    search(context, root, &mut Vec::new(), facts);
}

fn search<'a>(
    context: Context<'_>,
    node: Node<'a>,
    path: &mut Vec<&'a str>,
    facts: &mut SourceFacts,
) {
    if path.len() >= MAX_DEPTH {
        return;
    }
    for pair in node.entries() {
        if ENV_KEYS.contains(&pair.key) {
            variables(context, pair.value, path, is_env_name, facts);
        } else if MIXED_KEYS.contains(&pair.key) {
            variables(context, pair.value, path, is_upper, facts);
        } else if FROM_KEYS.contains(&pair.key) {
            workload::bind(context, path.last().unwrap_or(&""), pair.value, facts);
        } else if SECRET_MAPS.contains(&pair.key) {
            for secret in pair.value.entries() {
                bind_secret(&secret, path.last().copied(), facts);
            }
            continue;
        } else if is_environment(pair.value) {
            variables(
                context,
                pair.value,
                &[path.as_slice(), &[pair.key]].concat(),
                is_upper,
                facts,
            );
        }
        path.push(pair.key);
        search(context, pair.value, path, facts);
        path.pop();
    }
}

fn is_upper(name: &str) -> bool {
    is_env_name(name) && name.len() > 1 && !name.chars().any(|c| c.is_ascii_lowercase())
}

/// Whether a map of any name holds variables: most of its keys are in upper case.
fn is_environment(node: Node<'_>) -> bool {
    let entries = node.entries();
    let upper = entries.iter().filter(|pair| is_upper(pair.key) && pair.key.contains('_')).count();
    upper > 1 && upper * 2 > entries.len()
}

fn variables(
    context: Context<'_>,
    node: Node<'_>,
    path: &[&str],
    is_name: fn(&str) -> bool,
    facts: &mut SourceFacts,
) {
    let first = facts.entries.len();
    let workload = path.last().copied().unwrap_or("");
    if node.is_list() {
        workload::variables(context, workload, node, facts);
    }
    let pairs: Vec<_> = node
        .entries()
        .into_iter()
        .filter(|pair| is_name(pair.key) && !context.raw(pair.key_range).contains("{{"))
        .collect();
    for pair in pairs {
        // `null` takes a key of the chart's own values away.
        if pair.value.is_null() {
            continue;
        }
        if pair.value.text().is_none() {
            described(context, &pair, facts);
            continue;
        }
        let value = context.value(pair.key, pair.value, Asks::None, facts);
        facts.entries.push(env(
            pair.key,
            pair.key_range,
            value,
            Some(pair.value.resolved().range()),
        ));
    }
    let theirs = path.iter().find_map(|part| third_party(part, Unknown::Ours));
    for entry in facts.entries.iter_mut().skip(first) {
        entry.scope = (!workload.is_empty()).then(|| Scope::Workload(workload.to_owned()));
        if let Some(image) = theirs {
            entry.attribution = Attribution::Image(image.to_owned());
        }
    }
}

/// `NAME: {value: …}` or `NAME: {secret: …}`: a map that says where the value comes from.
fn described(context: Context<'_>, pair: &Pair<'_>, facts: &mut SourceFacts) {
    let parts = pair.value.entries();
    let known = |part: &Pair<'_>| part.key == "value" || PLACES.contains(&part.key);
    let Some(part) = parts.iter().find(|part| known(part)) else { return };
    let (value, range) = if part.key == "value" {
        if part.value.text().is_none() {
            return;
        }
        let range = part.value.resolved().range();
        (context.value(pair.key, part.value, Asks::None, facts), Some(range))
    } else {
        let text = format!("{} {}", part.key, at_names(part.value)).trim_end().to_owned();
        (Value::Reference { text, needs: Vec::new() }, None)
    };
    facts.entries.push(env(pair.key, pair.key_range, value, range));
}

/// The names inside a reference: `secret-key/SECRET_KEY`.
fn at_names(node: Node<'_>) -> String {
    let of = |node: Node<'_>| {
        let parts = ["name", "key"].iter().filter_map(|part| node.get(part)?.text());
        parts.collect::<Vec<_>>().join("/")
    };
    let inside = node.entries().first().map_or(String::new(), |pair| of(pair.value));
    let own = of(node);
    if own.is_empty() { inside } else { own }
}

fn bind_secret(secret: &Pair<'_>, workload: Option<&str>, facts: &mut SourceFacts) {
    for pair in secret.value.entries() {
        let Some(entry) = pair.value.text() else { continue };
        let object = ObjectName { is_secret: true, name: secret.key.to_owned(), namespace: None };
        facts.bindings.push(BindingFact {
            to: Some(pair.key.to_owned()),
            object,
            entry: Some(entry.to_owned()),
            prefix: String::new(),
            optional: false,
            scope: workload.map(|name| Scope::Workload(name.to_owned())),
            range: pair.key_range,
        });
    }
}
