//! Files that tools take in whatever they are called, by their paths or by a folder around them, with the trees that were
//! parsed to know them.
//!
//! Knows no file and whether it is there.

use std::collections::{BTreeMap, HashSet};

use super::kustomize::Cache;
use crate::text::relative::folders_around;

/// Paths and folders under the roots of a scan.
#[derive(Default)]
pub struct Wants {
    files: BTreeMap<u16, HashSet<String>>,
    folders: BTreeMap<u16, HashSet<String>>,
    /// Kustomizations, for the assembler to go on with.
    pub(super) kustomizations: Cache,
}

impl Wants {
    /// Adds the file at `path`.
    pub(super) fn file(&mut self, root: u16, path: String) {
        self.files.entry(root).or_default().insert(path);
    }

    /// Adds all files under `folder`.
    pub(super) fn folder(&mut self, root: u16, folder: &str) {
        self.folders.entry(root).or_default().insert(folder.to_owned());
    }

    /// Both together.
    pub(super) fn and(mut self, other: Self) -> Self {
        for (mine, theirs) in [(&mut self.files, other.files), (&mut self.folders, other.folders)] {
            for (root, paths) in theirs {
                mine.entry(root).or_default().extend(paths);
            }
        }
        self.kustomizations.extend(other.kustomizations);
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    /// Whether the file at `path` is one of them.
    pub fn holds(&self, root: u16, path: &str) -> bool {
        let has = |all: &BTreeMap<u16, HashSet<String>>, path: &str| {
            all.get(&root).is_some_and(|all| all.contains(path))
        };
        has(&self.files, path)
            || (self.folders.contains_key(&root)
                && folders_around(path).any(|folder| has(&self.folders, folder)))
    }
}

#[cfg(test)]
mod tests {
    use super::Wants;

    #[test]
    fn files_are_wanted_by_path_or_folder_of_their_root() {
        let mut wants = Wants::default();
        wants.file(0, "oven/dough.db".to_owned());
        let mut more = Wants::default();
        more.folder(1, "charts/bakery");
        assert!(!more.is_empty());
        let wants = wants.and(more);
        assert!(wants.holds(0, "oven/dough.db") && !wants.holds(1, "oven/dough.db"));
        assert!(wants.holds(1, "charts/bakery/files/menu.html"));
        assert!(!wants.holds(1, "charts/bakery2/menu.html") && !wants.holds(0, "charts/bakery/a"));
        let mut all = Wants::default();
        all.folder(0, "");
        assert!(all.holds(0, "menu.html") && all.holds(0, "a/menu.html"));
    }
}
