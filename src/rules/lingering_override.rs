//! A value made for finding errors that stayed in production, and one that a comment calls temporary.
//!
//! Goes by the environment's name, the key's name, the value and a word of the comment beside it. Reads no history.

use std::collections::BTreeMap;

use super::evidence::{Marks, of_definition, of_read, readable, reads_it};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::graph::Liveness;
use crate::model::{Confidence, Definition, EnvironmentId, KeyId, Severity, Value};
use crate::nature::{Nature, shape};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "lingering-override",
    summary: "a debug value stayed in production, or a value that a comment calls temporary",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/lingering-override.md"),
    check,
};

/// A value that should have gone.
struct Stale<'a> {
    definition: &'a Definition,
    confidence: Confidence,
    /// The word of the comment, where that is what speaks against the value.
    word: Option<&'static str>,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = context.graph;
    let deployments: Vec<(EnvironmentId, bool)> = graph
        .environments()
        .filter(|(_, place)| !place.is_local)
        .map(|(id, place)| (id, Nature::of(&place.name).is_production()))
        .collect();
    for key in graph.keys().filter(|key| graph.lead(*key) == *key) {
        let nature = Nature::of(context.name(key));
        let has_note = || graph.definitions_of(key).any(|(_, d)| d.note.is_some());
        let speaks = (nature.is_log_level() || nature.is_debug_switch() || nature.is_indiscreet())
            && !nature.is_for_an_earlier_stage();
        if !(speaks || has_note()) || matches!(graph.liveness(key), Liveness::Unread) {
            continue;
        }
        let mut found: BTreeMap<EnvironmentId, Stale<'_>> = BTreeMap::new();
        for (id, is_production) in &deployments {
            for value in context.values(key, *id) {
                let by_value = || judge(&nature, &value.sure().value).filter(|_| *is_production);
                let by_value = by_value().filter(|_| speaks).map(|confidence| Stale {
                    definition: value.sure(),
                    confidence,
                    word: None,
                });
                let both = noted(context, value.winner, *is_production).into_iter().chain(by_value);
                // A comment that is as sure as the value tells more.
                if let Some(stale) = both.rev().max_by_key(|stale| stale.confidence) {
                    found.entry(*id).or_insert(stale);
                }
            }
        }
        out.extend(finding(context, key, &found));
    }
}

fn noted<'a>(
    context: &Context<'_>,
    definition: &'a Definition,
    is_production: bool,
) -> Option<Stale<'a>> {
    let note = definition.note?;
    let places = context.graph.inventory.environments.len();
    let is_shared = places > 1 && context.graph.served_by(definition.source).count() == places;
    let confidence = match (note.is_sure, is_production && !is_shared) {
        (true, true) => Confidence::High,
        (true, false) => Confidence::Medium,
        (false, _) => Confidence::Low,
    };
    Some(Stale { definition, confidence, word: Some(note.word) })
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
    found: &BTreeMap<EnvironmentId, Stale<'_>>,
) -> Option<Finding> {
    let confidence = found.values().map(|stale| stale.confidence).max()?;
    let sure_ones = || found.iter().filter(|(_, stale)| stale.confidence == confidence);
    let environments: Vec<EnvironmentId> = sure_ones().map(|(id, _)| *id).collect();
    let (first_at, first) = sure_ones().next()?;
    let name = context.name(key);
    let shown = Marks::default().show(&first.definition.value);
    let places = context.listed(&environments);
    let only = context.graph.served_by(first.definition.source).nth(1).is_none();
    let why = match first.word {
        Some(word) => format!("its comment says \"{word}\""),
        None => "meant for debugging".to_owned(),
    };
    let primary = of_definition(first.definition, only.then_some(*first_at), why);
    let mut related: Vec<_> = sure_ones()
        .map(|(id, stale)| {
            let place = &context.graph.inventory.environment(*id).name;
            of_definition(stale.definition, Some(*id), format!("in `{place}` too"))
        })
        .collect();
    related.extend(
        context.graph.deployed_reads_of(key).take(3).map(|read| of_read(read, reads_it(read))),
    );
    let remark = match first.word {
        Some(word) => format!(", and a comment beside it says \"{word}\""),
        None => String::new(),
    };
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence,
        key: Some(key),
        message: format!("`{name}` is {shown} in {places}{remark}"),
        environments,
        related: readable(related, &primary),
        primary,
        help: format!("set `{name}` back in {places}, or name it under `ignore` of the policy"),
    })
}
