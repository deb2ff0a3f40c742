//! Flags of providers: defined and evaluated by nobody, or evaluated and not at the provider.
//!
//! One name at two providers is two flags, each judged by its own. Silent where no code asks the provider, since then others do; what a provider knows beyond its files is not seen.

use std::collections::BTreeSet;

use super::evidence::{of_definition, of_read, readable};
use super::unread::{self, Dead};
use super::{Context, Rule};
use crate::finding::{Finding, Label};
use crate::lifecycle::{Flag, Lacking, Stage};
use crate::model::{Confidence, Definition, KeyId, KeyRef, Namespace, Read, Role, SourceId};
use crate::nature::sdk::{Asked, asked, is_stand_in};

/// What is known of the flags of a project.
struct Ground<'a> {
    /// What evaluates flags, each with whom it asks.
    reads: Vec<(Asked, &'a Read)>,
    /// The sources of providers that serve some environment.
    sources: BTreeSet<SourceId>,
    /// The sources of providers that serve none: what fills new databases, a file that nothing places.
    aside: BTreeSet<SourceId>,
    /// The sources of which some flag is evaluated.
    loaded: BTreeSet<SourceId>,
    /// The flags that decide over others.
    needed: BTreeSet<&'a str>,
}

/// Adds both directions.
pub(super) fn check(context: &Context<'_>, rule: &'static Rule, out: &mut Vec<Finding>) {
    let ground = ground(context);
    let is_without = ground.sources.is_empty() && ground.aside.is_empty();
    if is_without || ground.reads.is_empty() {
        return;
    }
    let inventory = context.graph.inventory;
    let is_of_provider = |flag: &&Flag<'_>| inventory.key(flag.key).namespace == Namespace::Flag;
    for flag in context.flags.iter().filter(is_of_provider) {
        if let Some(dead) = unevaluated(context, &ground, flag) {
            out.extend(unread::finding(context, rule, flag.key, &dead));
        }
        out.extend(lacking(context, rule, flag));
    }
}

fn ground<'a>(context: &Context<'a>) -> Ground<'a> {
    let inventory = context.graph.inventory;
    let is_flag = |read: &&Read| match &read.key {
        KeyRef::Exact(key) => inventory.key(*key).namespace == Namespace::Flag,
        KeyRef::Pattern { namespace, .. } => *namespace == Namespace::Flag,
    };
    let reads = inventory.reads.iter().filter(|read| !read.in_test).filter(is_flag);
    let reads: Vec<_> = reads.map(|read| (asked(&read.reader), read)).collect();
    let is_of_provider = |id: &SourceId| {
        let source = inventory.source(*id);
        source.is_provider() && source.role == Role::Values
    };
    let serves = |id: &SourceId| context.graph.served_by(*id).next().is_some();
    let ids = (0..inventory.sources.len()).map(SourceId::at).filter(is_of_provider);
    let (sources, aside) = ids.partition(serves);
    let mut ground =
        Ground { reads, sources, aside, loaded: BTreeSet::new(), needed: BTreeSet::new() };
    let evaluated = exact(&ground.reads);
    for definition in &inventory.definitions {
        let Some(state) = definition.flag.as_deref() else { continue };
        ground.needed.extend(state.needs.iter().map(String::as_str));
        let of = |all: &BTreeSet<SourceId>| all.contains(&definition.source);
        if (of(&ground.sources) || of(&ground.aside)) && evaluated.contains(&definition.key) {
            ground.loaded.insert(definition.source);
        }
    }
    ground
}

/// The flags that are evaluated by name.
fn exact(reads: &[(Asked, &Read)]) -> BTreeSet<KeyId> {
    let names = reads.iter().filter_map(|(_, read)| match read.key {
        KeyRef::Exact(key) => Some(key),
        KeyRef::Pattern { .. } => None,
    });
    names.collect()
}

/// Whether only developers and tests get what these say, as far as anything tells.
fn is_for_tests(context: &Context<'_>, definitions: &[&Definition]) -> bool {
    let inventory = context.graph.inventory;
    is_local(context, definitions)
        || definitions.iter().all(|one| is_stand_in(inventory.source(one.source).kind))
}

/// A flag that its provider has and that nothing evaluates.
fn unevaluated<'a>(
    context: &Context<'a>,
    ground: &Ground<'a>,
    flag: &Flag<'a>,
) -> Option<Dead<'a>> {
    let (graph, key) = (context.graph, flag.key);
    let name = context.name(key);
    let of = |all: &BTreeSet<SourceId>| -> Vec<&'a Definition> {
        let own = flag.definitions.iter().copied();
        own.filter(|one| all.contains(&one.source) && !one.is_archived()).collect()
    };
    let mut definitions = of(&ground.sources);
    let is_aside = definitions.is_empty();
    if is_aside {
        // Of a file that nothing places only what code asks for tells that it is meant for this code.
        definitions = of(&ground.aside);
        definitions.retain(|one| ground.loaded.contains(&one.source));
    }
    let kinds = || definitions.iter().map(|one| graph.inventory.source(one.source).kind);
    let answers = |asked: Asked| kinds().any(|kind| asked.fits(kind));
    let is_evaluated = graph.deployed_reads_of(key).any(|read| answers(asked(&read.reader)));
    let is_tested = graph.inventory.tested.contains(&key) || !flag.tests.is_empty();
    if definitions.is_empty()
        || is_evaluated
        || is_tested && is_for_tests(context, &definitions)
        || ground.needed.contains(name)
        || context.is_provided(key)
        || context.config.is_consumed_elsewhere(name)
    {
        return None;
    }
    // Somebody asks the provider: through its own SDK, or through an interface that gets another of its flags.
    let is_asked = |asked: Asked| matches!(asked, Asked::One(_)) && answers(asked);
    let is_direct = ground.reads.iter().any(|(asked, _)| is_asked(*asked));
    let is_loaded = definitions.iter().any(|one| ground.loaded.contains(&one.source));
    if !is_direct && !is_loaded {
        return None;
    }
    let (doubt, mention) = unread::doubt(context, key, |read| !answers(asked(&read.reader)))?;
    let for_clients = |one: &&Definition| one.flag.as_ref().is_some_and(|it| it.is_for_clients);
    let tested = graph.inventory.tested.contains(&key);
    let is_asked = flag.asked.is_some_and(|asked| asked.is_of_late);
    let confidence = if doubt || is_asked || is_aside || definitions.iter().any(for_clients) {
        Confidence::Low
    } else if is_loaded && mention.is_none() && !tested && !is_local(context, &definitions) {
        Confidence::High
    } else {
        Confidence::Medium
    };
    Some(Dead { definitions, confidence, in_template_only: false, mention })
}

fn is_local(context: &Context<'_>, definitions: &[&Definition]) -> bool {
    definitions
        .iter()
        .all(|one| context.graph.served_by(one.source).all(|(id, _)| context.is_local(id)))
}

/// A flag that code evaluates and its provider lacks.
fn lacking(context: &Context<'_>, rule: &'static Rule, flag: &Flag<'_>) -> Option<Finding> {
    let is_of_copies = flag.lacking == Lacking::Copies;
    if flag.stage != Stage::DeadInConfig && !is_of_copies {
        return None;
    }
    let name = context.name(flag.key);
    let reads: Vec<&Read> = flag.reads.iter().map(|(_, read)| *read).collect();
    let (first, others) = reads.split_first()?;
    let archived = flag.definitions.iter().copied().find(|one| one.is_archived());
    let (message, help) = match archived {
        Some(_) => (
            format!("`{name}` is evaluated and archived at its provider"),
            format!("remove the check of `{name}`, or bring the flag back"),
        ),
        None if is_of_copies => (
            format!(
                "`{name}` is evaluated and the files of its provider, which name no environment, lack it"
            ),
            format!(
                "add `{name}` to what fills the provider, if its servers have it; else remove the check"
            ),
        ),
        None => (
            format!("`{name}` is evaluated and no provider defines it"),
            format!("define `{name}` at its provider, or remove the check"),
        ),
    };
    let most = if is_of_copies { Confidence::Low } else { Confidence::Medium };
    let primary = of_read(first, "its provider does not have it");
    let mut related: Vec<Label> =
        others.iter().map(|read| of_read(read, "evaluated here too")).collect();
    related.extend(archived.map(|one| of_definition(one, None, "archived here".to_owned())));
    Some(Finding {
        rule: rule.name,
        severity: rule.severity,
        confidence: most.min(first.confidence),
        key: Some(flag.key),
        environments: Vec::new(),
        message,
        related: readable(related, &primary),
        primary,
        help,
    })
}
