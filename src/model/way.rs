//! The ways by which code comes to a read, where other keys decide which of them it takes.

use crate::text::Span;

/// One way to a read: all of its conditions hold where it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What other keys must say.
    pub conditions: Vec<Condition>,
    /// Nothing else keeps it from being taken, as far as the functions on it tell.
    pub is_whole: bool,
}

/// What another key must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Where that key is asked for: the span of its read, or of its name there.
    pub read: Span,
    /// The answer holds where it is one of these texts; none where its truth counts.
    pub equals: Vec<String>,
    /// Whether it must hold, or must not.
    pub must_hold: bool,
}

impl Way {
    /// A way of which nothing is known.
    pub fn unknown() -> Self {
        Self { conditions: Vec::new(), is_whole: false }
    }
}
