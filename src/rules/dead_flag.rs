//! A flag that is defined and that no code evaluates, or the other way round at its provider.
//!
//! A flag that nobody reads shows itself by its provider or by its name and value only.

use super::evidence::{of_read, readable};
use super::{Context, Rule, idle, unread, unread_here};
use crate::finding::Finding;
use crate::model::{Confidence, KeyId, Namespace, Read, Severity};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "dead-flag",
    summary: "a flag is defined and no code evaluates it, or code evaluates a flag that its provider lacks",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/dead-flag.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    unread::check(context, &RULE, unread::is_flag, out);
    unread_here::check(context, &RULE, unread::is_flag, out);
    idle::check(context, &RULE, true, out);
    let graph = context.graph;
    let is_flag = |key: &KeyId| graph.inventory.key(*key).namespace == Namespace::Flag;
    let flags: Vec<KeyId> = graph.keys().filter(is_flag).collect();
    let is_defined = |key: &KeyId| graph.definitions_of(*key).next().is_some();
    if !flags.iter().any(is_defined) || !graph.inventory.opaque.is_empty() {
        return;
    }
    for key in flags.into_iter().filter(|key| !is_defined(key)) {
        let reads: Vec<&Read> = graph.deployed_reads_of(key).collect();
        let Some((first, others)) = reads.split_first() else { continue };
        let name = context.name(key);
        let primary = of_read(first, "its provider does not have it");
        let related = others.iter().map(|read| of_read(read, "evaluated here too")).collect();
        out.push(Finding {
            rule: RULE.name,
            severity: RULE.severity,
            confidence: Confidence::Medium.min(first.confidence),
            key: Some(key),
            environments: Vec::new(),
            message: format!("`{name}` is evaluated and no provider defines it"),
            related: readable(related, &primary),
            primary,
            help: format!("define `{name}` at its provider, or remove the check"),
        });
    }
}
