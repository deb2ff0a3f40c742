//! Mappings made of others: copies, and several laid over each other.
//!
//! Where one of the project's own lies beside one from outside, what the latter lacks may stand in the former: such a
//! mapping is asked by a name of its own, [`Path::layered`].

use super::names::Names;
use super::scopes::Origin;
use crate::facts::code::{Base, Path};
use crate::lang::syntax::{Argument, NodeId, Shape};

/// A mapping of more others than this is not followed.
const MAX_LAID: usize = 8;

impl Names<'_> {
    /// `dict(os.environ)` and `os.environ.copy()` have the entries of `os.environ`.
    pub(super) fn copied(&self, callee: NodeId, args: &[Argument], depth: usize) -> Option<Path> {
        if let Some(path) = self.chained(callee, args, depth) {
            return Some(path);
        }
        let copies = |name: &str| self.handlers.copies.iter().any(|copy| copy == name);
        let of = match (self.tree.shape(callee), args) {
            (Shape::Member { object, name }, []) if copies(name.slice(self.text)) => *object,
            (Shape::Name, [first]) if copies(self.slice(callee)) && first.name.is_none() => {
                first.value
            }
            _ => return None,
        };
        let path = self.path_within(of, depth.checked_sub(1)?);
        (path.base != Base::Unknown).then_some(path)
    }

    /// `ChainMap(os.environ, defaults)`: the first that has an entry gives it.
    fn chained(&self, callee: NodeId, args: &[Argument], depth: usize) -> Option<Path> {
        // Looked at before it is followed: a chain of calls would be followed twice at each of them.
        let may_chain = match self.tree.shape(callee) {
            Shape::Name => {
                let found = self.scopes.lookup(self.slice(callee), callee);
                found.is_some_and(|(_, all)| matches!(all.first(), Some(Origin::Import(..))))
            }
            Shape::Member { name, .. } => self.is_called_chain(name.slice(self.text)),
            _ => false,
        };
        if !may_chain || self.handlers.chains.is_empty() || args.len() > MAX_LAID {
            return None;
        }
        let depth = depth.checked_sub(1)?;
        let by = self.path_within(callee, depth);
        if by.base != Base::Absolute || !self.handlers.chains.contains(&by.rest) {
            return None;
        }
        let paths = args.iter().rev().map(|arg| self.path_within(arg.value, depth)).collect();
        uppermost(paths)
    }

    fn is_called_chain(&self, name: &str) -> bool {
        self.handlers.chains.iter().any(|chain| chain.rsplit('.').next() == Some(name))
    }

    /// `{**defaults, **os.environ}`: the last that has an entry gives it.
    pub(super) fn laid_over(&self, pairs: &[(NodeId, NodeId)], depth: usize) -> Path {
        let unknown = || Path::unknown("");
        let Some(depth) = depth.checked_sub(1) else { return unknown() };
        let is_whole = |key: NodeId| matches!(self.tree.shape(key), Shape::Pass);
        if pairs.len() > MAX_LAID || !pairs.iter().all(|(key, _)| is_whole(*key)) {
            return unknown();
        }
        let paths = pairs.iter().map(|(_, value)| self.path_within(*value, depth)).collect();
        uppermost(paths).unwrap_or_else(unknown)
    }
}

/// Of mappings laid over each other, the last that comes from outside; among others where the project has one beside it.
fn uppermost(paths: Vec<Path>) -> Option<Path> {
    let is_outside = |path: &Path| path.base == Base::Absolute && !is_constant(path.last());
    let all = paths.iter().all(is_outside);
    let last = paths.into_iter().rfind(is_outside)?;
    Some(if all { last } else { last.layered() })
}

fn is_constant(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}
