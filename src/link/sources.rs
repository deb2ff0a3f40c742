//! Facts of configuration files to the inventory: keys, sources, definitions, what they ask for.
//!
//! Knows no syntax. What sources take in, where they are placed and what bindings hand on is decided beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::alone;
use super::assembled;
use super::composed::{named_by, run_of, share_keys};
use super::environments::{self, Sourced};
use super::includes::{self, PendingInclude};
use super::modules;
use super::namesakes;
use super::objects::{self, PendingBinding};
use super::settings::{self, PendingSetting};
use super::stores::Stores;
use super::winning;
use super::workloads::Pending;
use crate::config::{Config, PathGlobs};
use crate::facts::{Aim, Ask, BuildFacts, Entry, Include, SettingFact, SourceFacts, UnreadFact};
use crate::model::inventory::{Asked, Consumer, SameKey, UnreadValue};
use crate::model::{
    Attribution, Class, Confidence, Definition, Inventory, Key, KeyId, Kind, Namespace, Problem,
    Role, Source, SourceId, Taker, Value,
};
use crate::text::{FileId, Files, Span};

/// Adds what configuration files say and places every source. Secrets are blanked in `files`.
///
/// For an inventory without sources: all files of a scan come at once, since they explain each other. Gives the workloads
/// that are described, in the order of their sources.
pub fn add(
    inventory: &mut Inventory,
    mut facts: Vec<(FileId, Vec<SourceFacts>)>,
    builds: &[(FileId, BuildFacts)],
    files: &mut Files,
    config: &Config,
) -> Vec<Pending> {
    facts.sort_by_key(|(file, _)| *file);
    modules::resolve(&mut facts, files);
    let left = assembled::settle(&mut facts);
    let charted = assembled::inputs(&facts, "helm");
    let templates = PathGlobs::new(&config.templates);
    let components = includes::components(files);
    let mut sources = Vec::new();
    let mut pending = Vec::new();
    let mut bindings = Vec::new();
    let mut running = Vec::new();
    let mut decided = Vec::new();
    let mut results = BTreeMap::new();
    let mut stores = Stores::default();
    for (file, all) in facts {
        for mut facts in all {
            // A part of a result stands where the file that names the result stands.
            let placed = files.get(facts.assembly.as_ref().map_or(file, |it| named_by(it, files)));
            let (path, root) = (placed.path.clone(), placed.root);
            if templates.fits(&path) {
                facts.role = Role::Template;
            }
            blank(files, file, &facts);
            let own = files.get(file).path.clone();
            let by = aim(&facts).and_then(|aim| aim.by).or(facts.chosen_by);
            let mut source = add_source(inventory, file, &own, &facts);
            source.root = root;
            source.made_by = by.map(|by| files.get(by).path.clone());
            source.is_component = includes::is_below(&components, root, &path);
            let is_charted = facts.assembly.is_none() && charted.contains(&file);
            // Whatever such a file looks like, a chart starts nothing with it: `staging.env` of a helmfile.
            let state = (is_charted && source.class == Class::Dotenv).then_some("helm");
            source.left = left.get(&file).copied().filter(|_| facts.assembly.is_none()).or(state);
            source.part = part_of(&facts, &own, &path);
            source.path = path;
            source.run = run_of(&facts, file, files, &mut results);
            namesakes::note(inventory, &source);
            let (id, kind) = (source.id, facts.kind);
            let described = facts.workloads.into_iter();
            running.extend(described.map(|described| Pending::new((id, kind), file, described)));
            unread(inventory, file, facts.unread);
            stores.take(id, file, (facts.held, facts.remote));
            inventory.charted.extend(is_charted.then_some(id));
            let at = sources.len();
            let is_whole = facts.assembly.as_ref().is_none_or(|it| it.is_whole);
            let settings = facts.settings.into_iter();
            decided.extend(settings.map(|fact| setting((at, file), fact, is_whole)));
            pending.extend(facts.includes.into_iter().map(|it| include((at, file), it)));
            bindings
                .extend(facts.bindings.into_iter().map(|fact| PendingBinding { source: at, fact }));
            sources.push(source);
        }
    }
    alone::found(inventory, builds, &mut sources);
    share_keys(&mut sources);
    environments::settle_loaders(&mut sources, builds, files);
    winning::settle(inventory, &mut sources, files);
    includes::resolve(inventory, &mut sources, pending, files, &templates);
    let served = environments::place(inventory, (&sources, files), config);
    settings::add(inventory, &sources, decided, &served);
    stores.resolve(inventory, sources.len());
    objects::bind(inventory, &sources, bindings);
    running
}

fn setting((source, file): (usize, FileId), fact: SettingFact, is_whole: bool) -> PendingSetting {
    PendingSetting { source, file, fact, is_whole }
}

fn include((source, file): (usize, FileId), include: Include) -> PendingInclude {
    PendingInclude { source, file, include }
}

/// What a part of a result is there for, where that is another file.
fn part_of(facts: &SourceFacts, own: &str, path: &str) -> Option<String> {
    let assembly = facts.assembly.as_ref().filter(|_| path != own)?;
    Some(format!("`{}` takes it into `{path}`", assembly.tool))
}

/// Blanks what is withheld.
pub(super) fn blank(files: &mut Files, file: FileId, facts: &SourceFacts) {
    let withheld = facts.entries.iter().filter(|entry| entry.value.is_redacted());
    for range in withheld.filter_map(|entry| entry.value_range).chain(facts.secrets.iter().copied())
    {
        files.blank(Span::new(file, range));
    }
}

/// Adds a source with its definitions and what it asks for; bindings and includes are for later.
pub(super) fn add_source(
    inventory: &mut Inventory,
    file: FileId,
    path: &str,
    facts: &SourceFacts,
) -> Sourced {
    let id = SourceId::at(inventory.sources.len());
    inventory.sources.push(Source {
        file,
        format: format(facts.kind, path),
        kind: facts.kind,
        role: facts.role,
    });
    let keys = define(inventory, id, file, &facts.entries);
    ask(inventory, (id, file), path, facts);
    map_names(inventory, path, facts);
    for one in &facts.withdrawn {
        let key = inventory.intern(Key::env(&one.name));
        inventory.withdrawals.push(one.of(id, key));
    }
    inventory.arguments.extend(facts.arguments.iter().map(|one| one.of(id, file)));
    inventory.opaque.extend(facts.opaque.iter().map(|one| one.of(id, file)));
    inventory.problems.extend(facts.problems.iter().map(|problem| Problem {
        path: path.to_owned(),
        message: problem.message.clone(),
        span: Some(Span::new(file, problem.range)),
        kind: problem.kind,
    }));
    Sourced {
        id,
        path: path.to_owned(),
        root: 0,
        file,
        kind: facts.kind,
        class: Kind::of(facts.kind).class,
        role: facts.role,
        section: aim(facts).and_then(|aim| aim.environment.clone()).or(facts.section.clone()),
        namespace: facts.object.as_ref().and_then(|object| object.namespace.clone()),
        is_secret: facts.object.as_ref().map(|object| object.is_secret),
        is_component: false,
        named: facts.described(),
        is_assembled: facts.assembly.is_some(),
        release: facts.assembly.as_ref().and_then(|it| it.release.clone()),
        inputs: facts.assembly.as_ref().map(|it| Arc::clone(&it.inputs)).unwrap_or_default(),
        loader: None,
        replaces: facts.replaces.clone(),
        scripts: facts.scripts.clone(),
        wins: None,
        made_by: None,
        part: None,
        left: None,
        is_loaded: false,
        run: None,
        keys,
        selectors: selectors(&facts.entries),
        founds: founds(facts),
        is_named: facts.is_named,
        includes: Vec::new(),
        in_branches: BTreeSet::new(),
        run_by: facts.module.run_by.clone(),
    }
}

/// Adds values that no template asks for.
fn unread(inventory: &mut Inventory, file: FileId, facts: Vec<UnreadFact>) {
    for UnreadFact { range, name, is_default } in facts {
        let key = inventory.intern(Key::setting(name));
        let span = Span::new(file, range);
        inventory.unread_values.push(UnreadValue { span, key, is_default });
    }
}

/// What says which environment a part of a result is for.
fn aim(facts: &SourceFacts) -> Option<&Aim> {
    facts.assembly.as_ref().map(|it| &it.aim)
}

fn format(kind: &'static str, path: &str) -> &'static str {
    // Resources of Terraform are sources of what they make: a parameter, a ConfigMap.
    if [".tf", ".tofu", ".tf.json"].iter().any(|end| path.ends_with(end)) {
        return "terraform";
    }
    Kind::of(kind).format.as_deref().unwrap_or(kind)
}

/// Adds the definitions and gives the keys that get values, sorted.
fn define(
    inventory: &mut Inventory,
    source: SourceId,
    file: FileId,
    entries: &[Entry],
) -> Vec<KeyId> {
    let mut keys = BTreeSet::new();
    for entry in entries {
        let key = inventory.intern(Key { name: entry.name.clone(), namespace: entry.namespace });
        if !entry.commented {
            keys.insert(key);
        }
        inventory.definitions.push(Definition {
            key,
            source,
            value: entry.value.clone(),
            key_span: Span::new(file, entry.key_range),
            value_span: entry.value_range.map(|range| Span::new(file, range)),
            written: entry.written.clone(),
            lost: entry.lost.clone(),
            scope: entry.scope.clone(),
            attribution: entry.attribution.clone(),
            turn: entry.turn,
            commented: entry.commented,
            note: entry.note,
            flag: entry.flag.clone(),
            used_here: entry.used_here,
            answer: entry.answer,
            filled: None,
        });
    }
    keys.into_iter().collect()
}

/// Adds the variables that a loader puts into settings: one key under two names, which the loader reads.
fn map_names(inventory: &mut Inventory, path: &str, facts: &SourceFacts) {
    for name in &facts.names {
        let setting = inventory.intern(Key::setting(&name.setting));
        let variable = inventory.intern(Key::env(&name.variable));
        let reason = format!("`{path}` fills `{}` from `{}`", name.setting, name.variable);
        let (one, other) = (setting.min(variable), setting.max(variable));
        let (confidence, why) = (Confidence::High, reason.clone());
        inventory.mapped.push(SameKey { one, other, confidence, reason: why });
        let who = facts.kind.to_owned();
        inventory.consumers.push(Consumer { key: variable, who, reason });
    }
}

/// Adds what the source asks for: `${X}` of the file, and of the values of its entries.
fn ask(
    inventory: &mut Inventory,
    (source, file): (SourceId, FileId),
    path: &str,
    facts: &SourceFacts,
) {
    let inside = facts.entries.iter().flat_map(|entry| {
        let needs = match &entry.value {
            Value::Reference { needs, .. } if !entry.commented => needs.as_slice(),
            _ => &[],
        };
        needs.iter().map(|need| Ask { interpolation: need.clone(), scope: entry.scope.clone() })
    });
    let mut seen = BTreeSet::new();
    let mut consumed = BTreeSet::new();
    for ask in facts.asks.iter().cloned().chain(inside) {
        let range = ask.interpolation.range;
        if !seen.insert((range, ask.interpolation.name.clone())) {
            continue;
        }
        let key = inventory
            .intern(Key { name: ask.interpolation.name.clone(), namespace: Namespace::Env });
        if consumed.insert(key) {
            inventory.consumers.push(Consumer {
                key,
                who: format!("{} interpolation", asking(facts.kind)),
                reason: format!("`{path}` asks for it"),
            });
        }
        let span = Span::new(file, range);
        let Ask { interpolation, scope } = ask;
        inventory.asks.push(Asked { source, key, interpolation, scope, span });
    }
}

fn asking(kind: &str) -> &str {
    match Kind::of(kind).class {
        Class::Cluster => "Kubernetes",
        _ => kind,
    }
}

fn selectors(entries: &[Entry]) -> Vec<(String, String)> {
    let given =
        entries.iter().filter(|entry| !entry.commented && entry.namespace == Namespace::Env);
    let literal = given.filter_map(|entry| match &entry.value {
        Value::Literal(scalar) if environments::is_selector(&entry.name) => {
            Some((entry.name.clone(), scalar.text.clone()))
        }
        _ => None,
    });
    literal.collect()
}

/// Whether code of this project runs with the source.
fn founds(facts: &SourceFacts) -> bool {
    // What nobody can look into says nothing of who takes it.
    let kind = Kind::of(facts.kind);
    if kind.closed || kind.is_for(Taker::Others) {
        return false;
    }
    let is_own = |entry: &Entry| !entry.commented && entry.attribution == Attribution::Project;
    facts.entries.iter().any(is_own)
        || facts.workloads.iter().any(|workload| workload.build.is_some())
        || !facts.bindings.is_empty()
        || !facts.opaque.is_empty()
}
