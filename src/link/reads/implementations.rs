//! Reads in the methods of one implementation of several: `case "azure": return AzureVault()` beside `case "file": …`.
//!
//! A class counts as one that is chosen where all code that makes objects of it, without arguments, does so under a condition, and
//! some of it makes one of another class of the same base instead, or of one in a file that is not read. Which of them a deployment
//! chooses is not asked: what only a method of it asks for is asked under a condition.

use rustc_hash::FxHashSet;

use super::Draft;
use crate::link::program::{ClassId, Program};
use crate::model::Fork;
use crate::reads::is_test_path;

/// Marks the reads of methods of chosen classes as conditional.
pub(super) fn mark(program: &Program<'_>, drafts: &mut [Draft]) {
    let chosen = chosen(program);
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

/// Code that makes an object of a class.
struct Making<'p> {
    class: Option<ClassId>,
    name: &'p str,
    function: Option<usize>,
    forks: &'p [Fork],
}

/// The most objects that a file makes and that are compared with each other.
const MOST: usize = 256;

/// The names of the chosen classes, with their files.
fn chosen<'p>(program: &'p Program<'_>) -> FxHashSet<(usize, &'p str)> {
    let (mut plain, mut instead) = (FxHashSet::default(), FxHashSet::default());
    let files = program.files.iter().enumerate().filter(|(_, unit)| !is_test_path(unit.path));
    for (file, _) in files {
        let makings = makings(program, file);
        let of_class = makings.iter().filter_map(|one| Some((one, one.class?)));
        plain.extend(of_class.clone().filter(|(one, _)| one.forks.is_empty()).map(|(_, it)| it));
        if makings.len() <= MOST {
            let chosen = of_class.filter(|(one, _)| is_instead(program, one, &makings));
            instead.extend(chosen.map(|(_, class)| class));
        }
    }
    let chosen = instead.into_iter().filter(|class| !plain.contains(class));
    let named =
        chosen.map(|(file, at)| (file, program.files[file].facts.classes[at].name.as_str()));
    named.collect()
}

/// What looks like the making of an object, and is of no class that builds on nothing.
fn makings<'p>(program: &'p Program<'_>, file: usize) -> Vec<Making<'p>> {
    let calls = program.files[file].facts.calls.iter();
    let is_called_so = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    let found = calls.filter(|call| is_called_so(call.callee.last())).map(|call| Making {
        class: program.class(file, &call.callee),
        name: call.callee.last(),
        function: call.function,
        forks: &call.forks,
    });
    found.filter(|one| one.class.is_none_or(|class| !program.bases(class).is_empty())).collect()
}

/// Whether code makes an object of another class of the family instead.
fn is_instead(program: &Program<'_>, one: &Making<'_>, all: &[Making<'_>]) -> bool {
    let bases = |one: &Making<'_>| one.class.map(|class| program.bases(class));
    let is_kin = |other: &Making<'_>| match bases(one).zip(bases(other)) {
        Some((own, others)) => own.iter().any(|it| others.iter().any(|at| at.last() == it.last())),
        None => true,
    };
    !one.forks.is_empty()
        && all.iter().any(|other| {
            other.name != one.name
                && other.function == one.function
                && Fork::never_meet(one.forks, other.forks)
                && is_kin(other)
        })
}
