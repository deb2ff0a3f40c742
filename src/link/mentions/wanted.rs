//! Which keys are looked for: those that no production code reads, and those that it loads and does not use.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Inventory, KeyId, KeyRef};
use crate::text::Span;

/// The keys that production code loads into fields which nothing uses, each with such a field.
pub(super) fn idle(inventory: &Inventory) -> BTreeMap<KeyId, &str> {
    let fields: BTreeMap<Span, &str> =
        inventory.idle.iter().map(|idle| (idle.declared, idle.field.as_str())).collect();
    let mut found = BTreeMap::new();
    let mut used = BTreeSet::new();
    for read in inventory.reads.iter().filter(|read| !read.in_test) {
        if let KeyRef::Exact(key) = read.key {
            if let Some(field) = fields.get(&read.span) {
                found.insert(key, *field);
            } else {
                used.insert(key);
            }
        }
    }
    found.retain(|key, _| !used.contains(key));
    found
}

/// The keys that are defined, or declared by code, and that no production code reads by name.
pub(super) fn unread(inventory: &Inventory) -> BTreeSet<KeyId> {
    let mut keys: BTreeSet<KeyId> =
        inventory.definitions.iter().map(|definition| definition.key).collect();
    keys.extend(inventory.bindings.iter().map(|binding| binding.to));
    keys.extend(inventory.flag_declarations.iter().map(|one| one.key));
    for read in &inventory.reads {
        if let KeyRef::Exact(key) = &read.key
            && !read.in_test
        {
            keys.remove(key);
        }
    }
    keys
}
