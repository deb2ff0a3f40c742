//! Calls that name no key: who calls a function without arguments.

use super::names::Names;
use super::sites::Around;
use crate::facts::code::{Base, Call};
use crate::lang::syntax::{NodeId, Shape};

impl Names<'_> {
    /// The calls without arguments of names that may be the project's own, in code that runs and is no test.
    pub(super) fn calls(&self, root: NodeId, around: &Around<'_>) -> Vec<Call> {
        if around.in_test {
            return Vec::new();
        }
        let calls = self.tree.descendants(root).into_iter().filter_map(|id| {
            let Shape::Call { callee, args, .. } = self.tree.shape(id) else { return None };
            let callee = if args.is_empty() { self.path(*callee) } else { return None };
            let is_named = !matches!(callee.base, Base::Unknown | Base::Param(_));
            let range = self.tree.range(id);
            let counts = is_named
                && !callee.rest.contains("()")
                && !range.is_in(around.dead)
                && !self.tree.ancestors(id).any(|at| around.tests.contains(&at));
            let function = || around.functions.get(&self.own_function(id)?).copied();
            counts.then(|| Call { callee, range, function: function(), forks: self.forks(id) })
        });
        calls.collect()
    }
}
