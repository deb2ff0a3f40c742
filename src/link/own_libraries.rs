//! Libraries of the project's own people: kept in another repository of the owner whose images and packages this one has.
//!
//! What they read is not seen. Nothing here tells what of the environment they ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::components::Components;
use crate::facts::BuildFacts;
use crate::model::Inventory;
use crate::text::{FileId, Files};

/// The components that read something and build on such a library, with its repository.
pub(super) fn find(
    inventory: &Inventory,
    builds: &[(FileId, BuildFacts)],
    files: &Files,
    components: &Components,
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if builds.iter().all(|(_, build)| build.fetched.is_empty()) {
        return found;
    }
    let own: BTreeSet<&str> =
        builds.iter().filter_map(|(_, build)| build.repository.as_deref()).collect();
    let mut owners: BTreeSet<&str> = own.iter().filter_map(|it| owner(it)).collect();
    owners.extend(inventory.workloads.iter().filter_map(|one| {
        let (host, rest) = one.image.as_deref()?.split_once('/')?;
        // An owner at a registry of images that goes by owners of repositories.
        matches!(host, "ghcr.io" | "registry.gitlab.com").then(|| owner(rest))?
    }));
    // A program that deploys asks for nothing that it gives to what it deploys.
    let reading: BTreeSet<&str> =
        inventory.reads.iter().map(|read| read.component.as_str()).collect();
    for (file, build) in builds {
        let is_ours = |one: &&String| {
            owner(one).is_some_and(|it| owners.contains(it)) && !own.contains(one.as_str())
        };
        if let Some(library) = build.fetched.iter().find(is_ours) {
            let component = components.of(files.get(*file));
            if reading.contains(component.as_str()) {
                found.entry(component).or_insert_with(|| library.clone());
            }
        }
    }
    found
}

fn owner(repository: &str) -> Option<&str> {
    repository.split_once('/').map(|(owner, _)| owner)
}
