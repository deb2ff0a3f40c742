//! The handlers around a node: what they take, and what they do.

use super::names::Names;
use crate::facts::code::{Catch, Outcome};
use crate::lang::syntax::{NodeId, Shape};

impl Names<'_> {
    /// The handlers around a node inside its function, innermost first.
    pub(super) fn catches(&self, id: NodeId) -> Vec<Catch> {
        let mut found = Vec::new();
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            match self.tree.shape(around) {
                Shape::Function(_) | Shape::Lambda { .. } => break,
                Shape::Try { body, handlers } if *body == inner => {
                    for handler in handlers {
                        if let Shape::Handler { types, body } = self.tree.shape(*handler) {
                            let bound = self.assigned_name(id);
                            let types =
                                types.map(|types| self.exception_names(types)).unwrap_or_default();
                            let outcome = self.outcome(*body, bound);
                            found.push(Catch { types, outcome, leaves: self.leaves(*body) });
                        }
                    }
                }
                Shape::With { items, body } if *body == inner => {
                    for item in items {
                        if let Shape::Call { callee, args, .. } =
                            self.tree.shape(self.tree.unwrapped(*item))
                            && self.handlers.suppressors.contains(&self.path(*callee).rest)
                        {
                            let types = args
                                .iter()
                                .flat_map(|arg| self.exception_names(arg.value))
                                .collect();
                            found.push(Catch { types, outcome: Outcome::Nothing, leaves: false });
                        }
                    }
                }
                _ => {}
            }
            inner = around;
        }
        found
    }

    fn assigned_name(&self, id: NodeId) -> Option<&str> {
        self.tree.ancestors(id).find_map(|at| match self.tree.shape(at) {
            Shape::Assign { targets, .. } => targets.first().map(|target| self.slice(*target)),
            _ => None,
        })
    }

    fn exception_names(&self, types: NodeId) -> Vec<String> {
        let node = self.tree.unwrapped(types);
        match self.tree.shape(node) {
            Shape::List(many) => many.iter().flat_map(|one| self.exception_names(*one)).collect(),
            Shape::As { value, .. } => self.exception_names(*value),
            _ => vec![self.path(node).last().to_owned()],
        }
    }
}
