//! What a function gives, where that can be told without running it, and what is wanted of a call.

use super::names::Names;
use crate::facts::code::Expr;
use crate::facts::schema::{Holds, TypeExpr};
use crate::lang::syntax::{Argument, NodeId, Shape};

/// Functions that give more values than this give anything.
const MAX_VALUES: usize = 8;

/// Values of functions are followed less far than those of keys.
const BUDGET: usize = 300;

/// Steps from a call to the place that names its type.
const MAX_STEPS: usize = 16;

impl Names<'_> {
    /// The value of a function's body.
    pub(super) fn gives(&self, body: NodeId) -> Expr {
        let mut found = Vec::new();
        self.returned_values(body, &mut found);
        self.tail_values(body, &mut found);
        if found.is_empty() || found.len() > MAX_VALUES {
            return Expr::Unknown;
        }
        let mut values = Vec::new();
        for node in found {
            let Some(node) = self.without_wrapper(node) else { continue };
            let value = self.value_of(node, BUDGET);
            if value != Expr::Null && !values.contains(&value) {
                values.push(value);
            }
        }
        match values.len() {
            0 => Expr::Unknown,
            1 => values.remove(0),
            _ => Expr::OneOf(values),
        }
    }

    /// The expressions whose values a function gives.
    pub(super) fn returned_nodes(&self, body: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.returned_values(body, &mut found);
        self.tail_values(body, &mut found);
        found
    }

    fn returned_values(&self, body: NodeId, found: &mut Vec<NodeId>) {
        let mut stack = vec![body];
        while let Some(at) = stack.pop() {
            match self.tree.shape(at) {
                Shape::Return(Some(value)) => found.push(*value),
                Shape::Function(_) | Shape::Lambda { .. } | Shape::Class { .. } => {}
                shape => stack.extend(crate::lang::syntax::children(shape).into_iter().rev()),
            }
        }
    }

    /// The expressions at the end of a block: what it gives where blocks give values.
    fn tail_values(&self, at: NodeId, found: &mut Vec<NodeId>) {
        match self.tree.shape(at) {
            Shape::Block(many) => {
                if let Some(last) = many.last() {
                    self.tail_values(*last, found);
                }
            }
            Shape::If { then, otherwise: Some(otherwise), .. } => {
                self.tail_values(*then, found);
                self.tail_values(*otherwise, found);
            }
            Shape::Wrapped(inner) => self.tail_values(*inner, found),
            Shape::Macro { name, .. }
                if self
                    .handlers
                    .formatters
                    .iter()
                    .any(|format| format == name.slice(self.text)) =>
            {
                found.push(at);
            }
            Shape::Other(_)
            | Shape::Return(_)
            | Shape::Assign { .. }
            | Shape::If { .. }
            | Shape::For { .. }
            | Shape::While { .. }
            | Shape::With { .. }
            | Shape::Try { .. }
            | Shape::Raise(_)
            | Shape::Pass
            | Shape::Function(_)
            | Shape::Class { .. }
            | Shape::Macro { .. } => {}
            _ => found.push(at),
        }
    }

    /// `Ok(value)` gives the value, `Err(error)` nothing.
    fn without_wrapper(&self, node: NodeId) -> Option<NodeId> {
        let node = self.tree.unwrapped(node);
        let Shape::Call { callee, args, .. } = self.tree.shape(node) else { return Some(node) };
        let name = self.slice(*callee);
        if self.handlers.errors.iter().any(|error| error == name) {
            return None;
        }
        match &args[..] {
            [one] if self.handlers.wrappers.iter().any(|wrapper| wrapper == name) => {
                Some(one.value)
            }
            _ => Some(node),
        }
    }

    /// The type that the code around a call wants of it: of a name it is given to, or of what the function gives.
    pub(super) fn wanted_type(&self, call: NodeId) -> Option<TypeExpr> {
        let mut at = call;
        for _ in 0..MAX_STEPS {
            let around = self.tree.parent(at)?;
            match self.tree.shape(around) {
                Shape::Wrapped(_) | Shape::Propagate(_) => at = around,
                Shape::Member { object, name } if *object == at => {
                    let name = name.slice(self.text);
                    if !self.handlers.methods.contains_key(name) {
                        return None;
                    }
                    at = self.call_of(around)?;
                }
                Shape::Call { callee, args, .. } if *callee != at => {
                    if !self.keeps_value(*callee, args, at) {
                        return None;
                    }
                    at = around;
                }
                Shape::Match { subject, .. } if *subject == at => at = around,
                Shape::Assign { of_type: Some(of_type), .. } => {
                    return self.written_type(self.slice(*of_type), around);
                }
                Shape::Assign { targets, .. } => {
                    let target = self.tree.unwrapped(*targets.first()?);
                    let name = self.slice(target);
                    return self.type_of_returned_name(name, around);
                }
                Shape::Return(_) => return self.returned_type(around),
                Shape::Function(_) => return self.returned_type(at),
                Shape::Block(many) if many.last() == Some(&at) => at = around,
                Shape::If { condition, .. } if *condition != at => at = around,
                Shape::Arm { body, .. } if *body == at => at = self.tree.parent(around)?,
                Shape::Lambda { body, .. } if *body == at => at = self.tree.parent(around)?,
                _ => return None,
            }
        }
        None
    }

    fn call_of(&self, member: NodeId) -> Option<NodeId> {
        let mut around = self.tree.parent(member)?;
        if matches!(self.tree.shape(around), Shape::Wrapped(_)) {
            around = self.tree.parent(around)?;
        }
        matches!(self.tree.shape(around), Shape::Call { .. }).then_some(around)
    }

    /// `Ok(call)`, `Arc::new(call)`.
    fn keeps_value(&self, callee: NodeId, args: &[Argument], at: NodeId) -> bool {
        let name = self.slice(callee);
        let holds = name.strip_suffix("::new").is_some_and(|holder| {
            let holder = holder.rsplit("::").next().unwrap_or(holder);
            self.handlers.holds(holder) == Holds::One
        });
        let wraps = self.handlers.wrappers.iter().any(|wrapper| wrapper == name);
        (holds || wraps) && args.iter().any(|arg| arg.value == at)
    }

    /// The type of a name that its function gives back.
    fn type_of_returned_name(&self, name: &str, declared: NodeId) -> Option<TypeExpr> {
        for used in self.scopes.uses_after(name, declared) {
            let mut at = used;
            for _ in 0..MAX_STEPS {
                let Some(around) = self.tree.parent(at) else { break };
                match self.tree.shape(around) {
                    Shape::Wrapped(_) | Shape::Propagate(_) => at = around,
                    Shape::Call { callee, args, .. } if self.keeps_value(*callee, args, at) => {
                        at = around;
                    }
                    Shape::Block(many) if many.last() == Some(&at) => at = around,
                    Shape::Return(_) => return self.returned_type(around),
                    Shape::Function(_) => return self.returned_type(at),
                    _ => break,
                }
            }
        }
        None
    }

    fn returned_type(&self, inside: NodeId) -> Option<TypeExpr> {
        let function = self.own_function(inside)?;
        let Shape::Function(shape) = self.tree.shape(function) else { return None };
        self.written_type(shape.returns?.slice(self.text), function)
    }
}
