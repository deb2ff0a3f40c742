//! What a piece of code comes to: it fails, it gives a value, it does something else.

use super::names::Names;
use crate::facts::code::{Branch, Expr, Outcome};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

/// Branches inside branches beyond these come to something else: `else if` after `else if` has no end.
const MAX_DEEP: usize = 64;

impl Names<'_> {
    /// What a branch comes to. `bound` is the name that the branch may give another value.
    pub(super) fn branch(&self, node: Option<NodeId>, bound: Option<&str>) -> Branch {
        let Some(node) = node else {
            let range = TextRange::new(0, 0);
            return Branch { outcome: Outcome::Nothing, range, leaves: false, stand_in: None };
        };
        Branch {
            outcome: self.outcome(node, bound),
            range: self.tree.range(node),
            leaves: self.leaves(node) || self.is_error_value(node),
            stand_in: self.stand_in(&[node]),
        }
    }

    /// Whether the value of a node is an error that it gives back: `Err(e) => Err(e.into())`.
    fn is_error_value(&self, node: NodeId) -> bool {
        let node = self.tree.unwrapped(node);
        match self.tree.shape(node) {
            Shape::Block(many) => many.last().is_some_and(|last| self.is_error_value(*last)),
            Shape::Call { callee, .. } => self.makes_error(*callee),
            _ => false,
        }
    }

    fn makes_error(&self, callee: NodeId) -> bool {
        let path = self.path(callee);
        let mut errors = self.handlers.errors.iter();
        errors.any(|error| *error == path.rest || error == path.last())
    }

    /// What the code of a node comes to.
    pub(super) fn outcome(&self, node: NodeId, bound: Option<&str>) -> Outcome {
        let node = self.tree.unwrapped(node);
        if self.fails(node) {
            return Outcome::Fail;
        }
        match self.tree.shape(node) {
            Shape::Block(statements) => self.block(statements, bound),
            Shape::Pass | Shape::Null => Outcome::Nothing,
            Shape::Return(value) => self.returned(*value),
            Shape::Assign { targets, value: Some(value), .. } => {
                let gives = targets
                    .iter()
                    .any(|target| bound.is_some_and(|bound| self.slice(*target) == bound));
                if gives { Outcome::Value(self.value(*value)) } else { Outcome::Other }
            }
            Shape::If { then, otherwise, .. } => self.either(*then, *otherwise, bound),
            Shape::Match { subject, arms } => self.given_or_failed(*subject, arms),
            Shape::Lambda { body, .. } => self.outcome(*body, bound),
            Shape::Other(inside) => match inside[..] {
                // A statement's value goes nowhere, but for that of an assignment.
                [one] if matches!(self.tree.shape(one), Shape::Assign { .. }) => {
                    self.outcome(one, bound)
                }
                [one] => match self.outcome(one, bound) {
                    Outcome::Value(_) => Outcome::Other,
                    outcome => outcome,
                },
                _ => Outcome::Other,
            },
            Shape::Jump
            | Shape::Raise(_)
            | Shape::For { .. }
            | Shape::While { .. }
            | Shape::With { .. }
            | Shape::Try { .. } => Outcome::Other,
            _ => Outcome::Value(self.value(node)),
        }
    }

    /// Whether this node ends the function by giving something back.
    pub(super) fn leaves(&self, node: NodeId) -> bool {
        let node = self.tree.unwrapped(node);
        match self.tree.shape(node) {
            Shape::Return(_) => true,
            Shape::Block(many) => many.last().is_some_and(|last| self.leaves(*last)),
            Shape::Other(inside) => matches!(inside[..], [one] if self.leaves(one)),
            _ => false,
        }
    }

    /// Whether a body fails whatever it is given: no branch, and a failure among its statements.
    pub(super) fn always_fails(&self, body: NodeId) -> bool {
        match self.tree.shape(self.tree.unwrapped(body)) {
            Shape::Block(statements) => {
                let fails = statements.iter().position(|statement| self.stops(*statement));
                let returns = statements.iter().position(|statement| self.may_leave(*statement));
                fails.is_some_and(|fails| returns.is_none_or(|returns| fails < returns))
            }
            _ => false,
        }
    }

    /// Whether a statement never ends: raises, exits.
    fn stops(&self, statement: NodeId) -> bool {
        let node = self.tree.unwrapped(statement);
        match self.tree.shape(node) {
            Shape::Raise(_) => true,
            Shape::Other(inside) => matches!(inside[..], [one] if self.stops(one)),
            Shape::Call { callee, .. } => {
                let name = self.path(*callee).rest;
                self.handlers.never.contains(&name)
            }
            Shape::Macro { .. } => self.fails(node),
            _ => false,
        }
    }

    fn may_leave(&self, statement: NodeId) -> bool {
        let inside = self.tree.descendants(statement);
        inside.into_iter().any(|id| matches!(self.tree.shape(id), Shape::Return(_)))
    }

    /// The last segments of what a body raises itself.
    pub(super) fn raised(&self, body: NodeId) -> Vec<String> {
        let mut found = Vec::new();
        for id in self.tree.descendants(body) {
            if let Shape::Raise(inside) = self.tree.shape(id)
                && let Some(first) = inside.first()
            {
                let name = self.path(*first).last().to_owned();
                if !name.is_empty() && !found.contains(&name) && found.len() < 8 {
                    found.push(name);
                }
            }
        }
        found
    }

    /// `match default { Some(default) => Ok(default), None => fail }`, where `default` is a parameter.
    fn given_or_failed(&self, subject: NodeId, arms: &[NodeId]) -> Outcome {
        let [one, other] = *arms else { return Outcome::Other };
        let param @ Expr::Param(_) = self.value(subject) else { return Outcome::Other };
        let (mut gives, mut fails) = (false, false);
        for arm in [one, other] {
            let Shape::Arm { pattern, body } = self.tree.shape(arm) else { return Outcome::Other };
            let pattern = self.pattern(*pattern);
            match pattern.strip_prefix("Some(").and_then(|rest| rest.strip_suffix(')')) {
                Some(name) => gives = self.taken_out(*body) == name.trim(),
                None => fails = self.fails(self.tree.unwrapped(*body)),
            }
        }
        if gives && fails { Outcome::ValueOrFail(param) } else { Outcome::Other }
    }

    /// What stands inside `Ok(…)`.
    fn taken_out(&self, node: NodeId) -> &str {
        let node = self.tree.unwrapped(node);
        match self.tree.shape(node) {
            Shape::Call { args, .. } if self.is_wrapper_call(node) => match &args[..] {
                [arg] => self.slice(arg.value),
                _ => "",
            },
            _ => self.slice(node),
        }
    }

    /// `if … { return default } else fail`, or a branch one side of which fails.
    fn either(&self, then: NodeId, otherwise: Option<NodeId>, bound: Option<&str>) -> Outcome {
        let (Some(otherwise), deep) = (otherwise, self.deep.get()) else { return Outcome::Other };
        if deep >= MAX_DEEP {
            return Outcome::Other;
        }
        self.deep.set(deep + 1);
        let both = (self.outcome(then, bound), self.outcome(otherwise, bound));
        self.deep.set(deep);
        match both {
            (Outcome::Fail, Outcome::Fail) => Outcome::Fail,
            (Outcome::Value(value @ Expr::Param(_)), Outcome::Fail)
            | (Outcome::Fail, Outcome::Value(value @ Expr::Param(_))) => {
                Outcome::ValueOrFail(value)
            }
            (Outcome::Value(one), Outcome::Value(other))
                if one != Expr::Null && other != Expr::Null =>
            {
                Outcome::Value(Expr::OneOf(vec![one, other]))
            }
            _ => Outcome::Other,
        }
    }

    pub(super) fn block(&self, statements: &[NodeId], bound: Option<&str>) -> Outcome {
        let mut given = None;
        for (at, statement) in statements.iter().enumerate() {
            let last = at + 1 == statements.len();
            match self.outcome(*statement, bound) {
                Outcome::Fail => {
                    return match given {
                        Some(value @ Expr::Param(_)) => Outcome::ValueOrFail(value),
                        _ => Outcome::Fail,
                    };
                }
                Outcome::Value(value) if last => return Outcome::Value(value),
                Outcome::Value(value) if self.is_assignment(*statement) => {
                    return Outcome::Value(value);
                }
                Outcome::ValueOrFail(value) => return Outcome::ValueOrFail(value),
                _ => {}
            }
            // `if default is not None: return default` before a raise.
            if let Shape::If { then, otherwise: None, .. } =
                self.tree.shape(self.tree.unwrapped(*statement))
                && let Outcome::Value(value) = self.outcome(*then, bound)
            {
                given = Some(value);
            }
        }
        match (given, statements) {
            (Some(value), _) => Outcome::Value(value),
            (None, []) => Outcome::Nothing,
            (None, [one])
                if matches!(
                    self.tree.shape(self.tree.unwrapped(*one)),
                    Shape::Pass | Shape::Null
                ) =>
            {
                Outcome::Nothing
            }
            _ => Outcome::Other,
        }
    }

    fn is_assignment(&self, statement: NodeId) -> bool {
        match self.tree.shape(self.tree.unwrapped(statement)) {
            Shape::Assign { .. } | Shape::Return(_) => true,
            Shape::Other(inside) => {
                matches!(inside[..], [one] if matches!(self.tree.shape(one), Shape::Assign { .. }))
            }
            _ => false,
        }
    }

    fn returned(&self, value: Option<NodeId>) -> Outcome {
        let Some(value) = value else { return Outcome::Other };
        let given = self.value(value);
        match given {
            Expr::Unknown | Expr::Select(..) => Outcome::Other,
            Expr::Call(..) if !self.is_wrapper_call(value) => Outcome::Other,
            _ => Outcome::Value(given),
        }
    }

    fn is_wrapper_call(&self, node: NodeId) -> bool {
        match self.tree.shape(self.tree.unwrapped(node)) {
            Shape::Call { callee, .. } => {
                self.handlers.wrappers.iter().any(|name| name == self.path(*callee).last())
            }
            _ => false,
        }
    }

    /// Whether this node by itself fails: raises, panics, exits, is an error value.
    pub(super) fn fails(&self, node: NodeId) -> bool {
        let node = self.tree.unwrapped(node);
        match self.tree.shape(node) {
            Shape::Raise(inside) => !self.answers_request(inside),
            Shape::Return(Some(value)) if self.is_named_error(*value) => true,
            Shape::Return(Some(value)) | Shape::Propagate(value) => self.is_error(*value),
            Shape::Other(inside) => matches!(inside[..], [one] if self.fails(one)),
            _ => self.is_error(node),
        }
    }

    /// `raise Http404`: who asked is told that there is nothing.
    fn answers_request(&self, raised: &[NodeId]) -> bool {
        let Some(first) = raised.first() else { return false };
        let named = match self.tree.shape(self.tree.unwrapped(*first)) {
            Shape::Call { callee, .. } => *callee,
            _ => *first,
        };
        !self.handlers.answers.is_empty() && self.handlers.answers.contains(&self.path(named).rest)
    }

    /// `err` in `return err`.
    fn is_named_error(&self, node: NodeId) -> bool {
        self.handlers.error_names.iter().any(|name| name == self.slice(node))
    }

    fn is_error(&self, node: NodeId) -> bool {
        let node = self.tree.unwrapped(node);
        match self.tree.shape(node) {
            Shape::Call { callee, .. } => {
                let name = self.path(*callee).rest;
                self.makes_error(*callee)
                    || self.handlers.never.contains(&name)
                    || self.handlers.never.contains(&self.slice(*callee).replace("::", "."))
            }
            // `return "", fmt.Errorf("no oven")`, `return nil, err`
            Shape::List(many) if !self.handlers.error_names.is_empty() => {
                many.last().is_some_and(|last| self.is_named_error(*last) || self.is_error(*last))
            }
            Shape::Macro { name, .. } => {
                let name = name.slice(self.text).replace("::", ".");
                self.handlers.never.contains(&name)
            }
            Shape::Propagate(inner) => self.is_error(*inner),
            _ => false,
        }
    }
}
