//! Workloads that one of two environments has and the other has not.
//!
//! What they get the other does not lack. Nothing is said of environments that have no workload in common: there each may be
//! called after its environment.

use std::collections::BTreeSet;

use crate::graph::Graph;
use crate::model::{EnvironmentId, Workload};

/// A workload that one of two environments has alone.
#[derive(Debug)]
pub struct Alone<'a> {
    /// Its name.
    pub workload: &'a str,
    /// Which of the two has it.
    pub at: usize,
    /// How many keys it gets there that the other gives to nobody in its place.
    pub keys: usize,
}

/// The names of the workloads of two environments.
pub(super) struct Names<'a> {
    of: [BTreeSet<&'a str>; 2],
    is_known: bool,
}

impl<'a> Names<'a> {
    pub(super) fn of(graph: &Graph<'a>, pair: [EnvironmentId; 2]) -> Self {
        let name = |one: &'a Workload| one.name.as_str();
        let of: [BTreeSet<&str>; 2] = pair.map(|at| graph.workloads_in(at).map(name).collect());
        let is_known = !of[0].is_disjoint(&of[1]);
        Self { of, is_known }
    }

    /// Which of the two has a workload, where that is known and the other has none of its name.
    pub(super) fn alone(&self, workload: Option<&str>) -> Option<usize> {
        // A workload beside others of its name is told apart by its folder.
        let name = workload?.split(" of ").next()?;
        let has = |at: usize| self.of[at].contains(name);
        (self.is_known && has(0) != has(1)).then(|| usize::from(has(1)))
    }

    /// Whether one of the two describes a workload.
    pub(super) fn has(&self, at: usize, workload: Option<&str>) -> bool {
        workload.is_some_and(|name| self.of[at].contains(name))
    }
}
