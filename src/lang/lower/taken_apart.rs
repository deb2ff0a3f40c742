//! Values that are taken apart where they get names, and closures that are functions by the name they are given.
//!
//! `const { PORT, HOST: host = "0.0.0.0" } = process.env` is as many names as it binds, each with what it stands for.

use tree_sitter::Node;

use super::{Lowering, all, named, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{FunctionShape, Imported, NodeId, Parameter, Part, Shape};
use crate::text::TextRange;

/// Names of one pattern beyond these are not looked at.
const MAX_PARTS: usize = 200;

impl Lowering<'_> {
    /// What an assignment is: of a function, of what a module gives, of the parts of a value, of a value.
    pub(super) fn assignment(&mut self, node: Node<'_>, role: &Role) -> Option<NodeId> {
        let Role::Assign { targets, value, of_type, declares, loads, exports, .. } = role else {
            return None;
        };
        let target = node.child_by_field_name(targets);
        let given = node.child_by_field_name(value);
        let of_type = of_type.as_ref().and_then(|field| node.child_by_field_name(field));
        if let (true, None, Some(target), Some(of_type)) = (declares, given, target, of_type) {
            let shape = Shape::Field { name: range(target), of_type: range(of_type) };
            return Some(self.tree.add(shape, range(node)));
        }
        let exported = target.and_then(|target| self.exported(target, exports));
        if let (Some(target), Some(given)) = (target, given) {
            let is_name = matches!(self.role(target), Some(Role::Name));
            let name = exported.or(is_name.then(|| range(target)));
            if let Some(function) = name.and_then(|name| self.named_closure(name, given)) {
                return Some(self.tree.add(function, range(node)));
            }
            let module = self.loaded(given, loads);
            if let Some(found) = module.map(|module| self.taken_from(target, &module))
                && !found.is_empty()
            {
                return Some(self.tree.add(Shape::Import(found), range(node)));
            }
            if matches!(self.role(target), Some(Role::TakenApart { .. })) {
                return self.parts_of(node, target, given);
            }
        }
        if let (Some(name), Some(given)) = (exported, given) {
            let value = self.lower(given)?;
            return Some(self.given_name(name, value, node));
        }
        let shape = self.assign(node, role)?;
        Some(self.tree.add(shape, range(node)))
    }

    /// A name that is given a value.
    pub(super) fn given_name(&mut self, name: TextRange, value: NodeId, node: Node<'_>) -> NodeId {
        let target = self.tree.add(Shape::Name, name);
        let shape = Shape::Assign {
            targets: vec![target],
            value: Some(value),
            of_type: None,
            otherwise: None,
            constant: false,
        };
        self.tree.add(shape, range(node))
    }

    /// The name that a file gives others by putting it into an object: `exports.port = 80`.
    fn exported(&self, target: Node<'_>, exports: &[String]) -> Option<TextRange> {
        let Some(Role::Member { object, name, .. }) = self.role(target) else { return None };
        if exports.is_empty() {
            return None;
        }
        let name = target.child_by_field_name(name)?;
        let object = self.slice(target.child_by_field_name(object)?);
        let is_of = |whole: &String| object == whole || self.slice(target) == whole;
        exports.iter().any(is_of).then(|| range(name))
    }

    /// A closure as the function that its name makes of it.
    pub(super) fn named_closure(&mut self, name: TextRange, node: Node<'_>) -> Option<Shape> {
        let Some(Role::Lambda { params, body, param, takes_name: true }) = self.role(node) else {
            return None;
        };
        let list = node.child_by_field_name(params);
        let one = param.as_ref().and_then(|field| node.child_by_field_name(field));
        let params = match (list, one) {
            (Some(list), _) => self.parameters(list),
            (None, Some(one)) => {
                vec![Parameter { name: range(one), of_type: None, default: None }]
            }
            _ => Vec::new(),
        };
        let body = self.field(node, body);
        Some(Shape::Function(Box::new(FunctionShape {
            name,
            params,
            returns: None,
            extends: None,
            metavariables: Vec::new(),
            body,
        })))
    }

    /// Each name of a pattern, with the part of the value that it stands for.
    fn parts_of(&mut self, node: Node<'_>, target: Node<'_>, given: Node<'_>) -> Option<NodeId> {
        let Some(Role::TakenApart { entries_of, .. }) = self.role(target) else { return None };
        let parts = self.parts(target);
        let is_again = self.is_plain(given, 16);
        let mut found = Vec::new();
        if !is_again && parts.len() != 1 {
            // What a call gives is looked at once: which of its parts has which name stays open.
            let value = self.lower(given)?;
            let mut targets: Vec<_> =
                parts.iter().map(|part| self.tree.add(Shape::Name, part.bound)).collect();
            targets.push(self.tree.add(Shape::Pass, TextRange::new(0, 0)));
            let assign = Shape::Assign {
                targets,
                value: Some(value),
                of_type: None,
                otherwise: None,
                constant: false,
            };
            return Some(self.tree.add(assign, range(node)));
        }
        for part in parts {
            let object = self.lower(given)?;
            let shape = if self.is_entries(given, entries_of) {
                Shape::Index { object, index: self.literal(part.field) }
            } else {
                Shape::Member { object, name: part.field }
            };
            let mut value = self.tree.add(shape, part.field);
            if let Some(default) = part.default.and_then(|default| self.lower(default)) {
                let whole = part.field.cover(self.tree.range(default));
                value = self.tree.add(Shape::Or(value, default), whole);
            }
            let target = self.tree.add(Shape::Name, part.bound);
            let assign = Shape::Assign {
                targets: vec![target],
                value: Some(value),
                of_type: None,
                otherwise: None,
                constant: false,
            };
            found.push(self.tree.add(assign, part.whole));
        }
        Some(self.tree.add(Shape::Other(found), range(node)))
    }

    /// Whether a value is a name or a member of one: nothing happens where it is looked at again.
    fn is_plain(&self, node: Node<'_>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match self.role(node) {
            Some(Role::Name) => true,
            Some(Role::Member { object, .. }) => {
                node.child_by_field_name(object).is_some_and(|inner| self.is_plain(inner, depth))
            }
            _ => false,
        }
    }

    /// Whether the parts of a value are entries of a mapping.
    fn is_entries(&self, node: Node<'_>, entries_of: &[String]) -> bool {
        let name = match self.role(node) {
            Some(Role::Member { name, .. }) => node.child_by_field_name(name),
            _ => Some(node),
        };
        let name = name.map_or("", |name| self.slice(name));
        entries_of.iter().any(|known| known == name)
    }

    fn parts<'n>(&self, pattern: Node<'n>) -> Vec<Taken<'n>> {
        let Some(Role::TakenApart { pair, key, value, default, short, .. }) = self.role(pattern)
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for child in named(pattern).into_iter().take(MAX_PARTS) {
            let kind = child.kind();
            let (field, bound) = if kind == pair {
                let Some(field) = child.child_by_field_name(key) else { continue };
                let Some(bound) = child.child_by_field_name(value) else { continue };
                (field, bound)
            } else if kind == default || kind == short {
                (child, child)
            } else {
                continue;
            };
            let inner = |node: Node<'n>| match node.child_by_field_name("left") {
                Some(left) => (left, node.child_by_field_name("right")),
                None => (node, None),
            };
            let (bound, default) = inner(bound);
            let (field, _) = inner(field);
            let is_name = |node: Node<'n>| matches!(self.role(node), Some(Role::Name));
            if is_name(bound) && is_name(field) {
                found.push(Taken {
                    field: range(field),
                    bound: range(bound),
                    default,
                    whole: range(child),
                });
            }
        }
        found
    }

    /// The module that a call loads: `require("./settings")`.
    fn loaded(&self, node: Node<'_>, loads: &[String]) -> Option<String> {
        let Some(Role::Call { callee, args }) = self.role(node) else { return None };
        let callee = node.child_by_field_name(callee)?;
        if !loads.iter().any(|load| load == self.slice(callee)) {
            return None;
        }
        match named(node.child_by_field_name(args)?)[..] {
            [one] if matches!(self.role(one), Some(Role::Text { .. })) => {
                Some(self.slice(one).trim_matches(['"', '\'', '`']).to_owned())
            }
            _ => None,
        }
    }

    /// The names that are given what a module holds.
    fn taken_from(&self, target: Node<'_>, module: &str) -> Vec<Imported> {
        let module = super::imports::module_path(module);
        if matches!(self.role(target), Some(Role::Name)) {
            return vec![Imported { path: module, name: Some(self.slice(target).to_owned()) }];
        }
        let parts = self.parts(target).into_iter();
        let taken = parts.map(|part| Imported {
            path: super::imports::within(&module, part.field.slice(self.text)),
            name: Some(part.bound.slice(self.text).to_owned()),
        });
        taken.collect()
    }

    /// What a file gives others under a name: a declaration, a value, what other modules give.
    pub(super) fn export(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Export { value, declaration, source, clause, default } = role else {
            return None;
        };
        if let Some(source) = node.child_by_field_name(source) {
            return Some(Shape::Import(self.exported_again(node, source, clause)));
        }
        let word = all(node).into_iter().find(|child| child.kind() == default).map(range);
        if let Some(declaration) = node.child_by_field_name(declaration) {
            let mut found: Vec<_> = self.lower(declaration).into_iter().collect();
            let name = declaration.child_by_field_name("name").map(range);
            if let (Some(word), Some(name)) = (word, name) {
                let name = self.tree.add(Shape::Name, name);
                found.push(self.given_name(word, name, node));
            }
            return Some(Shape::Block(found));
        }
        if let (Some(word), Some(value)) = (word, node.child_by_field_name(value)) {
            if let Some(function) = self.named_closure(word, value) {
                return Some(function);
            }
            let value = self.lower(value)?;
            let given = self.given_name(word, value, node);
            return Some(Shape::Block(vec![given]));
        }
        let mut found = Vec::new();
        for list in named(node).into_iter().filter(|child| child.kind() == clause) {
            for one in named(list).into_iter().take(MAX_PARTS) {
                let name = one.child_by_field_name("name");
                if let (Some(name), Some(alias)) = (name, one.child_by_field_name("alias")) {
                    let value = self.tree.add(Shape::Name, range(name));
                    found.push(self.given_name(range(alias), value, one));
                }
            }
        }
        Some(Shape::Block(found))
    }

    /// What the code says is there, where the type that it writes leaves no doubt.
    pub(super) fn claimed(
        &mut self,
        node: Node<'_>,
        unless: &[String],
        open: &[String],
    ) -> Option<Shape> {
        let inner = self.field_or_first(node, None)?;
        let end = self.tree.range(inner).end as usize;
        let said = self.text.get(end..node.end_byte()).unwrap_or_default();
        let words = said.split(|c: char| !c.is_alphanumeric());
        let of_type = named(node).into_iter().rfind(|child| child.start_byte() >= end);
        let is_open = words.into_iter().any(|word| unless.iter().any(|open| open == word))
            || of_type.is_some_and(|of_type| open.iter().any(|kind| kind == of_type.kind()));
        Some(if is_open { Shape::Wrapped(inner) } else { Shape::Claimed(inner) })
    }

    /// What is weighed against another value, or tested, is not said to be there.
    pub(super) fn unclaimed(&mut self, id: NodeId) -> NodeId {
        let mut inner = id;
        let mut is_claimed = false;
        while let Shape::Wrapped(next) | Shape::Claimed(next) = self.tree.shape(inner) {
            is_claimed |= matches!(self.tree.shape(inner), Shape::Claimed(_));
            inner = *next;
        }
        if is_claimed { self.tree.add(Shape::Wrapped(inner), self.tree.range(id)) } else { id }
    }

    pub(super) fn literal(&mut self, at: TextRange) -> NodeId {
        let text = at.slice(self.text).to_owned();
        self.tree.add(Shape::Text(vec![Part::Literal(text)]), at)
    }

    /// Whether members of an object are entries of a mapping: `process.env.PORT`.
    pub(super) fn has_entries(&self, object: NodeId, entries_of: &[String]) -> bool {
        let object = self.tree.unwrapped(object);
        let last = match self.tree.shape(object) {
            Shape::Name => self.tree.range(object),
            Shape::Member { name, .. } => *name,
            _ => return false,
        };
        entries_of.iter().any(|known| known == last.slice(self.text))
    }

    /// `typeof answer === "undefined"` asks whether there is one.
    pub(super) fn nothing(
        &mut self,
        node: Node<'_>,
        right: NodeId,
        (asks_type, nothing): (&str, &str),
    ) -> Option<NodeId> {
        let asks = self.slice(node).strip_prefix(asks_type)?.starts_with([' ', '(']);
        let at = self.tree.range(right);
        let is_nothing = at.slice(self.text).trim_matches(['"', '\'']) == nothing;
        (asks && is_nothing).then(|| self.tree.add(Shape::Null, at))
    }

    /// Parameters of a constructor that are fields of its class.
    pub(super) fn kept_params(&mut self, node: Node<'_>, role: &Role, found: &mut Vec<NodeId>) {
        let Role::Function { params, .. } = role else { return };
        for param in node.child_by_field_name(params).map(named).unwrap_or_default() {
            let Some(Role::Parameter {
                name: Some(name),
                of_type: Some(of_type),
                kept_by: Some(kept_by),
                ..
            }) = self.role(param)
            else {
                continue;
            };
            let of_type = param.child_by_field_name(of_type).map(range);
            let name = param.child_by_field_name(name).map(range);
            let is_kept = named(param).iter().any(|child| child.kind() == kept_by);
            if let (true, Some(name), Some(of_type)) = (is_kept, name, of_type) {
                found.push(self.tree.add(Shape::Field { name, of_type }, name));
            }
        }
    }
}

/// A name of a pattern.
struct Taken<'n> {
    field: TextRange,
    bound: TextRange,
    default: Option<Node<'n>>,
    whole: TextRange,
}
