//! Reads in programs that steps of a pipeline start and nothing else does: what the steps give them is there, whatever the
//! environments hold.
//!
//! Something else starts a program where any other text that is no document names it as one: a path, a module, an import.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::Origin;
use super::scripts::{is_document, is_of_pipeline, stem};
use super::texts::Texts;
use crate::link::mentions;
use crate::model::{Inventory, KeyRef, Namespace};
use crate::reads::is_test_path;
use crate::text::{FileId, is_word};

/// What stands before the name of a program that is started or taken in.
const BEFORE: &[&str] =
    &["-m ", "--bin ", "manage.py ", "django-admin ", "call_command(\"", "call_command('"];

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
            None => read.by_hand = true,
        }
    }
}

/// The programs that something else than the steps may start.
fn others(inventory: &Inventory, texts: &Texts, origin: Origin<'_>) -> BTreeSet<FileId> {
    let all: Vec<FileId> = inventory.steps.keys().copied().collect();
    let mut stems: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
    for id in &all {
        stems.entry(stem(&texts.files.get(*id).path)).or_default().push(*id);
    }
    let called: Vec<&str> = stems.keys().copied().collect();
    let Ok(finder) = AhoCorasick::new(&called) else { return all.into_iter().collect() };
    let in_text = |own: Option<FileId>, path: &str, text: &str| -> Vec<FileId> {
        if is_document(path) || is_of_pipeline(path) || is_test_path(path) {
            return Vec::new();
        }
        let hits = finder.find_overlapping_iter(text);
        let hits = hits.filter(|hit| starts(text, hit.start(), hit.end()));
        let named = hits.flat_map(|hit| &stems[called[hit.pattern().as_usize()]]).copied();
        let is_way =
            |file: &FileId| own.is_some_and(|own| inventory.steps[file].ways.contains(&own));
        named.filter(|file| Some(*file) != own && !is_way(file)).collect()
    };
    let known: Vec<_> = texts.files.iter().collect();
    let known =
        known.into_par_iter().flat_map_iter(|(id, file)| in_text(Some(id), &file.path, &file.text));
    let unread = texts.others.par_iter().filter(|entry| mentions::counts(&entry.path));
    let unread = unread
        .filter_map(|entry| Some((entry, texts.other(entry, origin)?)))
        .flat_map_iter(|(entry, text)| in_text(None, &entry.path, &text));
    known.chain(unread).collect()
}

/// Whether the name at this place of a text is that of a program which is started or taken in: `scripts/sweep.py`,
/// `python -m oven.sweep`, `from oven import sweep`.
fn starts(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    if !is_word(text, start, end) || after.starts_with('(') {
        return false;
    }
    let line = before.rsplit('\n').next().unwrap_or(before);
    let takes_in = ["from ", "import "].iter().any(|word| line.trim_start().starts_with(word));
    let is_path = before.ends_with(['/', '.']) && !line.trim_start().starts_with('#');
    let is_file = [".py", ".rs"].iter().any(|end| after.starts_with(end));
    takes_in || is_path || is_file || BEFORE.iter().any(|word| before.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::starts;

    fn named(text: &str) -> bool {
        let at = text.find("sweep").expect("the name stands in the text");
        starts(text, at, at + "sweep".len())
    }

    #[test]
    fn a_program_is_named_by_what_starts_it() {
        assert!(named("CMD [\"python\", \"scripts/sweep.py\"]"));
        assert!(named("from scripts import oven, sweep"));
        assert!(named("command: python -m oven.sweep"));
        assert!(named("call_command(\"sweep\")"));
        assert!(!named("room.sweep()"));
        assert!(!named("we sweep every night"));
        assert!(!named("sweeper.py"));
    }
}
