//! What is known of calls that may fill a class, and of values that entries are looked up in.

use super::names::Names;
use super::sites::Around;
use crate::facts::code::{Base, Expr, Form, GivenTo, Load, Path};
use crate::lang::syntax::{NodeId, Shape};
use crate::text::TextRange;

/// Longer chains of calls are not looked through for a type.
const MAX_CHAINED: usize = 12;

impl Names<'_> {
    /// Whether a call with no argument may be of a generic loader of the project: `load::<Settings>()`,
    /// `let settings: Settings = load();`.
    pub(super) fn may_load(&self, id: NodeId, callee: &Path) -> bool {
        let is_own = matches!(callee.base, Base::Here | Base::Crate | Base::Parent(_));
        let is_named = || matches!(self.tree.shape(id), Shape::Call { types: Some(_), .. });
        let is_typed = || {
            // `load().expect("settings")`
            let held = |at: &NodeId| {
                matches!(
                    self.tree.shape(*at),
                    Shape::Wrapped(_)
                        | Shape::Propagate(_)
                        | Shape::Member { .. }
                        | Shape::Call { .. }
                )
            };
            let around = self.tree.ancestors(id).find(|at| !held(at));
            let around = around.map(|at| self.tree.shape(at));
            matches!(around, Some(Shape::Assign { of_type: Some(_), .. }))
        };
        is_own && !self.handlers.follows_members && (is_named() || is_typed())
    }

    /// What is known of a call that may fill a class.
    pub(super) fn load(&self, id: NodeId, around: &Around<'_>) -> Option<Box<Load>> {
        let Shape::Call { callee, types, .. } = self.tree.shape(id) else { return None };
        let callee = self.tree.unwrapped(*callee);
        let (object, name) = match self.tree.shape(callee) {
            Shape::Member { object, name } => (Some(*object), name.slice(self.text)),
            Shape::Name => (None, self.slice(callee)),
            _ => return None,
        };
        if !around.loaders.contains(name) {
            return None;
        }
        let types = types.or_else(|| object.and_then(|object| self.types_before(object)));
        let object = object.map_or(Expr::Unknown, |object| self.value(object));
        let explicit = types.and_then(|types| {
            let text = types.slice(self.text).trim_start_matches("::").trim_start_matches('<');
            self.written_type(text, id)
        });
        let explicit = explicit.filter(|of_type| of_type.name != "_");
        let given_to = match explicit {
            Some(explicit) => vec![GivenTo::Type(explicit)],
            None => self.given_to(id),
        };
        Some(Box::new(Load { object, given_to }))
    }

    /// The type that an earlier call of the same chain names: `services.AddOptions<Lamp>().Bind(section)`.
    fn types_before(&self, object: NodeId) -> Option<TextRange> {
        let mut at = object;
        for _ in 0..MAX_CHAINED {
            at = match self.tree.shape(self.tree.unwrapped(at)) {
                Shape::Call { types: Some(types), .. } => return Some(*types),
                Shape::Call { callee, .. } => *callee,
                Shape::Member { object, .. } => *object,
                _ => return None,
            };
        }
        None
    }

    /// The value that an entry is looked up in, where it is what a library gave.
    pub(super) fn document(
        &self,
        id: NodeId,
        form: Form,
        callee: &Path,
        around: &Around<'_>,
    ) -> Option<Box<Load>> {
        let package = callee.rest.split(['.', '(']).next().unwrap_or_default();
        let is_given = callee.base == Base::Absolute
            && callee.rest.contains("()")
            && around.packages.contains(package);
        if !is_given || self.handlers.lookups.is_empty() {
            return None;
        }
        let mut at = match self.tree.shape(id) {
            Shape::Index { object, .. } => *object,
            Shape::Contains { container, .. } => *container,
            Shape::Call { callee, .. } if form == Form::Call => *callee,
            _ => return None,
        };
        loop {
            at = match self.tree.shape(at) {
                Shape::Index { object, .. } | Shape::Member { object, .. } => *object,
                Shape::Call { callee, .. } if self.is_lookup(*callee) => *callee,
                Shape::Wrapped(inner) => *inner,
                _ => break,
            };
        }
        let name = Expr::Path(Path::unknown(self.slice(at).chars().take(60).collect::<String>()));
        Some(Box::new(Load {
            object: Expr::List(vec![self.value(at), name]),
            given_to: Vec::new(),
        }))
    }

    pub(super) fn is_lookup(&self, callee: NodeId) -> bool {
        match self.tree.shape(callee) {
            Shape::Member { name, .. } => {
                self.handlers.lookups.iter().any(|lookup| lookup == name.slice(self.text))
            }
            _ => false,
        }
    }
}
