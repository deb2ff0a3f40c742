//! Branches that leave the block around them: what stands behind them runs only where they did not.

use super::scopes::Scopes;
use crate::lang::syntax::{NodeId, Shape};
use crate::model::Fork;

/// More exits of one block say nothing new.
const MAX_EXITS: usize = 16;

impl Scopes<'_> {
    /// Whether `inner` stands in block `around` after a branch that leaves it: it runs only where that did not.
    pub(super) fn is_after_exit(&self, around: NodeId, inner: NodeId) -> bool {
        self.exits_before(around, inner).next().is_some()
    }

    /// The branches of block `around` that leave it before `inner`, as forks of which `inner` stands on the other way.
    pub(super) fn exits_before(
        &self,
        around: NodeId,
        inner: NodeId,
    ) -> impl Iterator<Item = Fork> + use<'_> {
        let start = self.tree.range(inner).start;
        let exits = self.exits.get(&around).into_iter().flatten().take(MAX_EXITS);
        let before = exits.take_while(move |exit| exit.end <= start);
        before.map(|exit| Fork { at: exit.start, way: exit.end })
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
