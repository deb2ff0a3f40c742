//! Steps from name to name that following modules may still take, and what is told once none is left.

use std::cell::Cell;

use super::{Facts, sources};
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::TextRange;

/// Steps of one scan: modules that take more hand names around in circles, and are left as written.
const MOST: usize = 1_000_000;

/// The steps that are left.
pub(super) struct Steps {
    left: Cell<usize>,
}

impl Steps {
    /// As many as a scan has.
    pub(super) fn all() -> Self {
        Self { left: Cell::new(MOST) }
    }

    /// The hops that are left behind one more.
    pub(super) fn take(&self, hops: usize) -> Option<usize> {
        self.left.set(self.left.get().checked_sub(1)?);
        hops.checked_sub(1)
    }

    /// Whether none is left.
    pub(super) fn are_spent(&self) -> bool {
        self.left.get() == 0
    }
}

/// Tells in the first file of a module that names were not followed to their end.
pub(super) fn tell(facts: &mut Facts) {
    let mut all = sources(facts);
    let Some((at, _)) = all.find(|(_, source)| !source.module.is_empty()) else { return };
    drop(all);
    let message = format!(
        "modules hand on names in more than {MOST} steps; values behind those were left as written"
    );
    let problem = FileProblem { message, range: TextRange::new(0, 0), kind: ProblemKind::Partial };
    let known = &mut facts[at.0].1[at.1].problems;
    if !known.contains(&problem) {
        known.push(problem);
    }
}
