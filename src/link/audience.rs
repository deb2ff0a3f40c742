//! Which component of the code a source is for, by its path. A source that names none is shared.
//!
//! Knows paths, never contents.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Inventory;
use crate::text::Files;

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
pub(crate) fn of_sources(inventory: &Inventory, files: &Files) -> Vec<Option<String>> {
    let components: BTreeSet<&str> = inventory
        .reads
        .iter()
        .filter(|read| !read.in_test && !read.component.is_empty())
        .map(|read| read.component.as_str())
        .collect();
    let names = last_names(&components);
    let paths = inventory.sources.iter().map(|source| &files.get(source.file).path);
    paths.map(|path| unit_of_path(path, &components, &names).map(str::to_owned)).collect()
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
