//! A manifest in the making: a tree whose parts know where they were written, and what gave way to them.
//!
//! Aliases and merge keys are followed, within the budget of their document. Knows no platform: what merges with what is
//! the tool's to say, here is only what most of them do.

use std::collections::HashMap;

use crate::document::{self, Document, Node, Syntax, yaml};
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::model::{Scalar, ScalarKind};
use crate::text::{FileId, Span, TextRange};

/// Deeper than any manifest goes.
const MAX_DEPTH: usize = 64;
/// More nodes than any manifest has once its aliases are written out.
const MAX_NODES: usize = 1_000_000;
/// More values than one can have given way to.
const MAX_LOST: usize = 64;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    /// What it holds.
    pub(crate) body: Body,
    /// Where it is written; `None` for what a tool adds by itself.
    pub(crate) place: Option<Span>,
    /// Where its text comes from, where that is not its place.
    pub(crate) from: Option<Span>,
    /// The values that gave way to it, nearest first.
    pub(crate) lost: Vec<Span>,
    /// Its tag, as written: `!reset`.
    pub(crate) tag: Option<Box<str>>,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// One value.
    Scalar(Scalar),
    /// Keys with their values, each key once, in the order in which they came.
    Map(Vec<Pair>),
    /// Values.
    List(Vec<Tree>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The key.
    pub(crate) key: String,
    /// Where it is written.
    pub(crate) place: Option<Span>,
    /// The value.
    pub(crate) value: Tree,
}

/// The trees of a text and what could not be understood. YAML may stand anywhere in its file, at byte `base`.
pub(crate) fn read(
    text: &str,
    base: usize,
    syntax: Syntax,
    file: FileId,
) -> (Vec<Tree>, Vec<FileProblem>) {
    let documents = match syntax {
        Syntax::Yaml => yaml::parse(text, base),
        _ => document::parse(text, syntax),
    };
    let mut trees = Vec::new();
    let mut problems = Vec::new();
    for document in &documents {
        problems.extend(document.problems.iter().cloned());
        let Some(root) = document.root() else { continue };
        let mut reader = Reader { file, left: MAX_NODES, is_cut: false };
        trees.push(reader.tree(root, MAX_DEPTH));
        if reader.is_cut || document.is_exhausted() {
            problems.push(cut(document));
        }
    }
    (trees, problems)
}

fn cut(document: &Document) -> FileProblem {
    FileProblem {
        message:
            "is nested or repeated by aliases more than configuration can be; the rest was not read"
                .to_owned(),
        range: document.root().map_or(TextRange { start: 0, end: 0 }, Node::range),
        kind: ProblemKind::Partial,
    }
}

struct Reader {
    file: FileId,
    left: usize,
    is_cut: bool,
}

impl Reader {
    fn tree(&mut self, node: Node<'_>, depth: usize) -> Tree {
        let node = node.resolved();
        let place = Span::new(self.file, node.range());
        let mut tree = Tree { tag: node.tag().map(Into::into), ..Tree::null(Some(place)) };
        let (Some(below), Some(left)) = (depth.checked_sub(1), self.left.checked_sub(1)) else {
            self.is_cut = true;
            return tree;
        };
        self.left = left;
        tree.body = if let Some(text) = node.text() {
            Body::Scalar(Scalar { text: text.to_owned(), kind: node.kind() })
        } else if node.is_map() {
            self.map(node, below)
        } else if node.is_list() {
            Body::List(node.items().into_iter().map(|item| self.tree(item, below)).collect())
        } else {
            tree.body
        };
        tree
    }

    fn map(&mut self, node: Node<'_>, below: usize) -> Body {
        let mut pairs: Vec<Pair> = Vec::new();
        let mut places = HashMap::new();
        for entry in node.entries() {
            let value = self.tree(entry.value, below);
            let place = Some(Span::new(self.file, entry.key_range));
            let pair = Pair { key: entry.key.to_owned(), place, value };
            let before = places.get(entry.key).and_then(|at: &usize| pairs.get_mut(*at));
            if let Some(before) = before {
                before.replace(pair);
            } else {
                places.insert(entry.key, pairs.len());
                pairs.push(pair);
            }
        }
        Body::Map(pairs)
    }
}

impl Pair {
    /// Gives way to `other`, which is written later.
    pub(crate) fn replace(&mut self, other: Self) {
        self.place = other.place.or(self.place);
        self.value.replace(other.value);
    }
}

impl Tree {
    /// Nothing, written at `place`.
    pub(crate) fn null(place: Option<Span>) -> Self {
        Self::scalar(String::new(), ScalarKind::Null, place)
    }

    /// A text, written at `place`.
    pub(crate) fn text_at(text: impl Into<String>, place: Option<Span>) -> Self {
        Self::scalar(text.into(), ScalarKind::Text, place)
    }

    /// A scalar, written at `place`.
    pub(crate) fn scalar(text: String, kind: ScalarKind, place: Option<Span>) -> Self {
        let body = Body::Scalar(Scalar { text, kind });
        Self { body, place, from: None, lost: Vec::new(), tag: None }
    }

    /// An empty map, written at `place`.
    pub(crate) fn map_at(place: Option<Span>) -> Self {
        Self { body: Body::Map(Vec::new()), ..Self::null(place) }
    }

    /// The text of a scalar; `None` for null, maps and lists.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.body {
            Body::Scalar(scalar) if scalar.kind != ScalarKind::Null => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether it is `null` or nothing.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.body, Body::Scalar(scalar) if scalar.kind == ScalarKind::Null)
    }

    /// Whether it is a map.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.body, Body::Map(_))
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.body, Body::List(_))
    }

    /// The pairs of a map; none for anything else.
    pub(crate) fn pairs(&self) -> &[Pair] {
        if let Body::Map(pairs) = &self.body { pairs } else { &[] }
    }

    /// The pairs of a map, to change.
    pub(crate) fn pairs_mut(&mut self) -> Option<&mut Vec<Pair>> {
        if let Body::Map(pairs) = &mut self.body { Some(pairs) } else { None }
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(&self) -> &[Self] {
        if let Body::List(items) = &self.body { items } else { &[] }
    }

    /// The items of a list, to change.
    pub(crate) fn items_mut(&mut self) -> Option<&mut Vec<Self>> {
        if let Body::List(items) = &mut self.body { Some(items) } else { None }
    }

    /// The pair of `key`.
    pub(crate) fn pair(&self, key: &str) -> Option<&Pair> {
        self.pairs().iter().find(|pair| pair.key == key)
    }

    /// The value of `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.pair(key).map(|pair| &pair.value)
    }

    /// The value of `key`, to change.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let pairs = self.pairs_mut()?;
        pairs.iter_mut().find(|pair| pair.key == key).map(|pair| &mut pair.value)
    }

    /// The value under a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, key| tree.get(key))
    }

    /// The text under a path of keys.
    pub(crate) fn text_under(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.text()
    }

    /// Puts a pair into a map: in the place of the one with its key, or last. Anything but a map stays as it is.
    pub(crate) fn put(&mut self, pair: Pair) {
        let Some(pairs) = self.pairs_mut() else { return };
        match pairs.iter_mut().find(|one| one.key == pair.key) {
            Some(before) => before.replace(pair),
            None => pairs.push(pair),
        }
    }

    /// Takes a pair out of a map.
    pub(crate) fn take(&mut self, key: &str) -> Option<Pair> {
        let pairs = self.pairs_mut()?;
        let at = pairs.iter().position(|pair| pair.key == key)?;
        Some(pairs.remove(at))
    }

    /// Gives way to `other`, which keeps where this was written.
    pub(crate) fn replace(&mut self, other: Self) {
        let mut before = std::mem::replace(self, other);
        self.lose(&mut before);
    }

    /// Keeps where `before`, which gave way to this, was written.
    pub(crate) fn lose(&mut self, before: &mut Self) {
        let places = before.from.into_iter().chain(before.place).chain(before.lost.drain(..));
        let room = MAX_LOST.saturating_sub(self.lost.len());
        for place in places.take(room) {
            if Some(place) != self.place && !self.lost.contains(&place) {
                self.lost.push(place);
            }
        }
    }

    /// Lays `over` over this as most tools do: maps are merged by key, all else is replaced, and null takes away.
    pub(crate) fn overlay(&mut self, over: Self) {
        let (Body::Map(pairs), true) = (&mut self.body, over.is_map()) else {
            return self.replace(over);
        };
        let Body::Map(others) = over.body else { return };
        let mut known: HashMap<String, usize> =
            pairs.iter().enumerate().map(|(at, pair)| (pair.key.clone(), at)).collect();
        let mut gone = vec![false; pairs.len()];
        for other in others {
            let at = known.get(&other.key).copied();
            if other.value.is_null() {
                at.and_then(|at| gone.get_mut(at)).into_iter().for_each(|one| *one = true);
                continue;
            }
            match at.and_then(|at| pairs.get_mut(at)) {
                Some(before) if before.value.is_map() && other.value.is_map() => {
                    before.value.overlay(other.value);
                }
                Some(before) => before.replace(other),
                None => {
                    known.insert(other.key.clone(), pairs.len());
                    pairs.push(other);
                }
            }
        }
        let mut at = 0;
        pairs.retain(|_| {
            at += 1;
            !gone.get(at - 1).copied().unwrap_or(false)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::printer;
    use super::{Tree, read};
    use crate::document::Syntax;
    use crate::text::{File, FileId, Files};

    fn merged(base: &str, over: &str) -> (Files, Tree) {
        let mut files = Files::default();
        let base_id = files.add(File::new("base.yaml", base));
        let over_id = files.add(File::new("over.yaml", over));
        let tree = |text: &str, id: FileId| read(text, 0, Syntax::Yaml, id).0.remove(0);
        let mut tree_of_base = tree(base, base_id);
        tree_of_base.overlay(tree(over, over_id));
        (files, tree_of_base)
    }

    #[test]
    fn an_overlay_wins_and_keeps_what_it_replaced() {
        let (files, tree) = merged(
            "oven:\n  heat: 180\n  light: on\nloaves: [rye]\n",
            "oven: {heat: 220, light: null}\nloaves:\n- spelt\n",
        );
        let text = printer::print(&tree, &files, None);
        assert_eq!(text.text(), "oven:\n  heat: 220\nloaves:\n- spelt\n");
        let heat = tree.at(&["oven", "heat"]).unwrap();
        assert_eq!(heat.place.unwrap().range.slice(&files.get(FileId(1)).text), "220");
        assert_eq!(heat.lost[0].range.slice(&files.get(FileId(0)).text), "180");
    }

    #[test]
    fn a_key_written_twice_has_its_last_value() {
        let (trees, problems) = read("a: 1\na: 2\n", 0, Syntax::Yaml, FileId(0));
        assert_eq!(problems, []);
        assert_eq!(trees[0].text_under(&["a"]), Some("2"));
        assert_eq!(trees[0].pairs().len(), 1);
    }

    #[test]
    fn aliases_within_aliases_end_with_a_problem() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let one = format!("*a{}", level - 1);
            let all = [one.as_str(); 10].join(", ");
            text = format!("{text}a{level}: &a{level} [{all}]\n");
        }
        let (_, problems) = read(&text, 0, Syntax::Yaml, FileId(0));
        assert_eq!(problems.len(), 1);
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert_eq!(read(&deep, 0, Syntax::Yaml, FileId(0)).1.len(), 1);
    }
}
