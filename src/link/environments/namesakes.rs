//! Environments of one name: what a developer runs, and what a pipeline deploys under the same word.
//!
//! Goes by the classes of their sources: a run of compose and what is deployed are never layers of each other.

use std::collections::BTreeSet;

use super::Sourced;
use super::draft::{Draft, reason};
use crate::model::Class;

/// Two words can be spelled alike where one of them was taken apart; the first keeps the name.
pub(super) fn tell_apart(found: &mut [Draft]) {
    let mut names = BTreeSet::new();
    for draft in found {
        if !names.insert(draft.name.clone()) {
            draft.name = format!("{} ({})", draft.name, draft.canonical);
            names.insert(draft.name.clone());
        }
    }
}

/// Parts a developer's runs from the deployments that jobs of pipelines name alike: neither gets what can only be the other's.
pub(super) fn part(sources: &[Sourced], found: &mut [Draft], piped: &mut [Draft]) {
    for draft in piped {
        let mut alike = found.iter_mut().filter(|own| own.canonical == draft.canonical);
        let Some(own) = alike.find(|own| own.has(sources, &[Class::Compose])) else { continue };
        own.members.retain(|member| sources[member.source].class != Class::Pipeline);
        let is_run = |class| matches!(class, Class::Compose | Class::Dotenv | Class::Image);
        draft.members.retain(|member| !is_run(sources[member.source].class));
        own.reason = reason(sources, &own.members);
        draft.reason = reason(sources, &draft.members);
    }
}

/// One name is one environment: a developer's run beside a deployment of its name is called so, and what is no run is laid
/// together with it.
pub(super) fn settle(sources: &[Sourced], found: &mut Vec<Draft>) {
    let (local, mut deployed): (Vec<Draft>, Vec<Draft>) =
        std::mem::take(found).into_iter().partition(|draft| draft.local);
    for mut own in local {
        let Some(namesake) = deployed.iter_mut().find(|draft| draft.name == own.name) else {
            found.push(own);
            continue;
        };
        if own.has(sources, &[Class::Compose]) {
            own.name = format!("{} (local)", own.name);
            found.push(own);
            continue;
        }
        let is_new = |reason: &str| namesake.reason != reason;
        if is_new(&own.reason) {
            namesake.reason = format!("{}; {}", namesake.reason, own.reason);
        }
        namesake.members.extend(own.members);
    }
    found.extend(deployed);
}
