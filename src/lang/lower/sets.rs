//! Structs of constants that a macro declares: `bitflags! { struct Flags: u32 { const A = 1; const B = 2; } }`.
//!
//! Lowered like an enum of those names. What the constants are worth is not kept.

use tree_sitter::Node;

use super::tokens::MAX_TOKENS;
use super::{Lowering, all, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{NodeId, Shape};

impl Lowering<'_> {
    /// The structs that a call of a macro declares, where the shapes say that it declares some.
    pub(super) fn sets(&mut self, node: Node<'_>, macros: &[String], name: &str) -> Option<NodeId> {
        let called = node.child_by_field_name(name)?;
        let last = self.slice(called).rsplit("::").next().unwrap_or_default();
        if !macros.iter().any(|one| one == last) || node.byte_range().len() > MAX_TOKENS {
            return None;
        }
        let shapes = self.shapes;
        let is_tokens =
            |child: &Node<'_>| matches!(shapes.role(child.kind_id()), Some(Role::Tokens));
        let tokens = all(node).into_iter().find(is_tokens)?;
        let mut found = Vec::new();
        let mut of = None;
        for pair in all(tokens).windows(2) {
            if self.slice(pair[0]) == "struct" {
                of = Some(pair[1]);
            }
            if let Some(own) = of
                && is_tokens(&pair[1])
                && self.slice(pair[1]).starts_with('{')
            {
                found.push(self.set(own, pair[1]));
                of = None;
            }
        }
        match found[..] {
            [] => None,
            [one] => Some(one),
            _ => Some(self.tree.add(Shape::Other(found), range(node))),
        }
    }

    fn set(&mut self, own: Node<'_>, inside: Node<'_>) -> NodeId {
        let mut variants = Vec::new();
        for pair in all(inside).windows(2) {
            if self.slice(pair[0]) == "const" {
                let variant = Shape::Variant { name: range(pair[1]), body: None };
                variants.push(self.tree.add(variant, range(pair[1])));
            }
        }
        let body = self.tree.add(Shape::Block(variants), range(inside));
        let class = Shape::Class { name: range(own), bases: Vec::new(), body: Some(body) };
        self.tree.add(class, range(own))
    }
}
