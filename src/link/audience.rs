//! Which component of the code a source is for, by its path. A source that names none is shared.
//!
//! Knows paths, never contents.

use std::collections::{BTreeMap, BTreeSet};

use super::components::Components;
use crate::model::{Inventory, Source, SourceId};
use crate::text::relative::is_within;
use crate::text::{File, Files};

/// Folder names that say what is inside, not whose it is.
const GENERIC: &[&str] = &[
    "app",
    "apps",
    "base",
    "common",
    "config",
    "configs",
    "conf",
    "core",
    "deploy",
    "deployment",
    "docker",
    "env",
    "envs",
    "helm",
    "infra",
    "k8s",
    "kubernetes",
    "kustomize",
    "lib",
    "libs",
    "manifests",
    "overlays",
    "server",
    "service",
    "services",
    "settings",
    "shared",
    "src",
];

/// The component of each source, in their order.
pub(crate) fn of_sources(
    inventory: &Inventory,
    files: &Files,
    packages: &Components,
) -> Vec<Option<String>> {
    let components = reading(inventory);
    let names = last_names(&components);
    let unit = |source: &Source| {
        let file = files.get(source.file);
        let other = || match source.kind {
            "dotenv" => package(file, packages, inventory, &components),
            _ => None,
        };
        let found = other().or_else(|| unit_of_path(&file.path, &components, &names));
        found.map(str::to_owned)
    };
    let mut units: Vec<Option<String>> = inventory.sources.iter().map(unit).collect();
    forget_lent(inventory, &mut units);
    units
}

/// What services of other code take in is not that of the component around the file alone.
fn forget_lent(inventory: &Inventory, units: &mut [Option<String>]) {
    let runs: BTreeMap<(SourceId, &str), &str> = inventory
        .workloads
        .iter()
        .filter_map(|one| Some(((one.source, one.name.as_str()), one.runs.component()?)))
        .collect();
    for taken in &inventory.taken {
        let Some(component) = runs.get(&(taken.by, taken.scope.name())) else { continue };
        if let Some(unit) = units.get_mut(taken.source.index())
            && unit.as_ref().is_some_and(|unit| !is_within(component, unit))
        {
            *unit = None;
        }
    }
}

/// The units of sources of which no code reads a key.
pub(crate) fn unread(inventory: &Inventory) -> BTreeSet<String> {
    let components = reading(inventory);
    let all = inventory.units.iter().flatten();
    all.filter(|unit| !components.contains(unit.as_str())).cloned().collect()
}

/// The components of which code reads keys.
fn reading(inventory: &Inventory) -> BTreeSet<&str> {
    let reads = inventory.reads.iter();
    let known = reads.filter(|read| !read.in_test && !read.component.is_empty());
    known.map(|read| read.component.as_str()).collect()
}

/// The package around a dotenv file, where no code in it reads a key that is seen and none builds on it: it is in another language,
/// and the file is its own.
fn package<'p>(
    file: &'p File,
    packages: &Components,
    inventory: &Inventory,
    components: &BTreeSet<&str>,
) -> Option<&'p str> {
    let mut folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    while !folder.is_empty() && !packages.is_package(file.root, folder) {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let is_read = components.iter().any(|component| is_within(component, folder));
    let is_used = || inventory.builds_on.values().any(|used| used.contains(folder));
    (!folder.is_empty() && !is_read && !is_used()).then_some(folder)
}

/// The last folder of each component; `None` where two components share it.
fn last_names<'c>(components: &BTreeSet<&'c str>) -> BTreeMap<&'c str, Option<&'c str>> {
    let mut names = BTreeMap::new();
    for component in components {
        let name = component.rsplit('/').next().unwrap_or(component);
        names.entry(name).and_modify(|known| *known = None).or_insert(Some(*component));
    }
    names
}

fn unit_of_path<'c>(
    path: &str,
    components: &BTreeSet<&'c str>,
    names: &BTreeMap<&str, Option<&'c str>>,
) -> Option<&'c str> {
    let (mut folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let whole = folder;
    while !folder.is_empty() {
        if let Some(component) = components.get(folder) {
            return Some(component);
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let stem = file.split('.').next().unwrap_or("");
    whole
        .split('/')
        .chain([stem])
        .filter(|segment| !GENERIC.contains(segment))
        .find_map(|segment| names.get(segment).copied().flatten())
}
