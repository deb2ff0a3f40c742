//! Closures and macros that an answer is handed to, and what is asked only of an answer that is there.

use super::names::Names;
use super::scopes::Origin;
use super::steps::{IF_THERE, texts};
use crate::facts::code::{Branch, Expr, Outcome, Path, Step, Use};
use crate::lang::handlers::{Effect, Verb};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

/// Steps of a closure beyond these are not looked at.
const MAX_STEPS: usize = 24;

impl Names<'_> {
    /// The call of a method that gives what this closure gives: `.or_else(|_| answer)`.
    pub(super) fn closure_of(&self, lambda: NodeId) -> Option<NodeId> {
        let call = self.tree.parent(lambda)?;
        let Shape::Call { callee, .. } = self.tree.shape(call) else { return None };
        let Shape::Member { name, .. } = self.tree.shape(*callee) else { return None };
        let row = self.handlers.methods.get(name.slice(self.text))?;
        let gives = row.none == Effect::Closure || row.error == Effect::Closure;
        gives.then_some(call)
    }

    /// What a local closure without parameters gives: `provider()` below `let provider = || Env::prefixed("OVEN_")`.
    pub(super) fn closure_body(&self, callee: NodeId) -> Option<NodeId> {
        let callee = self.tree.unwrapped(callee);
        if !matches!(self.tree.shape(callee), Shape::Name) {
            return None;
        }
        let (_, origins) = self.scopes.lookup(self.slice(callee), callee)?;
        let [Origin::Value(given)] = origins[..] else { return None };
        match self.tree.shape(self.tree.unwrapped(given)) {
            Shape::Lambda { params, body } if params.is_empty() => Some(*body),
            _ => None,
        }
    }

    /// Whether what a statement gives back is what a closure gives, and not the function around it.
    pub(super) fn is_in_closure(&self, statement: NodeId) -> bool {
        let mut around = self.tree.ancestors(statement).map(|at| self.tree.shape(at));
        let own = around.find(|shape| matches!(shape, Shape::Function(_) | Shape::Lambda { .. }));
        matches!(own, Some(Shape::Lambda { .. }))
    }

    /// The end of what is asked of an answer only where it is there: `answer?.split(",").length`.
    pub(super) fn asked_if_there(&self, member: NodeId, name: TextRange) -> Option<NodeId> {
        if !self.handlers.methods.contains_key(IF_THERE) || !self.is_safe(member, name) {
            return None;
        }
        let mut at = member;
        while let Some(around) = self.tree.parent(at) {
            let goes_on = match self.tree.shape(around) {
                Shape::Member { object, .. } | Shape::Index { object, .. } => *object == at,
                Shape::Call { callee, .. } => *callee == at,
                _ => false,
            };
            if !goes_on {
                break;
            }
            at = around;
        }
        Some(at)
    }

    pub(super) fn asserted(&self, around: NodeId) -> Step {
        let range = self.tree.range(around);
        let fails = Branch { outcome: Outcome::Fail, range, leaves: false, stand_in: None };
        Step::Tested { then: self.branch(None, None), otherwise: fails, keeps: true }
    }

    /// What a macro does with an argument: it asserts it, compares it, or puts it somewhere.
    pub(super) fn in_macro(
        &self,
        at: NodeId,
        around: NodeId,
        name: &str,
        args: &[NodeId],
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        let name = name.rsplit("::").next().unwrap_or(name);
        let listed = |names: &[String]| names.iter().any(|one| one == name);
        let first = args.first() == Some(&at);
        if first && listed(&self.handlers.asserts) {
            steps.push(self.asserted(around));
            return None;
        }
        if first && listed(&self.handlers.matchers) {
            let patterns = args.iter().skip(1).flat_map(|arg| self.tree.descendants(*arg));
            let with: Vec<_> = patterns.flat_map(|id| texts(&self.literal(id))).collect();
            if with.is_empty() {
                let method = Step::Method {
                    name: "is_ok".to_owned(),
                    args: Vec::new(),
                    types: None,
                    is_safe: false,
                };
                steps.push(method);
            } else {
                steps.push(Step::Compared { with, negated: false, null: false });
            }
            return Some(around);
        }
        steps.push(Step::Joined);
        None
    }

    fn literal(&self, id: NodeId) -> Expr {
        match self.tree.shape(id) {
            Shape::Text(_) => self.value(id),
            _ => Expr::Unknown,
        }
    }

    /// What a closure does with its first parameter.
    pub(super) fn closure_uses(&self, node: NodeId, names: usize) -> Vec<Use> {
        let Shape::Lambda { params, body } = self.tree.shape(node) else { return Vec::new() };
        let Some((first, deeper)) = params.first().zip(names.checked_sub(1)) else {
            return Vec::new();
        };
        let name = first.slice(self.text).trim_start_matches(['&', '(', '|']);
        let name = name.split([':', ')', ',']).next().unwrap_or(name).trim();
        let uses = self.scopes.uses_within(name, *body).into_iter();
        let uses = uses
            .map(|id| Use {
                conditional: false,
                steps: self.steps_from(id, deeper),
                catches: Vec::new(),
            })
            .filter(|one| !one.steps.is_empty());
        uses.collect()
    }
}

impl Names<'_> {
    /// What a closure of no parameter gives, and what one of a single parameter makes of it, as far as it replaces parts of it.
    pub(super) fn closure_value(&self, params: usize, body: NodeId, depth: usize) -> Expr {
        match params {
            0 => self.value_within(body, depth),
            1 => self.replaced(body, depth),
            _ => Expr::Unknown,
        }
    }

    /// What is replaced in a text, as calls.
    fn replaced(&self, body: NodeId, depth: usize) -> Expr {
        let mut steps = Vec::new();
        let mut at = body;
        for _ in 0..MAX_STEPS {
            let Shape::Call { callee, args, .. } = self.tree.shape(at) else { break };
            let Shape::Member { object, name } = self.tree.shape(*callee) else { break };
            if self.handlers.verbs.get(name.slice(self.text)) == Some(&Verb::Replace) {
                steps.push(args.iter().map(|arg| self.value_within(arg.value, depth)).collect());
            }
            at = *object;
        }
        let whole = steps.into_iter().rev().fold(None, |before, given| {
            Some(Box::new(Expr::Call(Path::unknown("replace"), given, before)))
        });
        whole.map_or(Expr::Unknown, |whole| *whole)
    }
}
