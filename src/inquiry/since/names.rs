//! Which keys of two states are one: those that share a name, in any of their spellings.

use std::collections::BTreeMap;

use crate::graph::Graph;
use crate::model::{Key, KeyId};

/// One key in both states, by the spellings that stand for the others there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) old: Vec<KeyId>,
    pub(super) new: Vec<KeyId>,
}

/// The keys of both states, in the order of the new one.
pub(super) fn join(old: &Graph<'_>, new: &Graph<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_name: BTreeMap<&Key, usize> = BTreeMap::new();
    let leads = |graph: &Graph<'_>| -> Vec<KeyId> {
        graph.keys().filter(|key| graph.lead(*key) == *key).collect()
    };
    for lead in leads(new) {
        groups.push(Group { old: Vec::new(), new: vec![lead] });
        for key in new.spellings_of(lead) {
            by_name.insert(new.inventory.key(key), groups.len() - 1);
        }
    }
    // A key of the old state whose names have parted since goes with the first of them.
    for lead in leads(old) {
        let names = old.spellings_of(lead);
        let known = names.iter().find_map(|key| by_name.get(old.inventory.key(*key)).copied());
        let at = known.unwrap_or_else(|| {
            groups.push(Group::default());
            groups.len() - 1
        });
        groups[at].old.push(lead);
    }
    groups
}
