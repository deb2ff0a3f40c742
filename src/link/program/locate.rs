//! Which file an absolute path leads to.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Program, bare, module_key, split};
use crate::facts::BuildFacts;
use crate::facts::code::ItemKind;
use crate::text::relative::folder;
use crate::text::{FileId, Files};

impl Program<'_> {
    /// Knows crates by the names that their manifests give them, not by those of their folders: `crates/flags` may be
    /// `bakery-flags`.
    pub(super) fn name_crates(&mut self, builds: &[(FileId, BuildFacts)], files: &Files) {
        // Two crates may stand in folders of one name: `scripts/utils` and `programs/utils`.
        let in_crates = self.files.iter().filter(|unit| unit.is_in_crate);
        let homes: FxHashSet<String> = in_crates.map(|unit| unit.home.clone()).collect();
        let (mut named, mut of_manifests) = (FxHashMap::default(), FxHashSet::default());
        for (id, build) in builds {
            let home = folder(&files.get(*id).path);
            if homes.contains(home) && !build.names.is_empty() {
                of_manifests.insert(home);
                for name in &build.names {
                    named.entry(name.replace('-', "_")).or_insert_with(|| home.to_owned());
                }
            }
        }
        self.crates.retain(|_, home| !of_manifests.contains(home.as_str()));
        self.crates.extend(named);
    }

    /// The file that an absolute path leads to, and what is left of the path there.
    pub(super) fn locate(&self, from: usize, path: &str) -> Option<(usize, String)> {
        let segments: Vec<&str> = split(path).collect();
        let unit = &self.files[from];
        let first = bare(segments.first()?);
        if unit.lang.modules.by_folder {
            return self.in_imported(unit.lang, path);
        }
        if unit.lang.modules.by_package {
            return self.in_said_package(from, path);
        }
        if !unit.lang.modules.whole.is_empty()
            && let Some(found) = self.in_workspace(unit.lang, path)
        {
            return Some(found);
        }
        if !unit.lang.modules.roots.is_empty() {
            let Some(home) = self.crates.get(first) else {
                return self.in_own_lib(from, &segments);
            };
            for keep in (1..=segments.len()).rev() {
                let plain: Vec<&str> =
                    segments[1..keep].iter().map(|segment| bare(segment)).collect();
                if let Some(files) = self.modules.get(&module_key(unit.lang, home, &plain)) {
                    return Some((files[0], segments[keep..].join(".")));
                }
            }
            return None;
        }
        for keep in (1..=segments.len()).rev() {
            if keep == 1 && self.is_outside(unit.lang, first) {
                return None;
            }
            if let Some(file) = self.by_suffix(from, &segments[..keep]) {
                let hiding = self.hiding(from, file, &segments, keep);
                return Some(hiding.unwrap_or_else(|| (file, segments[keep..].join("."))));
            }
        }
        None
    }

    /// The value of a package that hides the module of its name: `flags = Flags()` in `services/__init__.py`, where what is asked
    /// is no name of `services/flags.py`.
    fn hiding(
        &self,
        from: usize,
        module: usize,
        segments: &[&str],
        keep: usize,
    ) -> Option<(usize, String)> {
        let asked = bare(segments.get(keep)?);
        let outer = keep.checked_sub(1).filter(|outer| *outer > 0)?;
        if self.files[module].items.contains_key(asked) {
            return None;
        }
        let package = self.by_suffix(from, &segments[..outer])?;
        let unit = &self.files[package];
        let item = unit.items.get(bare(segments[outer])).filter(|_| unit.is_index)?;
        let is_value = matches!(unit.facts.items[*item].kind, ItemKind::Value(_));
        is_value.then(|| (package, segments[outer..].join(".")))
    }

    /// The file of a package's own library, which its programs name as a crate: what the package is called stands in no
    /// source.
    fn in_own_lib(&self, from: usize, segments: &[&str]) -> Option<(usize, String)> {
        let unit = &self.files[from];
        let first = bare(segments.first()?);
        if !unit.is_program || self.is_outside(unit.lang, first) {
            return None;
        }
        for keep in (2..=segments.len()).rev() {
            let plain: Vec<&str> = segments[1..keep].iter().map(|segment| bare(segment)).collect();
            if let Some(files) = self.modules.get(&module_key(unit.lang, &unit.home, &plain)) {
                return Some((files[0], segments[keep..].join(".")));
            }
        }
        None
    }

    /// The file whose module path ends with `segments`, nearest to `from`.
    pub(super) fn by_suffix(&self, from: usize, segments: &[&str]) -> Option<usize> {
        let last = bare(segments.last()?);
        let unit = &self.files[from];
        let fits = |file: &&usize| {
            let other = &self.files[**file];
            let Some(root) = other.module.len().checked_sub(segments.len()) else { return false };
            let same =
                other.module[root..].iter().zip(segments).all(|(one, two)| *one == bare(two));
            let above = &other.module[..root];
            let near = unit.module.starts_with(above)
                || matches!(above.last(), Some(&("src" | "lib" | "python" | "backend")))
                || above.last().is_some_and(|folder| is_published_as(folder, bare(segments[0])));
            same && other.lang.name == unit.lang.name && (segments.len() > 1 || near)
        };
        let shared = |file: &usize| {
            self.files[*file]
                .module
                .iter()
                .zip(&unit.module)
                .take_while(|(one, two)| one == two)
                .count()
        };
        let candidates = self.by_last.get(last)?.iter().filter(fits).copied();
        candidates.max_by_key(|file| (shared(file), std::cmp::Reverse(*file)))
    }
}

/// Whether a folder is called as the package of a module is published: `mill-client/mill_client`.
fn is_published_as(folder: &str, module: &str) -> bool {
    folder.len() == module.len()
        && folder.contains('-')
        && folder
            .chars()
            .zip(module.chars())
            .all(|(one, two)| one == two || one == '-' && two == '_')
}
