//! A value made for finding errors that stayed in production.
//!
//! Goes by the environment's name, the key's name and the value. Reads no comments and no history.

use std::collections::BTreeMap;

use super::evidence::{of_definition, of_read, readable, verb};
use super::nature::Nature;
use super::{Context, Rule, shape};
use crate::finding::Finding;
use crate::graph::Liveness;
use crate::model::{Confidence, Definition, EnvironmentId, KeyId, Severity, Value};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "lingering-override",
    summary: "a debug value stayed in production",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/lingering-override.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = context.graph;
    let production: Vec<EnvironmentId> = graph
        .environments()
        .filter(|(_, place)| !place.is_local && Nature::of(&place.name).is_production())
        .map(|(id, _)| id)
        .collect();
    if production.is_empty() {
        return;
    }
    for key in graph.keys() {
        let nature = Nature::of(context.name(key));
        let speaks = nature.is_log_level() || nature.is_debug_switch() || nature.is_indiscreet();
        let is_dead = || matches!(graph.liveness(key), Liveness::Unread);
        if !speaks || graph.lead(key) != key || is_dead() {
            continue;
        }
        let mut found: BTreeMap<EnvironmentId, (Confidence, &Definition)> = BTreeMap::new();
        for id in &production {
            for value in context.values(key, *id) {
                if let Some(sure) = judge(&nature, &value.winner.value) {
                    found.entry(*id).or_insert((sure, value.winner));
                }
            }
        }
        out.extend(finding(context, key, &found));
    }
}

fn judge(nature: &Nature, value: &Value) -> Option<Confidence> {
    let Value::Literal(scalar) = value else { return None };
    let text = shape::bare(&scalar.text).to_ascii_lowercase();
    if nature.is_log_level() {
        let chatty = ["all", "debug", "silly", "trace", "verbose", "10"];
        // `info,sqlx=debug`: the first part without a module is the level of all the rest.
        let mut parts = text.split(',').map(str::trim);
        return match parts.clone().find(|part| !part.contains('=')) {
            Some(whole) if chatty.contains(&whole) => Some(Confidence::High),
            Some(_) => None,
            None => parts
                .any(|part| chatty.contains(&part.rsplit('=').next().unwrap_or("")))
                .then_some(Confidence::Low),
        };
    }
    (shape::switch(&text) == Some(true)).then_some(Confidence::High)
}

fn finding(
    context: &Context<'_>,
    key: KeyId,
    found: &BTreeMap<EnvironmentId, (Confidence, &Definition)>,
) -> Option<Finding> {
    let environments: Vec<EnvironmentId> = found.keys().copied().collect();
    let (first_at, (_, first)) = found.iter().next()?;
    let confidence = found.values().map(|(sure, _)| *sure).max()?;
    let name = context.name(key);
    let shown = first.value.shown().unwrap_or("[redacted]");
    let places = context.listed(&environments);
    let only = context.graph.served_by(first.source).nth(1).is_none();
    let primary = of_definition(first, only.then_some(*first_at), "meant for finding errors");
    let mut related: Vec<_> =
        found.iter().map(|(id, (_, d))| of_definition(d, Some(*id), "here too")).collect();
    related.extend(
        context.graph.deployed_reads_of(key).take(3).map(|read| of_read(read, "read here")),
    );
    let many = verb(environments.len(), "the environment", "each of the environments");
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence,
        key,
        message: format!("`{name}` is `{shown}` in {places}"),
        environments,
        related: readable(related, &primary),
        primary,
        help: format!("set `{name}` back in {places}, or say in the policy why {many} needs it"),
    })
}
