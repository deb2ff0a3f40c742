//! How two environments differ in what their manifests decide beside variables: replicas, resources, probes.
//!
//! Between stages sizes differ on purpose: these are shown and never counted as wrong. Images are left out, they differ with
//! every release.

use crate::config::Config;
use crate::graph::{Family, Graph};
use crate::model::{EnvironmentId, Setting};

/// A setting of one workload in which two environments differ.
#[derive(Debug)]
pub struct Decided<'a> {
    /// The key under which the policy knows it: `web:resources`.
    pub name: &'a str,
    /// The workload, as the first of the two calls it that sets something.
    pub workload: &'a str,
    /// Its path: `resources.limits.memory`.
    pub path: &'a str,
    /// What each of the two sets.
    pub sides: [Option<&'a Setting>; 2],
    /// Whether the policy expects it.
    pub is_expected: bool,
}

/// The families that differ while a release is on its way.
const RELEASED: &str = "image";

/// The settings in which `pair` differ, by workload and path.
pub(super) fn compare<'a>(
    graph: &Graph<'a>,
    config: &Config,
    pair: [EnvironmentId; 2],
) -> Vec<Decided<'a>> {
    let mut found = Vec::new();
    for family in graph.families(&pair) {
        if family.name != RELEASED {
            of_family(graph, config, &family, &mut found);
        }
    }
    found.sort_by_key(|one| (one.workload, one.path));
    found
}

fn of_family<'a>(
    graph: &Graph<'a>,
    config: &Config,
    family: &Family<'a>,
    found: &mut Vec<Decided<'a>>,
) {
    for (path, values) in &family.paths {
        let [one, other] = values[..] else { continue };
        let Some(first) = one.or(other) else { continue };
        // What is not there may be set by what the tree does not have.
        let is_open = !family.is_whole && (one.is_none() || other.is_none());
        let sides = [one, other];
        let [Some(left), Some(right)] = sides.map(normal) else { continue };
        if is_open || left == right {
            continue;
        }
        let name = graph.inventory.key(first.key).name.as_str();
        let is_expected = config.expects_difference(name);
        found.push(Decided { name, workload: &first.workload, path, sides, is_expected });
    }
}

/// A value in the form in which equal ones are equal; empty where it is not set, `None` where it is not known.
fn normal(setting: Option<&Setting>) -> Option<String> {
    setting.map_or(Some(String::new()), |setting| Setting::normal(&setting.value))
}
