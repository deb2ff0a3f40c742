//! A key that one kustomization takes from several workloads, and sets for one more to what that is given anyway.
//!
//! Whether the one is meant to keep it the files do not say: a patch that changes nothing is mostly one that was to delete.

use std::collections::{BTreeMap, BTreeSet};

use super::RULE;
use crate::finding::Finding;
use crate::model::{Binding, Confidence, Definition, EnvironmentId, KeyId, Scope, Withdrawal};
use crate::rules::Context;
use crate::rules::evidence::{
    Marks, listed, of_definition, of_read, of_withdrawal, readable, reads_it,
};
use crate::text::FileId;

/// Fewer workloads are no rule from which one departs.
const FEWEST: usize = 3;
/// More places of patches than a finding needs.
const MOST: usize = 6;

/// What one kustomization does to a key.
struct Left<'a> {
    /// The workloads that lose it.
    from: BTreeSet<&'a str>,
    /// Where it says so, each place once.
    withdrawals: Vec<&'a Withdrawal>,
    /// What it sets, once for each result.
    set: Vec<&'a Definition>,
    /// What the workload is given without that.
    base: &'a Definition,
}

/// Finds keys that a kustomization leaves in one workload.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let inventory = context.graph.inventory;
    let mut patched: BTreeMap<(KeyId, FileId), Vec<&Withdrawal>> = BTreeMap::new();
    for one in &inventory.withdrawals {
        patched.entry((one.key, one.by)).or_default().push(one);
    }
    patched.retain(|(key, _), all| {
        let from: BTreeSet<&str> = all.iter().map(|one| workload(&one.scope)).collect();
        from.len() >= FEWEST && !context.config.expects_difference(context.name(*key))
    });
    let keys: BTreeSet<KeyId> = patched.keys().map(|(key, _)| *key).collect();
    let mut bound: BTreeMap<KeyId, Vec<&Binding>> = BTreeMap::new();
    for one in inventory.bindings.iter().filter(|one| keys.contains(&one.to)) {
        bound.entry(one.to).or_default().push(one);
    }
    for ((key, _), withdrawals) in patched {
        let bound = bound.get(&key).map_or(&[][..], Vec::as_slice);
        let left = left(context, (key, bound), withdrawals);
        out.extend(left.and_then(|left| finding(context, key, &left)));
    }
}

/// The workload of a container.
fn workload(scope: &Scope) -> &str {
    let name = scope.name();
    name.split_once('/').map_or(name, |(workload, _)| workload)
}

fn left<'a>(
    context: &Context<'a>,
    (key, bound): (KeyId, &[&'a Binding]),
    mut withdrawals: Vec<&'a Withdrawal>,
) -> Option<Left<'a>> {
    let patches = &withdrawals.first()?.patches;
    let all: Vec<&Definition> = context.graph.definitions_of(key).map(|(_, one)| one).collect();
    let is_set = |one: &&Definition| {
        patches.contains(&one.key_span.file) && matches!(one.scope, Some(Scope::Workload(_)))
    };
    let set: Vec<&Definition> = all.iter().copied().filter(is_set).collect();
    let scopes = set.iter().filter_map(|one| one.scope.as_ref());
    let bound = bound.iter().filter(|one| patches.contains(&one.span.file));
    let given: BTreeSet<&str> =
        scopes.chain(bound.filter_map(|one| one.scope.as_ref())).map(workload).collect();
    // What is deleted and given anew is changed.
    withdrawals.retain(|one| !given.contains(workload(&one.scope)));
    let from: BTreeSet<&str> = withdrawals.iter().map(|one| workload(&one.scope)).collect();
    withdrawals.sort_by_key(|one| one.span);
    withdrawals.dedup_by_key(|one| one.span);
    if from.len() < FEWEST || given.len() != 1 {
        return None;
    }
    let bases: Option<Vec<&Definition>> = set.iter().map(|one| base(&all, one, patches)).collect();
    let base = bases?.first().copied()?;
    Some(Left { from, withdrawals, set, base })
}

/// What gave way to a definition of a patch, where that is the same value.
fn base<'a>(
    all: &[&'a Definition],
    set: &Definition,
    patches: &[FileId],
) -> Option<&'a Definition> {
    let lost = set.lost.iter().find(|span| !patches.contains(&span.file))?;
    let base = all.iter().find(|one| one.value_span == Some(*lost))?;
    (base.value.same(&set.value) == Some(true)).then_some(base)
}

fn finding(context: &Context<'_>, key: KeyId, left: &Left<'_>) -> Option<Finding> {
    let first = left.set.first()?;
    let name = context.name(key);
    let own = workload(first.scope.as_ref()?);
    let mut marks = Marks::default();
    let shown = marks.show(&first.value);
    let from = listed(left.from.iter().copied());
    let primary = of_definition(first, None, format!("{shown} for `{own}`"));
    let mut related: Vec<_> =
        left.withdrawals.iter().take(MOST).map(|one| of_withdrawal(one)).collect();
    related.push(of_definition(left.base, None, format!("{shown} without the patch")));
    related.extend(
        context.graph.deployed_reads_of(key).take(3).map(|read| of_read(read, reads_it(read))),
    );
    let sources = left.set.iter().map(|one| one.source);
    let environments: BTreeSet<EnvironmentId> =
        sources.flat_map(|source| context.graph.served_by(source)).map(|(id, _)| id).collect();
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: Confidence::Medium,
        key: Some(key),
        environments: environments.into_iter().collect(),
        message: format!(
            "`{name}` is removed from {from} but set to {shown} for `{own}`, which has that value without the patch"
        ),
        related: readable(related, &primary),
        primary,
        help: format!(
            "remove `{name}` from `{own}` too, or leave it out of the patch where `{own}` is to keep it"
        ),
    })
}
