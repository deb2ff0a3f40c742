//! The ways that code may go, of which one run takes one.

use crate::text::TextRange;

/// One way at a place where code takes one of several: `if … else`, `match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Where the code forks: the offset of the statement.
    pub at: u32,
    /// Where the way starts.
    pub way: u32,
}

impl Fork {
    /// A piece of code that runs or does not, where nothing runs instead of it.
    pub fn lone(code: TextRange) -> Self {
        Self { at: code.end, way: code.start }
    }

    /// Whether two places of one file, with these forks around them, are never both reached in one run of the code.
    pub fn never_meet(one: &[Self], other: &[Self]) -> bool {
        one.iter().any(|fork| other.iter().any(|it| it.at == fork.at && it.way != fork.way))
    }
}
