//! What modules of settings and providers of flags tell of an environment: values, and nothing of what else it is given.

use std::collections::BTreeSet;

use super::Graph;
use super::presence::Asker;
use crate::model::{EnvironmentId, KeyId, Namespace, Source, SourceId};

impl Graph<'_> {
    /// Whether modules of settings, what providers of flags know, and images, are all that is known of an environment: what its processes are given
    /// is not told.
    pub(super) fn is_profile_alone(&self, environment: EnvironmentId) -> bool {
        let layers = &self.inventory.environment(environment).layers;
        let sources = || layers.iter().map(|layer| self.inventory.source(layer.source));
        let tells = |source: &Source| source.is_module() || source.is_provider();
        sources().any(tells) && sources().all(|source| tells(source) || source.is_image())
    }

    /// Whether it is a flag, and nothing tells what its provider serves in the environment.
    pub(super) fn is_of_unseen_provider(&self, key: KeyId, environment: EnvironmentId) -> bool {
        let kind = |source: SourceId| self.inventory.source(source).kind;
        let kinds: BTreeSet<&str> =
            self.definitions_of(key).map(|(_, one)| kind(one.source)).collect();
        let layers = &self.inventory.environment(environment).layers;
        let is_provider = |source: SourceId| self.inventory.source(source).is_provider();
        self.inventory.key(key).namespace == Namespace::Flag
            && self.definitions_of(key).any(|(_, one)| is_provider(one.source))
            && !layers.iter().any(|layer| kinds.contains(kind(layer.source)))
    }

    /// Whether modules of settings give the key.
    pub(super) fn is_of_profiles(&self, key: KeyId) -> bool {
        self.definitions_of(key).any(|(_, one)| self.inventory.source(one.source).is_module())
    }

    /// Whether it is known which module of settings serves who asks.
    pub(super) fn has_profile(&self, asker: Asker<'_>) -> bool {
        let mut layers = self.inventory.environment(asker.environment).layers.iter();
        layers.any(|layer| {
            let is_module = self.inventory.source(layer.source).is_module();
            !layer.is_base && is_module && self.is_module_of(layer.source, asker)
        })
    }

    pub(super) fn is_module_of(&self, source: SourceId, asker: Asker<'_>) -> bool {
        let unit = self.units.of_source(source);
        asker.component.is_none_or(|component| unit.is_none_or(|unit| unit == component))
    }
}
