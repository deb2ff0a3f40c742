//! Which workloads and files are for programs of others, by how few of their keys the code here reads.
//!
//! Cannot tell a file that was left behind whole from one of another program: neither has readers here.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::model::{Definition, KeyId, Role, Scope, Source, SourceId};

/// How many keys of a workload say whose code it runs.
const ENOUGH: usize = 3;

/// How many keys of a template say whose it is.
const LISTED: usize = 5;

/// How many keys of a file that gives values do.
const HELD: usize = 10;

/// The workloads of unknown code of whose keys the code here reads less than half.
pub(super) fn strange(context: &Context<'_>) -> BTreeSet<String> {
    let graph = context.graph;
    let given = graph.inventory.definitions.iter().filter(|d| !d.commented);
    let of = |definition: &Definition| match &definition.scope {
        Some(Scope::Workload(name)) if graph.is_for_unknown_code(definition).is_some() => {
            Some((name.clone(), definition.key))
        }
        _ => None,
    };
    mostly_unread(given.filter_map(of), ENOUGH, |key| graph.is_read(key))
}

/// The files of whose keys nothing asks for half: `mastodon.env.example` beside an LDAP server, `ci.api.env` beside
/// the pages that ask that API.
pub(super) fn papers(context: &Context<'_>) -> BTreeSet<SourceId> {
    let inventory = context.graph.inventory;
    let lives = |key| !context.graph.reasons(key).is_empty();
    let of = |holds: fn(&Source) -> bool, at_least| {
        let held = inventory.definitions.iter().filter(|d| d.scope.is_none());
        let held = held.filter(|d| holds(inventory.source(d.source)));
        mostly_unread(held.map(|d| (d.source, d.key)), at_least, lives)
    };
    let mut papers = of(|source| source.role == Role::Template, LISTED);
    papers.extend(of(|source| source.role == Role::Values && source.kind == "dotenv", HELD));
    papers
}

/// Who has so many keys at least, and less than half of them alive.
fn mostly_unread<T: Ord>(
    all: impl Iterator<Item = (T, KeyId)>,
    at_least: usize,
    lives: impl Fn(KeyId) -> bool,
) -> BTreeSet<T> {
    let mut keys: BTreeMap<T, BTreeSet<KeyId>> = BTreeMap::new();
    for (whose, key) in all {
        keys.entry(whose).or_default().insert(key);
    }
    keys.retain(|_, keys| {
        let alive = keys.iter().filter(|key| lives(**key)).count();
        keys.len() >= at_least && alive * 2 < keys.len()
    });
    keys.into_keys().collect()
}
