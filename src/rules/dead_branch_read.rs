//! A key that is read only behind a flag that is dead or settled: it goes when the flag goes.
//!
//! Knows the branches whose condition is the flag itself; a key that any other code asks for stays.

use super::evidence::{of_definition, of_place, of_read, readable};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::lifecycle::{Flag, Stage};
use crate::model::{Confidence, EnvironmentId, KeyId, Read, Severity};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "dead-branch-read",
    summary: "a key is read only behind a flag that is dead or settled: it goes when the flag goes",
    severity: Severity::Note,
    docs: include_str!("../../docs/rules/dead-branch-read.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for flag in context.flags {
        let confidence = match flag.stage {
            _ if flag.blockers.iter().any(|one| !one.is_doubt) => continue,
            Stage::Settled if flag.kind.is_some() => Confidence::Medium,
            Stage::Settled => Confidence::Low,
            Stage::DeadInConfig => Confidence::Medium,
            _ => continue,
        };
        for (key, reads) in &flag.leaves.keys {
            out.extend(finding(context, flag, *key, reads, confidence));
        }
    }
}

fn finding(
    context: &Context<'_>,
    flag: &Flag<'_>,
    key: KeyId,
    reads: &[&Read],
    confidence: Confidence,
) -> Option<Finding> {
    let (first, others) = reads.split_first()?;
    let (name, behind) = (context.name(key), context.name(flag.key));
    let graph = context.graph;
    let primary = of_read(first, "read only here");
    let mut related: Vec<_> = others.iter().map(|read| of_read(read, "and here")).collect();
    let branches = flag.leaves.branches.iter();
    related.extend(branches.map(|span| of_place(*span, "this never runs")));
    related.extend(flag.reads.iter().map(|(_, read)| of_read(read, "the flag")));
    let mut environments: Vec<EnvironmentId> = Vec::new();
    for spelling in graph.spellings_of(key) {
        for (_, one) in graph.definitions_of(spelling).filter(|(_, one)| !one.commented) {
            environments.extend(graph.served_by(one.source).map(|(id, _)| id));
            related.push(of_definition(one, None, "goes too"));
        }
    }
    environments.sort_unstable();
    environments.dedup();
    let why = match flag.stage {
        Stage::Settled => "settled",
        _ => "dead",
    };
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: confidence.min(first.confidence),
        key: Some(key),
        environments,
        message: format!("`{name}` is read only behind the flag `{behind}`, which is {why}"),
        related: readable(related, &primary),
        primary,
        help: format!("take `{name}` out together with `{behind}`"),
    })
}
