//! What version control tells of the keys: since when, until when, and who changed them last.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{DefinitionId, KeyId};

/// The history of all keys of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chronicle {
    /// Why its beginning is not the beginning of the project, as a phrase; `None` where it is.
    pub starts_late: Option<LateStart>,
    /// By key. A key that no commit has is not in it.
    pub keys: BTreeMap<KeyId, KeyPast>,
    /// When each definition was last given another value, where a commit has it.
    pub values: BTreeMap<DefinitionId, ValuePast>,
}

/// A history that does not go back to the beginning: a shallow clone, objects that are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateStart {
    /// The day of the first commit that is known.
    pub date: Date,
    /// Why, as a phrase.
    pub why: String,
}

/// The history of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPast {
    /// The times in which code named it, oldest first.
    pub in_code: Vec<Period>,
    /// The times in which configuration named it, oldest first.
    pub in_config: Vec<Period>,
}

/// A time in which files of the tree named a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The commit that brought it.
    pub from: Moment,
    /// The commit that took it away; `None` where it is still there.
    pub until: Option<Moment>,
    /// The files that named it, by path.
    pub paths: Vec<String>,
}

/// The values that a definition has had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuePast {
    /// The commit that brought it.
    pub first: Moment,
    /// The commit that gave it the value that it has; the same where it never changed.
    pub last: Moment,
    /// How often it was given another value.
    pub changes: u32,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The day, as the author's clock had it.
    pub date: Date,
    /// Its name in git, short.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
}
