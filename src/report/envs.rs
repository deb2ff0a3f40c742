//! The environments: their layers in order, and why each source was placed there.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;

use super::text::styles;
use super::{clean, count};
use crate::model::{
    Confidence, Environment, EnvironmentId, Inventory, KeyId, Read, Runs, SourceId, Workload,
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
    workloads: Vec<Running<'a>>,
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
    let mut defined: BTreeMap<SourceId, BTreeSet<KeyId>> = BTreeMap::new();
    for definition in &inventory.definitions {
        defined.entry(definition.source).or_default().insert(definition.key);
    }
    let keys = |source: SourceId| defined.get(&source).map_or(0, BTreeSet::len);
    let mut starts: BTreeMap<SourceId, u32> = BTreeMap::new();
    for definition in &inventory.definitions {
        let line = files.positions(definition.key_span).0.line;
        starts
            .entry(definition.source)
            .and_modify(|first| *first = line.min(*first))
            .or_insert(line);
    }
    let line = |source: SourceId| starts.get(&source).copied().unwrap_or(1);
    let path = |source: SourceId| files.get(inventory.source(source).file).path.as_str();
    let shown = inventory.environments.iter().enumerate();
    let shown = shown.filter(|(at, _)| only.is_none_or(|only| only == EnvironmentId::at(*at)));
    let environments = shown.map(|(_, environment)| One {
        name: &environment.name,
        group: environment.group.as_deref(),
        local: environment.is_local,
        confidence: environment.confidence.as_str(),
        reason: &environment.reason,
        layers: environment
            .layers
            .iter()
            .enumerate()
            .map(|(number, layer)| LayerLine {
                layer: number,
                path: path(layer.source),
                line: line(layer.source),
                source: inventory.source(layer.source).kind,
                keys: keys(layer.source),
                shared: layer.is_base,
                reason: &layer.reason,
            })
            .collect(),
        workloads: running(files, inventory, environment),
    });
    let unplaced = inventory.placements.iter().filter(|_| only.is_none()).map(|one| Unplaced {
        path: path(one.source),
        line: line(one.source),
        source: inventory.source(one.source).kind,
        keys: keys(one.source),
        reason: &one.reason,
    });
    Listing {
        schema: "keydrift.environments/1",
        environments: environments.collect(),
        components: if only.is_none() { components(inventory) } else { Vec::new() },
        unplaced: unplaced.collect(),
    }
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
        for (at, layer) in one.layers.iter().enumerate() {
            // The objects of one file stand in one line.
            let is_same = |other: &LayerLine<'_>| {
                (other.path, other.source, other.reason) == (layer.path, layer.source, layer.reason)
            };
            if at.checked_sub(1).is_some_and(|before| is_same(&one.layers[before])) {
                continue;
            }
            let run = one.layers[at..].iter().take_while(|other| is_same(other));
            let keys = count(run.map(|other| other.keys).sum(), "key");
            let reason =
                if layer.shared && layer.reason.is_empty() { "shared" } else { layer.reason };
            let (path, reason) = (clean(layer.path), clean(reason));
            let (number, source) = (layer.layer, layer.source);
            let line = layer.line;
            writeln!(out, "  {number}  {path}:{line}  {dim}{source}, {keys}: {reason}{dim:#}")?;
        }
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
