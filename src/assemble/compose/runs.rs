//! Which compose files run together.
//!
//! Runs that somebody wrote down count; where nobody did, a file that has services of the base without an image of their own
//! is laid over it, and one whose services are complete stands alone.

use std::collections::{BTreeMap, BTreeSet};

use super::super::folders::{self, Folders};
use super::super::tree::Tree;
use super::commands::{self, Written};
use super::load::{self, Cache};
use crate::definitions;
use crate::document::Syntax;
use crate::facts::Told;
use crate::text::{FileId, Files};

/// The names of the file that runs where none is named, the first that is there.
pub(super) const BASES: &[&str] =
    &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// The names of the file that is laid over it.
const OVERRIDES: &[&str] = &[
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// More runs than one project has.
const MAX_RUNS: usize = 256;

/// The files of a run in order, under their root, the folder that its paths are seen from, and how it is known.
pub(super) struct Run {
    pub(super) root: u16,
    pub(super) files: Vec<FileId>,
    pub(super) folder: String,
    pub(super) told: Told,
}

/// All runs that need more than one file, or that share theirs with others.
pub(super) fn find(files: &Files, folders: &Folders<'_>, cache: &mut Cache) -> Vec<Run> {
    let composes: Vec<FileId> = files
        .iter()
        .filter(|(_, file)| {
            Syntax::of(&file.path) == Some(Syntax::Yaml)
                && file.name().to_ascii_lowercase().contains("compose")
        })
        .map(|(id, _)| id)
        .filter(|id| is_compose(files, cache, *id))
        .collect();
    if composes.is_empty() {
        return Vec::new();
    }
    let used = used(files, folders, cache, &composes);
    let written = commands::written(files, folders);
    let mut runs = named(files, cache, &written);
    let mut known: BTreeSet<FileId> = runs.keys().flatten().copied().collect();
    let usual = defaults(files, folders, &composes, &written);
    for (base, over) in &usual {
        let list: Vec<FileId> = [Some(*base), *over].into_iter().flatten().collect();
        known.extend(&list);
        runs.entry(list).or_insert(Told::Usual);
    }
    // A command that names no file says which of the usual runs is really used.
    for (list, told) in &mut runs {
        let is_meant = |run: &Written| run.files.is_empty() && is_usual(files, &usual, list, run);
        if *told == Told::Usual && written.iter().any(is_meant) {
            *told = Told::Plain;
        }
    }
    for id in composes.iter().copied().filter(|id| !known.contains(id) && !used.contains(id)) {
        let list = match under(files, folders, cache, id) {
            Some(base) => vec![base, id],
            None => vec![id],
        };
        runs.entry(list).or_insert(Told::Guessed);
    }
    let lists = runs.keys().filter(|list| list.len() > 1);
    let shared: BTreeSet<FileId> = lists.flatten().copied().chain(used).collect();
    let needed = |list: &Vec<FileId>, told: Told, cache: &mut Cache| {
        list.len() > 1
            || matches!(told, Told::Written(_))
            || list.iter().any(|id| shared.contains(id) || leads_on(files, cache, *id))
    };
    let runs = runs.into_iter().filter(|(list, told)| needed(list, *told, cache));
    let mut found: Vec<Run> = runs
        .filter_map(|(list, told)| {
            let first = files.get(*list.first()?);
            let folder = folders::folder(&first.path).to_owned();
            Some(Run { root: first.root, files: list, folder, told })
        })
        .collect();
    found.sort_by(|one, other| {
        (one.files.last(), &one.files).cmp(&(other.files.last(), &other.files))
    });
    found
}

/// The runs that commands name, with how often they do.
fn named(files: &Files, cache: &mut Cache, written: &[Written]) -> BTreeMap<Vec<FileId>, Told> {
    let mut count: BTreeMap<&Vec<FileId>, u32> = BTreeMap::new();
    for run in written.iter().filter(|run| !run.files.is_empty()) {
        *count.entry(&run.files).or_default() += 1;
    }
    count.retain(|list, _| {
        list.iter().any(|id| is_compose(files, cache, *id))
            && list.iter().all(|id| may_be_laid(files, cache, *id))
    });
    let mut all: Vec<_> = count.into_iter().collect();
    all.sort_by_key(|(list, times)| (std::cmp::Reverse(*times), list.len()));
    all.truncate(MAX_RUNS);
    all.into_iter().map(|(list, times)| (list.clone(), Told::Written(times))).collect()
}

/// Whether a command that names no file runs a list: that of its folder, or of the nearest above which has one.
fn is_usual(
    files: &Files,
    usual: &[(FileId, Option<FileId>)],
    list: &[FileId],
    run: &Written,
) -> bool {
    let Some(from) = run.folder.as_deref() else { return false };
    let place = |id: FileId| {
        let file = files.get(id);
        let folder = folders::folder(&file.path);
        let is_above = folder.is_empty()
            || from
                .strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        (file.root == run.root && is_above).then_some(folder.len())
    };
    let nearest = usual.iter().filter_map(|(base, _)| Some((place(*base)?, *base))).max();
    nearest.is_some_and(|(_, base)| list.first() == Some(&base))
}

/// For each folder, the file that runs where none is named, and the one that is laid over it.
fn defaults(
    files: &Files,
    folders: &Folders<'_>,
    composes: &[FileId],
    written: &[Written],
) -> Vec<(FileId, Option<FileId>)> {
    let places: BTreeSet<(u16, &str)> = composes
        .iter()
        .map(|id| files.get(*id))
        .map(|file| (file.root, folders::folder(&file.path)))
        .collect();
    let mut found = Vec::new();
    for (root, folder) in places {
        let is_given = |run: &Written| {
            run.root == root && run.folder.as_deref() == Some(folder) && !run.files.is_empty()
        };
        if written.iter().any(is_given) {
            continue;
        }
        let one = |names: &[&str]| {
            names.iter().find_map(|name| folders.file(root, &folders::join(folder, name)?))
        };
        if let Some(base) = one(BASES).filter(|base| composes.contains(base)) {
            found.push((base, one(OVERRIDES).filter(|over| composes.contains(over))));
        }
    }
    found
}

/// The file that a file which does not stand alone is laid over.
fn under(files: &Files, folders: &Folders<'_>, cache: &mut Cache, id: FileId) -> Option<FileId> {
    let file = files.get(id);
    let folder = folders::folder(&file.path);
    // What is called the override of a file is one, whatever it holds.
    let named = file.name().replace(".override", "");
    let find = |name: &str| folders.file(file.root, &folders::join(folder, name)?);
    if let Some(base) = find(&named).filter(|base| *base != id) {
        return Some(base);
    }
    let mut services: Vec<(String, bool)> = Vec::new();
    for service in load::parsed(files, cache, id).0.iter().filter_map(|tree| tree.get("services")) {
        let is_whole =
            |tree: &Tree| ["build", "extends", "image"].iter().any(|key| tree.get(key).is_some());
        let all = service.pairs().iter().map(|pair| (pair.key.clone(), is_whole(&pair.value)));
        services.extend(all);
    }
    let partial: BTreeSet<&str> =
        services.iter().filter(|(_, whole)| !whole).map(|(name, _)| name.as_str()).collect();
    if partial.is_empty() {
        return None;
    }
    let has = |tree: &Tree| {
        let services = tree.get("services").map(Tree::pairs).unwrap_or_default();
        services.iter().any(|pair| partial.contains(pair.key.as_str()))
    };
    let mut at = Some(folder);
    while let Some(folder) = at {
        let find = |name: &&str| folders.file(file.root, &folders::join(folder, name)?);
        if let Some(base) = BASES.iter().find_map(find).filter(|base| *base != id) {
            return load::parsed(files, cache, base).0.iter().any(has).then_some(base);
        }
        // `overrides/compose.https.yaml` is laid over the file of the folder above.
        at = (!folder.is_empty()).then(|| folders::folder(folder));
    }
    None
}

fn is_compose(files: &Files, cache: &mut Cache, id: FileId) -> bool {
    let is_part = |tree: &Tree| {
        tree.get("services").is_some_and(|all| all.is_map() || all.is_null())
            || tree.get("include").is_some()
    };
    load::parsed(files, cache, id).0.iter().any(is_part)
}

/// Whether a file that a run names is one of compose: of volumes and networks alone, say, or one that says nothing yet.
fn may_be_laid(files: &Files, cache: &mut Cache, id: FileId) -> bool {
    let is_part = |tree: &Tree| {
        tree.is_map() && tree.pairs().iter().all(|pair| definitions::is_part_of_compose(&pair.key))
    };
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if files.get(id).text.lines().all(is_blank) {
        return true;
    }
    let trees = &load::parsed(files, cache, id).0;
    let has_parts_alone = !trees.is_empty() && trees.iter().all(is_part);
    has_parts_alone || is_compose(files, cache, id)
}

/// Whether a file takes more than it says itself, or says what only a merge understands.
fn leads_on(files: &Files, cache: &mut Cache, id: FileId) -> bool {
    load::parsed(files, cache, id).0.iter().any(|tree| {
        let services = tree.get("services").map(Tree::pairs).unwrap_or_default();
        tree.get("include").is_some()
            || services.iter().any(|pair| pair.value.get("extends").is_some())
    })
}

/// The files that others include or extend: parts, and no runs.
fn used(
    files: &Files,
    folders: &Folders<'_>,
    cache: &mut Cache,
    composes: &[FileId],
) -> BTreeSet<FileId> {
    let mut used = BTreeSet::new();
    for id in composes {
        let file = files.get(*id);
        let find = |path: &str| {
            folders.file(file.root, &folders::join(folders::folder(&file.path), path)?)
        };
        for tree in &load::parsed(files, cache, *id).0 {
            for item in tree.get("include").map(Tree::items).unwrap_or_default() {
                let path = item.get("path").unwrap_or(item);
                let all = if path.is_list() { path.items() } else { std::slice::from_ref(path) };
                used.extend(all.iter().filter_map(|path| find(path.text()?)));
            }
            for service in tree.get("services").map(Tree::pairs).unwrap_or_default() {
                let path = service.value.get("extends").and_then(|one| one.get("file")?.text());
                used.extend(path.and_then(find));
            }
        }
        used.remove(id);
    }
    used
}
