//! Structs: their fields with what tags say of them, methods outside of them, and values put together.

use tree_sitter::Node;

use super::{Lowering, named, range};
use crate::lang::shapes::Role;
use crate::lang::syntax::{Argument, NodeId, Part, Shape};
use crate::text::TextRange;

/// Pairs of a tag beyond these say nothing to us, and neither do further words of one pair.
const MAX_PAIRS: usize = 16;
const MAX_WORDS: usize = 8;

/// One pair of a tag: `env:"SHOP_PORT,required"`.
struct Pair {
    name: TextRange,
    value: TextRange,
}

impl Lowering<'_> {
    /// The fields of one declaration, and before one with a tag what that says, as an attribute: `Port int `env:"SHOP_PORT"``.
    pub(super) fn fields(&mut self, node: Node<'_>, role: &Role, found: &mut Vec<NodeId>) {
        let Role::Field { name, of_type, tag } = role else { return };
        let mut cursor = node.walk();
        let names: Vec<_> = node.children_by_field_name(name, &mut cursor).collect();
        let Some(of_type) = node.child_by_field_name(of_type) else { return };
        let tag = tag.as_ref().and_then(|tag| node.child_by_field_name(tag));
        // One tag names one field.
        let tag = tag.filter(|_| names.len() == 1);
        let pairs = tag.map(|tag| self.pairs_of_tag(tag)).unwrap_or_default();
        for name in names {
            if let (Some(tag), false) = (tag, pairs.is_empty()) {
                let args = pairs.iter().flat_map(|pair| self.said_by(pair)).collect();
                // By its first sign, which is no name of the code: a pair may be called like a package.
                let sign = TextRange::new(tag.start_byte(), tag.start_byte() + 1);
                let said = Shape::Attribute { name: sign, args, text: range(tag) };
                found.push(self.tree.add(said, range(tag)));
            }
            let whole = TextRange::new(name.start_byte(), node.end_byte());
            let field = Shape::Field { name: range(name), of_type: range(of_type) };
            found.push(self.tree.add(field, whole));
        }
    }

    fn pairs_of_tag(&self, tag: Node<'_>) -> Vec<Pair> {
        let text = self.slice(tag);
        let mut found = Vec::new();
        let mut at = 1;
        while found.len() < MAX_PAIRS
            && let Some(colon) = text.get(at..).and_then(|rest| rest.find(":\""))
        {
            let value = at + colon + 2;
            let Some(length) = text.get(value..).and_then(|rest| rest.find('"')) else { break };
            let written = text.get(at..at + colon).unwrap_or_default();
            let name = at + written.rfind(char::is_whitespace).map_or(0, |space| space + 1);
            let here = |from: usize, to: usize| {
                TextRange::new(tag.start_byte() + from, tag.start_byte() + to)
            };
            found.push(Pair { name: here(name, at + colon), value: here(value, value + length) });
            at = value + length + 1;
        }
        found
    }

    /// What a pair says: its first part by its own name, the words behind it (`required`), and what they are given
    /// (`default=8080`).
    fn said_by(&mut self, pair: &Pair) -> Vec<Argument> {
        let text = pair.value.slice(self.text);
        let mut found = Vec::new();
        let mut start = pair.value.start as usize;
        for (place, piece) in text.split(',').take(MAX_WORDS).enumerate() {
            let inside = piece.trim();
            let begin = start + piece.len() - piece.trim_start().len();
            let here = TextRange::new(begin, begin + inside.len());
            start += piece.len() + 1;
            let (name, value) = match inside.split_once('=') {
                _ if place == 0 => (Some(pair.name), here),
                Some((name, _)) => {
                    let middle = begin + name.len();
                    (
                        Some(TextRange::new(begin, middle)),
                        TextRange::new(middle + 1, here.end as usize),
                    )
                }
                None => (None, here),
            };
            let shape = match name {
                Some(_) => Shape::Text(vec![Part::Literal(value.slice(self.text).to_owned())]),
                None => Shape::Name,
            };
            found.push(Argument { name, value: self.tree.add(shape, value), splat: false });
        }
        found
    }

    /// Whether the first of these parameters is what the function is called on.
    pub(super) fn extends(&self, params: Node<'_>) -> bool {
        let Some(first) = named(params).into_iter().next() else { return false };
        match self.role(first) {
            Some(Role::Parameter { extends: Some(word), .. }) => {
                named(first).iter().any(|part| self.slice(*part) == word)
            }
            _ => false,
        }
    }

    /// A function that stands outside of its class and names it: `func (shop *Shop) open()`. What its object is called is a
    /// name of that type inside.
    pub(super) fn object_of_method(
        &mut self,
        node: Node<'_>,
        receiver: &str,
    ) -> Option<(TextRange, NodeId)> {
        let receiver = named(node.child_by_field_name(receiver)?).into_iter().next()?;
        let Some(Role::Parameter { of_type: Some(of_type), .. }) = self.role(receiver) else {
            return None;
        };
        let written = receiver.child_by_field_name(of_type)?;
        let mut bare = written;
        while let Some(Role::Wrapped { .. } | Role::Generic { .. }) = self.role(bare) {
            bare = named(bare).into_iter().next()?;
        }
        let object = self.named_by(receiver).into_iter().next().unwrap_or(range(receiver));
        let target = self.tree.add(Shape::Name, object);
        let of_type = self.lower(written);
        let typed = Shape::Assign {
            targets: vec![target],
            value: None,
            of_type,
            otherwise: None,
            constant: true,
        };
        Some((range(bare), self.tree.add(typed, range(receiver))))
    }

    /// The names that one declaration of parameters gives.
    pub(super) fn named_by(&self, param: Node<'_>) -> Vec<TextRange> {
        let Some(Role::Parameter { name, .. }) = self.role(param) else {
            return vec![range(param)];
        };
        let Some(field) = name else {
            return named(param).into_iter().take(1).map(range).collect();
        };
        let mut cursor = param.walk();
        param.children_by_field_name(field, &mut cursor).map(range).collect()
    }

    /// A value put together from parts: a struct, a list or a map, by what its type is.
    pub(super) fn record(&mut self, node: Node<'_>, role: &Role) -> Option<Shape> {
        let Role::Record { of, fields, field, name, value, lists, maps, outside } = role else {
            return None;
        };
        let kind = node.child_by_field_name(of)?.kind();
        let inside = node.child_by_field_name(fields).map(named).unwrap_or_default();
        if lists.iter().any(|list| list == kind) {
            let values = inside.into_iter().filter_map(|one| self.lower(one));
            return Some(Shape::List(values.collect()));
        }
        if maps.iter().any(|map| map == kind) {
            let mut pairs = Vec::new();
            for one in inside {
                if let (Some(key), Some(value)) = (self.field(one, name), self.field(one, value)) {
                    pairs.push((key, value));
                }
            }
            return Some(Shape::Map(pairs));
        }
        let is_of_package = outside.as_ref().is_some_and(|outside| outside == kind);
        let of = self.field(node, of)?;
        if is_of_package {
            let args = inside.into_iter().filter_map(|one| self.given_field(one, name, value));
            return Some(Shape::Call { callee: of, args: args.collect(), types: None });
        }
        let mut found = Vec::new();
        for one in inside {
            if one.kind() != field {
                // `..base` and a name that stands for its own value.
                found.extend(self.lower(one).map(|value| (range(one), Some(value))));
            } else if let Some(name) = one.child_by_field_name(name) {
                found.push((range(name), self.field(one, value)));
            }
        }
        Some(Shape::Record { of, fields: found })
    }

    /// A field of a struct of another package, as an argument by keyword.
    fn given_field(&mut self, one: Node<'_>, name: &str, value: &str) -> Option<Argument> {
        let Some(named) = one.child_by_field_name(name) else {
            return self.lower(one).map(|value| Argument { name: None, value, splat: false });
        };
        let value = self.field(one, value)?;
        Some(Argument { name: Some(range(named)), value, splat: false })
    }
}
