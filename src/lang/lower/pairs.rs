//! Entries of a map, where keys may be written as names.

use tree_sitter::Node;

use super::{Lowering, named, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

impl Lowering<'_> {
    pub(super) fn pairs(
        &mut self,
        node: Node<'_>,
        pair: &str,
        (key, value): (&str, &str),
        names_keys: bool,
    ) -> Vec<(NodeId, NodeId)> {
        let mut found = Vec::new();
        for child in named(node) {
            if child.kind() == pair {
                let key = match child.child_by_field_name(key) {
                    Some(key) if names_keys => self.key_of_pair(key),
                    Some(key) => self.lower(key),
                    None => None,
                };
                if let (Some(key), Some(value)) = (key, self.field(child, value)) {
                    found.push((key, value));
                }
            } else if names_keys && let Some(own) = self.own_pair(child) {
                found.push(own);
            } else if let Some(other) = self.lower(child) {
                let nothing =
                    self.tree.add(Shape::Pass, TextRange::new(child.end_byte(), child.end_byte()));
                found.push((nothing, other));
            }
        }
        found
    }

    /// The key of an entry that is written as a name.
    pub(super) fn key_of_pair(&mut self, key: Node<'_>) -> Option<NodeId> {
        match self.role(key) {
            Some(Role::Name) => Some(self.literal(range(key))),
            _ => self.lower(key),
        }
    }

    /// An entry that is called like its value, or is a function.
    pub(super) fn own_pair(&mut self, child: Node<'_>) -> Option<(NodeId, NodeId)> {
        match self.role(child) {
            Some(Role::Name) => {
                let value = self.lower(child)?;
                Some((self.literal(range(child)), value))
            }
            Some(Role::Function { name, params, body, .. }) => {
                let name = range(child.child_by_field_name(name)?);
                let params = child.child_by_field_name(params).map(named).unwrap_or_default();
                let params = params.into_iter().flat_map(|param| self.named_by(param)).collect();
                let body = self.field(child, body)?;
                let value = self.tree.add(Shape::Lambda { params, body }, range(child));
                Some((self.literal(name), value))
            }
            _ => None,
        }
    }
}
