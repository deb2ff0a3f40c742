//! Values that are copied from field to field: `replacements`, and the older `vars`.
//!
//! The place of a copied value is the field that it is put into; where it comes from is where it is written. Fields inside
//! of texts that are documents themselves are not reached.

use std::collections::HashMap;

use super::super::tree::{Body, Tree};
use super::build::Builder;
use super::fieldpath;
use super::resource::Resource;
use super::select::Selector;
use super::transform::word;
use crate::model::{Scalar, ScalarKind};
use crate::text::{FileId, Span};

/// Deeper than any object has its containers.
const MAX_DEPTH: usize = 24;
/// The longest text that variables make.
const MAX_TEXT: usize = 1_000_000;

/// `replacements`, also those in files of their own.
pub(super) fn run(builder: &mut Builder<'_>, file: FileId, root: &Tree, into: &mut [Resource]) {
    for item in root.get("replacements").map(Tree::items).unwrap_or_default() {
        let Some(path) = item.get("path").and_then(Tree::text) else {
            replace(builder, item, into);
            continue;
        };
        let Some(parsed) = builder.named(file, item, path) else { continue };
        for tree in &parsed.trees {
            let all = if tree.is_list() { tree.items() } else { std::slice::from_ref(tree) };
            for one in all {
                replace(builder, one, into);
            }
        }
    }
}

fn replace(builder: &mut Builder<'_>, item: &Tree, into: &mut [Resource]) {
    let value = match (item.get("source"), item.get("sourceValue")) {
        (Some(source), _) => source_value(builder, source, into),
        (None, value) => value.cloned(),
    };
    let Some(value) = value else { return };
    for target in item.get("targets").map(Tree::items).unwrap_or_default() {
        let Some(selector) = target.get("select").and_then(Selector::of) else { continue };
        let reject = target.get("reject").map(Tree::items).unwrap_or_default();
        let reject: Vec<Selector> = reject.iter().filter_map(Selector::of).collect();
        let paths: Vec<Vec<String>> = match target.get("fieldPaths").map(Tree::items) {
            Some(paths) if !paths.is_empty() => {
                paths.iter().filter_map(|path| path.text().map(fieldpath::split)).collect()
            }
            _ => continue,
        };
        let create = target.text_under(&["options", "create"]) == Some("true");
        let create = if create { target.place } else { None };
        let chosen = |one: &&mut Resource| {
            selector.selects_any(one) && !reject.iter().any(|other| other.selects_any(one))
        };
        for resource in into.iter_mut().filter(chosen) {
            for path in &paths {
                let hits = fieldpath::each(&mut resource.tree, path, create, &mut |field| {
                    put(field, &value, target.get("options"));
                });
                if hits == 0 {
                    let name = resource.original();
                    let problem = format!("`{name}` has no field `{}` to replace", path.join("."));
                    builder.problem(target.place, &problem);
                }
            }
        }
    }
}

/// The value that a replacement copies.
fn source_value(builder: &mut Builder<'_>, source: &Tree, all: &[Resource]) -> Option<Tree> {
    let selector = Selector::of(source)?;
    let Some(found) = all.iter().find(|one| selector.selects_any(one)) else {
        if builder.elsewhere.is_empty() {
            builder.problem(source.place, "the source of a replacement is not there");
        }
        return None;
    };
    let path = source.get("fieldPath").and_then(Tree::text).unwrap_or("metadata.name");
    let mut value = if path == "metadata.name" {
        let place = found.tree.at(&["metadata", "name"]).and_then(|name| name.place);
        Tree::text_at(found.current(), place)
    } else if let Some(value) = fieldpath::one(&found.tree, &fieldpath::split(path)) {
        value.clone()
    } else {
        builder.problem(source.place, &format!("the source of a replacement has no `{path}`"));
        return None;
    };
    if let (Some((sign, at)), Body::Scalar(scalar)) =
        (parting(source.get("options")), &mut value.body)
    {
        let part = scalar.text.split(&sign).nth(usize::try_from(at).ok()?)?;
        scalar.text = part.to_owned();
    }
    Some(value)
}

/// The sign at which a text is parted, and the number of the part.
fn parting(options: Option<&Tree>) -> Option<(String, i64)> {
    let options = options?;
    let sign = options.get("delimiter")?.text().filter(|sign| !sign.is_empty())?;
    let at = options.get("index").and_then(Tree::text).and_then(|text| text.parse().ok());
    Some((sign.to_owned(), at.unwrap_or(0)))
}

/// Puts a value into a field, which keeps its place.
fn put(field: &mut Tree, value: &Tree, options: Option<&Tree>) {
    let (Body::Scalar(old), Body::Scalar(new)) = (&field.body, &value.body) else {
        return field.replace(value.clone());
    };
    let text = match parting(options) {
        None => new.text.clone(),
        Some((sign, at)) => {
            let mut parts: Vec<&str> = old.text.split(&sign).collect();
            match usize::try_from(at) {
                Err(_) => parts.insert(0, &new.text),
                Ok(at) if at >= parts.len() => parts.push(&new.text),
                Ok(at) => parts[at] = &new.text,
            }
            parts.join(&sign)
        }
    };
    let kind = if old.kind == ScalarKind::Text { ScalarKind::Text } else { new.kind };
    let place = field.place;
    let mut before = field.clone();
    field.body = Body::Scalar(Scalar { text, kind });
    field.from = value.from.or(value.place).filter(|from| Some(*from) != place);
    // What stood in the field only marked it: nothing else gave it a value.
    before.place = None;
    field.lost = Vec::new();
    field.lose(&mut before);
}

/// `vars`: puts values where containers name them.
pub(super) fn variables(builder: &mut Builder<'_>, all: &mut [Resource]) {
    let mut values: HashMap<String, (String, Option<Span>)> = HashMap::new();
    for item in std::mem::take(&mut builder.variables) {
        let Some(name) = item.get("name").and_then(Tree::text) else { continue };
        let text = |key: &str| item.text_under(&["objref", key]).unwrap_or_default();
        let found = all.iter().find(|one| one.kind == text("kind") && one.is_called(text("name")));
        let path = item.text_under(&["fieldref", "fieldpath"]);
        let path =
            path.or_else(|| item.text_under(&["fieldref", "fieldPath"])).unwrap_or("metadata.name");
        let value = found.and_then(|found| {
            if path == "metadata.name" {
                return Some((found.current().to_owned(), item.place));
            }
            let field = fieldpath::one(&found.tree, &fieldpath::indexed(path))?;
            Some((word(field)?, field.place))
        });
        match value {
            Some(value) => {
                values.insert(name.to_owned(), value);
            }
            None if builder.elsewhere.is_empty() => {
                builder.problem(
                    item.place,
                    &format!("the variable `{name}` names nothing that is there"),
                );
            }
            None => {}
        }
    }
    if values.is_empty() {
        return;
    }
    for resource in all {
        containers(&mut resource.tree, &values, MAX_DEPTH);
        for path in &builder.fields {
            spread(&mut resource.tree, path, &values);
        }
    }
}

type Values = HashMap<String, (String, Option<Span>)>;

/// The values of variables, the arguments and the commands of every container below a node.
fn containers(tree: &mut Tree, values: &Values, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    for pair in tree.pairs_mut().into_iter().flatten() {
        if matches!(pair.key.as_str(), "containers" | "initContainers") {
            for field in ["args", "command", "env"] {
                let path = [field.to_owned(), "value".to_owned()];
                let path = if field == "env" { &path[..] } else { &path[..1] };
                spread(&mut pair.value, path, values);
            }
        }
        containers(&mut pair.value, values, below);
    }
    for item in tree.items_mut().into_iter().flatten() {
        containers(item, values, below);
    }
}

/// Expands every text under a path; lists on the way are gone through.
fn spread(tree: &mut Tree, path: &[String], values: &Values) {
    if let Body::List(items) = &mut tree.body {
        return items.iter_mut().for_each(|item| spread(item, path, values));
    }
    if let Some((step, rest)) = path.split_first() {
        if let Some(field) = tree.get_mut(step) {
            spread(field, rest, values);
        }
        return;
    }
    match &mut tree.body {
        Body::Map(pairs) => {
            for pair in pairs.iter_mut().filter(|pair| pair.value.text().is_some()) {
                expand(&mut pair.value, values);
            }
        }
        _ => expand(tree, values),
    }
}

fn expand(tree: &mut Tree, values: &Values) {
    let Some(text) = tree.text().filter(|text| text.contains("$(")) else { return };
    let mut made = String::new();
    let mut from = None;
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("$(") {
        let named = behind.split_once(')').filter(|_| !before.ends_with('$'));
        made.push_str(before);
        match named.and_then(|(name, behind)| Some((values.get(name)?, behind))) {
            Some(((value, place), behind)) if made.len() < MAX_TEXT => {
                made.push_str(value);
                from = from.or(*place);
                rest = behind;
            }
            _ => {
                made.push_str("$(");
                rest = behind;
            }
        }
    }
    made.push_str(rest);
    if from.is_some() {
        tree.body = Body::Scalar(Scalar { text: made, kind: ScalarKind::Text });
        tree.from = from;
    }
}
