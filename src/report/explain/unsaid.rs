//! What an environment does not say of a key, and why: what is missing, handed on, or hidden where it does not matter.

use std::collections::BTreeSet;

use super::Explainer;
use crate::graph::{Effective, Lack, Presence};
use crate::inquiry;
use crate::model::inventory::MissingInclude;
use crate::model::{Definition, EnvironmentId, KeyId, Namespace, Opaque, Value};

/// What an environment tells that gives the code none of what others give it.
pub(super) const SILENT: &str = "it gives nothing to the code that reads it";

impl Explainer<'_> {
    /// Whether what an environment does not give says nothing of a key.
    pub(super) fn is_silent(&self, key: KeyId, at: EnvironmentId) -> bool {
        let coverage = self.coverage.get_or_init(|| self.graph.coverage());
        inquiry::is_silent(self.graph, coverage, key, at)
    }

    /// What may give a key and cannot be seen into.
    pub(super) fn unseen(&self, key: KeyId, at: EnvironmentId, opaque: &[&Opaque]) -> Vec<String> {
        // Many sources may take in the same file.
        let mut because: Vec<String> = Vec::new();
        for one in opaque {
            if !because.contains(&one.what) {
                because.push(one.what.clone());
            }
        }
        if because.is_empty() {
            because.extend(self.handed_on(key, at));
        }
        if let Some(platform) = self.graph.platform_of(key, at).filter(|_| because.is_empty()) {
            because.push(format!("`{}` gives it by itself", platform.name));
        }
        because
    }

    /// Whether all code that reads a key runs in workloads which are seen, and does not get it there.
    pub(super) fn lacks(&self, key: KeyId, at: EnvironmentId) -> bool {
        let mut reading = self.graph.deployed_reads_of(key).peekable();
        reading.peek().is_some()
            && reading.all(|read| {
                matches!(self.graph.presence_for(key, at, &read.component), Presence::Absent)
            })
    }

    /// The workloads that run code which reads a key and surely get none of the values that others get.
    pub(super) fn lacking(
        &self,
        key: KeyId,
        at: EnvironmentId,
        given: &[Effective<'_>],
    ) -> BTreeSet<String> {
        let mut components: Vec<&str> =
            self.graph.deployed_reads_of(key).map(|read| read.component.as_str()).collect();
        components.sort_unstable();
        components.dedup();
        let of = |component| match self.graph.lacking(key, component, at, given) {
            (names, Lack::Some) if !given.is_empty() => names,
            _ => Vec::new(),
        };
        components.into_iter().flat_map(of).map(str::to_owned).collect()
    }

    /// Why a value is not known though nothing hides it: a definition hands on what whoever starts the process has.
    pub(super) fn handed_on(&self, key: KeyId, at: EnvironmentId) -> Option<String> {
        let mut all = self.graph.definitions_of(key).map(|(_, one)| one);
        let is_here = |one: &Definition| self.graph.served_by(one.source).any(|(id, _)| id == at);
        let left_open = self.graph.definitions_of(key).find_map(|(_, one)| {
            let binding = self.graph.optional_of(one).filter(|_| is_here(one))?;
            (!self.graph.has_object(binding, at)).then_some(binding)
        });
        if let Some(binding) = left_open {
            let what = if binding.is_secret { "Secret" } else { "ConfigMap" };
            let object = &binding.object;
            return Some(format!("the {what} `{object}`, which need not be there"));
        }
        let by = all.find(|one| one.value == Value::PassThrough && is_here(one))?;
        let path = &self.files.get(by.key_span.file).path;
        Some(format!("`{path}` hands on what whoever starts it has"))
    }

    /// The files that must be there, and that the tree does not have: what stands in them may win over what is shown.
    pub(super) fn not_there(&self, key: KeyId, at: EnvironmentId) -> Vec<String> {
        if self.inventory().key(key).namespace != Namespace::Env {
            return Vec::new();
        }
        let missing = self.inventory().missing_includes.iter().filter(|include| include.required);
        let is_written = |include: &MissingInclude| {
            let mut all = self.inventory().written.iter();
            all.any(|it| it.environment == at && it.taken == include.span)
        };
        let here = missing.filter(|include| {
            !is_written(include) && self.graph.served_by(include.source).any(|it| it.0 == at)
        });
        let mut all: Vec<String> =
            here.map(|include| format!("`{}`, which is not in the tree", include.path)).collect();
        all.sort();
        all.dedup();
        all
    }
}
