//! Branches that leave the block around them: what stands behind them runs only where they did not.

use super::scopes::Scopes;
use crate::lang::syntax::{NodeId, Shape};

impl Scopes<'_> {
    /// Whether `inner` stands in block `around` after a branch that leaves it: it runs only where that did not.
    pub(super) fn is_after_exit(&self, around: NodeId, inner: NodeId) -> bool {
        self.exits.get(&around).is_some_and(|exit| *exit <= self.tree.range(inner).start)
    }

    /// Whether a condition asks which of two sizes is larger: that is about data, not about the mode of a deployment.
    pub(super) fn is_of_size(&self, condition: NodeId) -> bool {
        let Shape::Operator(operands) = self.tree.shape(self.tree.unwrapped(condition)) else {
            return false;
        };
        let [left, right] = operands[..] else { return false };
        let between = self
            .text
            .get(self.tree.range(left).end as usize..self.tree.range(right).start as usize);
        between.is_some_and(|text| ["<", "<=", ">", ">="].contains(&text.trim()))
    }

    pub(super) fn is_early_exit(&self, statement: NodeId) -> bool {
        let Shape::If { condition, then, otherwise: None } =
            self.tree.shape(self.tree.unwrapped(statement))
        else {
            return false;
        };
        if self.is_of_size(*condition) {
            return false;
        }
        let Shape::Block(inside) = self.tree.shape(*then) else { return false };
        let Some(last) = inside.last() else { return false };
        let mut last = self.tree.unwrapped(*last);
        if let Shape::Other(one) = self.tree.shape(last)
            && let [one] = one[..]
        {
            last = one;
        }
        match self.tree.shape(last) {
            Shape::Jump | Shape::Return(None) => true,
            // A value that is an error is a failure, not another way.
            Shape::Return(Some(value)) => {
                !self.tree.range(*value).slice(self.text).starts_with("Err")
            }
            _ => false,
        }
    }
}
