//! What a function gives, where that can be told without running it.

use super::names::Names;
use crate::facts::code::Expr;
use crate::lang::syntax::{NodeId, Shape};

/// Functions that give more values than this give anything.
const MAX_VALUES: usize = 8;

/// Values of functions are followed less far than those of keys.
const BUDGET: usize = 300;

impl Names<'_> {
    /// The value of a function's body.
    pub(super) fn gives(&self, body: NodeId) -> Expr {
        let mut found = Vec::new();
        self.returned_values(body, &mut found);
        self.tail_values(body, &mut found);
        if found.is_empty() || found.len() > MAX_VALUES {
            return Expr::Unknown;
        }
        let mut values = Vec::new();
        for node in found {
            let Some(node) = self.without_wrapper(node) else { continue };
            let value = self.value_of(node, BUDGET);
            if value != Expr::Null && !values.contains(&value) {
                values.push(value);
            }
        }
        match values.len() {
            0 => Expr::Unknown,
            1 => values.remove(0),
            _ => Expr::OneOf(values),
        }
    }

    /// The expressions whose values a function gives.
    pub(super) fn returned_nodes(&self, body: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.returned_values(body, &mut found);
        self.tail_values(body, &mut found);
        found
    }

    fn returned_values(&self, body: NodeId, found: &mut Vec<NodeId>) {
        let mut stack = vec![body];
        while let Some(at) = stack.pop() {
            match self.tree.shape(at) {
                Shape::Return(Some(value)) => found.push(*value),
                Shape::Function(_) | Shape::Lambda { .. } | Shape::Class { .. } => {}
                shape => stack.extend(crate::lang::syntax::children(shape).into_iter().rev()),
            }
        }
    }

    /// The expressions at the end of a block: what it gives where blocks give values.
    fn tail_values(&self, at: NodeId, found: &mut Vec<NodeId>) {
        match self.tree.shape(at) {
            Shape::Block(many) => {
                if let Some(last) = many.last() {
                    self.tail_values(*last, found);
                }
            }
            Shape::If { then, otherwise: Some(otherwise), .. } => {
                self.tail_values(*then, found);
                self.tail_values(*otherwise, found);
            }
            Shape::Wrapped(inner) => self.tail_values(*inner, found),
            Shape::Macro { name, .. }
                if self
                    .handlers
                    .formatters
                    .iter()
                    .any(|format| format == name.slice(self.text)) =>
            {
                found.push(at);
            }
            Shape::Other(_)
            | Shape::Return(_)
            | Shape::Assign { .. }
            | Shape::If { .. }
            | Shape::For { .. }
            | Shape::While { .. }
            | Shape::With { .. }
            | Shape::Try { .. }
            | Shape::Raise(_)
            | Shape::Pass
            | Shape::Function(_)
            | Shape::Class { .. }
            | Shape::Macro { .. } => {}
            _ => found.push(at),
        }
    }

    /// `Ok(value)` gives the value, `Err(error)` nothing.
    fn without_wrapper(&self, node: NodeId) -> Option<NodeId> {
        let node = self.tree.unwrapped(node);
        let Shape::Call { callee, args, .. } = self.tree.shape(node) else { return Some(node) };
        let name = self.slice(*callee);
        if self.handlers.errors.iter().any(|error| error == name) {
            return None;
        }
        match &args[..] {
            [one] if self.handlers.wrappers.iter().any(|wrapper| wrapper == name) => {
                Some(one.value)
            }
            _ => Some(node),
        }
    }
}
