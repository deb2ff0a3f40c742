//! A setting of a module that only hands on a variable of the same name: `FEATURE_RYE = env.bool("FEATURE_RYE")`. Both are one flag,
//! that of the variable; who asks for the setting checks it.
//!
//! A setting that a comment tells of, or that some module gives by itself, is a flag of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::{Flag, Ground};
use crate::model::Namespace;

/// The flags, each setting that hands on a variable put into the flag of that.
pub(super) fn folded<'a>(ground: &Ground<'a>, all: Vec<Flag<'a>>) -> Vec<Flag<'a>> {
    let name = |flag: &Flag<'_>| ground.graph.inventory.key(flag.key).name.as_str();
    let is_of =
        |flag: &Flag<'_>, namespace| ground.graph.inventory.key(flag.key).namespace == namespace;
    let variables: BTreeMap<&str, usize> = all
        .iter()
        .enumerate()
        .filter(|(_, flag)| is_of(flag, Namespace::Env))
        .map(|(at, flag)| (name(flag), at))
        .collect();
    let settings = all.iter().enumerate().filter(|(_, flag)| is_of(flag, Namespace::Setting));
    let pairs: Vec<(usize, usize)> = settings
        .filter_map(|(at, setting)| {
            let variable = *variables.get(name(setting))?;
            hands_on(ground, setting, &all[variable]).then_some((at, variable))
        })
        .collect();
    let gone: BTreeSet<usize> = pairs.iter().map(|(setting, _)| *setting).collect();
    let mut all = all;
    for (setting, variable) in pairs {
        let asking: Vec<_> = all[setting].asking().iter().map(|read| read.span).collect();
        let checks = &mut all[variable].checks;
        // What decides by it is told already, whichever way it was found.
        let is_new = |span: &crate::text::Span| {
            !checks.iter().any(|one| one.file == span.file && one.range.contains(span.range))
        };
        let new: Vec<_> = asking.into_iter().filter(is_new).collect();
        checks.extend(new);
        checks.sort();
        checks.dedup();
    }
    let kept = all.into_iter().enumerate().filter(|(at, _)| !gone.contains(at));
    kept.map(|(_, flag)| flag).collect()
}

/// Whether all that gives the setting are modules that ask for the variable.
fn hands_on(ground: &Ground<'_>, setting: &Flag<'_>, variable: &Flag<'_>) -> bool {
    let inventory = ground.graph.inventory;
    let asks = |file| variable.reads.iter().any(|(_, read)| read.span.file == file);
    setting.notes.is_empty()
        && !setting.definitions.is_empty()
        && setting
            .definitions
            .iter()
            .all(|one| inventory.source(one.source).is_module() && asks(one.key_span.file))
}
