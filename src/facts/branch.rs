//! Pieces of code that run or not, by what an answer is.

use super::code::{Expr, Use};
use crate::text::TextRange;

/// A piece of code that runs or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// What it does.
    pub outcome: Outcome,
    /// Where; empty where there is none.
    pub range: TextRange,
    /// It ends the function around it.
    pub leaves: bool,
    /// What it makes in the place of a service.
    pub stand_in: Option<StandIn>,
}

/// Something that stands in for a service: what is kept in memory, files of the machine, a mock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Where its name is written.
    pub range: TextRange,
    /// What it is, as a phrase.
    pub what: &'static str,
}

/// One arm of a match.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// The outermost constructor: `Ok`, `Err`, `None`, `_`.
    pub pattern: String,
    /// The constructor inside it, if any: `NotPresent`, `None`.
    pub inner: Option<String>,
    /// What it does.
    pub branch: Branch,
    /// It hands on what the pattern binds.
    pub passes: bool,
    /// The uses of what the pattern binds.
    pub uses: Vec<Use>,
}

/// What a piece of code comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It fails: raises, panics, exits, returns an error.
    Fail,
    /// It gives this value.
    Value(Expr),
    /// It gives this parameter where the caller passed it, else it fails.
    ValueOrFail(Expr),
    /// It does something else.
    Other,
    /// It does nothing.
    Nothing,
    /// The answer itself goes on.
    Answer,
}
