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
use crate::model::{Attribution, Confidence, Definition, Inventory, KeyId, Namespace, Role};
use crate::text::{File, FileId, Files, Span, is_word};

mod ground;
mod start;

use ground::{Ground, UNREAD};

/// The places, each with how sure it is.
pub(super) fn find(
    inventory: &Inventory,
    builds: &[(FileId, BuildFacts)],
    files: &Files,
    config: &Config,
) -> BTreeMap<Span, Confidence> {
    let candidates: Vec<(&Definition, BTreeSet<&str>)> = inventory
        .definitions
        .iter()
        .filter_map(|one| Some((one, readers(inventory, one, config)?)))
        .collect();
    if candidates.is_empty() {
        return BTreeMap::new();
    }
    let mut found = BTreeMap::new();
    let consumed: BTreeSet<KeyId> = inventory.consumers.iter().map(|one| one.key).collect();
    let ground = Ground::of(builds, files);
    let by_file: BTreeMap<FileId, &BuildFacts> =
        builds.iter().map(|(id, build)| (*id, build)).collect();
    let mut set: BTreeMap<FileId, BTreeSet<u32>> = BTreeMap::new();
    for definition in &inventory.definitions {
        if inventory.source(definition.source).kind == "dockerfile" {
            let span = definition.key_span;
            set.entry(span.file).or_default().insert(span.range.start);
        }
    }
    for (definition, readers) in candidates {
        if consumed.contains(&definition.key) {
            continue;
        }
        let source = inventory.source(definition.source);
        let unit = inventory.units.get(definition.source.index()).and_then(Option::as_deref);
        let Some(unit) = unit.filter(|unit| *unit != ".") else { continue };
        let taken = by_file.get(&source.file).and_then(|build| build.taken.as_ref());
        let file = files.get(source.file);
        let name = &inventory.key(definition.key).name;
        let Some(taken) = taken.filter(|taken| {
            is_runtime(&taken.runs_on)
                && !inventory.own_libraries.contains_key(unit)
                && !is_named(file, set.get(&source.file), name)
                && !readers.iter().chain(UNREAD).any(|word| has_word(&file.text, word))
        }) else {
            continue;
        };
        let used = inventory.builds_on.get(unit).into_iter().flatten();
        let parts: Vec<&str> = used.map(String::as_str).chain([unit]).collect();
        let Some(installed) = Installed::of(&parts, file, &ground) else { continue };
        if readers.iter().any(|reader| installed.packages.contains(*reader)) {
            continue;
        }
        if let Some(confidence) = judged(taken, unit, (file, &ground), &installed) {
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
        && !config.is_provided(&key.name);
    is_known.then(|| rows.iter().flat_map(|row| &row.read_by).map(String::as_str).collect())
}

/// Whether a file names a key elsewhere than where it is set.
fn is_named(file: &File, set: Option<&BTreeSet<u32>>, name: &str) -> bool {
    let is_set = |at: u32| set.is_some_and(|set| set.contains(&at));
    words(&file.text, name).any(|at| u32::try_from(at).is_ok_and(|at| !is_set(at)))
}

/// Whether a package is named, and none whose name begins or ends with its.
fn has_word(text: &str, word: &str) -> bool {
    let is_dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    words(text, word).any(|at| !at.checked_sub(1).is_some_and(is_dash) && !is_dash(at + word.len()))
}

/// The places of a whole word outside comments.
fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let mut end = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        end += line.len();
        (end - line.len(), line)
    });
    let said = lines.filter(|(_, line)| !line.trim_start().starts_with('#'));
    said.flat_map(move |(start, line)| {
        let hits = line.match_indices(word).map(|(at, _)| at);
        hits.filter(move |at| is_word(line, *at, at + word.len())).map(move |at| start + at)
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
    fn of<'a>(parts: &[&'a str], dockerfile: &File, ground: &Ground<'a>) -> Option<Self> {
        let mut installed = Self { packages: BTreeSet::new(), kinds: BTreeSet::new() };
        let mut taken_in: BTreeSet<&str> = lists_of(&dockerfile.text).collect();
        let mut names = BTreeSet::new();
        for list in ground.near(dockerfile.root, parts) {
            let (build, needs) = list.read?;
            if needs.is_open {
                return None;
            }
            names.insert(list.name);
            taken_in.extend(needs.lists.iter().map(String::as_str));
            installed.packages.extend(needs.packages.iter().cloned());
            if !needs.packages.is_empty() {
                installed.kinds.insert(build.kind);
            }
        }
        taken_in.is_subset(&names).then_some(installed)
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
    (dockerfile, ground): (&File, &Ground<'_>),
    installed: &Installed,
) -> Option<Confidence> {
    let is_own = |ending: &str| ground.has(dockerfile.root, unit, ending);
    let one = |words: &Vec<String>| {
        let start = start::of(words, &dockerfile.text, &is_own)?;
        let is_listed = start.kinds.iter().any(|kind| installed.kinds.contains(kind));
        is_listed.then_some(start.confidence)
    };
    let all: Option<Vec<Confidence>> = taken.starts.iter().map(one).collect();
    all?.into_iter().min()
}
