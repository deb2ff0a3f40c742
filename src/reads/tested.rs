//! Tests of an answer: what it is compared with, and what runs where it is there and where it is not.

use super::names::Names;
use super::scopes::Origin;
use super::steps::texts;
use crate::facts::code::{Branch, Expr, Step, Use};
use crate::lang::handlers::Effect;
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

/// More statements than these behind a branch do something of their own.
const MAX_BEHIND: usize = 3;

impl Names<'_> {
    /// What a value holds, without what wraps it: `"deployed"` of `Ok("deployed".to_owned())`.
    pub(super) fn without_wrappers(&self, mut value: Expr) -> Expr {
        loop {
            value = match value {
                Expr::Call(path, mut args, _)
                    if args.len() == 1 && self.handlers.wrappers.contains(&path.rest) =>
                {
                    args.remove(0)
                }
                Expr::Method(object, name, args)
                    if args.is_empty() && self.handlers.same_text.contains(&name) =>
                {
                    *object
                }
                value => return value,
            }
        }
    }

    /// Adds what a comparison asks of the answer.
    pub(super) fn step_compared(
        &self,
        other: NodeId,
        negated: bool,
        around: NodeId,
        steps: &mut Vec<Step>,
    ) {
        let asked = self.compares_length(steps, other, around);
        if asked.is_some() {
            steps.pop();
        }
        steps.push(asked.unwrap_or_else(|| self.compared(other, negated)));
    }

    /// Whether an operator asks only whether there is an answer; adds that.
    pub(super) fn asks_length(
        &self,
        operands: &[NodeId],
        around: NodeId,
        steps: &mut Vec<Step>,
    ) -> bool {
        let [_, other] = operands else { return false };
        let Some(asked) = self.compares_length(steps, *other, around) else { return false };
        steps.pop();
        steps.push(asked);
        true
    }

    fn compared(&self, other: NodeId, negated: bool) -> Step {
        let value = self.value(other);
        if self.handlers.blank_is_none && value == Expr::Text(String::new()) {
            return Step::Compared { null: true, with: Vec::new(), negated };
        }
        Step::Compared { null: value == Expr::Null, with: texts(&value), negated }
    }

    /// `len(port) == 0`, `len(port) > 0`: whether there is one, where nothing is the empty text.
    pub(super) fn compares_length(
        &self,
        steps: &[Step],
        other: NodeId,
        around: NodeId,
    ) -> Option<Step> {
        let Some(Step::Passed { callee, .. }) = steps.last() else { return None };
        let is_length = self.handlers.blank_is_none && callee.rest == "len";
        if !is_length || self.slice(other) != "0" {
            return None;
        }
        let negated = match self.tree.shape(around) {
            Shape::Compare { negated, .. } => *negated,
            _ if self.slice(around).contains('>') => true,
            _ => return None,
        };
        Some(Step::Compared { null: true, with: Vec::new(), negated })
    }

    /// The name that a condition tests: `x`, `not x`, `x is None`.
    pub(super) fn tested_name(&self, condition: NodeId) -> Option<&str> {
        // `string.IsNullOrEmpty(x)` tests what it is handed.
        let asked = self.asks_absence(self.tree.unwrapped(condition)).unwrap_or(condition);
        let inside = self.tree.descendants(asked);
        let name = inside.into_iter().find(|id| matches!(self.tree.shape(*id), Shape::Name))?;
        Some(self.slice(name))
    }

    /// What a function is handed that tells whether there is something.
    fn asks_absence(&self, id: NodeId) -> Option<NodeId> {
        match self.tree.shape(id) {
            Shape::Not(inner) => self.asks_absence(self.tree.unwrapped(*inner)),
            Shape::Call { callee, args, .. } => {
                let row = self.handlers.functions.get(&self.path(*callee).rest)?;
                let asks = matches!(row.none, Effect::Absence | Effect::No);
                args.first().filter(|_| asks).map(|arg| arg.value)
            }
            _ => None,
        }
    }

    /// Whether a member that is not called says whether there is something: `answer.HasValue`.
    pub(super) fn tells_presence(&self, name: TextRange) -> bool {
        let row = self.handlers.methods.get(name.slice(self.text));
        self.handlers.sees_members && row.is_some_and(|row| row.none == Effect::Presence)
    }

    /// What a condition does with the answer that it tests.
    pub(super) fn decided(&self, at: NodeId, then: NodeId, otherwise: Option<NodeId>) -> Step {
        let tested = self.tested_name(at);
        let told_of = tested.and_then(|name| self.told_of(name, at));
        let bound = match told_of {
            Some(of) => Some(self.slice(of)),
            None => tested.filter(|name| !self.scopes.is_given_elsewhere(name, at)),
        };
        let then_does = self.branch(Some(then), bound);
        let last_resort = || self.last_resort(at).filter(|_| then_does.leaves);
        let behind = otherwise.map(|one| vec![one]).or_else(last_resort).unwrap_or_default();
        let otherwise = match behind[..] {
            [first, .., last] => Branch {
                outcome: self.block(&behind, bound),
                range: self.tree.range(first).cover(self.tree.range(last)),
                leaves: self.leaves(last),
                stand_in: self.stand_in(&behind),
            },
            [one] => self.branch(Some(one), bound),
            [] => self.nothing_else(at, Some(then)),
        };
        let keeps = behind.is_empty() || self.keeps(at, &[&[then], &behind[..]].concat());
        Step::Tested { then: then_does, otherwise, keeps }
    }

    /// The name of which `name` tells, at a place, whether it holds an answer.
    fn told_of(&self, name: &str, at: NodeId) -> Option<NodeId> {
        match self.scopes.latest(name, at)? {
            Origin::Told(of) => Some(of),
            _ => None,
        }
    }

    /// The few statements behind a branch with this condition, where they end the function as well: `if port: return port`, then
    /// `return 8080`.
    fn last_resort(&self, condition: NodeId) -> Option<Vec<NodeId>> {
        let mut inner = self.tree.ancestors(condition).find(|at| {
            matches!(self.tree.shape(*at), Shape::If { condition: own, .. } if *own == condition)
        })?;
        loop {
            let around = self.tree.parent(inner)?;
            match self.tree.shape(around) {
                // What runs before the condition stands in a block with it alone.
                Shape::Block(many) if many.last() == Some(&inner) => inner = around,
                Shape::Block(many) => {
                    let at = many.iter().position(|one| *one == inner)?;
                    let rest = &many[at + 1..];
                    let last = *rest.last().filter(|_| rest.len() <= MAX_BEHIND)?;
                    return (self.leaves(last) || self.fails(last)).then(|| rest.to_vec());
                }
                Shape::Wrapped(_) => inner = around,
                Shape::Other(many) if many.len() == 1 => inner = around,
                _ => return None,
            }
        }
    }

    /// The uses of the name that holds an answer, and of the one that tells whether it does: what is asked of `ok` in
    /// `port, ok := os.LookupEnv("PORT")` is asked of the answer, and an error says the opposite.
    pub(super) fn uses_with_told(
        &self,
        (of, told): (NodeId, &str),
        declared: NodeId,
        names: usize,
    ) -> Vec<Use> {
        let is_error = self.handlers.error_names.iter().any(|name| name == told);
        let mut all = self.scopes.uses_after(self.slice(of), declared);
        let mut asked = self.scopes.uses_after(told, declared);
        asked.retain(|id| self.told_of(told, *id) == Some(of));
        let is_asked = |id: &NodeId| asked.contains(id);
        all.extend(asked.iter().copied());
        all.sort_by_key(|id| self.tree.range(*id).start);
        let uses = all.into_iter().filter_map(|id| {
            let mut one = self.use_at(id, declared, names)?;
            if is_asked(&id) {
                about_answer(&mut one.steps, is_error)?;
            }
            Some(one)
        });
        uses.collect()
    }
}

/// What is asked of the name that tells, as a question to the answer: nothing where an error is asked for more than whether
/// it is there.
fn about_answer(steps: &mut [Step], is_error: bool) -> Option<()> {
    if is_error {
        let Step::Compared { null: true, negated, .. } = steps.first_mut()? else { return None };
        *negated = !*negated;
    }
    for step in steps {
        if let Step::Tested { keeps, .. } = step {
            *keeps = true;
        }
    }
    Some(())
}
