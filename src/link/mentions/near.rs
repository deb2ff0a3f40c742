//! Keys that some component gets and does not read: in the folders of which components they are named.
//!
//! Sees words, not meaning. Prose and comments name nothing.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::Word;
use super::places::{self, Shape};
use crate::model::{Attribution, Inventory, KeyId, KeyRef, Role, Runs, Scope};
use crate::text::{FileId, TextRange};

/// Looks for keys in the folders of components.
pub(super) struct Near {
    automaton: AhoCorasick,
    keys: Vec<KeyId>,
    /// The folders of all components, as far as they read keys or get some.
    components: BTreeSet<String>,
    /// Where the keys are defined: there they are named for that alone.
    defined: BTreeSet<(FileId, TextRange)>,
    /// The files that give values: beside a definition they ask for a key by an expansion alone.
    sources: BTreeSet<FileId>,
}

impl Near {
    /// The search for what an inventory leaves open; `None` where it leaves nothing.
    pub(super) fn new(inventory: &Inventory) -> Option<Self> {
        let wanted = unread_by_their_own(inventory);
        if wanted.is_empty() {
            return None;
        }
        let keys: Vec<KeyId> = wanted.into_iter().collect();
        let names = keys.iter().map(|key| inventory.key(*key).name.as_str());
        let kind = MatchKind::LeftmostLongest;
        let automaton = AhoCorasick::builder().match_kind(kind).build(names).ok()?;
        let definitions = inventory.definitions.iter();
        let defined = definitions.map(|it| (it.key_span.file, it.key_span.range)).collect();
        let sources = inventory.sources.iter();
        let sources = sources.filter(|it| it.role == Role::Values && !it.is_module());
        let sources = sources.map(|it| it.file).collect();
        Some(Self { automaton, keys, components: components(inventory), defined, sources })
    }

    /// The keys that the text of a file names, each with the component in whose folder the file lies; `.` for none.
    pub(super) fn named(&self, id: Option<FileId>, path: &str, text: &str) -> Vec<(KeyId, String)> {
        let place = places::place(path, text).filter(|place| place.shape != Shape::Prose);
        let Some(mut place) = place else { return Vec::new() };
        if id.is_some_and(|id| self.sources.contains(&id)) {
            place.shape = Shape::Expanded;
        }
        let asks = matches!(place.shape, Shape::Expanded | Shape::Unassigned);
        let mut found = BTreeSet::new();
        for hit in self.automaton.find_iter(text) {
            let range = TextRange::new(hit.start(), hit.end());
            let word = Word { text, start: hit.start(), end: hit.end() };
            let is_definition = id.is_some_and(|id| self.defined.contains(&(id, range)));
            let is_named = word.is_whole() && !word.is_comment(&place);
            if !is_definition && is_named && (!asks || word.fits(&place, false)) {
                found.insert(self.keys[hit.pattern().as_usize()]);
            }
        }
        if found.is_empty() {
            return Vec::new();
        }
        // What an image starts may be any code that is put into it.
        let own = if is_dockerfile(path) { "." } else { self.component(path) };
        found.into_iter().map(|key| (key, own.to_owned())).collect()
    }

    fn component<'p>(&self, path: &'p str) -> &'p str {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if self.components.contains(folder) {
                return folder;
            }
        }
        "."
    }
}

fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.contains("Dockerfile") || name.contains("Containerfile")
}

/// The folders of components.
fn components(inventory: &Inventory) -> BTreeSet<String> {
    let reading = inventory.reads.iter().map(|read| read.component.as_str());
    let running = inventory.workloads.iter().filter_map(|workload| workload.runs.component());
    let getting = inventory.units.iter().filter_map(Option::as_deref);
    reading.chain(running).chain(getting).map(str::to_owned).collect()
}

/// The keys that some component gets and does not read.
fn unread_by_their_own(inventory: &Inventory) -> BTreeSet<KeyId> {
    let mut readers: BTreeMap<KeyId, BTreeSet<&str>> = BTreeMap::new();
    for read in inventory.reads.iter().filter(|read| !read.in_test) {
        if let KeyRef::Exact(key) = &read.key {
            readers.entry(*key).or_default().insert(&read.component);
        }
    }
    let mut running: BTreeMap<&str, &str> = BTreeMap::new();
    for workload in &inventory.workloads {
        if let Runs::Component(folder) = &workload.runs {
            running.insert(&workload.name, folder);
        }
    }
    let mut wanted = BTreeSet::new();
    for definition in &inventory.definitions {
        let by_workload = match &definition.scope {
            Some(Scope::Workload(name)) => running.get(name.as_str()).copied(),
            _ => None,
        };
        let by_source = inventory.units.get(definition.source.index());
        let folder = by_workload.or_else(|| by_source.and_then(Option::as_deref));
        let reads = |folder: &str| {
            readers.get(&definition.key).is_some_and(|readers| readers.contains(folder))
        };
        let is_ours = definition.attribution == Attribution::Project && !definition.commented;
        if is_ours && folder.is_some_and(|folder| !reads(folder)) {
            wanted.insert(definition.key);
        }
    }
    wanted
}
