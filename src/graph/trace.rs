//! Why a key has a value: the names and places that it comes from, nearest first.
//!
//! Does not know environments: `presence` says which of the places count where.

use std::collections::{BTreeSet, VecDeque};

use super::{Feed, Graph};
use crate::model::{Binding, Definition, DefinitionId, KeyId, inventory::SameKey};

/// One step from a key towards a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The key that the step is about.
    pub key: KeyId,
    /// How far from the key that was asked about.
    pub depth: u32,
    /// What gives it a value.
    pub why: Why<'a>,
}

/// What gives a key a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why<'a> {
    /// A definition.
    Defined(DefinitionId, &'a Definition),
    /// A binding hands on the entry of an object.
    Bound {
        /// The entry's key.
        from: KeyId,
        /// The binding.
        binding: &'a Binding,
    },
    /// `${X}` in a value of the key.
    Interpolated {
        /// The name in the braces.
        from: KeyId,
        /// The value around it.
        whole: &'a Definition,
    },
    /// Another spelling.
    Spelled {
        /// The other name.
        from: KeyId,
        /// Why the two are one key.
        same: &'a SameKey,
    },
}

impl<'a> Graph<'a> {
    /// All steps that lead to `key`, each name once, by distance.
    pub fn trace(&self, key: KeyId) -> Vec<Step<'a>> {
        let mut steps = Vec::new();
        let mut met = BTreeSet::from([key]);
        let mut open = VecDeque::from([(key, 0)]);
        while let Some((key, depth)) = open.pop_front() {
            steps.extend(self.definitions_of(key).map(|(id, definition)| Step {
                key,
                depth,
                why: Why::Defined(id, definition),
            }));
            for (from, by) in self.feeders(key) {
                steps.push(Step { key, depth, why: self.why(from, by) });
                if met.insert(from) {
                    open.push_back((from, depth + 1));
                }
            }
        }
        steps
    }

    fn why(&self, from: KeyId, by: Feed) -> Why<'a> {
        let inventory = self.inventory;
        match by {
            Feed::Binding(at) => Why::Bound { from, binding: &inventory.bindings[at as usize] },
            Feed::Interpolation(id) => Why::Interpolated { from, whole: inventory.definition(id) },
            Feed::Spelling(at) => Why::Spelled { from, same: &inventory.spellings[at as usize] },
        }
    }
}
