//! The inventory, connected: presence of a key in an environment, liveness of a key.
//!
//! Knows no file contents and no rule. Of files it knows paths only, to tell one deployable unit's sources from another's.

mod build;
mod compared;
mod scaled;
mod coverage;
mod foreign;
pub mod live;
mod liveness;
mod near;
mod once;
mod platform;
mod presence;
mod profile;
mod resolve;
mod settings;
mod slips;
mod unit;
mod winning;

pub use compared::{Compared, Pairing};
pub use coverage::Coverage;
pub use foreign::Lack;
pub use liveness::Reason;
pub use near::Near;
pub use resolve::resolve;
pub use scaled::Scaled;
pub use settings::Family;
pub use slips::Slip;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::model::Opaque;
use crate::model::{
    Definition, DefinitionId, EnvironmentId, Inventory, KeyId, Platform, Read, ReadId, Scope,
    SourceId, Workload,
};
use crate::text::relative::is_within;

/// The inventory as a graph. Nodes and edges are ids; the inventory owns everything.
pub struct Graph<'a> {
    /// What is connected.
    pub inventory: &'a Inventory,
    net: DiGraph<Node, Edge, u32>,
    places: build::Places,
    index: build::Index<'a>,
    units: unit::Units,
    sight: Vec<liveness::Sight>,
    /// The platforms that each environment may run on.
    platforms: Vec<Vec<&'static Platform>>,
}

/// A thing of the inventory, by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A key.
    Key(KeyId),
    /// A read.
    Read(ReadId),
    /// A definition.
    Definition(DefinitionId),
    /// A source.
    Source(SourceId),
    /// An environment.
    Environment(EnvironmentId),
}

/// How one thing concerns another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// A read asks for exactly this key.
    Reads,
    /// A read known only in part may ask for this key.
    MayRead,
    /// A definition gives this key a value.
    Defines,
    /// A definition stands in this source.
    In,
    /// A source is this layer of the environment.
    Serves(u32),
    /// A key's value goes on under this key.
    Feeds(Feed),
}

/// How a key's value comes to stand under another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// By the binding at this place of the inventory.
    Binding(u32),
    /// By `${X}` in this definition.
    Interpolation(DefinitionId),
    /// The two are one key in two conventions: the entry at this place of the inventory.
    Spelling(u32),
}

/// Whether an environment gives a key a value.
#[derive(Clone, Debug)]
pub enum Presence<'a> {
    /// It does: one effective value for each workload that gets its own, in order of scope (`None` first).
    Set(Vec<Effective<'a>>),
    /// No layer of it does.
    Absent,
    /// Something that cannot be seen into may: these sources; none of them where a pass-through or an object outside
    /// the tree would.
    Unknown(Vec<&'a Opaque>),
}

impl Presence<'_> {
    /// Whether no layer gives the key and nothing unseen may.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// The value that wins, and those that do not.
#[derive(Clone, Debug)]
pub struct Effective<'a> {
    /// The workload; `None` for a source that gives the value to all.
    pub scope: Option<&'a Scope>,
    /// What the workload is called beside others of its name, where several projects have one.
    pub apart: Option<&'a str>,
    /// The definition that takes effect, as it is written.
    pub winner: &'a Definition,
    /// Its id.
    pub id: DefinitionId,
    /// The same with what it asks for put in, where that is known.
    pub comes_to: Option<&'a Definition>,
    /// Definitions of lower layers, nearest first.
    pub shadowed: Vec<&'a Definition>,
}

impl<'a> Effective<'a> {
    /// The name of the workload.
    pub fn name(&self) -> Option<&'a str> {
        self.apart.or_else(|| self.scope.map(Scope::name))
    }

    /// What takes effect, with what it asks for put in as far as files tell.
    pub fn meant(&self) -> &'a Definition {
        self.comes_to.unwrap_or(self.winner)
    }

    /// What takes effect whoever starts the process: nothing is put in that stands on a default.
    pub fn sure(&self) -> &'a Definition {
        self.comes_to.filter(|one| !one.is_assumed()).unwrap_or(self.winner)
    }
}

/// Whether code can see a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// Production code reads it.
    Read,
    /// Something may: the phrases say what.
    MayBeRead(Vec<String>),
    /// Nothing does.
    Unread,
}

impl<'a> Graph<'a> {
    /// Whether two sources are for components of which neither takes what is for the other.
    pub fn are_apart(&self, one: SourceId, other: SourceId) -> bool {
        let covers =
            |one: &str, other: &str| is_within(one, other) || self.units.covers(one, other);
        match (self.units.of_source(one), self.units.of_source(other)) {
            (Some(one), Some(other)) => !covers(one, other) && !covers(other, one),
            _ => false,
        }
    }

    /// Whether a source is for a component of which no code reads a key that is seen.
    pub fn is_of_unread(&self, source: SourceId) -> bool {
        let unit = self.units.of_source(source);
        unit.is_some_and(|unit| self.inventory.unread_units.contains(unit))
    }

    /// The workloads that an environment describes.
    pub fn workloads_in(&self, environment: EnvironmentId) -> impl Iterator<Item = &'a Workload> {
        let all = &self.inventory.workloads;
        self.units.here_in(environment).filter_map(|at| all.get(at))
    }

    /// The exact reads of `key`, in the order of the inventory; tests among them.
    pub fn reads_of(&self, key: KeyId) -> impl Iterator<Item = (ReadId, &'a Read)> + use<'a> {
        let inventory = self.inventory;
        let mut ids = self.sources_of(self.places.key(key), |edge, node| match (edge, node) {
            (Edge::Reads, Node::Read(id)) => Some(id),
            _ => None,
        });
        ids.sort_unstable();
        ids.into_iter().map(|id| (id, inventory.read(id)))
    }

    /// The exact reads of `key` in code that runs in an environment: no test, nothing answered at build time.
    pub fn deployed_reads_of(&self, key: KeyId) -> impl Iterator<Item = &'a Read> + use<'a> {
        self.reads_of(key).map(|(_, read)| read).filter(|read| !read.in_test && !read.at_build)
    }

    /// The definitions of `key`, in the order of the inventory; those of templates and comments among them.
    pub fn definitions_of(
        &self,
        key: KeyId,
    ) -> impl Iterator<Item = (DefinitionId, &'a Definition)> + use<'a> {
        let inventory = self.inventory;
        let mut ids = self.sources_of(self.places.key(key), |edge, node| match (edge, node) {
            (Edge::Defines, Node::Definition(id)) => Some(id),
            _ => None,
        });
        ids.sort_unstable();
        ids.into_iter().map(|id| (id, inventory.definition(id)))
    }

    /// The environments that have `source` as a layer, in order of id, each with the place of the layer.
    pub fn served_by(&self, source: SourceId) -> impl Iterator<Item = (EnvironmentId, u32)> {
        let mut served: Vec<_> = self
            .net
            .edges_directed(self.places.source(source), Direction::Outgoing)
            .filter_map(|edge| match (edge.weight(), self.net[edge.target()]) {
                (Edge::Serves(layer), Node::Environment(id)) => Some((id, *layer)),
                _ => None,
            })
            .collect();
        served.sort_unstable();
        served.into_iter()
    }

    /// The environments, with their ids.
    pub fn environments(
        &self,
    ) -> impl Iterator<Item = (EnvironmentId, &'a crate::model::Environment)> + use<'a> {
        let all = self.inventory.environments.iter().enumerate();
        all.map(|(at, environment)| (EnvironmentId::at(at), environment))
    }

    /// The ids of all keys.
    pub fn keys(&self) -> impl Iterator<Item = KeyId> + use<> {
        (0..self.inventory.keys.len()).map(KeyId::at)
    }

    /// The name that stands for all spellings of `key`: one that code reads where there is one.
    pub fn lead(&self, key: KeyId) -> KeyId {
        self.index.leads.get(key.index()).copied().unwrap_or(key)
    }

    /// All spellings of the key that `key` is one of, the one that stands for them first.
    pub fn spellings_of(&self, key: KeyId) -> Vec<KeyId> {
        let lead = self.lead(key);
        let all = self.index.families.get(&lead).into_iter().flatten().copied();
        std::iter::once(lead).chain(all.filter(|other| *other != lead)).collect()
    }

    fn sources_of<T>(
        &self,
        node: NodeIndex<u32>,
        pick: impl Fn(Edge, Node) -> Option<T>,
    ) -> Vec<T> {
        self.net
            .edges_directed(node, Direction::Incoming)
            .filter_map(|edge| pick(*edge.weight(), self.net[edge.source()]))
            .collect()
    }
}
