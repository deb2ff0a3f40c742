//! What stands beside the flags of a scan: functions that code under them calls, tests that set them.
//!
//! Knows which texts are looked at for it, not what is found there.

use rayon::prelude::*;

use super::Origin;
use super::texts::Texts;
use crate::facts::CodeFacts;
use crate::link::mentions;
use crate::link::regions::Cuts;
use crate::link::removal::set_by_tests::{SetSearch, keep};
use crate::link::removal::{Said, Search, settle};
use crate::model::{Helper, Inventory};
use crate::text::{FileId, guarded};

/// Keeps both in the inventory.
pub(super) fn look(
    inventory: &mut Inventory,
    code: &[(FileId, CodeFacts)],
    (texts, cuts): (&Texts, &Cuts),
    origin: Origin<'_>,
) {
    if let Some(search) = SetSearch::new(inventory, code, cuts) {
        let code: Vec<_> = texts.code.iter().collect();
        let found = code.into_par_iter().flat_map_iter(|id| {
            guarded(|| search.look(*id, texts.files.get(*id))).unwrap_or_default()
        });
        inventory.flag_tests = keep(found.collect());
    }
    inventory.helpers = helpers(inventory, code, (texts, cuts), origin);
    settle(inventory, &texts.files);
}

fn helpers(
    inventory: &Inventory,
    code: &[(FileId, CodeFacts)],
    (texts, cuts): (&Texts, &Cuts),
    origin: Origin<'_>,
) -> Vec<Helper> {
    let Some(search) = Search::new(inventory, code, &texts.files, cuts) else { return Vec::new() };
    let known: Vec<_> = texts.files.iter().collect();
    let known = known.into_par_iter().map(|(id, file)| {
        let named = guarded(|| search.look(id, file, texts.code.contains(&id)));
        named.map(|named| (Some(id), named))
    });
    let others = texts.others.par_iter().filter(|entry| mentions::counts(&entry.path));
    let others = others.filter_map(|entry| {
        let text = texts.other(entry, origin)?;
        Some(guarded(|| search.elsewhere(&entry.path, &text)).map(|named| (None, named)))
    });
    // Where one text could not be searched, nobody knows what is called there.
    let all: Option<Vec<(Option<FileId>, Said)>> = known.chain(others).collect();
    all.map(|all| search.helpers(all)).unwrap_or_default()
}
