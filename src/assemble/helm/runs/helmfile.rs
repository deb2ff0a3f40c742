//! Helmfile: releases with their values, for each environment that it names.
//!
//! The file is a template itself and is run for each environment. Other helmfiles, secrets, and what `env` and `exec`
//! would give are not seen; values and secrets that a release gets from there are told.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Ground, Run, Stranger};
use crate::assemble::gotmpl::{
    Engine, Library, Mark, Place, Text, UNKNOWN, Value, parse, read, value,
};
use crate::assemble::helm::coalesce::layered;
use crate::assemble::helm::tree::{folder, items, name, word};
use crate::document::{self, Node, Syntax, template};
use crate::facts::Aim;
use crate::text::{File, FileId, Span, TextRange};

/// Values in values deeper than any.
const MAX_DEPTH: usize = 64;
/// Environments and releases that are worth following.
const MOST: usize = 200;

/// Whether the file may be a helmfile.
pub(super) fn is_helmfile(path: &str) -> bool {
    let name = name(path);
    let is_yaml = Syntax::of(name) == Some(Syntax::Yaml);
    is_yaml && (name.contains("helmfile") || name_of_folder(path) == "helmfile.d")
}

fn name_of_folder(path: &str) -> &str {
    name(folder(path))
}

/// An environment of a helmfile.
struct Environment {
    name: String,
    values: Value,
    files: Vec<FileId>,
    /// Whether none of the files that it names is in the tree: nothing is known of it.
    is_hidden: bool,
    /// Whether the helmfile itself gives it values.
    is_told: bool,
}

pub(super) fn find(ground: Ground<'_>) -> (Vec<Run>, Vec<Stranger>) {
    let (mut runs, mut strangers) = (Vec::new(), Vec::new());
    for (id, file) in ground.tree.files.iter().filter(|(_, file)| is_helmfile(&file.path)) {
        if !file.text.contains("releases") {
            continue;
        }
        for environment in environments(ground, id).into_iter().filter(|one| !one.is_hidden) {
            let dot = dot(&environment, None);
            let Some(text) = filled(ground, id, &dot) else { continue };
            let (first, mut elsewhere) = (runs.len(), BTreeSet::new());
            for release in releases(&text).into_iter().take(MOST) {
                if let Some(chart) = chart(ground, id, &release) {
                    runs.extend(run(ground, id, &environment, (&release, chart)));
                    continue;
                }
                elsewhere.extend(files(ground, id, &environment, &release));
                strangers.extend(stranger(ground, id, &environment, &release));
            }
            for run in runs.iter_mut().skip(first) {
                run.shared.clone_from(&elsewhere);
            }
        }
    }
    (runs, strangers)
}

/// The environments that a helmfile names, with their values; one of no name where it names none.
fn environments(ground: Ground<'_>, id: FileId) -> Vec<Environment> {
    let file = ground.tree.file(id);
    let masked = template::mask(&file.text, b'\r');
    let documents = document::parse(&masked, Syntax::Yaml);
    let mut found = Vec::new();
    let roots = documents.iter().filter_map(document::Document::root);
    for pair in roots.filter_map(|root| root.get("environments")).flat_map(Node::entries) {
        let mut made = Environment {
            name: pair.key.to_owned(),
            values: Value::map::<&str>([]),
            files: Vec::new(),
            is_hidden: false,
            is_told: false,
        };
        for item in pair.value.get("values").map(Node::items).unwrap_or_default() {
            if item.is_map() {
                made.values = layered(&made.values, &inline(file, id, item));
                made.is_told = true;
                continue;
            }
            let raw = item.range().slice(&file.text).trim_matches(['"', '\'']);
            let path = raw.replace("{{ .Environment.Name }}", pair.key);
            let path = path.replace("{{.Environment.Name}}", pair.key);
            let Some(found) = ground.file(file.root, &[folder(&file.path)], &path) else {
                made.is_hidden = true;
                continue;
            };
            if let Some(values) = values(ground, found, &dot(&made, None)) {
                made.values = layered(&made.values, &values);
                made.files.push(found);
            }
        }
        made.is_hidden &= made.files.is_empty() && !made.is_told;
        found.push(made);
    }
    found.truncate(MOST);
    if found.is_empty() {
        let values = Value::map::<&str>([]);
        found.push(Environment {
            name: String::new(),
            values,
            files: Vec::new(),
            is_hidden: false,
            is_told: false,
        });
    }
    found
}

/// Values that the helmfile gives an environment itself, as far as they are no template.
fn inline(file: &File, id: FileId, item: Node<'_>) -> Value {
    let text = &file.text;
    value(item, Place { text, file: Some(id), source: None }, MAX_DEPTH)
}

fn dot(environment: &Environment, release: Option<&Value>) -> Value {
    let name = if environment.name.is_empty() { "default" } else { &environment.name };
    let about = Value::map([("Name", Value::str(name)), ("Values", environment.values.clone())]);
    let word = |key: &str| release.and_then(|release| word(release, &[key])).unwrap_or_default();
    let release = Value::map([
        ("Name", Value::str(word("name"))),
        ("Namespace", Value::str(word("namespace"))),
    ]);
    Value::map([
        ("Environment", about),
        ("Namespace", Value::str("")),
        ("Release", release),
        ("StateValues", environment.values.clone()),
        ("Values", environment.values.clone()),
    ])
}

/// The text of a file that is a template, filled in.
fn filled(ground: Ground<'_>, id: FileId, dot: &Value) -> Option<Text> {
    let text = &ground.tree.file(id).text;
    let place = Span::new(id, TextRange::new(0, text.len()));
    let source = Text::marked(&**text, Mark::copy(place));
    if !text.contains("{{") {
        return Some(source);
    }
    let template = Rc::new(parse(source).ok()?);
    let mut library = Library::default();
    library.add("file", &template);
    Engine::new(&library).run("file", dot).ok()
}

/// A text of a release that is a template still after the file was filled in: helmfile fills it in for the release.
fn again(text: &str, dot: &Value) -> Option<String> {
    if !text.contains("{{") {
        return Some(text.to_owned());
    }
    let template = Rc::new(parse(Text::plain(text)).ok()?);
    let mut library = Library::default();
    library.add("text", &template);
    let made = Engine::new(&library).run("text", dot).ok()?;
    Some(made.as_str().trim().to_owned())
}

/// The values in a file of any kind.
fn values(ground: Ground<'_>, id: FileId, dot: &Value) -> Option<Value> {
    if !ground.tree.file(id).path.ends_with(".gotmpl") {
        return ground.documents.values(ground.tree, id).ok();
    }
    let text = filled(ground, id, dot)?;
    let read = read(Place { text: text.as_str(), file: None, source: Some(&text) });
    read.ok().filter(|values| values.as_map().is_some())
}

fn releases(text: &Text) -> Vec<Value> {
    let mut found = Vec::new();
    for document in super::documents(text) {
        found.extend(items(document.get("releases")));
    }
    found
}

/// The chart of a release.
fn chart(ground: Ground<'_>, id: FileId, release: &Value) -> Option<usize> {
    let (root, here) = (ground.tree.file(id).root, folder(&ground.tree.file(id).path));
    let named = word(release, &["chart"])?;
    ground.chart(root, &[here], &named).or_else(|| ground.charts.named(root, &named))
}

/// The file of values that an item of a release names.
fn file(ground: Ground<'_>, id: FileId, item: &Value, dot: &Value) -> Option<FileId> {
    let (root, here) = (ground.tree.file(id).root, folder(&ground.tree.file(id).path));
    ground.file(root, &[here], &again(item.as_str()?, dot)?)
}

/// What a release gets that the tree does not have: files of values of other places or that have to be there, and its secrets.
fn lacks(ground: Ground<'_>, id: FileId, release: &Value, dot: &Value) -> Vec<String> {
    let handler = word(release, &["missingFileHandler"]);
    let is_strict = handler.is_none_or(|handler| handler == "Error");
    let named = |item: &Value| Some(again(item.as_str()?, dot)?.replace(UNKNOWN, ""));
    let is_elsewhere = |path: &str| path.starts_with(['/', '~']) || path.contains("::");
    let values = items(release.get("values")).into_iter();
    let values = values.filter(|item| file(ground, id, item, dot).is_none());
    let values = values.filter_map(|item| named(&item));
    let values = values.filter(|path| is_strict || is_elsewhere(path));
    let secrets = items(release.get("secrets"));
    values.chain(secrets.iter().filter_map(named)).collect()
}

/// The files of values that a release gets.
fn files(
    ground: Ground<'_>,
    id: FileId,
    environment: &Environment,
    release: &Value,
) -> Vec<FileId> {
    let dot = dot(environment, Some(release));
    items(release.get("values")).iter().filter_map(|item| file(ground, id, item, &dot)).collect()
}

/// Whether a release is told not to be there.
fn is_left_out(release: &Value, dot: &Value) -> bool {
    let told = release.get("installed").map(|value| value.shown());
    let told = told.or_else(|| again(&word(release, &["installedTemplate"])?, dot));
    told.is_some_and(|told| told == "false")
}

/// The values that a release gets, with the files that hold them.
fn layers(ground: Ground<'_>, id: FileId, release: &Value, dot: &Value) -> Vec<(FileId, Value)> {
    let mut layers = Vec::new();
    for item in items(release.get("values")) {
        if item.as_map().is_some() {
            layers.push((id, item));
        } else if let Some(found) = file(ground, id, &item, dot)
            && let Some(values) = values(ground, found, dot)
        {
            layers.push((found, values));
        }
    }
    layers
}

fn aim(id: FileId, environment: &Environment) -> Aim {
    let is_named = !environment.name.is_empty() && environment.name != "default";
    Aim { environment: is_named.then(|| environment.name.clone()), by: Some(id) }
}

fn run(
    ground: Ground<'_>,
    id: FileId,
    environment: &Environment,
    (release, chart): (&Value, usize),
) -> Option<Run> {
    let dot = dot(environment, Some(release));
    if is_left_out(release, &dot) {
        return None;
    }
    let mut run = ground.run(chart, id);
    run.layers = layers(ground, id, release, &dot);
    run.lacks = lacks(ground, id, release, &dot);
    for (list, is_typed) in [("set", true), ("setString", false)] {
        for item in items(release.get(list)) {
            if let (Some(path), Some(value)) = (word(&item, &["name"]), item.get("value")) {
                run.set(id, &path, value, is_typed);
            }
        }
    }
    run.beside.clone_from(&environment.files);
    run.leaf = leaf(ground, id, environment, &run.layers);
    run.aim = aim(id, environment);
    run.release = word(release, &["name"]);
    run.namespace = word(release, &["namespace"]);
    Some(run)
}

/// A release of a chart that the tree does not have.
fn stranger(
    ground: Ground<'_>,
    id: FileId,
    environment: &Environment,
    release: &Value,
) -> Option<Stranger> {
    let dot = dot(environment, Some(release));
    if is_left_out(release, &dot) {
        return None;
    }
    let layers = layers(ground, id, release, &dot);
    Some(Stranger {
        release: word(release, &["name"])?,
        chart: word(release, &["chart"])?,
        leaf: leaf(ground, id, environment, &layers),
        aim: aim(id, environment),
        layers,
    })
}

/// The file that names the environment: one with its name in its path, else the last one of the release, else the helmfile.
fn leaf(
    ground: Ground<'_>,
    id: FileId,
    environment: &Environment,
    layers: &[(FileId, Value)],
) -> FileId {
    let files = layers.iter().rev().map(|(file, _)| *file).filter(|file| *file != id);
    let mut all: Vec<FileId> = files.collect();
    all.extend(environment.files.iter().rev());
    let names = |file: &&FileId| {
        let path = &ground.tree.file(**file).path;
        !environment.name.is_empty() && path.contains(environment.name.as_str())
    };
    all.iter().find(names).or(all.first()).copied().unwrap_or(id)
}
