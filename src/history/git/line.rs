//! The line of first parents: what the branch that is checked out was at each time.

use git2::{Commit as Raw, ErrorCode, Oid, Repository};
use rustc_hash::FxHashMap;

use super::super::Error;
use super::{Git, bytes, refused};

/// The name of an object.
pub(in crate::history) type Id = [u8; 20];

/// Longer lines are looked at from here on only.
const MOST: usize = 500_000;

/// How much of a name people need.
const SHORT: usize = 10;

/// A commit of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::history) struct Commit {
    pub(in crate::history) id: Id,
    pub(in crate::history) tree: Id,
    /// By the committer's clock, in seconds since 1970.
    pub(in crate::history) time: i64,
    /// Where that clock stands: minutes east of Greenwich.
    pub(in crate::history) zone: i32,
}

/// Why a line is not known to its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::history) enum Stop {
    /// The clone was told to leave out what is older.
    Shallow,
    /// Objects are not here.
    Missing,
    /// It is longer than is looked at.
    Long,
}

impl Stop {
    /// Why, as a phrase.
    pub(in crate::history) fn why(self) -> &'static str {
        match self {
            Self::Shallow => "it is a shallow clone",
            Self::Missing => "objects of it are not here, as in a partial clone",
            Self::Long => "it is longer than keydrift looks back",
        }
    }
}

/// A line, as far as it is not known before.
pub(in crate::history) struct Line {
    /// How many of the known commits are on it, from the oldest on.
    pub(in crate::history) kept: usize,
    /// Those that follow, oldest first.
    pub(in crate::history) new: Vec<Commit>,
    /// Why it does not reach its beginning; `None` where it does, or where known commits stay.
    pub(in crate::history) stop: Option<Stop>,
}

impl Git {
    /// The line that ends at what is checked out, or at `revision`; `None` where nothing was ever committed.
    pub(in crate::history) fn line(
        &self,
        revision: Option<&str>,
        known: &[Commit],
    ) -> Result<Option<Line>, Error> {
        self.with(|git| {
            if let Some(commit) = revision.and_then(|revision| super::commit(git, revision)) {
                return Ok(Some(back(commit, known)));
            }
            let head = match git.head().and_then(|head| head.peel_to_commit()) {
                Ok(head) => head,
                Err(error)
                    if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(refused(&self.name, &error)),
            };
            Ok(Some(back(head, known)))
        })
    }

    /// Whether the commit before this one can be read, which a line once ended at.
    pub(in crate::history) fn knows_before(&self, id: &Id) -> Result<bool, Error> {
        self.with(|git| Ok(find(git, id).is_some_and(|commit| commit.parent(0).is_ok())))
    }

    /// Whether an object is here.
    pub(in crate::history) fn has(&self, id: &Id) -> Result<bool, Error> {
        self.with(|git| {
            let is_here = Oid::from_bytes(id).and_then(|id| Ok(git.odb()?.exists(id)));
            Ok(is_here.unwrap_or(false))
        })
    }
}

/// Goes back from `head` to a commit that is known, or as far as it goes.
fn back(head: Raw<'_>, known: &[Commit]) -> Line {
    let places: FxHashMap<Id, usize> =
        known.iter().enumerate().map(|(at, one)| (one.id, at + 1)).collect();
    let mut line = Line { kept: 0, new: Vec::new(), stop: None };
    let mut at = head;
    loop {
        let id = bytes(at.id());
        if let Some(kept) = places.get(&id) {
            line.kept = *kept;
            break;
        }
        let (time, tree) = (at.committer().when(), bytes(at.tree_id()));
        line.new.push(Commit { id, tree, time: time.seconds(), zone: time.offset_minutes() });
        if line.new.len() >= MOST {
            line.stop = Some(Stop::Long);
            break;
        }
        let Ok(parent) = at.parent(0) else {
            line.stop = ends(&at);
            break;
        };
        at = parent;
    }
    line.new.reverse();
    line
}

/// Why nothing is known before a commit; `None` where nothing was.
fn ends(commit: &Raw<'_>) -> Option<Stop> {
    // What was cut off is not among its parents, but still in its text.
    let has_parent = commit.raw_header_bytes().split(|byte| *byte == b'\n');
    let has_parent = has_parent.into_iter().any(|line| line.starts_with(b"parent "));
    match (has_parent, commit.parent_count()) {
        (false, _) => None,
        (true, 0) => Some(Stop::Shallow),
        (true, _) => Some(Stop::Missing),
    }
}

pub(super) fn find<'g>(git: &'g Repository, id: &Id) -> Option<Raw<'g>> {
    git.find_commit(Oid::from_bytes(id).ok()?).ok()
}

/// The name of an object as people write it.
pub(in crate::history) fn short(id: &Id) -> String {
    let whole = Oid::from_bytes(id).map(|id| id.to_string()).unwrap_or_default();
    whole.chars().take(SHORT).collect()
}
