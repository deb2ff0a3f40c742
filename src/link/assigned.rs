//! Names that the code gives itself: a setting that a module of settings assigns comes from nowhere outside.

use rustc_hash::FxHashSet;

use super::chains::Frame;
use super::program::{Program, Target};
use crate::facts::code::{Expr, Form, ItemKind};
use crate::lang::catalog::ReaderRow;

impl Program<'_> {
    /// The keys of a row that the code gives itself.
    pub(super) fn assigned(&self, row: &ReaderRow) -> FxHashSet<String> {
        let mut names = FxHashSet::default();
        if row.assigned_in.is_empty() && row.assigned_by.is_empty() {
            return names;
        }
        for (file, unit) in self.files.iter().enumerate() {
            let of_module = unit.module.iter().any(|part| speaks(row, part));
            for item in &unit.facts.items {
                let (outer, name) = item.name.rsplit_once('.').unwrap_or(("", &item.name));
                let is_constant = !name.chars().any(|c| c.is_ascii_lowercase());
                let gives = matches!(item.kind, ItemKind::Value(_) | ItemKind::Import(_));
                // What a module gives at its top, it gives those whom it serves.
                let is_profile = row.profiles && outer.is_empty();
                if gives && is_constant && !is_profile && (of_module || speaks(row, outer)) {
                    names.insert(name.to_owned());
                }
            }
            self.assigned_by_calls(row, file, &mut names);
            for (path, key) in &unit.facts.stores {
                if let Target::External(object) = self.resolve(file, path)
                    && row.reader.all().iter().any(|reader| reader.starts_with(&object))
                {
                    names.insert(key.clone());
                }
            }
        }
        names
    }

    /// `app.config.from_mapping(SIZE=3)`, `app.config.setdefault("SIZE", 3)`
    fn assigned_by_calls(&self, row: &ReaderRow, file: usize, names: &mut FxHashSet<String>) {
        for (at, site) in self.files[file].facts.sites.iter().enumerate() {
            if site.form != Form::Call {
                continue;
            }
            let Target::External(name) = self.asked(Frame { file, site: at }) else { continue };
            if !row.assigned_by.contains(&self.of_object(file, site, name)) {
                continue;
            }
            for arg in &site.args {
                names.extend(arg.name.clone());
                match &arg.value {
                    Expr::Text(text) => {
                        names.insert(text.clone());
                    }
                    Expr::Map(pairs) => {
                        names.extend(pairs.iter().filter_map(|(key, _)| match key {
                            Expr::Text(text) => Some(text.clone()),
                            _ => None,
                        }));
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Whether a module or class is one that holds settings.
pub(super) fn speaks(row: &ReaderRow, name: &str) -> bool {
    let lower = name.to_lowercase();
    row.assigned_in.iter().any(|word| lower.contains(word.as_str()))
}
