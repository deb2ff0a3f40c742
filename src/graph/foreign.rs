//! What is for the programs of others: code that is known to run elsewhere in an environment gets none of it.
//!
//! Goes by what is told of images. Where nothing runs the code for sure, whoever is told of may.

use std::collections::BTreeSet;

use super::presence::Asker;
use super::{Effective, Graph};
use crate::model::{Class, EnvironmentId, KeyId, Kind, Opaque, Runs, Scope, Whom, Workload};
use crate::text::relative::is_within;

/// Whether workloads lack what others of their environment are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// None does, as far as is known.
    Nobody,
    /// Some do.
    Some,
    /// Some are not given it where it can be seen, and something that cannot be seen may give it.
    Unseen,
}

/// The names of workloads that run images of others and nothing else. What no environment runs says nothing of a name.
pub(super) fn named(graph: &Graph<'_>) -> BTreeSet<String> {
    let is_theirs = |one: &&Workload| matches!(one.runs, Runs::Image(_));
    let (theirs, others): (Vec<&Workload>, Vec<_>) =
        graph.inventory.workloads.iter().partition(is_theirs);
    let placed = others.into_iter().filter(|one| graph.served_by(one.source).next().is_some());
    let known: BTreeSet<&String> = placed.map(|one| &one.name).collect();
    let names = theirs.into_iter().map(|one| &one.name);
    names.filter(|name| !known.contains(name)).cloned().collect()
}

/// Words in the names of workloads that run once, before others do.
const FIRST: &[&str] =
    &["init", "migrate", "migration", "migrations", "migrator", "prepare", "seed", "setup"];

/// Whether a workload only prepares what others need, by its name: it runs little of the code that it has.
fn prepares(name: &str) -> bool {
    name.split(['-', '_', '/', '.']).any(|word| FIRST.contains(&word.to_ascii_lowercase().as_str()))
}

impl Graph<'_> {
    /// Whether what `scope` gets is for a program of others, while workloads of the environment run `component`.
    pub(super) fn is_foreign(
        &self,
        scope: Option<&Scope>,
        component: &str,
        at: EnvironmentId,
    ) -> bool {
        matches!(scope, Some(Scope::Workload(name)) if self.units.foreign.contains(name))
            && !self.running(component, at).is_empty()
    }

    /// Whether what cannot be seen is for hosts or for a program of others, while `component` runs where neither reaches.
    pub(super) fn is_hidden_elsewhere(
        &self,
        opaque: &Opaque,
        component: &str,
        at: EnvironmentId,
    ) -> bool {
        if let Some(name) = opaque.whom.workload() {
            return self.units.foreign.contains(name) && !self.running(component, at).is_empty();
        }
        // A tool that installs on hosts may start what compose describes, and nothing that a cluster or a platform runs.
        let kind = |source| Kind::of(self.inventory.source(source).kind);
        let is_apart = |one: &Workload| {
            let kind = kind(one.source);
            kind.class != Class::Compose && !kind.installs
        };
        if !kind(opaque.source).installs {
            return false;
        }
        let running = self.running(component, at);
        !running.is_empty() && running.into_iter().all(is_apart)
    }

    /// Whether some workload that surely runs the code of `component`, and not to prepare others, gets none of these values.
    pub fn lack(
        &self,
        key: KeyId,
        component: &str,
        at: EnvironmentId,
        given: &[Effective<'_>],
    ) -> Lack {
        let (lacking, lack) = self.lacking(key, component, at, given);
        if lacking.is_empty() { Lack::Nobody } else { lack }
    }

    /// The workloads that surely run the code of `component`, and not to prepare others, and get none of these values, and
    /// how sure that is.
    pub fn lacking(
        &self,
        key: KeyId,
        component: &str,
        at: EnvironmentId,
        given: &[Effective<'_>],
    ) -> (Vec<&str>, Lack) {
        let mut named = BTreeSet::new();
        for one in given {
            let Some(Scope::Workload(name)) = one.scope else { return (Vec::new(), Lack::Nobody) };
            named.insert(name.as_str());
        }
        let mut unseen = BTreeSet::new();
        let mut lack = Lack::Some;
        for opaque in self.hidden_givers(key, Asker { environment: at, component: Some(component) })
        {
            match opaque.whom.workload() {
                Some(name) => drop(unseen.insert(name)),
                None => lack = Lack::Unseen,
            }
        }
        let running = self.running(component, at).into_iter().map(|one| one.name.as_str());
        let lacks =
            |name: &&str| !named.contains(name) && !unseen.contains(name) && !prepares(name);
        (running.filter(lacks).collect(), lack)
    }

    /// Whether a workload that an environment describes is not given a key, whatever others may be given there.
    pub fn lacks_for_sure(&self, key: KeyId, at: EnvironmentId, workload: Option<&str>) -> bool {
        let asker = Asker { environment: at, component: None };
        let is_of_another = |scope: Option<&Scope>| matches!(scope, Some(Scope::Workload(name)) if Some(name.as_str()) != workload);
        let spellings = self.spellings_of(key);
        let is_told = spellings.iter().any(|key| {
            let defined =
                self.definitions_of(*key).map(|(_, one)| (one.source, one.scope.as_ref()));
            let places = self.index.bindings.get(key).into_iter().flatten();
            let bound = places
                .map(|place| &self.inventory.bindings[*place as usize])
                .map(|one| (one.source, one.scope.as_ref()));
            defined.chain(bound).any(|(source, scope)| {
                !is_of_another(scope) && self.served_by(source).any(|(id, _)| id == at)
            })
        });
        !is_told
            && self.platform_of(key, at).is_none()
            && self.hidden_givers(key, asker).all(|opaque| match &opaque.whom {
                Whom::All => false,
                Whom::Workload(name) => Some(name.as_str()) != workload,
                Whom::Unseen | Whom::ByEntry => true,
            })
    }

    /// Whether something that cannot be seen into may give `key` to a component in an environment.
    pub fn may_be_given_unseen(&self, key: KeyId, component: &str, at: EnvironmentId) -> bool {
        let asker = Asker { environment: at, component: Some(component) };
        self.hidden_givers(key, asker).next().is_some()
    }

    /// The workloads of an environment that surely run the code of `component`, or parts of it where none runs all.
    fn running(&self, component: &str, at: EnvironmentId) -> Vec<&Workload> {
        let here = self.units.here_in(at).filter_map(|at| self.inventory.workloads.get(at));
        let units = here.filter_map(|one| Some((one.runs.component()?, one)));
        let (whole, others): (Vec<_>, Vec<_>) =
            units.partition(|(unit, _)| self.units.covers(unit, component));
        let parts = others.into_iter().filter(|(unit, _)| is_within(unit, component));
        let found = if whole.is_empty() { parts.collect() } else { whole };
        found.into_iter().map(|(_, one)| one).collect()
    }
}
