//! Definitions for a part of the code that does not read the key, while another part does: what `dead-key` and
//! `dead-flag` say of a name that is alive elsewhere.
//!
//! Silent where several workloads share what is written, where the component may build on the code that reads, and
//! where a text of its folder names the key. Libraries that are installed are not seen into.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{of_definition, of_read, readable};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::model::{
    Attribution, Confidence, Definition, DefinitionId, EnvironmentId, KeyId, Namespace, Role, Scope,
};
use crate::text::Span;

/// Sources that are written for one workload.
const OF_ONE: &[&str] = &["compose", "containers", "dockerfile", "ecs", "workload-env"];

/// Adds the definitions that their own component does not read, for the keys for which `is_mine` holds.
pub(super) fn check(
    context: &Context<'_>,
    rule: &'static Rule,
    is_mine: fn(&Context<'_>, KeyId) -> bool,
    out: &mut Vec<Finding>,
) {
    let shared = shared(context);
    let mut dead: BTreeMap<(KeyId, &str), Vec<&Definition>> = BTreeMap::new();
    for (at, definition) in context.graph.inventory.definitions.iter().enumerate() {
        let key = definition.key;
        if !is_candidate(context, definition) || shared.contains(&definition.key_span) {
            continue;
        }
        let Some(unit) = context.graph.unread_by_own(DefinitionId::at(at)) else { continue };
        if is_mine(context, key) {
            dead.entry((key, unit)).or_default().push(definition);
        }
    }
    for ((key, unit), definitions) in dead {
        out.extend(finding(context, rule, (key, unit), &definitions));
    }
}

fn is_candidate(context: &Context<'_>, definition: &Definition) -> bool {
    let key = definition.key;
    let source = context.graph.inventory.source(definition.source);
    source.role == Role::Values
        && OF_ONE.contains(&source.kind)
        && !definition.commented
        && definition.attribution == Attribution::Project
        && context.graph.inventory.key(key).namespace == Namespace::Env
        && context.graph.served_by(definition.source).next().is_some()
        && (context.graph.inventory.unasked.contains_key(&definition.key_span)
            || !context.is_provided(key) && !context.graph.has_consumer(key))
}

/// The places that give a key to several workloads.
fn shared(context: &Context<'_>) -> BTreeSet<Span> {
    let mut scopes: BTreeMap<Span, BTreeSet<Option<&Scope>>> = BTreeMap::new();
    for definition in &context.graph.inventory.definitions {
        scopes.entry(definition.key_span).or_default().insert(definition.scope.as_ref());
    }
    let several = scopes.into_iter().filter(|(_, scopes)| scopes.len() > 1);
    several.map(|(span, _)| span).collect()
}

fn finding(
    context: &Context<'_>,
    rule: &Rule,
    (key, unit): (KeyId, &str),
    definitions: &[&Definition],
) -> Option<Finding> {
    let graph = context.graph;
    let name = context.name(key);
    let first = definitions.first()?;
    let mut places: BTreeSet<EnvironmentId> = BTreeSet::new();
    for definition in definitions {
        places.extend(graph.served_by(definition.source).map(|(id, _)| id));
    }
    let environments: Vec<EnvironmentId> = places.into_iter().collect();
    let primary = of_definition(first, None, format!("the code in `{unit}` does not read it"));
    let others = definitions.iter().skip(1);
    let mut related: Vec<_> =
        others.map(|other| of_definition(other, None, "here too".to_owned())).collect();
    let reads: Vec<_> = graph.deployed_reads_of(key).take(2).collect();
    let is_unasked = |one: &&Definition| graph.inventory.unasked.contains_key(&one.key_span);
    let is_nobodys = reads.is_empty() && definitions.iter().all(is_unasked);
    let who = if is_nobodys { "no code asks for it" } else { "only other code reads it" };
    related
        .extend(reads.iter().map(|read| of_read(read, format!("`{}` reads it", read.component))));
    let unasked = definitions.iter().filter_map(|one| graph.inventory.unasked.get(&one.key_span));
    Some(Finding {
        rule: rule.name,
        severity: rule.severity,
        confidence: unasked.copied().min().unwrap_or(Confidence::Medium),
        key: Some(key),
        message: format!(
            "`{name}` is set for `{unit}` in {} and {who}",
            context.listed(&environments)
        ),
        environments,
        related: readable(related, &primary),
        primary,
        help: format!("remove `{name}` from what `{unit}` gets"),
    })
}
