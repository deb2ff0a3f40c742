//! What a developer's run borrows: the settings of the mode that it selects, and variables files that compose takes in.
//!
//! Knows which files compose names; a file that code alone loads keeps the environment of its name.

use super::Sourced;
use super::axes;
use super::draft::{Draft, Member};
use super::mark::Mark;
use crate::model::Class;
use crate::model::Role;

/// A local run with no settings of its own uses those of the mode that it selects, else those for development. Where it
/// selects one itself, a framework takes in that mode's dotenv files as well.
pub(super) fn lend_settings(sources: &[Sourced], found: &mut [Draft]) {
    let Some(local) = found.iter().position(|draft| draft.name == "local") else { return };
    let selected = axes::selected_here(sources, &found[local]);
    let has_own = found[local].has(sources, &[Class::Settings]);
    let is_chosen = selected.is_some();
    let is_lent = |member: &&Member| match sources[member.source].class {
        Class::Settings => !has_own,
        Class::Dotenv => is_chosen && sources[member.source].loader.is_some(),
        _ => false,
    };
    let (mode, why) = match selected {
        Some((key, mode)) => (mode, format!("the mode that `{key}` selects")),
        None => ("dev".to_owned(), "nothing selects another mode than `development`".to_owned()),
    };
    let lender = found.iter().find(|draft| draft.canonical == mode);
    let lent: Vec<Member> = lender.map_or(Vec::new(), |draft| {
        let settings = draft.members.iter().filter(is_lent);
        let lend = |member: &Member| Member {
            reason: format!("{}; {why}", member.reason),
            ..member.clone()
        };
        settings.map(lend).collect()
    });
    found[local].members.extend(lent);
}

/// Forgets what is called after a developer's or a test's environment and only ever taken in by compose files that are of
/// another: a variables file for a service of theirs.
pub(super) fn forget_taken_in(sources: &[Sourced], marks: &[Mark], found: &mut Vec<Draft>) {
    let is_usable = |at: usize| marks[at].aside.is_none() && sources[at].role == Role::Values;
    let mut taken = vec![false; sources.len()];
    for (at, source) in sources.iter().enumerate() {
        if source.class == Class::Compose && is_usable(at) {
            for &target in &source.includes {
                taken[target] = true;
            }
        }
    }
    let is_of_others = |member: &Member| {
        let source = &sources[member.source];
        source.class == Class::Dotenv && source.loader.is_none() && taken[member.source]
    };
    if found.iter().any(|draft| draft.has(sources, &[Class::Compose])) {
        found.retain(|draft| !draft.local || !draft.members.iter().all(is_of_others));
    }
}
