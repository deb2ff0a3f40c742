//! The versions of a few files along a line of commits.

use std::path::Path;

use git2::Oid;

use super::super::Error;
use super::line::Id;
use super::{Git, bytes};

/// More looks into trees than these take too long.
const MOST_LOOKS: usize = 600_000;

impl Git {
    /// For each path, the contents that it had in these trees, one after another; each once where it stays as it is.
    pub(in crate::history) fn versions(
        &self,
        trees: &[Id],
        paths: &[String],
    ) -> Result<Vec<Vec<Id>>, Error> {
        let mut found: Vec<Vec<Id>> = vec![Vec::new(); paths.len()];
        let most = MOST_LOOKS / trees.len().max(1);
        self.with(|git| {
            for tree in trees {
                let Some(tree) = Oid::from_bytes(tree).ok().and_then(|id| git.find_tree(id).ok())
                else {
                    continue;
                };
                for (path, versions) in paths.iter().zip(&mut found).take(most) {
                    let Ok(entry) = tree.get_path(Path::new(path)) else { continue };
                    let id = bytes(entry.id());
                    if versions.last() != Some(&id) {
                        versions.push(id);
                    }
                }
            }
            Ok(found)
        })
    }
}
