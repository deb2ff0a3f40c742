//! What each environment makes of a flag, and whether all make the same of it.
//!
//! An environment that holds nothing of the code that asks says nothing. Of a provider, only environments in which some of
//! its flags are seen are asked.

use std::collections::BTreeSet;

use super::stand::Use;
use super::{Ground, Stand};
use crate::graph::{Effective, Lack, Presence};
use crate::model::kind::Holding;
use crate::model::{
    Definition, Environment, EnvironmentId, KeyId, Kind, Layer, Namespace, Read, Role, SourceId,
};
use crate::nature::sdk::{asked, is_copy, is_stand_in};

/// What one environment makes of a flag.
#[derive(Clone, Debug)]
pub struct State<'a> {
    /// The environment; `None` for a source that is for all of them.
    pub environment: Option<EnvironmentId>,
    /// Whether it is a developer's or a test's own.
    pub is_local: bool,
    /// What the flag comes to.
    pub stand: Stand,
    /// The definitions that decide; none where the default of the code holds.
    pub winners: Vec<&'a Definition>,
    /// Whether the default of the code has a part in it.
    pub by_default: bool,
}

/// What the environments come to together; those of developers and tests do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unity {
    /// One value everywhere.
    One(Stand),
    /// One value everywhere, that of the code: no environment gives it.
    OfCode(Stand),
    /// They differ.
    Differ,
    /// Some who ask get another value than others.
    Split,
    /// It cannot be told: why, as a phrase.
    Unknown(String),
    /// Nothing that is seen serves it.
    Nowhere,
}

impl Unity {
    /// Whether all come to one value.
    pub fn is_one(&self) -> bool {
        matches!(self, Self::One(_) | Self::OfCode(_))
    }
}

/// What every environment that has to do with the flag makes of it.
pub(super) fn states<'a>(
    ground: &Ground<'a>,
    key: KeyId,
    reads: &[&'a Read],
    definitions: &[&'a Definition],
) -> Vec<State<'a>> {
    let inventory = ground.graph.inventory;
    let usage = Use::of(&inventory.key(key).name, reads);
    let mut states: Vec<State<'a>> = Vec::new();
    let homeless = |one: &&&Definition| ground.graph.served_by(one.source).next().is_none();
    let for_all: Vec<&'a Definition> = definitions.iter().filter(homeless).copied().collect();
    let is_of_provider = inventory.key(key).namespace == Namespace::Flag;
    if is_of_provider && !for_all.is_empty() {
        let given = |one: &&Definition| {
            untold(ground, None, one.source).map_or_else(|| usage.given(one), Stand::Unknown)
        };
        let stands = for_all.iter().map(given).collect();
        if let Some(stand) = Stand::of_all(stands) {
            let by_default = false;
            let (environment, is_local) = (None, false);
            states.push(State { environment, is_local, stand, winners: for_all, by_default });
        }
    }
    for (id, environment) in ground.graph.environments() {
        let state = if is_of_provider {
            of_provider(ground, key, id, (reads, &usage, definitions))
        } else {
            of_process(ground, key, id, reads, &usage)
        };
        if let Some((stand, winners, by_default)) = state {
            let is_local = environment.is_local;
            states.push(State { environment: Some(id), is_local, stand, winners, by_default });
        }
    }
    states
}

type Made<'a> = Option<(Stand, Vec<&'a Definition>, bool)>;

fn of_provider<'a>(
    ground: &Ground<'a>,
    key: KeyId,
    id: EnvironmentId,
    (reads, usage, definitions): (&[&Read], &Use<'_>, &[&'a Definition]),
) -> Made<'a> {
    // What another provider than the one that is asked has there says nothing of the flag.
    let kinds = ground.with_provider.get(&id)?;
    let answers = |read: &&Read| kinds.iter().any(|kind| asked(&read.reader).fits(kind));
    if !reads.is_empty() && !reads.iter().any(answers) {
        return None;
    }
    let without = || {
        if may_be_kept(kinds, reads, definitions) {
            let why = "its provider may keep it where it is not seen";
            return Some((Stand::Unknown(why.to_owned()), Vec::new(), false));
        }
        Some((usage.without(), Vec::new(), true))
    };
    match ground.graph.presence(key, id) {
        Presence::Set(values) => {
            let own = |one: &&Effective<'_>| {
                definitions.iter().any(|own| own.key_span == one.winner.key_span)
            };
            let mut winners: Vec<_> = values.iter().filter(own).map(Effective::sure).collect();
            if winners.is_empty() {
                // What another provider says under this name is no answer.
                let here =
                    |one: &&&Definition| ground.graph.served_by(one.source).any(|(at, _)| at == id);
                winners.extend(definitions.iter().filter(here).copied());
            }
            if winners.is_empty() {
                return without().filter(|_| !reads.is_empty());
            }
            let given = |one: &&Definition| {
                untold(ground, Some(id), one.source)
                    .map_or_else(|| usage.given(one), Stand::Unknown)
            };
            let stand = Stand::of_all(winners.iter().map(given).collect())?;
            Some((stand, winners, false))
        }
        Presence::Absent => without(),
        Presence::Unknown(_) => Some((unseen(), Vec::new(), false)),
    }
}

/// Whether a flag of which no file speaks may be where its provider keeps more than its files: in a database, at a service.
fn may_be_kept(kinds: &BTreeSet<&str>, reads: &[&Read], definitions: &[&Definition]) -> bool {
    let is_part = |kind: &&&str| {
        reads.iter().any(|read| asked(&read.reader).fits(kind))
            && Kind::of(kind).holds != Some(Holding::All)
    };
    definitions.is_empty() && kinds.iter().any(|kind| is_part(&kind))
}

/// Why a file does not tell what is served: it stands in for the service, or is a copy of what a server keeps, and nothing says
/// for which environment. Where there are others, a copy may be what developers start their own server with.
fn untold(ground: &Ground<'_>, id: Option<EnvironmentId>, file: SourceId) -> Option<String> {
    let inventory = ground.graph.inventory;
    let kind = inventory.source(file).kind;
    let environment = id.map(|id| inventory.environment(id));
    let is_named = environment.is_some_and(|it| it.name != Environment::UNNAMED);
    let of_it = |layer: &&Layer| layer.source == file;
    let is_for_any = environment
        .is_none_or(|it| it.layers.iter().find(of_it).is_some_and(|layer| layer.is_base));
    if is_stand_in(kind) && (is_for_any || !is_named) {
        return Some("its file stands in for its provider and names no environment".to_owned());
    }
    // Where what gives values names no environment either, that need not be where the copy is from.
    let is_one_of_some = || {
        environment.is_some()
            && inventory.environments.iter().any(|it| it.name != Environment::UNNAMED)
    };
    (is_copy(kind) && is_for_any && (is_named || is_one_of_some()))
        .then(|| "its provider's file names no environment".to_owned())
}

/// Whether a file is a copy of what a server keeps, and nothing says of which environment in any that takes it in: it may be
/// what developers fill a server of their own with.
pub(super) fn is_of_nobody(ground: &Ground<'_>, file: SourceId) -> bool {
    let mut served = ground.graph.served_by(file).map(|(id, _)| id).peekable();
    let is_copy = is_copy(ground.graph.inventory.source(file).kind);
    is_copy && served.peek().is_some() && served.all(|id| untold(ground, Some(id), file).is_some())
}

fn of_process<'a>(
    ground: &Ground<'a>,
    key: KeyId,
    id: EnvironmentId,
    reads: &[&'a Read],
    usage: &Use<'_>,
) -> Made<'a> {
    let graph = ground.graph;
    if reads.is_empty() {
        let Presence::Set(values) = graph.presence(key, id) else { return None };
        let winners: Vec<_> = values.iter().map(Effective::sure).collect();
        let stand = Stand::of_all(winners.iter().map(|one| usage.given(one)).collect())?;
        return Some((stand, winners, false));
    }
    let components: BTreeSet<&str> = reads.iter().map(|read| read.component.as_str()).collect();
    let (mut stands, mut winners, mut by_default) = (Vec::new(), Vec::new(), false);
    let namespace = graph.inventory.key(key).namespace;
    for component in components {
        if graph.runs_in(component, id) == Some(false) {
            continue;
        }
        match graph.presence_for(key, id, component) {
            Presence::Set(values) => {
                stands.extend(values.iter().map(|value| usage.given(value.sure())));
                // Code that gives a name may give it again where its text does not show it.
                let is_code = values.iter().any(|value| value.winner.answer.is_some());
                if is_code && graph.may_be_given_unseen(key, component, id) {
                    stands.push(unseen());
                }
                winners.extend(values.iter().map(|value| value.winner));
                let without = usage.without();
                match graph.lack(key, component, id, &values) {
                    Lack::Some if without.is_one() => stands.push(without),
                    Lack::Unseen => stands.push(unseen()),
                    Lack::Some | Lack::Nobody => {}
                }
            }
            // Nothing of the component is here: it is deployed from elsewhere.
            Presence::Absent | Presence::Unknown(_)
                if ground.coverage.share(id, component, namespace, key).held == 0 => {}
            Presence::Absent => {
                stands.push(usage.without());
                by_default = true;
            }
            Presence::Unknown(_) => stands.push(unseen()),
        }
    }
    winners.sort_by_key(|one| one.key_span);
    winners.dedup_by_key(|one| one.key_span);
    Stand::of_all(stands).map(|stand| (stand, winners, by_default))
}

fn unseen() -> Stand {
    Stand::Unknown("something that cannot be seen may give it".to_owned())
}

/// Whether all environments make the same of it.
pub(super) fn unity(states: &[State<'_>]) -> Unity {
    let all: Vec<_> = states.iter().filter(|state| !state.is_local).collect();
    let Some(first) = all.first() else {
        return if states.is_empty() {
            Unity::Nowhere
        } else {
            Unity::Unknown("only environments of developers and tests are seen".to_owned())
        };
    };
    for state in &all {
        match &state.stand {
            Stand::Share { .. } | Stand::Targeted => return Unity::Split,
            Stand::Mixed(_) => return Unity::Differ,
            _ => {}
        }
    }
    let known: Vec<_> = all.iter().filter(|state| state.stand.is_one()).collect();
    if known.iter().any(|state| state.stand != known[0].stand) {
        return Unity::Differ;
    }
    for state in &all {
        if let Stand::Unknown(why) = &state.stand {
            return Unity::Unknown(why.clone());
        }
    }
    if all.iter().all(|state| state.winners.is_empty()) {
        return Unity::OfCode(first.stand.clone());
    }
    Unity::One(first.stand.clone())
}

/// Whether all that is seen of a flag are files that fill a new database.
pub(super) fn is_seeded(ground: &Ground<'_>, states: &[State<'_>]) -> bool {
    let is_seed = |one: &&Definition| ground.graph.inventory.source(one.source).kind == "waffle";
    let seeds =
        |state: &State<'_>| state.environment.is_none() && state.winners.iter().all(&is_seed);
    let mut counted = states.iter().filter(|state| !state.is_local).peekable();
    counted.peek().is_some() && counted.all(seeds)
}

/// The definitions of a key in all its spellings: those that give what runs a value, and those that only list it, or that are for
/// tools.
pub(super) fn definitions<'a>(
    ground: &Ground<'a>,
    family: &[KeyId],
) -> (Vec<&'a Definition>, Vec<&'a Definition>) {
    let graph = ground.graph;
    let all = family.iter().flat_map(|key| graph.definitions_of(*key).map(|(_, one)| one));
    let gives = |one: &&Definition| {
        let source = graph.inventory.source(one.source);
        !one.commented && source.role == Role::Values && !source.is_for_tools()
    };
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|one| one.key_span);
    all.into_iter().partition(gives)
}
