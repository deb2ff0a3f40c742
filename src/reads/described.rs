//! Objects that describe keys: `cleanEnv(process.env, { PORT: port({ default: 80 }) })`, and schemas that something fills from
//! the environment: `z.object({ PORT: z.coerce.number() }).parse(process.env)`.
//!
//! Each entry is a site, with what is said of it as keywords. What the calls mean is told by the rows of readers.

use super::names::Names;
use super::scopes::Origin;
use super::sites::Around;
use crate::facts::code::{Arg, Base, Expr, Form, Path, Site};
use crate::lang::handlers::Described;
use crate::lang::syntax::{Argument, NodeId, Shape};
use crate::text::TextRange;

/// Calls in a row beyond these say nothing more of an entry.
const MAX_CALLS: usize = 24;

/// Objects inside objects deeper than this are not looked for.
const MAX_NESTED: usize = 12;

/// Entries of one object beyond these are not looked at.
const MAX_ENTRIES: usize = 400;

/// The keyword under which the name of an entry stands among what is said of it.
const KEY: &str = "key";

impl Names<'_> {
    /// The sites of an object, where it describes keys.
    pub(super) fn keys_described(
        &self,
        object: NodeId,
        pairs: &[(NodeId, NodeId)],
        around: &Around<'_>,
    ) -> Vec<Site> {
        if self.handlers.described.is_empty() || pairs.is_empty() {
            return Vec::new();
        }
        let Some((row, call)) = self.describing(object) else { return Vec::new() };
        if row.leaves {
            return self.leaf(call, pairs, around).into_iter().collect();
        }
        let entries = pairs.iter().take(MAX_ENTRIES);
        entries.filter_map(|(key, value)| self.entry(*key, *value, around)).collect()
    }

    /// The call that says what an object is, with the row that knows it.
    fn describing(&self, object: NodeId) -> Option<(&Described, NodeId)> {
        let mut inner = object;
        let mut under: Option<&str> = None;
        let mut depth = 0;
        for outer in self.tree.ancestors(object).take(MAX_NESTED) {
            match self.tree.shape(outer) {
                Shape::Wrapped(_) | Shape::Claimed(_) => {}
                Shape::Map(pairs) => {
                    let (key, _) = pairs.iter().find(|(_, value)| *value == inner)?;
                    under = self.key_of(*key);
                    depth += 1;
                }
                Shape::Call { callee, args, .. } => {
                    args.iter().find(|arg| arg.value == inner)?;
                    let path = self.path(*callee);
                    let row = self.handlers.described.iter().find(|row| {
                        path.base == Base::Absolute && row.calls.contains(&path.rest)
                    })?;
                    let fits = match (depth, &row.under[..]) {
                        _ if row.leaves => true,
                        (0, []) => true,
                        (1, names) => under.is_some_and(|under| names.iter().any(|n| n == under)),
                        _ => false,
                    };
                    let is_filled =
                        row.filled_by.is_empty() || self.is_filled(outer, &row.filled_by, true);
                    return (fits && is_filled).then_some((row, outer));
                }
                _ => return None,
            }
            inner = outer;
        }
        None
    }

    /// Whether what a call makes is filled from the environment, where it stands or by the name that it is given.
    fn is_filled(&self, made: NodeId, by: &[String], names: bool) -> bool {
        let mut at = made;
        for outer in self.tree.ancestors(made).take(MAX_CALLS) {
            match self.tree.shape(outer) {
                Shape::Wrapped(_) | Shape::Claimed(_) | Shape::Member { .. } => {}
                Shape::Call { callee, args, .. } if *callee == at => {
                    let Shape::Member { name, .. } = self.tree.shape(at) else { return false };
                    let asks = by.iter().any(|one| one == name.slice(self.text));
                    if asks && self.hands_environment(args) {
                        return true;
                    }
                }
                Shape::Call { args, .. } => return self.hands_environment(args),
                Shape::Map(pairs) => {
                    let own = pairs.iter().find(|(_, value)| *value == at);
                    let key = own.and_then(|(key, _)| self.key_of(*key));
                    return key.is_some_and(|key| by.iter().any(|one| one == key));
                }
                Shape::Assign { targets, .. } => {
                    let [target] = targets[..] else { return false };
                    let is_name = names && matches!(self.tree.shape(target), Shape::Name);
                    let uses = || self.scopes.uses_after(self.slice(target), outer).into_iter();
                    return is_name && uses().any(|used| self.is_filled(used, by, false));
                }
                _ => return false,
            }
            at = outer;
        }
        false
    }

    fn hands_environment(&self, args: &[Argument]) -> bool {
        args.iter().any(|arg| {
            let path = self.path(arg.value);
            path.base == Base::Absolute && self.handlers.mappings.contains(&path.rest)
        })
    }

    fn entry(&self, key: NodeId, value: NodeId, around: &Around<'_>) -> Option<Site> {
        let name = self.key_of(key)?;
        let mut said = vec![Arg {
            name: Some(KEY.to_owned()),
            value: Expr::Text(name.to_owned()),
            range: self.tree.range(key),
            named: false,
        }];
        let callee = self.chain(value, &mut said, true)?;
        Some(self.describing_site(key, value, callee, said, around))
    }

    fn leaf(&self, call: NodeId, pairs: &[(NodeId, NodeId)], around: &Around<'_>) -> Option<Site> {
        let Shape::Call { callee, .. } = self.tree.shape(call) else { return None };
        let mut said = Vec::new();
        for (key, value) in pairs.iter().take(MAX_ENTRIES) {
            said.extend(self.keyword(*key, *value));
        }
        let named = said.iter().find(|arg| arg.name.as_deref() == Some("env"))?;
        matches!(named.value, Expr::Text(_)).then_some(())?;
        let (first, last) = (pairs.first()?.0, pairs.last()?.1);
        Some(self.describing_site(first, last, self.path(*callee), said, around))
    }

    fn keyword(&self, key: NodeId, value: NodeId) -> Option<Arg> {
        let name = Some(self.key_of(key)?.to_owned());
        Some(Arg { name, value: self.value(value), range: self.tree.range(value), named: false })
    }

    /// What is called first in a row of calls; what the others say goes among what is said, by their names.
    fn chain(&self, value: NodeId, said: &mut Vec<Arg>, names: bool) -> Option<Path> {
        let mut at = self.tree.unwrapped(value);
        if let (Shape::Name, true) = (self.tree.shape(at), names) {
            let (_, origins) = self.scopes.lookup(self.slice(at), at)?;
            let Some(Origin::Value(given)) = origins.first() else { return None };
            return self.chain(*given, said, false);
        }
        for _ in 0..MAX_CALLS {
            let Shape::Call { callee, args, .. } = self.tree.shape(at) else { return None };
            let callee = self.tree.unwrapped(*callee);
            let outer = match self.tree.shape(callee) {
                Shape::Member { object, name } => {
                    let object = self.tree.unwrapped(*object);
                    matches!(self.tree.shape(object), Shape::Call { .. }).then_some((object, *name))
                }
                _ => None,
            };
            let Some((object, method)) = outer else {
                for arg in args {
                    if let Shape::Map(pairs) = self.tree.shape(self.tree.unwrapped(arg.value)) {
                        let pairs = pairs.iter().take(MAX_ENTRIES);
                        said.extend(pairs.filter_map(|(key, value)| self.keyword(*key, *value)));
                    }
                }
                return Some(self.path(callee));
            };
            said.push(self.said_by(method, args));
            at = object;
        }
        None
    }

    /// A call in a row as a keyword: `.default(80)` gives what `default: 80` does, `.optional()` that it is so.
    fn said_by(&self, method: TextRange, args: &[Argument]) -> Arg {
        let given = args.first();
        Arg {
            name: Some(method.slice(self.text).to_owned()),
            value: given.map_or(Expr::Bool(true), |arg| self.value(arg.value)),
            range: given.map_or(method, |arg| self.tree.range(arg.value)),
            named: false,
        }
    }

    fn describing_site(
        &self,
        first: NodeId,
        last: NodeId,
        callee: Path,
        args: Vec<Arg>,
        around: &Around<'_>,
    ) -> Site {
        let mut site = self.described(last, callee, Form::Attribute, args, around);
        site.range = self.tree.range(first).cover(self.tree.range(last));
        site.steps = Vec::new();
        site.conditional = false;
        site.forks = Vec::new();
        site
    }
}
