//! Who answers for the files of each root, where it says so.

use std::collections::BTreeMap;

use super::Origin;
use crate::discover::Entry;
use crate::lifecycle::owners::{Owners, PLACES};

/// The most that is read of such a file.
const LIMIT: u64 = 4_000_000;

/// What the first `CODEOWNERS` of each root says. One that cannot be read says nothing: no key depends on it.
pub(super) fn read(entries: &[Entry], origin: Origin<'_>) -> BTreeMap<u16, Owners> {
    let mut found: BTreeMap<u16, (usize, &Entry)> = BTreeMap::new();
    for entry in entries {
        let Some(place) = PLACES.iter().position(|place| *place == entry.path) else { continue };
        let known = found.entry(entry.root).or_insert((place, entry));
        if place < known.0 {
            *known = (place, entry);
        }
    }
    let read = |(root, (_, entry)): (u16, (usize, &Entry))| {
        let (text, _) = origin.read_up_to(entry, LIMIT).ok()?;
        Some((root, Owners::read(&text)))
    };
    found.into_iter().filter_map(read).collect()
}
