//! Functions and classes that are handed a flag: what runs by their parameter runs by the flag where nothing else calls them.
//!
//! Goes by all places of the project that name them, as the search found them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::Named;
use crate::model::{Helper, Inventory, KeyId, KeyRef, Passage, ReadId};
use crate::text::{Files, Span};

/// Those that are handed a flag and that nothing else is called like.
pub(super) fn handed<'n, 'c>(
    inventory: &Inventory,
    by_name: &'n FxHashMap<&'c str, Vec<Named<'c>>>,
) -> Vec<&'n Named<'c>> {
    let through = inventory.branches.iter().flat_map(|branch| &branch.through);
    let wanted: BTreeSet<Span> = through.map(|one| one.whole).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let alone = by_name.values().filter_map(|all| match &all[..] {
        [one] => Some(one),
        _ => None,
    });
    let mut found: Vec<_> = alone.filter(|one| wanted.contains(&one.whole)).collect();
    found.sort_by_key(|one| one.whole);
    found
}

/// A key, and what is handed it under the name of a parameter.
type Handed<'i> = (Option<KeyId>, Span, &'i str);

/// Drops what runs by parameters that something else may be handed to.
pub fn settle(inventory: &mut Inventory, files: &Files) {
    if inventory.branches.iter().all(|branch| branch.through.is_empty()) {
        return;
    }
    let by_place: BTreeMap<Span, &Helper> =
        inventory.helpers.iter().map(|helper| (helper.span, helper)).collect();
    let mut calls: BTreeMap<Handed<'_>, BTreeSet<Span>> = BTreeMap::new();
    for branch in &inventory.branches {
        for one in &branch.through {
            calls.entry(of(inventory, branch.read, one)).or_default().insert(one.call);
        }
    }
    let is_alone = |read: ReadId, passage: &Passage| {
        let Some(helper) = by_place.get(&passage.whole) else { return false };
        let calls = &calls[&of(inventory, read, passage)];
        let is_call = |at: &Span| {
            calls.iter().any(|call| call.file == at.file && call.range.contains(at.range))
        };
        helper.named.iter().all(|at| is_call(at) || passage.is_class && is_type(files, *at))
    };
    let keeps: Vec<bool> = inventory
        .branches
        .iter()
        .map(|branch| branch.through.iter().all(|one| is_alone(branch.read, one)))
        .collect();
    let mut keeps = keeps.into_iter();
    inventory.branches.retain(|_| keeps.next().unwrap_or_default());
    inventory.branches.dedup_by(|one, two| {
        (one.read, one.span, &one.equals, one.on, one.off)
            == (two.read, two.span, &two.equals, two.on, two.off)
    });
}

fn of<'i>(inventory: &Inventory, read: ReadId, passage: &'i Passage) -> Handed<'i> {
    let key = match &inventory.read(read).key {
        KeyRef::Exact(key) => Some(*key),
        KeyRef::Pattern { .. } => None,
    };
    (key, passage.whole, &passage.param)
}

/// Whether the name of a class stands for a type: it makes no object there.
fn is_type(files: &Files, at: Span) -> bool {
    let text = &files.get(at.file).text;
    let (start, end) = (at.range.start as usize, at.range.end as usize);
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    let (before, after) = (before.trim_end(), after.trim_start());
    let heads = ["impl", "struct", "for", "->"].iter().any(|word| before.ends_with(word));
    let is_typed = [":", "->", "<", "&", "["].iter().any(|sign| before.ends_with(sign));
    if after.starts_with('{') {
        return heads;
    }
    (heads || is_typed && !before.ends_with("::"))
        && !after.starts_with(['(', '.'])
        && !after.starts_with("::")
}
