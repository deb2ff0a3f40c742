//! The tree that every syntax gives: scalars, maps and lists, each with its range in the text.
//!
//! Aliases and merge keys are followed when asked for, never before, and within a budget: a text of a few lines can
//! stand for a billion nodes.

use std::cell::Cell;

use crate::model::ScalarKind;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::TextRange;

/// How many nodes may be visited through aliases and merges for each node that is written.
const BUDGET_FACTOR: usize = 64;
/// The visits that even a small document may take.
const BUDGET_FLOOR: usize = 20_000;
/// How many aliases may point to aliases.
const MAX_HOPS: usize = 32;
/// How many maps may be merged into one.
const MAX_MERGES: usize = 1024;

/// One document: its nodes, and what could not be understood.
#[derive(Clone, Debug, Default)]
pub struct Document {
    items: Vec<Item>,
    root: Option<u32>,
    /// Comments, with their sign.
    pub comments: Vec<TextRange>,
    /// What could not be understood.
    pub problems: Vec<FileProblem>,
    spent: Cell<usize>,
}

#[derive(Clone, Debug)]
struct Item {
    range: TextRange,
    tag: Option<Box<str>>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Scalar { text: String, kind: ScalarKind },
    Map(Vec<(u32, u32)>),
    List(Vec<u32>),
    Alias(Option<u32>),
}

/// A place in a document.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    document: &'a Document,
    at: u32,
}

/// A key of a map with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The key after quotes and escapes.
    pub key: &'a str,
    /// The key as written.
    pub key_range: TextRange,
    /// The value.
    pub value: Node<'a>,
}

impl Document {
    /// The node that holds all others; `None` for an empty document.
    pub fn root(&self) -> Option<Node<'_>> {
        self.root.map(|at| Node { document: self, at })
    }

    /// Whether aliases or merges asked for more than the document may give: then nodes are missing.
    pub fn is_exhausted(&self) -> bool {
        self.spent.get() > self.budget()
    }

    /// Every node as written, in no order that means anything.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.items.len()).map(|at| Node { document: self, at: index(at) })
    }

    pub(super) fn scalar(&mut self, range: TextRange, text: String, kind: ScalarKind) -> u32 {
        self.push(range, Kind::Scalar { text, kind })
    }

    pub(super) fn map(&mut self, range: TextRange) -> u32 {
        self.push(range, Kind::Map(Vec::new()))
    }

    pub(super) fn list(&mut self, range: TextRange) -> u32 {
        self.push(range, Kind::List(Vec::new()))
    }

    pub(super) fn alias(&mut self, range: TextRange, target: Option<u32>) -> u32 {
        self.push(range, Kind::Alias(target))
    }

    pub(super) fn root_index(&self) -> Option<u32> {
        self.root
    }

    pub(super) fn set_root(&mut self, root: u32) {
        self.root = Some(root);
    }

    pub(super) fn set_tag(&mut self, at: u32, tag: &str) {
        if let Some(item) = self.items.get_mut(at as usize) {
            item.tag = Some(tag.into());
        }
    }

    /// The text of a scalar, and where it stands.
    pub(super) fn written(&self, at: u32) -> Option<(TextRange, &str)> {
        let item = self.items.get(at as usize)?;
        match &item.kind {
            Kind::Scalar { text, .. } => Some((item.range, text)),
            _ => None,
        }
    }

    pub(super) fn set_scalar(&mut self, at: u32, range: TextRange, text: String) {
        if let Some(item) = self.items.get_mut(at as usize) {
            *item = Item { range, tag: None, kind: Kind::Scalar { text, kind: ScalarKind::Plain } };
        }
    }

    pub(super) fn add_entry(&mut self, map: u32, key: u32, value: u32) {
        if let Some(Kind::Map(entries)) =
            self.items.get_mut(map as usize).map(|item| &mut item.kind)
        {
            entries.push((key, value));
        }
    }

    pub(super) fn add_item(&mut self, list: u32, value: u32) {
        if let Some(Kind::List(items)) =
            self.items.get_mut(list as usize).map(|item| &mut item.kind)
        {
            items.push(value);
        }
    }

    pub(super) fn set_end(&mut self, at: u32, end: u32) {
        if let Some(item) = self.items.get_mut(at as usize) {
            item.range.end = end.max(item.range.start);
        }
    }

    /// The end of the last node inside a map or list, or of the node itself.
    pub(super) fn last_end(&self, at: u32) -> Option<u32> {
        let last = match &self.items.get(at as usize)?.kind {
            Kind::Map(entries) => entries.last()?.1,
            Kind::List(items) => *items.last()?,
            Kind::Scalar { .. } | Kind::Alias(_) => return None,
        };
        self.items.get(last as usize).map(|item| item.range.end)
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn problem(&mut self, message: impl Into<String>, range: TextRange) {
        let kind = if self.items.is_empty() { ProblemKind::Unread } else { ProblemKind::Partial };
        self.problems.push(FileProblem { message: message.into(), range, kind });
    }

    fn push(&mut self, range: TextRange, kind: Kind) -> u32 {
        self.items.push(Item { range, tag: None, kind });
        index(self.items.len() - 1)
    }

    fn budget(&self) -> usize {
        BUDGET_FLOOR + self.items.len() * BUDGET_FACTOR
    }

    fn spend(&self, steps: usize) -> bool {
        self.spent.set(self.spent.get().saturating_add(steps));
        !self.is_exhausted()
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl<'a> Node<'a> {
    /// The bytes as written; those of the alias where the node is one.
    pub fn range(self) -> TextRange {
        self.item().range
    }

    /// The node that is meant: through aliases, where there are some.
    #[must_use]
    pub fn resolved(self) -> Self {
        let mut node = self;
        for _ in 0..MAX_HOPS {
            match &node.item().kind {
                Kind::Alias(Some(target)) if self.document.spend(1) => node.at = *target,
                _ => break,
            }
        }
        node
    }

    /// The explicit tag, as written: `!reset`.
    pub fn tag(self) -> Option<&'a str> {
        self.resolved().item().tag.as_deref()
    }

    /// The text of a scalar after quotes and escapes.
    pub fn text(self) -> Option<&'a str> {
        match &self.resolved().item().kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Map(_) | Kind::List(_) | Kind::Alias(_) => None,
        }
    }

    /// What the syntax says of the node; `Compound` for a map or list.
    pub fn kind(self) -> ScalarKind {
        match &self.resolved().item().kind {
            Kind::Scalar { kind, .. } => *kind,
            Kind::Alias(_) => ScalarKind::Null,
            Kind::Map(_) | Kind::List(_) => ScalarKind::Compound,
        }
    }

    /// Whether it is `null`, `~`, or nothing after the colon.
    pub fn is_null(self) -> bool {
        self.kind() == ScalarKind::Null
    }

    /// Whether it is a map.
    pub fn is_map(self) -> bool {
        matches!(self.resolved().item().kind, Kind::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        matches!(self.resolved().item().kind, Kind::List(_))
    }

    /// Whether it is written as an alias.
    pub fn is_alias(self) -> bool {
        matches!(self.item().kind, Kind::Alias(_))
    }

    /// The nodes of a list; none for anything else.
    pub fn items(self) -> Vec<Self> {
        match &self.resolved().item().kind {
            Kind::List(items) if self.document.spend(items.len()) => {
                items.iter().map(|at| Self { document: self.document, at: *at }).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The entries of a map in the order of the file, duplicates kept, then those of merge keys that it has not itself.
    pub fn entries(self) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        let mut merges = Vec::new();
        self.own_entries(&mut entries, &mut merges);
        if merges.is_empty() {
            return entries;
        }
        let mut seen: std::collections::BTreeSet<&str> = entries.iter().map(|e| e.key).collect();
        let mut hops = 0;
        while let Some(source) = merges.pop() {
            hops += 1;
            if hops > MAX_MERGES || self.document.is_exhausted() {
                self.document.spend(usize::MAX);
                break;
            }
            if source.is_list() {
                merges.extend(source.items().into_iter().rev());
                continue;
            }
            let mut found = Vec::new();
            source.own_entries(&mut found, &mut merges);
            let fresh: Vec<_> = found.into_iter().filter(|e| !seen.contains(e.key)).collect();
            seen.extend(fresh.iter().map(|e| e.key));
            entries.extend(fresh);
        }
        entries
    }

    /// The keys of a map as they are written, duplicates among them; none for anything else.
    pub fn written_keys(self) -> impl Iterator<Item = Self> {
        let pairs: &[(u32, u32)] = match &self.item().kind {
            Kind::Map(pairs) => pairs,
            _ => &[],
        };
        pairs.iter().map(move |(key, _)| Self { document: self.document, at: *key })
    }

    /// The value under the empty key of a map, which `entries` leaves out.
    pub fn unnamed(self) -> Option<Self> {
        let Kind::Map(pairs) = &self.resolved().item().kind else { return None };
        let node = |at: &u32| Self { document: self.document, at: *at };
        let is_empty = |key: &Self| key.text() == Some("") && !key.is_null();
        pairs.iter().rev().find(|(key, _)| is_empty(&node(key))).map(|(_, value)| node(value))
    }

    /// The value of `key` in a map: the last one that is written.
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The entry of `key` in a map: the last one that is written.
    pub fn entry(self, key: &str) -> Option<Entry<'a>> {
        let entries = self.entries();
        let first = entries.iter().position(|entry| entry.key == key)?;
        // Merged entries come last and never repeat a key, so the last of a run of duplicates is a written one.
        entries.iter().skip(first).rev().find(|entry| entry.key == key).copied()
    }

    /// The node under a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    fn own_entries(self, entries: &mut Vec<Entry<'a>>, merges: &mut Vec<Self>) {
        let Kind::Map(pairs) = &self.resolved().item().kind else { return };
        if !self.document.spend(pairs.len()) {
            return;
        }
        for (key, value) in pairs {
            let key = Self { document: self.document, at: *key };
            let value = Self { document: self.document, at: *value };
            // A key that is empty, a map or a list names nothing that code could ask for.
            let Some(text) = key.text().filter(|text| !text.is_empty()) else { continue };
            if text == "<<" && key.kind() != ScalarKind::Text {
                merges.push(value);
            } else {
                entries.push(Entry { key: text, key_range: key.range(), value });
            }
        }
    }

    fn item(self) -> &'a Item {
        &self.document.items[self.at as usize]
    }
}
