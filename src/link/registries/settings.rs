//! Flags that are entries of a dictionary of settings, asked for where a framework keeps the settings: `settings.FEATURES["NEW_TILL"]`.
//!
//! The flag is called like the entry, `FEATURES.NEW_TILL`, as annotations call it. Packages elsewhere may ask for one as well, and
//! files that are not seen may give it: none is called dead.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::dictionaries::{MAX_HOPS, follow, looked_up};
use super::{Asked, Flag, Kind, Registry, sites};
use crate::link::program::{Program, Target};

/// Folders and modules of settings.
const HOMES: &[&str] = &["envs", "settings"];

/// The dictionaries of settings among those that are found.
pub(super) fn registries(program: &Program<'_>, dictionaries: &[Registry]) -> Vec<Registry> {
    let is_home = |path: &str| {
        path.split('/').any(|part| HOMES.contains(&part.split('.').next().unwrap_or(part)))
    };
    let of_settings = dictionaries
        .iter()
        .filter(|one| one.kind == Kind::Entry && is_home(program.files[one.file].path));
    let entry = |registry: &Registry| Registry {
        id: registry.id.clone(),
        name: registry.name.clone(),
        file: registry.file,
        flags: entries(registry),
        is_closed: false,
        is_described: false,
        kind: Kind::Setting,
    };
    of_settings.map(entry).collect()
}

fn entries(registry: &Registry) -> BTreeMap<String, Flag> {
    let entry = |(name, flag): (&String, &Flag)| {
        let key = format!("{}.{name}", registry.name);
        (name.clone(), Flag { key, range: flag.range, default: flag.default.clone() })
    };
    registry.flags.iter().map(entry).collect()
}

/// Who asks for them.
pub(super) fn asked(program: &Program<'_>, all: &[Registry]) -> Vec<Asked> {
    let mut by_name: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| one.kind == Kind::Setting) {
        by_name.entry(one.name.as_str()).or_insert(at);
    }
    let mut found = Vec::new();
    if by_name.is_empty() {
        return found;
    }
    for (frame, site) in sites(program) {
        let Some(object) = looked_up(site) else { continue };
        let Some(registry) = by_name.get(object.last()).copied() else { continue };
        let Target::External(name) = program.resolve(frame.file, &object) else { continue };
        let of = name.rsplit_once('.').map_or("", |(of, _)| of);
        let Some(handlers) = program.handlers(frame.file) else { continue };
        if !handlers.settings_objects.iter().any(|one| one == of) {
            continue;
        }
        let (mut seen, mut own) = (FxHashSet::default(), Vec::new());
        follow(program, all, registry, frame, 0, MAX_HOPS, &mut seen, &mut own);
        found.extend(own.into_iter().map(|one: Asked| Asked {
            is_question: all[registry].flags.contains_key(&one.key),
            key: format!("{}.{}", all[registry].name, one.key),
            ..one
        }));
    }
    found
}
