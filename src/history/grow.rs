//! Adds commits to an index: each version of each file is looked at once, files in parallel.

use std::collections::BTreeMap;
use std::rc::Rc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Error;
use super::entries::{self, Sealed};
use super::git::Git;
use super::git::blobs::{Blobs, Seen};
use super::git::line::{Id, Line};
use super::git::steps::{Pair, Step};
use super::index::{Delta, Index};
use super::moves::{self, Moves};
use super::scope::{Scope, is_code};
use super::words;
use crate::definitions::{self, Sealer};
use crate::text::files;

/// A larger file is data.
pub(super) const LARGEST_SOURCE: usize = 2_000_000;
/// A larger file is data: people do not write it.
pub(super) const LARGEST_CONFIG: usize = 1_000_000;
/// How many files are looked at before what was found is packed.
const BATCH: usize = 256;

/// Files with their steps, oldest first.
type Files<'a> = Vec<(&'a str, Vec<Step>)>;

/// The content of one version: numbers, sorted, each with what may change while it stays. `None` where it is not here.
type Content<V> = Option<Known<V>>;

/// The same, where it is here.
type Known<V> = Rc<Vec<(u64, V)>>;

/// A step before what it names has numbers.
#[derive(Default)]
struct Raw {
    commit: u32,
    clears: bool,
    origin: Option<String>,
    added: Vec<u64>,
    dropped: Vec<u64>,
    valued: Vec<u64>,
    /// Something that it needs is not here.
    lost: Option<Id>,
}

impl Index {
    /// Follows a line from what is known on.
    pub(super) fn grow(
        &mut self,
        git: &Git,
        line: Line,
        scope: &Scope,
        sealer: &Sealer,
    ) -> Result<(), Error> {
        self.cut(line.kept);
        let first = self.commits.len();
        if first == 0 {
            self.stop = line.stop;
        }
        self.commits.extend(line.new);
        let pairs: Vec<Pair> = (first..self.commits.len())
            .map(|at| Pair {
                commit: u32::try_from(at).unwrap_or(u32::MAX),
                old: at.checked_sub(1).map(|before| self.commits[before].tree),
                new: self.commits[at].tree,
            })
            .collect();
        let found = git.steps(&pairs, scope)?;
        if found.is_cut {
            return Err(Error::Large { place: git.name.clone() });
        }
        self.lost = self.lost.max(found.lost);
        self.unlisted = self.unlisted.max(found.lost.map(|(commit, _)| commit));
        let mut by_path: BTreeMap<&str, Vec<Step>> = BTreeMap::new();
        for (path, step) in &found.steps {
            by_path.entry(path).or_default().push(step.clone());
        }
        let inside = |path: &str| scope.inside(path).map_or(String::new(), |(_, it)| it.to_owned());
        let of = |wanted: fn(&str) -> bool| -> Files<'_> {
            let all = by_path.iter().filter(|(path, _)| wanted(&inside(path)));
            all.map(|(path, steps)| (*path, steps.clone())).collect()
        };
        self.grow_code(git, &of(is_code))?;
        self.grow_config(git, &of(definitions::may_define), &inside, sealer)
    }

    fn grow_code(&mut self, git: &Git, files: &Files<'_>) -> Result<(), Error> {
        for batch in files.chunks(BATCH) {
            let all: Vec<Result<Vec<Raw>, Error>> = batch
                .par_iter()
                .map(|(path, steps)| {
                    git.blobs(|blobs| {
                        let style = words::style(path);
                        let read = |id: &Id| source(blobs, id, style);
                        history(steps, &|_| None, read)
                    })
                })
                .collect();
            for ((path, _), raws) in batch.iter().zip(all) {
                let log = self.code.number(path) as usize;
                for raw in raws? {
                    self.lost = self.lost.max(raw.lost.map(|id| (raw.commit, id)));
                    let numbers = |all: Vec<u64>, table: &mut super::index::Table| {
                        all.into_iter().map(|one| table.number(one)).collect::<Vec<u32>>()
                    };
                    let added = numbers(raw.added, &mut self.words);
                    let dropped = numbers(raw.dropped, &mut self.words);
                    let (commit, clears, lost) = (raw.commit, raw.clears, raw.lost.is_some());
                    let delta = Delta { commit, lost, clears, added, dropped, ..Delta::default() };
                    self.code.all[log].push(delta);
                }
            }
        }
        Ok(())
    }

    fn grow_config(
        &mut self,
        git: &Git,
        files: &Files<'_>,
        inside: &(dyn Fn(&str) -> String + Sync),
        sealer: &Sealer,
    ) -> Result<(), Error> {
        let look = |blobs: Blobs<'_>, path: &str, id: &Id| config(blobs, &inside(path), id, sealer);
        let moves = git.blobs(|blobs| {
            let known = |(path, id): (&str, Id)| look(blobs, path, &id).0.unwrap_or_default();
            let alike =
                |one: (&str, Id), other: (&str, Id)| moves::likeness(&known(one), &known(other));
            moves::find(files.iter().map(|(path, steps)| (*path, steps.as_slice())), &alike)
        })?;
        for batch in files.chunks(BATCH) {
            let all: Vec<Result<_, Error>> = batch
                .par_iter()
                .map(|(path, steps)| {
                    git.blobs(|blobs| {
                        followed(path, steps, &moves, &|path, id| look(blobs, path, id))
                    })
                })
                .collect();
            for ((path, _), found) in batch.iter().zip(all) {
                let (raws, keys) = found?;
                self.add_config(path, raws, &keys);
            }
        }
        Ok(())
    }

    fn add_config(&mut self, path: &str, raws: Vec<Raw>, keys: &FxHashMap<u64, u64>) {
        let log = self.config.number(path) as usize;
        for raw in raws {
            self.lost = self.lost.max(raw.lost.map(|id| (raw.commit, id)));
            let origin = raw.origin.map(|path| self.config.number(&path));
            let mut numbers = |all: Vec<u64>| -> Vec<u32> {
                let number = |one: u64| {
                    let number = self.entries.number(one);
                    if self.keys.len() < self.entries.all.len() {
                        self.keys.push(keys.get(&one).copied().unwrap_or_default());
                    }
                    number
                };
                all.into_iter().map(number).collect()
            };
            let (added, dropped) = (numbers(raw.added), numbers(raw.dropped));
            let valued = numbers(raw.valued);
            let (commit, clears, lost) = (raw.commit, raw.clears, raw.lost.is_some());
            let delta = Delta { commit, lost, clears, origin, added, dropped, valued };
            self.config.all[log].push(delta);
        }
    }
}

/// What a look at a configuration file found: its content, and the keys of its entries.
type Looked = (Content<Sealed>, FxHashMap<u64, u64>);

/// The steps of a configuration file, with the files that it was before.
fn followed(
    path: &str,
    steps: &[Step],
    moves: &Moves,
    look: &dyn Fn(&str, &Id) -> Looked,
) -> (Vec<Raw>, FxHashMap<u64, u64>) {
    let mut keys: FxHashMap<u64, u64> = FxHashMap::default();
    let origin = |step: &Step| moves.get(&(step.commit, path.to_owned())).cloned();
    let raws = {
        let keys = std::cell::RefCell::new(&mut keys);
        history(steps, &origin, |id| {
            let (content, own) = look(path, id);
            keys.borrow_mut().extend(own);
            content
        })
    };
    (raws, keys)
}

/// What happened from version to version, oldest first. Versions are read from the newest on, for that is how they are
/// packed.
fn history<V: PartialEq + Copy>(
    steps: &[Step],
    origin: &dyn Fn(&Step) -> Option<(String, Id)>,
    read: impl Fn(&Id) -> Content<V>,
) -> Vec<Raw> {
    let mut all = Vec::with_capacity(steps.len());
    let mut known: Option<(Id, Content<V>)> = None;
    for step in steps.iter().rev() {
        let Some(new) = step.new else {
            all.push(Raw { commit: step.commit, clears: true, ..Raw::default() });
            continue;
        };
        let is = match known.take() {
            Some((id, content)) if id == new => content,
            _ => read(&new),
        };
        let from = step.old.is_none().then(|| origin(step)).flatten();
        let old = step.old.or(from.as_ref().map(|(_, id)| *id));
        let was = old.map(|id| (id, read(&id)));
        let mut raw =
            compare(was.as_ref().map(|(_, content)| content), is.as_ref(), from.is_some());
        // The name of what is not here itself: once it comes, the history is looked at anew.
        raw.lost = match (&is, &was) {
            (None, _) => Some(new),
            (Some(_), Some((old, None))) => Some(*old),
            _ => None,
        };
        raw.commit = step.commit;
        raw.origin = from.map(|(path, _)| path);
        all.push(raw);
        known = was;
    }
    all.reverse();
    all
}

/// How one content becomes another. All of a file that comes from elsewhere is new to it.
fn compare<V: PartialEq + Copy>(
    was: Option<&Content<V>>,
    is: Option<&Known<V>>,
    moved: bool,
) -> Raw {
    let mut raw = Raw::default();
    // What is not here is taken for what stands before and behind it.
    let Some(is) = is else { return raw };
    let none = Rc::new(Vec::new());
    let was = match was {
        None => &none,
        Some(Some(was)) => was,
        Some(None) => {
            raw.clears = !moved;
            &none
        }
    };
    let mut olds = was.iter().peekable();
    for (number, value) in is.iter() {
        while let Some((gone, _)) = olds.next_if(|(old, _)| old < number) {
            raw.dropped.push(*gone);
        }
        match olds.next_if(|(old, _)| old == number) {
            Some((_, old)) if old == value => raw.added.extend(moved.then_some(*number)),
            Some(_) => {
                raw.valued.push(*number);
                raw.added.extend(moved.then_some(*number));
            }
            None => raw.added.push(*number),
        }
    }
    raw.dropped.extend(olds.map(|(gone, _)| *gone));
    if moved {
        raw.dropped.clear();
    }
    raw
}

fn source(blobs: Blobs<'_>, id: &Id, style: words::Style) -> Content<()> {
    match blobs.look(id, LARGEST_SOURCE, |bytes| words::of(bytes, style)) {
        Seen::Is(words) => Some(Rc::new(words.into_iter().map(|word| (word, ())).collect())),
        Seen::Large => Some(Rc::default()),
        Seen::Lost => None,
    }
}

fn config(blobs: Blobs<'_>, inside: &str, id: &Id, sealer: &Sealer) -> Looked {
    let text = match blobs.look(id, LARGEST_CONFIG, |bytes| files::decode(bytes.to_vec())) {
        Seen::Is(Ok((text, _))) => text,
        Seen::Is(Err(_)) | Seen::Large => return (Some(Rc::default()), FxHashMap::default()),
        Seen::Lost => return (None, FxHashMap::default()),
    };
    let found = entries::of(inside, text, sealer);
    let keys = found.iter().map(|one| (one.identity, one.key)).collect();
    let mut all: Vec<(u64, Sealed)> = found.iter().map(|one| (one.identity, one.value)).collect();
    all.sort_unstable();
    all.dedup_by_key(|(identity, _)| *identity);
    (Some(Rc::new(all)), keys)
}
