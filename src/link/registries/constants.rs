//! Flags whose names are constants of a module: `FLAG_GLAZE = "glaze"`, or any constant of `flags.py`.
//!
//! Who hands such a constant to what asks by its name asks for the flag, and so does who looks it up among flags.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::members::is_name;
use super::spot::Spot;
use super::{Asked, Flag, Kind, MAX_FLAGS, Registry, id_of, sites};
use crate::facts::code::{Expr, Form, ItemKind};
use crate::link::program::Program;
use crate::model::{DefaultValue, Via};
use crate::nature::registry;
use crate::text::Span;

/// The modules that hold such constants.
pub(super) fn registries(program: &Program<'_>) -> Vec<Registry> {
    let mut found = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        let is_home = registry::is_home(unit.path);
        let mut flags = BTreeMap::new();
        for item in unit.facts.items.iter().filter(|item| !item.name.contains('.')) {
            let ItemKind::Value(Expr::Text(key)) = &item.kind else { continue };
            let is_constant = !item.name.contains(|c: char| c.is_ascii_lowercase());
            let is_flag =
                registry::names_flag(&item.name) || is_home && !registry::names_part(&item.name);
            if is_constant && is_name(key) && is_flag {
                let flag = Flag { key: key.clone(), range: item.range, default: None };
                flags.insert(item.name.clone(), flag);
            }
        }
        if (2..=MAX_FLAGS).contains(&flags.len()) {
            let stem = unit.module.last().copied().unwrap_or("constants").to_owned();
            let id = id_of(program, file, "").trim_end_matches('.').to_owned();
            let (is_closed, is_described, kind) = (false, false, Kind::Constant);
            found.push(Registry { id, name: stem, file, flags, is_closed, is_described, kind });
        }
    }
    found
}

/// Who asks for them.
pub(super) fn asked(program: &Program<'_>, all: &[Registry]) -> Vec<Asked> {
    let mut homes: FxHashMap<usize, usize> = FxHashMap::default();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| one.kind == Kind::Constant) {
        homes.insert(one.file, at);
    }
    let mut found = Vec::new();
    if homes.is_empty() {
        return found;
    }
    for (frame, site) in sites(program) {
        let last = site.callee.last();
        let is_question = match site.form {
            // `settings.FEATURES.get(FLAG_GLAZE, False)`
            Form::Call if last == "get" => {
                site.callee.rest.rsplit('.').nth(1).is_some_and(registry::declares)
            }
            Form::Call => registry::asks(last),
            Form::Contains | Form::Index => registry::declares(last),
            _ => false,
        };
        let default = site.args.iter().find_map(|arg| match arg.value {
            Expr::Bool(on) if last == "get" => {
                let span = Span::new(program.files[frame.file].id, arg.range);
                Some(DefaultValue::switch(on, span))
            }
            _ => None,
        });
        for arg in site.args.iter().filter(|_| is_question) {
            let Expr::Path(path) = &arg.value else { continue };
            let Some((file, name)) = program.value_at_top(frame.file, path) else { continue };
            let Some(registry) = homes.get(&file) else { continue };
            let Some(flag) = all[*registry].flags.get(&name) else { continue };
            found.push(Asked {
                registry: *registry,
                spot: Spot::of(program, frame),
                key: flag.key.clone(),
                range: arg.range,
                via: Via::Constant,
                is_question,
                default: default.clone(),
            });
        }
    }
    found
}
