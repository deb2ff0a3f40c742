//! Which files git would leave alone that are not there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::Gitignore;

/// The rules of the folders of one tree, read when a path below asks for them.
pub struct Ignoring {
    root: PathBuf,
    rules: BTreeMap<String, Gitignore>,
}

impl Ignoring {
    /// For the tree at `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), rules: BTreeMap::new() }
    }

    /// Whether the `.gitignore` of a folder around it names a path, relative to the root: the nearest that speaks of it counts.
    pub fn names(&mut self, path: &str) -> bool {
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return false;
        }
        let mut folder = path;
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let inside = path[folder.len()..].trim_start_matches('/');
            let file = self.root.join(folder).join(".gitignore");
            let rules = self.rules.entry(folder.to_owned());
            let rules = rules.or_insert_with(|| Gitignore::new(file).0);
            match rules.matched_path_or_any_parents(inside, false) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }
}
