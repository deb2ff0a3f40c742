//! Reads in the methods of one implementation of several: `case "azure": return AzureVault()` beside `case "file": …`.
//!
//! A class counts as one that is chosen where all code that makes objects of it does so under a condition, and some of it makes
//! one of another class of the same base instead. Which of them a deployment chooses is not asked: what only a method of it asks
//! for is asked under a condition.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Draft;
use crate::facts::code::Path;
use crate::link::program::{ClassId, Program};
use crate::model::Fork;
use crate::reads::is_test_path;

/// Marks the reads of methods of chosen classes as conditional.
pub(super) fn mark(program: &Program<'_>, drafts: &mut [Draft]) {
    let bases = bases(program);
    let chosen = if bases.is_empty() { FxHashSet::default() } else { chosen(program, &bases) };
    if chosen.is_empty() {
        return;
    }
    for draft in drafts {
        let is_chosen = |place: &super::moded::Place| {
            let unit = &program.files[place.file];
            let name = place.function.map(|at| unit.facts.functions[at].name.as_str());
            let class = name.and_then(|name| name.rsplit_once('.')).map(|(class, _)| class);
            class.is_some_and(|class| chosen.contains(&(place.file, class)))
        };
        if !draft.asked_at.is_empty() && draft.asked_at.iter().all(is_chosen) {
            draft.read.conditional = true;
            draft.is_sparse = true;
        }
    }
}

/// The classes that build on others of the project, with these.
fn bases(program: &Program<'_>) -> FxHashMap<ClassId, Vec<ClassId>> {
    let mut found = FxHashMap::default();
    for (file, unit) in program.files.iter().enumerate() {
        for place in 0..unit.facts.classes.len() {
            let above = program.ancestors((file, place)).split_off(1);
            if !above.is_empty() {
                found.insert((file, place), above);
            }
        }
    }
    found
}

/// Code that makes an object of a class.
struct Making<'p> {
    class: ClassId,
    function: Option<usize>,
    forks: &'p [Fork],
}

/// The names of the chosen classes, with their files.
fn chosen<'p>(
    program: &'p Program<'_>,
    bases: &FxHashMap<ClassId, Vec<ClassId>>,
) -> FxHashSet<(usize, &'p str)> {
    let name = |(file, place): ClassId| {
        let name = program.files[file].facts.classes[place].name.as_str();
        name.rsplit('.').next().unwrap_or(name)
    };
    let names: FxHashSet<&str> = bases.keys().map(|class| name(*class)).collect();
    let (mut plain, mut instead) = (FxHashSet::default(), FxHashSet::default());
    for (file, unit) in program.files.iter().enumerate() {
        if is_test_path(unit.path) {
            continue;
        }
        let class = |callee: &Path| {
            let is_known = names.contains(callee.last());
            is_known.then(|| program.class(file, callee)).flatten()
        };
        let calls = unit.facts.calls.iter().map(|one| (&one.callee, one.function, &one.forks));
        let sites = unit.facts.sites.iter().map(|one| (&one.callee, one.function, &one.forks));
        let mut makings: FxHashMap<ClassId, Vec<Making<'_>>> = FxHashMap::default();
        for (callee, function, forks) in calls.chain(sites) {
            let Some(class) = class(callee) else { continue };
            let Some(above) = bases.get(&class) else { continue };
            if forks.is_empty() {
                plain.insert(class);
            }
            for base in above {
                makings.entry(*base).or_default().push(Making { class, function, forks });
            }
        }
        for family in makings.values().filter(|family| family.len() <= MOST) {
            instead
                .extend(family.iter().filter(|one| is_instead(one, family)).map(|one| one.class));
        }
    }
    let chosen = instead.into_iter().filter(|class| !plain.contains(class));
    chosen
        .map(|class| (class.0, program.files[class.0].facts.classes[class.1].name.as_str()))
        .collect()
}

/// The most objects of one family that a file makes and that are compared with each other.
const MOST: usize = 256;

/// Whether code makes an object under a condition, and one of another class of the family besides: instead, most likely.
fn is_instead(one: &Making<'_>, family: &[Making<'_>]) -> bool {
    let is_other = |other: &Making<'_>| other.class != one.class && other.function == one.function;
    !one.forks.is_empty() && family.iter().any(is_other)
}
