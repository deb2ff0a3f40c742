//! Modules of Terraform that only files of some environments run: they are those environments' own.
//!
//! Knows files by what they give. A file that runs a module and gives nothing leaves the module to all.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::draft::Draft;
use crate::link::precedence::Breadth;
use crate::text::FileId;

/// The modules that not every environment runs.
#[derive(Debug, Default)]
pub(super) struct Called<'d> {
    /// The environments of each such source, by its place.
    own: BTreeMap<usize, BTreeSet<&'d str>>,
}

impl<'d> Called<'d> {
    /// Looks who runs each of the sources that name no environment.
    pub(super) fn new(sources: &[Sourced], bases: &[usize], drafts: &'d [Draft]) -> Self {
        if bases.iter().all(|&at| sources[at].run_by.is_empty()) {
            return Self::default();
        }
        let mut placed: BTreeMap<FileId, BTreeSet<&str>> = BTreeMap::new();
        for draft in drafts {
            for member in draft.members.iter().filter(|member| member.breadth != Breadth::All) {
                placed.entry(sources[member.source].file).or_default().insert(&draft.name);
            }
        }
        let environments = |at: usize| {
            let mut all = BTreeSet::new();
            for file in &sources[at].run_by {
                all.extend(placed.get(file)?);
            }
            (!all.is_empty()).then_some((at, all))
        };
        Self { own: bases.iter().filter_map(|&at| environments(at)).collect() }
    }

    /// Whether only other environments run a source.
    pub(super) fn is_of_others(&self, at: usize, draft: &Draft) -> bool {
        self.own.get(&at).is_some_and(|own| !own.contains(draft.name.as_str()))
    }
}
