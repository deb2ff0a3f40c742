//! Structs that a document of flags fills: `{"new-till": {"enabled": true, "limit": 3}}`. Each field is a flag, and what stands in it
//! is its state with its attributes.

use std::collections::BTreeMap;

use super::Leaf;
use crate::link::program::{ClassId, Program};
use crate::model::key::fold;
use crate::model::{Limits, ValueType};

/// The member of a flag that says whether it is on.
pub(in crate::link) const STATE: &str = "enabled";

/// The flags of a struct, of whose nested fields `leaves` are made.
pub(super) fn of_document(
    program: &Program<'_>,
    (file, class): ClassId,
    leaves: Vec<Leaf>,
) -> Vec<Leaf> {
    let fields = &program.files[file].facts.classes[class].fields;
    let mut flags: BTreeMap<String, Leaf> = BTreeMap::new();
    for leaf in leaves {
        let Some(flag) = leaf.path.first().cloned() else { continue };
        let is_state = leaf.path.last().is_some_and(|last| last == STATE) && leaf.path.len() == 2;
        let known = flags.entry(flag.clone()).or_insert_with(|| {
            let range = fields.iter().find(|field| fold(&field.name) == fold(&flag));
            Leaf {
                file: range.map_or(leaf.file, |_| file),
                range: range.map_or(leaf.range, |field| field.range),
                path: vec![flag],
                expects: ValueType::Unknown,
                limits: Limits::default(),
                default: None,
                ..leaf.clone()
            }
        });
        if is_state {
            known.expects = leaf.expects;
            known.absence = leaf.absence;
            known.default = leaf.default;
        }
    }
    let mut flags: Vec<Leaf> = flags.into_values().collect();
    flags.sort_by_key(|leaf| (leaf.file, leaf.range.start));
    flags
}
