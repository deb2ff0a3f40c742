//! The shapes in which resources hold variables: maps, items, assignments, tasks of ECS, bundles.
//!
//! Knows shapes, not which resource has which.

use super::super::context::env;
use super::super::hcl_value;
use super::super::image::{Unknown, third_party};
use super::expression::{Module, Part};
use super::find::Found;
use super::templates;
use crate::document::hcl::{Form, form};
use crate::document::{Entry as Pair, Node};
use crate::facts::module::{TEMPLATE, Taken};
use crate::facts::{OpaqueFact, SourceFacts, Workload};
use crate::model::key::is_env_name;
use crate::model::{Attribution, Namespace, Scope, Value};
use crate::text::TextRange;

/// Attributes of an item that hold its value; others lead to it.
const VALUES: &[&str] = &["text", "value"];
/// Lists in lists and texts in texts, as deep as anybody writes them.
const MAX_DEPTH: usize = 8;
/// How many keys back the other choice may stand.
pub(super) const MAX_RECENT: usize = 256;
/// The settings of Elastic Beanstalk that are variables.
const BEANSTALK: &str = "aws:elasticbeanstalk:application:environment";

/// Whether values are withheld whatever they look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// They are judged by their looks.
    Looks,
    /// They are.
    Always,
}

/// How the parts of an item are called.
#[derive(Clone, Copy)]
pub(super) struct Item<'i> {
    /// What holds its name.
    pub(super) name: &'i str,
    /// What holds its value, or leads to it.
    pub(super) values: &'i [&'i str],
    /// That leads to it, whatever it is called.
    pub(super) leads: bool,
}

/// Who gets what is read.
#[derive(Clone)]
pub(super) struct Target<'a> {
    pub(super) module: Module<'a>,
    pub(super) scope: Option<Scope>,
    pub(super) attribution: Attribution,
}

impl<'a> Target<'a> {
    /// A map of names to values.
    pub(super) fn map(&self, found: Found<'a>, secrecy: Secrecy, facts: &mut SourceFacts) {
        let parts = self.module.parts(found.node);
        let is_laid = parts.len() > 1;
        for (part, turn) in parts.into_iter().zip(1..) {
            let before = (facts.entries.len(), facts.module.taken.len());
            if part.is_known {
                for pair in part.node.entries() {
                    self.pair(&pair, part, secrecy, facts);
                }
            } else {
                self.unknown(part.node, facts);
            }
            if is_laid {
                let entries = facts.entries.iter_mut().skip(before.0);
                entries.for_each(|entry| entry.turn = turn);
                let taken = facts.module.taken.iter_mut().skip(before.1);
                taken.for_each(|taken| taken.turn = turn);
            }
        }
    }

    fn pair(&self, pair: &Pair<'a>, part: Part<'a>, secrecy: Secrecy, facts: &mut SourceFacts) {
        let value = ["value", "valueFrom", "from"]
            .iter()
            .find_map(|key| pair.value.get(key))
            .unwrap_or(pair.value);
        self.give(pair.key, pair.key_range, Some(value), (part, secrecy), facts);
    }

    /// A key with its value.
    fn give(
        &self,
        name: &str,
        key_range: TextRange,
        value: Option<Node<'a>>,
        (part, secrecy): (Part<'a>, Secrecy),
        facts: &mut SourceFacts,
    ) {
        let raw = self.module.context.raw(key_range);
        if raw.contains("${") || raw.starts_with('(') || name.is_empty() {
            return self.opaque("variables whose names an expression gives", key_range, facts);
        }
        let given = match value {
            None => Value::Reference { text: "…".to_owned(), needs: Vec::new() },
            Some(node) if node.is_null() => return,
            Some(node) if secrecy == Secrecy::Always => self.module.secret(node, facts),
            Some(node) => self.module.value(name, node, facts),
        };
        let range = value.map(|node| self.module.place(node));
        if !part.is_choice || !self.is_other_choice(name, key_range, facts) {
            self.push(name, key_range, given, range, facts);
        }
    }

    /// Whether the other choice gives the same key: then which of its values it has is not known.
    fn is_other_choice(&self, name: &str, key_range: TextRange, facts: &mut SourceFacts) -> bool {
        let recent = facts.entries.iter_mut().rev().take(MAX_RECENT);
        let mut same = recent.filter(|entry| entry.name == name && entry.scope == self.scope);
        let Some(other) = same.next() else { return false };
        if other.key_range != key_range && !other.value.is_redacted() {
            other.value =
                Value::Reference { text: "… ? … : …".to_owned(), needs: Vec::new() };
        }
        true
    }

    pub(super) fn push(
        &self,
        name: &str,
        key_range: TextRange,
        value: Value,
        range: Option<TextRange>,
        facts: &mut SourceFacts,
    ) {
        let mut entry = env(name, key_range, value, range);
        if !is_env_name(name) {
            entry.namespace = Namespace::Setting;
        }
        entry.scope.clone_from(&self.scope);
        entry.attribution = self.attribution.clone();
        facts.entries.push(entry);
    }

    /// Items with names and values: blocks, or the objects of a list.
    pub(super) fn items(&self, found: Found<'a>, item: Item<'_>, facts: &mut SourceFacts) {
        if found.is_dynamic {
            return self.dynamic(found.node, item, facts);
        }
        self.listed(found.node, item, MAX_DEPTH, facts);
    }

    fn listed(&self, node: Node<'a>, item: Item<'_>, depth: usize, facts: &mut SourceFacts) {
        let Some(below) = depth.checked_sub(1) else { return };
        for part in self.module.parts(node) {
            if !part.is_known {
                self.unknown(part.node, facts);
                continue;
            }
            if part.node.get(item.name).is_some() {
                self.item(part, item, facts);
                continue;
            }
            for pair in part.node.entries() {
                self.pair(&pair, part, Secrecy::Looks, facts);
            }
            for element in part.node.items() {
                match element.text() {
                    Some(name) if part.is_loop && form(element) == Form::Plain => {
                        let how = (part, Secrecy::Looks);
                        self.give(name, element.range(), None, how, facts);
                    }
                    _ => self.listed(element, item, below, facts),
                }
            }
        }
    }

    fn item(&self, part: Part<'a>, item: Item<'_>, facts: &mut SourceFacts) {
        let node = part.node;
        let Some(key) = node.get(item.name) else { return };
        let is_other = node
            .get("namespace")
            .is_some_and(|it| self.module.word(it).is_none_or(|word| word != BEANSTALK));
        if is_other {
            return;
        }
        let Some(name) = self.module.word(key) else {
            return self.opaque("variables whose names an expression gives", key.range(), facts);
        };
        let range = self.module.settled(key).range();
        let is_secret = node.get("type").and_then(Node::text) == Some("SECRET");
        let secrecy = if is_secret { Secrecy::Always } else { Secrecy::Looks };
        let given = item.values.iter().find_map(|key| Some((*key, node.get(key)?)));
        match given {
            Some((key, value)) if VALUES.contains(&key) && !item.leads => {
                self.give(name, range, Some(value), (part, secrecy), facts);
            }
            Some((_, value)) => {
                let text = self.leading(value);
                let value = Some(value.range());
                self.push(name, range, Value::Reference { text, needs: Vec::new() }, value, facts);
            }
            None => self.push(name, range, Value::Empty, None, facts),
        }
    }

    /// What leads to a value, in a few words.
    fn leading(&self, node: Node<'a>) -> String {
        let settled = self.module.settled(node);
        match settled.text() {
            Some(text) if text.len() < 200 => text.trim().to_owned(),
            Some(_) => "…".to_owned(),
            // `value_from { field_ref { field_path = "status.podIP" } }`
            None => match settled.entries().first() {
                Some(pair) if pair.value.is_map() => {
                    let inner = pair.value.entries();
                    let inner = inner.iter().find_map(|part| part.value.text()).unwrap_or("");
                    format!("{} {inner}", pair.key).trim_end().to_owned()
                }
                _ => "…".to_owned(),
            },
        }
    }

    /// `dynamic "env" { for_each = … content { name = env.key } }`
    fn dynamic(&self, block: Node<'a>, item: Item<'_>, facts: &mut SourceFacts) {
        let content = block.get("content");
        let name = content.and_then(|content| content.get(item.name));
        let (Some(each), Some(name), Some(content)) = (block.get("for_each"), name, content) else {
            return;
        };
        if self.module.word(name).is_some() {
            let part = Part { node: content, is_known: true, is_choice: true, is_loop: false };
            return self.item(part, item, facts);
        }
        for part in self.module.parts(each) {
            if part.is_known {
                let part = Part { is_loop: true, ..part };
                self.elements(part, name.text().unwrap_or(""), item, facts);
            } else {
                self.unknown(part.node, facts);
            }
        }
    }

    /// The elements of a loop, whose names `name` takes: `env.key`, `env.value.name`.
    fn elements(&self, part: Part<'a>, name: &str, item: Item<'_>, facts: &mut SourceFacts) {
        let inside = name.split(".value.").nth(1);
        for pair in part.node.entries() {
            let inner = inside.and_then(|inside| pair.value.get(inside));
            if let Some(named) = inner.and_then(|inner| Some((self.module.word(inner)?, inner))) {
                let value = item.values.iter().find_map(|key| pair.value.get(key));
                self.give(named.0, named.1.range(), value, (part, Secrecy::Looks), facts);
            } else {
                self.pair(&pair, part, Secrecy::Looks, facts);
            }
        }
        for element in part.node.items() {
            let named = inside.map_or(Some(element), |inside| element.get(inside));
            let Some(named) = named else { continue };
            if let Some(word) = self.module.word(named) {
                let value = item.values.iter().find_map(|key| element.get(key));
                self.give(word, named.range(), value, (part, Secrecy::Looks), facts);
            }
        }
    }

    /// Texts such as `NAME=value`.
    pub(super) fn assignments(&self, found: Found<'a>, facts: &mut SourceFacts) {
        for part in self.module.parts(found.node) {
            if !part.is_known {
                self.unknown(part.node, facts);
                continue;
            }
            for element in part.node.items() {
                self.assignment(element, facts);
            }
        }
    }

    fn assignment(&self, element: Node<'a>, facts: &mut SourceFacts) {
        let raw = self.module.context.raw(element.range());
        let Some((name, value)) = raw.trim_matches('"').split_once('=') else { return };
        if !is_env_name(name) {
            return;
        }
        let start = element.range().start as usize + usize::from(raw.starts_with('"'));
        let key_range = TextRange::new(start, start + name.len());
        let from = start + name.len() + 1;
        let range = TextRange::new(from, from + value.len());
        let value = hcl_value::written(self.module.context, name, value, range, facts);
        self.push(name, key_range, value, Some(range), facts);
    }

    /// A container of the task that this is for. Its task stands before it: whether its own name says which it is, only
    /// the whole module tells.
    pub(super) fn container_of(&self, name: &str, facts: &mut SourceFacts) -> Scope {
        let task = self.scope.as_ref().map(Scope::name).filter(|task| *task != name);
        let Some(task) = task else { return Scope::Workload(name.to_owned()) };
        let full = format!("{task}/{name}");
        facts.module.containers.insert(full.clone(), name.to_owned());
        Scope::Workload(full)
    }

    pub(super) fn workload(&self, image: Option<&str>, range: TextRange, facts: &mut SourceFacts) {
        if let Some(Scope::Workload(name)) = &self.scope {
            let image = image.map(str::to_owned);
            let is_known =
                facts.workloads.last().is_some_and(|it| it.name == *name && it.image == image);
            if is_known {
                return;
            }
            facts.workloads.push(Workload { image, ..Workload::of(name.clone(), range) });
        }
    }

    /// A secret whose text is a map of keys; only names in upper case are variables.
    pub(super) fn bundle(&self, node: Node<'a>, depth: usize, facts: &mut SourceFacts) {
        let Some(below) = depth.checked_sub(1) else { return };
        for part in self.module.parts(node) {
            if !part.is_known {
                continue;
            }
            if let Some(document) = self.module.inside(part.node) {
                let target: Target<'_> = self.clone();
                if let Some(root) = document.root().filter(|root| root.is_map()) {
                    target.bundle(root, below, facts);
                }
            }
            for pair in part.node.entries().iter().filter(|pair| is_upper(pair.key)) {
                self.pair(pair, part, Secrecy::Always, facts);
            }
        }
    }

    /// What gives keys that this file does not show: the project may, or nobody knows.
    pub(super) fn unknown(&self, node: Node<'a>, facts: &mut SourceFacts) {
        let raw = self.module.context.raw(node.range());
        let filled = Form::Call("templatefile") == form(node);
        if let Some(path) = templates::path(self.module, node).filter(|_| filled) {
            return self.taken(format!("{TEMPLATE}{path}"), node.range(), facts);
        }
        let is_call = form(node) == Form::Call("lookup");
        let text = node.text().filter(|_| form(node) == Form::Expression);
        let text = text.or(is_call.then_some(raw)).unwrap_or("");
        let starts = ["var.", "local.", "module.", "lookup("];
        let is_named = starts.iter().any(|start| text.starts_with(start));
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-[]\"(), {}".contains(&byte);
        if is_named && text.bytes().all(is_part) {
            self.taken(text.to_owned(), node.range(), facts);
        } else if !node.is_null() {
            self.opaque("variables that an expression of Terraform gives", node.range(), facts);
        }
    }

    /// Something that this takes whole, by name.
    fn taken(&self, name: String, range: TextRange, facts: &mut SourceFacts) {
        facts.module.taken.push(Taken {
            name,
            scope: self.scope.clone(),
            turn: 0,
            attribution: self.attribution.clone(),
            handler: None,
            range,
        });
    }

    pub(super) fn opaque(&self, what: &str, range: TextRange, facts: &mut SourceFacts) {
        let workload = self.scope.as_ref().map(|scope| scope.name().to_owned());
        facts.opaque.push(OpaqueFact::new(what.to_owned(), workload, range));
    }
}

/// Whose keys a container with this image gets.
pub(super) fn attribution(image: Option<&str>) -> Attribution {
    let theirs = image.and_then(|image| third_party(image, Unknown::Ours));
    theirs.map_or(Attribution::Project, |image| Attribution::Image(image.to_owned()))
}

/// Whether a name is a variable's beyond doubt.
pub(super) fn is_upper(name: &str) -> bool {
    is_env_name(name) && name.len() > 1 && !name.chars().any(|c| c.is_ascii_lowercase())
}
