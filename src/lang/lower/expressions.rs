//! Expressions: what gives a value.

use tree_sitter::Node;

use super::{Lowering, all, named, part, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{Argument, NodeId, Part, Shape};
use crate::text::TextRange;

impl Lowering<'_> {
    pub(super) fn expression(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::Name => Shape::Name,
            Role::Number => Shape::Number,
            Role::Bool => Shape::Bool(self.slice(node).eq_ignore_ascii_case("true")),
            Role::Null => Shape::Null,
            Role::Pass => Shape::Pass,
            Role::Jump => Shape::Jump,
            Role::Text { parts, holes } => Shape::Text(self.text_parts(node, parts, holes)),
            Role::Concatenation => return self.concatenation(node),
            Role::Member { object, name, entries_of } => {
                self.member(node, object, name, entries_of)?
            }
            Role::Call { callee, args } => self.call(node, callee, args)?,
            Role::Generic { inner, .. } => Shape::Wrapped(self.field(node, inner)?),
            Role::Macro { name, sets, items, without } => match self.sets(node, sets, name) {
                Some(found) => return Some(found),
                None => self.macro_call(node, name, (items, without)),
            },
            Role::Index { object, index } => {
                self.index(node, object.as_deref(), index.as_deref())?
            }
            Role::Operator { asks_type, nothing } => {
                self.operator(node, asks_type.as_deref().zip(nothing.as_deref()))
            }
            Role::Not => Shape::Not(self.field_or_first(node, None)?),
            Role::Unary => self.unary(node)?,
            Role::Choice { .. } => self.choice(node, role)?,
            Role::Propagate => Shape::Propagate(self.field_or_first(node, None)?),
            Role::Wrapped { inner } => match self.field_or_first(node, inner.as_deref()) {
                Some(inner) => Shape::Wrapped(inner),
                None => Shape::Pass,
            },
            Role::List => Shape::List(self.children(node)),
            Role::Sequence => match self.children(node)[..] {
                [one] => return Some(one),
                ref many => Shape::List(many.to_vec()),
            },
            Role::Conjunction => return self.conjunction(node),
            Role::Splat => match self.children(node)[..] {
                [one] => Shape::Wrapped(one),
                ref many => Shape::Other(many.to_vec()),
            },
            Role::Tokens => Shape::Other(self.token_chunks(node)),
            _ => return self.composed(node, role),
        };
        Some(self.tree.add(shape, range(node)))
    }

    /// Expressions of several named parts.
    fn composed(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::Lambda { params: params_field, body, param, .. } => {
                let one = param.as_ref().and_then(|field| node.child_by_field_name(field));
                let params = one.map(|one| vec![range(one)]);
                let params = params.unwrap_or_else(|| self.lambda_params(node, params_field));
                Shape::Lambda { params, body: self.field(node, body)? }
            }
            Role::Claimed { unless, open } => self.claimed(node, unless, open)?,
            Role::Map { pair, key, value, names_keys } => {
                Shape::Map(self.pairs(node, pair, (key, value), *names_keys))
            }
            Role::Record { .. } => self.record(node, role)?,
            Role::Comprehension { body, clause, target, over } => {
                self.comprehension(node, body, clause, target, over)?
            }
            _ => return self.of_object(node, role),
        };
        Some(self.tree.add(shape, range(node)))
    }

    /// Expressions about objects: how they are made, what is asked of them.
    fn of_object(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let shape = match role {
            Role::Made { .. } => self.made(node, role)?,
            Role::Invocation { .. } => self.invocation(node, role)?,
            Role::IsPattern { .. } => self.is_pattern(node, role)?,
            Role::Reach { object } => return self.reach(node, object),
            Role::Reached { name } => self.reached(node, name.as_deref())?,
            Role::Named { name, value } => {
                Shape::Wrapped(self.named_value(node, name, value.as_deref())?)
            }
            _ => return self.statement(node, role),
        };
        Some(self.tree.add(shape, range(node)))
    }

    fn choice(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Choice { condition, then, otherwise } = role else { return None };
        let Some(condition) = condition else {
            return Some(match self.children(node)[..] {
                [then, condition, otherwise] => Shape::Choice { condition, then, otherwise },
                ref many => Shape::Other(many.to_vec()),
            });
        };
        Some(Shape::Choice {
            condition: self.tested(node, condition)?,
            then: self.field(node, then)?,
            otherwise: self.field(node, otherwise)?,
        })
    }

    /// The names of a closure's parameters; one may stand alone.
    fn lambda_params(&mut self, node: Node<'_>, params: &str) -> Vec<TextRange> {
        let Some(params) = node.child_by_field_name(params) else { return Vec::new() };
        let inside = named(params);
        let is_name =
            self.slice(params).starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
        if inside.is_empty() && is_name {
            return vec![range(params)];
        }
        inside.into_iter().flat_map(|param| self.named_by(param)).collect()
    }

    /// The value of an argument that may have a name.
    fn named_value(
        &mut self,
        node: Node<'_>,
        name: &String,
        value: Option<&str>,
    ) -> Option<NodeId> {
        let value = match value {
            Some(value) => part(node, value)?,
            None => self.last_but(node, &[name])?,
        };
        self.lower(value)
    }

    /// The type arguments of what is called, where it has some.
    pub(super) fn type_arguments(&self, callee: Node<'_>) -> Option<TextRange> {
        match self.role(callee)? {
            Role::Generic { types, .. } => part(callee, types).map(range),
            Role::Member { name, .. } | Role::Reached { name: Some(name) } => {
                let name = part(callee, name)?;
                if name.id() == callee.id() { None } else { self.type_arguments(name) }
            }
            _ => None,
        }
    }

    /// A name without its type arguments.
    pub(super) fn without_types<'n>(&self, name: Node<'n>) -> Node<'n> {
        match self.role(name) {
            Some(Role::Generic { inner, .. }) => part(name, inner).unwrap_or(name),
            _ => name,
        }
    }

    pub(super) fn tested(&mut self, node: Node<'_>, field: &str) -> Option<NodeId> {
        let condition = self.field(node, field)?;
        Some(self.unclaimed(condition))
    }

    fn unary(&mut self, node: Node<'_>) -> Option<Shape> {
        let inner = self.field_or_first(node, None)?;
        let is_number = matches!(self.tree.shape(inner), Shape::Number);
        Some(match self.slice(node).chars().next() {
            Some('-') if is_number => Shape::Number,
            Some('!') => Shape::Not(self.unclaimed(inner)),
            _ if self.slice(node).starts_with("delete ") => Shape::Delete(vec![inner]),
            _ => Shape::Wrapped(inner),
        })
    }

    fn text_parts(&mut self, node: Node<'_>, parts: &[String], holes: &[String]) -> Vec<Part> {
        if parts.is_empty() && holes.is_empty() {
            // A grammar that does not name the content: what stands between the quotes.
            let text = self.slice(node);
            let start = text.find(['"', '\'', '`']).map_or(0, |quote| quote + 1);
            let inside = text.get(start..text.len().saturating_sub(1)).unwrap_or_default();
            return vec![Part::Literal(unescape(inside))];
        }
        let mut found: Vec<Part> = Vec::new();
        for child in named(node) {
            if holes.iter().any(|kind| kind == child.kind()) {
                match self.lower(child) {
                    Some(hole) => found.push(Part::Hole(hole)),
                    None => found.push(Part::Hole(self.tree.add(Shape::Pass, range(child)))),
                }
            } else if parts.iter().any(|kind| kind == child.kind()) {
                let text = unescape(self.slice(child));
                match found.last_mut() {
                    Some(Part::Literal(before)) => before.push_str(&text),
                    _ => found.push(Part::Literal(text)),
                }
            }
        }
        found
    }

    fn concatenation(&mut self, node: Node<'_>) -> Option<NodeId> {
        let pieces = self.children(node);
        pieces.into_iter().reduce(|left, right| {
            let whole = self.tree.range(left).cover(self.tree.range(right));
            self.tree.add(Shape::Add(left, right), whole)
        })
    }

    fn conjunction(&mut self, node: Node<'_>) -> Option<NodeId> {
        let pieces = self.children(node);
        pieces.into_iter().reduce(|left, right| {
            let whole = self.tree.range(left).cover(self.tree.range(right));
            self.tree.add(Shape::And(left, right), whole)
        })
    }

    fn member(
        &mut self,
        node: Node<'_>,
        object: &str,
        name: &str,
        entries_of: &[String],
    ) -> Option<Shape> {
        let name = range(self.without_types(part(node, name)?));
        let is_callee = self.callee == Some(node.id());
        match self.field(node, object) {
            Some(object) if self.has_entries(object, entries_of) && !is_callee => {
                Some(Shape::Index { object, index: self.literal(name) })
            }
            Some(object) => Some(Shape::Member { object, name }),
            // `::std::env` names the root of all modules.
            None if node.child_by_field_name(object).is_none() => Some(Shape::Name),
            None => None,
        }
    }

    fn call(&mut self, node: Node<'_>, callee: &str, args: &str) -> Option<Shape> {
        let callee = node.child_by_field_name(callee)?;
        let types = self.type_arguments(callee);
        self.callee = Some(callee.id());
        let callee = self.lower(callee)?;
        let args =
            node.child_by_field_name(args).map(|args| self.arguments(args)).unwrap_or_default();
        Some(Shape::Call { callee, args, types })
    }

    pub(super) fn arguments(&mut self, node: Node<'_>) -> Vec<Argument> {
        if matches!(self.role(node), Some(Role::Comprehension { .. })) {
            return self
                .lower(node)
                .map(|value| Argument { name: None, value, splat: false })
                .into_iter()
                .collect();
        }
        let mut found = Vec::new();
        for child in named(node) {
            let (name, splat) = match self.role(child) {
                Some(Role::Named { name, .. }) => {
                    (child.child_by_field_name(name).map(range), false)
                }
                Some(Role::Splat) => (None, true),
                _ => (None, false),
            };
            let value = match self.role(child) {
                Some(Role::Named { name, value }) => {
                    self.named_value(child, name, value.as_deref())
                }
                _ => self.lower(child),
            };
            found.extend(value.map(|value| Argument { name, value, splat }));
        }
        found
    }

    fn index(
        &mut self,
        node: Node<'_>,
        object: Option<&str>,
        index: Option<&str>,
    ) -> Option<Shape> {
        if let (Some(object), Some(index)) = (object, index) {
            let object = self.field(node, object)?;
            let mut cursor = node.walk();
            let inside: Vec<_> = node.children_by_field_name(index, &mut cursor).collect();
            let range = inside.first().map(|first| {
                let end = inside.last().map_or(first.end_byte(), Node::end_byte);
                TextRange::new(first.start_byte(), end)
            })?;
            let inside: Vec<_> = inside.into_iter().filter_map(|one| self.lower(one)).collect();
            let index = match inside[..] {
                [one] => one,
                _ => self.tree.add(Shape::List(inside), range),
            };
            return Some(Shape::Index { object, index });
        }
        match self.children(node)[..] {
            [object, index] => Some(Shape::Index { object, index }),
            ref many => Some(Shape::Other(many.to_vec())),
        }
    }

    fn operator(&mut self, node: Node<'_>, of_type: Option<(&str, &str)>) -> Shape {
        let operator = all(node)
            .into_iter()
            .find(|child| !child.is_named())
            .map_or("", |child| self.slice(child));
        let operands = self.children(node);
        let operands: Vec<_> = operands.into_iter().map(|one| self.unclaimed(one)).collect();
        let [left, right] = operands[..] else {
            return Shape::Operator(operands);
        };
        let right = of_type.and_then(|of_type| self.nothing(node, right, of_type)).unwrap_or(right);
        match operator {
            "or" | "||" | "??" => Shape::Or(left, right),
            "and" | "&&" => Shape::And(left, right),
            "+" => Shape::Add(left, right),
            "==" | "===" | "is" => Shape::Compare { left, right, negated: false },
            "!=" | "!==" | "is not" => Shape::Compare { left, right, negated: true },
            "in" => Shape::Contains { item: left, container: right, negated: false },
            "not in" => Shape::Contains { item: left, container: right, negated: true },
            _ => Shape::Operator(operands),
        }
    }

    fn comprehension(
        &mut self,
        node: Node<'_>,
        body: &str,
        clause: &str,
        target: &str,
        over: &str,
    ) -> Option<Shape> {
        let body_node = node.child_by_field_name(body)?;
        let mut clauses = Vec::new();
        let mut conditions = Vec::new();
        for child in named(node) {
            if child.kind() == clause {
                if let (Some(target), Some(over)) =
                    (self.field(child, target), self.field(child, over))
                {
                    clauses.push((target, over));
                }
            } else if child.id() != body_node.id() {
                conditions.extend(self.lower(child));
            }
        }
        let body = vec![self.lower(body_node)?];
        Some(Shape::Comprehension { body, clauses, conditions })
    }
}

/// The text of a literal with the escapes that can stand in a name or a default resolved; others stay as written.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('0') => plain.push('\0'),
            Some('\n') | None => {}
            Some(same @ ('\\' | '"' | '\'')) => plain.push(same),
            Some(other) => plain.extend(['\\', other]),
        }
    }
    plain
}
