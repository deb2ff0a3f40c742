//! Parts of sections that may be missing: what must be there once a section is, or once a variant of it is chosen.
//!
//! Knows the section that a read is a part of. What names a variant and is put together at run time is not known.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::graph::{Graph, Presence};
use crate::model::{Absence, Confidence, EnvironmentId, Key, KeyId, Namespace, Read, Value};

/// Whether a read must get a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// It is a part of nothing that may be missing.
    Always,
    /// Its section is there, or its variant is chosen.
    Yes,
    /// That is not known.
    Unsure,
    /// Its section is missing, or another variant is chosen.
    No,
}

impl Need {
    /// How sure this lets a finding be.
    pub(super) fn limit(self) -> Confidence {
        match self {
            Self::Always => Confidence::High,
            Self::Yes => Confidence::Medium,
            Self::Unsure | Self::No => Confidence::Low,
        }
    }
}

/// Whether a read may have to get a value although it says what happens without one.
pub(super) fn may_need(read: &Read) -> bool {
    read.section.as_ref().is_some_and(|part| part.is_due)
}

/// The settings below each section that may be missing.
pub(super) struct Sections {
    below: BTreeMap<String, Vec<KeyId>>,
}

impl Sections {
    /// Those that reads are parts of.
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let parts = graph.inventory.reads.iter().filter_map(|read| read.section.as_ref());
        let names: BTreeSet<&str> = parts.filter_map(|part| part.within.as_deref()).collect();
        let mut below: BTreeMap<String, Vec<KeyId>> = BTreeMap::new();
        for (key, id) in graph.inventory.keys_by_name() {
            if key.namespace != Namespace::Setting || names.is_empty() {
                continue;
            }
            for (at, _) in key.name.match_indices('.') {
                if names.contains(&key.name[..at]) {
                    below.entry(key.name[..at].to_owned()).or_default().push(id);
                }
            }
        }
        Self { below }
    }

    /// Whether `read`, which gets no value in `environment`, must get one there.
    pub(super) fn need(
        &self,
        context: &Context<'_>,
        (key, read): (KeyId, &Read),
        environment: EnvironmentId,
    ) -> Need {
        let Some(part) = &read.section else { return Need::Always };
        let graph = context.graph;
        let chosen = part.variant.as_ref().map(|variant| {
            let tag = graph.inventory.id(&Key::setting(variant.tag.as_str()));
            let presence = tag.map(|tag| graph.presence_for(tag, environment, &read.component));
            match presence {
                None | Some(Presence::Absent) if variant.is_default => Need::Yes,
                None | Some(Presence::Absent) => Need::No,
                Some(Presence::Unknown(_)) => Need::Unsure,
                Some(Presence::Set(values)) => {
                    let said: Vec<Option<bool>> = values
                        .iter()
                        .map(|value| match &value.winner.value {
                            Value::Literal(scalar) => Some(scalar.text == variant.name),
                            _ => None,
                        })
                        .collect();
                    match () {
                        () if said.iter().all(|is| *is == Some(false)) => Need::No,
                        () if said.iter().all(|is| *is == Some(true)) => Need::Yes,
                        () => Need::Unsure,
                    }
                }
            }
        });
        if matches!(chosen, Some(Need::No | Need::Unsure)) {
            return chosen.unwrap_or(Need::No);
        }
        let is_required = read.absence == Absence::Required;
        // Code that uses a field has it only where its section is there.
        if is_required && (read.decided_at.is_none() || part.within.is_none()) {
            return chosen.unwrap_or(Need::Always);
        }
        let Some(within) = &part.within else { return Need::No };
        let is_given = |other: &&KeyId| {
            let Presence::Set(values) = graph.presence_for(**other, environment, &read.component)
            else {
                return false;
            };
            // A setting that is only spelled alike is no part of the section.
            let is_of_section = |winner: KeyId| {
                winner == **other || graph.inventory.key(winner).namespace == Namespace::Env
            };
            **other != key && values.iter().any(|value| is_of_section(value.winner.key))
        };
        let below = self.below.get(within).into_iter().flatten();
        if below.into_iter().any(|other| is_given(&other)) { Need::Yes } else { Need::No }
    }
}
