//! Snapshots linked: each is a small project of its own, with one environment, whose objects and workloads explain
//! each other. What it comes to is compared with what is declared, and none of it is a layer.

use std::collections::BTreeMap;

use super::objects::{self, PendingBinding};
use super::precedence::{Breadth, rank};
use super::sources::{add_source, blank};
use crate::facts::{AppliedFacts, HandFact, SettingFact, SnapshotFacts};
use crate::model::{
    Confidence, Environment, EnvironmentId, Inventory, Layer, Placement, Role, Source, SourceId,
};
use crate::text::{FileId, Files};

/// The parts of snapshots of one environment that can explain each other: those of one namespace.
pub struct Linked {
    /// The environment that they were taken from.
    pub environment: EnvironmentId,
    /// What they say, as an inventory of their own with one environment.
    pub inventory: Inventory,
    /// The source in the inventory of the scan for each of the own inventory.
    pub sources: Vec<SourceId>,
    /// The workloads that they show.
    pub workloads: Vec<String>,
    /// Whether they show all variables of an environment without workloads.
    pub is_whole: bool,
    /// What they decide beside variables, with its file.
    pub settings: Vec<(FileId, SettingFact)>,
    /// What was set by hand, with its file.
    pub hands: Vec<(FileId, HandFact)>,
    /// What was applied last.
    pub applied: AppliedFacts,
}

/// A part of a snapshot, with its file.
type Part = (FileId, SnapshotFacts);

/// Links the snapshots of each environment. Secrets are blanked in `files`.
pub fn link(
    inventory: &mut Inventory,
    shown: Vec<(EnvironmentId, FileId, Vec<SnapshotFacts>)>,
    files: &mut Files,
) -> Vec<Linked> {
    let mut parts: BTreeMap<(EnvironmentId, Option<String>), Vec<Part>> = BTreeMap::new();
    let mut known: BTreeMap<(EnvironmentId, FileId), SourceId> = BTreeMap::new();
    for (environment, file, all) in shown {
        known.entry((environment, file)).or_insert_with(|| register(inventory, environment, file));
        for part in all {
            parts.entry((environment, part.namespace.clone())).or_default().push((file, part));
        }
    }
    let mut linked = Vec::new();
    for ((environment, _), parts) in parts {
        let mut one = one(environment, parts, files);
        let of_file = |source: &Source| known.get(&(environment, source.file)).copied();
        one.sources = one.inventory.sources.iter().filter_map(of_file).collect();
        inventory.problems.append(&mut one.inventory.problems);
        linked.push(one);
    }
    linked
}

/// The source that a file is in the inventory of the scan.
fn register(inventory: &mut Inventory, environment: EnvironmentId, file: FileId) -> SourceId {
    let source = SourceId::at(inventory.sources.len());
    inventory.sources.push(Source { file, format: "live", kind: "live", role: Role::Snapshot });
    let name = &inventory.environment(environment).name;
    let reason = format!("a snapshot of `{name}`: compared with its layers, and none of them");
    inventory.placements.push(Placement { source, reason });
    source
}

fn one(environment: EnvironmentId, parts: Vec<Part>, files: &mut Files) -> Linked {
    let mut linked = Linked {
        environment,
        inventory: Inventory::default(),
        sources: Vec::new(),
        workloads: Vec::new(),
        is_whole: false,
        settings: Vec::new(),
        hands: Vec::new(),
        applied: AppliedFacts::default(),
    };
    let mut sources = Vec::new();
    let mut bindings = Vec::new();
    for (file, part) in parts {
        let path = files.get(file).path.clone();
        let mut facts = part.source;
        facts.role = Role::Values;
        blank(files, file, &facts);
        let at = sources.len();
        sources.push(add_source(&mut linked.inventory, file, &path, &facts));
        bindings.extend(facts.bindings.into_iter().map(|fact| PendingBinding { source: at, fact }));
        linked.workloads.extend(facts.workloads.into_iter().map(|workload| workload.name));
        linked.settings.extend(facts.settings.into_iter().map(|fact| (file, fact)));
        linked.is_whole |= part.is_whole;
        linked.hands.extend(part.hands.into_iter().map(|hand| (file, hand)));
        linked.applied.scopes.extend(part.applied.scopes);
        linked.applied.entries.extend(part.applied.entries);
    }
    let mut order: Vec<_> = sources
        .iter()
        .map(|source| (rank(source.kind, &source.path, None, Breadth::One, false), source.id))
        .collect();
    order.sort();
    let layer = |(_, source)| Layer { source, reason: String::new(), is_base: false };
    linked.inventory.environments.push(Environment {
        name: String::new(),
        group: None,
        is_local: false,
        layers: order.into_iter().map(layer).collect(),
        confidence: Confidence::High,
        reason: String::new(),
    });
    objects::bind(&mut linked.inventory, &sources, bindings);
    linked
}
