//! What snapshots come to: the effective value of every key for every workload that they show, and the traces of who
//! changed it.
//!
//! Asks the graph of the snapshot itself, as if it were a project. Values of objects that no workload of the snapshot
//! takes are left out where it shows workloads.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Presence};
use crate::link::live::Linked;
use crate::model::{
    Applied, Binding, EnvironmentId, Hand, Inventory, Key, KeyId, LiveSetting, Namespace, Scope,
    Snapshot, Trace, Value,
};
use crate::text::Span;

/// The environment of an inventory that a snapshot is.
const OWN: EnvironmentId = EnvironmentId(0);

/// Adds what the snapshots come to, one for each environment, in the order of the environments.
pub fn settle(inventory: &mut Inventory, linked: Vec<Linked>) {
    let mut all: BTreeMap<EnvironmentId, Snapshot> = BTreeMap::new();
    for one in linked {
        let snapshot = all.entry(one.environment).or_insert_with(|| Snapshot {
            environment: one.environment,
            sources: Vec::new(),
            values: Vec::new(),
            workloads: BTreeMap::new(),
            is_whole: false,
            settings: Vec::new(),
            traces: BTreeMap::new(),
            unlike: BTreeSet::new(),
        });
        snapshot.is_whole |= one.is_whole;
        for source in &one.sources {
            if !snapshot.sources.contains(source) {
                snapshot.sources.push(*source);
            }
        }
        add(inventory, &one, snapshot);
    }
    inventory.snapshots = all.into_values().collect();
}

fn add(inventory: &mut Inventory, one: &Linked, snapshot: &mut Snapshot) {
    let graph = Graph::build(&one.inventory);
    for workload in &one.workloads {
        let is_whole = graph.unseen_in(OWN).all(|opaque| opaque.whom.workload() != Some(workload));
        snapshot
            .workloads
            .entry(workload.clone())
            .and_modify(|known| *known &= is_whole)
            .or_insert(is_whole);
    }
    let hides_shared = !one.workloads.is_empty();
    let first = snapshot.values.len();
    for (key, id) in one.inventory.keys_by_name() {
        let Presence::Set(values) = graph.presence(id, OWN) else { continue };
        for value in values {
            let workload = workload(value.scope);
            if workload.is_none() && hides_shared || key.namespace == Namespace::Flag {
                continue;
            }
            let mut definition = value.winner.clone();
            definition.key = inventory.intern(key.clone());
            definition.scope = workload.map(Scope::Workload);
            if let Some(source) = one.sources.get(value.winner.source.index()) {
                definition.source = *source;
            }
            snapshot.values.push(definition);
        }
    }
    let settings = one.settings.iter().map(|(file, fact)| LiveSetting {
        workload: fact.workload.clone(),
        path: fact.path.clone(),
        value: fact.value.clone(),
        span: Span::new(*file, fact.range),
    });
    snapshot.settings.extend(settings);
    trace(inventory, one, snapshot, first);
}

fn workload(scope: Option<&Scope>) -> Option<String> {
    match scope {
        Some(Scope::Workload(name)) => Some(name.clone()),
        Some(Scope::Object(_)) | None => None,
    }
}

/// The name of an entry in its scope, as the cluster tells it apart.
type Place<'a> = (&'a Scope, &'a str);

/// Who changed what, by place.
struct Told<'a> {
    hands: BTreeMap<Place<'a>, Hand>,
    applied: BTreeMap<Place<'a>, &'a Value>,
    scopes: BTreeSet<&'a Scope>,
    bindings: BTreeMap<(KeyId, &'a Scope), Vec<&'a Binding>>,
}

impl<'a> Told<'a> {
    fn by(one: &'a Linked) -> Self {
        let hands = one.hands.iter().map(|(file, fact)| {
            let span = Span::new(*file, fact.range);
            let hand = Hand { command: fact.command, day: fact.day.clone(), span };
            ((&fact.scope, fact.name.as_str()), hand)
        });
        let entries = one.applied.entries.iter();
        let applied = entries.map(|fact| ((&fact.scope, fact.name.as_str()), &fact.value));
        let mut bindings: BTreeMap<(KeyId, &Scope), Vec<&Binding>> = BTreeMap::new();
        for binding in &one.inventory.bindings {
            if let Some(scope) = &binding.scope {
                bindings.entry((binding.to, scope)).or_default().push(binding);
            }
        }
        Self {
            hands: hands.collect(),
            applied: applied.collect(),
            scopes: one.applied.scopes.iter().collect(),
            bindings,
        }
    }

    /// What is told of a value of a workload: of the objects that it takes it from, else of the workload itself.
    fn of(&self, inventory: &Inventory, name: &str, scope: &Scope, value: &Value) -> Trace {
        let own = inventory.id(&Key::env(name));
        let taken = own.and_then(|own| self.bindings.get(&(own, scope)));
        let mut trace = Trace::default();
        for binding in taken.into_iter().flatten() {
            let entry = binding.entry.as_deref();
            let entry = entry.or_else(|| name.strip_prefix(&binding.prefix)).unwrap_or(name);
            self.note((&Scope::Object(binding.object.clone()), entry), value, &mut trace);
        }
        if taken.is_none() {
            self.note((scope, name), value, &mut trace);
        }
        trace
    }

    fn note(&self, at: Place<'_>, value: &Value, trace: &mut Trace) {
        trace.by = trace.by.take().or_else(|| self.hands.get(&at).cloned());
        let is_literal = matches!(value, Value::Literal(_) | Value::Secret(_));
        let before = match self.applied.get(&at) {
            Some(before) => match value.same(before) {
                Some(true) => Some(Applied::Same),
                Some(false) => Some(Applied::Other((*before).clone())),
                None if is_literal && matches!(before, Value::Reference { .. }) => {
                    Some(Applied::Other((*before).clone()))
                }
                None => None,
            },
            None => self.scopes.contains(at.0).then_some(Applied::Nothing),
        };
        trace.applied = trace.applied.take().or(before);
    }
}

/// Notes who set each value by hand, and what was applied last.
fn trace(inventory: &mut Inventory, one: &Linked, snapshot: &mut Snapshot, first: usize) {
    let told = Told::by(one);
    let mut met: BTreeSet<(Option<String>, KeyId)> = BTreeSet::new();
    for value in snapshot.values.iter().skip(first) {
        let Some(scope) = &value.scope else { continue };
        let place = (Some(scope.name().to_owned()), value.key);
        let name = &inventory.key(value.key).name;
        let trace = told.of(&one.inventory, name, scope, &value.value);
        met.insert(place.clone());
        if trace != Trace::default() {
            snapshot.traces.insert(place, trace);
        }
    }
    // What was applied and is no more was taken away by hand.
    for fact in &one.applied.entries {
        let Scope::Workload(name) = &fact.scope else { continue };
        let key = inventory.intern(Key::env(fact.name.clone()));
        let place = (Some(name.clone()), key);
        if !met.contains(&place) && one.workloads.contains(name) {
            let applied = Some(Applied::Other(fact.value.clone()));
            snapshot.traces.insert(place, Trace { by: None, applied });
        }
    }
}
