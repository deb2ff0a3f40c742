//! Kubernetes manifests: ConfigMaps, Secrets, and what containers get. Helm templates are read with their actions masked.
//!
//! Does not resolve names across files: a binding names its object, whoever links finds it.

mod external;
pub(super) mod kustomize;
mod names;
pub(super) mod object;
pub(super) mod settings;
mod twins;
pub(super) mod workload;

pub(super) use object::decode;
use twins::Twins;

use std::collections::BTreeMap;

use super::context::{Context, note_problems};
use super::flags::embedded;
use super::{Format, paths};
use crate::document::{Document, Node, Syntax, template};
use crate::facts::{ObjectName, SourceFacts};
use crate::model::{Role, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format = Format {
    name: "kubernetes",
    paths: is_manifest,
    needles: &["apiVersion", "kind"],
    claims,
    extract,
};

/// Lists in lists are nobody's manifest.
const MAX_LISTS: usize = 4;

fn is_manifest(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Yaml))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(is_object)
}

fn is_object(node: Node<'_>) -> bool {
    node.get("apiVersion").and_then(Node::text).is_some()
        && node.get("kind").and_then(Node::text).is_some()
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    let twins = Twins::of(context, documents);
    for document in documents {
        let first = sources.len();
        if let Some(root) = document.root().filter(|root| is_object(*root)) {
            match twins.workload(context, root) {
                Some(facts) => sources.push(facts),
                None => any(context, root, &mut sources, MAX_LISTS),
            }
        }
        if document.problems.is_empty() && !document.is_exhausted() {
            continue;
        }
        if sources.len() == first {
            sources.push(SourceFacts::new("workload-env"));
        }
        if let Some(facts) = sources.get_mut(first) {
            note_problems(document, facts);
        }
    }
    // What OpenShift calls a template is deployed as it is, and no contract.
    let is_of_openshift = |root: Node<'_>| root.get("objects").is_some_and(Node::is_list);
    let is_deployed = documents.iter().filter_map(Document::root).any(is_of_openshift);
    let role = if is_deployed { Role::Values } else { paths::role(&context.file.path) };
    for facts in &mut sources {
        facts.role = role;
        if context.is_template {
            join_branches(facts);
        }
    }
    sources.extend(embedded::extract(context, documents));
    sources
}

/// A key that a template writes twice stands in two branches of a condition: which of its values it has is not known.
fn join_branches(facts: &mut SourceFacts) {
    let mut count: BTreeMap<(String, Option<Scope>), usize> = BTreeMap::new();
    for entry in &facts.entries {
        *count.entry((entry.name.clone(), entry.scope.clone())).or_default() += 1;
    }
    for entry in &mut facts.entries {
        let key = (entry.name.clone(), entry.scope.clone());
        if count.get(&key).is_some_and(|times| *times > 1) && !entry.value.is_redacted() {
            entry.value = Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() };
        }
    }
}

/// More columns than anybody indents a key.
const MAX_INDENT: usize = 256;

/// What an object says that stands inside another file.
pub(super) fn object(context: Context<'_>, root: Node<'_>, sources: &mut Vec<SourceFacts>) {
    if is_object(root) {
        any(context, root, sources, MAX_LISTS);
    }
}

/// One object, or each of a list.
fn any(context: Context<'_>, root: Node<'_>, sources: &mut Vec<SourceFacts>, depth: usize) {
    let kind = root.get("kind").and_then(Node::text).unwrap_or("");
    if root.get("$patch").and_then(Node::text) == Some("delete") {
        return;
    }
    let items = root.get("items").filter(|items| items.is_list());
    if let (Some(items), true, Some(below)) = (items, kind.ends_with("List"), depth.checked_sub(1))
    {
        for item in items.items() {
            any(context, item, sources, below);
        }
        return;
    }
    match kind {
        "Template" => template_of_objects(context, root, sources, depth),
        "ConfigMap" => sources.push(object::config_map(context, root)),
        "Secret" => sources.push(object::secret(context, root)),
        "SealedSecret" => sources.push(external::sealed_secret(context, root)),
        "ExternalSecret" | "ClusterExternalSecret" => {
            sources.push(external::external_secret(context, root));
        }
        "SecretProviderClass" => sources.extend(external::provider_class(context, root)),
        "CustomResourceDefinition" => {}
        _ => sources.extend(
            workload::workload(context, root).or_else(|| settings::apart(context, root, kind)),
        ),
    }
}

/// A template of OpenShift: `oc process` fills its parameters in, and its objects are what it makes. One that is named by a
/// parameter goes by what that is unless somebody says otherwise, else by the template.
fn template_of_objects(
    context: Context<'_>,
    root: Node<'_>,
    sources: &mut Vec<SourceFacts>,
    depth: usize,
) {
    let Some(below) = depth.checked_sub(1) else { return };
    let own = object_name(context, root, false).name;
    let parameters = root.get("parameters").map(Node::items).unwrap_or_default();
    for item in root.get("objects").map(Node::items).unwrap_or_default() {
        let object = object_name(context, item, false);
        let first = sources.len();
        any(context, item, sources, below);
        let Some((before, rest)) = object.name.split_once("${") else { continue };
        let (asked, after) = rest.split_once('}').unwrap_or((rest, ""));
        let is_it = |one: &&Node<'_>| one.get("name").and_then(Node::text) == Some(asked);
        let value = parameters.iter().find(is_it).and_then(|one| one.get("value")?.text());
        let name = match value {
            Some(value) if !after.contains("${") => format!("{before}{value}{after}"),
            _ => own.clone(),
        };
        if sources.get(first).is_some_and(|facts| !facts.workloads.is_empty()) {
            sources.truncate(first);
            sources.extend(workload::named(context, item, &name, object.namespace.as_deref()));
        }
    }
}

/// A word of the manifest: as written where a template fills it in.
fn word<'a>(context: Context<'a>, node: Node<'a>) -> Option<&'a str> {
    let raw = context.raw(node.resolved().range());
    let text = node.text()?;
    Some(if template::is_open(raw) { raw.trim_matches(['"', '\'']) } else { text })
}

fn object_name(context: Context<'_>, root: Node<'_>, is_secret: bool) -> ObjectName {
    let at = |key: &str| root.at(&["metadata", key]).and_then(|node| word(context, node));
    ObjectName {
        is_secret,
        name: at("name").or_else(|| at("generateName")).unwrap_or("").to_owned(),
        namespace: at("namespace").map(str::to_owned),
    }
}

/// Whether a template of this file fills in what YAML sees as nothing.
fn is_filled_in(context: Context<'_>, node: Node<'_>) -> bool {
    node.is_null() && context.is_template
}

/// Whether a template action adds lines of its own to the block under a key: `toYaml`, `include … | nindent`.
fn adds_lines(context: Context<'_>, key: TextRange) -> bool {
    let text = &context.file.text;
    if !context.is_template && !text.contains(template::UNSEEN_LINES) {
        return false;
    }
    let start = key.start as usize;
    // A key far out on its line stands in a flow map, and no action adds lines to that.
    let Some(indent) =
        text.bytes().take(start).rev().take(MAX_INDENT).position(|byte| byte == b'\n')
    else {
        return false;
    };
    let below = text.get(start..).unwrap_or("").lines().skip(1);
    // How far in the key stands whose value is a text of several lines.
    let mut of_text = None;
    for line in below {
        let body = line.trim_start();
        let depth = line.len() - body.len();
        let is_action = body.starts_with("{{");
        if body.starts_with(template::UNSEEN_LINES) && depth >= indent {
            if of_text.is_some_and(|of| depth > of) {
                continue;
            }
            return true;
        }
        if body.is_empty()
            || body.starts_with('#')
            || of_text.is_some_and(|of| depth > of && !is_action)
        {
            continue;
        }
        if !is_action {
            of_text = begins_text(body).then_some(depth);
        }
        if !is_action && (depth < indent || (depth == indent && !body.starts_with("- "))) {
            return false;
        }
        let adds = is_action
            && ["toYaml", "indent", "tpl", "template"].iter().any(|word| body.contains(word));
        if adds && body.split("indent").nth(1).is_none_or(|rest| indents_deeper(rest, indent)) {
            return true;
        }
    }
    false
}

/// Whether what stands below a line is a text: `notes: |`.
fn begins_text(line: &str) -> bool {
    let value = line.rsplit_once(": ").map(|(_, value)| value.trim());
    let mut letters = value.unwrap_or("").chars();
    matches!(letters.next(), Some('|' | '>'))
        && letters.all(|c| c.is_ascii_digit() || matches!(c, '+' | '-'))
}

/// Whether the number behind `nindent` puts lines under a key at `indent`.
fn indents_deeper(rest: &str, indent: usize) -> bool {
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<usize>().map_or(true, |columns| columns >= indent)
}
