//! What is live and not declared so: the declaration becomes what is live, unless it is said to be right.

use std::collections::BTreeSet;

use super::{Left, PLACEHOLDER, Scene, Wanted, drift};
use crate::finding::Finding;
use crate::graph::{Compared, Scaled};
use crate::model::{Applied, Definition, EnvironmentId, Value};

/// What a finding about a live value asks for.
pub(super) fn wanted(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    if scene.ask.keeps_declared {
        return vec![Wanted::refuse("the declaration is right: deploy it")];
    }
    let is_meant = |compared: &Compared<'_>| {
        let place = compared.declared.or(compared.live);
        Some(scene.graph.lead(compared.key)) == finding.key
            && finding.environments.contains(&compared.environment)
            && place.is_some_and(|place| begins(place, finding))
    };
    let mut met = BTreeSet::new();
    let mut wanted = Vec::new();
    for compared in scene.graph.compared().iter().filter(|one| is_meant(one)) {
        match (compared.live, compared.declared) {
            (Some(live), Some(declared)) => {
                wanted.extend(differing(scene, compared, live, declared, &mut met));
            }
            (Some(live), None) => wanted.push(undeclared(scene, compared, live)),
            _ => wanted.push(Wanted::undecided(format!(
                "it is declared for {} and not live: deploy it, or take the declaration away",
                scene.environment(compared.environment)
            ))),
        }
    }
    let scaled = scene.graph.scaled();
    let is_meant = |one: &&Scaled<'_>| {
        Some(one.declared.key) == finding.key
            && finding.environments.contains(&one.environment)
            && one.is_drifting()
    };
    wanted.extend(scaled.iter().filter(is_meant).map(|one| setting(scene, one)));
    if wanted.is_empty() {
        wanted.push(Wanted::refuse("no value that differs can be seen"));
    }
    wanted
}

/// What a manifest decides beside variables: it is set in the manifest, or in the values that fill it in.
fn setting(scene: &Scene<'_>, one: &Scaled<'_>) -> Wanted {
    let path = &one.declared.path;
    let mut others = scene.setting_sharers(one.declared);
    others.remove(&one.environment);
    if !others.is_empty() {
        let shared = scene.environments(others);
        return Wanted::refuse(format!("the declaration of `{path}` is shared with {shared}"));
    }
    let Value::Literal(scalar) = &one.live.value else {
        return Wanted::refuse(format!("what is live of `{path}` is no plain value"));
    };
    match scene.setting(one.declared) {
        Some((file, site)) => {
            let (name, value) = (path.clone(), scalar.text.clone());
            Wanted::Set { file, site, name, value, for_all: false }
        }
        None => Wanted::refuse(format!("the place of `{path}` cannot be edited")),
    }
}

fn begins(place: &Definition, finding: &Finding) -> bool {
    let span = finding.primary.span;
    place.key_span.file == span.file && place.key_span.range.start == span.range.start
}

fn differing(
    scene: &Scene<'_>,
    compared: &Compared<'_>,
    live: &Definition,
    declared: &Definition,
    met: &mut BTreeSet<crate::text::Span>,
) -> Option<Wanted> {
    let is_newer =
        compared.trace.is_some_and(|it| it.by.is_none() && it.applied == Some(Applied::Same));
    if is_newer {
        return Some(Wanted::refuse("the declaration is newer than what is live: deploy it"));
    }
    if let Some(shared) = others(scene, declared, compared.environment) {
        return Some(Wanted::refuse(format!("its declaration is shared with {shared}")));
    }
    match &live.value {
        Value::Literal(scalar) => drift::set(scene, declared, (&scalar.text, false), met),
        Value::Empty => drift::set(scene, declared, ("", false), met),
        _ => Some(Wanted::refuse("what is live may be a secret and is not written down")),
    }
}

fn undeclared(scene: &Scene<'_>, compared: &Compared<'_>, live: &Definition) -> Wanted {
    let mut reads = scene.graph.deployed_reads_of(compared.key);
    let component = reads.next().map_or("", |read| read.component.as_str());
    let value = match &live.value {
        Value::Literal(scalar) => scalar.text.clone(),
        _ => PLACEHOLDER.to_owned(),
    };
    match scene.target(compared.key, compared.environment, component) {
        Ok(target) => Wanted::Add { target, value, commented: false },
        Err(left @ (Left::Undecided(_) | Left::Refused(_))) => Wanted::Leave(left),
    }
}

/// The other environments that get a definition.
fn others(scene: &Scene<'_>, declared: &Definition, own: EnvironmentId) -> Option<String> {
    let mut others = scene.sharers(declared);
    others.remove(&own);
    (!others.is_empty()).then(|| scene.environments(others))
}
