//! What the platform of an environment gives by itself.
//!
//! Goes by the kinds of an environment's sources and by what descriptions say of its workloads.

use super::Graph;
use crate::model::{EnvironmentId, KeyId, Namespace, Platform};

/// The kind of sources whose workloads of no known platform are of modules that are not in the tree.
const OPEN: &str = "terraform";

/// The platforms that each environment may run on.
pub(super) fn platforms(graph: &Graph<'_>) -> Vec<Vec<&'static Platform>> {
    let inventory = graph.inventory;
    let of = |id: EnvironmentId| -> Vec<&'static Platform> {
        let layers = &inventory.environment(id).layers;
        let kinds = || layers.iter().map(|layer| inventory.source(layer.source).kind);
        let here: Vec<_> = graph
            .units
            .here_in(id)
            .filter_map(|at| inventory.workloads.get(at))
            .map(|one| (one.platform, inventory.source(one.source).kind))
            .collect();
        let is_on = |row: &Platform| {
            let says = |(platform, kind): &(Option<&str>, &str)| match platform {
                Some(platform) => row.on.iter().any(|on| on == platform),
                None => *kind == OPEN && !row.on.is_empty(),
            };
            kinds().any(|kind| row.kinds.iter().any(|own| own == kind)) || here.iter().any(says)
        };
        Platform::all().iter().filter(|row| is_on(row)).collect()
    };
    graph.environments().map(|(id, _)| of(id)).collect()
}

impl<'a> Graph<'a> {
    /// The platform that gives a key by itself in an environment, or may.
    pub fn platform_of(&self, key: KeyId, environment: EnvironmentId) -> Option<&'a Platform> {
        let rows = self.platforms.get(environment.index()).filter(|rows| !rows.is_empty())?;
        let names = self.spellings_of(key);
        let of_process = names.iter().map(|key| self.inventory.key(*key));
        let of_process = of_process.filter(|key| key.namespace == Namespace::Env);
        let names: Vec<&str> = of_process.map(|key| key.name.as_str()).collect();
        rows.iter().copied().find(|row| names.iter().any(|name| row.gives(name)))
    }
}
