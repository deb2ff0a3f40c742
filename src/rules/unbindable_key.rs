//! A field of settings that no name fills, although one looks as if it did.
//!
//! What a loader matches is said by its row and its options; a loader that could not be followed is not judged.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{of_definition, of_read, readable, verb};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::model::{
    Attribution, Confidence, Definition, EnvironmentId, KeyId, KeyRef, Reach, Read, Role, Severity,
    Unbound,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "unbindable-key",
    summary: "a field of settings that no name in any environment can fill as it is declared",
    severity: Severity::Error,
    docs: include_str!("../../docs/rules/unbindable-key.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    if context.graph.inventory.reads.iter().all(|read| read.unbound.is_none()) {
        return;
    }
    let variables = context.graph.inventory.variables();
    for key in context.graph.keys() {
        // Several loaders may read one field: one of them is enough to tell.
        let mut met = BTreeSet::new();
        for read in context.graph.deployed_reads_of(key) {
            let Some(unbound) = &read.unbound else { continue };
            if met.insert(read.span) {
                out.extend(finding(context, (key, read, unbound), &variables));
            }
        }
    }
}

/// Where the environment sets the name in vain.
fn given<'a>(
    context: &Context<'a>,
    name: &str,
    variables: &BTreeMap<String, Vec<KeyId>>,
) -> Vec<&'a Definition> {
    let graph = context.graph;
    let is_given = |d: &&Definition| {
        let source = graph.inventory.source(d.source);
        !d.commented
            && d.attribution == Attribution::Project
            && source.role == Role::Values
            && !source.is_for_tools()
    };
    let keys = variables.get(&name.to_uppercase()).into_iter().flatten();
    keys.flat_map(|key| graph.definitions_of(*key)).map(|(_, d)| d).filter(is_given).collect()
}

/// Whether code asks for a variable of that name itself: then it is not set in vain.
fn is_asked_for(
    context: &Context<'_>,
    (name, field): (&str, KeyId),
    variables: &BTreeMap<String, Vec<KeyId>>,
) -> bool {
    let keys = variables.get(&name.to_uppercase()).into_iter().flatten();
    keys.filter(|key| **key != field).any(|key| {
        let mut reads = context.graph.deployed_reads_of(*key);
        reads.any(|read| read.key == KeyRef::Exact(*key) && read.unbound.is_none())
    })
}

fn finding(
    context: &Context<'_>,
    (key, read, unbound): (KeyId, &Read, &Unbound),
    variables: &BTreeMap<String, Vec<KeyId>>,
) -> Option<Finding> {
    let graph = context.graph;
    let given = given(context, &unbound.name, variables);
    let is_asked_for = is_asked_for(context, (&unbound.name, key), variables);
    if unbound.reach == Reach::Elsewhere && (given.is_empty() || is_asked_for) {
        return None;
    }
    let mut places: BTreeSet<EnvironmentId> = BTreeSet::new();
    for definition in &given {
        places.extend(graph.served_by(definition.source).map(|(id, _)| id));
    }
    let environments: Vec<EnvironmentId> = places.into_iter().collect();
    let confidence = match unbound.reach {
        _ if is_asked_for => Confidence::Low,
        Reach::Lost => Confidence::High,
        Reach::Ignored if !given.is_empty() => Confidence::High,
        Reach::Ignored | Reach::Elsewhere => Confidence::Medium,
    };
    let name = &unbound.name;
    let field = context.name(key);
    let message = match unbound.reach {
        Reach::Lost => format!("nothing can fill the field of `{name}`: {}", unbound.why),
        Reach::Ignored => format!("`{name}` never fills the field of `{field}`: {}", unbound.why),
        Reach::Elsewhere => format!(
            "`{name}` is set in {} and never reaches `{field}`: {}",
            context.listed(&environments),
            unbound.why
        ),
    };
    let primary = of_read(read, format!("`{name}` does not arrive here"));
    let in_vain = given.iter().map(|d| of_definition(d, None, "set in vain"));
    let help = match unbound.reach {
        Reach::Lost => {
            "rename the field, or change the separator, so that a variable can be called like it"
                .to_owned()
        }
        Reach::Ignored => {
            format!("say `{name}` as the library's version asks for it, or take it out")
        }
        Reach::Elsewhere => format!(
            "change the separator or the name of the field, and see what the {} {} in the meantime",
            verb(given.len(), "environment", "environments"),
            verb(given.len(), "runs with", "run with")
        ),
    };
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: confidence.min(read.confidence),
        key: Some(key),
        environments,
        message,
        related: readable(in_vain.collect(), &primary),
        primary,
        help,
    })
}
