//! What stands where a value should: the states that an absent key goes through.
//!
//! Knows no chain and no project; what a step makes of a state is told elsewhere.

use crate::facts::code::Expr;
use crate::link::evaluate::Bound;
use crate::text::Span;

/// The value where there should have been one.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// None.
    Null,
    /// An error value.
    Error,
    /// A failed look-up on its way to a handler.
    Raised,
    /// A value inside `Ok` or `Some`.
    Wrapped(Box<Self>),
    /// A value that the code gives.
    Given(Bound),
    /// A value that the code gives, compared with words: whether the test holds, and whether it is one of them.
    GivenTested(Bound, bool, bool),
    /// False: a comparison with nothing. True where it was `!=`.
    Compared(bool),
    /// Whether it is there: false.
    Presence(bool),
    /// Another path was taken.
    Elsewhere(Option<Span>),
    /// A text that does not parse as what the code needs.
    Bad,
    /// It failed.
    Failed,
}

/// Whether anything more happens.
pub(super) enum Flow {
    Goes(State),
    Returns(State),
    /// The function is left with it, whatever stands below.
    Leaves(State),
    Decided(State),
}

impl State {
    /// What a function gives back inside `Ok` or `Some`, where it gives back a value: an error in there is none of its
    /// own.
    pub(super) fn unwrapped(self) -> Self {
        match self {
            Self::Wrapped(inner) => match inner.unwrapped() {
                value @ (Self::Given(_)
                | Self::GivenTested(..)
                | Self::Presence(_)
                | Self::Elsewhere(_)) => value,
                _ => Self::Null,
            },
            other => other,
        }
    }

    /// Whether a test of the value fails.
    pub(super) fn is_falsy(&self) -> bool {
        match self {
            Self::Null | Self::Error | Self::Compared(false) | Self::Presence(false) => true,
            Self::Given(value) => match &value.settled().expr {
                Expr::Text(text) => text.is_empty(),
                Expr::Bool(value) => !value,
                Expr::Null => true,
                _ => false,
            },
            _ => false,
        }
    }
}

pub(super) fn is_null(value: &Expr) -> bool {
    match value {
        Expr::Null => true,
        Expr::Path(path) => path.rest == "None",
        _ => false,
    }
}

pub(super) fn is_blank(value: &Bound) -> bool {
    match &value.settled().expr {
        Expr::Null => true,
        Expr::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Whether a value is written out, and is not none.
pub(super) fn is_written(value: &Bound) -> bool {
    matches!(&value.settled().expr, Expr::Text(_) | Expr::Bool(_) | Expr::Number(_) | Expr::List(_))
}
