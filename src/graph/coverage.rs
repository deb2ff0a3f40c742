//! How much of what a component reads an environment holds: a low share means that the tree shows it in part only.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Presence};
use crate::model::{EnvironmentId, KeyId, Namespace};

/// For each environment, component and namespace: the keys that the component reads and some environment defines.
#[derive(Debug, Default)]
pub struct Coverage {
    held: BTreeMap<(EnvironmentId, String, Namespace), BTreeSet<KeyId>>,
    known: BTreeMap<(String, Namespace), BTreeSet<KeyId>>,
}

/// What share of a component's other keys an environment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many it holds.
    pub held: usize,
    /// How many some environment holds.
    pub known: usize,
}

impl Share {
    /// Whether it holds half of them or more: what it lacks is then likely lacking, not elsewhere.
    pub fn is_decent(self) -> bool {
        self.held > 0 && self.held * 2 >= self.known
    }

    /// Whether it holds none: it says nothing about this component.
    pub fn is_none(self) -> bool {
        self.held == 0
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
                if let Presence::Set(_) = self.presence_for(key, environment, component) {
                    let place = (component.to_owned(), namespace);
                    coverage.known.entry(place).or_default().insert(key);
                    let place = (environment, component.to_owned(), namespace);
                    coverage.held.entry(place).or_default().insert(key);
                }
            }
        }
        coverage
    }
}

impl Coverage {
    /// The share of `component`'s keys, `key` aside, that `environment` holds.
    pub fn share(
        &self,
        environment: EnvironmentId,
        component: &str,
        namespace: Namespace,
        key: KeyId,
    ) -> Share {
        let others = |keys: Option<&BTreeSet<KeyId>>| {
            keys.map_or(0, |keys| keys.len() - usize::from(keys.contains(&key)))
        };
        Share {
            held: others(self.held.get(&(environment, component.to_owned(), namespace))),
            known: others(self.known.get(&(component.to_owned(), namespace))),
        }
    }
}
