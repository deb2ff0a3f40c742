//! What classes hold where one type stands before several names, where properties are fields or functions, and where marks
//! stand inside of what they mark.

use tree_sitter::Node;

use super::{Lowering, all, named, part, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{Argument, FunctionShape, NodeId, Shape};
use crate::text::TextRange;

impl Lowering<'_> {
    /// Marks that stand inside of what they mark: they come before it.
    pub(super) fn marks_inside(&mut self, node: Node<'_>, found: &mut Vec<NodeId>) {
        for child in named(node) {
            match self.role(child) {
                Some(Role::Marks) => {
                    let marks = named(child).into_iter();
                    let marks: Vec<_> = marks
                        .filter(|mark| matches!(self.role(*mark), Some(Role::Mark { .. })))
                        .collect();
                    found.extend(marks.into_iter().filter_map(|mark| self.lower(mark)));
                }
                // What declares one name of a type stands inside of what marks it.
                Some(Role::Declarations { .. } | Role::Skip | Role::Mark { .. }) | None => {}
                Some(_) => break,
            }
        }
    }

    /// `[Required]`, `@Value("${oven.heat}")`
    pub(super) fn mark_shape(&mut self, node: Node<'_>, name: &str, args: &str) -> Option<Shape> {
        let name = range(part(node, name)?);
        let args = part(node, args).map(|args| self.arguments(args)).unwrap_or_default();
        Some(Shape::Attribute { name, args, text: range(node) })
    }

    /// Names that are declared with one type, each as an assignment of its own.
    pub(super) fn declarations(&mut self, node: Node<'_>, role: &Role) -> Vec<NodeId> {
        let Role::Declarations { of_type, each, name, value, constant } = role else {
            return Vec::new();
        };
        let written = part(node, of_type);
        let is_constant = self.is_called(node, constant)
            || node.parent().is_some_and(|around| self.is_called(around, constant));
        let mut found = Vec::new();
        for one in named(node).into_iter().filter(|child| child.kind() == each) {
            let Some(target) = part(one, name) else { continue };
            let target = self.tree.add(Shape::Name, range(target));
            let value = match value {
                Some(value) => part(one, value),
                None => self.last_but(one, &[name]),
            };
            let value = value.and_then(|value| self.lower(value));
            let of_type = written.and_then(|written| self.lower(written));
            let whole = match written {
                Some(written) if found.is_empty() => range(written).cover(range(one)),
                _ => range(one),
            };
            let shape = Shape::Assign {
                targets: vec![target],
                value,
                of_type,
                otherwise: None,
                constant: is_constant && value.is_some(),
            };
            found.push(self.tree.add(shape, whole));
        }
        found
    }

    /// Whether one of the words before a declaration is one of these.
    fn is_called(&self, node: Node<'_>, words: &[String]) -> bool {
        let before = named(node).into_iter();
        let mut before =
            before.filter(|child| matches!(self.role(*child), Some(Role::Skip | Role::Marks)));
        before.any(|child| {
            self.slice(child).split_whitespace().any(|word| words.iter().any(|one| one == word))
        })
    }

    /// The last child that says something, but for those in these fields.
    pub(super) fn last_but<'n>(&self, node: Node<'n>, fields: &[&String]) -> Option<Node<'n>> {
        let others: Vec<_> = fields.iter().filter_map(|field| part(node, field)).collect();
        let last = named(node).into_iter().next_back()?;
        let says = !matches!(self.role(last), Some(Role::Skip | Role::Marks));
        (says && others.iter().all(|other| other.id() != last.id())).then_some(last)
    }

    /// A property: a field, or a function where code works it out.
    pub(super) fn property(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Property { name, of_type, value, accessors, computed } = role else {
            return None;
        };
        let name = range(part(node, name)?);
        let written = part(node, of_type);
        let given =
            part(node, value).filter(|given| given.id() != written.map_or(0, |one| one.id()));
        let body = match given {
            Some(given) if given.kind() == computed => self.lower(given),
            _ => part(node, accessors).and_then(|accessors| self.accessor(accessors)),
        };
        if let Some(body) = body {
            return Some(Shape::Function(Box::new(FunctionShape {
                name,
                params: Vec::new(),
                returns: written.map(range),
                extends: None,
                metavariables: Vec::new(),
                body: Some(body),
            })));
        }
        let target = self.tree.add(Shape::Name, name);
        Some(Shape::Assign {
            targets: vec![target],
            value: given.and_then(|given| self.lower(given)),
            of_type: written.and_then(|written| self.lower(written)),
            otherwise: None,
            constant: false,
        })
    }

    /// The code that gives a property, where there is some.
    fn accessor(&mut self, accessors: Node<'_>) -> Option<NodeId> {
        named(accessors).into_iter().find_map(|one| match self.role(one) {
            Some(Role::Accessor { body }) => part(one, body).and_then(|body| self.lower(body)),
            _ => None,
        })
    }

    /// `=> value` where a body of statements may stand.
    pub(super) fn gives(&mut self, node: Node<'_>) -> Shape {
        let Some(inner) = named(node).into_iter().find_map(|child| self.lower(child)) else {
            return Shape::Block(Vec::new());
        };
        if matches!(self.tree.shape(inner), Shape::Raise(_)) {
            return Shape::Block(vec![inner]);
        }
        let given = self.tree.add(Shape::Return(Some(inner)), range(node));
        Shape::Block(vec![given])
    }

    /// The parameters of a class itself: names of it that stand in no line of its body.
    pub(super) fn with_own_params(
        &mut self,
        body: Option<NodeId>,
        params: Option<Node<'_>>,
        whole: TextRange,
    ) -> Option<NodeId> {
        let Some(params) = params else { return body };
        let mut found = Vec::new();
        for param in named(params) {
            self.own_param(param, &mut found);
        }
        let place = match body {
            Some(body) => {
                if let Shape::Block(inside) = self.tree.shape(body).clone() {
                    found.extend(inside);
                } else {
                    found.push(body);
                }
                self.tree.range(body)
            }
            None => whole,
        };
        Some(self.tree.add(Shape::Block(found), place))
    }

    /// Parameters with marks: what those say, before a name of the type.
    pub(super) fn marked_params(&mut self, params: Node<'_>) -> Vec<NodeId> {
        let mut found = Vec::new();
        for param in named(params) {
            let has_marks = named(param).into_iter().any(|child| {
                let is_mark = |mark: &Node<'_>| matches!(self.role(*mark), Some(Role::Mark { .. }));
                matches!(self.role(child), Some(Role::Marks)) && named(child).iter().any(is_mark)
            });
            if has_marks {
                self.own_param(param, &mut found);
            }
        }
        found
    }

    /// A parameter as a declaration of its names, behind its marks.
    fn own_param(&mut self, param: Node<'_>, found: &mut Vec<NodeId>) {
        let Some(Role::Parameter { of_type, .. }) = self.role(param) else { return };
        self.marks_inside(param, found);
        let of_type = of_type.as_ref().and_then(|field| self.field(param, field));
        for name in self.named_by(param) {
            let target = self.tree.add(Shape::Name, name);
            let shape = Shape::Assign {
                targets: vec![target],
                value: None,
                of_type,
                otherwise: None,
                constant: false,
            };
            found.push(self.tree.add(shape, range(param)));
        }
    }

    /// `new Oven(9) { Heat = 200 }`: a call, what its fields are given is given by keyword.
    pub(super) fn made(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Made { of, args, fields, field, name, value } = role else { return None };
        let written = part(node, of);
        let mut given = part(node, args).map(|args| self.arguments(args)).unwrap_or_default();
        let mut elements = Vec::new();
        if let Some(fields) = part(node, fields) {
            for one in named(fields) {
                let named = (one.kind() == field).then(|| part(one, name)).flatten();
                let held = if named.is_some() { self.field(one, value) } else { self.lower(one) };
                match (named, held) {
                    (Some(named), Some(value)) => {
                        given.push(Argument { name: Some(range(named)), value, splat: false });
                    }
                    (None, Some(value)) => elements.push(value),
                    _ => {}
                }
            }
            if !elements.is_empty() {
                let value = self.tree.add(Shape::List(elements), range(fields));
                given.push(Argument { name: None, value, splat: false });
            }
        }
        let Some(written) = written else {
            return Some(Shape::Other(given.into_iter().map(|arg| arg.value).collect()));
        };
        let types = self.type_arguments(written);
        Some(Shape::Call { callee: self.lower(written)?, args: given, types })
    }

    /// A method that the grammar keeps apart from its object: `oven.heat(200)`.
    pub(super) fn invocation(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Invocation { object, name, args } = role else { return None };
        let written = range(part(node, name)?);
        let object = node.child_by_field_name(object);
        let callee = match object.map(|object| (object, self.lower(object))) {
            Some((object, Some(lowered))) => {
                let whole = range(object).cover(written);
                self.tree.add(Shape::Member { object: lowered, name: written }, whole)
            }
            _ => self.tree.add(Shape::Name, written),
        };
        let args = part(node, args).map(|args| self.arguments(args)).unwrap_or_default();
        Some(Shape::Call { callee, args, types: None })
    }

    /// `oven?.Heat`: what is asked of an object that may not be there stands behind it.
    pub(super) fn reach(&mut self, node: Node<'_>, object: &str) -> Option<NodeId> {
        let held = part(node, object)?;
        let lowered = self.lower(held)?;
        self.reached.push(lowered);
        let rest = named(node).into_iter().filter(|child| child.id() != held.id());
        let found = rest.filter_map(|child| self.lower(child)).last();
        self.reached.pop();
        found.or(Some(lowered))
    }

    /// `?.Heat` and `?["heat"]`, of the object that the expression around it names.
    pub(super) fn reached(&mut self, node: Node<'_>, name: Option<&str>) -> Option<Shape> {
        let object = *self.reached.last()?;
        let Some(name) = name else {
            let index = named(node).into_iter().find_map(|child| self.lower(child))?;
            return Some(Shape::Index { object, index });
        };
        Some(Shape::Member { object, name: range(self.without_types(part(node, name)?)) })
    }

    /// `heat is null`, `heat is not null`, `heat is { }`: a comparison. A pattern of another kind asks whether there is a value.
    pub(super) fn is_pattern(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::IsPattern { value, pattern, denied } = role else { return None };
        let left = self.field(node, value)?;
        let mut pattern = part(node, pattern)?;
        let mut negated = false;
        while denied.as_deref() == Some(pattern.kind()) {
            negated = !negated;
            pattern = named(pattern).into_iter().next()?;
        }
        let right = self.lower(pattern)?;
        let is_value = matches!(
            self.tree.shape(self.tree.unwrapped(right)),
            Shape::Null | Shape::Text(_) | Shape::Number | Shape::Bool(_)
        );
        if is_value {
            return Some(Shape::Compare { left, right, negated });
        }
        let right = self.tree.add(Shape::Null, range(pattern));
        Some(Shape::Compare { left, right, negated: !negated })
    }

    /// `heat ??= 200`: what is given only where there is nothing. With another sign the old value is part of the new one.
    pub(super) fn given_by(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Assign { targets, value, operator: Some(operator), .. } = role else {
            return None;
        };
        let sign = part(node, operator).map_or("=", |sign| self.slice(sign));
        let target = part(node, targets)?;
        match sign {
            "??=" if matches!(self.role(target), Some(Role::Name)) => {
                let target = range(target);
                let asked = self.tree.add(Shape::Name, target);
                let nothing = self.tree.add(Shape::Null, target);
                let asks = Shape::Compare { left: asked, right: nothing, negated: false };
                let condition = self.tree.add(asks, target);
                let target = self.tree.add(Shape::Name, target);
                let value = self.field(node, value);
                let gives = Shape::Assign {
                    targets: vec![target],
                    value,
                    of_type: None,
                    otherwise: None,
                    constant: false,
                };
                let then = self.tree.add(gives, range(node));
                Some(Shape::If { condition, then, otherwise: None })
            }
            "=" => None,
            _ => Some(Shape::Other(self.children(node))),
        }
    }

    /// The name of a package or namespace at the head of a file, and what stands in it.
    pub(super) fn package_head(&mut self, node: Node<'_>, name: &str, body: Option<&str>) -> Shape {
        if let Some(name) = part(node, name) {
            let plain: String = self.slice(name).split_whitespace().collect();
            self.package.get_or_insert(plain);
        }
        let inside = body.and_then(|body| part(node, body));
        Shape::Block(inside.map(|inside| self.children(inside)).unwrap_or_default())
    }

    /// The word that stands first in a node.
    pub(super) fn begins_with(&self, node: Node<'_>, word: &str) -> bool {
        all(node).first().is_some_and(|first| self.slice(*first) == word)
    }
}
