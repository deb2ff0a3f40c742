//! The elements that a resource or a module is made for: those of `for_each`, and those of a list that `count` counts.
//!
//! Sees maps and lists that the file itself writes out. What another file gives stays one resource of unknown names.

use std::collections::BTreeMap;

use super::expression::Module;
use crate::document::Node;
use crate::document::hcl::{Form, form};
use crate::facts::{Entry, SourceFacts};
use crate::model::{Scope, Value};
use crate::text::TextRange;

/// More elements than anybody writes for one resource.
const MAX_ELEMENTS: usize = 256;
/// More variables than all elements of one resource have.
const MAX_ENTRIES: usize = 20_000;

/// One element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// `each.key`, and where it stands.
    pub(super) key: Option<(&'a str, TextRange)>,
    /// `each.value`, where it is known.
    pub(super) value: Option<Node<'a>>,
    /// `count.index`.
    index: Option<usize>,
}

/// The elements that the body of a block is made for; none where it is made once or they are not known.
pub(super) fn elements<'a>(module: Module<'a>, body: Node<'a>) -> Vec<Element<'a>> {
    let mut found = Vec::new();
    if let Some(each) = body.get("for_each") {
        found = keyed(module, each);
        if !found.is_empty() {
            return if found.len() > MAX_ELEMENTS { Vec::new() } else { found };
        }
        for part in module.parts(each) {
            // Of two choices it is not known which elements there are.
            if !part.is_known || part.is_choice {
                return Vec::new();
            }
            add(module, part.node, part.is_loop, &mut found);
        }
    } else if let Some(length) = body.get("count").and_then(|count| counted(module, count)) {
        found.extend((0..length).map(|at| Element { key: None, value: None, index: Some(at) }));
    }
    if found.len() > MAX_ELEMENTS { Vec::new() } else { found }
}

fn add<'a>(module: Module<'a>, node: Node<'a>, is_loop: bool, found: &mut Vec<Element<'a>>) {
    for pair in node.entries() {
        // What a loop makes of each value is not told.
        let value = (!is_loop).then_some(pair.value);
        found.push(Element { key: Some((pair.key, pair.key_range)), value, index: None });
    }
    for item in node.items() {
        if let Some(word) = module.word(item) {
            let key = Some((word, item.range()));
            found.push(Element { key, value: Some(item), index: None });
        }
    }
}

/// `{ for one in local.all : one.name => one }`: the elements of a list under one of their own attributes.
fn keyed<'a>(module: Module<'a>, each: Node<'a>) -> Vec<Element<'a>> {
    let each = module.settled(each);
    let items = each.items();
    let (Form::Loop, [list, key, value]) = (form(each), items.as_slice()) else {
        return Vec::new();
    };
    let name = key.text().zip(value.text()).and_then(|(key, whole)| {
        let rest = key.strip_prefix(whole)?.strip_prefix('.')?;
        (form(*value) == Form::Expression && !rest.contains(['.', '['])).then_some(rest)
    });
    let Some(name) = name else { return Vec::new() };
    let list = module.settled(*list);
    let one = |item: Node<'a>| {
        let named = item.get(name)?;
        let key = Some((module.word(named)?, named.range()));
        Some(Element { key, value: Some(item), index: None })
    };
    if form(list) == Form::Plain {
        list.items().into_iter().filter_map(one).collect()
    } else {
        Vec::new()
    }
}

/// `count = length(local.names)`
fn counted<'a>(module: Module<'a>, count: Node<'a>) -> Option<usize> {
    let Form::Call("length") = form(count) else { return None };
    let list = module.settled(*count.items().first()?);
    (form(list) == Form::Plain && list.is_list()).then(|| list.items().len())
}

impl<'a> Module<'a> {
    /// The node that an expression over the element names: `each.value.level`, `local.names[count.index]`.
    pub(super) fn of_element(self, expression: &str) -> Option<Node<'a>> {
        let element = self.element?;
        let (node, rest) = if let Some(rest) = expression.strip_prefix("each.value") {
            (element.value?, rest)
        } else {
            let (list, rest) = expression.split_once("[count.index]")?;
            (self.at_index(self.of_file(list)?)?, rest)
        };
        let rest = rest.replace("[\"", ".").replace("\"]", "");
        if rest.is_empty() {
            return Some(node);
        }
        let mut names = rest.strip_prefix('.')?.split('.');
        names.try_fold(node, Node::get)
    }

    /// The element of a list at `count.index`.
    pub(super) fn at_index(self, list: Node<'a>) -> Option<Node<'a>> {
        let index = self.element?.index?;
        (form(list) == Form::Plain).then(|| list.items().get(index).copied()).flatten()
    }

    /// Whether an expression asks the element for something that it does not have.
    pub(super) fn is_absent(self, expression: &str) -> bool {
        let value = self.element.and_then(|element| element.value);
        expression.starts_with("each.value.")
            && value.is_some_and(|value| form(value) == Form::Plain && value.is_map())
            && self.of_element(expression).is_none()
    }
}

/// Reads with `read` for each of the elements, or once where there are none.
pub(super) fn for_each<'a>(
    module: Module<'a>,
    elements: &[Element<'a>],
    sources: &mut Vec<SourceFacts>,
    mut read: impl FnMut(Module<'a>, &mut Vec<SourceFacts>),
) {
    if elements.is_empty() {
        return read(module, sources);
    }
    let before: Vec<usize> = sources.iter().map(|facts| facts.entries.len()).collect();
    for element in elements {
        read(Module { element: Some(*element), ..module }, sources);
        let all: usize = sources.iter().map(|facts| facts.entries.len()).sum();
        if all > MAX_ENTRIES + before.iter().sum::<usize>() {
            break;
        }
    }
    for (at, facts) in sources.iter_mut().enumerate() {
        settle(before.get(at).copied().unwrap_or(0), facts);
    }
}

/// Elements that one scope has give it one value at a place, which is not known where they differ.
fn settle(first: usize, facts: &mut SourceFacts) {
    let mut seen: BTreeMap<(String, TextRange, Option<Scope>), usize> = BTreeMap::new();
    let added: Vec<Entry> = facts.entries.drain(first..).collect();
    for entry in added {
        let place = (entry.name.clone(), entry.key_range, entry.scope.clone());
        let Some(at) = seen.get(&place).copied() else {
            seen.insert(place, facts.entries.len());
            facts.entries.push(entry);
            continue;
        };
        let kept = &mut facts.entries[at];
        if kept.value != entry.value && !kept.value.is_redacted() {
            kept.value = Value::Reference { text: "each element's".to_owned(), needs: Vec::new() };
            kept.value_range = None;
        }
    }
    let mut opaque = Vec::new();
    for one in facts.opaque.drain(..) {
        if !opaque.contains(&one) || opaque.len() > MAX_ELEMENTS {
            opaque.push(one);
        }
    }
    facts.opaque = opaque;
    facts.workloads.dedup_by(|one, other| one.name == other.name && one.image == other.image);
}
