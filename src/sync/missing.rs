//! A key that an environment lacks: it comes where the environment keeps its neighbours.

use std::collections::BTreeSet;

use super::{Left, PLACEHOLDER, Scene, Wanted};
use crate::finding::Finding;
use crate::graph::Presence;
use crate::model::{EnvironmentId, KeyId, Value};

/// What a finding about a missing key asks for.
pub(super) fn wanted(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    let Some(key) = finding.key else { return vec![Wanted::refuse("it is about no key")] };
    let reads = &scene.graph.inventory.reads;
    let read = reads.iter().find(|read| read.span == finding.primary.span);
    let component = read.map_or("", |read| read.component.as_str());
    if let Some(slip) = scene.graph.slips().iter().find(|slip| slip.read == key) {
        let name = &scene.graph.inventory.key(slip.defined).name;
        return vec![Wanted::refuse(format!("`{name}` is defined and may be what is meant"))];
    }
    let mut wanted = Vec::new();
    let mut met = BTreeSet::new();
    for environment in &finding.environments {
        if let Some(emptied) = empty(scene, key, *environment, component) {
            wanted.push(emptied);
            continue;
        }
        let value = value(scene, key, component);
        match scene.target(key, *environment, component) {
            Ok(target) => {
                // One file may serve several of the environments.
                if met.insert((target.file, target.name.clone())) {
                    wanted.push(Wanted::Add { target, value, commented: false });
                }
            }
            Err(left) => wanted.push(Wanted::Leave(left)),
        }
    }
    wanted
}

/// A key that is there and empty needs no second entry.
fn empty(
    scene: &Scene<'_>,
    key: KeyId,
    environment: EnvironmentId,
    component: &str,
) -> Option<Wanted> {
    match scene.graph.presence_for(key, environment, component) {
        Presence::Absent => None,
        Presence::Set(values) => {
            let first = values.first()?.winner;
            let path = scene.path(first.key_span.file);
            let place = scene.environment(environment);
            let how = if first.value == Value::Empty { " with an empty value" } else { "" };
            Some(Wanted::refuse(format!(
                "{path} gives it to {place}{how}: what it should be is not known"
            )))
        }
        Presence::Unknown(_) => Some(Wanted::Leave(Left::Refused(format!(
            "something unseen may give it to {}",
            scene.environment(environment)
        )))),
    }
}

/// What a new entry holds: a placeholder, or what the others agree on where that was asked for.
fn value(scene: &Scene<'_>, key: KeyId, component: &str) -> String {
    let placeholder = || PLACEHOLDER.to_owned();
    if !scene.ask.copies_values {
        return placeholder();
    }
    let given = scene.givers(key, component);
    let mut texts: BTreeSet<Option<&str>> = BTreeSet::new();
    for (_, definition) in &given {
        texts.insert(match &definition.value {
            Value::Literal(scalar) => Some(scalar.text.as_str()),
            _ => None,
        });
    }
    match texts.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(text)] => (*text).to_owned(),
        _ => placeholder(),
    }
}
