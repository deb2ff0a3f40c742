//! Names of unread keys in every text: what keeps a key from being called dead.
//!
//! Knows which texts are read for it, not what a name in them means.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::texts::Texts;
use super::{Origin, Stage};
use crate::link::mentions::{self, Finder, Hit};
use crate::model::{Inventory, KeyId};
use crate::reads::is_test_path;
use crate::text::{File, FileId, Span, guarded};

/// Looks for the names of unread keys in every text, and keeps what it finds in the inventory.
pub(super) fn mention(
    inventory: &mut Inventory,
    texts: &mut Texts,
    origin: Origin<'_>,
    on_stage: &(dyn Fn(Stage) + Sync),
) {
    let Some(finder) = Finder::new(inventory) else { return };
    on_stage(Stage::Mentions(texts.others.len() + texts.files.len()));
    let known: Vec<_> = texts.files.iter().collect();
    let in_tests =
        known.par_iter().filter(|(id, file)| texts.code.contains(id) && is_test_path(&file.path));
    let tested: Vec<_> = in_tests.flat_map_iter(|(_, file)| finder.named_in(&file.text)).collect();
    inventory.tested.extend(tested);
    let elsewhere = texts.others.par_iter().filter(|entry| mentions::is_test_source(&entry.path));
    let tested: Vec<_> = elsewhere
        .filter_map(|entry| texts.other(entry, origin))
        .flat_map_iter(|text| finder.named_in(&text))
        .collect();
    inventory.tested.extend(tested);
    let known: Vec<(FileId, Named)> = known
        .into_par_iter()
        .map(|(id, file)| (id, Named::of(&finder, Some(id), &file.path, &file.text)))
        .filter(|(_, named)| !named.is_empty())
        .collect();
    let others: Vec<(File, Named)> = texts
        .others
        .par_iter()
        .filter(|entry| mentions::counts(&entry.path))
        .filter_map(|entry| {
            // What is unreadable here would have given no fact: it is data, and says nothing of a key.
            let text = texts.other(entry, origin)?;
            let named = Named::of(&finder, None, &entry.path, &text);
            let file = File::new(entry.path.as_str(), text).under(entry.root);
            (!named.is_empty()).then_some((file, named))
        })
        .collect();
    let mut all: Vec<(FileId, Vec<Hit>)> = Vec::new();
    for (id, named) in known {
        inventory.named_near.extend(named.near);
        all.push((id, named.hits));
    }
    for (file, named) in others {
        inventory.named_near.extend(named.near);
        if !named.hits.is_empty() {
            all.push((texts.files.add(file), named.hits));
        }
    }
    let spans = all
        .into_iter()
        .flat_map(|(id, hits)| hits.into_iter().map(move |hit| (Span::new(id, hit.range), hit)));
    inventory.mentions = mentions::keep(spans.collect(), &texts.files);
}

/// The names of keys in one text.
struct Named {
    hits: Vec<Hit>,
    near: BTreeSet<(KeyId, String)>,
}

impl Named {
    /// What a text names; nothing where the search itself fails.
    fn of(finder: &Finder, id: Option<FileId>, path: &str, text: &str) -> Self {
        let hits = guarded(|| finder.search(id, path, text)).unwrap_or_default();
        let near = guarded(|| finder.named_near(id, path, text)).unwrap_or_default();
        Self { hits, near: near.into_iter().collect() }
    }

    fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.near.is_empty()
    }
}
