//! What the code around a call that may fill a class wants of it: by a type that is written, by the field or the parameter that it
//! is given to, straight or under one name.

use super::names::Names;
use super::scopes::argument_at;
use crate::facts::code::GivenTo;
use crate::facts::schema::Holds;
use crate::lang::syntax::{Argument, NodeId, Shape, children};

/// Steps from a call to the place that names its type.
const MAX_STEPS: usize = 16;

/// Nodes of a block in which a name is looked for that stands for a field.
const MAX_NODES: usize = 4_000;

/// Places that are kept for one call.
const MOST: usize = 6;

impl Names<'_> {
    /// What the value of a call is given to, types that are written first.
    pub(super) fn given_to(&self, call: NodeId) -> Vec<GivenTo> {
        let mut found = Vec::new();
        self.outward(call, true, &mut found);
        found.truncate(MOST);
        found.sort_by_key(|one| !matches!(one, GivenTo::Type(_)));
        found
    }

    /// Follows a value outward: that of a call, or a name that it was given (`is_call` is false), whose methods give something
    /// else.
    fn outward(&self, from: NodeId, is_call: bool, found: &mut Vec<GivenTo>) {
        let mut at = from;
        for _ in 0..MAX_STEPS {
            let Some(around) = self.tree.parent(at) else { return };
            let next = match self.tree.shape(around) {
                Shape::Wrapped(_) | Shape::Propagate(_) => Some(around),
                Shape::Member { object, name } if *object == at && is_call => {
                    let is_known = self.handlers.methods.contains_key(name.slice(self.text));
                    is_known.then(|| self.call_of(around)).flatten()
                }
                Shape::Call { callee, args, .. } if *callee != at => {
                    if !self.keeps_value(*callee, args, at) {
                        found.extend(self.parameter(*callee, args, at));
                        return;
                    }
                    Some(around)
                }
                Shape::Record { of, fields } => {
                    let field = fields.iter().find(|(_, value)| *value == Some(at));
                    found.extend(field.map(|(name, _)| self.field(*of, name.slice(self.text))));
                    return;
                }
                Shape::Match { subject, .. } if *subject == at => is_call.then_some(around),
                Shape::Assign { of_type: Some(of_type), .. } if is_call => {
                    let written = self.written_type(self.slice(*of_type), around);
                    found.extend(written.map(GivenTo::Type));
                    return;
                }
                Shape::Assign { targets, .. } if is_call => {
                    if let Some(target) = targets.first() {
                        let name = self.slice(self.tree.unwrapped(*target));
                        self.under_name(name, around, found);
                    }
                    return;
                }
                Shape::Return(_) => return found.extend(self.returned_type(around)),
                Shape::Function(_) => return found.extend(self.returned_type(at)),
                Shape::Block(many) if many.last() == Some(&at) => Some(around),
                Shape::If { condition, .. } if *condition != at => Some(around),
                Shape::Arm { body, .. } if *body == at => self.tree.parent(around),
                Shape::Lambda { body, .. } if *body == at && is_call => self.tree.parent(around),
                _ => None,
            };
            let Some(next) = next else { return };
            at = next;
        }
    }

    /// What the uses of a name want of it.
    fn under_name(&self, name: &str, declared: NodeId, found: &mut Vec<GivenTo>) {
        for used in self.scopes.uses_after(name, declared) {
            if found.len() < MOST {
                self.outward(used, false, found);
            }
        }
        found.extend(self.shorthand(name, declared));
    }

    /// `Self { settings }`: a field that is called like the name.
    fn shorthand(&self, name: &str, declared: NodeId) -> Option<GivenTo> {
        let mut stack = vec![self.tree.parent(declared)?];
        for _ in 0..MAX_NODES {
            let shape = self.tree.shape(stack.pop()?);
            if let Shape::Record { of, fields } = shape
                && fields.iter().any(|(own, value)| value.is_none() && own.slice(self.text) == name)
            {
                return Some(self.field(*of, name));
            }
            stack.extend(children(shape));
        }
        None
    }

    fn field(&self, of: NodeId, name: &str) -> GivenTo {
        GivenTo::Field { of: self.path_of_text(self.slice(of), of), name: name.to_owned() }
    }

    fn parameter(&self, callee: NodeId, args: &[Argument], at: NodeId) -> Option<GivenTo> {
        let position = argument_at(args, at)?;
        Some(GivenTo::Param { callee: self.path(callee), position })
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

    fn returned_type(&self, inside: NodeId) -> Option<GivenTo> {
        let function = self.own_function(inside)?;
        let Shape::Function(shape) = self.tree.shape(function) else { return None };
        let written = self.written_type(shape.returns?.slice(self.text), function);
        written.map(GivenTo::Type)
    }
}
