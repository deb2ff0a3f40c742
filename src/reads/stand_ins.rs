//! What a branch makes in the place of a service: `services.AddDistributedMemoryCache()`, `StorageBackend::LocalFileSystem { … }`.
//!
//! Goes by names. Sees the beginning of long branches only.

use super::names::Names;
use crate::facts::code::{Branch, StandIn};
use crate::lang::stand_ins;
use crate::lang::syntax::{NodeId, Part, Shape, children};

/// More nodes of one branch are not looked at.
const MAX_NODES: usize = 400;

/// More statements behind a branch have more to do than to stand in.
const MAX_BEHIND: usize = 12;

impl Names<'_> {
    /// The first stand-in that some nodes make, in the order of the text.
    pub(super) fn stand_in(&self, nodes: &[NodeId]) -> Option<StandIn> {
        if !self.may_stand_in.get_or_init(|| stand_ins::may_name_one(self.text)) {
            return None;
        }
        let mut open: Vec<NodeId> = nodes.iter().rev().copied().collect();
        for _ in 0..MAX_NODES {
            let next = open.pop()?;
            if let Some(what) = self.made_by(next) {
                return Some(StandIn { range: self.tree.range(next), what });
            }
            let inside = children(self.tree.shape(next));
            open.extend(inside.into_iter().rev());
        }
        None
    }

    /// What a node makes, where it stands in for a service.
    fn made_by(&self, node: NodeId) -> Option<&'static str> {
        let names = match self.tree.shape(node) {
            Shape::Call { callee, .. } => self.slice(*callee),
            Shape::Record { of, .. } => self.slice(*of),
            Shape::Member { .. } => self.slice(node),
            // A class that is named by its path: `django.core.cache.backends.locmem.LocMemCache`.
            Shape::Text(parts) => match &parts[..] {
                [Part::Literal(text)] if text.contains('.') && !text.contains([' ', '/']) => text,
                _ => return None,
            },
            _ => return None,
        };
        let of_name = |c: char| !(c.is_alphanumeric() || c == '_');
        names.split(of_name).find_map(stand_ins::stand_in)
    }

    /// A branch where none is written: what stands behind `then`, where that leaves the block around.
    pub(super) fn nothing_else(&self, condition: NodeId, then: Option<NodeId>) -> Branch {
        let leaves = then.is_some_and(|then| self.exits(then));
        let behind = if leaves { self.behind(condition) } else { Vec::new() };
        Branch { stand_in: self.stand_in(&behind), ..self.branch(None, None) }
    }

    /// The few statements behind the branch with this condition.
    fn behind(&self, condition: NodeId) -> Vec<NodeId> {
        let mut around = self.tree.ancestors(condition);
        let is_own =
            |at: &NodeId| matches!(self.tree.shape(*at), Shape::If { .. } | Shape::While { .. });
        let branch = around.find(is_own);
        let found = branch.and_then(|branch| self.statements_behind(branch));
        found.map(|all| all.iter().take(MAX_BEHIND).copied().collect()).unwrap_or_default()
    }
}
