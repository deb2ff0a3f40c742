//! How much of what a component reads an environment holds: a low share means that the tree shows it in part only.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Presence};
use crate::model::{EnvironmentId, KeyId, Namespace};

/// How many keys of a component must be known for its own share to say anything; below that, shared keys count too.
const ENOUGH: usize = 3;

/// The keys that code reads and environments define.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By component: what each environment holds, and what any of them does.
    own: BTreeMap<(String, Namespace), Held>,
    /// The same for keys that no unit has to itself, whoever reads them.
    shared: BTreeMap<Namespace, Held>,
}

#[derive(Debug, Default)]
struct Held {
    by: BTreeMap<EnvironmentId, BTreeSet<KeyId>>,
    any: BTreeSet<KeyId>,
}

impl Held {
    fn add(&mut self, environment: EnvironmentId, key: KeyId) {
        self.by.entry(environment).or_default().insert(key);
        self.any.insert(key);
    }
}

/// What share of a component's other keys an environment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many it holds.
    pub held: usize,
    /// How many some environment holds.
    pub known: usize,
    /// Some of those that it holds are the component's: what other components share says little of one.
    pub is_own: bool,
}

impl Share {
    /// Whether it holds half of them or more: what it lacks is then likely lacking, not elsewhere.
    pub fn is_decent(self) -> bool {
        self.held * 2 >= self.known
    }

    /// Whether it holds none of those that are known: it says nothing about this component.
    pub fn is_none(self) -> bool {
        self.held == 0 && self.known > 0
    }
}

impl Graph<'_> {
    /// The coverage of every environment.
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        let mut asked: BTreeSet<(KeyId, &str)> = BTreeSet::new();
        for key in self.keys() {
            asked.extend(self.deployed_reads_of(key).map(|read| (key, read.component.as_str())));
        }
        for (key, component) in asked {
            let namespace = self.inventory.key(key).namespace;
            for (environment, _) in self.environments() {
                let presence = self.presence_for(key, environment, component);
                let Presence::Set(values) = presence else { continue };
                // What an image brings with it says nothing of where the component is configured.
                let is_image = |value: &super::Effective<'_>| {
                    self.inventory.source(value.winner.source).is_image()
                };
                if values.iter().all(is_image) {
                    continue;
                }
                let place = (component.to_owned(), namespace);
                coverage.own.entry(place).or_default().add(environment, key);
                if values.iter().any(|value| self.is_shared(value.winner)) {
                    coverage.shared.entry(namespace).or_default().add(environment, key);
                }
            }
        }
        coverage
    }
}

impl Coverage {
    /// The share of `component`'s keys, `key` aside, that `environment` holds. Where few are known, the keys that the
    /// environment shares with all components are added.
    pub fn share(
        &self,
        environment: EnvironmentId,
        component: &str,
        namespace: Namespace,
        key: KeyId,
    ) -> Share {
        let own = self.own.get(&(component.to_owned(), namespace));
        let alone = share(own, None, environment, key);
        if alone.known >= ENOUGH {
            return alone;
        }
        let all = share(own, self.shared.get(&namespace), environment, key);
        Share { is_own: alone.held > 0, ..all }
    }

    /// Whether no environment holds any key of `component`, `key` aside: it is configured elsewhere, or nowhere yet.
    pub fn is_bare(&self, component: &str, namespace: Namespace, key: KeyId) -> bool {
        let own = self.own.get(&(component.to_owned(), namespace));
        own.is_none_or(|own| own.any.iter().all(|other| *other == key))
    }
}

fn share(few: Option<&Held>, more: Option<&Held>, environment: EnvironmentId, key: KeyId) -> Share {
    Share {
        held: count(
            few.and_then(|part| part.by.get(&environment)),
            more.and_then(|part| part.by.get(&environment)),
            key,
        ),
        known: count(few.map(|part| &part.any), more.map(|part| &part.any), key),
        is_own: true,
    }
}

/// How many keys two sets hold together, `key` aside. Looks at each of the first set where there is a second.
fn count(few: Option<&BTreeSet<KeyId>>, more: Option<&BTreeSet<KeyId>>, key: KeyId) -> usize {
    let is_in =
        |set: Option<&BTreeSet<KeyId>>, key: &KeyId| set.is_some_and(|set| set.contains(key));
    let extra = match (few, more) {
        (Some(few), Some(more)) => few.iter().filter(|key| !more.contains(key)).count(),
        (Some(few), None) => few.len(),
        (None, _) => 0,
    };
    let all = extra + more.map_or(0, BTreeSet::len);
    all - usize::from(is_in(few, &key) || is_in(more, &key))
}
