//! Names that are followed from an object: `settings.database.host`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::Names;
use crate::facts::code::Base;
use crate::facts::schema::Member;
use crate::lang::syntax::{NodeId, Shape};

impl Names<'_> {
    /// The members of the file that are no part of a longer one, in the order of the text.
    pub(super) fn members(
        &self,
        root: NodeId,
        functions: &FxHashMap<NodeId, usize>,
        tests: &FxHashSet<NodeId>,
        packages: &FxHashSet<String>,
        in_test: bool,
    ) -> Vec<Member> {
        if !self.handlers.follows_members {
            return Vec::new();
        }
        let mut found: Vec<Member> = Vec::new();
        for id in self.tree.descendants(root) {
            if !matches!(self.tree.shape(id), Shape::Member { .. }) || self.goes_on(id) {
                continue;
            }
            let path = self.path(id);
            let leads = matches!(path.base, Base::Here | Base::Absolute | Base::Parent(_));
            if !leads || path.rest.is_empty() || self.is_written(id) {
                continue;
            }
            let package = path.rest.split(['.', '(']).next().unwrap_or_default();
            let of_library = path.base == Base::Absolute && packages.contains(package);
            let own = self.own_function(id);
            found.push(Member {
                path,
                range: self.tree.range(id),
                function: own.and_then(|own| functions.get(&own).copied()),
                in_test: in_test || self.tree.ancestors(id).any(|at| tests.contains(&at)),
                is_called: self.is_called(id),
                conditional: of_library && self.is_conditional(id),
                steps: if of_library { self.steps(id) } else { Vec::new() },
                catches: self.catches(id),
            });
        }
        found
    }

    /// Whether a longer member is followed from this one, or from what calling it gives.
    fn goes_on(&self, id: NodeId) -> bool {
        let Some(around) = self.tree.parent(id) else { return false };
        match self.tree.shape(around) {
            Shape::Member { .. } => true,
            Shape::Call { callee, .. } if *callee == id => {
                let outer = self.tree.parent(around).map(|outer| self.tree.shape(outer));
                matches!(outer, Some(Shape::Member { .. }))
            }
            _ => false,
        }
    }

    fn is_called(&self, id: NodeId) -> bool {
        let around = self.tree.parent(id).map(|around| self.tree.shape(around));
        matches!(around, Some(Shape::Call { callee, .. }) if *callee == id)
    }

    fn is_written(&self, id: NodeId) -> bool {
        match self.tree.parent(id).map(|around| self.tree.shape(around)) {
            Some(Shape::Assign { targets, .. }) => targets.contains(&id),
            Some(Shape::Delete(_)) => true,
            _ => false,
        }
    }
}
