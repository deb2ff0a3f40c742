//! The edges of the graph, from one walk over each table of the inventory.
//!
//! Does not judge: which edge keeps a key alive is for `liveness`, which one gives a value for `presence`.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Edge, Feed, Graph, Node, liveness, platform, unit};
use crate::model::glob;
use crate::model::{
    Confidence, DefinitionId, EnvironmentId, Inventory, Key, KeyId, KeyRef, Namespace, ReadId,
    Role, Scope, SourceId, ToolResult, Value,
};

type Net = DiGraph<Node, Edge, u32>;

/// Where each table's nodes begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    keys: usize,
    reads: usize,
    definitions: usize,
    sources: usize,
    environments: usize,
}

impl Places {
    fn of(inventory: &Inventory) -> Self {
        let reads = inventory.keys.len();
        let definitions = reads + inventory.reads.len();
        let sources = definitions + inventory.definitions.len();
        let environments = sources + inventory.sources.len();
        Self { keys: 0, reads, definitions, sources, environments }
    }

    pub(super) fn key(self, id: KeyId) -> NodeIndex<u32> {
        NodeIndex::new(self.keys + id.index())
    }

    fn read(self, id: ReadId) -> NodeIndex<u32> {
        NodeIndex::new(self.reads + id.index())
    }

    fn definition(self, id: DefinitionId) -> NodeIndex<u32> {
        NodeIndex::new(self.definitions + id.index())
    }

    pub(super) fn source(self, id: SourceId) -> NodeIndex<u32> {
        NodeIndex::new(self.sources + id.index())
    }

    fn environment(self, id: EnvironmentId) -> NodeIndex<u32> {
        NodeIndex::new(self.environments + id.index())
    }
}

/// What is looked up by more than one id at a time.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    /// The place of a source in an environment's order.
    pub(super) layers: FxHashMap<(SourceId, EnvironmentId), u32>,
    /// The definitions of a key by their sources.
    pub(super) defined: FxHashMap<KeyId, BTreeMap<SourceId, Vec<DefinitionId>>>,
    /// The definitions of an object's entry.
    pub(super) entries: FxHashMap<(&'a str, KeyId), Vec<DefinitionId>>,
    /// The sources that hold an object.
    pub(super) objects: FxHashMap<&'a str, BTreeSet<SourceId>>,
    /// The objects that a tool's result has of its own, by the file that names the result.
    pub(super) made: FxHashSet<(&'a str, &'a ToolResult)>,
    /// Objects that some workload takes entries from.
    pub(super) bound: BTreeSet<&'a str>,
    /// Services that several runs of one environment have.
    pub(super) crowded: BTreeMap<(EnvironmentId, &'a str), usize>,
    /// Who takes keys from a source, by place in the inventory.
    pub(super) taken: FxHashMap<SourceId, Vec<u32>>,
    /// The bindings into a key.
    pub(super) bindings: FxHashMap<KeyId, Vec<u32>>,
    /// The other spellings of a key, with the place of the entry that says so.
    pub(super) spellings: FxHashMap<KeyId, Vec<(KeyId, u32)>>,
    /// The unseen sources of each environment, by place in the inventory.
    pub(super) opaque: Vec<Vec<u32>>,
    /// The spelling that stands for each key.
    pub(super) leads: Vec<KeyId>,
    /// All spellings of a key that has several, by the one that stands for them, in order.
    pub(super) families: FxHashMap<KeyId, Vec<KeyId>>,
    /// What outside the code concerns a key.
    pub(super) outside: FxHashMap<KeyId, Outside>,
    /// Reads of a wholly unknown key, by namespace: they may ask for any.
    pub(super) wild: BTreeMap<Namespace, BTreeMap<&'a str, ReadId>>,
}

/// Who outside the code concerns a key, by place in the inventory.
#[derive(Debug, Default)]
pub(super) struct Outside {
    pub(super) consumers: Vec<u32>,
    pub(super) asks: Vec<u32>,
    pub(super) mentions: Vec<u32>,
}

impl<'a> Graph<'a> {
    /// The graph of an inventory.
    pub fn build(inventory: &'a Inventory) -> Self {
        let places = Places::of(inventory);
        let mut net = nodes(inventory);
        let index = index(inventory);
        add_layers(inventory, places, &mut net);
        add_definitions(inventory, places, &mut net);
        add_reads(inventory, places, &mut net);
        add_feeds(inventory, &index, places, &mut net);
        let mut graph = Self {
            inventory,
            net,
            places,
            index,
            units: unit::Units::default(),
            sight: Vec::new(),
            platforms: Vec::new(),
        };
        graph.units = unit::units(&graph);
        graph.sight = liveness::sight(&graph);
        (graph.index.leads, graph.index.families) = leads(&graph);
        graph.platforms = platform::platforms(&graph);
        graph
    }
}

fn nodes(inventory: &Inventory) -> Net {
    let mut net = Net::default();
    for at in 0..inventory.keys.len() {
        net.add_node(Node::Key(KeyId::at(at)));
    }
    for at in 0..inventory.reads.len() {
        net.add_node(Node::Read(ReadId::at(at)));
    }
    for at in 0..inventory.definitions.len() {
        net.add_node(Node::Definition(DefinitionId::at(at)));
    }
    for at in 0..inventory.sources.len() {
        net.add_node(Node::Source(SourceId::at(at)));
    }
    for at in 0..inventory.environments.len() {
        net.add_node(Node::Environment(EnvironmentId::at(at)));
    }
    net
}

fn index(inventory: &Inventory) -> Index<'_> {
    let mut index =
        Index { opaque: vec![Vec::new(); inventory.environments.len()], ..Index::default() };
    let mut served: FxHashMap<SourceId, Vec<EnvironmentId>> = FxHashMap::default();
    for (at, environment) in inventory.environments.iter().enumerate() {
        for (place, layer) in (0_u32..).zip(&environment.layers) {
            index.layers.insert((layer.source, EnvironmentId::at(at)), place);
            served.entry(layer.source).or_default().push(EnvironmentId::at(at));
        }
    }
    for (at, definition) in inventory.definitions.iter().enumerate() {
        let of_key = index.defined.entry(definition.key).or_default();
        of_key.entry(definition.source).or_default().push(DefinitionId::at(at));
        if let Some(Scope::Object(object)) = &definition.scope {
            let entry = index.entries.entry((object.as_str(), definition.key)).or_default();
            entry.push(DefinitionId::at(at));
            index.objects.entry(object).or_default().insert(definition.source);
            index
                .made
                .extend(inventory.results.get(&definition.source).map(|it| (object.as_str(), it)));
        }
    }
    for (place, binding) in (0_u32..).zip(&inventory.bindings) {
        index.bound.insert(&binding.object);
        index.bindings.entry(binding.to).or_default().push(place);
    }
    for (place, taken) in (0_u32..).zip(&inventory.taken) {
        index.taken.entry(taken.source).or_default().push(place);
    }
    for (place, same) in (0_u32..).zip(&inventory.spellings) {
        index.spellings.entry(same.one).or_default().push((same.other, place));
        index.spellings.entry(same.other).or_default().push((same.one, place));
    }
    for (place, opaque) in (0_u32..).zip(&inventory.opaque) {
        let written = inventory.written.iter().filter(|it| it.taken == opaque.span);
        let known: Vec<EnvironmentId> = written.map(|it| it.environment).collect();
        let all = served.get(&opaque.source).into_iter().flatten();
        for environment in all.filter(|it| !known.contains(it)) {
            if let Some(list) = index.opaque.get_mut(environment.index()) {
                list.push(place);
            }
        }
    }
    index.crowded = crowded(inventory, &served);
    index_outside(inventory, &mut index);
    for (at, read) in inventory.reads.iter().enumerate() {
        if let KeyRef::Pattern { namespace, glob } = &read.key
            && !read.in_test
            && glob::weight(glob) == 0
        {
            let known = index.wild.entry(*namespace).or_default();
            known.entry(read.component.as_str()).or_insert(ReadId::at(at));
        }
    }
    index
}

fn crowded<'a>(
    inventory: &'a Inventory,
    served: &FxHashMap<SourceId, Vec<EnvironmentId>>,
) -> BTreeMap<(EnvironmentId, &'a str), usize> {
    let mut runs: BTreeMap<(EnvironmentId, &str), BTreeSet<&str>> = BTreeMap::new();
    for (source, services) in &inventory.namesakes {
        for environment in served.get(source).into_iter().flatten() {
            for (service, said) in services {
                runs.entry((*environment, service.as_str())).or_default().insert(said);
            }
        }
    }
    let counted = runs.into_iter().map(|(place, all)| (place, all.len()));
    counted.filter(|(_, all)| *all > 1).collect()
}

fn index_outside(inventory: &Inventory, index: &mut Index<'_>) {
    for (place, consumer) in (0_u32..).zip(&inventory.consumers) {
        index.outside.entry(consumer.key).or_default().consumers.push(place);
    }
    for (place, ask) in (0_u32..).zip(&inventory.asks) {
        index.outside.entry(ask.key).or_default().asks.push(place);
    }
    for (place, mention) in (0_u32..).zip(&inventory.mentions) {
        index.outside.entry(mention.key).or_default().mentions.push(place);
    }
}

fn add_layers(inventory: &Inventory, places: Places, net: &mut Net) {
    for (at, environment) in inventory.environments.iter().enumerate() {
        for (place, layer) in (0_u32..).zip(&environment.layers) {
            let to = places.environment(EnvironmentId::at(at));
            net.add_edge(places.source(layer.source), to, Edge::Serves(place));
        }
    }
}

fn add_definitions(inventory: &Inventory, places: Places, net: &mut Net) {
    for (at, definition) in inventory.definitions.iter().enumerate() {
        let node = places.definition(DefinitionId::at(at));
        net.add_edge(node, places.key(definition.key), Edge::Defines);
        net.add_edge(node, places.source(definition.source), Edge::In);
    }
}

/// Each glob meets the names it may stand for once, however many reads share it; the first read speaks for all.
fn add_reads(inventory: &Inventory, places: Places, net: &mut Net) {
    let mut globs: BTreeMap<(Namespace, &str), ReadId> = BTreeMap::new();
    for (at, read) in inventory.reads.iter().enumerate() {
        match &read.key {
            KeyRef::Exact(key) => {
                net.add_edge(places.read(ReadId::at(at)), places.key(*key), Edge::Reads);
            }
            KeyRef::Pattern { namespace, glob } if !read.in_test && glob::weight(glob) > 0 => {
                globs.entry((*namespace, glob)).or_insert(ReadId::at(at));
            }
            KeyRef::Pattern { .. } => {}
        }
    }
    let names: Vec<(&Key, KeyId)> = inventory.keys_by_name().collect();
    for ((namespace, glob), read) in globs {
        let prefix = glob::literal_prefix(glob);
        let from = names.partition_point(|(key, _)| key.name.as_str() < prefix);
        let near = names[from..].iter().take_while(|(key, _)| key.name.starts_with(prefix));
        for (_, id) in
            near.filter(|(key, _)| key.namespace == namespace && glob::matches(glob, &key.name))
        {
            net.add_edge(places.read(read), places.key(*id), Edge::MayRead);
        }
    }
}

fn add_feeds(inventory: &Inventory, index: &Index<'_>, places: Places, net: &mut Net) {
    for (place, binding) in (0_u32..).zip(&inventory.bindings) {
        if let Some(from) = entry_of(inventory, binding)
            && from != binding.to
            && index.entries.contains_key(&(binding.object.as_str(), from))
        {
            let feed = Edge::Feeds(Feed::Binding(place));
            net.add_edge(places.key(from), places.key(binding.to), feed);
        }
    }
    for (at, definition) in inventory.definitions.iter().enumerate() {
        let Value::Reference { needs, .. } = &definition.value else { continue };
        let feed = Edge::Feeds(Feed::Interpolation(DefinitionId::at(at)));
        for from in needs.iter().filter_map(|need| named(inventory, &need.name)) {
            if from != definition.key {
                net.add_edge(places.key(from), places.key(definition.key), feed);
            }
        }
    }
    for (place, same) in (0_u32..).zip(&inventory.spellings) {
        let feed = Edge::Feeds(Feed::Spelling(place));
        net.add_edge(places.key(same.one), places.key(same.other), feed);
        net.add_edge(places.key(same.other), places.key(same.one), feed);
    }
}

/// The key of an object that a binding takes.
pub(super) fn entry_of(inventory: &Inventory, binding: &crate::model::Binding) -> Option<KeyId> {
    let name = match &binding.entry {
        Some(entry) => entry.as_str(),
        None => inventory.key(binding.to).name.strip_prefix(&binding.prefix)?,
    };
    inventory.id(&Key::entry(name))
}

/// The key that a `${NAME}` asks for: of the process environment first.
pub(super) fn named(inventory: &Inventory, name: &str) -> Option<KeyId> {
    inventory.id(&Key::env(name)).or_else(|| inventory.id(&Key::setting(name)))
}

/// One name for each set of spellings: the first that code reads, else the first. And the sets.
fn leads(graph: &Graph<'_>) -> (Vec<KeyId>, FxHashMap<KeyId, Vec<KeyId>>) {
    let mut families = FxHashMap::default();
    let mut leads: Vec<KeyId> = graph.keys().collect();
    let mut done = vec![false; leads.len()];
    for key in graph.keys() {
        if done[key.index()] || !graph.index.spellings.contains_key(&key) {
            continue;
        }
        let mut all = vec![key];
        done[key.index()] = true;
        let mut next = 0;
        while let Some(at) = all.get(next).copied() {
            next += 1;
            for (other, place) in graph.index.spellings.get(&at).into_iter().flatten() {
                let sure = graph.inventory.spellings[*place as usize].confidence;
                if sure > Confidence::Low && !std::mem::replace(&mut done[other.index()], true) {
                    all.push(*other);
                }
            }
        }
        all.sort_unstable();
        let read = all.iter().copied().find(|key| graph.deployed_reads_of(*key).next().is_some());
        for member in &all {
            leads[member.index()] = read.unwrap_or(all[0]);
        }
        families.insert(read.unwrap_or(all[0]), all);
    }
    (leads, families)
}

impl Graph<'_> {
    /// Whether a source gives values to an environment, as a template does not.
    pub(super) fn gives_values(&self, source: SourceId) -> bool {
        self.inventory.source(source).role == Role::Values
            || self.inventory.loaded.contains(&source)
    }
}
