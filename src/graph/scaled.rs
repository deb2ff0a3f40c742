//! Settings of workloads as they are declared beside those that snapshots show.
//!
//! What a cluster fills in by itself is no difference: only what is declared is compared. Where an environment declares two
//! things nothing is said.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::model::{EnvironmentId, LiveSetting, Setting};

/// A setting that is declared, and that is live.
#[derive(Clone, Debug)]
pub struct Scaled<'a> {
    /// The environment.
    pub environment: EnvironmentId,
    /// What is declared.
    pub declared: &'a Setting,
    /// What is live.
    pub live: &'a LiveSetting,
    /// Whether something else decides how many of the workload run.
    pub is_scaled: bool,
}

impl Scaled<'_> {
    /// Whether the two differ, and nothing but a declaration decides the one: no release that is on its way, no autoscaler.
    pub fn is_drifting(&self) -> bool {
        let path = self.declared.path.as_str();
        let values = [&self.declared.value, &self.live.value].map(Setting::normal);
        let is_told = values.iter().all(Option::is_some) && values[0] != values[1];
        is_told && path != "image" && !(self.is_scaled && path == "spec.replicas")
    }
}

impl<'a> Graph<'a> {
    /// Every declared setting whose workload a snapshot of its environment shows with that setting.
    pub fn scaled(&self) -> Vec<Scaled<'a>> {
        let mut all = Vec::new();
        for snapshot in &self.inventory.snapshots {
            let names = self.workloads(snapshot).live;
            let meant = |live: &'a LiveSetting| {
                let own = live.workload.as_str();
                (names.get(own).copied().unwrap_or(own), live.path.as_str())
            };
            let mut shown: BTreeMap<(&str, &str), &LiveSetting> = BTreeMap::new();
            for live in &snapshot.settings {
                shown.entry(meant(live)).or_insert(live);
            }
            let mut declared: BTreeMap<(&str, &str), Option<&Setting>> = BTreeMap::new();
            let own = self.inventory.settings.iter();
            for setting in own.filter(|it| it.environments.contains(&snapshot.environment)) {
                declared
                    .entry((&setting.workload, &setting.path))
                    .and_modify(|met| *met = met.filter(|met| met.value == setting.value))
                    .or_insert(Some(setting));
            }
            let scales = |path: &str| path.contains("Autoscaler") || path.contains("Scaled");
            let told = shown.keys().chain(declared.keys());
            let scaling: BTreeSet<&str> =
                told.filter(|(_, path)| scales(path)).map(|(of, _)| *of).collect();
            for (place, setting) in &declared {
                if let (Some(declared), Some(live)) = (*setting, shown.get(place)) {
                    let (environment, is_scaled) =
                        (snapshot.environment, scaling.contains(place.0));
                    all.push(Scaled { environment, declared, live, is_scaled });
                }
            }
        }
        all
    }
}
