//! Conditions taken apart: which calls and names decide.
//!
//! Follows names that are given one value, in the same file. A condition of hundreds of parts is read in part.

use rustc_hash::FxHashMap;

use super::names::Names;
use super::scopes::Origin;
use super::steps::texts;
use crate::facts::code::{Expr, Path};
use crate::facts::decision::{Holding, Subject};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

/// Parts of a condition beyond these are not looked at.
const MAX_PARTS: usize = 64;

/// What members of objects are given, by the class around them and their name.
pub(super) type Given<'t> = FxHashMap<(NodeId, &'t str), Vec<NodeId>>;

/// A condition that is being taken apart.
struct Parts<'n, 't> {
    names: &'n Names<'t>,
    given: &'n Given<'n>,
    found: Vec<(Subject, Holding)>,
    left: usize,
}

impl Names<'_> {
    /// What decides a condition, and how the condition stands to it.
    pub(super) fn parts(&self, condition: NodeId, given: &Given<'_>) -> Vec<(Subject, Holding)> {
        let mut parts = Parts { names: self, given, found: Vec::new(), left: MAX_PARTS };
        parts.look(condition, Holding::same(), 12);
        parts.found
    }

    /// What `self.x` is given, by class and name.
    pub(super) fn given_members(&self, root: NodeId) -> Given<'_> {
        let mut given = Given::default();
        for id in self.tree.descendants(root) {
            let Shape::Assign { targets, value: Some(value), .. } = self.tree.shape(id) else {
                continue;
            };
            for target in targets {
                let Shape::Member { object, name } = self.tree.shape(*target) else { continue };
                if !matches!(self.tree.shape(*object), Shape::Name) || self.slice(*object) != "self"
                {
                    continue;
                }
                if let Some(class) = self.class_around(id) {
                    given.entry((class, name.slice(self.text))).or_default().push(*value);
                }
            }
        }
        given
    }

    fn class_around(&self, id: NodeId) -> Option<NodeId> {
        self.tree.ancestors(id).find(|at| matches!(self.tree.shape(*at), Shape::Class { .. }))
    }
}

impl Parts<'_, '_> {
    /// Takes a condition apart, which stands to the whole as `holding` says.
    fn look(&mut self, id: NodeId, holding: Holding, depth: usize) {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            return;
        };
        self.left = left;
        let names = self.names;
        match names.tree.shape(id) {
            Shape::Wrapped(inner) | Shape::Propagate(inner) => {
                self.look(*inner, holding, depth + 1);
            }
            Shape::Not(inner) => self.look(*inner, holding.of_denied(), depth + 1),
            Shape::And(left, right) => {
                for one in [*left, *right] {
                    self.look(one, holding.clone().of_and(), depth);
                }
            }
            Shape::Or(left, right) => {
                for one in [*left, *right] {
                    self.look(one, holding.clone().of_or(), depth);
                }
            }
            Shape::Compare { left, right, negated } => {
                self.compared(*left, *right, *negated, &holding, depth);
            }
            Shape::Contains { item, container, negated } => {
                let own = if *negated { holding.of_denied() } else { holding };
                let among = texts(&names.value(*container));
                self.add(id, None, own.clone());
                if !among.is_empty() && own.equals.is_empty() {
                    self.look(*item, Holding { equals: among, ..own }, depth);
                }
            }
            Shape::LetCondition { pattern, value } => match names.slice(*pattern).trim() {
                "true" | "Ok(true)" | "Some(true)" => self.look(*value, holding, depth),
                "false" | "Ok(false)" | "Some(false)" => {
                    self.look(*value, holding.of_denied(), depth);
                }
                _ => {}
            },
            Shape::Assign { value: Some(value), .. } => self.look(*value, holding, depth),
            Shape::Name => self.named(id, holding, depth),
            Shape::Member { object, name } => self.member(id, *object, *name, holding, depth),
            Shape::Call { callee, args, .. } => {
                let inner = self.unchanged(*callee, args.first().map(|arg| arg.value));
                let path = names.path(*callee);
                self.add(id, Some(path), holding.clone());
                if let Some(inner) = inner {
                    self.look(inner, holding, depth);
                }
            }
            Shape::Index { .. } | Shape::Macro { .. } => self.add(id, None, holding),
            _ => {}
        }
    }

    fn add(&mut self, id: NodeId, path: Option<Path>, holding: Holding) {
        let subject = Subject { range: self.names.tree.range(id), path };
        self.found.push((subject, holding));
    }

    fn compared(
        &mut self,
        left: NodeId,
        right: NodeId,
        negated: bool,
        holding: &Holding,
        depth: usize,
    ) {
        let own = if negated { holding.clone().of_denied() } else { holding.clone() };
        for (one, other) in [(left, right), (right, left)] {
            match self.names.value(other) {
                Expr::Bool(true) => self.look(one, own.clone(), depth),
                Expr::Bool(false) => self.look(one, own.clone().of_denied(), depth),
                Expr::Text(text) | Expr::Number(text) if own.equals.is_empty() => {
                    self.look(one, Holding { equals: vec![text], ..own.clone() }, depth);
                }
                _ => {}
            }
        }
    }

    /// A name that is given one value stands for it.
    fn named(&mut self, id: NodeId, holding: Holding, depth: usize) {
        let found = self.names.scopes.lookup(self.names.slice(id), id);
        if let Some((_, origins)) = found
            && let [Origin::Value(value)] = origins[..]
            && value != id
        {
            self.look(value, holding, depth);
        }
    }

    fn member(
        &mut self,
        id: NodeId,
        object: NodeId,
        name: TextRange,
        holding: Holding,
        depth: usize,
    ) {
        let names = self.names;
        self.add(id, Some(names.path(id)), holding.clone());
        let is_own =
            matches!(names.tree.shape(object), Shape::Name) && names.slice(object) == "self";
        if is_own
            && let Some(class) = names.class_around(id)
            && let Some(values) = self.given.get(&(class, name.slice(names.text)))
            && let [value] = values[..]
        {
            self.look(value, holding, depth);
        }
    }

    /// What a call gives back as it is: `answer.unwrap_or(false)`, `bool(answer)`.
    fn unchanged(&self, callee: NodeId, first: Option<NodeId>) -> Option<NodeId> {
        let names = self.names;
        let callee = names.tree.unwrapped(callee);
        let keeps = |name: &str| names.handlers.keeps_truth.iter().any(|known| known == name);
        match names.tree.shape(callee) {
            Shape::Member { object, name } => keeps(name.slice(names.text)).then_some(*object),
            Shape::Name => first.filter(|_| keeps(names.slice(callee))),
            _ => None,
        }
    }
}
