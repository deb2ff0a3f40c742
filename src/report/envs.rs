//! The environments: their layers in order, and why each source was placed there.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;

use super::text::styles;
use super::unseen::{self, Unseen};
use super::{clean, count};
use crate::model::{
    Confidence, Definition, Environment, EnvironmentId, Inventory, KeyId, Read, Runs, ScalarKind,
    Scope, SourceId, Value, Workload,
};
use crate::text::Files;

/// All environments. Its fields are the wire format of `envs --format json`.
#[derive(Serialize)]
pub struct Listing<'a> {
    schema: &'static str,
    environments: Vec<One<'a>>,
    components: Vec<Part<'a>>,
    unplaced: Vec<Unplaced<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    name: &'a str,
    group: Option<&'a str>,
    local: bool,
    confidence: &'static str,
    reason: &'a str,
    layers: Vec<LayerLine<'a>>,
    /// Files of sources that describe workloads and give no key.
    without_keys: BTreeSet<&'a str>,
    workloads: Vec<Running<'a>>,
    /// What may give keys and cannot be seen.
    unseen: BTreeSet<Unseen<'a>>,
}

/// A workload of an environment.
#[derive(Serialize)]
struct Running<'a> {
    name: &'a str,
    runs: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    path: &'a str,
    line: u32,
    reason: &'a str,
}

/// A part of the code that reads keys.
#[derive(Serialize)]
struct Part<'a> {
    path: &'a str,
    reads: usize,
    builds_on: Vec<&'a str>,
    workloads: BTreeSet<&'a str>,
}

#[derive(Serialize)]
struct LayerLine<'a> {
    layer: usize,
    path: &'a str,
    line: u32,
    source: &'static str,
    keys: usize,
    shared: bool,
    reason: &'a str,
    /// It holds whole files only, which no container takes as variables: a dashboard, a script.
    #[serde(skip_serializing_if = "is_false")]
    whole_files: bool,
    #[serde(skip)]
    names: BTreeSet<KeyId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize)]
struct Unplaced<'a> {
    path: &'a str,
    line: u32,
    source: &'static str,
    keys: usize,
    reason: &'a str,
}

/// The environments of an inventory, or one of them.
pub fn environments<'a>(
    files: &'a Files,
    inventory: &'a Inventory,
    only: Option<EnvironmentId>,
) -> Listing<'a> {
    let given = Given::new(files, inventory);
    let shown = inventory.environments.iter().enumerate();
    let shown = shown.filter(|(at, _)| only.is_none_or(|only| only == EnvironmentId::at(*at)));
    let environments = shown.map(|(_, environment)| One {
        name: &environment.name,
        group: environment.group.as_deref(),
        local: environment.is_local,
        confidence: environment.confidence.as_str(),
        reason: &environment.reason,
        layers: given.layers(environment),
        without_keys: given.without_keys(environment),
        workloads: running(files, inventory, environment),
        unseen: unseen::unseen(files, inventory, environment),
    });
    let unplaced = inventory.placements.iter().filter(|_| only.is_none()).map(|one| Unplaced {
        path: given.path(one.source),
        line: given.line(one.source),
        source: inventory.source(one.source).kind,
        keys: given.keys(one.source).len(),
        reason: &one.reason,
    });
    Listing {
        schema: "keydrift.environments/1",
        environments: environments.collect(),
        components: if only.is_none() { components(inventory) } else { Vec::new() },
        unplaced: unplaced.collect(),
    }
}

/// What each source gives.
struct Given<'a> {
    files: &'a Files,
    inventory: &'a Inventory,
    keys: BTreeMap<SourceId, BTreeSet<KeyId>>,
    lines: BTreeMap<SourceId, u32>,
    /// Sources that hold whole files and nothing that a container takes as a variable.
    whole: BTreeSet<SourceId>,
}

impl<'a> Given<'a> {
    fn new(files: &'a Files, inventory: &'a Inventory) -> Self {
        let mut keys: BTreeMap<SourceId, BTreeSet<KeyId>> = BTreeMap::new();
        let mut lines: BTreeMap<SourceId, u32> = BTreeMap::new();
        let mut others: BTreeSet<SourceId> = BTreeSet::new();
        let bound: BTreeSet<&str> =
            inventory.bindings.iter().map(|binding| binding.object.as_str()).collect();
        for one in &inventory.definitions {
            keys.entry(one.source).or_default().insert(one.key);
            let line = files.positions(one.key_span).0.line;
            let first = lines.entry(one.source).or_insert(line);
            *first = line.min(*first);
            if !is_whole_file(inventory, one, &bound) {
                others.insert(one.source);
            }
        }
        let whole = keys.keys().copied().filter(|source| !others.contains(source)).collect();
        Self { files, inventory, keys, lines, whole }
    }

    fn keys(&self, source: SourceId) -> BTreeSet<KeyId> {
        self.keys.get(&source).cloned().unwrap_or_default()
    }

    fn line(&self, source: SourceId) -> u32 {
        self.lines.get(&source).copied().unwrap_or(1)
    }

    fn path(&self, source: SourceId) -> &'a str {
        &self.files.get(self.inventory.source(source).file).path
    }

    /// The layers that give keys, numbered as in facts.
    fn layers(&self, environment: &'a Environment) -> Vec<LayerLine<'a>> {
        let giving = environment.layers.iter();
        let giving = giving.filter(|layer| self.keys.contains_key(&layer.source)).enumerate();
        let lines = giving.map(|(number, layer)| LayerLine {
            layer: number,
            path: self.path(layer.source),
            line: self.line(layer.source),
            source: self.inventory.source(layer.source).kind,
            keys: self.keys(layer.source).len(),
            shared: layer.is_base,
            reason: &layer.reason,
            whole_files: self.whole.contains(&layer.source),
            names: self.keys(layer.source),
        });
        lines.collect()
    }

    fn without_keys(&self, environment: &Environment) -> BTreeSet<&'a str> {
        let silent = environment.layers.iter().map(|layer| layer.source);
        let silent = silent.filter(|source| !self.keys.contains_key(source));
        let paths: BTreeSet<&str> = silent.map(|source| self.path(source)).collect();
        let giving = environment.layers.iter().map(|layer| layer.source);
        let giving: BTreeSet<&str> = giving
            .filter(|source| self.keys.contains_key(source))
            .map(|source| self.path(source))
            .collect();
        paths.difference(&giving).copied().collect()
    }
}

/// Whether a definition is a file of a ConfigMap: a dashboard, a script, what is mounted.
fn is_whole_file(inventory: &Inventory, one: &Definition, bound: &BTreeSet<&str>) -> bool {
    let is_taken =
        matches!(&one.scope, Some(Scope::Object(object)) if bound.contains(object.as_str()));
    let is_text = match &one.value {
        Value::Literal(scalar) => scalar.kind == ScalarKind::Compound,
        Value::Secret(_) | Value::Reference { .. } => true,
        _ => false,
    };
    let name = &inventory.key(one.key).name;
    !is_taken && is_text && inventory.source(one.source).kind == "configmap" && name.contains('.')
}

/// The workloads that the layers of an environment describe, by name.
fn running<'a>(
    files: &'a Files,
    inventory: &'a Inventory,
    environment: &Environment,
) -> Vec<Running<'a>> {
    let layers: BTreeSet<SourceId> = environment.layers.iter().map(|layer| layer.source).collect();
    let mut by_name: BTreeMap<&str, &Workload> = BTreeMap::new();
    for one in inventory.workloads.iter().filter(|one| layers.contains(&one.source)) {
        // Several sources may speak of one workload: the one that knows its code says most.
        let known = by_name.entry(&one.name).or_insert(one);
        if known.runs == Runs::Unknown {
            *known = one;
        }
    }
    let line = |one: &Workload| files.positions(one.span).0.line;
    let running = by_name.into_values().map(|one| Running {
        name: &one.name,
        runs: match one.runs {
            Runs::Component(_) => "component",
            Runs::Image(_) => "image",
            Runs::Unknown => "unknown",
        },
        component: one.runs.component(),
        image: one.image.as_deref(),
        path: &files.get(one.span.file).path,
        line: line(one),
        reason: &one.reason,
    });
    running.collect()
}

/// The parts of the code that read keys, by folder.
fn components(inventory: &Inventory) -> Vec<Part<'_>> {
    let mut reads: BTreeMap<&str, usize> = BTreeMap::new();
    let counts = |read: &&Read| !read.in_test && !read.component.is_empty();
    for read in inventory.reads.iter().filter(counts) {
        *reads.entry(&read.component).or_default() += 1;
    }
    let part = |(path, reads): (&'_ str, usize)| {
        let path = inventory.reads.iter().find(|read| read.component == path);
        path.map(|read| Part {
            path: &read.component,
            reads,
            builds_on: inventory
                .builds_on
                .get(&read.component)
                .map_or_else(Vec::new, |used| used.iter().map(String::as_str).collect()),
            workloads: inventory
                .workloads
                .iter()
                .filter(|one| one.runs.component() == Some(&read.component))
                .map(|one| one.name.as_str())
                .collect(),
        })
    };
    reads.into_iter().filter_map(part).collect()
}

/// Writes the environments for people.
pub fn write_text(all: &Listing<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    if all.environments.is_empty() {
        writeln!(out, "No environment was found.\n")?;
    }
    for one in &all.environments {
        let mut notes = vec![clean(one.reason)];
        notes.extend(one.group.map(|group| format!("group {}", clean(group))));
        notes.extend(one.local.then(|| "local".to_owned()));
        if one.confidence != Confidence::High.as_str() {
            notes.push(format!("{} confidence", one.confidence));
        }
        notes.retain(|note| !note.is_empty());
        let (name, notes) = (clean(one.name), notes.join(", "));
        writeln!(out, "{strong}{name}{strong:#}  {dim}{notes}{dim:#}")?;
        write_layers(one, out)?;
        unseen::write(&one.unseen, out)?;
        for workload in &one.workloads {
            let name = clean(workload.name);
            let what = match (workload.component, workload.image) {
                (Some(component), _) => clean(component),
                (None, Some(image)) => format!("image {}", clean(image)),
                (None, None) => "unknown code".to_owned(),
            };
            let reason = clean(workload.reason);
            writeln!(out, "  runs {name}  {what}  {dim}{reason}{dim:#}")?;
        }
        writeln!(out)?;
    }
    write_components(&all.components, out)?;
    if !all.unplaced.is_empty() {
        writeln!(out, "{strong}in no environment{strong:#}")?;
    }
    for one in &all.unplaced {
        let (path, reason, keys) = (clean(one.path), clean(one.reason), count(one.keys, "key"));
        writeln!(out, "  {path}:{}  {dim}{}, {keys}: {reason}{dim:#}", one.line, one.source)?;
    }
    Ok(())
}

/// The layers in order: objects of one file in one line, and so those that hold nothing but whole files.
fn write_layers(one: &One<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let dim = styles::DIM;
    let is_same = |one: &LayerLine<'_>, other: &LayerLine<'_>| {
        one.whole_files == other.whole_files
            && (one.whole_files
                || (one.path, one.source, one.reason) == (other.path, other.source, other.reason))
    };
    for run in one.layers.chunk_by(is_same) {
        let (Some(layer), Some(last)) = (run.first(), run.last()) else { continue };
        let number = match run.len() {
            1 => layer.layer.to_string(),
            _ => format!("{}-{}", layer.layer, last.layer),
        };
        let path = clean(layer.path);
        if layer.whole_files && run.len() > 1 {
            let paths: BTreeSet<&str> = run.iter().map(|layer| layer.path).collect();
            let more = match paths.len() {
                1 => String::new(),
                many => format!(" and {} more", count(many - 1, "file")),
            };
            let what = count(run.len(), "object");
            writeln!(
                out,
                "  {number}  {path}{more}  {dim}{}, {what} of whole files that no container takes as variables{dim:#}",
                layer.source
            )?;
            continue;
        }
        let keys: BTreeSet<&KeyId> = run.iter().flat_map(|layer| &layer.names).collect();
        let keys = count(keys.len(), "key");
        let reason = if layer.shared && layer.reason.is_empty() { "shared" } else { layer.reason };
        let (source, line, reason) = (layer.source, layer.line, clean(reason));
        writeln!(out, "  {number}  {path}:{line}  {dim}{source}, {keys}: {reason}{dim:#}")?;
    }
    match one.without_keys.len() {
        0 => Ok(()),
        many => {
            let give = if many == 1 { "gives" } else { "give" };
            let files = count(many, "file");
            writeln!(out, "  {dim}and {files} that {give} no key{dim:#}")
        }
    }
}

fn write_components(all: &[Part<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    let (strong, dim) = (styles::STRONG, styles::DIM);
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "{strong}components{strong:#}")?;
    for part in all {
        let mut notes = vec![count(part.reads, "read")];
        let listed =
            |names: &mut dyn Iterator<Item = &str>| names.map(clean).collect::<Vec<_>>().join(", ");
        if !part.workloads.is_empty() {
            let names = listed(&mut part.workloads.iter().copied());
            notes.push(format!("run by {names}"));
        }
        if !part.builds_on.is_empty() {
            let names = listed(&mut part.builds_on.iter().copied());
            notes.push(format!("builds on {names}"));
        }
        writeln!(out, "  {}  {dim}{}{dim:#}", clean(part.path), notes.join("; "))?;
    }
    writeln!(out)
}
