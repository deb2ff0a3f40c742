//! Folders that an image takes alone and that are no part of their own: `COPY app` beside a manifest at the root.
//!
//! What such an image runs are the reads of that folder. They become a part of their own, so that what other code of the part
//! reads is not looked for in it.

use std::collections::BTreeSet;

use crate::link::components::Components;
use crate::model::Inventory;
use crate::text::Files;
use crate::text::relative::is_within;

/// Makes parts of the folders that workloads run, and moves their reads there.
pub(super) fn settle(inventory: &mut Inventory, files: &Files, components: &mut Components) {
    let run: BTreeSet<&str> =
        inventory.workloads.iter().filter_map(|one| one.runs.component()).collect();
    let known: BTreeSet<&str> = inventory.reads.iter().map(|it| it.component.as_str()).collect();
    let apart: Vec<String> = run.difference(&known).map(|folder| (*folder).to_owned()).collect();
    for read in &mut inventory.reads {
        let file = files.get(read.span.file);
        let is_in = |folder: &&String| is_within(&file.path, folder);
        let Some(nearest) = apart.iter().filter(is_in).max_by_key(|folder| folder.len()) else {
            continue;
        };
        // A manifest may stand nearer.
        if !is_within(&read.component, nearest) {
            components.add(file.root, nearest);
            read.component = components.of(file);
        }
    }
}
