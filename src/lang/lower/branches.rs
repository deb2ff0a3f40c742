//! Branches and loops that say what runs before them, or whose arms stand beside what they ask.

use tree_sitter::Node;

use super::{Lowering, all, named, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{NodeId, Shape};

impl Lowering<'_> {
    /// A statement behind what runs first: `if port := os.Getenv("PORT"); port != "" { … }`.
    pub(super) fn behind(&mut self, before: Option<NodeId>, shape: Shape, node: Node<'_>) -> Shape {
        let Some(before) = before else { return shape };
        let inner = self.tree.add(shape, range(node));
        Shape::Block(vec![before, inner])
    }

    /// A match whose arms stand beside its subject; without a subject each arm is a condition of its own.
    pub(super) fn switch(&mut self, node: Node<'_>, subject: &str) -> Shape {
        let is_arm = |child: &Node<'_>| matches!(self.role(*child), Some(Role::Arm { .. }));
        let arms: Vec<_> = named(node).into_iter().filter(is_arm).collect();
        let arms: Vec<_> = arms.into_iter().filter_map(|arm| self.lower(arm)).collect();
        if let Some(subject) = self.field(node, subject) {
            return Shape::Match { subject, arms };
        }
        let mut otherwise: Option<NodeId> = None;
        for arm in arms.into_iter().rev() {
            let Shape::Arm { pattern, body } = *self.tree.shape(arm) else { continue };
            otherwise = Some(if matches!(self.tree.shape(pattern), Shape::Pass) {
                body
            } else {
                let branch = Shape::If { condition: pattern, then: body, otherwise };
                self.tree.add(branch, self.tree.range(arm))
            });
        }
        match otherwise {
            Some(chain) => Shape::Wrapped(chain),
            None => Shape::Pass,
        }
    }

    /// An arm whose statements stand behind its pattern, without a block around them.
    pub(super) fn case(
        &mut self,
        node: Node<'_>,
        pattern: Option<&str>,
        is_last_resort: bool,
    ) -> Option<Shape> {
        let written = match pattern {
            Some(field) => node.child_by_field_name(field),
            None if is_last_resort => None,
            None => named(node).into_iter().next(),
        };
        let pattern = if is_last_resort {
            let word = all(node).into_iter().next()?;
            self.tree.add(Shape::Pass, range(word))
        } else {
            self.lower(written?)?
        };
        let mut body = Vec::new();
        for child in named(node) {
            if Some(child.id()) == written.map(|written| written.id()) {
                continue;
            }
            match self.role(child) {
                Some(Role::Splice) => body.extend(self.children(child)),
                _ => body.extend(self.lower(child)),
            }
        }
        let end = self.tree.range(pattern).end as usize;
        let whole = crate::text::TextRange::new(end, node.end_byte());
        Some(Shape::Arm { pattern, body: self.tree.add(Shape::Block(body), whole) })
    }

    /// A loop that is told apart by a clause of its own: over elements, where it has one that says so.
    pub(super) fn loop_by_clause(
        &mut self,
        node: Node<'_>,
        (target, over, body): (&str, &str, &str),
        clause: &str,
    ) -> Option<Shape> {
        let block = node.child_by_field_name(body)?;
        let head = named(node).into_iter().find(|child| child.id() != block.id());
        if let Some(clause) = head.filter(|head| head.kind() == clause)
            && let Some(over) = self.field(clause, over)
        {
            let nothing = |lowering: &mut Self| lowering.tree.add(Shape::Pass, range(clause));
            let target = self.field(clause, target).unwrap_or_else(|| nothing(self));
            // Its place comes before each element, but the key of an entry first.
            let target = match (self.tree.shape(target), self.tree.shape(over)) {
                (Shape::List(both), Shape::Map(_)) => both.first().copied().unwrap_or(target),
                (Shape::List(both), _) => both.last().copied().unwrap_or(target),
                (_, Shape::Map(_)) => target,
                _ => nothing(self),
            };
            return Some(Shape::For { target, over, body: self.lower(block)? });
        }
        let condition = head.and_then(|head| self.lower(head));
        Some(Shape::While { condition, body: self.lower(block)? })
    }
}
