//! What becomes of an answer: the steps from a site outward to the statement, and through one name.

use super::bindings::other_arm;
use super::names::Names;
use super::scopes::argument_at;
use crate::facts::code::{Branch, Expr, Outcome, Step, StepArg, Use};
use crate::lang::handlers::Effect;
use crate::lang::syntax::{Argument, NodeId, Shape};
use crate::text::TextRange;

/// Steps beyond this say nothing new.
const MAX_STEPS: usize = 24;

impl Names<'_> {
    /// The steps of the answer at `site`.
    pub(super) fn steps(&self, site: NodeId) -> Vec<Step> {
        self.steps_from(site, 2)
    }

    pub(super) fn steps_from(&self, site: NodeId, names: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = site;
        if let Shape::Contains { negated: true, .. } = self.tree.shape(site) {
            steps.push(Step::Not);
        }
        while steps.len() < MAX_STEPS {
            let Some(around) = self.tree.parent(at) else { break };
            match self.step(at, around, names, &mut steps) {
                Some(next) => at = next,
                None => break,
            }
        }
        steps
    }

    /// Adds what `around` does with `at`; gives the node whose value is the answer now, if it goes on.
    fn step(
        &self,
        at: NodeId,
        around: NodeId,
        names: usize,
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        match self.tree.shape(around) {
            Shape::Wrapped(_) => return Some(around),
            Shape::Propagate(_) => steps.push(Step::Propagate),
            Shape::Not(_) => steps.push(Step::Not),
            Shape::Member { name, .. } => return self.member(*name, around, names, steps),
            Shape::Call { callee, args, .. } => {
                return self.passed(at, around, *callee, args, steps);
            }
            Shape::Macro { name, args } => {
                return self.in_macro(at, around, name.slice(self.text), args, steps);
            }
            Shape::Text(_) => {
                steps.push(Step::Joined);
                return None;
            }
            Shape::Or(left, right) if *left == at => {
                steps.push(Step::Or(self.argument(*right, names)));
            }
            Shape::Or(..) => {}
            Shape::And(left, right) => {
                if *left != at {
                    return Some(around);
                }
                steps.push(Step::Tested {
                    then: self.branch(Some(*right), None),
                    otherwise: self.branch(None, None),
                });
                return None;
            }
            Shape::Compare { left, right, negated } => {
                let other = if *left == at { *right } else { *left };
                steps.push(self.compared(other, *negated));
            }
            Shape::Contains { item, container, negated } if *item == at => {
                let with = texts(&self.value(*container));
                steps.push(Step::Compared { with, negated: *negated, null: false });
            }
            Shape::Add(..) | Shape::Operator(_) => {
                steps.push(Step::Used);
                return None;
            }
            Shape::Index { object, .. } => {
                steps.push(if *object == at { Step::Used } else { Step::Joined });
                return None;
            }
            Shape::Choice { condition, then, otherwise } => {
                if *condition != at {
                    return Some(around);
                }
                steps.push(Step::Tested {
                    then: self.branch(Some(*then), None),
                    otherwise: self.branch(Some(*otherwise), None),
                });
                return None;
            }
            _ => return self.statement_step(at, around, names, steps),
        }
        Some(around)
    }

    fn statement_step(
        &self,
        at: NodeId,
        around: NodeId,
        names: usize,
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        match self.tree.shape(around) {
            Shape::If { condition, then, otherwise } if *condition == at => {
                let bound = self.tested_name(at);
                steps.push(Step::Tested {
                    then: self.branch(Some(*then), bound),
                    otherwise: self.branch(*otherwise, bound),
                });
                None
            }
            Shape::If { .. } => self.block_value(around),
            Shape::While { condition: Some(condition), body } if *condition == at => {
                steps.push(Step::Tested {
                    then: self.branch(Some(*body), None),
                    otherwise: self.branch(None, None),
                });
                None
            }
            Shape::Assert(_) => {
                steps.push(self.asserted(around));
                None
            }
            Shape::Comprehension { conditions, .. } if conditions.contains(&at) => {
                let (then, otherwise) = (self.branch(None, None), self.branch(None, None));
                steps.push(Step::Tested { then, otherwise });
                None
            }
            Shape::LetCondition { pattern, value } if *value == at => {
                steps.push(self.if_let(*pattern, around, names));
                None
            }
            Shape::Match { subject, arms } if *subject == at => {
                steps.push(Step::Matched(
                    arms.iter().filter_map(|arm| self.arm(*arm, names)).collect(),
                ));
                Some(around)
            }
            Shape::Arm { body, .. } if *body == at => self.tree.parent(around),
            Shape::Assign { targets, value, of_type, otherwise, .. } if *value == Some(at) => {
                self.assigned(around, targets, *of_type, *otherwise, names, steps)
            }
            Shape::Block(many) if many.last() == Some(&at) => Some(around),
            Shape::Return(_) => {
                steps.push(Step::Returned);
                None
            }
            Shape::Function(function) => {
                if function.body == Some(at) {
                    steps.push(Step::Returned);
                }
                None
            }
            Shape::Lambda { body, .. } => {
                let call = self.closure_of(around).filter(|_| *body == at);
                if call.is_none() {
                    steps.push(Step::Joined);
                }
                call
            }
            _ => None,
        }
    }

    /// An `if` whose value is used: it goes on only where it is an expression.
    fn block_value(&self, around: NodeId) -> Option<NodeId> {
        match self.tree.parent(around).map(|parent| self.tree.shape(parent)) {
            Some(Shape::Other(_)) | None => None,
            _ => Some(around),
        }
    }

    /// The call of a method that gives what this closure gives: `.or_else(|_| answer)`.
    fn closure_of(&self, lambda: NodeId) -> Option<NodeId> {
        let call = self.tree.parent(lambda)?;
        let Shape::Call { callee, .. } = self.tree.shape(call) else { return None };
        let Shape::Member { name, .. } = self.tree.shape(*callee) else { return None };
        let row = self.handlers.methods.get(name.slice(self.text))?;
        let gives = row.none == Effect::Closure || row.error == Effect::Closure;
        gives.then_some(call)
    }

    fn asserted(&self, around: NodeId) -> Step {
        let range = self.tree.range(around);
        let fails = Branch { outcome: Outcome::Fail, range, leaves: false };
        Step::Tested { then: self.branch(None, None), otherwise: fails }
    }

    /// What a macro does with an argument: it asserts it, compares it, or puts it somewhere.
    fn in_macro(
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
                let method =
                    Step::Method { name: "is_ok".to_owned(), args: Vec::new(), types: None };
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

    fn member(
        &self,
        name: TextRange,
        member: NodeId,
        names: usize,
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        let mut called = member;
        let mut call = self.tree.parent(member)?;
        // `.parse::<u16>()`
        if matches!(self.tree.shape(call), Shape::Wrapped(_))
            && let Some(around) = self.tree.parent(call)
            && matches!(self.tree.shape(around), Shape::Call { callee, .. } if *callee == call)
        {
            (called, call) = (call, around);
        }
        match self.tree.shape(call) {
            Shape::Call { callee, args, types } if *callee == called => {
                steps.push(Step::Method {
                    name: name.slice(self.text).to_owned(),
                    args: args.iter().map(|arg| self.argument(arg.value, names)).collect(),
                    types: types.map(|types| types.slice(self.text).to_owned()),
                });
                Some(call)
            }
            _ => {
                steps.push(Step::Used);
                None
            }
        }
    }

    fn passed(
        &self,
        at: NodeId,
        call: NodeId,
        callee: NodeId,
        args: &[Argument],
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        let place = argument_at(args, at)?;
        // `first.or(answer)` is the answer where there is no first.
        if let Shape::Member { name, .. } = self.tree.shape(callee)
            && let Some(row) = self.handlers.methods.get(name.slice(self.text))
            && (row.none == Effect::Default || row.error == Effect::Default)
            && place == 0
        {
            return Some(call);
        }
        let path = self.path(callee);
        steps.push(Step::Passed { callee: path, position: place });
        Some(call)
    }

    fn argument(&self, node: NodeId, names: usize) -> StepArg {
        let node = self.tree.unwrapped(node);
        let uses = self.closure_uses(node, names);
        let (value, outcome) = match self.tree.shape(node) {
            Shape::Lambda { body, .. } => {
                let outcome = self.outcome(*body, None);
                let value = if let Outcome::Value(value) = &outcome {
                    value.clone()
                } else {
                    Expr::Unknown
                };
                (value, outcome)
            }
            _ if self.fails(node) => (Expr::Unknown, Outcome::Fail),
            _ => (self.value(node), Outcome::Answer),
        };
        StepArg { value, outcome, uses, range: self.tree.range(node) }
    }

    /// What a closure does with its first parameter.
    fn closure_uses(&self, node: NodeId, names: usize) -> Vec<Use> {
        let Shape::Lambda { params, body } = self.tree.shape(node) else { return Vec::new() };
        let Some((first, deeper)) = params.first().zip(names.checked_sub(1)) else {
            return Vec::new();
        };
        let name = first.slice(self.text).trim_start_matches(['&', '(', '|']);
        let name = name.split([':', ')', ',']).next().unwrap_or(name).trim();
        let uses = self.scopes.uses_within(name, *body).into_iter();
        let uses = uses
            .map(|id| Use { conditional: false, steps: self.steps_from(id, deeper) })
            .filter(|one| !one.steps.is_empty());
        uses.collect()
    }

    fn compared(&self, other: NodeId, negated: bool) -> Step {
        let value = self.value(other);
        Step::Compared { null: value == Expr::Null, with: texts(&value), negated }
    }

    fn assigned(
        &self,
        assign: NodeId,
        targets: &[NodeId],
        of_type: Option<TextRange>,
        otherwise: Option<NodeId>,
        names: usize,
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        let target = self.tree.unwrapped(*targets.first()?);
        if let Some(otherwise) = otherwise {
            let fits = self.pattern_arm(target, assign, self.branch(None, None), names);
            steps.push(Step::Matched(vec![fits, other_arm(self.branch(Some(otherwise), None))]));
            return None;
        }
        // `if (url := os.getenv("X")):` is the value of its own assignment.
        let around = self
            .tree
            .ancestors(assign)
            .find(|at| !matches!(self.tree.shape(*at), Shape::Wrapped(_)));
        let is_statement = around.is_none_or(|around| {
            matches!(
                self.tree.shape(around),
                Shape::Block(_) | Shape::Other(_) | Shape::Class { .. }
            )
        });
        if !is_statement && names > 0 {
            steps.push(Step::Named);
            return Some(assign);
        }
        let of_type =
            of_type.map(|range| range.slice(self.text).trim_start_matches(':').trim().to_owned());
        let uses = match self.tree.shape(target) {
            Shape::Name => self.uses(self.slice(target), assign, names),
            _ => Vec::new(),
        };
        steps.push(Step::Bound { of_type, uses });
        None
    }

    /// The name that a condition tests: `x`, `not x`, `x is None`.
    fn tested_name(&self, condition: NodeId) -> Option<&str> {
        let inside = self.tree.descendants(condition);
        let name = inside.into_iter().find(|id| matches!(self.tree.shape(*id), Shape::Name))?;
        Some(self.slice(name))
    }
}

/// The literal texts of a value: of one text, or of a list of them.
fn texts(value: &Expr) -> Vec<String> {
    match value {
        Expr::Text(text) | Expr::Number(text) => vec![text.clone()],
        Expr::Bool(value) => vec![value.to_string()],
        Expr::List(many) | Expr::OneOf(many) => many.iter().flat_map(texts).collect(),
        Expr::Method(object, ..) => texts(object),
        Expr::Call(_, args) => args.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
