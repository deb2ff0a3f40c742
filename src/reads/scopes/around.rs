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
