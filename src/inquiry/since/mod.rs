//! What changed between two states of a project: which code a change of configuration reaches, and which configuration a
//! change of code needs.
//!
//! Both states are whole: each was linked on its own, so an answer about one is what a scan of it gives. A key is the same
//! in both where one of its names is. Environments that only one state has are named and not compared.

mod names;
mod reads;

use std::collections::{BTreeMap, BTreeSet};

use super::diff::{self, Side};
use super::{Standing, need, reads as reads_of, standing};
use crate::config::Config;
use crate::graph::{Coverage, Graph, Presence};
use crate::link::consumers;
use crate::model::{
    Absence, Definition, Environment, EnvironmentId, Key, KeyId, Namespace, Read, Role, Value,
};
use crate::text::Files;
pub use reads::ReadChange;

/// One state of a project.
#[derive(Clone, Copy)]
pub struct State<'a> {
    /// What was linked.
    pub graph: &'a Graph<'a>,
    /// Its texts.
    pub files: &'a Files,
}

/// What changed between two states.
#[derive(Default)]
pub struct Since<'a> {
    /// The keys of which something changed, in the order in which they are to be shown.
    pub keys: Vec<Change<'a>>,
    /// Environments that only the new state has.
    pub new_environments: Vec<&'a str>,
    /// Environments that only the old state has.
    pub old_environments: Vec<&'a str>,
}

/// What changed of one key.
pub struct Change<'a> {
    /// Its name now, or then where it is gone.
    pub key: &'a Key,
    /// How far it reaches now.
    pub standing: Standing,
    /// The effective values that changed.
    pub given: Vec<GivenChange<'a>>,
    /// The reads that changed.
    pub reads: Vec<ReadChange<'a>>,
    /// For code that changed: what each environment gives it now.
    pub needs: Vec<Need<'a>>,
    /// All reads now, each with the spelling it asks for.
    pub now: Vec<(KeyId, &'a Read)>,
    /// Those of them that run in a workload for which a value changed, or may.
    pub reached: Vec<(KeyId, &'a Read)>,
    /// The definitions that are there now.
    pub left: Vec<&'a Definition>,
    /// Definitions that changed and take effect nowhere, each with the one that wins over it.
    pub silent: Vec<(&'a Definition, &'a Definition)>,
}

/// What one environment gave and gives.
pub struct GivenChange<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// Its place in the new state.
    pub at: EnvironmentId,
    /// The workloads; none where it is for all that get no value of their own.
    pub workloads: Vec<&'a str>,
    /// Whether some workload gets something else.
    pub is_for_others: bool,
    /// Before and after.
    pub sides: [Side<'a>; 2],
}

/// What an environment gives a key that code has begun to ask for.
pub struct Need<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// What it gives.
    pub side: Side<'a>,
    /// The read that needs it most.
    pub read: &'a Read,
    /// Whether that fails there.
    pub is_missing: bool,
}

impl GivenChange<'_> {
    /// Whether one of the workloads may run the code of a read.
    fn may_reach(&self, graph: &Graph<'_>, read: &Read) -> bool {
        let runs = |name: &&str| graph.runs_code(name, &read.component, self.at) != Some(false);
        self.workloads.is_empty() || self.is_for_others || self.workloads.iter().any(runs)
    }
}

impl Change<'_> {
    /// Whether code asks for the key in a new way.
    pub fn is_of_code(&self) -> bool {
        self.reads.iter().any(|change| !matches!(change, ReadChange::Removed(_)))
    }

    /// Whether no code reads the key any more, and some did.
    pub fn is_forsaken(&self) -> bool {
        !self.is_of_code() && self.now.is_empty() && !self.reads.is_empty()
    }

    /// Whether a release of the code as it is now fails for want of this key.
    pub fn is_missing(&self) -> bool {
        self.needs.iter().any(|need| need.is_missing)
    }
}

/// Compares two states of a project, the old one first.
pub fn since<'a>(old: State<'a>, new: State<'a>, config: &Config) -> Since<'a> {
    let names = |state: State<'a>| {
        state.graph.environments().map(|(id, one)| (one.name.as_str(), id)).collect()
    };
    let (then, now): (BTreeMap<&str, _>, BTreeMap<&str, EnvironmentId>) = (names(old), names(new));
    let both: Vec<(EnvironmentId, EnvironmentId)> =
        now.iter().filter_map(|(name, id)| Some((*then.get(name)?, *id))).collect();
    let only = |one: &BTreeMap<&'a str, EnvironmentId>, other: &BTreeMap<&str, EnvironmentId>| {
        one.keys().filter(|name| !other.contains_key(*name)).copied().collect()
    };
    let coverage = new.graph.coverage();
    let compare = Compare { old, new, config, both: &both, coverage: &coverage };
    let groups = names::join(old.graph, new.graph);
    let mut keys: Vec<Change<'a>> =
        groups.iter().filter_map(|group| compare.change(group)).collect();
    keys.sort_by_cached_key(|one| {
        let absence = one.now.first().map_or(u8::MAX, |(_, read)| need(read.absence));
        let place = match () {
            () if one.is_missing() => 0,
            () if one.is_of_code() => 1,
            () if one.is_forsaken() => 3,
            () => 2,
        };
        (place, one.standing, absence, one.key.clone())
    });
    Since { keys, new_environments: only(&now, &then), old_environments: only(&then, &now) }
}

struct Compare<'c, 'a> {
    old: State<'a>,
    new: State<'a>,
    config: &'c Config,
    both: &'c [(EnvironmentId, EnvironmentId)],
    coverage: &'c Coverage,
}

impl<'a> Compare<'_, 'a> {
    /// What changed of a key; `None` where nothing did.
    fn change(&self, group: &names::Group) -> Option<Change<'a>> {
        let all = |state: State<'a>, leads: &[KeyId]| -> Vec<(KeyId, &'a Read)> {
            leads.iter().flat_map(|key| reads_of(state.graph, *key)).collect()
        };
        let (then, now) = (all(self.old, &group.old), all(self.new, &group.new));
        let reads = reads::changes(self.old, &then, self.new, &now);
        let given = self.given(group);
        let silent = self.silent(group);
        if reads.is_empty() && given.is_empty() && silent.is_empty() {
            return None;
        }
        let (key, standing) = match (group.new.first(), group.old.first()) {
            (Some(new), _) => (self.new.graph.inventory.key(*new), standing(self.new.graph, *new)),
            (None, Some(old)) => (self.old.graph.inventory.key(*old), Standing::Unread),
            (None, None) => return None,
        };
        let asked: Vec<&'a Read> = reads.iter().filter_map(ReadChange::now).collect();
        let needs = self.needs(group, key, &asked);
        let left = definitions(self.new.graph, &group.new);
        let is_met = |(_, read): &&(KeyId, &'a Read)| {
            given.is_empty() || given.iter().any(|one| one.may_reach(self.new.graph, read))
        };
        let reached = now.iter().filter(is_met).copied().collect();
        Some(Change { key, standing, given, reads, needs, now, reached, left, silent })
    }

    /// The effective values that changed.
    fn given(&self, group: &names::Group) -> Vec<GivenChange<'a>> {
        let mut changes: Vec<GivenChange<'a>> = Vec::new();
        for (then, now) in self.both {
            let environment = self.new.graph.inventory.environment(*now);
            let presence = [
                presence(self.old.graph, &group.old, *then),
                presence(self.new.graph, &group.new, *now),
            ];
            let given = [diff::given(&presence[0]), diff::given(&presence[1])];
            let first = changes.len();
            let is_split = given.iter().any(|one| one.keys().any(Option::is_some));
            for workload in diff::workloads(&given) {
                let sides = [0, 1].map(|at| diff::side(&given[at], &presence[at], workload));
                if !self.differ(&sides) {
                    continue;
                }
                let is_known = |change: &&mut GivenChange<'_>| {
                    change.sides.iter().zip(&sides).all(|(one, two)| one.is(two))
                };
                if let Some(known) = changes[first..].iter_mut().find(is_known) {
                    known.workloads.extend(workload.filter(|_| !known.is_for_others));
                    continue;
                }
                let is_for_others = is_split && workload.is_none();
                let workloads = workload.into_iter().collect();
                changes.push(GivenChange {
                    environment,
                    at: *now,
                    workloads,
                    is_for_others,
                    sides,
                });
            }
        }
        changes
    }

    fn differ(&self, sides: &[Side<'a>; 2]) -> bool {
        match sides {
            [Side::Set(old), Side::Set(new)] => !self.is_same(old, new),
            [Side::Set(_), _] | [_, Side::Set(_)] => true,
            _ => false,
        }
    }

    /// Whether two definitions give the same; of those whose content is not known the text decides.
    fn is_same(&self, old: &Definition, new: &Definition) -> bool {
        let written = |files: &Files, one: &Definition| {
            let span = one.value_span.unwrap_or(one.key_span);
            span.range.slice(&files.get(span.file).text).to_owned()
        };
        match (&old.value, &new.value) {
            (Value::Reference { text: one, .. }, Value::Reference { text: two, .. }) => one == two,
            (one, two) if one.state() != two.state() => false,
            (one, two) => one
                .same(two)
                .unwrap_or_else(|| written(self.old.files, old) == written(self.new.files, new)),
        }
    }

    /// What each environment gives code that asks in a new way.
    fn needs(&self, group: &names::Group, key: &Key, asked: &[&'a Read]) -> Vec<Need<'a>> {
        let Some(lead) = group.new.first().copied() else { return Vec::new() };
        let is_provided = self.config.is_provided(&key.name)
            || key.namespace == Namespace::Env && consumers::is_provided(&key.name);
        if is_provided {
            return Vec::new();
        }
        let mut asked: Vec<&'a Read> = asked.to_vec();
        asked.sort_by_key(|read| (need(read.absence), read.conditional, read.span));
        let graph = self.new.graph;
        let mut needs = Vec::new();
        for (id, environment) in graph.environments() {
            let runs = |read: &&&Read| graph.runs(read, id).is_none_or(|runs| runs);
            let Some(read) = asked.iter().find(runs).copied() else { continue };
            let presence = graph.presence_for(lead, id, &read.component);
            let mut side = match presence {
                Presence::Set(values) => {
                    let runs = |name| graph.runs_code(name, &read.component, id) == Some(true);
                    let own = values.iter().find(|value| value.name().is_some_and(runs));
                    match own.or(values.first()) {
                        Some(value) => Side::Set(value.winner),
                        None => Side::Absent,
                    }
                }
                Presence::Absent => Side::Absent,
                Presence::Unknown(opaque) => Side::Unknown(opaque),
            };
            // An environment that holds nothing of the component may be shown in part only.
            let share = self.coverage.share(id, &read.component, key.namespace, lead);
            if matches!(side, Side::Absent) && (share.is_none() || read.of_framework) {
                side = Side::Unknown(Vec::new());
            }
            let others = read.alternatives.iter();
            let has_other = others.into_iter().any(|other| !graph.presence(*other, id).is_absent());
            let is_missing = matches!(side, Side::Absent)
                && read.absence == Absence::Required
                && !environment.is_local
                && !read.conditional
                && !has_other;
            needs.push(Need { environment, side, read, is_missing });
        }
        needs.sort_by_key(|need| (!need.is_missing, need.environment.is_local));
        needs
    }

    /// The definitions that changed and win nowhere.
    fn silent(&self, group: &names::Group) -> Vec<(&'a Definition, &'a Definition)> {
        let place = |state: State<'a>, one: &'a Definition| {
            let source = state.graph.inventory.source(one.source);
            let key = state.graph.inventory.key(one.key);
            (state.files.get(source.file).path.as_str(), source.kind, one.scope.as_ref(), key)
        };
        let mut then: BTreeMap<_, Vec<&'a Definition>> = BTreeMap::new();
        for one in definitions(self.old.graph, &group.old) {
            then.entry(place(self.old, one)).or_default().push(one);
        }
        let changed = definitions(self.new.graph, &group.new).into_iter().filter(|one| {
            let known = then.get(&place(self.new, one));
            !known.is_some_and(|known| known.iter().any(|old| self.is_same(old, one)))
        });
        let changed: Vec<&'a Definition> = changed.collect();
        if changed.is_empty() {
            return Vec::new();
        }
        let (mut winners, mut losers) = (BTreeSet::new(), BTreeMap::new());
        for (id, _) in self.new.graph.environments() {
            let Presence::Set(values) = presence(self.new.graph, &group.new, id) else { continue };
            for value in values {
                winners.insert(value.winner.key_span);
                for one in value.shadowed {
                    losers.entry(one.key_span).or_insert(value.winner);
                }
            }
        }
        let changed = changed.into_iter().filter(|one| !winners.contains(&one.key_span));
        changed.filter_map(|one| Some((one, *losers.get(&one.key_span)?))).collect()
    }
}

/// What the keys of one group come to in an environment.
fn presence<'a>(graph: &Graph<'a>, leads: &[KeyId], at: EnvironmentId) -> Presence<'a> {
    let mut best = Presence::Absent;
    for key in leads {
        match graph.presence(*key, at) {
            set @ Presence::Set(_) => return set,
            unknown @ Presence::Unknown(_) if best.is_absent() => best = unknown,
            _ => {}
        }
    }
    best
}

/// The definitions of a group that give values.
fn definitions<'a>(graph: &Graph<'a>, leads: &[KeyId]) -> Vec<&'a Definition> {
    let spellings = leads.iter().flat_map(|key| graph.spellings_of(*key));
    let all = spellings.flat_map(|key| graph.definitions_of(key).collect::<Vec<_>>());
    let given = all
        .map(|(_, one)| one)
        .filter(|one| !one.commented && graph.inventory.source(one.source).role == Role::Values);
    let mut given: Vec<_> = given.collect();
    given.sort_by_key(|one| one.key_span);
    given.dedup_by_key(|one| one.key_span);
    given
}

/// The paths whose texts differ between two states, among those that were read, sorted.
pub fn changed_files(old: &Files, new: &Files) -> Vec<String> {
    let texts = |files: &'_ Files| -> BTreeMap<(u16, String), std::sync::Arc<str>> {
        files.iter().map(|(_, one)| ((one.root, one.path.clone()), one.text.clone())).collect()
    };
    let (then, now) = (texts(old), texts(new));
    let mut changed: BTreeSet<String> = BTreeSet::new();
    let differ = now.iter().filter(|(place, text)| then.get(*place) != Some(text));
    changed.extend(differ.map(|((_, path), _)| path.clone()));
    let gone = then.keys().filter(|place| !now.contains_key(*place));
    changed.extend(gone.map(|(_, path)| path.clone()));
    changed.into_iter().collect()
}
