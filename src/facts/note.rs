//! What a comment says of the flag that it stands beside.

use jiff::civil::Date;

use crate::model::FlagKind;
use crate::text::TextRange;

/// A comment that says something of a flag.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// The whole comment.
    pub range: TextRange,
    /// What it stands above, or behind.
    pub anchor: TextRange,
    /// The flag, where the comment names it.
    pub name: Option<String>,
    /// The day on which the flag was made.
    pub created: Option<Date>,
    /// The day on which it is to go, and where that is written.
    pub expires: Option<(Date, TextRange)>,
    /// What it is for.
    pub kind: Option<FlagKind>,
    /// It stays.
    pub is_permanent: bool,
    /// Who answers for it.
    pub owner: Option<String>,
}

impl Note {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.created.is_none()
            && self.expires.is_none()
            && self.kind.is_none()
            && !self.is_permanent
            && self.owner.is_none()
    }
}
