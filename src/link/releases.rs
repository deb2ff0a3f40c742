//! Releases of charts that are elsewhere, by the folders of their values: `prod/node-0/values-oven.yaml` beside
//! `prod/node-1/values-oven.yaml`, with `prod/common-values-oven.yaml` for both.
//!
//! Folders that differ in a number alone and hold files of one name are as many places where the same runs: neither lays its
//! values over the other's. Values that a chart of the tree takes are told apart by what the chart makes of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::SourceFacts;
use crate::model::Scope;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::relative::folder;
use crate::text::{FileId, Files, TextRange};

/// What a file of values may be called beside its release.
const PLAIN: &[&str] = &["base", "common", "default", "defaults", "global", "shared", "values"];

/// How many entries may be handed to the releases that share a file. More than any project has; a bound for hostile input.
const MOST_HANDED: usize = 100_000;

/// All facts of a scan by file.
type Facts = [(FileId, Vec<SourceFacts>)];
/// A folder: the root and the path.
type Folder = (u16, String);

/// Gives what values hand to containers to the release that they are for.
pub(super) fn tell_apart(facts: &mut Facts, files: &Files) {
    let made: BTreeSet<FileId> = facts
        .iter()
        .flat_map(|(_, all)| all)
        .filter_map(|source| source.assembly.as_ref())
        .flat_map(|it| it.inputs.iter().copied())
        .collect();
    let is_open = |(file, all): &(FileId, Vec<SourceFacts>)| {
        !made.contains(file) && all.iter().any(is_values)
    };
    let open: Vec<usize> = (0..facts.len()).filter(|&at| is_open(&facts[at])).collect();
    let places = places(facts, &open, files);
    if places.is_empty() {
        return;
    }
    let releases = releases(facts, &open, files, &places);
    let mut left = MOST_HANDED;
    for at in open {
        let file = files.get(facts[at].0);
        let here = (file.root, folder(&file.path).to_owned());
        let scopes = if places.contains(&here) {
            vec![scope(&here.1, &release(file.name()))]
        } else {
            releases.get(&(here, release(file.name()))).cloned().unwrap_or_default()
        };
        for source in facts[at].1.iter_mut().filter(|source| is_values(source)) {
            hand(source, &scopes, &mut left);
        }
    }
}

fn is_values(source: &SourceFacts) -> bool {
    source.kind == "helm-values" && source.assembly.is_none()
}

/// The folders that differ from another in a number alone and hold a file of the same name.
fn places(facts: &Facts, open: &[usize], files: &Files) -> BTreeSet<Folder> {
    let mut alike: BTreeMap<(u16, &str, String, &str), BTreeSet<&str>> = BTreeMap::new();
    for &at in open {
        let file = files.get(facts[at].0);
        let place = folder(&file.path);
        let name = place.rsplit('/').next().unwrap_or(place);
        if let Some(shape) = shape(name) {
            let key = (file.root, folder(place), shape, file.name());
            alike.entry(key).or_default().insert(place);
        }
    }
    let alike = alike.into_iter().filter(|(_, all)| all.len() >= 2);
    alike
        .flat_map(|((root, ..), all)| all.into_iter().map(move |it| (root, it.to_owned())))
        .collect()
}

/// A name without its numbers; nothing where it has none or is nothing else.
fn shape(name: &str) -> Option<String> {
    let shape: String = name.chars().filter(|c| !c.is_ascii_digit()).collect();
    let is_numbered = shape.len() < name.len() && shape.chars().any(char::is_alphabetic);
    is_numbered.then_some(shape)
}

/// The releases of each name in the places below each folder.
fn releases(
    facts: &Facts,
    open: &[usize],
    files: &Files,
    places: &BTreeSet<Folder>,
) -> BTreeMap<(Folder, String), Vec<Scope>> {
    let mut found: BTreeMap<(Folder, String), Vec<Scope>> = BTreeMap::new();
    for &at in open {
        let file = files.get(facts[at].0);
        let place = folder(&file.path);
        let name = release(file.name());
        if !name.is_empty() && places.contains(&(file.root, place.to_owned())) {
            let scope = scope(place, &name);
            let above = (file.root, folder(place).to_owned());
            found.entry((above, name)).or_default().push(scope);
        }
    }
    found
}

/// What a file of values is called beside that: `common-values-oven.yaml` is for `oven`.
fn release(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or(name);
    let words = stem.split(['-', '_']).filter(|word| !PLAIN.contains(word));
    words.collect::<Vec<_>>().join("-")
}

fn scope(place: &str, release: &str) -> Scope {
    let mut parts = place.rsplit('/');
    let (name, above) = (parts.next().unwrap_or(place), parts.next().unwrap_or_default());
    // What the folder around it says as well is no part of the name: `prod/hall-0-prod` is `staging/hall-0-staging`.
    let own = name.split('-').filter(|word| *word != above).collect::<Vec<_>>().join("-");
    let name = if own.is_empty() { name } else { own.as_str() };
    let name = if release.is_empty() { name.to_owned() } else { format!("{name}/{release}") };
    Scope::Workload(name)
}

/// Gives the variables for no container in particular to each of `scopes`. Where that is too much, all keep them, and it is told.
fn hand(source: &mut SourceFacts, scopes: &[Scope], left: &mut usize) {
    let is_shared = |scope: &Option<Scope>| scope.is_none();
    let shared = source.entries.iter().filter(|one| is_shared(&one.scope)).count()
        + source.bindings.iter().filter(|one| is_shared(&one.scope)).count();
    let Some(rest) = left.checked_sub(shared.saturating_mul(scopes.len())) else {
        let range = source.entries.first().map_or(TextRange::default(), |one| one.key_range);
        let message = format!("{} releases take its values: told apart no further", scopes.len());
        source.problems.push(FileProblem { message, range, kind: ProblemKind::Partial });
        return;
    };
    *left = rest;
    spread(&mut source.entries, |one| &mut one.scope, scopes);
    spread(&mut source.bindings, |one| &mut one.scope, scopes);
}

/// Puts what has no scope into each of `scopes`.
fn spread<T: Clone>(
    all: &mut Vec<T>,
    scope_of: fn(&mut T) -> &mut Option<Scope>,
    scopes: &[Scope],
) {
    let Some((first, others)) = scopes.split_first() else { return };
    let mut added = Vec::new();
    for one in all.iter_mut() {
        if scope_of(one).is_some() {
            continue;
        }
        *scope_of(one) = Some(first.clone());
        added.extend(others.iter().map(|scope| {
            let mut other = one.clone();
            *scope_of(&mut other) = Some(scope.clone());
            other
        }));
    }
    all.extend(added);
}
