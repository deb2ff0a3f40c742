//! Services of one name in several runs of compose: `orders/compose.yaml` and `billing/compose.yaml` each have a `db`; workloads
//! of one name in several folders of Terraform that one environment has: `eu/production`, `us/production`; and in several overlays
//! that kustomize builds for one: `overlays/prod/smaug`, `overlays/prod/curator`; and in several releases of a chart.
//!
//! What one run or folder gives its service the other does not get. A file that is known to be none of them and says only
//! what changes is laid over all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::environments::Sourced;
use crate::definitions::{is_kustomization, names_environment};
use crate::model::{Environment, Inventory, KeyId, Release, Scope, SourceId, ToolResult};
use crate::text::Files;
use crate::text::relative::folder;

/// Notes of which run or result a source is a part.
pub(super) fn note(inventory: &mut Inventory, source: &Sourced) {
    if source.is_assembled && source.run.is_none() {
        let (path, release) = (source.path.clone(), source.release.clone());
        inventory.results.insert(source.id, ToolResult { root: source.root, path, release });
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
    results(inventory, &mut found);
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

/// Results of one environment that each have a workload: overlays that kustomize builds, of which no other is made, so each
/// is deployed by itself, to a cluster or as an application of its own; releases of Helm, of which two in one namespace
/// would not get along. What a workload is may stand in a base that is not in the tree.
fn results(inventory: &Inventory, found: &mut Found) {
    let mut held: BTreeMap<SourceId, BTreeSet<&str>> = BTreeMap::new();
    for workload in &inventory.workloads {
        held.entry(workload.source).or_default().insert(&workload.name);
    }
    for environment in &inventory.environments {
        let is_all = environment.name == Environment::UNNAMED;
        let own =
            || environment.layers.iter().filter(|it| is_all || !it.is_base).map(|it| it.source);
        let made: BTreeMap<SourceId, Deployed<'_>> =
            own().filter_map(|it| Some((it, Deployed::of(inventory.results.get(&it)?)?))).collect();
        let mut built: BTreeMap<&str, BTreeSet<&Deployed<'_>>> = BTreeMap::new();
        for (source, one) in &made {
            for name in held.get(source).into_iter().flatten() {
                built.entry(name).or_default().insert(one);
            }
        }
        let mut crowds: BTreeMap<&Deployed<'_>, BTreeMap<&str, String>> = BTreeMap::new();
        for (name, all) in &built {
            let (releases, overlays): (Vec<&Deployed<'_>>, _) =
                all.iter().copied().partition(|one| one.release().is_some());
            // What one tool makes of the tree another may make as well.
            for alike in [releases, overlays].iter().filter(|alike| alike.len() > 1) {
                let mut names: BTreeMap<Option<&str>, usize> = BTreeMap::new();
                for one in alike {
                    *names.entry(one.release()).or_default() += 1;
                }
                for one in alike {
                    let called = one.called(names[&one.release()] > 1);
                    crowds.entry(one).or_default().insert(name, format!("{name} of {called}"));
                }
            }
        }
        for (source, one) in &made {
            let called = crowds.get(one).into_iter().flatten();
            let called = called.map(|(name, said)| ((*name).to_owned(), said.clone()));
            let all: BTreeMap<String, String> = called.collect();
            if !all.is_empty() {
                found.entry(*source).or_default().extend(all);
            }
        }
    }
}

/// What is deployed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deployed<'a> {
    /// An overlay, by its root and path.
    Overlay(u16, &'a str),
    /// A release of Helm.
    Release(&'a Release),
}

impl<'a> Deployed<'a> {
    fn of(made: &'a ToolResult) -> Option<Self> {
        match &made.release {
            Some(release) => Some(Self::Release(release)),
            None if is_kustomization(&made.path) => Some(Self::Overlay(made.root, &made.path)),
            None => None,
        }
    }

    /// The name of the release that it is.
    fn release(&self) -> Option<&'a str> {
        match self {
            Self::Overlay(..) => None,
            Self::Release(own) => Some(&own.name),
        }
    }

    /// What it is called; a release with its namespace where there are several of its name.
    fn called(&self, is_namesake: bool) -> String {
        match self {
            Self::Overlay(_, path) => plain(folder(path)),
            Self::Release(Release { name, namespace: Some(place) }) if is_namesake => {
                format!("{place}/{name}")
            }
            Self::Release(own) => own.name.clone(),
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
