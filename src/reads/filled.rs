//! Mappings that a block fills entry by entry and gives.

use super::names::Names;
use crate::lang::syntax::{NodeId, Shape};

impl Names<'_> {
    /// The entries that a block gives the mapping which it gives itself: `map.insert("new-till", true); map`.
    pub(super) fn inserted(&self, block: &[NodeId]) -> Vec<(NodeId, NodeId)> {
        let Some(last) = block.last().map(|last| self.statement(*last)) else { return Vec::new() };
        if self.handlers.inserts.is_empty() || !matches!(self.tree.shape(last), Shape::Name) {
            return Vec::new();
        }
        let entry = |statement: &NodeId| {
            let Shape::Call { callee, args, .. } = self.tree.shape(self.statement(*statement))
            else {
                return None;
            };
            let Shape::Member { object, name } = self.tree.shape(*callee) else { return None };
            let inserts = self.handlers.inserts.iter().any(|one| one == name.slice(self.text));
            match &args[..] {
                [key, value] if inserts && self.slice(*object) == self.slice(last) => {
                    Some((key.value, value.value))
                }
                _ => None,
            }
        };
        block.iter().filter_map(entry).collect()
    }

    /// What a statement holds, where it is one expression.
    pub(super) fn statement(&self, id: NodeId) -> NodeId {
        match self.tree.shape(id) {
            Shape::Other(inside) if inside.len() == 1 => self.tree.unwrapped(inside[0]),
            _ => self.tree.unwrapped(id),
        }
    }
}
