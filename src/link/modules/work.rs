//! What following the values of modules changes in the facts.

use std::collections::BTreeSet;

use super::{At, Facts};
use crate::facts::module::Taken;
use crate::facts::{Entry, OpaqueFact, SourceFacts, Workload};
use crate::model::{Scope, Value};
use crate::text::{FileId, TextRange};

/// How many definitions may be added. More than any project has; a bound for hostile input.
const MOST_ADDED: usize = 100_000;

/// An environment as a file calls it, and the file of the map that says it is one.
pub(super) type Section = (String, Option<FileId>);

/// What following the values changes.
#[derive(Default)]
pub(super) struct Work {
    pub(super) added: Vec<(At, Entry)>,
    /// Entries of an environment that a file calls by its name.
    pub(super) sectioned: Vec<(At, Section, Entry)>,
    pub(super) values: Vec<(At, usize, Value)>,
    pub(super) opaque: Vec<(At, OpaqueFact)>,
    pub(super) names: Vec<(At, usize, String)>,
    pub(super) secrets: Vec<(At, TextRange)>,
    pub(super) unscoped: Vec<(At, usize)>,
    /// Functions that calls make.
    pub(super) functions: Vec<(At, Workload)>,
    /// What is called in the code of workloads.
    pub(super) handlers: Vec<(At, usize, String)>,
    /// Whether names were not followed to their end.
    pub(super) is_cut: bool,
}

impl Work {
    /// Adds an entry, unless there are too many.
    pub(super) fn add(&mut self, at: At, entry: Entry) {
        if self.added.len() < MOST_ADDED {
            self.added.push((at, entry));
        }
    }

    /// Adds entries for who takes them.
    pub(super) fn add_all(
        &mut self,
        at: At,
        entries: &[Entry],
        scope: Option<&Scope>,
        taken: Option<&Taken>,
    ) {
        for entry in entries {
            let mut entry = entry.clone();
            entry.scope = scope.cloned();
            if let Some(taken) = taken {
                entry.attribution = taken.attribution.clone();
                entry.turn = taken.turn;
            }
            self.add(at, entry);
        }
    }

    pub(super) fn write(self, facts: &mut Facts) {
        for ((file, source), place, value) in self.values {
            facts[file].1[source].entries[place].value = value;
        }
        for ((file, source), place) in self.unscoped {
            facts[file].1[source].entries[place].scope = None;
        }
        for ((file, source), place, name) in self.names {
            facts[file].1[source].bindings[place].object.name = name;
        }
        for ((file, source), range) in self.secrets {
            facts[file].1[source].secrets.push(range);
        }
        for ((file, source), place, name) in self.handlers {
            if let Some(handler) = &mut facts[file].1[source].workloads[place].handler {
                handler.name = name;
            }
        }
        for ((file, source), function) in self.functions {
            let known = &mut facts[file].1[source].workloads;
            if known.iter().all(|one| one.name != function.name) {
                known.push(function);
            }
        }
        for ((file, source), opaque) in self.opaque {
            facts[file].1[source].opaque.push(opaque);
        }
        for (at, environment, entry) in self.sectioned.into_iter().take(MOST_ADDED) {
            section(facts, at, environment).entries.push(entry);
        }
        let mut seen = BTreeSet::new();
        for (at, entry) in self.added {
            if seen.insert((at, entry.name.clone(), entry.key_range, entry.scope.clone())) {
                facts[at.0].1[at.1].entries.push(entry);
            }
        }
    }
}

/// The part of a source that is for one environment, added behind all that its file has where there is none yet.
fn section(facts: &mut Facts, (file, source): At, (environment, by): Section) -> &mut SourceFacts {
    let all = &mut facts[file].1;
    let (kind, role) = (all[source].kind, all[source].role);
    let is_it = |one: &SourceFacts| {
        one.kind == kind && one.object.is_none() && one.section.as_deref() == Some(&environment)
    };
    let at = all.iter().position(is_it).unwrap_or(all.len());
    if at == all.len() {
        all.push(SourceFacts { role, section: Some(environment), ..SourceFacts::new(kind) });
    }
    all[at].chosen_by = all[at].chosen_by.or(by);
    &mut all[at]
}

/// Whether a source says anything to code, or of it.
pub(super) fn speaks(source: &SourceFacts) -> bool {
    !(source.entries.is_empty()
        && source.bindings.is_empty()
        && source.opaque.is_empty()
        && source.workloads.is_empty()
        && source.problems.is_empty())
}
