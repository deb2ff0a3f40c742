//! Whether code comes to a read in an environment, where other keys decide that.
//!
//! Goes by the values that the environment gives those keys. What a deployment does not give may be given by whoever starts it:
//! then nothing is known.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use crate::graph::Presence;
use crate::lifecycle::{self, Stand};
use crate::model::{
    Absence, Condition, Definition, EnvironmentId, KeyId, KeyRef, Read, Value, ValueType,
};
use crate::nature::shape;
use crate::text::Span;

/// The reads that decide over others.
pub(super) struct Deciding<'a>(FxHashMap<Span, Vec<(KeyId, &'a Read)>>);

impl<'a> Deciding<'a> {
    /// Those by whose answers code comes to any read.
    pub(super) fn of(context: &Context<'a>) -> Self {
        let reads = &context.graph.inventory.reads;
        let ways = reads.iter().flat_map(|read| &read.ways);
        let spans = ways.flat_map(|way| &way.conditions).map(|condition| condition.read);
        let spans: FxHashSet<Span> = spans.collect();
        let mut deciding: FxHashMap<Span, Vec<(KeyId, &Read)>> = FxHashMap::default();
        for read in reads.iter().filter(|read| !read.is_echo) {
            let KeyRef::Exact(key) = read.key else { continue };
            let own = [read.span, read.key_span];
            if let Some(span) = own.into_iter().find(|span| spans.contains(span)) {
                deciding.entry(span).or_default().push((key, read));
            }
        }
        Self(deciding)
    }

    /// Whether code comes to `read` in `environment`; `None` where that is not known.
    pub(super) fn reach(
        &self,
        context: &Context<'a>,
        read: &Read,
        environment: EnvironmentId,
    ) -> Option<bool> {
        let way = |way: &crate::model::Way| {
            let met = way.conditions.iter().map(|one| self.is_met(context, one, environment));
            let met: Vec<Option<bool>> = met.collect();
            match () {
                () if met.contains(&Some(false)) => Some(false),
                () if way.is_whole && met.iter().all(|one| *one == Some(true)) => Some(true),
                () => None,
            }
        };
        let ways: Vec<Option<bool>> = read.ways.iter().map(way).collect();
        match () {
            () if ways.is_empty() => None,
            () if ways.contains(&Some(true)) => Some(true),
            () if ways.iter().all(|way| *way == Some(false)) => Some(false),
            () => None,
        }
    }

    fn is_met(
        &self,
        context: &Context<'a>,
        condition: &Condition,
        environment: EnvironmentId,
    ) -> Option<bool> {
        let asked = self.0.get(&condition.read)?;
        let holds = asked
            .iter()
            .map(|(key, read)| holds(context, (*key, read), &condition.equals, environment));
        one(holds).map(|holds| holds == condition.must_hold)
    }
}

/// What all of them say.
fn one(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let all: Option<Vec<bool>> = all.collect();
    let all = all?;
    all.iter().all(|one| *one == all[0]).then(|| all.first().copied())?
}

/// Whether the answer that `read` gets in an environment is one of `equals`, or is true where there are none.
fn holds(
    context: &Context<'_>,
    (key, read): (KeyId, &Read),
    equals: &[String],
    environment: EnvironmentId,
) -> Option<bool> {
    if context.is_provided(key) || !read.alternatives.is_empty() {
        return None;
    }
    match context.graph.presence_for(key, environment, &read.component) {
        Presence::Unknown(_) => None,
        Presence::Absent => {
            context.is_local(environment).then(|| without(context, key, read, equals))?
        }
        Presence::Set(values) => {
            one(values.iter().map(|value| given(context, (key, read), value.sure(), equals)))
        }
    }
}

/// What comes of no value.
fn without(context: &Context<'_>, key: KeyId, read: &Read, equals: &[String]) -> Option<bool> {
    match (read.absence, &read.default) {
        (Absence::Optional | Absence::Presence, _) => Some(false),
        (Absence::Default, Some(default)) if !default.redacted => {
            is_taken(context, (key, read), default.text.as_deref()?, equals)
        }
        _ => None,
    }
}

fn given(
    context: &Context<'_>,
    (key, read): (KeyId, &Read),
    definition: &Definition,
    equals: &[String],
) -> Option<bool> {
    match &definition.value {
        _ if read.absence == Absence::Presence && equals.is_empty() => Some(true),
        Value::Empty if read.empty_is_absent => without(context, key, read, equals),
        Value::Empty => (!equals.is_empty()).then(|| equals.iter().any(String::is_empty)),
        Value::Literal(scalar) if !shape::is_template(&scalar.text) => {
            is_taken(context, (key, read), &scalar.text, equals)
        }
        _ => None,
    }
}

fn is_taken(
    context: &Context<'_>,
    (key, read): (KeyId, &Read),
    text: &str,
    equals: &[String],
) -> Option<bool> {
    if !equals.is_empty() {
        let text = shape::bare(text);
        let is_same = equals.iter().any(|one| one == text);
        // Code may make one case of it before it compares.
        let is_near = equals.iter().any(|one| one.eq_ignore_ascii_case(text));
        return (is_same || !is_near).then_some(is_same);
    }
    let is_switch = matches!(read.expects, ValueType::Bool(_));
    match lifecycle::made_of(context.name(key), read, text) {
        Stand::On => Some(true),
        Stand::Off if is_switch => Some(false),
        Stand::Value(text) if !is_switch && !text.is_empty() => Some(true),
        _ => None,
    }
}
