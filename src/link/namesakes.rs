//! Services of one name in several runs of compose: `orders/compose.yaml` and `billing/compose.yaml` each have a `db`; workloads
//! of one name in several folders of Terraform that one environment has: `eu/production`, `us/production`; and in several overlays
//! that kustomize builds for one: `overlays/prod/smaug`, `overlays/prod/curator`.
//!
//! What one run or folder gives its service the other does not get. A file that is known to be none of them and says only
//! what changes is laid over all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::environments::Sourced;
use crate::definitions::{is_kustomization, names_environment};
use crate::model::{Inventory, KeyId, Scope, SourceId};
use crate::text::Files;
use crate::text::relative::folder;

/// Notes of which run or result a source is a part.
pub(super) fn note(inventory: &mut Inventory, source: &Sourced) {
    if source.is_assembled && source.run.is_none() {
        inventory.results.insert(source.id, (source.root, source.path.clone()));
    }
    if let Some(run) = &source.run {
        let leaf = run.files.last().cloned().unwrap_or_default();
        inventory.runs.insert(source.id, (run.id, leaf));
    }
}

/// The names by which such services are told apart, by source and service.
pub(super) fn find(
    inventory: &Inventory,
    files: &Files,
) -> BTreeMap<SourceId, BTreeMap<String, String>> {
    let mut found = runs(inventory);
    stacks(inventory, files, &mut found);
    overlays(inventory, &mut found);
    found
}

fn runs(inventory: &Inventory) -> Found {
    let mut whole: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for workload in &inventory.workloads {
        let run = inventory.runs.get(&workload.source).filter(|_| workload.is_whole());
        if let Some((run, _)) = run {
            whole.entry(&workload.name).or_default().insert(*run);
        }
    }
    whole.retain(|_, runs| runs.len() > 1);
    let mut found = Found::new();
    for (name, runs) in whole {
        for (source, (_, leaf)) in inventory.runs.iter().filter(|(_, it)| runs.contains(&it.0)) {
            let said = format!("{name} of {leaf}");
            found.entry(*source).or_default().insert(name.to_owned(), said);
        }
    }
    found
}

/// Folders of Terraform of one environment that give a workload of one name the same keys: each is deployed by itself.
fn stacks(inventory: &Inventory, files: &Files, found: &mut Found) {
    let place = |source: SourceId| {
        let file = files.get(inventory.source(source).file);
        (file.root, folder(&file.path))
    };
    let mut given: BTreeMap<(SourceId, &str), BTreeSet<KeyId>> = BTreeMap::new();
    for definition in &inventory.definitions {
        let is_stack = inventory.source(definition.source).kind == "terraform";
        if let Some(Scope::Workload(name)) = definition.scope.as_ref().filter(|_| is_stack) {
            given.entry((definition.source, name)).or_default().insert(definition.key);
        }
    }
    for environment in &inventory.environments {
        let own: BTreeSet<SourceId> =
            environment.layers.iter().filter(|it| !it.is_base).map(|it| it.source).collect();
        let mut all: BTreeMap<&str, BTreeMap<(u16, &str), BTreeSet<KeyId>>> = BTreeMap::new();
        for ((source, name), keys) in given.iter().filter(|((source, _), _)| own.contains(source)) {
            all.entry(name).or_default().entry(place(*source)).or_default().extend(keys);
        }
        all.retain(|_, folders| are_apart(folders));
        for (name, folders) in all {
            let is_one = |source: &&SourceId| folders.contains_key(&place(**source));
            for source in own.iter().filter(is_one) {
                let said = format!("{name} of {}", plain(place(*source).1));
                found.entry(*source).or_default().insert(name.to_owned(), said);
            }
        }
    }
}

/// Overlays of one environment that each have a workload: no other is made of them, so each is deployed by itself, to a
/// cluster or as an application of its own. What a workload is may stand in a base that is not in the tree.
fn overlays(inventory: &Inventory, found: &mut Found) {
    let mut held: BTreeMap<SourceId, BTreeSet<&str>> = BTreeMap::new();
    for workload in &inventory.workloads {
        let result = inventory.results.get(&workload.source);
        if result.is_some_and(|it| is_kustomization(&it.1)) {
            held.entry(workload.source).or_default().insert(&workload.name);
        }
    }
    for environment in &inventory.environments {
        let own = || environment.layers.iter().filter(|it| !it.is_base).map(|it| it.source);
        let mut built: BTreeMap<&str, BTreeSet<&(u16, String)>> = BTreeMap::new();
        for (source, names) in own().filter_map(|it| Some((it, held.get(&it)?))) {
            for name in names {
                built.entry(name).or_default().insert(&inventory.results[&source]);
            }
        }
        built.retain(|_, results| results.len() > 1);
        let mut crowds: BTreeMap<&(u16, String), BTreeSet<&str>> = BTreeMap::new();
        for (name, results) in built {
            for result in results {
                crowds.entry(result).or_default().insert(name);
            }
        }
        for source in own() {
            let result = inventory.results.get(&source);
            let Some((result, names)) = result.and_then(|it| Some((it, crowds.get(it)?))) else {
                continue;
            };
            let place = plain(folder(&result.1));
            let called =
                names.iter().map(|name| ((*name).to_owned(), format!("{name} of {place}")));
            found.entry(source).or_default().extend(called);
        }
    }
}

/// Whether no folder is a part of another, and each gives a key that another gives too.
fn are_apart(folders: &BTreeMap<(u16, &str), BTreeSet<KeyId>>) -> bool {
    let is_one = |one: &(u16, &str), keys: &BTreeSet<KeyId>| {
        let others = || folders.iter().filter(|(other, _)| *other != one);
        let is_inside = |other: &(u16, &str)| {
            other.0 == one.0
                && one.1.strip_prefix(other.1).is_some_and(|rest| rest.starts_with('/'))
        };
        others().any(|(_, theirs)| !theirs.is_disjoint(keys))
            && !others().any(|(other, _)| is_inside(other))
    };
    folders.len() > 1 && folders.iter().all(|(one, keys)| is_one(one, keys))
}

/// A folder without the environment, so that what is deployed is called alike in each.
fn plain(folder: &str) -> String {
    let kept: Vec<&str> = folder.split('/').filter(|part| !names_environment(part)).collect();
    if kept.is_empty() { folder.to_owned() } else { kept.join("/") }
}

/// What each is called, by source and service.
type Found = BTreeMap<SourceId, BTreeMap<String, String>>;
