//! Files that `templatefile` of Terraform fills in. Each is a module of its own, whose variables the call gives.
//!
//! One that several calls fill in stays as it stands: which of them a workload runs is not known.

use std::collections::BTreeMap;

use super::{At, Facts, Index, Module, sources};
use crate::facts::module::{Receiver, TEMPLATE, Taken};
use crate::text::Files;
use crate::text::relative::joined;

/// Files that one call alone fills in, by their place among the facts.
pub(super) fn filled(facts: &Facts, files: &Files, modules: &[Module]) -> BTreeMap<usize, Module> {
    let mut calls: BTreeMap<Module, BTreeMap<&str, usize>> = BTreeMap::new();
    for (at, source) in sources(facts) {
        let (root, folder) = &modules[at.0];
        for given in &source.module.given {
            if let Receiver::Template(path) = &given.to
                && let Some(path) = joined(folder, path)
            {
                let names = calls.entry((*root, path)).or_default();
                *names.entry(given.name.as_str()).or_default() += 1;
            }
        }
    }
    calls.retain(|_, names| names.values().all(|count| *count == 1));
    let place = |(at, (id, _)): (usize, &(crate::text::FileId, _))| {
        let file = files.get(*id);
        let module = (file.root, file.path.clone());
        calls.contains_key(&module).then_some((at, module))
    };
    facts.iter().enumerate().filter_map(place).collect()
}

impl Index<'_> {
    /// Whether what a workload takes whole is a file that is filled in and that shows its containers itself.
    pub(super) fn is_filled(&self, at: At, taken: &Taken) -> bool {
        let Some(path) = taken.name.strip_prefix(TEMPLATE) else { return false };
        let (root, folder) = &self.modules[at.0];
        let Some(path) = joined(folder, path) else { return false };
        let module = (*root, path);
        let mut here = self.templates.iter().filter(|(_, other)| **other == module);
        here.any(|(at, _)| self.facts[*at].1.iter().any(|source| !source.workloads.is_empty()))
    }
}
