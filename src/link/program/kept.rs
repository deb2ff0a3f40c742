//! Objects that modules of settings keep and that code asks for by the object of a framework: `settings.NEW_TILL.is_enabled()`.
//!
//! Only what a reader answers is followed there, and only where one module of settings gives the name.

use super::{MAX_HOPS, Program, Target};
use crate::facts::code::{Expr, ItemKind, Path};

impl<'a> Program<'a> {
    /// Notes the names of a module of settings that are given what a call makes.
    pub(super) fn keep(&mut self, at: usize) {
        let unit = &self.files[at];
        if !is_settings_module(unit.path) {
            return;
        }
        let facts: &'a _ = unit.facts;
        for item in &facts.items {
            let is_name = !item.name.contains(|c: char| c.is_ascii_lowercase() || c == '.');
            if is_name && matches!(item.kind, ItemKind::Value(Expr::Call(..))) {
                self.kept.entry(&item.name).or_default().push(at);
            }
        }
    }

    /// What is asked of an object that a module of settings keeps.
    pub(super) fn of_settings(&self, at: usize, name: &str, hops: usize) -> Option<Target> {
        if self.kept.is_empty() {
            return None;
        }
        let objects = &self.handlers(at)?.settings_objects;
        let mut inside = objects.iter().filter_map(|of| name.strip_prefix(of.as_str()));
        let (setting, asked) = inside.find_map(|rest| rest.strip_prefix('.')?.split_once('.'))?;
        let [file] = self.kept.get(setting)?[..] else { return None };
        let path = asked.split('.').fold(Path::here(setting), |path, one| path.join(one));
        match self.follow(file, &path, hops.min(MAX_HOPS - 1)) {
            Target::External(name) if self.is_reader(&name) => Some(Target::External(name)),
            _ => None,
        }
    }
}

/// Whether a file is a module of settings by its name or its folder's: `shop/settings/base.py`, `config/production.py`.
pub(in crate::link) fn is_settings_module(path: &str) -> bool {
    path.split('/')
        .any(|part| ["settings", "config", "conf"].iter().any(|word| part.contains(word)))
}
