//! Reads in programs that steps of a pipeline start and nothing else does: what the steps give them is there, whatever the
//! environments hold.
//!
//! Something else starts a program where any other text that is no document names it as one: a path, a module, an import.

use std::collections::BTreeSet;

use super::Origin;
use super::scripts::{is_document, is_of_pipeline, naming, stem};
use super::texts::Texts;
use crate::model::inventory::Stepped;
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
    let called = |id: &FileId| stem(&texts.files.get(*id).path);
    let counts = |path: &str| !is_document(path) && !is_of_pipeline(path) && !is_test_path(path);
    let stems = inventory.steps.keys().map(called).collect();
    let naming = naming(&stems, (texts, origin), counts, starts);
    let is_started = |(id, step): &(&FileId, &Stepped)| {
        naming
            .iter()
            .filter(|one| one.stems.contains(called(id)))
            .any(|one| one.id.is_none_or(|by| by != **id && !step.ways.contains(&by)))
    };
    inventory.steps.iter().filter(is_started).map(|(id, _)| *id).collect()
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
