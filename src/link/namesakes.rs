//! Services of one name in several runs of compose: `orders/compose.yaml` and `billing/compose.yaml` each have a `db`.
//!
//! What one run gives its service the other does not get. A file that is known to be no run and says only what changes is
//! laid over all of them. Knows no environment.

use std::collections::{BTreeMap, BTreeSet};

use super::environments::Sourced;
use crate::model::{Inventory, Runs, SourceId};

/// Notes of which run a source is a part.
pub(super) fn note(inventory: &mut Inventory, source: &Sourced) {
    if let Some(run) = &source.run {
        let leaf = run.files.last().cloned().unwrap_or_default();
        inventory.runs.insert(source.id, (run.id, leaf));
    }
}

/// The names by which such services are told apart, by source and service.
pub(super) fn find(inventory: &Inventory) -> BTreeMap<SourceId, BTreeMap<String, String>> {
    let mut whole: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for workload in &inventory.workloads {
        let says_what_runs = workload.image.is_some() || workload.runs != Runs::Unknown;
        if let Some((run, _)) = inventory.runs.get(&workload.source).filter(|_| says_what_runs) {
            whole.entry(&workload.name).or_default().insert(*run);
        }
    }
    whole.retain(|_, runs| runs.len() > 1);
    let mut found: BTreeMap<SourceId, BTreeMap<String, String>> = BTreeMap::new();
    for (name, runs) in whole {
        for (source, (_, leaf)) in inventory.runs.iter().filter(|(_, it)| runs.contains(&it.0)) {
            let said = format!("{name} of {leaf}");
            found.entry(*source).or_default().insert(name.to_owned(), said);
        }
    }
    found
}
