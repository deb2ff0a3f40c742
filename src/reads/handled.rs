//! Members of objects whose absence the code handles where they stand: `settings.dsn or "…"`, `if settings.dsn is None`.
//!
//! Whether a member is a field of settings is the linker's to say; what no test, no handler and no method decides on is
//! left out here.

use super::names::Names;
use super::sites::Around;
use crate::facts::code::{Base, Form, Site, Step};
use crate::lang::handlers::Effect;
use crate::lang::syntax::{NodeId, Shape};

/// More members than this are not looked at in one file: what becomes of each is followed through its names.
const MAX_ASKED: usize = 2_000;

impl Names<'_> {
    /// The members of the file that are handled, in the order of the text.
    pub(super) fn handled(&self, root: NodeId, around: &Around<'_>) -> Vec<Site> {
        let (mut found, mut asked) = (Vec::new(), 0);
        for id in self.tree.descendants(root) {
            if !matches!(self.tree.shape(id), Shape::Member { .. }) || !self.is_asked(id) {
                continue;
            }
            let path = self.path(id);
            let leads = !matches!(path.base, Base::Unknown | Base::Param(_));
            if !leads || !path.rest.contains('.') || self.tree.range(id).is_in(around.dead) {
                continue;
            }
            asked += 1;
            if asked > MAX_ASKED {
                break;
            }
            let steps = self.steps_from(id, 1);
            if !self.decides(&steps) {
                continue;
            }
            let own = self.own_function(id);
            let in_test = |at: NodeId| around.tests.contains(&at);
            found.push(Site {
                callee: path,
                form: Form::Member,
                args: Vec::new(),
                range: self.tree.range(id),
                function: own.and_then(|own| around.functions.get(&own).copied()),
                types: None,
                load: None,
                contexts: Vec::new(),
                steps,
                catches: self.catches(id),
                conditional: self.is_conditional(id),
                forks: self.forks(id),
                at_start: self.at_start(id),
                in_test: around.in_test || self.tree.ancestors(id).any(in_test),
                field: None,
            });
        }
        found
    }

    /// Whether something around a member may decide on its absence.
    fn is_asked(&self, id: NodeId) -> bool {
        let mut at = id;
        let mut ancestors = self.tree.ancestors(id);
        let around = loop {
            let Some(around) = ancestors.next() else { return false };
            if !matches!(self.tree.shape(around), Shape::Wrapped(_)) {
                break around;
            }
            at = around;
        };
        match self.tree.shape(around) {
            Shape::Member { name, .. } => {
                let callee = self.tree.parent(around);
                let is_method = callee.is_some_and(|call| {
                    matches!(self.tree.shape(call), Shape::Call { callee, .. } if *callee == around)
                });
                // Where none has no methods, calling one states nothing of it.
                let states = self.handlers.other_method != Effect::Fail;
                is_method && states && self.handlers.methods.contains_key(name.slice(self.text))
            }
            Shape::Or(left, _) => *left == at,
            Shape::If { condition, .. } | Shape::Choice { condition, .. } => *condition == at,
            Shape::While { condition, .. } => *condition == Some(at),
            Shape::LetCondition { value, .. } => *value == at,
            Shape::Match { subject, .. } => *subject == at,
            Shape::Assign { value, .. } => *value == Some(at),
            Shape::And(..)
            | Shape::Not(_)
            | Shape::Compare { .. }
            | Shape::Assert(_)
            | Shape::Propagate(_) => true,
            _ => false,
        }
    }

    /// Whether steps may say what absence does.
    fn decides(&self, steps: &[Step]) -> bool {
        steps.iter().any(|step| match step {
            Step::Or(_)
            | Step::Alternative(_)
            | Step::Tested { .. }
            | Step::Matched(_)
            | Step::Propagate
            | Step::Not
            | Step::Method { .. } => true,
            Step::Compared { null, .. } => *null,
            // `bool(settings.dsn)`
            Step::Passed { callee, .. } => {
                let row = self.handlers.functions.get(&callee.rest);
                row.is_some_and(|row| row.none == Effect::False)
            }
            Step::Bound { uses, .. } => uses.iter().any(|one| self.decides(&one.steps)),
            Step::Named | Step::Used | Step::Joined | Step::Returned => false,
        })
    }
}
