//! Runs of compose: which run a source is a part of, and what all parts of one run give together.
//!
//! Where a run is placed, and which runs are up together, `environments` decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::environments::{self, Given, Run, Sourced};
use super::precedence::is_usual;
use crate::facts::{Assembly, SourceFacts, Told};
use crate::model::{Attribution, Class, KeyId, Kind};
use crate::text::{FileId, Files};

/// The file that says where a result stands: of those that compose lays over one another, the last that names an environment.
pub(super) fn named_by(assembly: &Assembly, files: &Files) -> FileId {
    if assembly.run.len() < 2 {
        return assembly.leaf;
    }
    let paths = assembly.run.iter().map(|id| files.get(*id).path.as_str());
    environments::naming(paths)
        .and_then(|at| assembly.run.get(at))
        .copied()
        .unwrap_or(assembly.leaf)
}

/// The results that were met, by the files that were given to the tool.
pub(super) type Results = BTreeMap<(FileId, Arc<[FileId]>), usize>;

/// The run of compose that a source is a part of, or is.
pub(super) fn run_of(
    facts: &SourceFacts,
    file: FileId,
    files: &Files,
    results: &mut Results,
) -> Option<Run> {
    if Kind::of(facts.kind).class != Class::Compose {
        return None;
    }
    let (leaf, list, told) = match &facts.assembly {
        Some(one) => (one.leaf, Arc::clone(&one.run), one.told),
        None if is_usual(files.get(file).name()) => (file, [file].into(), Told::Usual),
        None => (file, [file].into(), Told::Guessed),
    };
    let paths = list.iter().map(|id| files.get(*id).path.clone()).collect();
    let next = results.len();
    let id = *results.entry((leaf, list)).or_insert(next);
    let built = facts.workloads.iter().filter(|one| one.build.is_some());
    let own = facts.entries.iter().filter(|entry| entry.attribution == Attribution::Project);
    let mut given = Given::new();
    for entry in own {
        let Some(scope) = &entry.scope else { continue };
        given.insert((scope.name().to_owned(), entry.name.clone()), entry.value.clone());
    }
    let services = built.map(|one| one.name.clone());
    let services = services.chain(given.keys().map(|(service, _)| service.clone())).collect();
    Some(Run { id, files: paths, told, services, given })
}

/// The parts of a result stand and fall together: each counts with the keys of all.
pub(super) fn share_keys(sources: &mut [Sourced]) {
    type Place = (u16, String, Option<usize>, Option<String>, Option<String>);
    let place = |source: &Sourced| -> Place {
        let run = source.run.as_ref().map(|run| run.id);
        let (section, made_by) = (source.section.clone(), source.made_by.clone());
        (source.root, source.path.clone(), run, section, made_by)
    };
    let mut keys: BTreeMap<Place, BTreeSet<KeyId>> = BTreeMap::new();
    let mut runs: BTreeMap<usize, Run> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is_assembled) {
        keys.entry(place(source)).or_default().extend(source.keys.iter().copied());
        if let Some(part) = &source.run {
            let run = runs.entry(part.id).or_insert_with(|| part.clone());
            run.services.extend(part.services.iter().cloned());
            run.given.extend(part.given.clone());
        }
    }
    for source in sources.iter_mut().filter(|source| source.is_assembled) {
        if let Some(all) = keys.get(&place(source)) {
            source.keys = all.iter().copied().collect();
        }
        if let Some(run) =
            source.run.as_mut().and_then(|part| runs.get(&part.id).map(|run| (part, run)))
        {
            run.0.clone_from(run.1);
        }
    }
}
