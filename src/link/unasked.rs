//! Keys that an image sets and nothing in it asks for: those of the rows of `consumers.yaml` that tell by which packages they are
//! read, where the image starts code of a component whose manifests list none of them.
//!
//! Knows what manifests list, no packages: one that reads a key and has no row is not known. Where anything is open, nothing is
//! said. Whether code of the component reads the key, the graph tells.

use std::collections::{BTreeMap, BTreeSet};

use super::consumers::rows_of;
use crate::config::Config;
use crate::definitions::is_runtime;
use crate::facts::BuildFacts;
use crate::facts::build::Taken;
use crate::manifests::lists_packages;
use crate::model::{Attribution, Confidence, Definition, Inventory, Namespace, Role};
use crate::text::relative::{folder, is_within};
use crate::text::{File, FileId, Files, Span};

mod start;

/// Lists of packages in forms that are not read, and tools that install by them.
const UNREAD: &[&str] = &[
    "Pipfile",
    "conda",
    "environment.yaml",
    "environment.yml",
    "mamba",
    "micromamba",
    "pipenv",
    "setup.cfg",
    "setup.py",
];

/// The places, each with how sure it is.
pub(super) fn find(
    inventory: &Inventory,
    builds: &[(FileId, BuildFacts)],
    files: &Files,
    config: &Config,
) -> BTreeMap<Span, Confidence> {
    let mut found = BTreeMap::new();
    let by_file: BTreeMap<FileId, &BuildFacts> =
        builds.iter().map(|(id, build)| (*id, build)).collect();
    for definition in &inventory.definitions {
        let Some(readers) = readers(inventory, definition, config) else { continue };
        let source = inventory.source(definition.source);
        let unit = inventory.units.get(definition.source.index()).and_then(Option::as_deref);
        let Some(unit) = unit.filter(|unit| *unit != ".") else { continue };
        let taken = by_file.get(&source.file).and_then(|build| build.taken.as_ref());
        let file = files.get(source.file);
        let name = &inventory.key(definition.key).name;
        let Some(taken) = taken.filter(|taken| {
            is_runtime(&taken.runs_on)
                && !inventory.own_libraries.contains_key(unit)
                && !is_named(inventory, file, source.file, name)
                && !readers.iter().chain(UNREAD).any(|word| has_word(&file.text, word))
        }) else {
            continue;
        };
        let used = inventory.builds_on.get(unit).into_iter().flatten();
        let parts: Vec<&str> = used.map(String::as_str).chain([unit]).collect();
        let Some(installed) = Installed::of(&parts, (file, builds), files) else { continue };
        if readers.iter().any(|reader| installed.packages.contains(*reader)) {
            continue;
        }
        if let Some(confidence) = judged(taken, unit, (file, files), &installed) {
            found.insert(definition.key_span, confidence);
        }
    }
    found
}

/// The packages that read the key of a definition, where it is set for an image and everybody who reads such a key is known.
fn readers(
    inventory: &Inventory,
    definition: &Definition,
    config: &Config,
) -> Option<BTreeSet<&'static str>> {
    let key = inventory.key(definition.key);
    let source = inventory.source(definition.source);
    if source.kind != "dockerfile"
        || source.role != Role::Values
        || definition.commented
        || definition.attribution != Attribution::Project
        || key.namespace != Namespace::Env
    {
        return None;
    }
    let rows = rows_of(&key.name);
    let is_known = !rows.is_empty()
        && rows.iter().all(|row| !row.read_by.is_empty())
        && !config.is_consumed_elsewhere(&key.name)
        && !config.is_provided(&key.name)
        && inventory.consumers.iter().all(|one| one.key != definition.key);
    is_known.then(|| rows.iter().flat_map(|row| &row.read_by).map(String::as_str).collect())
}

/// Whether a file names a key elsewhere than where it is set.
fn is_named(inventory: &Inventory, file: &File, id: FileId, name: &str) -> bool {
    let spans = inventory.definitions.iter().map(|one| one.key_span);
    let own: BTreeSet<u32> =
        spans.filter(|span| span.file == id).map(|span| span.range.start).collect();
    let mut hits = words(&file.text, name, |c| c.is_ascii_alphanumeric() || c == '_');
    hits.any(|at| u32::try_from(at).is_ok_and(|at| !own.contains(&at)))
}

fn has_word(text: &str, word: &str) -> bool {
    words(text, word, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-').next().is_some()
}

/// The places of a whole word outside comments.
fn words<'t>(
    text: &'t str,
    word: &'t str,
    joins: fn(char) -> bool,
) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let (before, after) = (&text[..*at], &text[*at + word.len()..]);
        let line = before.rsplit('\n').next().unwrap_or(before);
        !before.ends_with(joins) && !after.starts_with(joins) && !line.trim_start().starts_with('#')
    })
}

/// What is installed for some components, as far as the manifests in them and above them tell.
struct Installed {
    packages: BTreeSet<String>,
    /// The kinds of manifests that list something.
    kinds: BTreeSet<&'static str>,
}

impl Installed {
    /// `None` where a manifest says less than all, or cannot be read.
    fn of(
        parts: &[&str],
        (dockerfile, builds): (&File, &[(FileId, BuildFacts)]),
        files: &Files,
    ) -> Option<Self> {
        let counts = |file: &File| {
            let at = folder(&file.path);
            let is_near = |part: &str| is_within(at, part) || is_within(part, at);
            file.root == dockerfile.root && (at.is_empty() || parts.iter().any(|it| is_near(it)))
        };
        let mut installed = Self { packages: BTreeSet::new(), kinds: BTreeSet::new() };
        let mut taken_in: BTreeSet<&str> = lists_of(&dockerfile.text).collect();
        let mut known = BTreeSet::new();
        for (id, build) in builds.iter().filter(|(id, _)| counts(files.get(*id))) {
            let Some(needs) = &build.needs else { continue };
            if needs.is_open {
                return None;
            }
            known.insert(*id);
            taken_in.extend(needs.lists.iter().map(String::as_str));
            installed.packages.extend(needs.packages.iter().cloned());
            if !needs.packages.is_empty() {
                installed.kinds.insert(build.kind);
            }
        }
        let is_open = |(id, file): (FileId, &File)| {
            let is_list = lists_packages(&file.path) && !known.contains(&id);
            counts(file) && (is_list || UNREAD.contains(&file.name()))
        };
        let names: BTreeSet<&str> = known.iter().map(|id| files.get(*id).name()).collect();
        (!files.iter().any(is_open) && taken_in.is_subset(&names)).then_some(installed)
    }
}

/// The lists that the commands of a Dockerfile install: `pip install -r requirements.txt`.
fn lists_of(text: &str) -> impl Iterator<Item = &str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let listed = words.windows(2).filter(|pair| matches!(pair[0], "-r" | "--requirement"));
    let listed: Vec<&str> = listed.map(|pair| pair[1]).collect();
    listed.into_iter().map(|path| {
        let path = path.trim_matches(['"', '\'', ',', ']', ';']);
        path.rsplit('/').next().unwrap_or(path)
    })
}

/// How sure it is that what an image starts is code of a component and nothing else; `None` where it may be anything.
fn judged(
    taken: &Taken,
    unit: &str,
    (dockerfile, files): (&File, &Files),
    installed: &Installed,
) -> Option<Confidence> {
    let is_own = |ending: &str| {
        let fits = |path: &str| path.strip_suffix(ending).is_some_and(|rest| rest.ends_with('/'));
        files.iter().any(|(_, file)| {
            file.root == dockerfile.root && is_within(folder(&file.path), unit) && fits(&file.path)
        })
    };
    let one = |words: &Vec<String>| {
        let start = start::of(words, &dockerfile.text, &is_own)?;
        let is_listed = start.kinds.iter().any(|kind| installed.kinds.contains(kind));
        is_listed.then_some(start.confidence)
    };
    let all: Option<Vec<Confidence>> = taken.starts.iter().map(one).collect();
    all?.into_iter().min()
}
