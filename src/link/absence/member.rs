//! What the code around a member of an object does where the member has no value, or an empty one.
//!
//! Asks for no key itself: whether the member is a field of settings is told elsewhere.

use super::state::{State, is_null};
use super::{Place, Run};
use crate::facts::code::Site;
use crate::lang::handlers::Handlers;
use crate::link::evaluate::{Bound, CALLER, HOLE};
use crate::link::program::Program;
use crate::model::StandIn;
use crate::text::Span;

/// What one use of a member makes of its absence.
#[derive(Clone, Debug)]
pub(in crate::link) struct Answered {
    pub(in crate::link) answer: Answer,
    /// An empty value is handled as none is.
    pub(in crate::link) empty_is_absent: bool,
    /// Code that runs only where the member has a value.
    pub(in crate::link) guarded: Vec<Span>,
    /// What the other path makes in the place of a service.
    pub(in crate::link) stand_in: Option<StandIn>,
}

/// What absence comes to there.
#[derive(Clone, Debug)]
pub(in crate::link) enum Answer {
    /// The code fails, and says so.
    Fails,
    /// It goes on with another value, of which the text is known.
    Gives(Bound),
    /// It takes another path.
    Elsewhere(Option<Span>),
    /// Nothing is decided there.
    Nothing,
}

/// Follows the use of a member from none, or from the default that its declaration gives it.
pub(in crate::link) fn answered(
    program: &Program<'_>,
    handlers: &Handlers,
    file: usize,
    site: &Site,
    default: Option<&Bound>,
) -> Answered {
    let places = vec![Place { file, site, given: None }];
    let mut run = Run { stated: true, ..Run::new(program, handlers, places) };
    let start = default.map_or(State::Null, |default| State::Given(default.clone()));
    let (state, returned) = run.frames(start);
    let is_own = |value: &Bound| {
        default.is_some_and(|own| own.range == value.range && own.file == value.file)
    };
    let answer = match state {
        State::Failed | State::Raised => Answer::Fails,
        State::Error if returned => Answer::Fails,
        State::Given(value) | State::GivenTested(value, ..) if is_own(&value) => Answer::Nothing,
        State::Given(value) | State::GivenTested(value, ..) if !is_null(&value.expr) => {
            match program.texts(&value).as_slice() {
                [text] if !text.contains([HOLE, CALLER]) => Answer::Gives(value),
                _ => Answer::Elsewhere(Some(value.span(program))),
            }
        }
        State::Elsewhere(at) => Answer::Elsewhere(at),
        State::Presence(_) | State::Compared(_) => Answer::Elsewhere(None),
        _ => Answer::Nothing,
    };
    Answered {
        answer,
        empty_is_absent: run.empty_is_absent,
        guarded: run.guarded,
        stand_in: run.stand_in,
    }
}
