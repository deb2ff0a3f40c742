//! Where patches take a key from workloads, so that those lack what the files below the patches give.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Explainer;
use crate::model::KeyId;
use crate::report::clean;
use crate::report::columns::{Cell, plain, styled};
use crate::report::given::Place;
use crate::report::text::styles;

/// A place of a patch that takes the key from a workload.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Withdrawn {
    /// The environments whose results the patch is a part of.
    environments: BTreeSet<String>,
    workload: String,
    #[serde(flatten)]
    place: Place,
}

impl Withdrawn {
    /// The line for people.
    pub(super) fn line(&self) -> Vec<Cell> {
        let names: Vec<String> = self.environments.iter().map(|name| clean(name)).collect();
        let names = if names.is_empty() { "-".to_owned() } else { names.join(", ") };
        vec![plain(names), plain(clean(&self.workload)), styled(self.place.text(), styles::DIM)]
    }
}

impl Explainer<'_> {
    /// The places of patches that take a key away, by path and line.
    pub(super) fn withdrawn(&self, family: &[KeyId]) -> Vec<Withdrawn> {
        let inventory = self.inventory();
        let mut all: BTreeMap<(Place, &str), BTreeSet<String>> = BTreeMap::new();
        for one in inventory.withdrawals.iter().filter(|one| family.contains(&one.key)) {
            let served: Vec<_> = self.graph.served_by(one.source).map(|(id, _)| id).collect();
            if self.only.is_some_and(|only| !served.contains(&only)) {
                continue;
            }
            let shown = served.into_iter().filter(|id| self.only.is_none_or(|only| only == *id));
            let names = shown.map(|id| inventory.environment(id).name.clone());
            let place = (Place::of(self.files, one.span), one.scope.name());
            all.entry(place).or_default().extend(names);
        }
        let shown = all.into_iter().map(|((place, workload), environments)| Withdrawn {
            environments,
            workload: workload.to_owned(),
            place,
        });
        shown.collect()
    }
}
