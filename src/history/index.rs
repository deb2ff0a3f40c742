//! All that is kept of a history: for every file the steps in which words and entries came and went, by number.
//!
//! Nothing in it depends on the keys of today: a new key costs no second look at the history. It holds no value and no
//! digest of one.

use rustc_hash::FxHashMap;

use super::git::line::{Commit, Id, Stop};
use super::pack::{Unpack, put, put_sorted};

/// What is known of a history.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// The line, oldest first.
    pub(super) commits: Vec<Commit>,
    /// Why it does not reach its beginning.
    pub(super) stop: Option<Stop>,
    /// The last commit for which something is not here, with a name of what.
    pub(super) lost: Option<(u32, Id)>,
    /// The last commit of which not even all names of files are here.
    pub(super) unlisted: Option<u32>,
    /// The words of code, by number.
    pub(super) words: Table,
    /// What happened in source files.
    pub(super) code: Logs,
    /// The entries of configuration, by number.
    pub(super) entries: Table,
    /// The key of each entry.
    pub(super) keys: Vec<u64>,
    /// What happened in configuration files.
    pub(super) config: Logs,
}

impl Index {
    /// The log of a number that counts through all files, code first, and whether it is one of code.
    pub(super) fn log(&self, number: u32) -> Option<(&Log, bool)> {
        let code = u32::try_from(self.code.all.len()).unwrap_or(u32::MAX);
        match number.checked_sub(code) {
            None => Some((self.code.get(number)?, true)),
            Some(number) => Some((self.config.get(number)?, false)),
        }
    }

    /// The logs of configuration, under numbers that count through all files.
    pub(super) fn config_logs(&self) -> impl Iterator<Item = (u32, &Log)> {
        let code = u32::try_from(self.code.all.len()).unwrap_or(u32::MAX);
        (code..).zip(&self.config.all)
    }

    /// Forgets all commits but the first `kept`.
    pub(super) fn cut(&mut self, kept: usize) {
        if kept >= self.commits.len() {
            return;
        }
        self.commits.truncate(kept);
        if kept == 0 {
            *self = Self::default();
            return;
        }
        let last = u32::try_from(kept - 1).unwrap_or(u32::MAX);
        self.lost = self.lost.map(|(at, id)| (at.min(last), id));
        self.unlisted = self.unlisted.map(|at| at.min(last));
        for log in self.code.all.iter_mut().chain(&mut self.config.all) {
            log.cut(last);
        }
    }
}

/// Things by number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) all: Vec<u64>,
    numbers: FxHashMap<u64, u32>,
}

impl Table {
    pub(super) fn of(all: Vec<u64>) -> Self {
        let numbers = (0_u32..).zip(&all).map(|(number, one)| (*one, number)).collect();
        Self { all, numbers }
    }

    pub(super) fn find(&self, one: u64) -> Option<u32> {
        self.numbers.get(&one).copied()
    }

    pub(super) fn number(&mut self, one: u64) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(one).or_insert(next);
        if number == next {
            self.all.push(one);
        }
        number
    }
}

/// The logs of all files, each under a number that it keeps.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Logs {
    pub(super) all: Vec<Log>,
    numbers: FxHashMap<String, u32>,
}

impl Logs {
    pub(super) fn of(all: Vec<Log>) -> Self {
        let paths = all.iter().map(|log| log.path.clone());
        Self { numbers: paths.zip(0_u32..).collect(), all }
    }

    pub(super) fn find(&self, path: &str) -> Option<u32> {
        self.numbers.get(path).copied()
    }

    /// The number of a file's log, new where the file is.
    pub(super) fn number(&mut self, path: &str) -> u32 {
        if let Some(known) = self.find(path) {
            return known;
        }
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.numbers.insert(path.to_owned(), next);
        self.all.push(Log { path: path.to_owned(), ..Log::default() });
        next
    }

    pub(super) fn get(&self, number: u32) -> Option<&Log> {
        self.all.get(number as usize)
    }
}

/// What happened in one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    /// From the top of the repository.
    pub(super) path: String,
    /// The commit of the last step.
    pub(super) last: u32,
    /// The steps, packed.
    pub(super) steps: Vec<u8>,
}

/// One step of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Delta {
    pub(super) commit: u32,
    /// What the file says at it, or said before it, is not here.
    pub(super) lost: bool,
    /// All that was there is gone, before anything comes.
    pub(super) clears: bool,
    /// The file that it was before, by the number of its log.
    pub(super) origin: Option<u32>,
    /// What came.
    pub(super) added: Vec<u32>,
    /// What went.
    pub(super) dropped: Vec<u32>,
    /// What got another value; of what came from another file, what is other there.
    pub(super) valued: Vec<u32>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Lost,
    Clears,
    Origin(u32),
    Added(u32),
    Dropped(u32),
    Valued(u32),
}

impl Log {
    /// Adds a step, later than all before it.
    pub(super) fn push(&mut self, mut delta: Delta) {
        let is_empty = delta.added.is_empty() && delta.dropped.is_empty();
        let is_silent = !delta.clears && !delta.lost && delta.origin.is_none();
        if is_empty && delta.valued.is_empty() && is_silent {
            return;
        }
        let out = &mut self.steps;
        put(out, u64::from(delta.commit.wrapping_sub(self.last)));
        let flags = [delta.clears, delta.origin.is_some(), delta.lost];
        put(out, (0..).zip(flags).map(|(bit, is_set)| u64::from(is_set) << bit).sum());
        delta.origin.into_iter().for_each(|origin| put(out, u64::from(origin)));
        for numbers in [&mut delta.added, &mut delta.dropped, &mut delta.valued] {
            numbers.sort_unstable();
            put_sorted(out, numbers);
        }
        self.last = delta.commit;
    }

    /// Hands on what happened, in order. What is broken is where it ends.
    pub(super) fn each(&self, mut act: impl FnMut(u32, Event)) {
        let mut rest = Unpack(&self.steps);
        let mut commit = 0_u32;
        while !rest.0.is_empty() && step(&mut rest, &mut commit, &mut act).is_some() {}
    }

    /// Forgets what came after commit `last`.
    fn cut(&mut self, last: u32) {
        let mut rest = Unpack(&self.steps);
        let (mut commit, mut kept) = (0_u32, 0_usize);
        self.last = 0;
        while !rest.0.is_empty() && step(&mut rest, &mut commit, &mut |_, _| ()).is_some() {
            if commit > last {
                break;
            }
            self.last = commit;
            kept = self.steps.len() - rest.0.len();
        }
        self.steps.truncate(kept);
    }
}

fn step(rest: &mut Unpack<'_>, commit: &mut u32, act: &mut impl FnMut(u32, Event)) -> Option<()> {
    *commit = commit.wrapping_add(rest.small()?);
    let flags = rest.number()?;
    if flags & 4 != 0 {
        act(*commit, Event::Lost);
    }
    if flags & 1 != 0 {
        act(*commit, Event::Clears);
    }
    if flags & 2 != 0 {
        act(*commit, Event::Origin(rest.small()?));
    }
    rest.sorted(|number| act(*commit, Event::Added(number)))?;
    rest.sorted(|number| act(*commit, Event::Dropped(number)))?;
    rest.sorted(|number| act(*commit, Event::Valued(number)))
}

#[cfg(test)]
mod tests {
    use super::{Delta, Event, Log};

    #[test]
    fn steps_are_kept_in_order_and_forgotten_from_the_end() {
        let mut log = Log::default();
        log.push(Delta { commit: 3, added: vec![9, 4], ..Delta::default() });
        log.push(Delta { commit: 5, ..Delta::default() });
        log.push(Delta {
            commit: 7,
            clears: true,
            origin: Some(2),
            valued: vec![4],
            ..Delta::default()
        });
        log.push(Delta { commit: 8, lost: true, ..Delta::default() });
        let events = |log: &Log| {
            let mut all = Vec::new();
            log.each(|commit, event| all.push((commit, event)));
            all
        };
        let first = [(3, Event::Added(4)), (3, Event::Added(9))];
        let then = [(7, Event::Clears), (7, Event::Origin(2)), (7, Event::Valued(4))];
        let last = [(8, Event::Lost)];
        assert_eq!(events(&log), [&first[..], &then[..], &last[..]].concat());
        log.cut(6);
        assert_eq!((events(&log), log.last), (first.to_vec(), 3));
        log.cut(2);
        assert_eq!((events(&log), log.last), (Vec::new(), 0));
    }
}
