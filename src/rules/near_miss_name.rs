//! A key that code reads and nothing gives, and one that is given and nothing reads, that differ by a slip.
//!
//! The graph pairs the names; whether two alike names are one key only their owner knows for sure.

use super::evidence::{of_definition, of_read, readable};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::graph::Slip;
use crate::model::{Absence, Confidence, Severity};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "near-miss-name",
    summary: "a read key is absent and a defined key that nothing reads differs from it by a slip",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/near-miss-name.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for slip in context.graph.slips() {
        let elsewhere = |key| context.config.is_consumed_elsewhere(context.name(key));
        if context.is_provided(slip.read) || elsewhere(slip.defined) {
            continue;
        }
        out.extend(finding(context, &slip));
    }
}

fn finding(context: &Context<'_>, slip: &Slip) -> Option<Finding> {
    let graph = context.graph;
    let (read_name, name) = (context.name(slip.read), context.name(slip.defined));
    let mut definitions =
        graph.definitions_of(slip.defined).map(|(_, d)| d).filter(|d| !d.commented);
    let first = definitions.next()?;
    let reads: Vec<_> = graph.deployed_reads_of(slip.read).collect();
    let mut confidence = slip.confidence;
    // A default makes it plausible that the key was meant to be absent.
    if confidence == Confidence::High && reads.iter().all(|read| read.absence == Absence::Presence)
    {
        confidence = Confidence::Medium;
    }
    if !matches!(graph.liveness(slip.defined), crate::graph::Liveness::Unread) {
        confidence = confidence.min(Confidence::Medium);
    }
    let at = match slip.environments.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let primary = of_definition(first, at, format!("nothing reads it; code reads `{read_name}`"));
    let mut related: Vec<_> =
        reads.iter().map(|read| of_read(read, "gets no value there")).collect();
    related.extend(definitions.map(|d| of_definition(d, None, "here too")));
    let places = if slip.environments.is_empty() {
        "the template defines".to_owned()
    } else {
        let verb = super::evidence::verb(slip.environments.len(), "defines", "define");
        format!("{} {verb}", context.listed(&slip.environments))
    };
    let known = graph.definitions_of(slip.read).any(|(_, d)| !d.commented);
    let help = if known && !slip.environments.is_empty() {
        format!("rename `{name}` to `{read_name}` in {}", context.listed(&slip.environments))
    } else {
        format!("rename `{name}` to `{read_name}`, or the other way round")
    };
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence,
        key: Some(slip.read),
        environments: slip.environments.clone(),
        message: format!(
            "code reads `{read_name}` and {places} `{name}`: they differ by {}",
            slip.what
        ),
        related: readable(related, &primary),
        primary,
        help,
    })
}
