//! Branches that decide nothing: both ways do the same, but for a fixed text that they write to a log.
//!
//! Compares what is written. A function of the same file that does nothing itself does nothing where it is called; what
//! another file has is not known.

use rustc_hash::FxHashMap;

use super::names::Names;
use crate::lang::syntax::{NodeId, Part, Shape};

/// Statements of one way beyond these are not compared.
const MAX_STATEMENTS: usize = 100;

/// Longer statements are not compared.
const MAX_TEXT: usize = 2_000;

/// What a statement does.
enum Deed {
    Nothing,
    /// Gives a local name a literal value.
    Names,
    Something,
}

impl Names<'_> {
    /// Whether both ways of a branch do the same: the other way, or what stands behind a branch that leaves its function.
    pub(super) fn is_vain(&self, branch: NodeId, then: NodeId, otherwise: Option<NodeId>) -> bool {
        let other = match otherwise {
            Some(other) => self.statements(other),
            None => match self.rest_of_function(branch, then) {
                Some(rest) => rest,
                None => return false,
            },
        };
        let one = self.statements(then);
        if one.len().max(other.len()) > MAX_STATEMENTS {
            return false;
        }
        let (one, other) = (self.deeds(&one), self.deeds(&other));
        let words = |id: &NodeId| self.slice(*id).split_whitespace();
        let is_short = |id: &NodeId| self.slice(*id).len() <= MAX_TEXT;
        let mut pairs = one.iter().zip(&other);
        one.len() == other.len()
            && pairs.all(|(one, other)| is_short(one) && words(one).eq(words(other)))
    }

    /// The statements behind a branch that ends its function with no value, where its block is the whole of that.
    fn rest_of_function(&self, branch: NodeId, then: NodeId) -> Option<Vec<NodeId>> {
        let last = *self.statements(then).last()?;
        if !matches!(self.tree.shape(self.statement(last)), Shape::Return(None)) {
            return None;
        }
        let mut around = self.tree.ancestors(branch);
        let block = around.find(|at| matches!(self.tree.shape(*at), Shape::Block(_)))?;
        let is_body = |at: NodeId| matches!(self.tree.shape(at), Shape::Function(it) if it.body == Some(block));
        let inside = self.tree.range(branch);
        let Shape::Block(all) = self.tree.shape(block) else { return None };
        let behind = all.iter().skip_while(|one| !self.tree.range(**one).contains(inside)).skip(1);
        around.next().is_some_and(is_body).then(|| behind.copied().collect())
    }

    fn statements(&self, node: NodeId) -> Vec<NodeId> {
        let mut at = self.tree.unwrapped(node);
        while let Shape::Other(inside) = self.tree.shape(at)
            && let [only] = inside[..]
        {
            at = self.tree.unwrapped(only);
        }
        match self.tree.shape(at) {
            Shape::Block(all) => all.clone(),
            _ => vec![at],
        }
    }

    /// The statements that do something, with the names that they may use; none where none does anything.
    fn deeds(&self, statements: &[NodeId]) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut is_idle = true;
        for (at, one) in statements.iter().enumerate() {
            let is_last = at + 1 == statements.len();
            match self.deed(*one, is_last, true) {
                Deed::Nothing => continue,
                Deed::Names => {}
                Deed::Something => is_idle = false,
            }
            found.push(*one);
        }
        if is_idle { Vec::new() } else { found }
    }

    /// `follows`: whether functions of the file are looked into.
    fn deed(&self, node: NodeId, is_last: bool, follows: bool) -> Deed {
        let node = self.statement(node);
        match self.tree.shape(node) {
            Shape::Pass => Deed::Nothing,
            // What a function says of itself; the last text of a block may be its value.
            Shape::Text(_) if !follows => Deed::Nothing,
            Shape::Return(None) if is_last => Deed::Nothing,
            Shape::Call { callee, args, .. } => {
                let is_fixed = args.iter().all(|arg| self.is_fixed(arg.value));
                let is_logged = is_fixed && self.is_log(self.slice(*callee));
                if is_logged || follows && args.is_empty() && self.is_empty_function(*callee) {
                    return Deed::Nothing;
                }
                Deed::Something
            }
            Shape::Macro { name, args, .. } => {
                let is_fixed = args.iter().all(|arg| self.is_fixed(*arg));
                let is_logged = is_fixed && self.is_log(name.slice(self.text));
                if is_logged { Deed::Nothing } else { Deed::Something }
            }
            Shape::Assign { targets, value, .. } => {
                let is_local = targets.iter().all(|it| matches!(self.tree.shape(*it), Shape::Name));
                let is_plain = value.is_none_or(|value| self.is_literal(value));
                if is_local && is_plain { Deed::Names } else { Deed::Something }
            }
            _ => Deed::Something,
        }
    }

    fn is_literal(&self, node: NodeId) -> bool {
        let shape = self.tree.shape(self.tree.unwrapped(node));
        matches!(shape, Shape::Number | Shape::Bool(_) | Shape::Null) || self.is_fixed(node)
    }

    /// Whether a text has nothing put in.
    fn is_fixed(&self, node: NodeId) -> bool {
        let shape = self.tree.shape(self.tree.unwrapped(node));
        matches!(shape, Shape::Text(parts) if parts.iter().all(|it| matches!(it, Part::Literal(_))))
    }

    /// Whether what is called so only writes to a log: `logger.info`, `self.log.debug`, `tracing::info`.
    fn is_log(&self, callee: &str) -> bool {
        let name = callee.replace("::", ".");
        let name = ["self.", "this.", "cls."]
            .iter()
            .find_map(|own| name.strip_prefix(own))
            .unwrap_or(&name);
        let mut parts = name.split('.');
        let first = parts.next().unwrap_or_default();
        let last = parts.next_back().unwrap_or(first).to_ascii_lowercase();
        let ends = ["fatal", "panic", "exit"].iter().any(|word| last.starts_with(word));
        !ends && self.handlers.logs.iter().any(|log| log == first)
    }

    /// Whether a function of the file, called by its name alone, does nothing.
    fn is_empty_function(&self, callee: NodeId) -> bool {
        if !matches!(self.tree.shape(callee), Shape::Name) {
            return false;
        }
        let bodies = self.bodies.get_or_init(|| self.bodies(callee));
        let Some(body) = bodies.get(self.slice(callee)).copied().flatten() else { return false };
        let statements = self.statements(body);
        statements.len() <= MAX_STATEMENTS
            && statements.iter().enumerate().all(|(at, one)| {
                !matches!(self.deed(*one, at + 1 == statements.len(), false), Deed::Something)
            })
    }

    /// The bodies of the functions of the file by their names; none for a name that several have.
    fn bodies(&self, inside: NodeId) -> FxHashMap<String, Option<NodeId>> {
        let mut found = FxHashMap::default();
        let file = self.tree.ancestors(inside).last().unwrap_or(inside);
        for id in self.tree.descendants(file) {
            if let Shape::Function(function) = self.tree.shape(id) {
                let name = function.name.slice(self.text).to_owned();
                found.entry(name).and_modify(|known| *known = None).or_insert(function.body);
            }
        }
        found
    }
}
