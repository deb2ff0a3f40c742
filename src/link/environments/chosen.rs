//! Files of variables that jobs of a pipeline name for their environments: what one names is none of another's.
//!
//! Where nothing of an environment names any, all that its folder shows stay.

use std::collections::{BTreeMap, BTreeSet};

use super::{Planned, Sourced};
use crate::model::Class;

/// The kind of files of variables that commands choose from.
const CHOSEN: &str = "tfvars";

/// Whether a source is one that a pipeline takes in for an environment: elsewhere it stays what it is.
pub(super) fn is_chosen(sources: &[Sourced], by: &Sourced, target: usize) -> bool {
    by.class == Class::Pipeline && sources[target].kind == CHOSEN
}

/// Drops from each environment whose jobs name files of variables those that only jobs of others name.
pub(super) fn drop(sources: &[Sourced], environments: &mut [Planned]) {
    let chosen = |by: &Sourced| -> BTreeSet<usize> {
        by.includes.iter().copied().filter(|target| is_chosen(sources, by, *target)).collect()
    };
    let all: BTreeSet<usize> = sources.iter().flat_map(chosen).collect();
    if all.is_empty() {
        return;
    }
    for environment in environments {
        let naming = environment.layers.iter().map(|layer| &sources[layer.source]);
        let own: BTreeMap<usize, &str> = naming
            .flat_map(|by| chosen(by).into_iter().map(|target| (target, by.path.as_str())))
            .collect();
        if own.is_empty() {
            continue;
        }
        environment
            .layers
            .retain(|layer| !all.contains(&layer.source) || own.contains_key(&layer.source));
        for layer in &mut environment.layers {
            if let Some(path) = own.get(&layer.source) {
                layer.reason = format!("a job of `{path}` names it");
            }
        }
    }
}
