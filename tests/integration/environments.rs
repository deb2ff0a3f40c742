//! Environments inferred from the layouts of real projects, and what bindings hand on.
//!
//! The sources are made by hand, one line each, so that no extractor stands between a layout and what is inferred.

use keydrift::config::Config;
use keydrift::facts::{BindingFact, Entry, ObjectName, SourceFacts, Workload};
use keydrift::link::sources;
use keydrift::model::{Attribution, Inventory, Namespace, Role, Scalar, ScalarKind, Scope, Value};
use keydrift::text::{File, Files, TextRange};

mod bound;
mod kinds;
mod names;

/// Makes an inventory of `kind path KEY=value …` lines. `@section`, `[object]`, `<included>` and `%image` are marks.
fn inventory(lines: &str) -> Inventory {
    with_config(lines, &Config::default())
}

fn with_config(lines: &str, config: &Config) -> Inventory {
    let mut files = Files::default();
    let mut facts = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let kind = words.next().expect("the test says it");
        let path = words.next().expect("the test says it");
        let file = files.add(File::new(path, ""));
        facts.push((file, vec![source(kind, path, words)]));
    }
    let mut inventory = Inventory::default();
    sources::add(&mut inventory, facts, &[], &mut files, config);
    inventory
}

/// The kinds of sources that the tests write.
const KINDS: &[&str] = &[
    "app-engine",
    "compose",
    "configmap",
    "dockerfile",
    "kamal",
    "dotenv",
    "helm-values",
    "json",
    "kustomize",
    "procfile",
    "secret",
    "terraform",
    "toml",
    "workload-env",
    "yaml",
];

fn source<'a>(kind: &str, path: &str, words: impl Iterator<Item = &'a str>) -> SourceFacts {
    let kind = KINDS.iter().find(|known| **known == kind).expect("the test says it");
    let mut facts = SourceFacts::new(kind);
    if ["example", "sample", "template"]
        .iter()
        .any(|word| path.rsplit('/').next().expect("the test says it").contains(word))
    {
        facts.role = Role::Template;
    }
    let is_setting = ["toml", "yaml", "json", "helm-values"].contains(kind);
    for (at, word) in words.enumerate() {
        let range = TextRange::new(at * 10, at * 10 + 5);
        if let Some(section) = word.strip_prefix('@') {
            facts.section = Some(section.to_owned());
        } else if let Some(object) = word.strip_prefix('[') {
            let (name, namespace) =
                object.split_once('/').map_or((object, None), |(a, b)| (a, Some(b)));
            facts.object = Some(ObjectName {
                is_secret: *kind == "secret",
                name: name.trim_end_matches(']').to_owned(),
                namespace: namespace.map(|it| it.trim_end_matches(']').to_owned()),
            });
        } else if let Some(path) = word.strip_prefix('<') {
            facts.take_in(path, true, None, range);
        } else if let Some(binding) = word.strip_prefix("from:") {
            facts.bindings.push(binding_fact(binding, range));
        } else if let Some(image) = word.strip_prefix('%') {
            let image = Some(image.into());
            facts.workloads.push(Workload { image, ..Workload::of("db".into(), range) });
        } else {
            let scope = facts.object.as_ref().map(|object| Scope::Object(object.name.clone()));
            facts.entries.push(entry(word, is_setting, scope, range));
        }
    }
    if facts.workloads.iter().any(|it| it.image.is_some()) {
        for entry in &mut facts.entries {
            entry.attribution = Attribution::Image("postgres".into());
        }
    }
    facts
}

/// `from:TO=object/entry` binds one entry, `from:object` all of them; `prefix+object` puts a prefix before each.
fn binding_fact(text: &str, range: TextRange) -> BindingFact {
    let scope = Some(Scope::Workload("web".into()));
    let object =
        |name: &str| ObjectName { is_secret: false, name: name.to_owned(), namespace: None };
    if let Some((to, from)) = text.split_once('=') {
        let (name, entry) = from.split_once('/').expect("the test says it");
        let (to, entry) = (Some(to.to_owned()), Some(entry.to_owned()));
        let prefix = String::new();
        return BindingFact {
            to,
            object: object(name),
            entry,
            prefix,
            optional: false,
            scope,
            range,
        };
    }
    let (prefix, name) = text.split_once('+').unwrap_or(("", text));
    let prefix = prefix.to_owned();
    BindingFact {
        to: None,
        object: object(name),
        entry: None,
        prefix,
        optional: false,
        scope,
        range,
    }
}

fn entry(word: &str, is_setting: bool, scope: Option<Scope>, range: TextRange) -> Entry {
    let (name, text) = word.split_once('=').unwrap_or((word, "1"));
    Entry {
        name: name.to_owned(),
        namespace: if is_setting { Namespace::Setting } else { Namespace::Env },
        value: Value::Literal(Scalar { text: text.to_owned(), kind: ScalarKind::Plain }),
        key_range: range,
        value_range: Some(range),
        written: Vec::new(),
        lost: Vec::new(),
        scope,
        attribution: Attribution::Project,
        turn: 0,
        commented: false,
        note: None,
        flag: None,
        used_here: false,
        answer: None,
    }
}

fn names(inventory: &Inventory) -> Vec<&str> {
    inventory.environments.iter().map(|environment| environment.name.as_str()).collect()
}

/// The paths of an environment's layers, lowest first.
fn layers(inventory: &Inventory, name: &str) -> Vec<String> {
    let environment =
        inventory.environments.iter().find(|it| it.name == name).expect("the test says it");
    environment.layers.iter().map(|layer| path(inventory, layer.source.index())).collect()
}

/// Paths were added in order, so the file's number is the source's.
fn path(inventory: &Inventory, source: usize) -> String {
    format!("{}", inventory.sources[source].file.0)
}

fn is_local(inventory: &Inventory, name: &str) -> bool {
    inventory.environments.iter().find(|it| it.name == name).expect("the test says it").is_local
}

/// What an environment gives a key: the texts of its definitions, lowest layer first.
fn values(inventory: &Inventory, environment: &str, key: &str) -> Vec<String> {
    let environment =
        inventory.environments.iter().find(|it| it.name == environment).expect("the test says it");
    let of = |source| {
        inventory
            .definitions
            .iter()
            .filter(move |it| it.source == source && !matches!(it.scope, Some(Scope::Object(_))))
            .filter(|it| inventory.key(it.key).name == key)
            .map(|it| it.value.shown().unwrap_or("?").to_owned())
    };
    environment.layers.iter().flat_map(|layer| of(layer.source)).collect()
}

fn reason(inventory: &Inventory, source: usize) -> String {
    let placement = inventory.placements.iter().find(|it| it.source.index() == source);
    placement
        .unwrap_or_else(|| panic!("source {source} is placed in an environment"))
        .reason
        .clone()
}
