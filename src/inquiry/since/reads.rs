//! Which reads of a key came, went, or do something else now when there is no value.
//!
//! A read that moved within its file, or to another file as it was, is the same read.

use super::State;
use crate::model::{KeyId, Read};

/// A change of a read.
#[derive(Clone, Copy, Debug)]
pub enum ReadChange<'a> {
    /// It is new, with the spelling that it asks for.
    Added(KeyId, &'a Read),
    /// It is gone; the spelling is one of the old state.
    Removed(&'a Read),
    /// It does something else without a value.
    Changed {
        /// The spelling that it asks for.
        key: KeyId,
        /// As it was.
        old: &'a Read,
        /// As it is.
        new: &'a Read,
    },
}

impl<'a> ReadChange<'a> {
    /// The read as it is now.
    pub fn now(&self) -> Option<&'a Read> {
        match self {
            Self::Added(_, read) | Self::Changed { new: read, .. } => Some(read),
            Self::Removed(_) => None,
        }
    }
}

/// A read with all that may be compared across states.
struct Known<'a> {
    key: KeyId,
    read: &'a Read,
    name: &'a str,
    path: &'a str,
    root: u16,
}

impl Known<'_> {
    fn same_answer(&self, other: &Self) -> bool {
        let text = |read: &Read| read.default.as_ref().and_then(|default| default.text.clone());
        self.read.absence == other.read.absence && text(self.read) == text(other.read)
    }

    fn same_file(&self, other: &Self) -> bool {
        (self.root, self.path) == (other.root, other.path)
    }

    fn same_function(&self, other: &Self) -> bool {
        self.same_file(other) && self.read.function == other.read.function
    }
}

/// The most reads of one key that are matched one by one: beyond, only their number is told apart by place.
const MOST: usize = 2_000;

type Fits = fn(&Known<'_>, &Known<'_>) -> bool;

/// The ways in which two reads can be one, the surest first.
const STEPS: [Fits; 5] = [
    |old, new| old.name == new.name && old.same_function(new) && old.same_answer(new),
    |old, new| old.name == new.name && old.same_function(new),
    |old, new| old.name == new.name && old.same_answer(new),
    |old, new| old.same_file(new),
    |old, new| old.name == new.name && old.read.component == new.read.component,
];

/// What changed between the reads of a key then and now.
pub(super) fn changes<'a>(
    old: State<'a>,
    then: &[(KeyId, &'a Read)],
    new: State<'a>,
    now: &[(KeyId, &'a Read)],
) -> Vec<ReadChange<'a>> {
    let known = |state: State<'a>, reads: &[(KeyId, &'a Read)]| -> Vec<Option<Known<'a>>> {
        let known = reads.iter().take(MOST).map(|(key, read)| {
            let file = state.files.get(read.span.file);
            let name = state.graph.inventory.key(*key).name.as_str();
            Some(Known { key: *key, read, name, path: &file.path, root: file.root })
        });
        known.collect()
    };
    let (mut then, mut now) = (known(old, then), known(new, now));
    let mut changes = Vec::new();
    for fits in STEPS {
        for slot in &mut now {
            let Some(one) = slot.as_ref() else { continue };
            let found = then.iter_mut().find(|old| old.as_ref().is_some_and(|old| fits(old, one)));
            let Some(before) = found.and_then(Option::take) else { continue };
            if !before.same_answer(one) {
                let (key, old, new) = (one.key, before.read, one.read);
                changes.push(ReadChange::Changed { key, old, new });
            }
            *slot = None;
        }
    }
    changes.extend(now.into_iter().flatten().map(|one| ReadChange::Added(one.key, one.read)));
    changes.extend(then.into_iter().flatten().map(|one| ReadChange::Removed(one.read)));
    changes
}
