//! A key that an environment lacks and others have, where the code goes on without a word.
//!
//! Cannot tell a step-by-step release from a forgotten key: a switch that one stage alone has is a guess.

mod stand_ins;

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{of_definition, of_place, of_read, readable, verb};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::graph::{Coverage, Presence};
use crate::model::{
    Absence, Attribution, Confidence, Definition, EnvironmentId, KeyId, Read, Role, Severity,
    Value, ValueType,
};
use crate::nature::{Nature, shape};
use stand_ins::StandIns;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "hidden-fallback",
    summary: "an environment lacks a key that others have, and a default or a branch in the code hides it",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/hidden-fallback.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let coverage = context.graph.coverage();
    let mut stand_ins = StandIns::default();
    for key in context.graph.keys() {
        if is_aside(context, key) {
            continue;
        }
        let hiding = |read: &&Read| {
            matches!(read.absence, Absence::Default | Absence::Optional) && !read.is_lost()
        };
        let reads: Vec<&Read> = context.graph.deployed_reads_of(key).filter(hiding).collect();
        let told = if reads.is_empty() { None } else { compare(context, &coverage, key, &reads) };
        stand_ins.note(context, key, told.is_some());
        out.extend(told);
    }
    stand_ins.tell(context, out);
}

/// Keys of which absence says nothing, or is seen: one that is required somewhere stops the process.
fn is_aside(context: &Context<'_>, key: KeyId) -> bool {
    let nature = Nature::of(context.name(key));
    let stops = |read: &Read| read.absence == Absence::Required && !read.conditional;
    context.is_provided(key)
        || nature.is_log_level()
        || nature.is_debug_switch()
        || context.graph.inventory.given.contains_key(&key)
        || context.config.expects_difference(context.name(key))
        || context.graph.deployed_reads_of(key).any(stops)
}

fn compare(
    context: &Context<'_>,
    coverage: &Coverage,
    key: KeyId,
    reads: &[&Read],
) -> Option<Finding> {
    let graph = context.graph;
    let deployments = || graph.environments().filter(|(_, place)| !place.is_local);
    let mut all: Vec<(EnvironmentId, Vec<&Definition>)> = Vec::new();
    for (id, _) in deployments() {
        let given = context.values(key, id).into_iter().map(|value| value.winner);
        // What an image of others gets says nothing of what this code should have.
        let is_ours = |d: &&Definition| d.attribution == Attribution::Project;
        let given: Vec<&Definition> = given.filter(is_ours).filter(|d| is_given(d)).collect();
        if !given.is_empty() {
            all.push((id, given));
        }
    }
    let template = graph.definitions_of(key).map(|(_, d)| d).find(|d| {
        graph.inventory.source(d.source).role == Role::Template && !d.commented && is_given(d)
    });
    if all.is_empty() && template.is_none() {
        return None;
    }
    let mut lacking: BTreeMap<EnvironmentId, (Confidence, &Read)> = BTreeMap::new();
    let mut own = OwnGivers { context, key, all: &all, known: vec![None; reads.len()] };
    for (id, place) in deployments() {
        let lack = |at: &usize| is_lacking(context, key, reads[*at], id);
        for at in (0..reads.len()).filter(lack) {
            let read = reads[at];
            let namespace = graph.inventory.key(key).namespace;
            let share = coverage.share(id, &read.component, namespace, key);
            // Only other code is given it, or the same environment: none tells that this code should have it here.
            let own = own.of(at, read);
            let is_alone = !all.is_empty() && own.iter().all(|(giver, _)| *giver == id);
            // Nothing of the component is here: it is deployed from elsewhere.
            if share.is_none() || is_alone || (share.known == 0 && all.is_empty()) {
                continue;
            }
            let mut sure = judge(context, key, read, own).min(place.confidence);
            if !share.is_decent() {
                sure = Confidence::Low;
            }
            lacking.insert(id, (sure, read));
            break;
        }
    }
    let mut givers: Vec<(EnvironmentId, &Definition)> =
        own.known.into_iter().flatten().flatten().collect();
    givers.sort_by_key(|(giver, definition)| (*giver, definition.key_span));
    givers.dedup_by_key(|(giver, _)| *giver);
    // Where most deployments lack a key, those that have it are the exception. The regions of a group count as one.
    let lack = groups(context, lacking.keys().copied());
    let have = groups(context, givers.iter().map(|(id, _)| *id));
    let is_exception = !givers.is_empty() && lack > have;
    finding(context, key, &lacking, (&givers, template), is_exception)
}

/// What each read's own code is given, once it was asked for.
struct OwnGivers<'c, 'a> {
    context: &'c Context<'a>,
    key: KeyId,
    all: &'c [(EnvironmentId, Vec<&'a Definition>)],
    known: Vec<Option<Vec<(EnvironmentId, &'a Definition)>>>,
}

impl<'a> OwnGivers<'_, 'a> {
    /// The environments that give the code of a read the key, with what they give.
    fn of(&mut self, at: usize, read: &Read) -> &[(EnvironmentId, &'a Definition)] {
        let (context, key, all) = (self.context, self.key, self.all);
        let own = |(id, given): &(EnvironmentId, Vec<&'a Definition>)| {
            let mut given = given.iter();
            let first = given.find(|one| context.graph.may_come_to(one, &read.component))?;
            (!is_lacking(context, key, read, *id)).then_some((*id, *first))
        };
        self.known[at].get_or_insert_with(|| all.iter().filter_map(own).collect())
    }
}

/// How many groups of environments there are among some; one of no group is one.
fn groups(context: &Context<'_>, all: impl Iterator<Item = EnvironmentId>) -> usize {
    let place = |id: EnvironmentId| {
        let environment = context.graph.inventory.environment(id);
        environment.group.as_deref().unwrap_or(&environment.name)
    };
    all.map(place).collect::<BTreeSet<_>>().len()
}

/// What a module of settings gives, it gives some environments and not others on purpose.
fn is_given(definition: &Definition) -> bool {
    !matches!(definition.value, Value::Empty | Value::Computed)
}

fn is_lacking(context: &Context<'_>, key: KeyId, read: &Read, id: EnvironmentId) -> bool {
    let without = |key: KeyId| match context.graph.presence_for(key, id, &read.component) {
        Presence::Absent => true,
        Presence::Unknown(_) => false,
        Presence::Set(values) => {
            read.empty_is_absent && values.iter().all(|value| value.winner.value == Value::Empty)
        }
    };
    context.graph.runs(read, id) != Some(false)
        && without(key)
        && read.alternatives.iter().all(|other| without(*other))
}

/// How sure it is that the fallback was not meant.
fn judge(
    context: &Context<'_>,
    key: KeyId,
    read: &Read,
    givers: &[(EnvironmentId, &Definition)],
) -> Confidence {
    let is_switch = matches!(read.expects, ValueType::Bool(_));
    let default = read.default.as_ref().and_then(|default| default.text.as_deref());
    let same = |text: &str| {
        givers.iter().all(|(_, definition)| {
            definition.value.shown().is_some_and(|value| shape::alike(text, value, is_switch))
        })
    };
    if givers.is_empty() || read.conditional || default.is_some_and(same) {
        return Confidence::Low;
    }
    let nature = Nature::of(context.name(key));
    let is_address = |text: Option<&str>| text.is_some_and(shape::is_address);
    let endpoint = nature.is_endpoint() || givers.iter().any(|(_, d)| is_address(d.value.shown()));
    let other_path = read.fallback.is_some() && !is_switch;
    let to_itself = default.is_some_and(shape::is_loopback);
    let sure =
        if endpoint || other_path || to_itself { Confidence::High } else { Confidence::Medium };
    sure.min(read.confidence)
}

fn finding(
    context: &Context<'_>,
    key: KeyId,
    lacking: &BTreeMap<EnvironmentId, (Confidence, &Read)>,
    (givers, template): (&[(EnvironmentId, &Definition)], Option<&Definition>),
    is_exception: bool,
) -> Option<Finding> {
    let surest = lacking.values().map(|(sure, _)| *sure).max()?;
    let sure_ones = || lacking.iter().filter(|(_, (sure, _))| *sure == surest);
    let environments: Vec<EnvironmentId> = sure_ones().map(|(id, _)| *id).collect();
    let (_, (_, read)) = sure_ones().next()?;
    let name = context.name(key);
    let places = context.listed(&environments);
    let primary = of_read(read, takes_over(read));
    let mut related = Vec::new();
    if let Some(span) = read.fallback.or(read.decided_at) {
        related.push(of_place(span, "what runs instead"));
    }
    for (id, definition) in givers {
        let place = &context.graph.inventory.environment(*id).name;
        let message = format!("`{place}` has it");
        related.push(of_definition(definition, Some(*id), message));
    }
    related.extend(template.map(|listed| of_definition(listed, None, "the template lists it")));
    let ids: Vec<EnvironmentId> = givers.iter().map(|(id, _)| *id).collect();
    let have = if ids.is_empty() {
        "the template lists it".to_owned()
    } else {
        format!("{} {} it", context.listed(&ids), verb(ids.len(), "has", "have"))
    };
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: if is_exception { surest.min(Confidence::Low) } else { surest },
        key: Some(key),
        message: format!(
            "`{name}` has no value in {places}, and the code goes on without one; {have}"
        ),
        environments,
        related: readable(related, &primary),
        primary,
        help: format!("define `{name}` in {places}, or make the code fail without it"),
    })
}

fn takes_over(read: &Read) -> String {
    match &read.default {
        Some(default) if !default.redacted => match default.text.as_deref() {
            Some("") => "an empty value takes over".to_owned(),
            Some(text) => format!("`{}` takes over", text.chars().take(60).collect::<String>()),
            None => "a default takes over".to_owned(),
        },
        Some(_) => "a default takes over".to_owned(),
        None => "goes on without a value".to_owned(),
    }
}
