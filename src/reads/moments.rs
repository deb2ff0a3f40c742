//! When a site runs: at the start of the process or later, always or under a condition.

use super::names::Names;
use crate::lang::syntax::{NodeId, Shape};

impl Names<'_> {
    pub(super) fn is_conditional(&self, id: NodeId) -> bool {
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            let under = match self.tree.shape(around) {
                Shape::Function(_) => return false,
                Shape::If { condition, .. } | Shape::Choice { condition, .. } => {
                    *condition != inner && !self.is_main_guard(*condition)
                }
                Shape::Arm { body, .. } => *body == inner,
                Shape::And(_, right) | Shape::Or(_, right) => *right == inner,
                Shape::Lambda { .. } => !self.is_lazy(around),
                Shape::Handler { .. } => true,
                _ => false,
            };
            if under || self.scopes.is_after_exit(around, inner) {
                return true;
            }
            inner = around;
        }
        false
    }

    pub(super) fn is_main_guard(&self, condition: NodeId) -> bool {
        self.slice(condition).contains("__main__")
    }

    pub(super) fn is_lazy(&self, lambda: NodeId) -> bool {
        let Some(call) = self.tree.parent(lambda) else { return false };
        let Shape::Call { callee, .. } = self.tree.shape(call) else { return false };
        let written = self.slice(*callee).replace("::", ".");
        self.handlers
            .lazy
            .iter()
            .any(|lazy| written == *lazy || written.ends_with(&format!(".{lazy}")))
    }

    /// Whether a closure is kept for later, in a language where calls do not run theirs at once.
    pub(super) fn is_kept(&self, lambda: NodeId) -> bool {
        if self.handlers.eager.is_empty() {
            return false;
        }
        let call = self.tree.parent(lambda).map(|call| self.tree.shape(call));
        let Some(Shape::Call { callee, .. }) = call else { return true };
        let written = self.slice(*callee);
        *callee != lambda && !self.handlers.eager.iter().any(|eager| eager == written)
    }

    /// Whether the code runs when the program is loaded or started.
    pub(super) fn at_start(&self, id: NodeId) -> bool {
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            match self.tree.shape(around) {
                Shape::Function(function) => {
                    let in_default = function
                        .params
                        .iter()
                        .any(|param| param.default == Some(inner) || param.of_type == Some(inner));
                    let name = function.name.slice(self.text);
                    if !in_default {
                        return self.handlers.entry_points.iter().any(|entry| entry == name);
                    }
                }
                Shape::Lambda { .. } if self.is_lazy(around) || self.is_kept(around) => {
                    return false;
                }
                Shape::Macro { name, .. } => {
                    let name = name.slice(self.text);
                    if self.handlers.lazy.iter().any(|lazy| lazy == name) {
                        return false;
                    }
                }
                _ => {}
            }
            inner = around;
        }
        true
    }
}
