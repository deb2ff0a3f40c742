//! Dictionaries at the top of a file whose entries hand on what a flag says: `FEATURES = {"new-till": os.getenv("NEW_TILL") == "1"}`.

use rustc_hash::FxHashSet;

use super::conditions::Given;
use super::names::Names;
use crate::facts::decision::{Answer, Giver};
use crate::lang::syntax::{NodeId, Part, Shape};

impl Names<'_> {
    /// What the entries of a dictionary are given. Those that the file sets again somewhere say nothing.
    pub(super) fn entries_given(
        &self,
        of: &Giver,
        (root, value): (NodeId, NodeId),
        given: &Given<'_>,
        found: &mut Vec<Answer>,
    ) {
        let (Giver::Constant(name) | Giver::Setting(name)) = of else { return };
        let Shape::Map(pairs) = self.tree.shape(self.tree.unwrapped(value)) else { return };
        let mut new = Vec::new();
        for (key, value) in pairs {
            let Some(key) = self.key_of(*key) else { continue };
            for (subject, holding) in self.parts(*value, given) {
                let by = Giver::Entry { of: name.clone(), key: key.to_owned() };
                new.push(Answer { giver: by, subject, holding, is_number: false });
            }
        }
        if new.is_empty() {
            return;
        }
        let set = self.entries_set(root, name);
        let is_set = |answer: &Answer| matches!(&answer.giver, Giver::Entry { key, .. } if set.contains(key.as_str()));
        found.extend(new.into_iter().filter(|answer| !is_set(answer)));
    }

    /// The keys that an assignment of the file gives a dictionary.
    fn entries_set(&self, root: NodeId, name: &str) -> FxHashSet<&str> {
        let mut found = FxHashSet::default();
        for id in self.tree.descendants(root) {
            let Shape::Assign { targets, .. } = self.tree.shape(id) else { continue };
            for target in targets {
                let Shape::Index { object, index } = self.tree.shape(*target) else { continue };
                if self.slice(*object) == name {
                    found.extend(self.key_of(*index));
                }
            }
        }
        found
    }

    fn key_of(&self, node: NodeId) -> Option<&str> {
        match self.tree.shape(node) {
            Shape::Text(parts) => match &parts[..] {
                [Part::Literal(key)] => Some(key),
                _ => None,
            },
            _ => None,
        }
    }
}
