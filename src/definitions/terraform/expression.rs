//! What an expression is made of and what it comes to, as far as its own file tells: calls that put maps together,
//! choices, locals.
//!
//! Evaluates nothing else. What only the project can tell is named, so that the link finds it.

use std::collections::BTreeMap;

use super::super::context::Context;
use super::super::{hcl_value, secret};
use super::element::Element;
use crate::document::hcl::{Form, form};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::facts::module::CHOOSERS;
use crate::model::Value;
use crate::text::TextRange;

/// Calls whose arguments, put together, are what they give.
const TOGETHER: &[&str] = &[
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "distinct",
    "flatten",
    "jsonencode",
    "keys",
    "merge",
    "nonsensitive",
    "sensitive",
    "setunion",
    "sort",
    "tolist",
    "tomap",
    "toset",
    "try",
    "yamlencode",
];
/// How many locals may lead to locals, and calls stand in calls.
const MAX_HOPS: usize = 24;
/// How many parts one expression may have.
const MAX_PARTS: usize = 4096;

/// One file of a module.
#[derive(Clone, Copy)]
pub(super) struct Module<'a> {
    pub(super) context: Context<'a>,
    pub(super) locals: &'a BTreeMap<&'a str, Node<'a>>,
    /// The element that is read, where a block is made for many.
    pub(super) element: Option<Element<'a>>,
}

/// A part of an expression that gives maps or lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    /// Where it is.
    pub(super) node: Node<'a>,
    /// It is a literal, a list or a map; else it is not known here what it gives.
    pub(super) is_known: bool,
    /// It is one of two choices.
    pub(super) is_choice: bool,
    /// The elements of a loop: what is made of each is not told, but that its name is the element's own.
    pub(super) is_loop: bool,
}

impl<'a> Module<'a> {
    /// The parts of `node`, in order.
    pub(super) fn parts(self, node: Node<'a>) -> Vec<Part<'a>> {
        let mut parts = Vec::new();
        let part = Part { node, is_known: false, is_choice: false, is_loop: false };
        self.gather(part, MAX_HOPS, &mut parts);
        parts
    }

    fn gather(self, part: Part<'a>, hops: usize, parts: &mut Vec<Part<'a>>) {
        if parts.len() >= MAX_PARTS {
            return;
        }
        let node = part.node;
        let Some(below) = hops.checked_sub(1) else {
            parts.push(part);
            return;
        };
        match form(node) {
            Form::Plain | Form::Block | Form::Heredoc | Form::Template => {
                parts.push(Part { is_known: true, ..part });
            }
            Form::Call(name) if TOGETHER.contains(&name) => {
                for node in node.items() {
                    self.gather(Part { node, ..part }, below, parts);
                }
            }
            Form::Choice => {
                for node in node.items().into_iter().skip(1) {
                    self.gather(Part { node, is_choice: true, ..part }, below, parts);
                }
            }
            Form::Loop => match node.items().as_slice() {
                [collection, rest @ ..] if names_elements(rest) => {
                    let part = Part { node: *collection, is_loop: true, ..part };
                    self.gather(part, below, parts);
                }
                [collection, kept] if is_bare(*kept) && self.settled(*collection).is_list() => {
                    self.gather(Part { node: *collection, ..part }, below, parts);
                }
                _ => parts.push(part),
            },
            Form::Expression => match (self.local(node), self.indexed(node)) {
                (Some(node), _) => self.gather(Part { node, ..part }, below, parts),
                // Which one is known where the environments are.
                (None, Some(_)) if is_of_workspace(node.text().unwrap_or("")) => parts.push(part),
                (None, Some(map)) => self.choose(part, map, below, parts),
                (None, None) if self.is_absent(node.text().unwrap_or("")) => {}
                (None, None) => parts.push(part),
            },
            Form::Call("lookup" | "element") if self.looked_up(node).is_some() => {
                let node = self.looked_up(node).unwrap_or(node);
                self.gather(Part { node, ..part }, below, parts);
            }
            Form::Call("lookup" | "element") => match node.items().first() {
                Some(_) if looks_in_workspace(node) => parts.push(part),
                Some(map) => self.choose(part, *map, below, parts),
                None => parts.push(part),
            },
            Form::Call(_) => parts.push(part),
        }
    }

    /// One of the elements of a map, which one only the run tells: `local.environment[terraform.workspace]`.
    fn choose(self, part: Part<'a>, map: Node<'a>, hops: usize, parts: &mut Vec<Part<'a>>) {
        let map = self.settled(map);
        if form(map) != Form::Plain || !map.is_map() {
            parts.push(part);
            return;
        }
        for pair in map.entries() {
            let part = Part { node: pair.value, is_choice: true, ..part };
            self.gather(part, hops, parts);
        }
    }

    /// The local of this file whose element an expression takes.
    fn indexed(self, node: Node<'a>) -> Option<Node<'a>> {
        let text = node.text()?;
        let (name, index) = text.split_once('[')?;
        index.ends_with(']').then(|| self.named(name)).flatten()
    }

    /// What a local of this file is: `local.common`, `local.common.api`.
    fn local(self, node: Node<'a>) -> Option<Node<'a>> {
        self.named(node.text()?)
    }

    /// What `lookup(each.value, "level", "info")` or `element(local.names, count.index)` comes to for an element.
    fn looked_up(self, node: Node<'a>) -> Option<Node<'a>> {
        self.element?;
        match (form(node), node.items().as_slice()) {
            (Form::Call("lookup"), [map, name, rest @ ..]) => {
                let map =
                    self.local(*map).filter(|map| form(*map) == Form::Plain && map.is_map())?;
                map.get(name.text()?).or(rest.first().copied())
            }
            (Form::Call("element"), [list, index]) if index.text() == Some("count.index") => {
                self.at_index(self.local(*list)?)
            }
            _ => None,
        }
    }

    /// What an expression names in the file or the element.
    pub(super) fn named(self, expression: &str) -> Option<Node<'a>> {
        self.of_element(expression).or_else(|| self.of_file(expression))
    }

    /// The local of this file that an expression names.
    pub(super) fn of_file(self, expression: &str) -> Option<Node<'a>> {
        let mut names = expression.strip_prefix("local.")?.split('.');
        let found = self.locals.get(names.next()?).copied()?;
        names.try_fold(found, Node::get)
    }

    /// The node that `node` comes to, through locals of this file that are one value.
    pub(super) fn settled(self, node: Node<'a>) -> Node<'a> {
        let mut node = node;
        for _ in 0..MAX_HOPS {
            let next = match form(node) {
                Form::Expression => self.local(node),
                Form::Call("lookup" | "element") => self.looked_up(node),
                Form::Call("nonsensitive" | "sensitive" | "tostring") => {
                    node.items().first().copied()
                }
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// The text of `node` where it is a literal.
    pub(super) fn word(self, node: Node<'a>) -> Option<&'a str> {
        let node = self.settled(node);
        let key = || self.element.filter(|_| node.text() == Some("each.key"))?.key;
        let own = hcl_value::is_literal(self.context, node).then(|| node.text()).flatten();
        own.or_else(|| Some(key()?.0))
    }

    /// The value of `node` for the key `name`.
    pub(super) fn value(self, name: &str, node: Node<'a>, facts: &mut SourceFacts) -> Value {
        let node = self.settled(node);
        match self.element.and_then(|element| element.key) {
            Some((key, range)) if node.text() == Some("each.key") => {
                hcl_value::written(self.context, name, key, range, facts)
            }
            _ => hcl_value::value(self.context, name, node, facts),
        }
    }

    /// Where the value of `node` is written: at the element, where it is one of many.
    pub(super) fn place(self, node: Node<'a>) -> TextRange {
        if self.element.is_some() { self.settled(node).range() } else { node.range() }
    }

    /// The value of `node` where all that is written is secret.
    pub(super) fn secret(self, node: Node<'a>, facts: &mut SourceFacts) -> Value {
        let settled = self.settled(node);
        match settled.text().filter(|_| hcl_value::is_literal(self.context, settled)) {
            Some(text) => {
                secret::withhold(text.as_bytes(), settled.range(), self.context.sealer, facts)
            }
            None => hcl_value::reference(self.context, "password", settled, facts),
        }
    }

    /// The document inside a text, with its expressions masked.
    pub(super) fn inside(self, node: Node<'a>) -> Option<Document> {
        hcl_value::inside(self.context, self.settled(node))
    }
}

/// Whether a loop makes of each element something that is named after it: `{ name = k, value = v }`, or `k => v`.
fn names_elements(made: &[Node<'_>]) -> bool {
    match made {
        [object] => {
            ["name", "key", "Name"].iter().find_map(|key| object.get(key)).is_some_and(is_bare)
        }
        [key, _] => is_bare(*key),
        _ => false,
    }
}

/// Whether this is the name of what a loop walks: `[for one in … : one if one != null]` keeps elements as they are.
fn is_bare(node: Node<'_>) -> bool {
    form(node) == Form::Expression
        && node.text().is_some_and(|text| !text.contains(['.', '[', ' ']))
}

/// Whether an expression takes the element of a map that the workspace names.
fn is_of_workspace(text: &str) -> bool {
    let index = text.split_once('[').and_then(|(_, rest)| rest.split(']').next());
    index.is_some_and(|index| CHOOSERS.contains(&index.trim()))
}

/// Whether a `lookup` takes what the workspace names.
fn looks_in_workspace(node: Node<'_>) -> bool {
    let index = node.items().get(1).copied().and_then(Node::text);
    form(node) == Form::Call("lookup") && index.is_some_and(|index| CHOOSERS.contains(&index))
}
