//! Environments that should match and have different values for an operational key.
//!
//! Expects addresses, credentials and names to differ, and sizes to differ between stages. Compares what is defined:
//! a key that one environment lacks is for `hidden-fallback`. What manifests decide beside variables stands in `settings`, keys that
//! patches take from all workloads but one in `withdrawn`.

mod settings;
mod withdrawn;

use std::collections::BTreeMap;

use super::evidence::{Marks, of_definition, of_read, readable, reads_it};
use super::{Context, Rule};
use crate::agreement::{Given, meant, split};
use crate::finding::Finding;
use crate::model::{Confidence, Definition, EnvironmentId, KeyId, Namespace, Severity, ValueType};
use crate::nature::{Nature, shape};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "value-drift",
    summary: "environments that should match have different values for an operational key",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/value-drift.md"),
    check,
};

/// Environments that differ, those that are odd first.
struct Drift<'a> {
    odd: Vec<Given<'a>>,
    rest: Vec<Given<'a>>,
    group: Option<&'a str>,
    confidence: Confidence,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = context.graph;
    let groups = groups(context);
    for key in graph.keys().filter(|key| graph.lead(*key) == *key) {
        let nature = Nature::of(context.name(key));
        if meant(graph, context.config, key).is_some()
            || graph.inventory.key(key).namespace == Namespace::Flag
            || nature.is_log_level()
            || graph.inventory.environments.len() < 2
        {
            continue;
        }
        let drift =
            in_groups(context, key, &groups).or_else(|| across(context, key, &nature, &groups));
        out.extend(drift.and_then(|drift| finding(context, key, &drift)));
    }
    settings::check(context, &groups, out);
    withdrawn::check(context, out);
}

type Groups<'a> = BTreeMap<&'a str, Vec<EnvironmentId>>;

fn groups<'a>(context: &Context<'a>) -> Groups<'a> {
    let mut groups: Groups<'a> = BTreeMap::new();
    // What developers run for themselves need not match.
    for (id, place) in context.graph.environments().filter(|(_, place)| !place.is_local) {
        if let Some(group) = &place.group {
            groups.entry(group).or_default().push(id);
        }
    }
    groups.retain(|_, members| members.len() > 1);
    groups
}

fn in_groups<'a>(context: &Context<'a>, key: KeyId, groups: &Groups<'a>) -> Option<Drift<'a>> {
    for (group, members) in groups {
        for given in by_workload(context, key, members) {
            if let Some((odd, rest)) = split(context.graph, key, &given) {
                let sure = if context.graph.is_read(key) || given.len() > 2 {
                    Confidence::High
                } else {
                    Confidence::Medium
                };
                return Some(Drift { odd, rest, group: Some(group), confidence: sure });
            }
        }
    }
    None
}

/// Stages differ on purpose in much: speaks of keys that code reads as a number or a switch, or that are named so.
fn across<'a>(
    context: &Context<'a>,
    key: KeyId,
    nature: &Nature,
    groups: &Groups<'a>,
) -> Option<Drift<'a>> {
    let graph = context.graph;
    let typed = |expects: &ValueType| {
        matches!(expects, ValueType::Int | ValueType::Float | ValueType::Bool(_))
    };
    let by_type = graph.deployed_reads_of(key).any(|read| typed(&read.expects));
    if nature.is_size()
        || nature.is_development()
        || !(by_type || nature.is_operational())
        || !graph.is_read(key)
    {
        return None;
    }
    let speaks_for_group = |id: EnvironmentId| {
        groups.values().all(|members| !members.contains(&id) || members.first() == Some(&id))
    };
    let deployments: Vec<EnvironmentId> = graph
        .environments()
        .filter(|(id, place)| !place.is_local && speaks_for_group(*id))
        .map(|(id, _)| id)
        .collect();
    for given in by_workload(context, key, &deployments) {
        let is_plain = |(_, d): &Given<'_>| d.value.shown().is_some_and(is_operational_value);
        if !given.iter().all(is_plain) {
            continue;
        }
        if let Some((odd, rest)) = split(graph, key, &given) {
            let alone = odd.len() == 1 && rest.len() > 1;
            // A switch may be on its way through the stages, a limit may follow their size.
            let is_number =
                |(_, d): &Given<'_>| d.value.shown().and_then(shape::quantity).is_some();
            let plain = given.iter().all(is_number) && !nature.is_scale() && !nature.is_switch();
            let one_each = odd.len() == 1 && plain;
            let confidence = if alone || one_each { Confidence::Medium } else { Confidence::Low };
            return Some(Drift { odd, rest, group: None, confidence });
        }
    }
    None
}

fn is_operational_value(text: &str) -> bool {
    shape::quantity(text).is_some() || shape::switch(text).is_some()
}

/// The effective values of a key, workload by workload, where two environments or more give it.
fn by_workload<'a>(
    context: &Context<'a>,
    key: KeyId,
    ids: &[EnvironmentId],
) -> Vec<Vec<Given<'a>>> {
    let mut scopes: BTreeMap<Option<&str>, Vec<Given<'a>>> = BTreeMap::new();
    let mut single: Vec<Given<'a>> = Vec::new();
    for id in ids {
        let values = context.values(key, *id);
        let mut given = Vec::new();
        // What a file gives to all says less than what the workloads end up with.
        let has_workloads = values.iter().any(|value| value.scope.is_some());
        for value in values.iter().filter(|value| value.scope.is_some() || !has_workloads) {
            scopes.entry(value.name()).or_default().push((*id, value.sure()));
            given.push(value.sure());
        }
        if let [only] = given.as_slice() {
            single.push((*id, *only));
        }
    }
    let is_number = |expects: &ValueType| matches!(expects, ValueType::Int | ValueType::Float);
    if context.graph.deployed_reads_of(key).any(|read| is_number(&read.expects)) {
        // What is no number at all does not parse: `type-mismatch` speaks of that.
        let parses = |d: &Definition| d.value.shown().is_none_or(shape::is_number);
        scopes.retain(|_, given| given.iter().all(|(_, d)| parses(d)));
        single.retain(|(_, d)| parses(d));
    }
    // Environments that name their workloads differently are still alike where each has one value.
    if single.len() > 1 && scopes.values().all(|given| given.len() < single.len()) {
        return vec![single];
    }
    scopes.into_values().filter(|given| given.len() > 1).collect()
}

fn finding(context: &Context<'_>, key: KeyId, drift: &Drift<'_>) -> Option<Finding> {
    let (first_at, first) = drift.odd.first()?;
    let name = context.name(key);
    let mut marks = Marks::default();
    let place = |id: EnvironmentId| &context.graph.inventory.environment(id).name;
    let phrases: Vec<String> = drift
        .odd
        .iter()
        .chain(drift.rest.iter().take(1))
        .take(4)
        .map(|(id, d)| format!("{} in `{}`", marks.show(&d.value), place(*id)))
        .collect();
    let others = if drift.rest.len() > 1 { " and others" } else { "" };
    let (rest, odd) = phrases.split_last()?;
    let phrases =
        if odd.is_empty() { rest.clone() } else { format!("{} but {rest}", odd.join(", ")) };
    let all = || drift.odd.iter().chain(&drift.rest);
    let mut environments: Vec<EnvironmentId> = all().map(|(id, _)| *id).collect();
    environments.sort_unstable();
    let shown = marks.show(&first.value);
    let primary =
        of_definition(first, Some(*first_at), format!("{shown} in `{}`", place(*first_at)));
    let mut related: Vec<_> = all()
        .map(|(id, d)| {
            let shown = marks.show(&d.value);
            of_definition(d, Some(*id), format!("{shown} in `{}`", place(*id)))
        })
        .collect();
    related.extend(
        context.graph.deployed_reads_of(key).take(3).map(|read| of_read(read, reads_it(read))),
    );
    let why = match drift.group {
        Some(group) => format!(": the environments of `{group}` should match"),
        None => String::new(),
    };
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: drift.confidence,
        key: Some(key),
        message: format!("`{name}` is {phrases}{others}{why}"),
        related: readable(related, &primary),
        primary,
        help: format!(
            "bring `{name}` in line in {}, or list it under `expected_differences` of the policy",
            context.listed(&environments)
        ),
        environments,
    })
}
