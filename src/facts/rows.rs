//! Rows of declarations in macro calls, and the rules that take them apart, before the two are brought together.

use super::code::Expr;
use crate::text::TextRange;

/// A metavariable of a macro's rule.
#[derive(Clone, Debug)]
pub struct Metavariable {
    /// Its name.
    pub name: String,
    /// It stands for a type.
    pub is_type: bool,
    /// The separator behind it.
    pub behind: String,
    /// It stands in a repetition.
    pub repeated: bool,
}

/// A macro that is called among items.
#[derive(Clone, Debug)]
pub struct RowsCall {
    /// Its name.
    pub name: String,
    /// The whole call.
    pub range: TextRange,
    /// What stands between its separators.
    pub pieces: Vec<PieceFacts>,
    /// Test code.
    pub in_test: bool,
}

/// What stands between two separators.
#[derive(Clone, Debug)]
pub struct PieceFacts {
    /// As written.
    pub text: String,
    /// What it is.
    pub value: Expr,
    /// Where.
    pub range: TextRange,
    /// The separator behind it.
    pub behind: String,
}
