//! Statements and items: what runs, and what has a name.

use tree_sitter::Node;

use super::{Lowering, named, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{FunctionShape, NodeId, Parameter, Shape};
use crate::text::TextRange;

impl Lowering<'_> {
    pub(super) fn statement(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::Block => Shape::Block(self.children(node)),
            Role::Effect => Shape::Other(vec![self.field_or_first(node, None)?]),
            Role::Clause => Shape::Wrapped(self.field_or_last(node)?),
            Role::Statement => {
                let inner = self.field_or_first(node, None)?;
                // With a semicolon the value goes nowhere; without, it may be that of the block.
                if self.slice(node).ends_with(';') {
                    Shape::Other(vec![inner])
                } else {
                    Shape::Wrapped(inner)
                }
            }
            Role::Assign { targets, value, of_type, otherwise, constant } => Shape::Assign {
                targets: self.targets(node, targets),
                value: self.field(node, value),
                of_type: of_type.as_ref().and_then(|field| self.field(node, field)),
                otherwise: otherwise.as_ref().and_then(|field| self.field(node, field)),
                constant: *constant,
            },
            Role::If { condition, then, otherwise } => {
                let condition = self.field(node, condition)?;
                let then = self.field(node, then)?;
                Shape::If { condition, then, otherwise: self.alternatives(node, otherwise) }
            }
            Role::LetCondition { pattern, value } => Shape::LetCondition {
                pattern: self.field(node, pattern)?,
                value: self.field(node, value)?,
            },
            Role::Match { subject, arms } => {
                let subject = self.field(node, subject)?;
                let arms = node.child_by_field_name(arms).map(named).unwrap_or_default();
                Shape::Match {
                    subject,
                    arms: arms.into_iter().filter_map(|arm| self.lower(arm)).collect(),
                }
            }
            Role::Arm { pattern, body } => {
                Shape::Arm { pattern: self.field(node, pattern)?, body: self.field(node, body)? }
            }
            Role::Pattern => Shape::Other(self.children(node)),
            Role::As => match self.children(node)[..] {
                [value, name] => Shape::As { value, name },
                ref many => Shape::Other(many.to_vec()),
            },
            Role::Try { body } => self.try_shape(node, body)?,
            Role::Handler { types } => {
                let types = self.field(node, types);
                Shape::Handler { types, body: self.field_or_last(node)? }
            }
            _ => return self.under(node, role),
        };
        Some(self.tree.add(shape, range(node)))
    }

    /// Statements that run a body over and over, or under a context.
    fn under(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::For { target, over, body } => Shape::For {
                target: self.field(node, target)?,
                over: self.field(node, over)?,
                body: self.field(node, body)?,
            },
            Role::While { condition, body } => Shape::While {
                condition: condition.as_ref().and_then(|field| self.field(node, field)),
                body: self.field(node, body)?,
            },
            Role::With { items, body } => {
                let clauses: Vec<_> =
                    named(node).into_iter().filter(|child| child.kind() == items).collect();
                let items = clauses.into_iter().flat_map(|clause| self.children(clause)).collect();
                Shape::With { items, body: self.field(node, body)? }
            }
            _ => return self.leave(node, role),
        };
        Some(self.tree.add(shape, range(node)))
    }

    /// Statements that end something, and items.
    fn leave(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::Return => Shape::Return(self.field_or_first(node, None)),
            Role::Raise => Shape::Raise(self.children(node)),
            Role::Assert => Shape::Assert(self.children(node)),
            Role::Delete => Shape::Delete(self.children(node)),
            Role::Function { name, params, body, returns } => {
                let name = range(node.child_by_field_name(name)?);
                let returns = returns.as_ref().and_then(|field| node.child_by_field_name(field));
                let params = node
                    .child_by_field_name(params)
                    .map(|params| self.parameters(params))
                    .unwrap_or_default();
                Shape::Function(Box::new(FunctionShape {
                    name,
                    params,
                    returns: returns.map(range),
                    metavariables: Vec::new(),
                    body: self.field(node, body),
                }))
            }
            Role::Class { name, bases, body } => {
                let mut named_type = node.child_by_field_name(name)?;
                while let Some(Role::Generic { inner, .. }) = self.role(named_type) {
                    named_type = named_type.child_by_field_name(inner)?;
                }
                let bases = bases.as_ref().and_then(|field| node.child_by_field_name(field));
                let bases = bases.map(|bases| self.arguments(bases)).unwrap_or_default();
                Shape::Class { name: range(named_type), bases, body: self.field(node, body) }
            }
            Role::Module { name, body } => Shape::Module {
                name: range(node.child_by_field_name(name)?),
                body: self.field(node, body),
            },
            Role::Field { name, of_type } => Shape::Field {
                name: range(node.child_by_field_name(name)?),
                of_type: range(node.child_by_field_name(of_type)?),
            },
            Role::Variant { name, body } => Shape::Variant {
                name: range(node.child_by_field_name(name)?),
                body: self.field(node, body),
            },
            Role::Positional { types } => {
                let mut cursor = node.walk();
                let types = node.children_by_field_name(types, &mut cursor);
                Shape::Positional(types.map(range).collect())
            }
            Role::Decorator => Shape::Decorator(self.field_or_first(node, None)?),
            Role::Attribute => self.attribute(node)?,
            Role::MacroRules { .. } => self.macro_rules(node, role)?,
            Role::Import { .. } | Role::ImportFrom { .. } | Role::Use { .. } => {
                Shape::Import(self.imports(node, role))
            }
            _ => Shape::Other(self.children(node)),
        };
        Some(self.tree.add(shape, range(node)))
    }

    /// The `body` field, or the last child that says something.
    fn field_or_last(&mut self, node: Node<'_>) -> Option<NodeId> {
        match node.child_by_field_name("body") {
            Some(body) => self.lower(body),
            None => named(node).into_iter().rev().find_map(|child| self.lower(child)),
        }
    }

    fn targets(&mut self, node: Node<'_>, field: &str) -> Vec<NodeId> {
        let Some(target) = node.child_by_field_name(field) else { return Vec::new() };
        let Some(lowered) = self.lower(target) else { return Vec::new() };
        match self.tree.shape(lowered) {
            Shape::List(many) => many.clone(),
            _ => vec![lowered],
        }
    }

    /// `elif … elif … else` as branches inside each other.
    fn alternatives(&mut self, node: Node<'_>, field: &str) -> Option<NodeId> {
        let mut cursor = node.walk();
        let clauses: Vec<_> = node.children_by_field_name(field, &mut cursor).collect();
        let mut otherwise = None;
        for clause in clauses.into_iter().rev() {
            let Some(lowered) = self.lower(clause) else { continue };
            otherwise = Some(match self.tree.shape(lowered).clone() {
                Shape::If { condition, then, otherwise: None } => {
                    self.tree.add(Shape::If { condition, then, otherwise }, range(clause))
                }
                _ => lowered,
            });
        }
        otherwise
    }

    fn try_shape(&mut self, node: Node<'_>, body: &str) -> Option<Shape> {
        let body_node = node.child_by_field_name(body)?;
        let body = self.lower(body_node)?;
        let rest = named(node).into_iter().filter(|child| child.id() != body_node.id());
        Some(Shape::Try { body, handlers: rest.filter_map(|child| self.lower(child)).collect() })
    }

    fn parameters(&mut self, node: Node<'_>) -> Vec<Parameter> {
        let mut found = Vec::new();
        for child in named(node) {
            match self.role(child) {
                Some(Role::Skip | Role::Attribute) => {}
                Some(Role::Parameter { name, default, of_type }) => {
                    let name = match name {
                        Some(field) => child.child_by_field_name(field),
                        None => named(child).into_iter().next(),
                    };
                    let of_type = of_type.as_ref().and_then(|field| self.field(child, field));
                    let default = default.as_ref().and_then(|field| self.field(child, field));
                    let param = name.map(|name| Parameter { name: range(name), of_type, default });
                    found.extend(param);
                }
                _ => found.push(Parameter { name: range(child), of_type: None, default: None }),
            }
        }
        // A method's own object is no parameter that a caller gives.
        let own = |param: &Parameter| matches!(param.name.slice(self.text), "self" | "cls");
        if found.first().is_some_and(own) {
            found.remove(0);
        }
        found
    }

    fn attribute(&mut self, node: Node<'_>) -> Option<Shape> {
        let inner = named(node).into_iter().next()?;
        let path = named(inner).into_iter().next()?;
        let value = inner.child_by_field_name("value").and_then(|value| self.lower(value));
        let mut args: Vec<_> = inner
            .child_by_field_name("arguments")
            .map(|tokens| self.token_arguments(tokens))
            .unwrap_or_default();
        args.extend(value.map(|value| crate::lang::syntax::Argument {
            name: None,
            value,
            splat: false,
        }));
        Some(Shape::Attribute {
            name: range(path),
            args,
            text: TextRange::new(inner.start_byte(), inner.end_byte()),
        })
    }
}
