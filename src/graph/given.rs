//! What each environment gives each component, by names: what can be compared with another scan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Presence};
use crate::model::Key;

/// The keys that code of a component reads and an environment gives it.
#[derive(Debug, Default)]
pub struct Given {
    /// By environment and component.
    held: BTreeMap<(String, String), BTreeSet<Key>>,
}

impl Given {
    /// What a graph tells.
    pub fn of(graph: &Graph<'_>) -> Self {
        let mut given = Self::default();
        for id in graph.keys() {
            let readers = graph.deployed_reads_of(id).map(|read| read.component.as_str());
            let readers: BTreeSet<&str> = readers.collect();
            for (environment, place) in graph.environments() {
                for reader in &readers {
                    let presence = graph.presence_for(id, environment, reader);
                    if !matches!(presence, Presence::Set(_)) {
                        continue;
                    }
                    let at = (place.name.clone(), (*reader).to_owned());
                    given.held.entry(at).or_default().insert(graph.inventory.key(id).clone());
                }
            }
        }
        given
    }

    /// What an environment gives a component.
    pub fn to(&self, environment: &str, component: &str) -> impl Iterator<Item = &Key> {
        let at = (environment.to_owned(), component.to_owned());
        self.held.get(&at).into_iter().flatten()
    }

    /// Whether it gives anything that `later` does not, in an environment that is there then too.
    pub fn has_lost(&self, later: &Self, is_there: impl Fn(&str) -> bool) -> bool {
        self.held.iter().any(|(at, keys)| {
            let rest = later.held.get(at);
            is_there(&at.0) && !rest.is_some_and(|rest| keys.is_subset(rest))
        })
    }
}
