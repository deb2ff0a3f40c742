//! Flags that are objects of a list: `FLAGS = [Flag("new-till", default=True)]`, `static FLAGS: &[Flag] = &[Flag { name: "new-till" }]`.
//!
//! A function that stands beside the list or takes it from there, and whose name says that it asks, asks for the flag that it is
//! handed the name of. Elsewhere a call that asks counts where it is handed the name of one.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::dictionaries::{MAX_HOPS, follow, is_changed, is_constant};
use super::held::held;
use super::objects::{class_of, is_on, name_of};
use super::{Asked, Flag, Kind, MAX_FLAGS, Registry, id_of};
use crate::facts::code::{Expr, ItemKind};
use crate::link::program::{Program, Target};
use crate::model::DefaultValue;
use crate::nature::registry;
use crate::text::{Span, TextRange};

/// The lists.
pub(super) fn registries(program: &Program<'_>) -> Vec<Registry> {
    let mut found = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        for item in unit.facts.items.iter().filter(|item| !item.name.contains('.')) {
            let ItemKind::Value(value) = &item.kind else { continue };
            if !is_constant(&item.name) {
                continue;
            }
            let flags = flags(program, file, &item.name, value, item.range);
            if (2..=MAX_FLAGS).contains(&flags.len()) {
                let (id, name) = (id_of(program, file, &item.name), item.name.clone());
                let (is_closed, is_described) = (!is_changed(program, &name), false);
                let kind = Kind::Listed;
                found.push(Registry { id, name, file, flags, is_closed, is_described, kind });
            }
        }
    }
    found
}

/// The flags of a list whose elements are all objects of one class.
fn flags(
    program: &Program<'_>,
    file: usize,
    name: &str,
    value: &Expr,
    range: TextRange,
) -> BTreeMap<String, Flag> {
    let none = BTreeMap::new();
    let held = held(value);
    let Expr::List(many) = &*held else { return none };
    let Some(Expr::Call(first, ..)) = many.first() else { return none };
    let Some(class) = class_of(first) else { return none };
    if !registry::declares(name) && !registry::makes(class)
        || matches!(program.resolve(file, first), Target::External(_))
    {
        return none;
    }
    let mut flags = BTreeMap::new();
    for one in many {
        let Expr::Call(path, args, _) = one else { return none };
        let Some(key) = name_of(args).filter(|_| class_of(path) == Some(class)) else {
            return none;
        };
        let span = Span::new(program.files[file].id, range);
        let default = is_on(args).map(|on| DefaultValue::switch(on, span));
        flags.insert(key.clone(), Flag { key, range, default });
    }
    flags
}

/// Who asks functions that know such a list.
pub(super) fn asked(program: &Program<'_>, all: &[Registry]) -> Vec<Asked> {
    let mut found = Vec::new();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| one.kind == Kind::Listed) {
        for file in (0..program.files.len()).filter(|file| knows(program, *file, one)) {
            let functions = program.files[file].facts.functions.iter().enumerate();
            for (function, facts) in functions {
                let last = facts.name.rsplit('.').next().unwrap_or(&facts.name);
                if registry::asks(last) {
                    asked_of(program, all, at, (file, function), &mut found);
                }
            }
        }
    }
    found
}

/// Whether a file has a list, or takes it from there.
fn knows(program: &Program<'_>, file: usize, list: &Registry) -> bool {
    let takes = |path| {
        let at_top = program.value_at_top(file, path);
        at_top.is_some_and(|(home, name)| home == list.file && name == list.name)
    };
    file == list.file
        || program.files[file].facts.items.iter().any(|item| match &item.kind {
            ItemKind::Import(path) => path.last() == list.name && takes(path),
            _ => false,
        })
}

/// What a function is asked for by a parameter that some call hands the name of a flag.
fn asked_of(
    program: &Program<'_>,
    all: &[Registry],
    registry: usize,
    (file, function): (usize, usize),
    found: &mut Vec<Asked>,
) {
    let callers = program.callers(file, function);
    for place in 0..program.files[file].facts.functions[function].params.len() {
        let (mut seen, mut own) = (FxHashSet::default(), Vec::new());
        for caller in callers {
            let hops = MAX_HOPS - 1;
            follow(program, all, registry, *caller, place, hops, &mut seen, &mut own);
        }
        if own.iter().any(|one: &Asked| all[registry].flags.contains_key(&one.key)) {
            found.extend(own);
        }
    }
}
