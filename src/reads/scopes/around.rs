//! Which scope each node of a file stands in, and what means what there.

use super::{Origin, Scopes};
use crate::lang::syntax::{NodeId, Shape};
use crate::lang::tree::Tree;

/// The scope around every node: parents have higher ids than what is inside them.
pub(super) fn scopes_around(tree: &Tree) -> Vec<Option<NodeId>> {
    let ids: Vec<_> = tree.ids().collect();
    let mut around = vec![None; ids.len()];
    for id in ids.into_iter().rev() {
        around[id.0 as usize] = tree.parent(id).and_then(|parent| {
            if opens_scope(tree, parent) { Some(parent) } else { around[parent.0 as usize] }
        });
    }
    around
}

fn opens_scope(tree: &Tree, id: NodeId) -> bool {
    let opens = matches!(
        tree.shape(id),
        Shape::Function(_)
            | Shape::Lambda { .. }
            | Shape::Class { .. }
            | Shape::Module { .. }
            | Shape::Comprehension { .. }
    );
    opens || tree.parent(id).is_none()
}

impl Scopes<'_> {
    /// What gives a name its meaning last before a place.
    pub(in crate::reads) fn latest(&self, name: &str, at: NodeId) -> Option<Origin> {
        let (_, found) = self.declaring(name, at)?;
        let start = self.tree.range(at).start;
        let before = found.partition_point(|(by, _)| self.tree.range(*by).start <= start);
        found.get(before.checked_sub(1)?).map(|(_, origin)| *origin)
    }
}

impl Scopes<'_> {
    /// Whether a condition decides if the test of a name runs at all, while the name is given before it: what the test gives the
    /// name then is no value for all.
    pub(in crate::reads) fn is_given_elsewhere(&self, name: &str, test: NodeId) -> bool {
        let Some((_, found)) = self.declaring(name, test) else { return false };
        let start = self.tree.range(test).start;
        let before = found.partition_point(|(at, _)| self.tree.range(*at).start < start);
        let Some((given, _)) = before.checked_sub(1).and_then(|last| found.get(last)) else {
            return false;
        };
        let given = self.tree.range(*given);
        let decides = |id: &NodeId| match self.tree.shape(*id) {
            Shape::If { condition, .. } => {
                !self.tree.range(*condition).contains(self.tree.range(test))
            }
            Shape::Match { .. } | Shape::For { .. } | Shape::While { .. } => true,
            _ => false,
        };
        self.tree.ancestors(test).filter(decides).any(|id| !self.tree.range(id).contains(given))
    }
}
