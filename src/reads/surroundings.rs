//! What surrounds a site: conditions, contexts, the parameter that it describes, and when it runs.

use super::names::Names;
use crate::facts::code::{Context, Field};
use crate::lang::syntax::{NodeId, Shape};
use crate::model::Fork;
use crate::text::TextRange;

impl Names<'_> {
    /// The contexts around a node in its function.
    pub(super) fn contexts(&self, id: NodeId) -> Vec<Context> {
        let mut found = Vec::new();
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            match self.tree.shape(around) {
                Shape::Function(_) => break,
                Shape::With { items, body } if *body == inner => {
                    for item in items.iter().rev() {
                        let item = self.tree.unwrapped(*item);
                        let called = match self.tree.shape(item) {
                            Shape::As { value, .. } => self.tree.unwrapped(*value),
                            _ => item,
                        };
                        if let Shape::Call { callee, args, .. } = self.tree.shape(called) {
                            found.push(Context {
                                callee: self.path(*callee),
                                args: self.args(args),
                            });
                        }
                    }
                }
                _ => {}
            }
            inner = around;
        }
        found.reverse();
        found
    }

    /// The parameter that a call describes: its default, or part of its type (`Annotated[str, Option(…)]`).
    pub(super) fn described_param(&self, id: NodeId) -> Option<Field> {
        let mut inner = id;
        for around in self.tree.ancestors(id).take(8) {
            match self.tree.shape(around) {
                Shape::Function(function) => {
                    let param = function.params.iter().find(|param| {
                        param.default == Some(inner) || param.of_type == Some(inner)
                    })?;
                    let of_type = param.of_type.map(|node| self.slice(node)).unwrap_or_default();
                    let outer = of_type.split(',').next().unwrap_or(of_type);
                    let outer = outer.rsplit("Annotated[").next().unwrap_or(outer);
                    let default = param.default.filter(|default| *default != inner);
                    return Some(Field {
                        in_type: param.of_type == Some(inner),
                        name: param.name.slice(self.text).to_owned(),
                        of_type: outer.split_whitespace().collect(),
                        default: default
                            .map(|default| (self.value(default), self.tree.range(default))),
                    });
                }
                Shape::Block(_) => return None,
                _ => inner = around,
            }
        }
        None
    }

    pub(super) fn is_conditional(&self, id: NodeId) -> bool {
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            let under = match self.tree.shape(around) {
                Shape::Function(_) => return false,
                Shape::If { condition, .. } | Shape::Choice { condition, .. } => {
                    *condition != inner
                        && !self.is_main_guard(*condition)
                        && !self.never_holds(*condition)
                        && !self.scopes.is_of_size(*condition)
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

    /// Which way of each fork around a node in its function it stands in.
    pub(super) fn forks(&self, id: NodeId) -> Vec<Fork> {
        let mut forks = Vec::new();
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            let fork = match self.tree.shape(around) {
                Shape::Function(_) => break,
                Shape::If { condition, .. } | Shape::Choice { condition, .. } => {
                    (*condition != inner).then_some(around)
                }
                Shape::Match { subject, .. } => (*subject != inner).then_some(around),
                _ => None,
            };
            let is_lone = match self.tree.shape(around) {
                Shape::And(_, right) | Shape::Or(_, right) => *right == inner,
                Shape::Lambda { .. } => !self.is_lazy(around),
                Shape::Handler { .. } => true,
                _ => false,
            };
            forks.extend(is_lone.then(|| Fork::lone(self.tree.range(inner))));
            let way = self.tree.range(inner).start;
            forks.extend(fork.map(|fork| Fork { at: self.tree.range(fork).start, way }));
            forks.extend(self.scopes.exits_before(around, inner));
            inner = around;
        }
        forks
    }

    /// The branches that never run: `if TYPE_CHECKING`.
    pub(super) fn dead(&self, root: NodeId) -> Vec<TextRange> {
        let branches = self.tree.descendants(root).into_iter();
        let dead = branches.filter_map(|id| match self.tree.shape(id) {
            Shape::If { condition, then, .. } => {
                self.never_holds(*condition).then(|| self.tree.range(*then))
            }
            _ => None,
        });
        let mut dead: Vec<TextRange> = dead.collect();
        dead.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        // What lies in another goes with it.
        dead.dedup_by(|inner, outer| outer.contains(*inner));
        dead
    }

    /// Whether a condition never holds when code runs.
    pub(super) fn never_holds(&self, condition: NodeId) -> bool {
        let condition = self.tree.unwrapped(condition);
        match self.tree.shape(condition) {
            Shape::Name | Shape::Member { .. } => {
                let names = &self.handlers.never_true;
                !names.is_empty() && names.contains(&self.path(condition).rest)
            }
            shape => matches!(shape, Shape::Bool(false)),
        }
    }

    fn is_main_guard(&self, condition: NodeId) -> bool {
        self.slice(condition).contains("__main__")
    }

    fn is_lazy(&self, lambda: NodeId) -> bool {
        let Some(call) = self.tree.parent(lambda) else { return false };
        let Shape::Call { callee, .. } = self.tree.shape(call) else { return false };
        let written = self.slice(*callee).replace("::", ".");
        self.handlers
            .lazy
            .iter()
            .any(|lazy| written == *lazy || written.ends_with(&format!(".{lazy}")))
    }

    /// Whether a closure is kept for later, in a language where calls do not run theirs at once.
    fn is_kept(&self, lambda: NodeId) -> bool {
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
                    let name = name.rsplit("::").next().unwrap_or(name);
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
