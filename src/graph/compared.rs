//! What an environment declares beside what its snapshots show, key by key.
//!
//! Workloads go by name: the live one may carry the name of a release before or behind that of the declaration. Says
//! nothing of workloads that no declaration knows, and of keys that something unseen may give.

use std::collections::{BTreeMap, BTreeSet};

use super::{Effective, Graph, Presence};
use crate::model::{
    Attribution, Definition, EnvironmentId, KeyId, Namespace, Scope, Snapshot, SourceId, Trace,
};

/// How a live value and a declared one were brought together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pairing {
    /// Both are of the environment; whose they are is not known on both sides.
    Environment,
    /// The declared one is for all workloads.
    Shared,
    /// Both are of one workload.
    Workload,
}

/// A key that is live, declared, or both.
#[derive(Clone, Debug)]
pub struct Compared<'a> {
    /// The key.
    pub key: KeyId,
    /// The environment.
    pub environment: EnvironmentId,
    /// The workload, by the name that its declaration has.
    pub workload: Option<&'a str>,
    /// What is live.
    pub live: Option<&'a Definition>,
    /// What is declared.
    pub declared: Option<&'a Definition>,
    /// How they were brought together.
    pub pairing: Pairing,
    /// What is told of how the live value came to be.
    pub trace: Option<&'a Trace>,
    /// Whether the values are not the same, although one of them alone is withheld.
    pub is_unlike: bool,
}

/// The workloads that an environment declares, and those of them that each live one may be.
pub(super) struct Workloads<'a> {
    declared: BTreeSet<&'a str>,
    pub(super) live: BTreeMap<&'a str, &'a str>,
}

impl<'a> Graph<'a> {
    /// Every key of every snapshot beside its declaration, and the other way round.
    pub fn compared(&self) -> Vec<Compared<'a>> {
        let mut all = Vec::new();
        for snapshot in &self.inventory.snapshots {
            let workloads = self.workloads(snapshot);
            for live in &snapshot.values {
                all.extend(self.of_live(snapshot, &workloads, live));
            }
            self.not_live(snapshot, &workloads, &mut all);
        }
        all
    }

    pub(super) fn workloads(&self, snapshot: &'a Snapshot) -> Workloads<'a> {
        let at = snapshot.environment;
        let inventory = self.inventory;
        let described = inventory.workloads.iter().map(|it| (it.source, it.name.as_str()));
        let given = inventory.definitions.iter().filter_map(|it| match &it.scope {
            Some(Scope::Workload(name)) => Some((it.source, name.as_str())),
            _ => None,
        });
        let declared: BTreeSet<&str> = described
            .chain(given)
            .filter(|(source, _)| self.has_layer(*source, at))
            .map(|(_, name)| name)
            .collect();
        let live = snapshot.workloads.keys();
        let live = live.filter_map(|name| Some((name.as_str(), meant(name, &declared)?)));
        Workloads { live: live.collect(), declared }
    }

    fn of_live(
        &self,
        snapshot: &'a Snapshot,
        workloads: &Workloads<'a>,
        live: &'a Definition,
    ) -> Option<Compared<'a>> {
        let own = live.scope.as_ref().map(Scope::name);
        let workload = own.and_then(|own| workloads.live.get(own).copied());
        // Of a workload that nobody declares nothing can be said, unless nobody names workloads at all.
        if own.is_some() && workload.is_none() && !workloads.declared.is_empty() {
            return None;
        }
        let trace = snapshot.traces.get(&(own.map(str::to_owned), live.key));
        let is_unlike = |declared: Option<&Definition>| {
            declared.is_some_and(|it| snapshot.unlike.contains(&(live.key_span, it.key_span)))
        };
        let compared = |declared, pairing| Compared {
            key: live.key,
            environment: snapshot.environment,
            workload,
            live: Some(live),
            declared,
            pairing,
            trace,
            is_unlike: is_unlike(declared),
        };
        match self.presence(live.key, snapshot.environment) {
            Presence::Set(values) => {
                let (declared, pairing) = pick(&values, workload, live)?;
                Some(compared(declared, pairing))
            }
            Presence::Absent => {
                let pairing =
                    if workload.is_some() { Pairing::Workload } else { Pairing::Environment };
                Some(compared(None, pairing))
            }
            // Something unseen may declare it; that it was set by hand is known all the same.
            Presence::Unknown(_) => {
                let by_hand = trace.is_some_and(|trace| trace.by.is_some());
                (by_hand && workload.is_some()).then(|| compared(None, Pairing::Workload))
            }
        }
    }

    /// Keys that are declared, and that the snapshot shows to be gone.
    fn not_live(
        &self,
        snapshot: &'a Snapshot,
        workloads: &Workloads<'a>,
        all: &mut Vec<Compared<'a>>,
    ) {
        let at = snapshot.environment;
        let names: BTreeMap<&str, &str> =
            workloads.live.iter().map(|(live, declared)| (*declared, *live)).collect();
        let met: BTreeSet<(Option<&str>, KeyId)> = snapshot
            .values
            .iter()
            .map(|live| (live.scope.as_ref().map(Scope::name), self.lead(live.key)))
            .collect();
        for key in self.keys().filter(|key| self.inventory.key(*key).namespace == Namespace::Env) {
            if !self.definitions_of(key).any(|(_, one)| self.has_layer(one.source, at)) {
                continue;
            }
            let Presence::Set(values) = self.presence(key, at) else { continue };
            for value in values {
                let Some((live, pairing)) = self.where_live(snapshot, &names, &value) else {
                    continue;
                };
                if met.contains(&(live, self.lead(key))) {
                    continue;
                }
                all.push(Compared {
                    key,
                    environment: at,
                    workload: value.scope.map(Scope::name),
                    live: None,
                    declared: Some(value.winner),
                    pairing,
                    trace: snapshot.traces.get(&(live.map(str::to_owned), key)),
                    is_unlike: false,
                });
            }
        }
    }

    fn has_layer(&self, source: SourceId, environment: EnvironmentId) -> bool {
        self.index.layers.contains_key(&(source, environment)) && self.gives_values(source)
    }

    /// The workload of the snapshot in which a declared value would stand; `None` where its absence says nothing.
    fn where_live<'n>(
        &self,
        snapshot: &Snapshot,
        names: &BTreeMap<&str, &'n str>,
        value: &Effective<'_>,
    ) -> Option<(Option<&'n str>, Pairing)> {
        if let Some(Scope::Workload(name)) = value.scope {
            let live = names.get(name.as_str())?;
            let is_whole = snapshot.workloads.get(*live).copied().unwrap_or(false);
            return is_whole.then_some((Some(*live), Pairing::Workload));
        }
        // A platform of variables gets what its files declare, and nothing of images and files of code.
        let source = self.inventory.source(value.winner.source);
        let is_given = !source.is_image() && !source.is_module();
        let is_ours = value.winner.attribution == Attribution::Project;
        let is_flat = snapshot.is_whole && snapshot.workloads.is_empty();
        (is_flat && is_given && is_ours).then_some((None, Pairing::Shared))
    }
}

/// The declared value that a live one is compared with; `None` where they agree or it is not known which it would be.
fn pick<'a>(
    values: &[Effective<'a>],
    workload: Option<&str>,
    live: &Definition,
) -> Option<(Option<&'a Definition>, Pairing)> {
    let is_of = |value: &&Effective<'_>, wanted: Option<&str>| match value.scope {
        Some(Scope::Workload(name)) => Some(name.as_str()) == wanted,
        _ => wanted.is_none(),
    };
    let of = |wanted| values.iter().find(|value| is_of(value, wanted)).map(|value| value.winner);
    // Of several of one name the snapshot is one, and nothing says which.
    if values.iter().filter(|value| workload.is_some() && is_of(value, workload)).count() > 1 {
        return None;
    }
    if workload.is_some() {
        if let Some(declared) = of(workload) {
            return Some((Some(declared), Pairing::Workload));
        }
        if let Some(declared) = of(None) {
            return Some((Some(declared), Pairing::Shared));
        }
        // Declared for other workloads alone.
        return Some((None, Pairing::Workload));
    }
    if let Some(declared) = of(None) {
        return Some((Some(declared), Pairing::Shared));
    }
    let first = values.first()?.winner;
    let differs = |value: &Effective<'_>| live.value.same(&value.winner.value) == Some(false);
    let is_one = values.iter().all(|value| value.winner.value.same(&first.value) == Some(true));
    (values.iter().all(differs) && is_one).then_some((Some(first), Pairing::Environment))
}

/// The declared workload that a live one is: of the same name, or with a release before or an instance behind it.
fn meant<'a>(live: &str, declared: &BTreeSet<&'a str>) -> Option<&'a str> {
    if let Some(same) = declared.get(live) {
        return Some(same);
    }
    let fits = |name: &&&'a str| {
        let before = live.strip_suffix(**name).is_some_and(|rest| rest.ends_with(['-', '_']));
        let behind = live.strip_prefix(**name).is_some_and(|rest| rest.starts_with(['-', '_']));
        before || behind
    };
    let longest = declared.iter().filter(fits).max_by_key(|name| name.len())?;
    let rivals = declared.iter().filter(fits).filter(|name| name.len() == longest.len());
    (rivals.count() == 1).then_some(*longest)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::meant;

    #[test]
    fn releases_may_stand_around_a_name() {
        let declared = BTreeSet::from(["ovens", "ovens-queue", "web"]);
        assert_eq!(meant("ovens", &declared), Some("ovens"));
        assert_eq!(meant("bakery-ovens", &declared), Some("ovens"));
        assert_eq!(meant("ovens-queue-blue", &declared), Some("ovens-queue"));
        assert_eq!(meant("shop_web_1", &declared), None);
        assert_eq!(meant("webhook", &declared), None);
    }
}
