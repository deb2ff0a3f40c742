//! The environments: their layers in order, and why each source was placed there.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;

use super::text::styles;
use super::{clean, count};
use crate::model::{Confidence, EnvironmentId, Inventory, KeyId, SourceId};
use crate::text::Files;

/// All environments. Its fields are the wire format of `envs --format json`.
#[derive(Serialize)]
pub struct Listing<'a> {
    schema: &'static str,
    environments: Vec<One<'a>>,
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
        unplaced: unplaced.collect(),
    }
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
        for layer in &one.layers {
            let keys = count(layer.keys, "key");
            let reason =
                if layer.shared && layer.reason.is_empty() { "shared" } else { layer.reason };
            let (path, reason) = (clean(layer.path), clean(reason));
            let (number, source) = (layer.layer, layer.source);
            let line = layer.line;
            writeln!(out, "  {number}  {path}:{line}  {dim}{source}, {keys}: {reason}{dim:#}")?;
        }
        writeln!(out)?;
    }
    if !all.unplaced.is_empty() {
        writeln!(out, "{strong}in no environment{strong:#}")?;
    }
    for one in &all.unplaced {
        let (path, reason, keys) = (clean(one.path), clean(one.reason), count(one.keys, "key"));
        writeln!(out, "  {path}:{}  {dim}{}, {keys}: {reason}{dim:#}", one.line, one.source)?;
    }
    Ok(())
}
