//! Flags that are entries of a dictionary of settings, asked for where a framework keeps the settings: `settings.FEATURES["NEW_TILL"]`.
//!
//! The flag is called like the entry, `FEATURES.NEW_TILL`, as annotations call it. Packages elsewhere may ask for one as well, and
//! files that are not seen may give it: none is called dead.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::dictionaries::{MAX_HOPS, follow, is_constant, looked_up};
use super::{Asked, Flag, Kind, Registry, sites};
use crate::facts::code::{Expr, Path};
use crate::link::chains::Frame;
use crate::link::program::{Program, Target};
use crate::model::DefaultValue;
use crate::nature::registry;
use crate::text::Span;

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
    let mut known: Vec<Registry> = of_settings.map(entry).collect();
    known.extend(unseen(program, &known));
    known
}

/// Dictionaries that code asks for flags and that the project does not write down: it makes them of variables, or a package outside
/// has them.
fn unseen(program: &Program<'_>, known: &[Registry]) -> Vec<Registry> {
    let mut met: FxHashSet<String> = known.iter().map(|one| one.name.clone()).collect();
    let mut found = Vec::new();
    for (frame, site) in sites(program) {
        let Some(object) = looked_up(site).filter(|object| registry::declares(object.last()))
        else {
            continue;
        };
        let name = object.last();
        let is_new = is_constant(name) && !met.contains(name);
        if is_new && let Some(id) = of_framework(program, frame, &object) {
            met.insert(name.to_owned());
            found.push(Registry {
                id,
                name: name.to_owned(),
                file: frame.file,
                flags: BTreeMap::new(),
                is_closed: false,
                is_described: false,
                kind: Kind::Setting,
            });
        }
    }
    found
}

/// The whole name of a dictionary that is asked of where a framework keeps the settings.
fn of_framework(program: &Program<'_>, frame: Frame, object: &Path) -> Option<String> {
    let Target::External(name) = program.resolve(frame.file, object) else { return None };
    let of = name.rsplit_once('.').map_or("", |(of, _)| of);
    let objects = &program.handlers(frame.file)?.settings_objects;
    objects.iter().any(|one| one == of).then_some(name)
}

/// What a call says itself of an entry that is not there: `FEATURES.get("NEW_TILL", False)`.
fn said_default(program: &Program<'_>, asked: &Asked) -> Option<DefaultValue> {
    let facts = &program.files[asked.spot.file].facts;
    let site = facts.sites.iter().find(|site| site.range == asked.spot.range)?;
    let arg = site.args.get(1)?;
    let Expr::Bool(on) = arg.value else { return None };
    Some(DefaultValue::switch(on, Span::new(program.files[asked.spot.file].id, arg.range)))
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
        if of_framework(program, frame, &object).is_none() {
            continue;
        }
        let (mut seen, mut own) = (FxHashSet::default(), Vec::new());
        follow(program, all, registry, frame, 0, MAX_HOPS, &mut seen, &mut own);
        let flags = &all[registry].flags;
        found.extend(own.into_iter().map(|one: Asked| Asked {
            is_question: flags.is_empty() || flags.contains_key(&one.key),
            key: format!("{}.{}", all[registry].name, one.key),
            default: one.default.clone().or_else(|| said_default(program, &one)),
            ..one
        }));
    }
    found
}
