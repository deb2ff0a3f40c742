//! Which of the definitions that take part wins, for each workload.
//!
//! Knows their order and nothing of how it came to be.

use std::collections::BTreeSet;

use super::{Effective, Graph};
use crate::model::{Definition, DefinitionId, EnvironmentId, Scope, SourceId};

/// One definition that takes part, with its place in the order, greater winning: whether its name is of the process
/// environment, how close it stands to the workload, its layer, its place.
pub(super) struct Candidate<'a> {
    pub(super) definition: &'a Definition,
    pub(super) scope: Option<&'a Scope>,
    /// What the workload is called beside others of its name.
    pub(super) apart: Option<&'a str>,
    pub(super) rank: (bool, u8, u32, DefinitionId),
}

impl<'a> Graph<'a> {
    /// What a service is called beside others of its name in an environment.
    pub(super) fn namesake(
        &self,
        by: SourceId,
        scope: &Scope,
        at: EnvironmentId,
    ) -> Option<&'a str> {
        let all = self.inventory.namesakes.get(&by)?;
        self.index.crowded.get(&(at, scope.name()))?;
        all.get(scope.name()).map(String::as_str)
    }

    fn comes_to(
        &self,
        id: DefinitionId,
        at: EnvironmentId,
        scope: Option<&Scope>,
    ) -> Option<&'a Definition> {
        let all = &self.inventory.resolved;
        let place = all.binary_search_by(|one| one.place().cmp(&(id, at, scope))).ok()?;
        Some(&all[place].definition)
    }

    /// One effective value for all, and one for each workload that has candidates of its own.
    pub(super) fn effective(
        &self,
        mut candidates: Vec<Candidate<'a>>,
        at: EnvironmentId,
    ) -> Vec<Effective<'a>> {
        candidates.sort_unstable_by_key(|candidate| std::cmp::Reverse(candidate.rank));
        let is_shared =
            |candidate: &Candidate<'_>| !matches!(candidate.scope, Some(Scope::Workload(_)));
        let mut scopes: BTreeSet<(Option<&'a Scope>, Option<&'a str>)> = BTreeSet::new();
        for candidate in &candidates {
            let of_all = is_shared(candidate);
            scopes.insert(if of_all { (None, None) } else { (candidate.scope, candidate.apart) });
        }
        // What only changes a service is laid over each of that name.
        let apart: BTreeSet<_> = scopes.iter().filter(|it| it.1.is_some()).map(|it| it.0).collect();
        scopes.retain(|(scope, name)| name.is_some() || !apart.contains(scope));
        let mut all = Vec::with_capacity(scopes.len());
        for (scope, apart) in scopes {
            let mut given = candidates
                .iter()
                .filter(|candidate| {
                    candidate.scope == scope
                        && candidate.apart.is_none_or(|name| apart == Some(name))
                        || is_shared(candidate) && self.reaches_unit(candidate.definition, scope)
                })
                .map(|candidate| (candidate.rank.3, candidate.definition));
            if let Some((id, winner)) = given.next() {
                let comes_to = self.comes_to(id, at, scope);
                let shadowed = given.map(|(_, definition)| definition).collect();
                all.push(Effective { scope, apart, winner, id, comes_to, shadowed });
            }
        }
        all
    }
}
