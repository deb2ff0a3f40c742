//! Files of variables that name one environment and give one stack the same variables: `staging-mills.tfvars` beside
//! `staging-ovens.tfvars`. The stack is up once with each, and the rest of the name tells which.
//!
//! Files that share few keys are parts of one environment: `prod.tfvars` and `prod-secrets.tfvars`.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::mark::{Mark, Token};
use crate::model::{KeyId, Role};
use crate::text::relative::folder;

/// Notes the rest of the name as the region of each such source.
pub(super) fn tell_apart(sources: &[Sourced], marks: &mut [Mark]) {
    let mut groups: BTreeMap<(u16, &str, String), Vec<usize>> = BTreeMap::new();
    for (at, (source, mark)) in sources.iter().zip(marks.iter()).enumerate() {
        if let Some(token) = mark.token.as_ref().filter(|token| fits(source, token)) {
            let place = (source.root, folder(&source.path), token.canonical.clone());
            groups.entry(place).or_default().push(at);
        }
    }
    for all in groups.into_values() {
        let rests: BTreeSet<&str> = all.iter().map(|at| marks[*at].rest.as_str()).collect();
        let are_told = rests.len() == all.len() && !rests.contains("");
        if all.len() < 2 || !are_told || !are_alike(sources, &all) {
            continue;
        }
        for at in all {
            let rest = marks[at].rest.to_lowercase();
            if let Some(token) = marks[at].token.as_mut() {
                token.raw = format!("{}-{rest}", token.raw);
                token.region = Some(rest);
            }
        }
    }
}

fn fits(source: &Sourced, token: &Token) -> bool {
    source.kind == "tfvars"
        && source.role == Role::Values
        && !token.is_folder
        && token.region.is_none()
}

/// Whether all give at least half of their keys in common.
fn are_alike(sources: &[Sourced], all: &[usize]) -> bool {
    let keys = |at: &usize| sources[*at].keys.iter().copied().collect::<BTreeSet<KeyId>>();
    let common = all.iter().map(keys).reduce(|one, other| &one & &other).unwrap_or_default();
    !common.is_empty() && all.iter().all(|at| keys(at).len() <= 2 * common.len())
}
