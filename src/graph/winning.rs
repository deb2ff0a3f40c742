//! Which of the definitions that take part wins, for each workload.
//!
//! Knows their order and nothing of how it came to be.

use std::collections::{BTreeMap, BTreeSet};

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
        candidates: &[Candidate<'a>],
        at: EnvironmentId,
    ) -> Vec<Effective<'a>> {
        let is_shared =
            |candidate: &Candidate<'_>| !matches!(candidate.scope, Some(Scope::Workload(_)));
        let mut shared: Vec<&Candidate<'a>> = Vec::new();
        let mut own: BTreeMap<Option<&'a Scope>, Vec<&Candidate<'a>>> = BTreeMap::new();
        for candidate in candidates {
            if is_shared(candidate) {
                shared.push(candidate);
            } else {
                own.entry(candidate.scope).or_default().push(candidate);
            }
        }
        if !shared.is_empty() {
            own.entry(None).or_default();
        }
        let mut all = Vec::with_capacity(own.len());
        for (scope, own) in own {
            // What only changes a service is laid over each of that name.
            let mut names: BTreeSet<Option<&'a str>> = own.iter().map(|one| one.apart).collect();
            if names.len() > 1 || names.is_empty() {
                names.remove(&None);
            }
            if names.is_empty() {
                names.insert(None);
            }
            let others = shared.iter().filter(|one| self.reaches_unit(one.definition, scope));
            let others: Vec<&Candidate<'a>> = others.copied().collect();
            for apart in names {
                let mine = own.iter().filter(|one| one.apart.is_none_or(|it| apart == Some(it)));
                let mut given: Vec<&Candidate<'a>> = mine.chain(&others).copied().collect();
                given.sort_unstable_by_key(|one| std::cmp::Reverse(one.rank));
                let Some((first, rest)) = given.split_first() else { continue };
                let (id, winner) = (first.rank.3, first.definition);
                let comes_to = self.comes_to(id, at, scope);
                let shadowed = rest.iter().map(|one| one.definition).collect();
                all.push(Effective { scope, apart, winner, id, comes_to, shadowed });
            }
        }
        all
    }
}
