//! Reads in programs that steps of a pipeline start and nothing else does: what the steps give them is there, whatever the
//! environments hold.
//!
//! Something else starts a program where any other text that is no document names it as one: a path, a module, an import.

use std::collections::BTreeSet;

use super::Origin;
use super::naming::{name, naming, programs};
use super::scripts::{is_document, is_of_pipeline};
use super::texts::Texts;
use crate::model::inventory::Stepped;
use crate::model::{Inventory, KeyRef, Namespace};
use crate::reads::is_test_path;
use crate::text::FileId;

/// Keeps with the reads of such programs what gives them their keys.
pub(super) fn look(inventory: &mut Inventory, texts: &Texts, origin: Origin<'_>) {
    if inventory.steps.is_empty() {
        return;
    }
    let others = others(inventory, texts, origin);
    let (steps, keys) = (&inventory.steps, &inventory.keys);
    for read in &mut inventory.reads {
        let Some(step) = steps.get(&read.span.file).filter(|_| !others.contains(&read.span.file))
        else {
            continue;
        };
        let KeyRef::Exact(key) = read.key else { continue };
        let key = &keys[key.index()];
        if read.in_test || key.namespace != Namespace::Env {
            continue;
        }
        match step.gives.get(&key.name) {
            Some(span) => read.by_step = Some(*span),
            None if step.hides.is_some() => read.by_step = step.hides,
            None => read.by_hand = true,
        }
    }
}

/// The programs that something else than the steps may start.
fn others(inventory: &Inventory, texts: &Texts, origin: Origin<'_>) -> BTreeSet<FileId> {
    let path = |id: &FileId| texts.files.get(*id).path.as_str();
    let counts = |path: &str| !is_document(path) && !is_of_pipeline(path) && !is_test_path(path);
    let started = programs(inventory.steps.keys().map(path));
    let naming = naming(&started, (texts, origin), counts);
    let is_started = |(id, step): &(&FileId, &Stepped)| {
        naming
            .iter()
            .filter(|one| one.names.contains(name(path(id))))
            .any(|one| one.id.is_none_or(|by| by != **id && !step.ways.contains(&by)))
    };
    inventory.steps.iter().filter(is_started).map(|(id, _)| *id).collect()
}
