//! The patches of a kustomization: where they are written, and which objects they are for.

use super::super::tree::{self, Tree};
use super::build::Builder;
use super::operations;
use super::references;
use super::resource::{self, Resource};
use super::select::Selector;
use super::strategic;
use crate::document::Syntax;
use crate::model::Whom;
use crate::text::{FileId, Span};

/// `patchesStrategicMerge`.
pub(super) fn strategic(
    builder: &mut Builder<'_>,
    file: FileId,
    root: &Tree,
    into: &mut Vec<Resource>,
) {
    for item in root.get("patchesStrategicMerge").map(Tree::items).unwrap_or_default() {
        for patch in documents(builder, file, item) {
            by_name(builder, item, patch, into);
        }
    }
}

/// The documents that an item of a list is, or those of the file that it names.
pub(super) fn documents(builder: &mut Builder<'_>, file: FileId, item: &Tree) -> Vec<Tree> {
    match item.text() {
        None => Vec::new(),
        Some(text) if text.contains('\n') || text.trim_start().starts_with('{') => {
            embedded(builder, item)
        }
        Some(path) => {
            builder.named(file, item, path).map(|parsed| parsed.trees.clone()).unwrap_or_default()
        }
    }
}

/// The plugins that an item of a list is, or those of the file that it names, or of the kustomization in a folder.
pub(super) fn plugins(builder: &mut Builder<'_>, file: FileId, item: &Tree) -> Vec<Tree> {
    let folder = item.text().and_then(|path| builder.kustomization(file, path));
    let Some(folder) = folder else { return documents(builder, file, item) };
    let mut found = Vec::new();
    builder.target(folder, &mut found);
    found.into_iter().map(|resource| resource.tree).collect()
}

/// `patches`: of either kind, for what they name or for what their target selects.
pub(super) fn patches(
    builder: &mut Builder<'_>,
    file: FileId,
    root: &Tree,
    into: &mut Vec<Resource>,
) {
    for item in root.get("patches").map(Tree::items).unwrap_or_default() {
        one(builder, file, item, into);
    }
}

/// One of `patches`.
pub(super) fn one(builder: &mut Builder<'_>, file: FileId, item: &Tree, into: &mut Vec<Resource>) {
    let target = item.get("target");
    for patch in text_of(builder, file, item) {
        match (patch.is_list(), target) {
            (true, Some(target)) => operate(builder, item, target, &patch, into),
            (true, None) => builder.problem(item.place, "a JSON patch has no target"),
            (false, Some(target)) => by_target(builder, item, target, &patch, into),
            (false, None) => by_name(builder, item, patch, into),
        }
    }
}

/// `patchesJson6902`.
pub(super) fn json(builder: &mut Builder<'_>, file: FileId, root: &Tree, into: &mut [Resource]) {
    for item in root.get("patchesJson6902").map(Tree::items).unwrap_or_default() {
        let Some(target) = item.get("target") else { continue };
        for patch in text_of(builder, file, item) {
            operate(builder, item, target, &patch, into);
        }
    }
}

/// The documents of a patch, wherever it is written.
fn text_of(builder: &mut Builder<'_>, file: FileId, item: &Tree) -> Vec<Tree> {
    let path = item.get("path").and_then(|path| Some((path, path.text()?)));
    match (path, item.get("patch")) {
        (Some((node, path)), _) => {
            builder.named(file, node, path).map(|parsed| parsed.trees.clone()).unwrap_or_default()
        }
        (None, Some(text)) => embedded(builder, text),
        (None, None) => {
            // A file name that stands alone is an old form of the list.
            let path = item.text().filter(|text| !text.contains('\n'));
            path.and_then(|path| builder.named(file, item, path))
                .map(|parsed| parsed.trees.clone())
                .unwrap_or_default()
        }
    }
}

/// The documents of a text that stands in a file as a value.
fn embedded(builder: &mut Builder<'_>, node: &Tree) -> Vec<Tree> {
    let (Some(text), Some(place)) = (node.text(), node.place) else { return Vec::new() };
    let whole = builder.files.get(place.file).text.clone();
    // From the start of its first line on, so that all lines keep their indentation.
    let head = whole.get(..place.range.start as usize).unwrap_or("");
    let start = head.trim_end_matches(' ').len();
    let body = whole.get(start..place.range.end as usize).unwrap_or("");
    let is_block = start > 0 && head.get(..start).is_some_and(|above| above.ends_with('\n'));
    let is_same = || body.lines().map(str::trim).eq(text.trim_end().lines().map(str::trim));
    let (trees, problems) = if is_block && is_same() {
        tree::read(body, start, Syntax::Yaml, place.file)
    } else {
        let (mut trees, mut problems) = tree::read(text, 0, Syntax::Yaml, place.file);
        for tree in &mut trees {
            stand_for(tree, place);
        }
        for problem in &mut problems {
            problem.range = place.range;
        }
        (trees, problems)
    };
    for problem in problems {
        builder.problem(Some(Span::new(place.file, problem.range)), &problem.message);
    }
    trees
}

/// Says of every part of a tree that it is written at one place.
fn stand_for(tree: &mut Tree, place: Span) {
    tree.place = Some(place);
    for pair in tree.pairs_mut().into_iter().flatten() {
        pair.place = Some(place);
        stand_for(&mut pair.value, place);
    }
    for item in tree.items_mut().into_iter().flatten() {
        stand_for(item, place);
    }
}

/// A strategic merge patch for the object that it names.
fn by_name(builder: &mut Builder<'_>, item: &Tree, patch: Tree, into: &mut Vec<Resource>) {
    for patch in resource::objects(patch) {
        match into.iter().position(|one| one.is(&patch)) {
            Some(at) => merge(builder, at, item, patch.tree, into),
            None => miss(builder, item, patch, into),
        }
    }
}

fn by_target(
    builder: &mut Builder<'_>,
    item: &Tree,
    target: &Tree,
    patch: &Tree,
    into: &mut Vec<Resource>,
) {
    let Some(selector) = Selector::of(target) else {
        return builder.problem(target.place, "a target has a pattern that is none");
    };
    let mut hits = 0;
    // From the last one on, since an object may go.
    for at in (0..into.len()).rev() {
        if into.get(at).is_some_and(|one| selector.selects(one)) {
            hits += 1;
            merge(builder, at, item, patch.clone(), into);
        }
    }
    if hits == 0 {
        lack(builder, item, target);
    }
}

fn merge(
    builder: &mut Builder<'_>,
    at: usize,
    item: &Tree,
    mut patch: Tree,
    into: &mut Vec<Resource>,
) {
    let Some(resource) = into.get_mut(at) else { return };
    // What says which object is meant changes nothing in it, unless that is asked for.
    let allows = |what: &str| item.text_under(&["options", what]) == Some("true");
    if !allows("allowKindChange") {
        patch.take("apiVersion");
        patch.take("kind");
    }
    if let Some(metadata) = patch.get_mut("metadata") {
        metadata.take("namespace");
        if !allows("allowNameChange") {
            metadata.take("name");
        }
    }
    let known = builder.has_own_schema || strategic::has_schema(resource.group());
    let old = resource.said();
    builder.patch(&patch, known.then_some(&*resource));
    if !strategic::merge(&mut resource.tree, patch, known) {
        into.remove(at);
        return;
    }
    if let Some((old, new)) = resource.refresh(&old) {
        let kind = resource.kind.clone();
        references::rename_all(into, &kind, &old, &new);
    }
}

fn operate(
    builder: &mut Builder<'_>,
    item: &Tree,
    target: &Tree,
    patch: &Tree,
    into: &mut [Resource],
) {
    let Some(selector) = Selector::of(target) else {
        return builder.problem(target.place, "a target has a pattern that is none");
    };
    builder.patch(patch, None);
    let mut hits = 0;
    let mut renamed = Vec::new();
    for resource in into.iter_mut().filter(|one| selector.selects(one)) {
        hits += 1;
        let old = resource.said();
        let result = operations::apply(&mut resource.tree, patch, builder.files);
        if let (Err((place, reason)), false) = (result, resource.is_partial) {
            builder.problem(place.or(item.place), &reason);
        }
        renamed.extend(resource.refresh(&old).map(|names| (resource.kind.clone(), names)));
    }
    for (kind, (old, new)) in renamed {
        references::rename_all(into, &kind, &old, &new);
    }
    if hits == 0 {
        lack(builder, item, target);
    }
}

/// A patch for an object that the result does not have: of a base elsewhere it is all that is known.
fn miss(builder: &mut Builder<'_>, item: &Tree, patch: Resource, into: &mut Vec<Resource>) {
    let name = patch.original().to_owned();
    if builder.elsewhere.is_empty() {
        return builder.problem(item.place, &format!("there is no `{name}` to patch"));
    }
    hide(builder, item.place, &name);
    into.push(Resource { is_partial: true, ..patch });
}

/// A target that selects nothing: the tool takes it, but where objects come from elsewhere it may be for one of them.
fn lack(builder: &mut Builder<'_>, item: &Tree, target: &Tree) {
    let workloads = ["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "StatefulSet"];
    let kind = target.get("kind").and_then(Tree::text).unwrap_or_default();
    let name = target.get("name").and_then(Tree::text).unwrap_or_default().to_owned();
    if !builder.elsewhere.is_empty() && !name.is_empty() && workloads.contains(&kind) {
        hide(builder, item.place, &name);
    }
}

fn hide(builder: &mut Builder<'_>, place: Option<Span>, name: &str) {
    let Some((what, at)) = builder.elsewhere.last().cloned() else { return };
    builder.hide(&what, at.or(place), Whom::Workload(name.to_owned()));
}
