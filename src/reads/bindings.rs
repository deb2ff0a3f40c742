//! What becomes of a name that holds the answer: its uses, and the patterns that take the answer apart.

use super::names::Names;
use super::scopes::Origin;
use crate::facts::code::{Arm, Branch, Step, Use};
use crate::lang::syntax::{NodeId, Shape};

impl Names<'_> {
    /// The uses of `name` after the node that declares it.
    pub(super) fn uses(&self, name: &str, declared: NodeId, names: usize) -> Vec<Use> {
        self.uses_until(name, declared, None, names)
    }

    /// What a use of a name does with what the name holds.
    pub(super) fn use_at(&self, id: NodeId, declared: NodeId, names: usize) -> Option<Use> {
        let deeper = names.checked_sub(1)?;
        let steps = self.steps_from(id, deeper);
        let is_one = !steps.is_empty();
        let conditional = self.is_conditional_since(id, declared);
        is_one.then(|| Use { conditional, steps, catches: self.catches(id) })
    }

    /// The uses of `name` after the node that declares it, no further than the end of `last`: what a pattern binds, it
    /// binds for its own branch.
    fn uses_until(
        &self,
        name: &str,
        declared: NodeId,
        last: Option<NodeId>,
        names: usize,
    ) -> Vec<Use> {
        let end = last.map_or(usize::MAX, |last| self.tree.range(last).end as usize);
        let all = self.scopes.uses_after(name, declared).into_iter();
        let within = all.take_while(|id| self.tree.range(*id).end as usize <= end);
        within.filter_map(|id| self.use_at(id, declared, names)).collect()
    }

    /// The uses of a parameter in its function.
    pub(super) fn param_uses(&self, function: NodeId, name: &str) -> Vec<Use> {
        let Shape::Function(shape) = self.tree.shape(function) else { return Vec::new() };
        let Some(body) = shape.body else { return Vec::new() };
        // A name that is given another value further up is no parameter any more.
        let is_param = |id: &NodeId| {
            let origins = self.scopes.lookup(name, *id).map(|(_, origins)| origins);
            origins.is_none_or(|all| !matches!(all.first(), Some(Origin::Value(_))))
        };
        let uses = self.scopes.uses_within(name, body).into_iter().filter(is_param).map(|id| Use {
            conditional: self.is_conditional_since(id, body),
            steps: self.steps_from(id, 1),
            catches: self.catches(id),
        });
        uses.filter(|one| !one.steps.is_empty()).collect()
    }

    /// Whether a use runs only under a condition that the declaration does not stand under: a branch, not a test of
    /// its own.
    fn is_conditional_since(&self, id: NodeId, declared: NodeId) -> bool {
        let outer = self.tree.range(declared);
        let mut inner = id;
        for around in self.tree.ancestors(id) {
            if around == declared || self.tree.range(around).contains(outer) {
                return false;
            }
            let under = match self.tree.shape(around) {
                Shape::If { condition, .. } | Shape::Choice { condition, .. } => {
                    *condition != inner
                }
                Shape::Arm { body, .. } => *body == inner,
                Shape::And(_, right) | Shape::Or(_, right) => *right == inner,
                Shape::Lambda { .. } | Shape::Handler { .. } | Shape::Function(_) => true,
                _ => false,
            };
            if under {
                return true;
            }
            inner = around;
        }
        false
    }

    /// `if let P = answer { … } else { … }`.
    pub(super) fn if_let(&self, pattern: NodeId, condition: NodeId, names: usize) -> Step {
        let branches = self.tree.ancestors(condition).find_map(|at| match self.tree.shape(at) {
            Shape::If { then, otherwise, .. } => Some((Some(*then), *otherwise)),
            Shape::While { body, .. } => Some((Some(*body), None)),
            _ => None,
        });
        let (then, otherwise) = branches.unwrap_or((None, None));
        let fits = self.pattern_arm(pattern, condition, then, self.branch(then, None), names);
        let fits = Arm { passes: then.is_some_and(|then| self.passes(pattern, then)), ..fits };
        let other = match otherwise {
            Some(otherwise) => self.branch(Some(otherwise), None),
            None => self.nothing_else(condition, then),
        };
        Step::Matched(vec![fits, other_arm(other)])
    }

    /// One arm of a match.
    pub(super) fn arms_of(&self, arm: NodeId, names: usize) -> Vec<Arm> {
        let Shape::Arm { pattern, body } = self.tree.shape(arm) else { return Vec::new() };
        let branch = self.branch(Some(*body), None);
        let found = self.pattern_arm(*pattern, *pattern, Some(*body), branch, names);
        let found = Arm { passes: self.passes(*pattern, *body), ..found };
        let all = constructors(self.pattern(*pattern)).into_iter();
        all.map(|(pattern, inner)| Arm { pattern, inner, ..found.clone() }).collect()
    }

    /// What a pattern says; `_` where its arm takes all that is left.
    pub(super) fn pattern(&self, pattern: NodeId) -> &str {
        match self.tree.shape(pattern) {
            Shape::Pass => "_",
            _ => self.slice(pattern).trim(),
        }
    }

    /// An arm of a pattern, with the uses of the name that it binds after `declared`: no further than `last`, where
    /// that is given.
    pub(super) fn pattern_arm(
        &self,
        pattern: NodeId,
        declared: NodeId,
        last: Option<NodeId>,
        branch: Branch,
        names: usize,
    ) -> Arm {
        let first = constructors(self.slice(pattern)).into_iter().next();
        let (name, inner) = first.unwrap_or_default();
        let uses = match self.bound_name(pattern) {
            Some(bound) => self.uses_until(bound, declared, last, names),
            None => Vec::new(),
        };
        Arm { pattern: name, inner, branch, passes: false, uses }
    }

    /// The one name that a pattern binds, whose condition names no other.
    fn bound_name(&self, pattern: NodeId) -> Option<&str> {
        let names = self
            .tree
            .descendants(pattern)
            .into_iter()
            .filter(|id| matches!(self.tree.shape(*id), Shape::Name));
        let mut bound = names
            .map(|id| self.slice(id))
            .filter(|name| name.starts_with(|c: char| c.is_lowercase()));
        let first = bound.next()?;
        bound.all(|other| other == first).then_some(first)
    }

    fn is_type(&self, id: NodeId) -> bool {
        let last = self.slice(id).rsplit("::").next().unwrap_or_default();
        last.starts_with(|first: char| first.is_uppercase())
    }

    /// Whether a body hands on what the pattern binds: `Ok(value) => value.trim().to_owned()`.
    fn passes(&self, pattern: NodeId, body: NodeId) -> bool {
        let Some(bound) = self.bound_name(pattern) else { return false };
        let mut at = self.tree.unwrapped(body);
        for _ in 0..12 {
            at = match self.tree.shape(at) {
                Shape::Name => return self.slice(at) == bound,
                Shape::Member { object, .. } => *object,
                Shape::Call { callee, args, .. } => match (self.tree.shape(*callee), &args[..]) {
                    // `PathBuf::from(text)`, `Some(text)` give the text itself; `ask(&text)` does more.
                    (Shape::Member { object, .. }, [one]) if self.is_type(*object) => one.value,
                    (Shape::Member { .. }, _) => *callee,
                    (Shape::Name, [one]) if self.is_type(*callee) => one.value,
                    _ => return false,
                },
                Shape::Wrapped(inner) | Shape::Propagate(inner) => *inner,
                Shape::Block(many) => match many.last() {
                    Some(last) => *last,
                    None => return false,
                },
                _ => return false,
            };
        }
        false
    }
}

/// What happens when no pattern fits.
pub(super) fn other_arm(branch: Branch) -> Arm {
    Arm { pattern: "_".to_owned(), inner: None, branch, passes: false, uses: Vec::new() }
}

/// The patterns of which one must fit: `Ok(_) | Err(_)`.
fn alternatives(pattern: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = pattern.split(move |c: char| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '|' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// The outermost constructors of a pattern and those inside them, without the condition behind it: `Err(VarError::NotPresent)`
/// is `Err`, `NotPresent`.
fn constructors(pattern: &str) -> Vec<(String, Option<String>)> {
    let pattern = pattern.split(" if ").next().unwrap_or(pattern);
    alternatives(pattern).flat_map(constructor).collect()
}

fn constructor(pattern: &str) -> Vec<(String, Option<String>)> {
    let last = |path: &str| path.trim().rsplit("::").next().unwrap_or(path).trim().to_owned();
    let Some((outer, inside)) = pattern.split_once('(') else {
        return vec![(last(pattern), None)];
    };
    let inside = inside.trim_end();
    let inside = inside.strip_suffix(')').unwrap_or(inside);
    let name = |one: &str| {
        let inner = one.split_once('(').map_or(one, |(inner, deeper)| {
            if inner.trim_end().ends_with("EnvVar") { deeper.trim_end_matches(')') } else { inner }
        });
        Some(last(inner)).filter(|inner| inner.starts_with(|c: char| c.is_uppercase() || c == '_'))
    };
    alternatives(inside).map(|one| (last(outer), name(one))).collect()
}
