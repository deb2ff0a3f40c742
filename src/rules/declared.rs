//! Flags that the project declares itself: declared and asked for by nobody, or asked for and not declared.
//!
//! Silent where code names what declares a flag, whatever for. Cannot see who asks from another repository.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{of_place, of_read, readable};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::lifecycle::{Flag, Stage};
use crate::model::{Confidence, FlagDeclaration, KeyId, KeyRef, Read};

/// Adds both directions.
pub(super) fn check(context: &Context<'_>, rule: &'static Rule, out: &mut Vec<Finding>) {
    let all = &context.graph.inventory.flag_declarations;
    if all.is_empty() {
        return;
    }
    let dead = context.flags.iter().filter(|flag| flag.stage == Stage::DeadInCode);
    out.extend(dead.filter_map(|flag| unasked(context, rule, flag)));
    let mut registries: BTreeMap<&str, Vec<&FlagDeclaration>> = BTreeMap::new();
    for one in all.iter().filter(|one| one.is_closed) {
        registries.entry(one.registry.as_deref().unwrap_or_default()).or_default().push(one);
    }
    let mut undeclared: BTreeMap<(&str, KeyId), Vec<&Read>> = BTreeMap::new();
    for read in context.graph.inventory.reads.iter().filter(|read| !read.in_test) {
        let Some((registry, declared)) = registries.get_key_value(read.reader.as_str()) else {
            continue;
        };
        if let KeyRef::Exact(key) = read.key
            && declared.iter().all(|one| one.key != key)
        {
            undeclared.entry((*registry, key)).or_default().push(read);
        }
    }
    for ((registry, key), reads) in undeclared {
        out.extend(lacking(context, rule, (registry, &registries[registry]), key, &reads));
    }
}

/// A flag that code declares and nothing asks for.
fn unasked(context: &Context<'_>, rule: &Rule, flag: &Flag<'_>) -> Option<Finding> {
    let (first, others) = flag.declarations.split_first()?;
    if !flag.definitions.is_empty() {
        // What a provider has of it is said where its definitions are spoken of.
        return None;
    }
    let name = context.name(flag.key);
    let doubt = flag.blockers.iter().any(|one| one.is_doubt);
    let tested = flag.tests.first();
    let said = if tested.is_some() { "only tests ask for it" } else { "nothing asks for it" };
    let primary = of_place(first.span, "declared here");
    let mut related: Vec<_> =
        others.iter().map(|one| of_place(one.span, "declared here too")).collect();
    related.extend(flag.tests.iter().map(|read| of_read(read, "a test asks for it")));
    let together = flag.declarations.iter().filter_map(|one| one.together);
    related.extend(together.map(|span| of_place(span, "taken here together with all others")));
    let constant = first.name.as_deref().unwrap_or(name);
    let kept = if constant == name { "the flag".to_owned() } else { format!("`{name}`") };
    Some(Finding {
        rule: rule.name,
        severity: rule.severity,
        confidence: if doubt { Confidence::Low } else { Confidence::Medium },
        key: Some(flag.key),
        environments: Vec::new(),
        message: format!("`{name}` is declared and {said}"),
        related: readable(related, &primary),
        primary,
        help: format!("remove `{constant}`, and {kept} where its state is kept"),
    })
}

/// A flag that code asks for and that the one place which names all flags does not name.
fn lacking(
    context: &Context<'_>,
    rule: &Rule,
    (registry, declared): (&str, &[&FlagDeclaration]),
    key: KeyId,
    reads: &[&Read],
) -> Option<Finding> {
    let (first, others) = reads.split_first()?;
    let graph = context.graph;
    if graph.definitions_of(key).next().is_some() || context.is_provided(key) {
        return None;
    }
    let (name, own) = (context.name(key), registry.rsplit('.').next().unwrap_or(registry));
    let primary = of_read(first, "asked for here");
    let mut related: Vec<_> = others.iter().map(|read| of_read(read, "and here")).collect();
    let files: BTreeSet<_> = declared.iter().map(|one| one.span.file).collect();
    let firsts =
        files.into_iter().filter_map(|file| declared.iter().find(|one| one.span.file == file));
    related.extend(firsts.map(|one| of_place(one.span, "the flags that are declared begin here")));
    Some(Finding {
        rule: rule.name,
        severity: rule.severity,
        confidence: Confidence::Medium.min(first.confidence),
        key: Some(key),
        environments: Vec::new(),
        message: format!("`{name}` is asked for and `{own}` does not declare it"),
        related: readable(related, &primary),
        primary,
        help: format!("declare `{name}` in `{own}`, or remove the check"),
    })
}
