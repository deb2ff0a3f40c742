//! Names that glob imports bring in.
//!
//! What is found is remembered: globs of globs would be followed again and again.

use super::{Program, Target, module_key, split};
use crate::facts::code::{Base, ItemKind, Path};

impl Program<'_> {
    /// A name that a glob import brings in. Remembered: globs of globs would be followed again and again.
    pub(super) fn through_globs(&self, at: usize, rest: &str, hops: usize) -> Option<Target> {
        let unit = &self.files[at];
        if unit.globs.is_empty() {
            return None;
        }
        let key = (at, rest.to_owned());
        if let Some(known) = self.glob_memory.borrow().get(&key) {
            return known.clone();
        }
        // A glob that leads back here finds nothing new.
        self.glob_memory.borrow_mut().insert(key.clone(), None);
        let found = unit.globs.iter().find_map(|item| self.through_glob(at, *item, rest, hops));
        self.glob_memory.borrow_mut().insert(key, found.clone());
        found
    }

    pub(super) fn through_glob(
        &self,
        at: usize,
        item: usize,
        rest: &str,
        hops: usize,
    ) -> Option<Target> {
        let item = &self.files[at].facts.items[item];
        let ItemKind::Glob(path) = &item.kind else { return None };
        let rest = match item.name.as_str() {
            "" => rest,
            module => rest.strip_prefix(module)?.strip_prefix('.')?,
        };
        if self.files[at].lang.modules.by_package {
            let package: Vec<&str> = split(&path.rest).collect();
            let asked: Vec<&str> = split(rest).collect();
            if let Some(file) = self.declared_in(at, &package, &asked) {
                return self.inside(file, rest, hops).filter(|_| file != at);
            }
        }
        let full = split(rest).fold(path.clone(), |path, segment| path.join(segment));
        let modules = self.glob_modules(at, path);
        if path.base == Base::Absolute && modules.is_empty() {
            // What an outside module holds is not known, but for the readers.
            return self.readers.contains(&full.rest).then_some(Target::External(full.rest));
        }
        for (file, prefix) in modules {
            // Straight into the module: names that grew by what leads there would be followed for ever.
            let inner =
                if prefix.is_empty() { rest.to_owned() } else { format!("{prefix}.{rest}") };
            match self.inside(file, &inner, hops) {
                None | Some(Target::Other) => {}
                Some(Target::External(name)) if !self.readers.contains(&name) => {}
                target => return target,
            }
        }
        None
    }

    /// The files of the project whose names a glob brings in.
    pub(in crate::link) fn globbed(&self, at: usize, path: &Path) -> Vec<usize> {
        let modules = self.glob_modules(at, path).into_iter();
        modules.filter(|(_, inner)| inner.is_empty()).map(|(file, _)| file).collect()
    }

    /// The files that a glob's path leads to, and what is left of it there: an inline module, an enum.
    fn glob_modules(&self, at: usize, path: &Path) -> Vec<(usize, String)> {
        let unit = &self.files[at];
        let roots_in_files = !unit.lang.modules.roots.is_empty();
        let own = usize::from(unit.is_index && !roots_in_files);
        let base: Vec<&str> = match path.base {
            Base::Absolute => {
                let found = self.locate(at, &path.rest);
                let found: Vec<_> =
                    found.into_iter().filter(|(file, rest)| self.holds(*file, rest)).collect();
                // `mod common; use common::*;`
                if !found.is_empty() || !roots_in_files {
                    return found;
                }
                unit.module.clone()
            }
            Base::Crate => Vec::new(),
            Base::Here => unit.module.clone(),
            Base::Parent(up) => {
                let up = usize::from(up).saturating_sub(own);
                unit.module[..unit.module.len().saturating_sub(up)].to_vec()
            }
            Base::Param(_) | Base::Unknown => return Vec::new(),
        };
        let segments: Vec<&str> = base.iter().copied().chain(split(&path.rest)).collect();
        for keep in (0..=segments.len()).rev() {
            let Some(files) =
                self.modules.get(&module_key(unit.lang, &unit.home, &segments[..keep]))
            else {
                continue;
            };
            let rest = segments[keep..].join(".");
            return files
                .iter()
                .filter(|file| (**file != at || !rest.is_empty()) && self.holds(**file, &rest))
                .map(|file| (*file, rest.clone()))
                .collect();
        }
        Vec::new()
    }

    /// Whether a file itself declares what is left of a path.
    fn holds(&self, file: usize, rest: &str) -> bool {
        rest.is_empty() || self.files[file].items.contains_key(rest)
    }
}
