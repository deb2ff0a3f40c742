//! Who did what: authors, and the commits that a merge brought.

use std::path::Path;

use git2::{Commit, Mailmap, Oid, Repository, Sort};

use super::super::Error;
use super::line::{Id, find};
use super::{Git, bytes};

/// More commits of one merge are not looked at.
const MOST: usize = 2_000;
/// The most that is read of a `.mailmap`.
const LARGEST: usize = 1_000_000;
/// Longer names are cut.
const LONGEST_NAME: usize = 100;

/// A commit that a merge brought and that changed a file.
#[derive(Clone, Debug)]
pub(in crate::history) struct Brought {
    pub(in crate::history) commit: Id,
    pub(in crate::history) old: Option<Id>,
    pub(in crate::history) new: Option<Id>,
}

/// What is on the other side of a merge, newest first: commits with one parent, their trees and those before.
pub(in crate::history) type Side = Vec<(Id, Id, Option<Id>)>;

impl Git {
    /// Who wrote a commit.
    pub(in crate::history) fn author(&self, id: &Id) -> Result<String, Error> {
        self.with(|git| {
            let Some(commit) = find(git, id) else { return Ok(String::new()) };
            let known = mailmap(git).and_then(|map| commit.author_with_mailmap(&map).ok());
            let author = known.unwrap_or_else(|| commit.author().to_owned());
            let name = String::from_utf8_lossy(author.name_bytes()).into_owned();
            let shown = name.chars().filter(|one| !one.is_control());
            Ok(shown.take(LONGEST_NAME).collect::<String>().trim().to_owned())
        })
    }

    /// What a merge brought; nothing where the commit is none.
    pub(in crate::history) fn side(&self, merge: &Id) -> Result<Side, Error> {
        self.with(|git| Ok(side(git, merge).unwrap_or_default()))
    }

    /// The commits of a side that changed the file at `path`.
    pub(in crate::history) fn brought(
        &self,
        side: &Side,
        path: &str,
    ) -> Result<Vec<Brought>, Error> {
        self.with(|git| {
            let at = |tree: &Id| {
                let tree = git.find_tree(Oid::from_bytes(tree).ok()?).ok()?;
                Some(bytes(tree.get_path(Path::new(path)).ok()?.id()))
            };
            let steps = side.iter().map(|(commit, tree, before)| Brought {
                commit: *commit,
                old: before.as_ref().and_then(at),
                new: at(tree),
            });
            Ok(steps.filter(|step| step.old != step.new).collect())
        })
    }
}

fn side(git: &Repository, merge: &Id) -> Option<Side> {
    let merge = find(git, merge)?;
    if merge.parent_count() < 2 {
        return None;
    }
    let mut walk = git.revwalk().ok()?;
    walk.set_sorting(Sort::TOPOLOGICAL).ok()?;
    let mut parents = merge.parent_ids();
    walk.hide(parents.next()?).ok()?;
    for parent in parents {
        walk.push(parent).ok()?;
    }
    let mut side = Side::new();
    // A walk that meets what is not here ends there.
    for id in walk.take(MOST).map_while(Result::ok) {
        let Ok(commit) = git.find_commit(id) else { break };
        if commit.parent_count() <= 1 {
            let before = commit.parent(0).ok().map(|parent: Commit<'_>| bytes(parent.tree_id()));
            side.push((bytes(id), bytes(commit.tree_id()), before));
        }
    }
    Some(side)
}

/// The names that the project gives its people: the `.mailmap` of what is checked out.
fn mailmap(git: &Repository) -> Option<Mailmap> {
    let tree = git.head().ok()?.peel_to_tree().ok()?;
    let id = tree.get_name(".mailmap")?.id();
    if git.odb().ok()?.read_header(id).ok()?.0 > LARGEST {
        return None;
    }
    let blob = git.find_blob(id).ok()?;
    Mailmap::from_buffer(std::str::from_utf8(blob.content()).ok()?).ok()
}
