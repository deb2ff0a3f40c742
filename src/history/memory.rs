//! What was found in histories, for the next scan of the same run: both ends of a change have most of their past in common.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use super::git::Git;
use super::index::Index;
use super::scope::Scope;

/// Indexes by repository and scope.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<(PathBuf, String), Index>>);

impl Memory {
    /// The index of a repository, which is then nobody else's.
    pub(super) fn take(&self, git: &Git, scope: &Scope) -> Option<Index> {
        self.0.lock().ok()?.remove(&place(git, scope))
    }

    /// Keeps an index. Where that fails the next scan does the work again.
    pub(super) fn keep(&self, git: &Git, scope: &Scope, index: Index) {
        if let Ok(mut all) = self.0.lock() {
            all.insert(place(git, scope), index);
        }
    }
}

fn place(git: &Git, scope: &Scope) -> (PathBuf, String) {
    (git.folder().to_path_buf(), scope.mark.clone())
}
