//! ConfigMaps and Secrets that a kustomization generates of literals, env files and whole files.
//!
//! Names take no hash: every reference would take the same one. A Secret keeps its texts as they are instead of encoding
//! them. A file that the tree does not have leaves its entries open.

use std::collections::{HashMap, HashSet};

use super::super::tree::{Body, Pair, Tree};
use super::super::{Wants, assignment, folders};
use super::NAMES;
use super::build::{Builder, parsed};
use super::patches;
use super::programs;
use super::resource::Resource;
use crate::model::ScalarKind;
use crate::text::{FileId, Files, Span, TextRange};

/// What stands in a key or value that a missing file would give: it reads as one that somebody else fills in.
fn open(path: &str) -> String {
    format!("{{{{ file {path} }}}}")
}

/// Runs the generators of a kustomization.
pub(super) fn run(builder: &mut Builder<'_>, file: FileId, root: &Tree, into: &mut Vec<Resource>) {
    for (part, kind, data) in
        [("configMapGenerator", "ConfigMap", "data"), ("secretGenerator", "Secret", "stringData")]
    {
        for item in root.get(part).map(Tree::items).unwrap_or_default() {
            one(builder, file, item, (kind, data), into);
        }
    }
    for item in root.get("generators").map(Tree::items).unwrap_or_default() {
        // The generators of kustomize itself can also be written as objects; others are programs.
        for tree in patches::plugins(builder, file, item) {
            let is_own = tree.text_under(&["apiVersion"]) == Some("builtin");
            match tree.text_under(&["kind"]).filter(|_| is_own) {
                Some("ConfigMapGenerator") => {
                    one(builder, file, &tree, ("ConfigMap", "data"), into);
                }
                Some("SecretGenerator") => {
                    one(builder, file, &tree, ("Secret", "stringData"), into);
                }
                _ => programs::generate(builder, file, (item, &tree), into),
            }
        }
    }
}

/// The whole files that generators take, and that are called in any way.
pub(super) fn wants(files: &Files, wants: &mut Wants) {
    for (id, file) in files.iter().filter(|(_, file)| NAMES.contains(&file.name())) {
        let parsed = parsed(files, &mut wants.kustomizations, id);
        let Some(root) = parsed.trees.first() else { continue };
        let parts = ["configMapGenerator", "secretGenerator"];
        let items = parts.iter().filter_map(|part| root.get(part)).flat_map(Tree::items);
        let paths = items.filter_map(|item| item.get("files")).flat_map(Tree::items);
        for (_, path) in paths.filter_map(Tree::text).map(named) {
            if let Some(path) = folders::join(folders::folder(&file.path), path) {
                wants.file(file.root, path);
            }
        }
    }
}

/// The key and the path of `path` or `NAME=path`.
fn named(text: &str) -> (&str, &str) {
    let bare = || (text.rsplit('/').next().unwrap_or(text), text);
    text.split_once('=').unwrap_or_else(bare)
}

/// Runs one generator.
pub(super) fn one(
    builder: &mut Builder<'_>,
    file: FileId,
    item: &Tree,
    (kind, data): (&str, &str),
    into: &mut Vec<Resource>,
) {
    match generate(builder, file, item, kind, data) {
        Some(resource) => place(builder, item, resource, data, into),
        None => builder.problem(item.place, "a generator has no name"),
    }
}

fn generate(
    builder: &mut Builder<'_>,
    file: FileId,
    item: &Tree,
    kind: &str,
    data: &str,
) -> Option<Resource> {
    let own = item.get("metadata");
    let of = |key: &str| item.pair(key).or_else(|| own?.pair(key));
    let name = of("name")?;
    let pair = |key: &str, value: Tree| Pair { key: key.to_owned(), place: item.place, value };
    let mut metadata = Tree::map_at(item.place);
    metadata.put(name.clone());
    if let Some(namespace) = of("namespace") {
        metadata.put(namespace.clone());
    }
    if let Some(labels) = item.get("options").and_then(|options| options.pair("labels")) {
        metadata.put(labels.clone());
    }
    let mut values = Values { builder, file, pairs: Vec::new(), known: HashMap::new() };
    values.all(item);
    let entries = Tree { body: Body::Map(values.pairs), ..Tree::map_at(item.place) };
    let mut tree = Tree::map_at(item.place);
    tree.put(pair("apiVersion", Tree::text_at("v1", item.place)));
    tree.put(pair("kind", Tree::text_at(kind, item.place)));
    tree.put(pair("metadata", metadata));
    tree.put(pair(data, entries));
    Resource::of(tree)
}

/// Adds what was generated to the objects, or to the one of its name.
fn place(
    builder: &mut Builder<'_>,
    item: &Tree,
    mut resource: Resource,
    data: &str,
    into: &mut Vec<Resource>,
) {
    let behavior = item.get("behavior").and_then(Tree::text).unwrap_or("create");
    let Some(before) = into.iter_mut().find(|one| one.is(&resource)) else {
        let needs = matches!(behavior, "merge" | "replace");
        if needs && builder.elsewhere.is_empty() {
            let name = resource.original();
            builder.problem(item.place, &format!("there is no `{name}` to {behavior} with"));
        } else if behavior == "merge" {
            // The object is elsewhere, with entries of its own.
            let key = open(resource.original());
            let value = Tree::text_at(key.clone(), item.place);
            resource.set_under(data, Pair { key, place: item.place, value });
        }
        return into.push(resource);
    };
    let Some(values) = resource.tree.get(data).cloned() else { return };
    match behavior {
        "merge" => fill(before, data, values, false),
        "replace" => fill(before, data, values, true),
        _ => {
            let name = resource.original();
            let problem = format!("`{name}` is there already, so it must be merged or replaced");
            builder.problem(item.place, &problem);
        }
    }
}

/// Puts entries into a ConfigMap or Secret, instead of those that they name or of all.
fn fill(object: &mut Resource, data: &str, mut values: Tree, all: bool) {
    let mut lost: HashMap<String, Tree> = HashMap::new();
    for part in ["data", "stringData", "binaryData"] {
        // A Secret of the tree keeps its entries encoded, beside those that are not.
        let is_same = part == data;
        let Some(pairs) = object.tree.get_mut(part).and_then(Tree::pairs_mut) else { continue };
        let named: HashSet<&str> = values.pairs().iter().map(|pair| pair.key.as_str()).collect();
        pairs.retain(|pair| {
            let goes = all || (!is_same && named.contains(pair.key.as_str()));
            if goes {
                lost.insert(pair.key.clone(), pair.value.clone());
            }
            !goes
        });
    }
    for pair in values.pairs_mut().into_iter().flatten() {
        if let Some(mut before) = lost.remove(&pair.key) {
            pair.value.lose(&mut before);
        }
    }
    if let Some(map) = object.tree.get_mut(data).filter(|map| map.is_map()) {
        map.overlay(values);
    } else {
        object.tree.take(data);
        object.tree.put(Pair { key: data.to_owned(), place: values.place, value: values });
    }
}

struct Values<'b, 'a> {
    builder: &'b mut Builder<'a>,
    file: FileId,
    pairs: Vec<Pair>,
    known: HashMap<String, usize>,
}

impl Values<'_, '_> {
    fn all(&mut self, item: &Tree) {
        let list = |key: &str| item.get(key).map(Tree::items).unwrap_or_default();
        for path in list("envs").iter().chain(item.get("env")) {
            self.env_file(path);
        }
        for literal in list("literals") {
            self.literal(literal);
        }
        for path in list("files") {
            self.whole_file(path);
        }
    }

    /// `NAME=value`, with one pair of quotes around the value taken off.
    fn literal(&mut self, tree: &Tree) {
        let (name_range, value_range) = assignment::parts(self.builder.files, tree);
        let Some((name, text)) = tree.text().and_then(|text| text.split_once('=')) else {
            return self.builder.problem(tree.place, "a literal is no `NAME=value`");
        };
        let quoted =
            |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
        let text = if quoted('"') || quoted('\'') { &text[1..text.len() - 1] } else { text };
        self.put(name, name_range, Tree::scalar(text.to_owned(), ScalarKind::Text, value_range));
    }

    fn env_file(&mut self, tree: &Tree) {
        let Some((path, id)) = self.find(tree, tree.text()) else { return };
        let Some(id) = id else {
            let value = Tree::text_at(open(&path), tree.place);
            return self.put(&open(&path), tree.place, value);
        };
        let text = self.builder.files.get(id).text.clone();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let at = start;
            start += line.len();
            let line = line.trim_end_matches('\n').trim_end_matches('\r');
            let body = line.trim_start_matches('\u{feff}').trim_start();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let begin = at + line.len() - body.len();
            let (name, value) = body.split_once('=').unwrap_or((body, ""));
            let span = |from: usize, to: usize| Some(Span::new(id, TextRange::new(from, to)));
            let end = begin + body.len();
            let place = span(end - value.len(), end);
            let tree = Tree::scalar(value.to_owned(), ScalarKind::Text, place);
            self.put(name, span(begin, begin + name.len()), tree);
        }
    }

    fn whole_file(&mut self, tree: &Tree) {
        let Some((name, path)) = tree.text().map(named) else { return };
        let Some((path, id)) = self.find(tree, Some(path)) else { return };
        let value = match id {
            Some(id) => {
                let text = &self.builder.files.get(id).text;
                let place = Span::new(id, TextRange::new(0, text.len()));
                Tree::text_at(text.to_string(), Some(place))
            }
            None => Tree::text_at(open(&path), tree.place),
        };
        self.put(name, tree.place, value);
    }

    /// The path that is meant and the file at it, where the tree has it.
    fn find(&mut self, tree: &Tree, path: Option<&str>) -> Option<(String, Option<FileId>)> {
        let path = path?;
        let here = self.builder.files.get(self.file);
        let meant = folders::join(folders::folder(&here.path), path);
        let id = meant.and_then(|meant| self.builder.folders.file(here.root, &meant));
        match id {
            Some(id) => self.builder.input(id),
            None if path.is_empty() => self.builder.problem(tree.place, "a file has no name"),
            None => {}
        }
        Some((path.to_owned(), id))
    }

    fn put(&mut self, name: &str, place: Option<Span>, value: Tree) {
        let pair = Pair { key: name.to_owned(), place, value };
        if let Some(before) = self.known.get(name).and_then(|at| self.pairs.get_mut(*at)) {
            before.replace(pair);
            return self.builder.problem(place, &format!("a generator gives `{name}` twice"));
        }
        self.known.insert(name.to_owned(), self.pairs.len());
        self.pairs.push(pair);
    }
}
