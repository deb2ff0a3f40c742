//! From what happened in files to the times in which files named a key.
//!
//! A key is gone only when no file names it any more, at the end of a commit: a file that moves, or a read that goes from
//! one file to another, ends nothing.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::{Event, Index, Log};
use super::scope::Scope;
use super::terms::{Place, Terms};
use crate::model::KeyId;

/// A file begins or ceases to name something, or gives it another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sighting {
    pub(super) commit: u32,
    /// The number of the file's log, counted through all files.
    pub(super) log: u32,
    pub(super) what: What,
    /// What the file said before is not here: it may have been so for longer.
    pub(super) is_late: bool,
}

/// What a sighting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Begins,
    Ceases,
    Changes,
}

/// A commit, and the files that it made name something, or name it no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) commit: u32,
    pub(super) logs: Vec<u32>,
}

/// A time in which files named something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Turn,
    /// What a file said before is not here: it may have begun earlier.
    pub(super) is_late: bool,
    pub(super) until: Option<Turn>,
    pub(super) logs: BTreeSet<u32>,
}

/// The sightings of keys, each list in the order of the files and in each file of the commits.
pub(super) type Sightings = FxHashMap<KeyId, Vec<Sighting>>;

/// Where code named keys; where modules of settings gave them values goes into `given`.
pub(super) fn in_code(
    index: &Index,
    scope: &Scope,
    terms: &Terms,
    given: &mut Sightings,
) -> Sightings {
    let by_number: FxHashMap<u32, u64> =
        terms.by_word.keys().filter_map(|word| Some((index.words.find(*word)?, *word))).collect();
    let mut all = Sightings::default();
    for (number, log) in (0_u32..).zip(&index.code.all) {
        let Some((root, inside)) = scope.inside(&log.path) else { continue };
        let place: Place = (root, inside.to_owned());
        let keys_of = |word: u32| {
            let terms = by_number.get(&word).and_then(|word| terms.by_word.get(word));
            let counts = terms
                .into_iter()
                .flatten()
                .filter(|term| term.only.as_ref().is_none_or(|only| only.contains(&place)));
            counts.map(|term| term.key).collect::<Vec<_>>()
        };
        let mut file = File::of(number);
        log.each(|commit, event| file.take(commit, event, &keys_of));
        for (key, sighting) in file.out {
            let is_giver = terms.givers.get(&key).is_some_and(|places| places.contains(&place));
            let to = if is_giver { &mut *given } else { &mut all };
            to.entry(key).or_default().push(sighting);
        }
    }
    all
}

/// Where configuration gave keys something. `keys` leads from the number of a key, or of an entry, to it.
pub(super) fn in_config(index: &Index, keys: &FxHashMap<u64, KeyId>, all: &mut Sightings) {
    let key_of = |entry: u32| {
        let key = index.keys.get(entry as usize).and_then(|key| keys.get(key));
        key.copied().into_iter().collect::<Vec<_>>()
    };
    for (number, log) in index.config_logs() {
        let mut file = File::of(number);
        log.each(|commit, event| file.take(commit, event, &key_of));
        for (key, sighting) in file.out {
            all.entry(key).or_default().push(sighting);
        }
    }
}

/// What one file names, step by step.
struct File {
    log: u32,
    named: FxHashMap<KeyId, FxHashSet<u32>>,
    /// The last commit at which or before which it is not here.
    lost: Option<u32>,
    out: Vec<(KeyId, Sighting)>,
}

impl File {
    fn of(log: u32) -> Self {
        Self { log, named: FxHashMap::default(), lost: None, out: Vec::new() }
    }

    fn take(&mut self, commit: u32, event: Event, keys_of: &impl Fn(u32) -> Vec<KeyId>) {
        let log = self.log;
        let is_late = self.lost == Some(commit);
        let sighting = |what| Sighting { commit, log, what, is_late };
        match event {
            Event::Lost => self.lost = Some(commit),
            Event::Origin(_) => {}
            Event::Clears => {
                let mut gone: Vec<KeyId> = self.named.drain().map(|(key, _)| key).collect();
                gone.sort_unstable();
                self.out.extend(gone.into_iter().map(|key| (key, sighting(What::Ceases))));
            }
            Event::Added(number) => {
                for key in keys_of(number) {
                    let by = self.named.entry(key).or_default();
                    if by.insert(number) && by.len() == 1 {
                        self.out.push((key, sighting(What::Begins)));
                    }
                }
            }
            Event::Dropped(number) => {
                for key in keys_of(number) {
                    let Some(by) = self.named.get_mut(&key) else { continue };
                    by.remove(&number);
                    if by.is_empty() {
                        self.named.remove(&key);
                        self.out.push((key, sighting(What::Ceases)));
                    }
                }
            }
            Event::Valued(number) => {
                let keys = keys_of(number).into_iter();
                self.out.extend(keys.map(|key| (key, sighting(What::Changes))));
            }
        }
    }
}

/// The times in which any file named a key, oldest first, and the last commit that changed which files do.
pub(super) fn spans(mut sightings: Vec<Sighting>) -> (Vec<Span>, Option<Turn>) {
    // Stable: what happens in one file in one commit stays in its order.
    sightings.sort_by_key(|one| one.commit);
    let mut spans: Vec<Span> = Vec::new();
    let mut touched = None;
    let mut named: BTreeSet<u32> = BTreeSet::new();
    for same in sightings.chunk_by(|one, other| one.commit == other.commit) {
        let commit = same[0].commit;
        let before = named.clone();
        let mut changed: BTreeSet<u32> = BTreeSet::new();
        for one in same {
            match one.what {
                What::Begins => drop(named.insert(one.log)),
                What::Ceases => drop(named.remove(&one.log)),
                What::Changes => drop(changed.insert(one.log)),
            }
        }
        changed.extend(named.symmetric_difference(&before));
        if changed.is_empty() {
            continue;
        }
        let turn = || Turn { commit, logs: changed.iter().copied().collect() };
        match (before.is_empty(), named.is_empty()) {
            (true, false) => {
                let is_late = same.iter().any(|one| one.what == What::Begins && one.is_late);
                spans.push(Span { from: turn(), is_late, until: None, logs: named.clone() });
            }
            (false, true) => {
                if let Some(last) = spans.last_mut() {
                    last.until = Some(turn());
                }
            }
            (false, false) => {
                if let Some(last) = spans.last_mut() {
                    last.logs.extend(&named);
                }
            }
            (true, true) => continue,
        }
        touched = Some(turn());
    }
    (spans, touched)
}

/// The life of one entry of a file: when it came, when its value last changed, how often it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) first: u32,
    pub(super) last: u32,
    /// The file in which it came, and that in which it last changed, by their logs.
    pub(super) logs: (u32, u32),
    pub(super) changes: u32,
    /// What the file said before is not here: it may be older, and have had other values.
    pub(super) is_late: bool,
}

/// Moves that are followed one after another.
const MOST_MOVES: usize = 64;

/// The life of an entry as a file has it after commit `until`; `None` where it is not there then.
pub(super) fn life(index: &Index, log: u32, entry: u32, until: u32) -> Option<Life> {
    let (mut life, mut origin) = in_one_file(index.config.get(log)?, log, entry, until)?;
    for _ in 0..MOST_MOVES {
        let Some((moved, from)) = origin else { break };
        let Some(before) = moved.checked_sub(1) else { break };
        let log = index.config.get(from);
        let Some((older, next)) = log.and_then(|log| in_one_file(log, from, entry, before)) else {
            break;
        };
        if life.changes == 0 {
            (life.last, life.logs.1) = (older.last, older.logs.1);
        }
        (life.first, life.logs.0) = (older.first, older.logs.0);
        life.changes = life.changes.saturating_add(older.changes);
        life.is_late |= older.is_late;
        origin = next;
    }
    Some(life)
}

/// The life of an entry in one file, and where it came from: the commit of the move, and the file that it was before.
fn in_one_file(
    log: &Log,
    number: u32,
    entry: u32,
    until: u32,
) -> Option<(Life, Option<(u32, u32)>)> {
    let mut life: Option<(Life, Option<(u32, u32)>)> = None;
    let mut moved: Option<(u32, u32)> = None;
    let mut lost: Option<u32> = None;
    log.each(|commit, event| {
        if commit > until {
            return;
        }
        match event {
            Event::Clears => life = None,
            // Of what comes behind it nobody knows how it was before.
            Event::Lost => (life, lost) = (None, Some(commit)),
            Event::Origin(from) => moved = Some((commit, from)),
            Event::Dropped(gone) if gone == entry => life = None,
            Event::Added(come) if come == entry && life.is_none() => {
                let logs = (number, number);
                let is_late = lost == Some(commit);
                let new = Life { first: commit, last: commit, logs, changes: 0, is_late };
                life = Some((new, moved.filter(|(at, _)| *at == commit)));
            }
            Event::Valued(other) if other == entry => {
                if let Some((life, _)) = &mut life {
                    (life.last, life.logs.1) = (commit, number);
                    life.changes = life.changes.saturating_add(1);
                }
            }
            Event::Added(_) | Event::Dropped(_) | Event::Valued(_) => {}
        }
    });
    life
}

#[cfg(test)]
mod tests {
    use super::{Sighting, What, life, spans};
    use crate::history::index::{Delta, Index};

    #[test]
    fn a_key_is_gone_when_no_file_names_it() {
        let of = |commit, log, what| Sighting { commit, log, what, is_late: false };
        let (found, touched) = spans(vec![
            of(1, 0, What::Begins),
            of(4, 0, What::Ceases),
            of(4, 1, What::Begins),
            of(6, 1, What::Ceases),
            of(9, 1, What::Begins),
            of(9, 1, What::Ceases),
            of(9, 1, What::Begins),
            of(12, 1, What::Changes),
        ]);
        let times: Vec<_> = found
            .iter()
            .map(|one| (one.from.commit, one.until.as_ref().map(|it| it.commit)))
            .collect();
        assert_eq!(times, [(1, Some(6)), (9, None)], "a file that moves ends nothing");
        assert_eq!(found[0].logs.iter().copied().collect::<Vec<_>>(), [0, 1]);
        assert_eq!(touched.map(|turn| turn.commit), Some(12));
    }

    #[test]
    fn an_entry_lives_on_in_the_file_that_its_own_becomes() {
        let mut index = Index::default();
        let (old, new) = (index.config.number("old.env"), index.config.number("new.env"));
        let mut push = |log: u32, delta| index.config.all[log as usize].push(delta);
        push(old, Delta { commit: 1, added: vec![7, 8], ..Delta::default() });
        push(old, Delta { commit: 3, valued: vec![7], ..Delta::default() });
        push(old, Delta { commit: 5, clears: true, ..Delta::default() });
        let moved = Delta {
            commit: 5,
            origin: Some(old),
            added: vec![7, 8, 9],
            valued: vec![8],
            ..Delta::default()
        };
        push(new, moved);
        let told = |entry, until| {
            life(&index, new, entry, until).map(|it| (it.first, it.last, it.changes))
        };
        assert_eq!(told(7, 9), Some((1, 3, 1)));
        assert_eq!(told(8, 9), Some((1, 5, 1)), "its value changed with the move");
        assert_eq!(told(9, 9), Some((5, 5, 0)));
        assert_eq!((told(6, 9), told(7, 4)), (None, None));
    }

    #[test]
    fn what_is_not_here_leaves_other_files_as_they_are() {
        let mut index = Index::default();
        let (one, other) = (index.config.number("one.env"), index.config.number("other.env"));
        let mut push = |log: u32, delta| index.config.all[log as usize].push(delta);
        push(one, Delta { commit: 1, added: vec![7], ..Delta::default() });
        push(one, Delta { commit: 4, lost: true, ..Delta::default() });
        push(other, Delta { commit: 2, added: vec![7], ..Delta::default() });
        let told =
            |index: &Index, log, until| life(index, log, 7, until).map(|it| (it.first, it.is_late));
        assert_eq!(told(&index, one, 3), Some((1, false)));
        assert_eq!(told(&index, one, 9), None, "what it says at last is not here");
        assert_eq!(told(&index, other, 9), Some((2, false)));
        let back =
            Delta { commit: 6, lost: true, clears: true, added: vec![7], ..Delta::default() };
        index.config.all[one as usize].push(back);
        assert_eq!(told(&index, one, 9), Some((6, true)));
    }
}
