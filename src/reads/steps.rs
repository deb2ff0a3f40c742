//! What becomes of an answer: the steps from a site outward to the statement, and through one name.

use super::bindings::other_arm;
use super::names::Names;
use super::scopes::argument_at;
use crate::facts::code::{Expr, Outcome, Step, StepArg};
use crate::lang::handlers::Effect;
use crate::lang::syntax::{Argument, NodeId, Shape};
use crate::text::TextRange;

/// Steps beyond this say nothing new.
const MAX_STEPS: usize = 24;

/// What is asked only of what is there, as the name of a method.
pub(super) const IF_THERE: &str = "?.";

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
            Shape::Claimed(_) => steps.push(Step::Used),
            Shape::Not(_) => steps.push(Step::Not),
            Shape::Member { name, .. } => return self.member(*name, around, names, steps),
            Shape::Call { callee, args, .. } => {
                return self.passed(at, around, *callee, (args, names), steps);
            }
            Shape::Macro { name, args, .. } => {
                return self.in_macro(at, around, name.slice(self.text), args, steps);
            }
            Shape::Text(_) => return ends(Step::Joined, steps),
            Shape::Or(left, right) if *left == at => {
                let other = self.argument(*right, names);
                // `if a or b`: what decides is no value.
                let decides = self.only_decides(around);
                steps.push(if decides { Step::Alternative(other) } else { Step::Or(other) });
            }
            Shape::Or(..) => {}
            Shape::And(left, _) if *left != at => return Some(around),
            Shape::And(left, right) => {
                steps.push(self.step_and((*left, *right), around));
                return None;
            }
            Shape::Compare { left, right, negated } => {
                let other = if *left == at { *right } else { *left };
                self.step_compared(other, *negated, around, steps);
            }
            Shape::Contains { item, container, negated } if *item == at => {
                let listed = self.value(*container);
                // `not in (None, "")`
                let null = matches!(&listed, Expr::List(all) if all.contains(&Expr::Null));
                steps.push(Step::Compared { with: texts(&listed), negated: *negated, null });
            }
            Shape::Operator(operands) if self.asks_length(operands, around, steps) => {}
            Shape::Add(..) | Shape::Operator(_) => {
                let joins = self.handlers.empty_is_value
                    && matches!(self.tree.shape(around), Shape::Add(..));
                return ends(if joins { Step::Joined } else { Step::Used }, steps);
            }
            Shape::Index { object, .. } => {
                let is_object = *object == at;
                return ends(if is_object { Step::Used } else { Step::Joined }, steps);
            }
            Shape::Choice { condition, then, otherwise } => {
                if *condition != at {
                    return Some(around);
                }
                steps.push(Step::Tested {
                    then: self.branch(Some(*then), None),
                    otherwise: self.branch(Some(*otherwise), None),
                    keeps: self.keeps(*condition, &[*then, *otherwise]),
                });
                return None;
            }
            _ => return self.statement_step(at, around, names, steps),
        }
        Some(around)
    }

    /// What stands behind an answer runs where it holds.
    fn step_and(&self, (left, right): (NodeId, NodeId), around: NodeId) -> Step {
        let mut then = self.branch(Some(right), None);
        then.range.end = then.range.end.max(self.end_behind(around));
        let (otherwise, keeps) = (self.branch(None, None), self.keeps(left, &[right]));
        Step::Tested { then, otherwise, keeps }
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
                steps.push(self.decided(at, *then, *otherwise));
                None
            }
            Shape::If { .. } => self.block_value(around),
            Shape::While { condition: Some(condition), body } if *condition == at => {
                steps.push(Step::Tested {
                    then: self.branch(Some(*body), None),
                    otherwise: self.branch(None, None),
                    keeps: true,
                });
                None
            }
            Shape::Assert(_) => {
                steps.push(self.asserted(around));
                None
            }
            Shape::Comprehension { conditions, .. } if conditions.contains(&at) => {
                let (then, otherwise) = (self.branch(None, None), self.branch(None, None));
                steps.push(Step::Tested { then, otherwise, keeps: true });
                None
            }
            Shape::LetCondition { pattern, value } if *value == at => {
                steps.push(self.if_let(*pattern, around, names));
                None
            }
            Shape::Match { subject, arms } if *subject == at => {
                steps.push(Step::Matched(
                    arms.iter().flat_map(|arm| self.arms_of(*arm, names)).collect(),
                ));
                Some(around)
            }
            Shape::Arm { body, .. } if *body == at => self.tree.parent(around),
            Shape::Assign { targets, value, of_type, otherwise, .. } if *value == Some(at) => {
                self.assigned(around, targets, *of_type, *otherwise, names, steps)
            }
            Shape::Block(many) if many.last() == Some(&at) => Some(around),
            Shape::Return(_) => {
                let of_closure = self.is_in_closure(around);
                steps.push(if of_closure { Step::Joined } else { Step::Returned });
                None
            }
            Shape::Function(function) => {
                steps.extend((function.body == Some(at)).then_some(Step::Returned));
                None
            }
            Shape::Lambda { body, .. } => {
                if *body == at
                    && let Some(call) = self.closure_of(around)
                {
                    return Some(call);
                }
                steps.push(Step::Joined);
                None
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

    fn member(
        &self,
        name: TextRange,
        member: NodeId,
        names: usize,
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        if let Some(end) = self.asked_if_there(member, name) {
            let name = IF_THERE.to_owned();
            steps.push(Step::Method { name, args: Vec::new(), types: None, is_safe: true });
            return Some(end);
        }
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
                    is_safe: self.is_safe(member, name),
                });
                Some(call)
            }
            _ if self.tells_presence(name) => {
                let name = name.slice(self.text).to_owned();
                steps.push(Step::Method { name, args: Vec::new(), types: None, is_safe: false });
                Some(member)
            }
            _ => {
                steps.push(Step::Used);
                None
            }
        }
    }

    /// Whether a member is asked for only where its object is there.
    pub(super) fn is_safe(&self, member: NodeId, name: TextRange) -> bool {
        let Shape::Member { object, .. } = self.tree.shape(member) else { return false };
        let between = self.tree.range(*object).end as usize..name.start as usize;
        self.text.get(between).is_some_and(|between| between.trim_start().starts_with("?."))
    }

    fn passed(
        &self,
        at: NodeId,
        call: NodeId,
        callee: NodeId,
        (args, names): (&[Argument], usize),
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
        let mut path = self.path(callee);
        // `int(text, 16)` takes other texts than `int(text)`.
        if args.len() > 1 && self.handlers.based.contains(&path.rest) {
            path = path.join("with_base");
        }
        if self.handlers.first_of.contains(&path.rest) {
            let others = args.iter().skip(place + 1).take(MAX_STEPS);
            steps.extend(others.map(|other| Step::Or(self.argument(other.value, names))));
            return Some(call);
        }
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

    fn assigned(
        &self,
        assign: NodeId,
        targets: &[NodeId],
        of_type: Option<NodeId>,
        otherwise: Option<NodeId>,
        names: usize,
        steps: &mut Vec<Step>,
    ) -> Option<NodeId> {
        let target = self.tree.unwrapped(*targets.first()?);
        let told = otherwise.filter(|told| matches!(self.tree.shape(*told), Shape::Name));
        if let Some(otherwise) = otherwise.filter(|_| told.is_none()) {
            let fits = self.pattern_arm(target, assign, None, self.branch(None, None), names);
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
            of_type.map(|node| self.slice(node).trim_start_matches(':').trim().to_owned());
        let uses = match (self.tree.shape(target), told.map(|told| self.slice(told))) {
            (Shape::Name, Some(told)) => self.uses_with_told((target, told), assign, names),
            (Shape::Name, None) => self.uses(self.slice(target), assign, names),
            _ => Vec::new(),
        };
        steps.push(Step::Bound { of_type, uses });
        None
    }

    /// Whether the value of an expression only decides a branch.
    fn only_decides(&self, id: NodeId) -> bool {
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            match self.tree.shape(around) {
                Shape::Wrapped(_) | Shape::Or(..) | Shape::And(..) => inner = around,
                Shape::Not(_) | Shape::Assert(_) => return true,
                Shape::If { condition, .. } | Shape::Choice { condition, .. } => {
                    return *condition == inner;
                }
                Shape::While { condition, .. } => return *condition == Some(inner),
                Shape::Comprehension { conditions, .. } => return conditions.contains(&inner),
                _ => return false,
            }
        }
        false
    }

    /// The end of what runs only where a conjunction holds: `if "X" in os.environ and late: …`.
    fn end_behind(&self, conjunction: NodeId) -> u32 {
        let mut inner = conjunction;
        for around in self.tree.ancestors(conjunction) {
            match self.tree.shape(around) {
                Shape::Wrapped(_) | Shape::And(..) => inner = around,
                Shape::If { condition, then, .. } if *condition == inner => {
                    return self.tree.range(*then).end;
                }
                _ => return 0,
            }
        }
        0
    }

    /// `if answer { … } else { … }`
    /// Whether one of two branches names something that the condition names.
    pub(super) fn keeps(&self, condition: NodeId, branches: &[NodeId]) -> bool {
        let named = |id: NodeId| {
            let inside = self.tree.descendants(id).into_iter();
            inside.filter(|id| matches!(self.tree.shape(*id), Shape::Name)).map(|id| self.slice(id))
        };
        let tested: Vec<&str> = named(condition).collect();
        branches.iter().any(|branch| named(*branch).any(|name| tested.contains(&name)))
    }
}

/// The last step.
fn ends(step: Step, steps: &mut Vec<Step>) -> Option<NodeId> {
    steps.push(step);
    None
}

/// The literal texts of a value: of one text, or of a list of them.
pub(super) fn texts(value: &Expr) -> Vec<String> {
    match value {
        Expr::Text(text) | Expr::Number(text) => vec![text.clone()],
        Expr::Bool(value) => vec![value.to_string()],
        Expr::List(many) | Expr::OneOf(many) => many.iter().flat_map(texts).collect(),
        Expr::Method(object, ..) => texts(object),
        // `Some("on")`, `frozenset({"on"})`: what is made of several things is none of them.
        Expr::Call(_, args, _) if args.len() == 1 => args.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
