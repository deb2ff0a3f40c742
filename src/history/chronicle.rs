//! What the whole history tells of the keys of a scan.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::git::Git;
use super::index::Index;
use super::memory::Memory;
use super::past::{self, Asked};
use super::scope::Scope;
use super::store::Store;
use super::{Error, Past, slashed};
use crate::definitions::Sealer;
use crate::model::key::fold;
use crate::model::{Chronicle, Inventory, KeyId, KeyRef, LateStart, Namespace, Problem};
use crate::nature::Nature;
use crate::text::Files;

/// What is asked of the history.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Which keys are asked about.
    pub about: About,
    /// The folder in which what was found is kept for the next run; `None` to keep nothing.
    pub cache: Option<PathBuf>,
    /// What was found for other scans of this run.
    pub memory: Arc<Memory>,
}

/// The keys that a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// All of them.
    All,
    /// Flags: keys of providers, and those by which code decides. Rules ask so, and also want to know what files gave once.
    Flags,
    /// The key of this name, in all spellings.
    Named(String),
}

/// A scan, as far as its history needs it.
pub struct Scanned<'a> {
    /// What was linked.
    pub inventory: &'a Inventory,
    /// The texts.
    pub files: &'a Files,
    /// The roots.
    pub roots: &'a [PathBuf],
    /// The revision at which they were scanned; `None` for the disk.
    pub past: Option<&'a Past>,
    /// Globs of what is not scanned.
    pub exclude: &'a [String],
    /// What seals the secrets of this run.
    pub sealer: &'a Sealer,
    /// The component of a path in the root of a number.
    pub component: &'a dyn Fn(u16, &str) -> String,
}

/// What the history of the roots tells; `None` where no root has one. What goes wrong costs that repository, and is told.
pub fn chronicle(scanned: &Scanned<'_>, ask: &Ask) -> (Option<Chronicle>, Vec<Problem>) {
    let keys = keys(scanned.inventory, &ask.about);
    if keys.is_empty() && ask.about != About::Flags {
        return (None, Vec::new());
    }
    let mut failed = Vec::new();
    let mut all: Option<Chronicle> = None;
    for (git, scope) in &repositories(scanned, &mut failed) {
        match of_one(scanned, ask, &keys, git, scope) {
            Ok(None) => {}
            Ok(Some(one)) => match &mut all {
                None => all = Some(one),
                Some(all) => past::join(all, one),
            },
            Err(error) => failed.push((git.name.clone(), error.to_string())),
        }
    }
    if !failed.is_empty() {
        let unknown = failed.iter().cloned();
        let unknown = unknown.map(|(place, why)| LateStart { place, date: None, why });
        all.get_or_insert_default().late.extend(unknown);
    }
    (all, failed.into_iter().map(|(_, message)| Problem::of_all(message)).collect())
}

/// The repositories in which roots lie, each with the roots that do.
fn repositories(scanned: &Scanned<'_>, failed: &mut Vec<(String, String)>) -> Vec<(Git, Scope)> {
    let mut found: Vec<(Git, Vec<(u16, String)>)> = Vec::new();
    for (number, root) in (0_u16..).zip(scanned.roots) {
        // A root that is one file has no folder whose history could be followed.
        let Ok(home) = root.canonicalize() else { continue };
        if home.is_file() {
            continue;
        }
        let git = match Git::around(&home, root.display().to_string()) {
            Ok(Some(git)) => git,
            Ok(None) => continue,
            Err(error) => {
                failed.push((root.display().to_string(), error.to_string()));
                continue;
            }
        };
        let Ok(inside) = home.strip_prefix(&git.home) else { continue };
        let prefix = slashed(inside);
        match found.iter_mut().find(|(known, _)| known.folder() == git.folder()) {
            Some((_, roots)) => roots.push((number, prefix)),
            None => found.push((git, vec![(number, prefix)])),
        }
    }
    let scoped = |(git, roots)| (git, Scope::new(roots, scanned.exclude));
    found.into_iter().map(scoped).collect()
}

/// The keys that a question is about, with those that are the same under other names.
fn keys(inventory: &Inventory, about: &About) -> BTreeSet<KeyId> {
    let all = || inventory.keys_by_name();
    let mut keys: BTreeSet<KeyId> = match about {
        About::All => return all().map(|(_, id)| id).collect(),
        About::Flags => {
            let of_provider = all().filter(|(key, _)| key.namespace == Namespace::Flag);
            let read = inventory.reads.iter().filter(|read| read.flag);
            let read = read.filter_map(|read| match read.key {
                KeyRef::Exact(key) => Some(key),
                KeyRef::Pattern { .. } => None,
            });
            // What looks like a flag and nobody reads may have been read once.
            let named = all().filter(|(key, _)| Nature::of(&key.name).is_flag());
            let noted = inventory.flag_notes.iter().map(|note| note.key);
            of_provider.chain(named).map(|(_, id)| id).chain(read).chain(noted).collect()
        }
        About::Named(name) => {
            let folded = fold(name);
            let same = all().filter(|(key, _)| key.name == *name || fold(&key.name) == folded);
            same.map(|(_, id)| id).collect()
        }
    };
    loop {
        let before = keys.len();
        for same in &inventory.spellings {
            if keys.contains(&same.one) || keys.contains(&same.other) {
                keys.extend([same.one, same.other]);
            }
        }
        if keys.len() == before {
            return keys;
        }
    }
}

/// What one repository tells.
fn of_one(
    scanned: &Scanned<'_>,
    ask: &Ask,
    keys: &BTreeSet<KeyId>,
    git: &Git,
    scope: &Scope,
) -> Result<Option<Chronicle>, Error> {
    let store = ask.cache.as_ref().and_then(|cache| Store::new(cache, git, scope));
    let known = ask.memory.take(git, scope).or_else(|| store.as_ref().and_then(Store::load));
    let known = known.unwrap_or_default();
    let mut index = if is_outdated(git, &known)? { Index::default() } else { known };
    let revision = scanned.past.and_then(|past| past.revision_of(git));
    let Some(line) = git.line(revision, &index.commits)? else { return Ok(None) };
    let is_new = line.kept != index.commits.len() || !line.new.is_empty();
    index.grow(git, line, scope, scanned.sealer)?;
    // What is kept from run to run ends at what is checked out.
    if is_new
        && revision.is_none()
        && let Some(store) = &store
    {
        // A cache that cannot be written costs time, and nothing else.
        let _ = store.save(&index);
    }
    let told = past::told(&Asked { scanned, git, scope, index: &index, keys }).map(Some);
    ask.memory.keep(git, scope, index);
    told
}

/// Whether more of the history is here than when an index was made.
fn is_outdated(git: &Git, index: &Index) -> Result<bool, Error> {
    let reaches_further = match (&index.stop, index.commits.first()) {
        (Some(_), Some(first)) => git.knows_before(&first.id)?,
        _ => false,
    };
    let has_lost = match &index.lost {
        Some((_, id)) => git.has(id)?,
        None => false,
    };
    Ok(reaches_further || has_lost)
}
