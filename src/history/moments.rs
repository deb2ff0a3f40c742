//! From the places of commits in their line to moments: the day, and who did it. For a merge, the commit that it brought
//! which did it; those are looked at only here, and only for what is told.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::entries;
use super::git::Git;
use super::git::blobs::{Blobs, Seen};
use super::git::line::{Commit, Id, short};
use super::git::side::{Brought, Side};
use super::grow::{LARGEST_CONFIG, LARGEST_SOURCE};
use super::scope::Scope;
use super::{Error, clock, words};
use crate::definitions::Sealer;
use crate::model::Moment;
use crate::text::files;

/// What a commit may have done to a file.
pub(super) enum Deed<'a> {
    /// It names one of these words, or does so no longer.
    Names(&'a [u64]),
    /// It gives one of these entries another value, or none.
    Gives(&'a dyn Fn(u64, u64) -> bool),
}

/// Makes moments of one line.
pub(super) struct Moments<'a> {
    git: &'a Git,
    scope: &'a Scope,
    sealer: &'a Sealer,
    commits: &'a [Commit],
    times: Vec<(i64, jiff::civil::Date)>,
    authors: FxHashMap<Id, String>,
    sides: FxHashMap<u32, Rc<Side>>,
    brought: FxHashMap<(u32, String), Rc<Vec<Brought>>>,
}

impl<'a> Moments<'a> {
    pub(super) fn new(
        git: &'a Git,
        scope: &'a Scope,
        sealer: &'a Sealer,
        commits: &'a [Commit],
    ) -> Self {
        Self {
            git,
            scope,
            sealer,
            commits,
            times: clock::times(commits),
            authors: FxHashMap::default(),
            sides: FxHashMap::default(),
            brought: FxHashMap::default(),
        }
    }

    /// The day of a commit.
    pub(super) fn date(&self, commit: u32) -> Option<jiff::civil::Date> {
        self.times.get(commit as usize).map(|(_, date)| *date)
    }

    /// The moment of a commit that did something to the file at `path`.
    pub(super) fn moment(
        &mut self,
        commit: u32,
        path: &str,
        deed: &Deed<'_>,
    ) -> Result<Option<Moment>, Error> {
        let at = commit as usize;
        let (Some(own), Some((time, date))) = (self.commits.get(at), self.times.get(at).copied())
        else {
            return Ok(None);
        };
        let brought = self.brought(commit, path)?;
        let does = |one: &&Brought| self.does(one, path, deed);
        let by = brought.iter().find(does).or(brought.first());
        let id = by.map_or(own.id, |one| one.commit);
        let merge = by.map(|_| short(&own.id));
        let author = self.author(&id)?;
        Ok(Some(Moment { time, date, commit: short(&id), author, merge }))
    }

    fn author(&mut self, id: &Id) -> Result<String, Error> {
        if let Some(known) = self.authors.get(id) {
            return Ok(known.clone());
        }
        let author = self.git.author(id)?;
        self.authors.insert(*id, author.clone());
        Ok(author)
    }

    fn brought(&mut self, commit: u32, path: &str) -> Result<Rc<Vec<Brought>>, Error> {
        let place = (commit, path.to_owned());
        if let Some(known) = self.brought.get(&place) {
            return Ok(Rc::clone(known));
        }
        let side = self.side(commit)?;
        let brought = if side.is_empty() { Vec::new() } else { self.git.brought(&side, path)? };
        let brought = Rc::new(brought);
        self.brought.insert(place, Rc::clone(&brought));
        Ok(brought)
    }

    fn side(&mut self, commit: u32) -> Result<Rc<Side>, Error> {
        if let Some(known) = self.sides.get(&commit) {
            return Ok(Rc::clone(known));
        }
        let own = self.commits.get(commit as usize);
        let side = Rc::new(own.map(|own| self.git.side(&own.id)).transpose()?.unwrap_or_default());
        self.sides.insert(commit, Rc::clone(&side));
        Ok(side)
    }

    fn does(&self, one: &Brought, path: &str, deed: &Deed<'_>) -> bool {
        let does = self.git.blobs(|blobs| match deed {
            Deed::Names(numbers) => {
                let style = words::style(path);
                let names = |id: &Option<Id>| names(blobs, id.as_ref(), style, numbers);
                names(&one.old) != names(&one.new)
            }
            Deed::Gives(wanted) => {
                let inside = self.scope.inside(path).map_or(path, |(_, inside)| inside);
                let gives =
                    |id: &Option<Id>| gives(blobs, id.as_ref(), inside, self.sealer, *wanted);
                gives(&one.old) != gives(&one.new)
            }
        });
        does.unwrap_or(false)
    }
}

fn names(blobs: Blobs<'_>, id: Option<&Id>, style: words::Style, numbers: &[u64]) -> bool {
    let Some(id) = id else { return false };
    let seen = blobs.look(id, LARGEST_SOURCE, |bytes| {
        let all = words::of(bytes, style);
        numbers.iter().any(|number| all.binary_search(number).is_ok())
    });
    seen == Seen::Is(true)
}

fn gives(
    blobs: Blobs<'_>,
    id: Option<&Id>,
    inside: &str,
    sealer: &Sealer,
    wanted: &dyn Fn(u64, u64) -> bool,
) -> Vec<(u64, entries::Sealed)> {
    let Some(id) = id else { return Vec::new() };
    let seen = blobs.look(id, LARGEST_CONFIG, |bytes| files::decode(bytes.to_vec()));
    let Seen::Is(Ok((text, _))) = seen else { return Vec::new() };
    let all = entries::of(inside, text, sealer).into_iter();
    let own = all.filter(|one| wanted(one.identity, one.key));
    let mut own: Vec<_> = own.map(|one| (one.identity, one.value)).collect();
    own.sort_unstable();
    own
}
