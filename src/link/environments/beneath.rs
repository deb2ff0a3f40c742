//! Env files that lie under the one which names an environment, wherever something takes that in: `test.env` after
//! `local.env` in the list of a service.
//!
//! Knows the lists of compose. What all of them have before the file goes with it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Planned, PlannedLayer, Sourced};
use crate::link::precedence::Breadth;
use crate::model::inventory::Taken;
use crate::model::{Class, Role, Scope, SourceId};

/// What compose takes in, by list and by file.
pub(super) struct Lists<'a> {
    of_file: BTreeMap<SourceId, Vec<&'a Taken>>,
    of_service: BTreeMap<(SourceId, &'a Scope), Vec<&'a Taken>>,
    places: BTreeMap<SourceId, usize>,
}

impl<'a> Lists<'a> {
    /// The lists of all services.
    pub(super) fn new(sources: &[Sourced], taken: &'a [Taken]) -> Self {
        let mut lists =
            Self { of_file: BTreeMap::new(), of_service: BTreeMap::new(), places: BTreeMap::new() };
        for one in taken {
            lists.of_file.entry(one.source).or_default().push(one);
            lists.of_service.entry((one.by, &one.scope)).or_default().push(one);
        }
        if !taken.is_empty() {
            lists.places.extend(sources.iter().enumerate().map(|(at, source)| (source.id, at)));
        }
        lists
    }

    /// What all lists with a file have before it.
    fn before(&self, file: &[&Taken]) -> BTreeSet<SourceId> {
        let before = |one: &&Taken| -> BTreeSet<SourceId> {
            let list = self.of_service.get(&(one.by, &one.scope)).into_iter().flatten();
            list.filter(|it| it.order < one.order).map(|it| it.source).collect()
        };
        file.iter().map(before).reduce(|one, other| &one & &other).unwrap_or_default()
    }
}

/// Adds to an environment what lies under its env files.
pub(super) fn lay(sources: &[Sourced], lists: &Lists<'_>, environment: &mut Planned) {
    let mut here: BTreeSet<SourceId> =
        environment.layers.iter().map(|layer| sources[layer.source].id).collect();
    let mut added = Vec::new();
    for layer in &environment.layers {
        let source = &sources[layer.source];
        let is_named = source.class == Class::Dotenv && layer.breadth != Breadth::All;
        let Some(takers) = lists.of_file.get(&source.id).filter(|_| is_named) else { continue };
        // What a run of the environment takes in is there already, for the services that take it.
        if layer.is_taken_in || takers.iter().any(|it| here.contains(&it.by)) {
            continue;
        }
        let path = |id: SourceId| lists.places.get(&id).map(|at| sources[*at].path.as_str());
        let by = takers.first().and_then(|it| path(it.by)).unwrap_or_default();
        for id in lists.before(takers) {
            let Some(&under) = lists.places.get(&id) else { continue };
            let gives = sources[under].role == Role::Values || sources[under].is_loaded;
            if gives && here.insert(id) {
                added.push(PlannedLayer {
                    source: under,
                    breadth: Breadth::All,
                    reason: format!("`{by}` lays `{}` over it", source.path),
                    is_taken_in: true,
                    ..layer.clone()
                });
            }
        }
    }
    environment.layers.extend(added);
}
