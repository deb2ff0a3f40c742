//! The inventory, connected: presence of a key in an environment, liveness of a key.
//!
//! Knows no file contents and no rule.

use crate::model::inventory::Opaque;
use crate::model::{Definition, Inventory, Scope};

/// The inventory as a graph. Nodes and edges are ids; the inventory owns everything.
pub struct Graph<'a> {
    /// What is connected.
    pub inventory: &'a Inventory,
}

/// Whether an environment gives a key a value.
#[derive(Clone, Debug)]
pub enum Presence<'a> {
    /// It does: one effective value for each workload that gets its own, in order of scope (`None` first).
    Set(Vec<Effective<'a>>),
    /// No layer of it does.
    Absent,
    /// A source that cannot be seen into may.
    Unknown(Vec<&'a Opaque>),
}

/// The value that wins, and those that do not.
#[derive(Clone, Debug)]
pub struct Effective<'a> {
    /// The workload; `None` for a source that gives the value to all.
    pub scope: Option<&'a Scope>,
    /// The definition that takes effect.
    pub winner: &'a Definition,
    /// Definitions of lower layers, nearest first.
    pub shadowed: Vec<&'a Definition>,
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
    /// The graph of an inventory.
    pub fn build(inventory: &'a Inventory) -> Self {
        Self { inventory }
    }

    /// Whether `environment` gives `key` a value.
    pub fn presence(
        &self,
        _key: crate::model::KeyId,
        _environment: crate::model::EnvironmentId,
    ) -> Presence<'a> {
        Presence::Absent
    }

    /// Whether code can see `key`.
    pub fn liveness(&self, _key: crate::model::KeyId) -> Liveness {
        Liveness::Unread
    }
}
