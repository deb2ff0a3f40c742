//! What people ask of the graph beside the rules: how two environments differ, what a change reaches.
//!
//! Answers are values by id. Judges nothing: what is wrong is for `rules` to say, how it looks for `report`.

pub mod alone;
pub mod diff;
pub mod impact;
pub mod proposal;
pub mod settings;
pub mod since;

use crate::graph::{Coverage, Graph, Liveness};
use crate::model::{Absence, EnvironmentId, KeyId, Read};

/// How far a key reaches into code, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Code reads it.
    Read,
    /// Something may.
    MayBeRead,
    /// Nothing does.
    Unread,
}

impl Standing {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::MayBeRead => "may be read",
            Self::Unread => "unread",
        }
    }
}

/// How far the key that `key` is a spelling of reaches.
pub fn standing(graph: &Graph<'_>, key: KeyId) -> Standing {
    match graph.liveness(key) {
        Liveness::Read => Standing::Read,
        Liveness::MayBeRead(_) => Standing::MayBeRead,
        Liveness::Unread => Standing::Unread,
    }
}

/// Whether an environment gives the code that reads a key none of what others give it: that it lacks the key says nothing.
pub fn is_silent(
    graph: &Graph<'_>,
    coverage: &Coverage,
    key: KeyId,
    environment: EnvironmentId,
) -> bool {
    let namespace = graph.inventory.key(key).namespace;
    let mut reads = graph.deployed_reads_of(key).peekable();
    reads.peek().is_some()
        && reads.all(|read| coverage.share(environment, &read.component, namespace, key).is_none())
}

/// The deployed reads of a key in all its spellings, each with the spelling it asks for: those that need it most first.
pub fn reads<'a>(graph: &Graph<'a>, key: KeyId) -> Vec<(KeyId, &'a Read)> {
    let spellings = graph.spellings_of(key);
    let of_one = |one: KeyId| graph.deployed_reads_of(one).map(move |read| (one, read));
    let mut reads: Vec<_> = spellings.into_iter().flat_map(of_one).collect();
    reads.sort_by_key(|(_, read)| (need(read.absence), read.conditional, read.span));
    reads
}

/// How much a read needs a value, the most first.
pub fn need(absence: Absence) -> u8 {
    match absence {
        Absence::Required => 0,
        Absence::Default => 1,
        Absence::Optional => 2,
        Absence::Presence => 3,
    }
}
