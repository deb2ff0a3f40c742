//! Which programs an environment runs, where a package has several, and which components one of a developer or of tests does:
//! one of whose own keys it gives some.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::graph::{Presence, Reason};
use crate::model::{EnvironmentId, KeyId, Read};
use crate::text::FileId;

/// The keys that each program alone reads.
#[derive(Default)]
pub(super) struct Programs {
    own: BTreeMap<FileId, Vec<KeyId>>,
    /// The components that environments of a developer or of tests run, by what they are given.
    run: BTreeMap<EnvironmentId, BTreeSet<String>>,
}

/// The one file that reads a key, where nothing else does.
fn only_reader(context: &Context<'_>, key: KeyId) -> Option<FileId> {
    let mut only = None;
    for reason in context.graph.reasons(key) {
        let file = match reason {
            Reason::Read(id) => context.graph.inventory.read(id).span.file,
            Reason::Mention(_) => continue,
            _ => return None,
        };
        if only.replace(file).is_some_and(|other| other != file) {
            return None;
        }
    }
    only
}

impl Programs {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let graph = context.graph;
        let mut programs = Self::default();
        let of_one = |key: &KeyId| graph.deployed_reads_of(*key).any(|read| read.of_program);
        for key in graph.keys().filter(of_one) {
            if let Some(file) = only_reader(context, key) {
                programs.own.entry(file).or_default().push(key);
            }
        }
        programs.run = run(context);
        programs
    }

    /// Whether nothing shows that an environment runs the program that a read stands in.
    pub(super) fn is_one_of_many(
        &self,
        context: &Context<'_>,
        (key, read, environment): (KeyId, &Read, EnvironmentId),
    ) -> bool {
        let gives = |other: &KeyId| {
            let presence = || context.graph.presence_for(*other, environment, &read.component);
            *other != key && matches!(presence(), Presence::Set(_))
        };
        read.of_program && !self.own.get(&read.span.file).into_iter().flatten().any(gives)
    }

    /// Whether an environment of a developer or of tests gives other components what they alone read, and this one nothing.
    pub(super) fn is_left_out(&self, read: &Read, environment: EnvironmentId) -> bool {
        let Some(run) = self.run.get(&environment) else { return false };
        !run.is_empty() && !run.contains(&read.component)
    }
}

/// The components that each environment of a developer or of tests gives some key which they alone read.
fn run(context: &Context<'_>) -> BTreeMap<EnvironmentId, BTreeSet<String>> {
    let graph = context.graph;
    let local = graph.environments().map(|(id, _)| id).filter(|id| context.is_local(*id));
    let mut run: BTreeMap<EnvironmentId, BTreeSet<String>> =
        local.map(|id| (id, BTreeSet::new())).collect();
    for key in graph.keys() {
        let components: BTreeSet<&str> =
            graph.deployed_reads_of(key).map(|read| read.component.as_str()).collect();
        let (1, Some(only)) = (components.len(), components.first()) else { continue };
        for (id, names) in run.iter_mut().filter(|(_, names)| !names.contains(*only)) {
            if matches!(graph.presence_for(key, *id, only), Presence::Set(_)) {
                names.insert((*only).to_owned());
            }
        }
    }
    run
}
