//! Kustomizations: generated ConfigMaps and Secrets, and the patches that are written in them.
//!
//! Does not build: names keep no prefix and no hash, patches are read for what they add.

use super::super::context::{Asks, Context, asked, note_problems};
use super::super::secret::{self, Written};
use super::super::{Format, paths};
use super::object::{config_entry, entry, new, secret_value};
use super::{any, is_object, workload};
use crate::document::{Document, Entry as Pair, Node, yaml};
use crate::facts::{Include, ObjectName, SourceFacts};
use crate::model::{ScalarKind, Scope, Value};
use crate::text::{File, TextRange};

/// The row.
pub(crate) static FORMAT: Format =
    Format { name: "kustomize", paths: is_kustomization, needles: &[], claims, extract };

/// Whether a file is called as kustomize wants it.
pub(crate) fn is_kustomization(path: &str) -> bool {
    matches!(paths::name(path), "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(Node::is_map)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    let mut own = SourceFacts::new("kustomize");
    for document in documents {
        note_problems(document, &mut own);
        let Some(root) = document.root() else { continue };
        for (part, is_secret) in [("configMapGenerator", false), ("secretGenerator", true)] {
            for item in root.get(part).map(Node::items).unwrap_or_default() {
                sources.push(generator(context, item, is_secret));
            }
        }
        for part in ["patches", "patchesStrategicMerge", "patchesJson6902"] {
            for item in root.get(part).map(Node::items).unwrap_or_default() {
                patch(context, item, &mut sources);
            }
        }
    }
    if !own.problems.is_empty() {
        sources.push(own);
    }
    sources
}

fn generator(context: Context<'_>, item: Node<'_>, is_secret: bool) -> SourceFacts {
    let text = |key: &str| item.get(key).and_then(Node::text);
    let object = ObjectName {
        is_secret,
        name: text("name").unwrap_or("").to_owned(),
        namespace: text("namespace").map(str::to_owned),
    };
    let scope = Scope::Object(object.name.clone());
    let mut facts = new("kustomize", object);
    for node in item.get("literals").map(Node::items).unwrap_or_default() {
        literal(context, node, is_secret, &mut facts);
    }
    let one = item.get("env").into_iter();
    for node in item.get("envs").map(Node::items).unwrap_or_default().into_iter().chain(one) {
        facts.includes.extend(node.text().map(|path| Include {
            order: 0,
            in_branch: false,
            path: path.to_owned(),
            required: true,
            scope: Some(scope.clone()),
            range: node.range(),
        }));
    }
    for node in item.get("files").map(Node::items).unwrap_or_default() {
        let Some(text) = node.text() else { continue };
        let (name, path) = text.split_once('=').unwrap_or((paths::name(text), text));
        let value = Value::Reference { text: path.to_owned(), needs: Vec::new() };
        facts.entries.push(entry(name, node.range(), value, Some(node.range()), &facts));
    }
    facts
}

/// `NAME=value`, with one pair of quotes around the value taken off.
fn literal(context: Context<'_>, node: Node<'_>, is_secret: bool, facts: &mut SourceFacts) {
    let Some((name, text)) = node.text().and_then(|text| text.split_once('=')) else { return };
    let range = node.resolved().range();
    let start = range.start as usize + usize::from(context.raw(range).starts_with(['"', '\'']));
    let end = range.end as usize - (start - range.start as usize);
    let name_range = TextRange::new(start, start + name.len());
    let value_range = TextRange::new((start + name.len() + 1).min(end), end);
    let quoted = |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    let text = if quoted('"') || quoted('\'') {
        text.get(1..text.len() - 1).unwrap_or(text)
    } else {
        text
    };
    let value = if is_secret {
        secret::withhold(text.as_bytes(), value_range, context.sealer, facts)
    } else {
        let raw = context.raw(value_range);
        let asks = asked(raw, value_range, Asks::None);
        let written = Written { name, text, raw, range: value_range, kind: ScalarKind::Text, asks };
        secret::judge(&written, context.sealer, facts)
    };
    facts.entries.push(entry(name, name_range, value, Some(value_range), facts));
}

/// A patch that is written in the kustomization itself.
fn patch(context: Context<'_>, item: Node<'_>, sources: &mut Vec<SourceFacts>) {
    let node = if item.is_map() { item.get("patch") } else { Some(item) };
    let Some(node) = node.filter(|node| node.text().is_some_and(|text| text.contains('\n'))) else {
        return;
    };
    let range = node.resolved().range();
    // From the start of its first line on, so that all lines keep their indentation.
    let head = context.file.text.get(..range.start as usize).unwrap_or("");
    let start = head.trim_end_matches(' ').len();
    if start > 0 && !head.get(..start).is_some_and(|above| above.ends_with('\n')) {
        return;
    }
    let body = context.file.text.get(start..range.end as usize).unwrap_or("");
    let target = |key: &str| item.at(&["target", key]).and_then(Node::text).unwrap_or("");
    for document in yaml::parse(body, start) {
        let first = sources.len();
        let Some(root) = document.root() else { continue };
        if is_object(root) {
            any(context, root, sources, 1);
        }
        for operation in root.items() {
            sources.extend(operate(context, operation, target("kind"), target("name")));
        }
        if let Some(facts) = sources.get_mut(first) {
            note_problems(&document, facts);
        }
    }
}

/// The range of a name at the end of a path; of the whole path where it is written with escapes.
fn last(context: Context<'_>, path: TextRange, name: &str) -> TextRange {
    let place = context.raw(path).rfind(name);
    place.map_or(path, |at| {
        let start = path.start as usize + at;
        TextRange::new(start, start + name.len())
    })
}

/// One operation of a JSON patch.
fn operate(
    context: Context<'_>,
    operation: Node<'_>,
    kind: &str,
    name: &str,
) -> Option<SourceFacts> {
    let op = operation.get("op")?.text()?;
    let path = operation.get("path")?;
    let value = operation.entry("value").filter(|_| matches!(op, "add" | "replace"))?;
    let is_secret = kind == "Secret";
    if !is_secret && kind != "ConfigMap" {
        return workload::patched(context, name, path.text()?, value.value);
    }
    let object = ObjectName { is_secret, name: name.to_owned(), namespace: None };
    let mut facts = new(if is_secret { "secret" } else { "configmap" }, object);
    let (part, key) = path.text()?.strip_prefix('/')?.split_once('/')?;
    let pair = Pair { key, key_range: last(context, path.range(), key), value: value.value };
    match (part, is_secret) {
        ("data", false) => config_entry(context, &pair, &mut facts),
        ("data" | "stringData", true) => {
            let value = secret_value(context, &pair, part == "data", &mut facts);
            let range = Some(pair.value.range());
            facts.entries.push(entry(key, pair.key_range, value, range, &facts));
        }
        _ => return None,
    }
    Some(facts)
}
