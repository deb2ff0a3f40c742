//! Statements and items: what runs, and what has a name.

use tree_sitter::Node;

use super::{Lowering, named, part, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{Argument, FunctionShape, NodeId, Parameter, Shape};
use crate::text::TextRange;

impl Lowering<'_> {
    pub(super) fn statement(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::Block | Role::Splice => Shape::Block(self.children(node)),
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
            Role::Assign { .. } => return self.assignment(node, role),
            Role::If { condition, then, otherwise, before } => {
                let before = before.as_ref().and_then(|field| self.field(node, field));
                let condition = self.tested(node, condition)?;
                let then = self.field(node, then)?;
                let branch =
                    Shape::If { condition, then, otherwise: self.alternatives(node, otherwise) };
                self.behind(before, branch, node)
            }
            Role::LetCondition { pattern, value } => Shape::LetCondition {
                pattern: self.field(node, pattern)?,
                value: self.field(node, value)?,
            },
            Role::Match { subject, arms: Some(arms), .. } => {
                self.match_shape(node, subject, arms)?
            }
            Role::Match { subject, arms: None, before } => {
                let before = before.as_ref().and_then(|field| self.field(node, field));
                let branches = self.switch(node, subject);
                self.behind(before, branches, node)
            }
            Role::Arm { pattern, guard, body: Some(body), .. } => {
                self.arm_shape(node, pattern.as_deref(), guard.as_deref(), body)?
            }
            Role::Arm { pattern, is_last_resort, last_resort, .. } => {
                let word = last_resort.as_ref();
                let is_last =
                    *is_last_resort || word.is_some_and(|word| self.begins_with(node, word));
                self.case(node, pattern.as_deref(), is_last)?
            }
            Role::Pattern { guard } => self.pattern_shape(node, guard.as_deref()),
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

    pub(super) fn assign(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        if let Some(shape) = self.given_by(node, role) {
            return Some(shape);
        }
        let Role::Assign { targets, value, of_type, otherwise, constant, second_tells, .. } = role
        else {
            return None;
        };
        let mut targets = self.targets(node, targets);
        let value = self.field(node, value);
        let of_type = of_type.as_ref().and_then(|field| self.field(node, field));
        let mut otherwise = otherwise.as_ref().and_then(|field| self.field(node, field));
        let is_call =
            value.is_some_and(|value| matches!(self.tree.shape(value), Shape::Call { .. }));
        if let (true, true, [first, second]) = (*second_tells, is_call, &targets[..]) {
            otherwise = Some(*second);
            targets = vec![*first];
        }
        Some(Shape::Assign { targets, value, of_type, otherwise, constant: *constant })
    }

    /// Statements that run a body over and over, or under a context.
    fn under(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::For { target, over, body, clause: None } => Shape::For {
                target: self.field(node, target)?,
                over: self.field(node, over)?,
                body: self.field(node, body)?,
            },
            Role::For { target, over, body, clause: Some(clause) } => {
                self.loop_by_clause(node, (target, over, body), clause)?
            }
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
            Role::Function { .. } => self.function(node, role, None)?,
            Role::Class { .. } => self.class(node, role)?,
            Role::Property { .. } => self.property(node, role)?,
            Role::Gives => self.gives(node),
            Role::Mark { name, args } => self.mark_shape(node, name, args)?,
            Role::Package { name, body } => self.package_head(node, name, body.as_deref()),
            Role::Declarations { .. } => match self.declarations(node, role)[..] {
                [one] => return Some(one),
                ref many => Shape::Block(many.to_vec()),
            },
            Role::Module { name, body } => Shape::Module {
                name: range(node.child_by_field_name(name)?),
                body: self.field(node, body),
            },
            Role::Method { receiver, name, params, body, returns } => {
                let (class, object) = self.object_of_method(node, receiver)?;
                let function = Role::Function {
                    name: name.clone(),
                    params: params.clone(),
                    body: body.clone(),
                    returns: returns.clone(),
                };
                let function = self.function(node, &function, Some(object))?;
                let function = self.tree.add(function, range(node));
                let body = self.tree.add(Shape::Block(vec![function]), range(node));
                Shape::Class { name: class, bases: Vec::new(), body: Some(body) }
            }
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
            Role::Export { .. } => self.export(node, role)?,
            Role::Import { .. }
            | Role::ImportFrom { .. }
            | Role::ImportModule { .. }
            | Role::ImportNames { .. }
            | Role::ImportPackage { .. }
            | Role::Use { .. } => Shape::Import(self.imports(node, role)),
            _ => Shape::Other(self.children(node)),
        };
        Some(self.tree.add(shape, range(node)))
    }

    fn class(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Class { name, bases, params, body } = role else { return None };
        let mut named_type = part(node, name)?;
        while let Some(Role::Generic { inner, .. }) = self.role(named_type) {
            named_type = part(named_type, inner)?;
        }
        let bases = bases.as_ref().and_then(|field| part(node, field));
        let bases = bases.map(|bases| self.arguments(bases)).unwrap_or_default();
        let body = self.field(node, body);
        let params = params.as_ref().and_then(|field| part(node, field));
        let body = self.with_own_params(body, params, range(node));
        Some(Shape::Class { name: range(named_type), bases, body })
    }

    fn function(&mut self, node: Node<'_>, role: &Role, object: Option<NodeId>) -> Option<Shape> {
        let Role::Function { name, params, body, returns, .. } = role else { return None };
        let name = range(node.child_by_field_name(name)?);
        let returns = returns.as_ref().and_then(|field| node.child_by_field_name(field));
        let written = node.child_by_field_name(params);
        let mut params = written.map(|params| self.parameters(params)).unwrap_or_default();
        let body = self.field(node, body);
        // A caller writes it before the name.
        let is_extension = !params.is_empty() && written.is_some_and(|params| self.extends(params));
        let extends = is_extension.then(|| params.remove(0));
        let mut first: Vec<NodeId> = object.into_iter().collect();
        first.extend(written.map(|params| self.marked_params(params)).unwrap_or_default());
        Some(Shape::Function(Box::new(FunctionShape {
            name,
            params,
            returns: returns.map(range),
            extends,
            metavariables: Vec::new(),
            body: self.behind_first(body, first),
        })))
    }

    /// The body of a function whose head says more of names inside.
    fn behind_first(&mut self, body: Option<NodeId>, first: Vec<NodeId>) -> Option<NodeId> {
        let body = body?;
        let Shape::Block(statements) = self.tree.shape(body).clone() else { return Some(body) };
        if first.is_empty() {
            return Some(body);
        }
        let all = first.into_iter().chain(statements).collect();
        let range = self.tree.range(body);
        Some(self.tree.add(Shape::Block(all), range))
    }

    /// The `body` field, or the last child that says something.
    fn field_or_last(&mut self, node: Node<'_>) -> Option<NodeId> {
        match node.child_by_field_name("body") {
            Some(body) => self.lower(body),
            None => named(node).into_iter().rev().find_map(|child| self.lower(child)),
        }
    }

    fn match_shape(&mut self, node: Node<'_>, subject: &str, arms: &str) -> Option<Shape> {
        let mut cursor = node.walk();
        if node.children_by_field_name(subject, &mut cursor).count() > 1 {
            // `match a, b:` asks several at once.
            return Some(Shape::Other(self.children(node)));
        }
        let subject = self.field(node, subject)?;
        let arms = node.child_by_field_name(arms).map(named).unwrap_or_default();
        let arms = arms.into_iter().filter_map(|arm| self.lower(arm)).collect();
        Some(Shape::Match { subject, arms })
    }

    fn arm_shape(
        &mut self,
        node: Node<'_>,
        pattern: Option<&str>,
        guard: Option<&str>,
        body: &str,
    ) -> Option<Shape> {
        let pattern = self.field_or_first(node, pattern)?;
        let body = self.field(node, body)?;
        let Some(guard) = guard.and_then(|guard| self.field(node, guard)) else {
            return Some(Shape::Arm { pattern, body });
        };
        let whole = self.tree.range(pattern).cover(self.tree.range(guard));
        Some(Shape::Arm { pattern: self.tree.add(Shape::Guarded { pattern, guard }, whole), body })
    }

    /// What a pattern holds; its condition apart, where it has one.
    fn pattern_shape(&mut self, node: Node<'_>, guard: Option<&str>) -> Shape {
        let guard = guard.and_then(|guard| node.child_by_field_name(guard));
        let Some(condition) = guard else { return Shape::Other(self.children(node)) };
        let before = named(node).into_iter().filter(|child| child.id() != condition.id());
        let inside: Vec<_> = before.filter_map(|child| self.lower(child)).collect();
        let end = condition.prev_sibling().map_or(condition.start_byte(), |word| word.start_byte());
        let written = TextRange::new(node.start_byte(), end);
        let pattern = self.tree.add(Shape::Other(inside.clone()), written);
        match self.lower(condition) {
            Some(guard) => Shape::Guarded { pattern, guard },
            None => Shape::Other(inside),
        }
    }

    fn targets(&mut self, node: Node<'_>, field: &str) -> Vec<NodeId> {
        let mut cursor = node.walk();
        let written: Vec<_> = node.children_by_field_name(field, &mut cursor).collect();
        let [target] = written[..] else {
            let named = written.into_iter().filter(Node::is_named);
            return named.filter_map(|target| self.lower(target)).collect();
        };
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

    pub(super) fn parameters(&mut self, node: Node<'_>) -> Vec<Parameter> {
        let mut found = Vec::new();
        for child in named(node) {
            match self.role(child) {
                Some(Role::Skip | Role::Attribute) => {}
                Some(Role::Parameter { default, of_type, name, last_is_default, .. }) => {
                    let default = match (default, name, of_type) {
                        (None, Some(name), Some(of_type)) if *last_is_default => {
                            self.last_but(child, &[name, of_type])
                        }
                        (Some(default), ..) => part(child, default),
                        _ => None,
                    };
                    let of_type = of_type.as_ref().and_then(|field| self.field(child, field));
                    let default = default.and_then(|default| self.lower(default));
                    let names = self.named_by(child).into_iter();
                    found.extend(names.map(|name| Parameter { name, of_type, default }));
                }
                _ => found.push(Parameter { name: range(child), of_type: None, default: None }),
            }
        }
        // A method's own object is no parameter that a caller gives.
        let own =
            |param: &Parameter| matches!(param.name.slice(self.text), "self" | "cls" | "this");
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
        for arg in &mut args {
            if let Some(said) = self.said_by_call(arg) {
                *arg = said;
            }
        }
        args.extend(value.map(|value| Argument { name: None, value, splat: false }));
        Some(Shape::Attribute {
            name: range(path),
            args,
            text: TextRange::new(inner.start_byte(), inner.end_byte()),
        })
    }

    /// `env("SHOP_PORT")` in an attribute says what `env = "SHOP_PORT"` does.
    fn said_by_call(&self, arg: &Argument) -> Option<Argument> {
        let inner = |id: NodeId| self.tree.unwrapped(id);
        let Shape::Call { callee, args, .. } = self.tree.shape(inner(arg.value)) else {
            return None;
        };
        let [given] = &args[..] else { return None };
        let is_literal = matches!(
            self.tree.shape(inner(given.value)),
            Shape::Text(_) | Shape::Number | Shape::Bool(_)
        );
        let is_name = matches!(self.tree.shape(*callee), Shape::Name);
        let is_said = arg.name.is_none() && given.name.is_none() && is_literal && is_name;
        is_said.then(|| Argument { name: Some(self.tree.range(*callee)), ..given.clone() })
    }
}
