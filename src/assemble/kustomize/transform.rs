//! What a kustomization does to all its objects: namespace, names, labels, replicas, images.

use regex::Regex;

use super::super::tree::{Body, Pair, Tree};
use super::build::Builder;
use super::resource::Resource;
use super::{patches, programs, replacements};
use crate::model::{ScalarKind, Whom};
use crate::text::FileId;

/// Deeper than any object has its containers.
const MAX_DEPTH: usize = 24;
/// Kinds that `replicas` is for.
const SCALED: &[&str] = &["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
/// Transformers that give no container anything.
const HARMLESS: &[&str] = &[
    "AnnotationsTransformer",
    "HashTransformer",
    "ImageTagTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "ReplicaCountTransformer",
    "SortOrderTransformer",
    "SuffixTransformer",
];

fn list<'t>(root: &'t Tree, key: &str) -> &'t [Tree] {
    root.get(key).map(Tree::items).unwrap_or_default()
}

/// The fields that `configurations` adds to those in which variables stand.
pub(super) fn fields(builder: &mut Builder<'_>, file: FileId, root: &Tree) {
    for item in list(root, "configurations") {
        let Some(path) = item.text() else { continue };
        let Some(parsed) = builder.named(file, item, path) else { continue };
        for tree in &parsed.trees {
            let paths = list(tree, "varReference").iter().filter_map(|one| one.get("path")?.text());
            // `containers[]` is the list, written as older versions wanted it.
            let bare = |part: &str| part.trim_end_matches("[]").to_owned();
            let paths = paths.map(|path| path.split('/').map(bare).collect());
            builder.fields.extend(paths.collect::<Vec<Vec<String>>>());
        }
    }
}

/// `namespace`, `namePrefix` and `nameSuffix`.
pub(super) fn names(root: &Tree, into: &mut [Resource]) {
    let text = |key: &str| root.get(key).and_then(Tree::text).unwrap_or_default();
    if let Some(namespace) = root.get("namespace").filter(|one| one.text().is_some()) {
        for resource in into.iter_mut() {
            resource.settle(text("namespace"), namespace.place);
        }
    }
    let (prefix, suffix) = (text("namePrefix"), text("nameSuffix"));
    for resource in into {
        resource.affix(prefix, suffix);
    }
}

/// `labels` and `commonLabels`, as far as selectors ask for them.
pub(super) fn labels(root: &Tree, into: &mut [Resource]) {
    let new = list(root, "labels").iter().filter_map(|item| item.get("pairs"));
    for labels in new.chain(root.get("commonLabels")) {
        for resource in into.iter_mut() {
            for pair in labels.pairs() {
                let metadata = Pair {
                    key: "labels".to_owned(),
                    place: labels.place,
                    value: Tree::map_at(labels.place),
                };
                if !resource.tree.at(&["metadata", "labels"]).is_some_and(Tree::is_map) {
                    resource.set_under("metadata", metadata);
                }
                if let Some(map) =
                    resource.tree.get_mut("metadata").and_then(|one| one.get_mut("labels"))
                {
                    map.put(pair.clone());
                }
            }
        }
    }
}

/// `replicas`.
pub(super) fn replicas(root: &Tree, into: &mut [Resource]) {
    for item in list(root, "replicas") {
        let (Some(name), Some(count)) = (item.get("name").and_then(Tree::text), item.pair("count"))
        else {
            continue;
        };
        let of_name =
            |one: &&mut Resource| SCALED.contains(&one.kind.as_str()) && one.is_called(name);
        for resource in into.iter_mut().filter(of_name) {
            let pair = Pair { key: "replicas".to_owned(), ..count.clone() };
            resource.set_under("spec", pair);
        }
    }
}

/// `images`.
pub(super) fn images(root: &Tree, into: &mut [Resource]) {
    for item in list(root, "images").iter().chain(list(root, "imageTags")) {
        let Some(name) = item.get("name").and_then(Tree::text) else { continue };
        let tag = r"(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?";
        let Ok(pattern) = Regex::new(&format!("^{name}{tag}$")) else { continue };
        for resource in into.iter_mut() {
            containers(&mut resource.tree, &mut |image| change(image, item, &pattern), MAX_DEPTH);
        }
    }
}

/// Shows the image of every container below a node.
fn containers(tree: &mut Tree, see: &mut dyn FnMut(&mut Tree), depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    for pair in tree.pairs_mut().into_iter().flatten() {
        if matches!(pair.key.as_str(), "containers" | "initContainers") {
            let items = pair.value.items_mut().into_iter().flatten();
            items.filter_map(|item| item.get_mut("image")).for_each(&mut *see);
        }
        containers(&mut pair.value, see, below);
    }
    for item in tree.items_mut().into_iter().flatten() {
        containers(item, see, below);
    }
}

fn change(image: &mut Tree, item: &Tree, pattern: &Regex) {
    let Some(text) = image.text().filter(|text| pattern.is_match(text)) else { return };
    let (mut name, mut tag, mut digest) = split(text);
    let given = |key: &str| item.get(key).and_then(Tree::text).filter(|text| !text.is_empty());
    if let Some(new) = given("newName") {
        name = new;
    }
    let tagged;
    match (given("newTag"), given("digest"), given("tagSuffix")) {
        (Some(new), other, _) => (tag, digest) = (new, other.unwrap_or_default()),
        (None, Some(new), _) => (tag, digest) = ("", new),
        (None, None, Some(suffix)) => {
            tagged = format!("{tag}{suffix}");
            (tag, digest) = (&tagged, "");
        }
        _ => {}
    }
    let mut whole = name.to_owned();
    for (sign, part) in [(":", tag), ("@", digest)] {
        if !part.is_empty() {
            whole.push_str(sign);
            whole.push_str(part);
        }
    }
    let written = ["newTag", "newName", "digest", "tagSuffix"].iter().find_map(|key| item.get(key));
    let place = written.and_then(|one| one.place).or(item.place);
    image.replace(Tree::scalar(whole, ScalarKind::Text, place));
}

/// The name, tag and digest of an image.
fn split(image: &str) -> (&str, &str, &str) {
    let (rest, digest) = image.split_once('@').unwrap_or((image, ""));
    let start = rest.find('/').unwrap_or(0);
    match rest.get(start..).and_then(|part| part.find(':')) {
        Some(at) => (&rest[..start + at], &rest[start + at + 1..], digest),
        None => (rest, "", digest),
    }
}

/// Transformers that are written as objects. Those of kustomize itself say what the lists say, others are programs.
pub(super) fn plugins(
    builder: &mut Builder<'_>,
    file: FileId,
    root: &Tree,
    into: &mut Vec<Resource>,
) {
    for item in list(root, "transformers") {
        let trees = patches::plugins(builder, file, item);
        let mut is_known = !trees.is_empty();
        let mut unknown = String::new();
        for tree in trees {
            let is_own = tree.text_under(&["apiVersion"]) == Some("builtin");
            match tree.text_under(&["kind"]).filter(|_| is_own) {
                Some("PatchTransformer") => patches::one(builder, file, &tree, into),
                Some("ReplacementTransformer") => replacements::run(builder, file, &tree, into),
                Some(kind) if HARMLESS.contains(&kind) => {}
                _ => {
                    is_known = false;
                    programs::kind(&tree).clone_into(&mut unknown);
                }
            }
        }
        if !is_known {
            programs::untold(builder, item.place, &unknown, "changes");
            builder.hide("what a transformer of kustomize changes", item.place, Whom::All);
        }
    }
}

/// What a node looks like in one line, to be put into a text.
pub(super) fn word(tree: &Tree) -> Option<String> {
    match &tree.body {
        Body::Scalar(scalar) => Some(scalar.text.clone()),
        Body::Map(_) | Body::List(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tree;
    use super::{change, split};
    use crate::document::Syntax;
    use crate::text::FileId;

    #[test]
    fn images_are_split_as_kustomize_does() {
        assert_eq!(split("registry:5000/bakery/web:1.2"), ("registry:5000/bakery/web", "1.2", ""));
        assert_eq!(split("web"), ("web", "", ""));
        assert_eq!(split("web:1@sha256:ab"), ("web", "1", "sha256:ab"));
    }

    #[test]
    fn images_are_renamed() {
        let changed = |image: &str, rule: &str| {
            let read = |text: &str| tree::read(text, 0, Syntax::Yaml, FileId(0)).0.remove(0);
            let (mut image, rule) = (read(image), read(rule));
            let pattern = regex::Regex::new("^web(:.*)?(@.*)?$").unwrap();
            change(&mut image, &rule, &pattern);
            image.text().unwrap().to_owned()
        };
        assert_eq!(changed("web:1", "{newName: registry/web, newTag: '2'}"), "registry/web:2");
        assert_eq!(changed("web:1", "{digest: 'sha256:ab'}"), "web@sha256:ab");
        assert_eq!(changed("web:1", "{tagSuffix: -slim}"), "web:1-slim");
        assert_eq!(changed("other:1", "{newTag: '2'}"), "other:1");
    }

    /// Fields in which variables stand, named as older versions wanted it: `containers[]`.
    #[test]
    fn variables_stand_in_fields_that_a_configuration_adds() {
        let all = super::super::ASSEMBLER.printed(&[
            (
                "kustomization.yaml",
                "resources: [web.yaml, names.yaml]\nvars:\n  - name: secret\n    objref: {kind: ConfigMap, name: names, apiVersion: v1}\n    \
                 fieldref: {fieldpath: data.secret}\nconfigurations: [fields.yaml]\n",
            ),
            (
                "names.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: names}\ndata: {secret: oven}\n",
            ),
            (
                "fields.yaml",
                "varReference:\n  - path: spec/template/spec/containers[]/env[]/valueFrom/secretKeyRef/name\n    kind: Deployment\n",
            ),
            (
                "web.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        \
                 - name: web\n          env:\n            - name: HEAT\n              valueFrom: {secretKeyRef: {name: $(secret), key: heat}}\n",
            ),
        ]);
        assert!(!all[0].contains("$(secret)"), "{}", all[0]);
    }
}
