//! Dotenv files that a deployment writes anew: what runs there gets nothing of what is committed, and a file that only the
//! deployment makes is what it writes.

use super::{Planned, Sourced};
use crate::link::precedence::Breadth;
use crate::model::inventory::Written;
use crate::model::{Class, EnvironmentId, Inventory};

/// The kind of what a pipeline writes into a dotenv file.
const WRITTEN: &str = "pipeline-dotenv";

/// Whether a source is a dotenv file that a pipeline writes wherever it deploys.
pub(super) fn is_written(source: &Sourced) -> bool {
    source.kind == WRITTEN
}

/// Whether a dotenv file that all share is written anew by a layer of this environment.
pub(super) fn is_gone(sources: &[Sourced], environment: &Planned, at: usize) -> bool {
    let source = &sources[at];
    let writes = |other: &Sourced| {
        is_written(other) && other.root == source.root && other.replaces.contains(&source.path)
    };
    source.class == Class::Dotenv
        && !environment.local
        && environment.layers.iter().any(|layer| writes(&sources[layer.source]))
}

/// Takes such files out of an environment.
pub(super) fn drop(sources: &[Sourced], environment: &mut Planned) {
    let is_shared = |breadth: Breadth| breadth == Breadth::All;
    let gone: Vec<usize> = environment
        .layers
        .iter()
        .filter(|layer| is_shared(layer.breadth) && is_gone(sources, environment, layer.source))
        .map(|layer| layer.source)
        .collect();
    environment.layers.retain(|layer| !gone.contains(&layer.source));
}

/// Notes which files that the tree lacks the deployments to environments write. These get their numbers in this order.
pub(super) fn note(inventory: &mut Inventory, sources: &[Sourced], environments: &[Planned]) {
    let first = inventory.environments.len();
    for (number, environment) in environments.iter().enumerate().filter(|(_, it)| !it.local) {
        let here = || environment.layers.iter().map(|layer| &sources[layer.source]);
        for missing in &inventory.missing_includes {
            let Some(service) = here().find(|source| source.id == missing.source) else { continue };
            let writers = here().filter(|source| {
                is_written(source)
                    && source.root == service.root
                    && source.replaces.contains(&missing.path)
            });
            inventory.written.extend(writers.map(|source| Written {
                source: source.id,
                environment: EnvironmentId::at(first + number),
                taken: missing.span,
            }));
        }
    }
}
