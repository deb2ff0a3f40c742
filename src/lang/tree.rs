//! The tree of a lowered file.
//!
//! Nodes lie in one arena and know their parents, so that code can ask what becomes of a value. Knows no language.

use super::syntax::{NodeId, Shape, children};
use crate::text::TextRange;

/// A lowered file.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
}

/// One node.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub shape: Shape,
    /// Where it stands.
    pub range: TextRange,
    /// The node around it.
    pub parent: Option<NodeId>,
}

impl Tree {
    /// Adds a node; its children get it as their parent.
    pub fn add(&mut self, shape: Shape, range: TextRange) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        for child in children(&shape) {
            if let Some(node) = self.nodes.get_mut(child.0 as usize) {
                node.parent = Some(id);
            }
        }
        self.nodes.push(Node { shape, range, parent: None });
        id
    }

    /// The node of an id that this tree gave.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The shape of a node.
    pub fn shape(&self, id: NodeId) -> &Shape {
        &self.node(id).shape
    }

    /// The range of a node.
    pub fn range(&self, id: NodeId) -> TextRange {
        self.node(id).range
    }

    /// The node around a node.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// The nodes around a node, innermost first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |at| self.parent(*at))
    }

    /// Every node id, children before their parents.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// The node without parentheses, `await`, `&` and the like.
    pub fn unwrapped(&self, mut id: NodeId) -> NodeId {
        while let Shape::Wrapped(inner) | Shape::Claimed(inner) = self.shape(id) {
            id = *inner;
        }
        id
    }

    /// The nodes under `id` and itself, parents before children, in the order of the text.
    pub fn descendants(&self, id: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut stack = vec![id];
        while let Some(next) = stack.pop() {
            found.push(next);
            let mut inside = children(self.shape(next));
            inside.reverse();
            stack.extend(inside);
        }
        found
    }
}
