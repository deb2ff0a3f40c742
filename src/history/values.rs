//! Which entries of which files the definitions of a scan are, so that their values can be followed.
//!
//! A definition that a tool makes of many files is the entry in which it is named and the values that are put into it. One
//! that differs on disk from what is committed has no past.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::entries::{self, Entry};
use super::git::Git;
use super::git::blobs::Seen;
use super::git::line::Id;
use super::grow::LARGEST_CONFIG;
use super::scope::Scope;
use crate::definitions::Sealer;
use crate::model::Definition;
use crate::text::{FileId, Files, Span, TextRange, files};

/// An entry of a file, by the path from the top of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) identity: u64,
    /// Another taker of the line that the place before it stands on.
    pub(super) is_shared: bool,
}

/// Finds entries by where they stand.
pub(super) struct Values<'a> {
    pub(super) git: &'a Git,
    pub(super) scope: &'a Scope,
    pub(super) files: &'a Files,
    pub(super) sealer: &'a Sealer,
    /// The files of the last commit, by path.
    pub(super) head: &'a FxHashMap<String, Id>,
}

/// The entries of a file that are committed as they are on disk.
type Known = (String, Vec<Entry>);

impl Values<'_> {
    /// The entries of each definition: where it is named first, then where its value is written.
    pub(super) fn places<'d, K: Ord>(
        &self,
        definitions: impl Iterator<Item = (K, &'d Definition)>,
    ) -> BTreeMap<K, Vec<Place>> {
        let mut known: FxHashMap<FileId, Option<Known>> = FxHashMap::default();
        let mut all = BTreeMap::new();
        for (id, definition) in definitions {
            let own = std::iter::once((definition.key_span, definition.value_span));
            let written = definition.written.iter().map(|span| (*span, Some(*span)));
            let mut places: Vec<Place> = Vec::new();
            for (name, value) in own.chain(written) {
                let entries = known.entry(name.file).or_insert_with(|| self.entries(name.file));
                let Some((path, entries)) = entries else { continue };
                let all = entry(entries, name.range, value).into_iter().enumerate();
                let place =
                    |(at, identity)| Place { path: path.clone(), identity, is_shared: at > 0 };
                places.extend(all.map(place));
            }
            places.dedup();
            if !places.is_empty() {
                all.insert(id, places);
            }
        }
        all
    }

    /// The entries of a file that are the same on disk and in the last commit.
    fn entries(&self, file: FileId) -> Option<Known> {
        let file = self.files.get(file);
        let path = self.scope.outside(file.root, &file.path)?;
        let id = self.head.get(&path)?;
        if file.text.len() > LARGEST_CONFIG {
            return None;
        }
        let seen = self
            .git
            .blobs(|blobs| blobs.look(id, LARGEST_CONFIG, |bytes| files::decode(bytes.to_vec())));
        let Ok(Seen::Is(Ok((kept, _)))) = seen else { return None };
        let mut now = entries::of(&file.path, file.text.clone(), self.sealer);
        if kept != file.text {
            let then = entries::of(&file.path, kept, self.sealer);
            let then: FxHashMap<u64, _> =
                then.iter().map(|one| (one.identity, one.value)).collect();
            now.retain(|one| then.get(&one.identity) == Some(&one.value));
        }
        Some((path, now))
    }
}

/// The entry whose name or value stands at a range: one that gives a key, if there is one. Several where classes or containers take
/// the same line over: what any of them had before counts.
fn entry(entries: &[Entry], name: TextRange, value: Option<Span>) -> Vec<u64> {
    let named = entries.iter().filter(|one| one.key != 0 && one.key_range == name);
    let named: Vec<u64> = named.map(|one| one.identity).collect();
    if !named.is_empty() {
        return named;
    }
    let value = value.map(|span| span.range);
    let same = entries.iter().filter(|one| one.value_range.is_some() && one.value_range == value);
    let same = same.max_by_key(|one| one.key != 0);
    let inside = |one: &&Entry| {
        value.is_some_and(|value| one.value_range.is_some_and(|own| own.contains(value)))
    };
    let found = same.or_else(|| entries.iter().find(inside));
    found.map(|one| one.identity).into_iter().collect()
}
