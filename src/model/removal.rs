//! What stands beside the code that a flag decides over: functions that it calls, tests that set the flag.

use super::KeyId;
use crate::text::Span;

/// A function or a class that code under some flag names, with all places that name it: it goes where they all go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helper {
    /// Its name.
    pub name: String,
    /// Its name, where it is written.
    pub at: Span,
    /// The whole of it.
    pub span: Span,
    /// Where deployed code names it, itself and imports left out, in path order.
    pub named: Vec<Span>,
}

/// A place of a test that sets a flag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlagTest {
    /// The flag.
    pub key: KeyId,
    /// Where its name stands.
    pub span: Span,
}
