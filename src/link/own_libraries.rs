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
    // What can be imported by its name alone: by component and name, with what lies in it, and whether it holds modules itself.
    let mut folders: BTreeMap<(String, &str), (bool, BTreeSet<&str>)> = BTreeMap::new();
    for (_, file) in files.iter().filter(|(_, file)| is_python(&file.path)) {
        let component = components.of(file);
        let Some((name, inside)) = importable(&file.path, &component) else { continue };
        let part = inside.split('/').next().unwrap_or(inside);
        let folder = folders.entry((component, name)).or_default();
        folder.0 |= is_python(part);
        folder.1.insert(part);
    }
    let mut imports: BTreeMap<(String, &str), BTreeSet<&str>> = BTreeMap::new();
    for (id, facts) in code {
        let file = files.get(*id);
        let component = if is_python(&file.path) { components.of(file) } else { continue };
        for item in &facts.items {
            let (ItemKind::Import(path) | ItemKind::Glob(path)) = &item.kind else { continue };
            let mut segments = path.rest.split('.');
            let (Some(name), Some(part)) = (segments.next(), segments.next()) else { continue };
            if path.base == Base::Absolute {
                imports.entry((component.clone(), name)).or_default().insert(part);
            }
        }
    }
    let mut found = BTreeMap::new();
    for ((component, name), asked) in imports {
        let Some((false, parts)) = folders.get(&(component.clone(), name)) else { continue };
        // Code that asks for no part of the folder may mean an installed package that is called so.
        if asked.iter().any(|part| parts.contains(part))
            && let Some(part) = asked.iter().find(|part| !parts.contains(*part))
        {
            found.entry(component).or_insert_with(|| format!("{name}.{part}"));
        }
    }
    found
}

/// The folder of a file that code imports by its name alone, beside what describes the component or in its `src`, and the path
/// in there.
fn importable<'p>(path: &'p str, component: &str) -> Option<(&'p str, &'p str)> {
    let own = match component {
        "." | "" => path,
        component => path.strip_prefix(component)?.strip_prefix('/')?,
    };
    own.strip_prefix("src/").unwrap_or(own).split_once('/')
}

fn is_python(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == "py")
}

fn owner(repository: &str) -> Option<&str> {
    repository.split_once('/').map(|(owner, _)| owner)
}
