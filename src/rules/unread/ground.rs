//! What the reads of a project tell of its sources, so that of an unread key it is known how sure that is.

use std::collections::BTreeSet;

use super::super::Context;
use super::super::whose::{papers, strange};
use crate::graph::Reason;
use crate::model::{Confidence, Key, KeyId, Namespace, Read, SourceId, Via};

/// What the project's reads tell of its sources.
pub(super) struct Ground {
    /// Sources of which code reads some key: it loads them.
    pub(super) loaded: BTreeSet<SourceId>,
    /// Sources with a key that a read known in part may ask for: likely loaded.
    pub(super) reached: BTreeSet<SourceId>,
    /// The sections of settings of which code reads some key: it knows their fields.
    pub(super) sections: BTreeSet<String>,
    /// The first words of settings that code takes into fields of its own: libraries keep theirs under others.
    pub(super) roots: BTreeSet<String>,
    /// Whether code reads any key of a namespace.
    pub(super) namespaces: BTreeSet<Namespace>,
    /// Keys that are a slip of one that is read, or that a loader never matches: other rules speak of them.
    pub(super) slips: BTreeSet<KeyId>,
    /// Workloads of unknown code that get mostly keys which no code here reads: theirs is somebody else's.
    pub(super) strange: BTreeSet<String>,
    /// Files of whose keys code reads less than half: they are for another program, or describe more than this code.
    pub(super) papers: BTreeSet<SourceId>,
    /// Objects that lack an entry which a workload takes from them: one of theirs may be the one that is meant.
    pub(super) broken: BTreeSet<String>,
}

impl Ground {
    /// Whether a setting stands under a word of which code takes settings into fields of its own.
    pub(super) fn owns(&self, key: &Key) -> bool {
        key.namespace == Namespace::Setting && self.roots.contains(root(&key.name))
    }
}

/// Looks at all reads once.
pub(super) fn ground(context: &Context<'_>) -> Ground {
    let graph = context.graph;
    let mut ground = Ground {
        loaded: graph.loaded(),
        reached: BTreeSet::new(),
        sections: BTreeSet::new(),
        roots: roots(context),
        namespaces: BTreeSet::new(),
        slips: BTreeSet::new(),
        strange: strange(context),
        papers: papers(context),
        broken: graph.broken_objects().map(str::to_owned).collect(),
    };
    for key in graph.keys() {
        if graph.deployed_reads_of(key).next().is_some() {
            let key = graph.inventory.key(key);
            ground.namespaces.insert(key.namespace);
            if key.namespace == Namespace::Setting {
                ground.sections.insert(section(&key.name).to_owned());
            }
        }
        let by_pattern = |reason: &Reason<'_>| matches!(reason, Reason::Pattern(_));
        if !graph.is_read(key) && graph.reasons(key).iter().any(by_pattern) {
            ground.namespaces.insert(graph.inventory.key(key).namespace);
            ground.reached.extend(graph.definitions_of(key).map(|(_, d)| d.source));
        }
    }
    let sure = graph.slips().into_iter().filter(|slip| slip.confidence > Confidence::Low);
    ground.slips = sure.map(|slip| slip.defined).collect();
    let unbound = graph.inventory.reads.iter().filter_map(|read| read.unbound.as_ref());
    let in_vain: BTreeSet<String> = unbound.map(|one| one.name.to_uppercase()).collect();
    if !in_vain.is_empty() {
        let variables = graph.inventory.variables();
        ground.slips.extend(in_vain.iter().filter_map(|name| variables.get(name)).flatten());
    }
    ground
}

/// The first words of settings that code takes into fields.
fn roots(context: &Context<'_>) -> BTreeSet<String> {
    let graph = context.graph;
    let is_whole = |read: &Read| read.via == Via::Schema && !read.by_option;
    let is_field = |key: &KeyId| graph.deployed_reads_of(*key).any(is_whole);
    let names = graph.keys().filter(is_field).map(|key| graph.inventory.key(key));
    let settings = names.filter(|key| key.namespace == Namespace::Setting);
    settings.map(|key| root(&key.name).to_owned()).collect()
}

/// The first word of a setting.
fn root(name: &str) -> &str {
    name.split_once('.').map_or(name, |(root, _)| root)
}

/// The table that a setting stands in.
pub(super) fn section(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(section, _)| section)
}
