//! Libraries of the project's own people: kept in another repository of the owner whose images and packages this one has, or
//! parts of a namespace in which this one's packages lie, too (`bakery.common` beside the folder `bakery/oven`).
//!
//! What they read is not seen. Nothing here tells what of the environment they ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::components::Components;
use crate::facts::item::ItemKind;
use crate::facts::path::Base;
use crate::facts::{BuildFacts, CodeFacts};
use crate::model::Inventory;
use crate::text::{FileId, Files};

/// Facts by file.
type ByFile<T> = [(FileId, T)];

/// The components that read something and build on such a library, with its repository.
pub(super) fn find(
    inventory: &Inventory,
    (code, builds): (&ByFile<CodeFacts>, &ByFile<BuildFacts>),
    files: &Files,
    components: &Components,
) -> BTreeMap<String, String> {
    let mut found = of_namespaces(code, files, components);
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

/// The components whose code imports a part that the tree does not have of a namespace which it has a part of: a folder without
/// modules of its own in which packages lie. Installed packages of the same people share it.
fn of_namespaces(
    code: &ByFile<CodeFacts>,
    files: &Files,
    components: &Components,
) -> BTreeMap<String, String> {
    // Folders by root and name, with what lies in them; none where one holds modules itself.
    let mut folders: BTreeMap<(u16, &str), (bool, BTreeSet<&str>)> = BTreeMap::new();
    for (_, file) in files.iter().filter(|(_, file)| is_python(&file.path)) {
        let parts: Vec<&str> = file.path.split('/').collect();
        for pair in parts.windows(2) {
            let is_module = is_python(pair[1]);
            let folder = folders.entry((file.root, pair[0])).or_default();
            folder.0 |= is_module;
            folder.1.insert(pair[1]);
        }
    }
    let mut found = BTreeMap::new();
    for (id, facts) in code {
        let file = files.get(*id);
        if !is_python(&file.path) {
            continue;
        }
        let library = facts.items.iter().find_map(|item| {
            let (ItemKind::Import(path) | ItemKind::Glob(path)) = &item.kind else { return None };
            let mut segments = path.rest.split('.');
            let (name, part) = (segments.next()?, segments.next()?);
            let (has_modules, parts) = folders.get(&(file.root, name))?;
            let is_elsewhere = path.base == Base::Absolute && !has_modules && !parts.contains(part);
            is_elsewhere.then(|| format!("{name}.{part}"))
        });
        if let Some(library) = library {
            found.entry(components.of(file)).or_insert(library);
        }
    }
    found
}

fn is_python(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == "py")
}

fn owner(repository: &str) -> Option<&str> {
    repository.split_once('/').map(|(owner, _)| owner)
}
