//! What version control tells of the keys: since when, until when, and who changed them last.
//!
//! Goes by the line of first parents from the commit that is checked out: what the branch was at each time. A merge is one
//! step of it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{DefinitionId, KeyId};
use crate::text::{FileId, Span};

/// The history of all keys of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chronicle {
    /// The repositories whose known history is not all of it.
    pub late: Vec<LateStart>,
    /// By key. A key that no commit has is not in it.
    pub keys: BTreeMap<KeyId, KeyPast>,
    /// When each definition was last given another value. One that is in no commit as it is now is not in it.
    pub values: BTreeMap<DefinitionId, ValuePast>,
    /// The files of configuration that are here now and gave each key something at some commit, for keys that code reads.
    pub gave: BTreeMap<KeyId, BTreeMap<FileId, Stood>>,
    /// Days on which flags are to go that were put off: by the place where the day is told, or by that of the name of a
    /// definition whose provider tells it.
    pub put_off: BTreeMap<Span, PutOff>,
}

/// When an entry stood in a file, by the numbers of commits: those of one root are in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The root of the file.
    pub root: u16,
    /// The first commit that has it.
    pub from: u32,
    /// The last one that took it out; none where none did.
    pub until: Option<u32>,
}

/// How a day was put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutOff {
    /// How often.
    pub times: u32,
    /// The day that was told first.
    pub first: Date,
}

/// A history that does not go back to the beginning: a shallow clone, objects that are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateStart {
    /// The repository: the root that led to it.
    pub place: String,
    /// The day up to which not all is known; `None` where nothing is.
    pub date: Option<Date>,
    /// Why, as a phrase: "it is a shallow clone".
    pub why: String,
}

/// The history of one key, under the spellings that it has now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPast {
    /// The times in which code named it, oldest first. A file that moves and a read that is written in another way end none.
    pub in_code: Vec<Period>,
    /// The times in which configuration gave it something, templates among it, oldest first.
    pub in_config: Vec<Period>,
    /// The times in which code of each component named it. Components are the folders that have a manifest now.
    pub in_components: BTreeMap<String, Vec<Period>>,
    /// Its name is a word that code has for other things too. Only the files that read it now are counted as code, so
    /// that the beginning may be earlier, and nothing is known of a time after which no code reads it.
    pub is_vague: bool,
    /// The last commit after which another set of files named it, or a definition of it had another value.
    pub touched: Option<Moment>,
}

impl KeyPast {
    /// Adds the history of the same key elsewhere, or under another name: it was there while it was anywhere.
    pub fn join(&mut self, other: &Self) {
        join(&mut self.in_code, &other.in_code);
        join(&mut self.in_config, &other.in_config);
        for (component, periods) in &other.in_components {
            join(self.in_components.entry(component.clone()).or_default(), periods);
        }
        self.is_vague |= other.is_vague;
        self.touched = self.touched.take().max(other.touched.clone());
    }
}

/// Lays periods over periods.
fn join(all: &mut Vec<Period>, others: &[Period]) {
    all.extend_from_slice(others);
    all.sort_by(|one, other| one.from.cmp(&other.from));
    let mut joined: Vec<Period> = Vec::with_capacity(all.len());
    for next in all.drain(..) {
        let last = joined.last_mut();
        let touching =
            |last: &&mut Period| last.until.as_ref().is_none_or(|it| next.from.time <= it.time);
        let Some(last) = last.filter(touching) else {
            joined.push(next);
            continue;
        };
        last.until = match (last.until.take(), next.until) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (None, _) | (_, None) => None,
        };
        last.paths.extend(next.paths);
        last.paths.sort_unstable();
        last.paths.dedup();
    }
    *all = joined;
}

/// A time in which files of the tree named a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The commit that brought it.
    pub from: Moment,
    /// The known history begins with it or after it: it may be older than `from`.
    pub is_older: bool,
    /// The commit that took it away; `None` where it is still there.
    pub until: Option<Moment>,
    /// The files that named it, by path.
    pub paths: Vec<String>,
}

/// The values that a definition has had since it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuePast {
    /// The commit that brought the definition. A file that moves with what it says brings none.
    pub first: Moment,
    /// The known history begins with it or after it: it may be older than `first`.
    pub is_older: bool,
    /// The commit that gave it the value that it has; the same where it never changed.
    pub last: Moment,
    /// How often it was given another value.
    pub changes: u32,
}

/// A commit, as a time in the life of a branch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// When the branch had it, in seconds since 1970. Clocks that went wrong are put right by their neighbors.
    pub time: i64,
    /// The same as a day, where it was committed.
    pub date: Date,
    /// The name in git of the commit that did it, short.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
    /// The merge by which it got here, short, where it came from a side branch.
    pub merge: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{KeyPast, Moment, Period};

    #[test]
    fn a_key_is_there_while_any_of_its_names_is() {
        let moment = |time: i64| Moment {
            time,
            date: jiff::civil::date(2024, 1, 1),
            commit: String::new(),
            author: String::new(),
            merge: None,
        };
        let period = |from, until: Option<i64>, path: &str| Period {
            from: moment(from),
            is_older: false,
            until: until.map(moment),
            paths: vec![path.to_owned()],
        };
        let of = |in_code| KeyPast { in_code, ..KeyPast::default() };
        let mut one = of(vec![period(10, Some(20), "a"), period(50, None, "a")]);
        one.join(&of(vec![period(20, Some(30), "b"), period(60, Some(70), "b")]));
        let told: Vec<_> = one
            .in_code
            .iter()
            .map(|it| (it.from.time, it.until.as_ref().map(|it| it.time), it.paths.join(" ")))
            .collect();
        assert_eq!(told, [(10, Some(30), "a b".to_owned()), (50, None, "a b".to_owned())]);
    }
}
