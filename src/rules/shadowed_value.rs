//! One environment that gives a key several values of which one wins.
//!
//! Layers exist to be overridden: a base file under an environment's own is silent. Speaks of what surprises: one file
//! that says two things, two spellings of one key, two kinds of source on one level.

use std::collections::BTreeMap;

use super::evidence::{Marks, of_definition, readable};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::graph::Effective;
use crate::model::{Confidence, Definition, EnvironmentId, KeyId, Scope, Severity, SourceId};
use crate::nature::Nature;
use crate::nature::sdk::family;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "shadowed-value",
    summary: "one environment gives a key several values: which one wins, which never take effect",
    severity: Severity::Note,
    docs: include_str!("../../docs/rules/shadowed-value.md"),
    check,
};

struct Shadow<'a> {
    winner: &'a Definition,
    loser: &'a Definition,
    why: &'static str,
    confidence: Confidence,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for key in context.graph.keys().filter(|key| context.graph.lead(*key) == *key) {
        let mut found: BTreeMap<EnvironmentId, Vec<Shadow<'_>>> = BTreeMap::new();
        for (id, _) in context.graph.environments() {
            let values = context.values(key, id);
            // What one workload sets for itself takes nothing from what the others get.
            let own: Vec<&str> = values.iter().filter_map(own_of).collect();
            let has_others = context.graph.has_others(id, &own);
            let wins = |loser: &Definition| {
                values.iter().any(|value| {
                    // One line may be written for many workloads, of which one lays another over it.
                    let is_same = value.winner.key_span == loser.key_span;
                    (has_others || own_of(value).is_some()) && is_same
                })
            };
            for value in &values {
                let shadows = shadows(context, id, value).into_iter();
                let shadows = shadows.filter(|shadow| !wins(shadow.loser));
                found.entry(id).or_default().extend(shadows);
            }
        }
        found.retain(|_, shadows| !shadows.is_empty());
        out.extend(finding(context, key, &found));
    }
}

/// The workload that has a value of its own.
fn own_of<'a>(value: &Effective<'a>) -> Option<&'a str> {
    match value.scope {
        Some(Scope::Workload(_)) => value.name(),
        _ => None,
    }
}

fn shadows<'a>(context: &Context<'a>, id: EnvironmentId, value: &Effective<'a>) -> Vec<Shadow<'a>> {
    let winner = value.winner;
    let mut shadows = Vec::new();
    for loser in &value.shadowed {
        if winner.value.same(&loser.value) != Some(false) {
            continue;
        }
        if let Some((why, confidence)) = surprise(context, id, winner, loser) {
            shadows.push(Shadow { winner, loser, why, confidence });
        }
    }
    shadows
}

fn surprise(
    context: &Context<'_>,
    id: EnvironmentId,
    winner: &Definition,
    loser: &Definition,
) -> Option<(&'static str, Confidence)> {
    let inventory = context.graph.inventory;
    // An image is built line by line: the steps between two lines have what the first one sets, and so has another target.
    if winner.source == loser.source && inventory.source(winner.source).is_image() {
        return None;
    }
    // A module that is called twice is deployed twice: each call answers one name for its own.
    if winner.lost.iter().any(|asked| loser.lost.contains(asked)) {
        return None;
    }
    if winner.source == loser.source && winner.scope == loser.scope && winner.key == loser.key {
        return Some(("a later line of the same source takes its place", Confidence::High));
    }
    let base = |source: SourceId| {
        let layers = &inventory.environment(id).layers;
        layers.iter().any(|layer| layer.source == source && layer.is_base)
    };
    let one_level = base(winner.source) == base(loser.source);
    let local = context.is_local(id);
    if winner.key != loser.key {
        // A variable over a setting that all share is what overriding is made for, whatever gives the variable.
        let namespace = |one: &Definition| inventory.key(one.key).namespace;
        if base(loser.source) && namespace(winner) != namespace(loser) {
            return None;
        }
        let sure = if local || !one_level { Confidence::Low } else { Confidence::Medium };
        return Some(("another spelling of the key takes its place", sure));
    }
    let (one, two) = (inventory.source(winner.source), inventory.source(loser.source));
    if winner.source == loser.source || one.kind == two.kind || !one_level || local {
        return None;
    }
    // One name at two providers is two flags.
    if one.is_provider() && two.is_provider() && family(one.kind) != family(two.kind) {
        return None;
    }
    // Two objects that no workload takes entries from need not reach one process.
    if one.is_object() && two.is_object() && winner.scope.is_none() && loser.scope.is_none() {
        return None;
    }
    // Inside a container the database has another name than outside: two kinds of file, two addresses.
    let nature = Nature::of(context.name(winner.key));
    let apart = nature.is_place() || nature.is_credential() || base(winner.source);
    let sure = if apart { Confidence::Low } else { Confidence::Medium };
    Some(("a source of another kind takes its place", sure))
}

fn finding(
    context: &Context<'_>,
    key: KeyId,
    found: &BTreeMap<EnvironmentId, Vec<Shadow<'_>>>,
) -> Option<Finding> {
    let confidence = found.values().flatten().map(|shadow| shadow.confidence).max()?;
    let surest = |shadow: &&Shadow<'_>| shadow.confidence == confidence;
    let (_, first) = found.iter().find_map(|(id, all)| Some((id, all.iter().find(surest)?)))?;
    let environments: Vec<EnvironmentId> = found.keys().copied().collect();
    let mut marks = Marks::default();
    let name = context.name(key);
    let (wins, never) = (marks.show(&first.winner.value), marks.show(&first.loser.value));
    let primary = of_definition(first.loser, None, format!("{never} never takes effect"));
    let mut related = vec![of_definition(first.winner, None, format!("{wins} wins"))];
    for shadow in found.values().flatten() {
        let (wins, never) = (marks.show(&shadow.winner.value), marks.show(&shadow.loser.value));
        related.push(of_definition(shadow.winner, None, format!("{wins} wins")));
        related.push(of_definition(shadow.loser, None, format!("{never} never takes effect")));
    }
    let places = context.listed(&environments);
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence,
        key: Some(key),
        environments,
        message: format!(
            "`{name}` is {wins} in {places} and {never} never takes effect: {}",
            first.why
        ),
        related: readable(related, &primary),
        primary,
        help: format!("keep one definition of `{name}` in {places}"),
    })
}
