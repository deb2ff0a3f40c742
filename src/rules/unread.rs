//! Definitions that nothing reads: what `dead-key` and `dead-flag` share.
//!
//! Cannot see readers outside the tree; the catalog of consumers and the policy stand for those.

mod ground;

use std::collections::BTreeSet;

use super::evidence::{by_tests, of_definition, of_read, readable, verb};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::graph::Reason;
use crate::model::inventory::Mention;
use crate::model::key::is_env_name;
use crate::model::{
    Attribution, Class, Confidence, Definition, EnvironmentId, KeyId, Kind, Moment, Namespace,
    Read, Role, Scope, Source, SourceId, Via,
};
use crate::nature::{Nature, shape};
use ground::{Ground, ground, section};

/// Adds the unread keys for which `is_mine` holds.
pub(super) fn check(
    context: &Context<'_>,
    rule: &'static Rule,
    is_mine: fn(&Context<'_>, KeyId) -> bool,
    out: &mut Vec<Finding>,
) {
    let ground = ground(context);
    for key in context.graph.keys().filter(|key| is_mine(context, *key)) {
        out.extend(
            judge(context, &ground, key).and_then(|dead| finding(context, rule, key, &dead)),
        );
    }
}

/// Whether an unread key looks like a flag: by its provider, or by its name and a value that switches.
pub(super) fn is_flag(context: &Context<'_>, key: KeyId) -> bool {
    if context.graph.inventory.key(key).namespace == Namespace::Flag {
        return true;
    }
    let mut values =
        context.graph.definitions_of(key).filter_map(|(_, d)| d.value.shown()).peekable();
    Nature::of(context.name(key)).is_flag()
        && values.peek().is_some()
        && values.all(|text| shape::switch(text).is_some())
}

/// A key that nothing reads.
pub(super) struct Dead<'a> {
    /// Where it is defined.
    pub(super) definitions: Vec<&'a Definition>,
    /// How sure that is.
    pub(super) confidence: Confidence,
    /// Whether only a contract lists it.
    pub(super) in_template_only: bool,
    /// A text that names it.
    pub(super) mention: Option<&'a Mention>,
}

/// Whether a definition is an entry of an object from which somebody takes an entry that is not there.
fn is_wanted_wrongly(ground: &Ground, definition: &Definition) -> bool {
    matches!(&definition.scope, Some(Scope::Object(object)) if ground.broken.contains(object))
}

/// Whether something may read the key all the same, and the text that names it; `None` where something likely does.
/// Reads for which `is_other` holds ask for another thing of that name.
pub(super) fn doubt<'a>(
    context: &Context<'a>,
    key: KeyId,
    is_other: impl Fn(&Read) -> bool,
) -> Option<(bool, Option<&'a Mention>)> {
    let (mut doubt, mut mention) = (false, None);
    for reason in context.graph.reasons(key) {
        match reason {
            Reason::Wild(read) => doubt |= !is_other(context.graph.inventory.read(read)),
            Reason::Mention(text) if text.is_prose() => {
                doubt |= text.lists_settings();
                mention = mention.or(Some(text));
            }
            Reason::Read(read) if is_other(context.graph.inventory.read(read)) => {}
            // Read, or named where commands or code of another language may read it.
            _ => return None,
        }
    }
    Some((doubt, mention))
}

/// The definitions of a key that are for what runs: what a pipeline sets, its own tools may read.
fn given<'a>(context: &Context<'a>, key: KeyId) -> Vec<&'a Definition> {
    let all = context.graph.definitions_of(key).map(|(_, d)| d);
    all.filter(|d| !context.graph.inventory.source(d.source).is_for_tools()).collect()
}

/// Whether the rules of unread keys are about this one: code here reads others like it, and nobody else has it.
fn is_in_question(context: &Context<'_>, ground: &Ground, key: KeyId) -> bool {
    let graph = context.graph;
    let named = graph.inventory.key(key);
    let is_of_provider = |d: &Definition| graph.inventory.source(d.source).is_provider();
    let knows = match named.namespace {
        Namespace::Env => is_env_name(&named.name) && ground.namespaces.contains(&Namespace::Env),
        Namespace::Setting => ground.sections.contains(section(&named.name)),
        Namespace::Flag => ground.namespaces.contains(&Namespace::Flag),
    };
    knows
        && !graph.definitions_of(key).any(|(_, d)| is_of_provider(d))
        && !ground.slips.contains(&key)
        && !context.is_provided(key)
        && !context.config.is_consumed_elsewhere(&named.name)
}

fn judge<'a>(context: &Context<'a>, ground: &Ground, key: KeyId) -> Option<Dead<'a>> {
    if !is_in_question(context, ground, key) {
        return None;
    }
    let graph = context.graph;
    let is_own = ground.owns(graph.inventory.key(key));
    let (doubt, mention) = doubt(context, key, |read| is_own && read.via == Via::Pattern)?;
    let all = given(context, key);
    let doubt = doubt || graph.own_library_of(key).is_some();
    let is_theirs = |d: &&Definition| is_wanted_wrongly(ground, d) || is_elsewhere(context, d);
    if all.iter().any(is_theirs) || is_of_strangers(ground, &placed(context, &all)) {
        return None;
    }
    let role = |d: &Definition| graph.inventory.source(d.source).role;
    let of = |wanted: Role| all.iter().copied().filter(move |d| role(d) == wanted);
    let mut definitions: Vec<&Definition> = of(Role::Values).filter(|d| !d.commented).collect();
    let in_template_only = definitions.is_empty();
    // A template lists what tests take as well.
    let is_for_tests = !in_template_only && definitions.iter().all(|d| may_be_tests(context, d));
    definitions.extend(of(Role::Template));
    let first = definitions.first()?;
    let any =
        |sources: &BTreeSet<SourceId>| definitions.iter().any(|d| sources.contains(&d.source));
    let is_loaded = any(&ground.loaded);
    // A file of which code reads nothing is for somebody else.
    let is_lone = !is_loaded && !any(&ground.reached);
    if is_lone && (in_template_only || !is_for_known_code(context, key))
        || is_remark(graph.inventory.key(key).namespace, first)
        || is_directive(context.name(key))
    {
        return None;
    }
    let local_only = is_local_only(context, &definitions);
    let is_tested = || {
        graph.inventory.tested.contains(&key) || graph.reads_of(key).any(|(_, read)| read.in_test)
    };
    let is_nowhere = definitions.iter().all(|d| graph.served_by(d.source).next().is_none());
    let is_tested = is_tested();
    if (is_for_tests || is_nowhere) && is_tested {
        return None;
    }
    // Where tests run, they need it.
    let is_of_tests = |d: &Definition| is_tested && !in_template_only && may_be_tests(context, d);
    definitions.retain(|d| !is_of_tests(d));
    let first = definitions.first()?;
    // What serves no environment, as the values of a test do, may be for code of others.
    let is_aside = !in_template_only && is_nowhere;
    let is_paper = definitions.iter().all(|d| ground.papers.contains(&d.source));
    let confidence =
        if doubt || is_aside || is_paper || is_lone || (in_template_only && first.commented) {
            Confidence::Low
        } else if in_template_only
            || local_only
            || !is_loaded
            || mention.is_some()
            || Nature::of(context.name(key)).is_credential()
        {
            Confidence::Medium
        } else {
            Confidence::High
        };
    let confidence = confidence.min(most(context, &definitions));
    Some(Dead { definitions, confidence, in_template_only, mention })
}

/// The definitions that reach an environment; all where none does. What is in none says nothing of who gets the key.
fn placed<'a>(context: &Context<'_>, definitions: &[&'a Definition]) -> Vec<&'a Definition> {
    let is_placed = |d: &&&Definition| context.graph.served_by(d.source).next().is_some();
    let placed: Vec<_> = definitions.iter().filter(is_placed).copied().collect();
    if placed.is_empty() { definitions.to_vec() } else { placed }
}

/// Whether all that get a key run code of others.
fn is_of_strangers(ground: &Ground, definitions: &[&Definition]) -> bool {
    let is_one = |d: &&Definition| match &d.scope {
        Some(Scope::Workload(name)) => ground.strange.contains(name),
        _ => false,
    };
    !definitions.is_empty() && definitions.iter().all(is_one)
}

/// Whether all that lists a key, of which this is the first, is a comment that speaks of a setting: it may be prose.
fn is_remark(namespace: Namespace, first: &Definition) -> bool {
    first.commented && namespace == Namespace::Setting
}

/// Whether code of others may ask for it: what a module of settings assigns, its framework and its libraries may.
fn is_elsewhere(context: &Context<'_>, definition: &Definition) -> bool {
    definition.attribution != Attribution::Project
        || context.graph.inventory.source(definition.source).is_module()
}

/// Whether all of a key is for workloads whose code is in the tree and reads others.
fn is_for_known_code(context: &Context<'_>, key: KeyId) -> bool {
    let mut all = context.graph.definitions_of(key).peekable();
    all.peek().is_some() && all.all(|(id, _)| context.graph.knows_code_of(id))
}

/// Whether a name speaks to what loads the file: `__imports__`.
fn is_directive(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// The most that can be said where it is who gets a key that leaves a doubt.
fn most(context: &Context<'_>, definitions: &[&Definition]) -> Confidence {
    let graph = context.graph;
    let is_value = |d: &&&Definition| graph.inventory.source(d.source).role == Role::Values;
    // A template lists what whoever gets it gets, and says nothing of who that is.
    let given: Vec<&Definition> = definitions.iter().filter(is_value).copied().collect();
    let definitions = if given.is_empty() { definitions.to_vec() } else { given };
    let definitions = placed(context, &definitions);
    let all = |holds: fn(&Source) -> bool| {
        definitions.iter().all(|d| holds(graph.inventory.source(d.source)))
    };
    let unknown: Vec<_> = definitions.iter().map(|d| graph.is_for_unknown_code(d)).collect();
    let is_unknown = unknown.iter().all(Option::is_some);
    match () {
        // What builds the application reads some, and an image that nothing here builds has code of its own.
        () if all(Source::is_for_buildpacks) || is_unknown && unknown.contains(&Some(true)) => {
            Confidence::Low
        }
        // An image sets variables for all that it installs.
        () if all(Source::is_image) || is_unknown => Confidence::Medium,
        () => Confidence::High,
    }
}

/// Whether all environments that get a definition are a developer's or a test's own, and there are such.
fn is_local_only(context: &Context<'_>, definitions: &[&Definition]) -> bool {
    definitions.iter().all(|d| {
        let mut served = context.graph.served_by(d.source).peekable();
        served.peek().is_some() && served.all(|(id, _)| context.is_local(id))
    })
}

/// Whether tests may get what a definition gives: it is for developers alone, or for them too and in a file that all load.
fn may_be_tests(context: &Context<'_>, definition: &Definition) -> bool {
    let graph = context.graph;
    let kind = Kind::of(graph.inventory.source(definition.source).kind);
    let is_shared = kind.class == Class::Dotenv
        && graph.served_by(definition.source).any(|(id, _)| context.is_local(id));
    is_shared || is_local_only(context, &[definition])
}

/// The commit after which no code named the key, where history tells.
fn given_up<'a>(context: &Context<'a>, key: KeyId) -> Option<&'a Moment> {
    let past = context.graph.inventory.chronicle.as_ref()?.keys.get(&key)?;
    past.in_code.last().filter(|_| !past.is_vague)?.until.as_ref()
}

/// What is said of a key that nothing reads.
pub(super) fn finding(
    context: &Context<'_>,
    rule: &Rule,
    key: KeyId,
    dead: &Dead<'_>,
) -> Option<Finding> {
    let graph = context.graph;
    let mut places: BTreeSet<EnvironmentId> = BTreeSet::new();
    for definition in dead.definitions.iter().filter(|d| !d.commented) {
        places.extend(graph.served_by(definition.source).map(|(id, _)| id));
    }
    let environments: Vec<EnvironmentId> = places.into_iter().collect();
    let first = dead.definitions.first()?;
    let place = |d: &Definition| {
        let mut served = graph.served_by(d.source);
        served.next().filter(|_| served.next().is_none()).map(|(id, _)| id)
    };
    let name = context.name(key);
    let too = |d: &Definition| match place(d) {
        Some(id) => format!("in `{}` too", graph.inventory.environment(id).name),
        None => "here too".to_owned(),
    };
    let others = dead.definitions.iter().skip(1);
    let mut related: Vec<_> = others.map(|d| of_definition(d, place(d), too(d))).collect();
    let tests: Vec<_> = graph.reads_of(key).filter(|(_, read)| read.in_test).collect();
    related.extend(tests.iter().take(2).map(|(_, read)| of_read(read, "a test reads it")));
    let by_tests = by_tests(graph.inventory.tested.contains(&key), !tests.is_empty());
    let said = match given_up(context, key) {
        Some(gone) => format!("{by_tests} since {} ({})", gone.date, gone.commit),
        None => by_tests.to_owned(),
    };
    let primary = of_definition(first, place(first), said);
    let message = if dead.in_template_only {
        format!("`{name}` is listed in the template and {by_tests}")
    } else {
        let given = context.given(&environments, &dead.definitions);
        format!("`{name}` is defined{given} and {by_tests}")
    };
    let count = dead.definitions.len();
    let mut help = if dead.in_template_only {
        format!("take `{name}` out of the template")
    } else {
        format!("remove the {} of `{name}`", verb(count, "definition", "definitions"))
    };
    if let Some(mention) = dead.mention {
        let what = &mention.what;
        related.push(crate::finding::Label {
            span: mention.span,
            role: crate::finding::LabelRole::Read,
            message: format!("{what} names it"),
            environment: None,
        });
        help = format!("see whether {what} needs `{name}`, and remove it if not");
    }
    Some(Finding {
        rule: rule.name,
        severity: rule.severity,
        confidence: dead.confidence,
        key: Some(key),
        environments,
        message,
        related: readable(related, &primary),
        primary,
        help,
    })
}
