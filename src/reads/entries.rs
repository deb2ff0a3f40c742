//! Dictionaries at the top of a file whose entries hand on what a flag says: `FEATURES = {"new-till": os.getenv("NEW_TILL") == "1"}`.

use rustc_hash::FxHashSet;

use super::conditions::Given;
use super::names::Names;
use crate::facts::decision::{Answer, Giver};
use crate::lang::syntax::{NodeId, Part, Shape};

impl Names<'_> {
    /// What the entries of a dictionary are given.
    pub(super) fn entries_given(
        &self,
        of: &Giver,
        value: NodeId,
        given: &Given<'_>,
        found: &mut Vec<Answer>,
    ) {
        let (Giver::Constant(name) | Giver::Setting(name)) = of else { return };
        let Shape::Map(pairs) = self.tree.shape(self.tree.unwrapped(value)) else { return };
        for (key, value) in pairs {
            let Some(key) = self.key_of(*key) else { continue };
            for (subject, holding) in self.parts(*value, given) {
                let by = Giver::Entry { of: name.clone(), key: key.to_owned() };
                found.push(Answer { giver: by, subject, holding, is_number: false });
            }
        }
    }

    /// Takes out the entries that the file sets again somewhere: what they were given first says nothing.
    pub(super) fn without_entries_set_again(&self, root: NodeId, found: &mut Vec<Answer>) {
        if !found.iter().any(|answer| matches!(answer.giver, Giver::Entry { .. })) {
            return;
        }
        let mut set = FxHashSet::default();
        for id in self.tree.descendants(root) {
            let Shape::Assign { targets, .. } = self.tree.shape(id) else { continue };
            for target in targets {
                let Shape::Index { object, index } = self.tree.shape(*target) else { continue };
                set.extend(self.key_of(*index).map(|key| (self.slice(*object), key)));
            }
        }
        found.retain(|answer| match &answer.giver {
            Giver::Entry { of, key } => !set.contains(&(of.as_str(), key.as_str())),
            _ => true,
        });
    }

    pub(super) fn key_of(&self, node: NodeId) -> Option<&str> {
        match self.tree.shape(node) {
            Shape::Text(parts) => match &parts[..] {
                [Part::Literal(key)] => Some(key),
                _ => None,
            },
            _ => None,
        }
    }
}
