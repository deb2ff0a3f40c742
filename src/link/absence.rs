//! What a read does when its key has no value: the steps of its chain, run on nothing.
//!
//! An interpreter with one question. It starts with what the reader gives (none, an error, a failed look-up, a default)
//! and follows that through handlers, tests and wrappers until something decides.

mod bad;
mod begin;
mod branches;
mod calls;
mod caught;
mod member;
mod state;

pub(super) use member::{Answer, Answered, answered};

use std::rc::Rc;

use branches::{bound_at, goes_on};
use caught::Caught;
use state::{Flow, State};

use super::chains::Chain;
use super::evaluate::{Bound, Given};
use super::program::Program;
use super::types::{self, Needed};
use crate::facts::code::{Branch, Expr, Outcome, Site, Step, Use};
use crate::lang::handlers::Handlers;
use crate::model::{Absence, Limits, StandIn, ValueType};
use crate::text::{Span, TextRange};

/// What absence comes to.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) absence: Absence,
    pub(super) default: Option<Bound>,
    pub(super) fallback: Option<Span>,
    pub(super) empty_is_absent: bool,
    pub(super) expects: ValueType,
    pub(super) limits: Limits,
    /// A text that does not parse is dropped for another value.
    pub(super) bad_value_falls_back: bool,
    /// Code that runs only when the key is there.
    pub(super) guarded: Vec<Span>,
    /// The value that a test for presence gives where the key is absent.
    pub(super) instead: Option<Bound>,
    /// What the code refuses beside nothing.
    pub(super) refuses: Refuses,
    /// What the other path makes in the place of a service.
    pub(super) stand_in: Option<StandIn>,
}

/// Which values lead to the same failure as none at all does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Refuses {
    /// None that are known.
    #[default]
    Nothing,
    /// All that are empty: `if not os.getenv("X"): raise`.
    Empty,
    /// All but some words: `if os.getenv("X") != "true": raise`.
    Others,
}

struct Run<'r, 'p> {
    program: &'r Program<'p>,
    handlers: &'r Handlers,
    /// From the place that is asked outward, each the call of the function that the one before stands in.
    places: Vec<Place<'r>>,
    /// The place whose steps run.
    frame: usize,
    empty_is_absent: bool,
    presence: bool,
    guarded: Vec<Span>,
    instead: Option<Bound>,
    refuses: Refuses,
    /// The last comparison was with a word, not with none.
    with_word: bool,
    /// The answer itself is looked at, not a name that holds it.
    direct: bool,
    /// How many calls deeper an answer is followed.
    calls: usize,
    /// The question is not what absence does, but what a text does that does not parse.
    bad: bool,
    /// The last failure is an error that is given back: who calls the function may go on with another value.
    by_error: bool,
    /// Only what the code states counts: not that none has no methods.
    stated: bool,
    /// What the path of absence makes in the place of a service.
    stand_in: Option<StandIn>,
}

/// A place in the code, and what the parameters around it stand for.
struct Place<'r> {
    file: usize,
    site: &'r Site,
    given: Option<Rc<Given>>,
}

/// Follows a chain on nothing.
pub(super) fn judge(program: &Program<'_>, handlers: &Handlers, chain: &Chain<'_>) -> Verdict {
    let mut run = Run::of_chain(program, handlers, chain);
    let start = run.start(chain);
    let (state, returned) = run.frames(start);
    run.verdict(chain, state, returned)
}

impl<'r, 'p> Run<'r, 'p> {
    fn of_chain(program: &'r Program<'p>, handlers: &'r Handlers, chain: &Chain<'_>) -> Self {
        let frames = chain.frames.iter().zip(&chain.given);
        let places = frames
            .map(|(frame, given)| Place {
                file: frame.file,
                site: program.site(*frame),
                given: given.clone(),
            })
            .collect();
        Self {
            empty_is_absent: chain.row.empty_is_absent,
            presence: chain.row.presence,
            ..Self::new(program, handlers, places)
        }
    }

    fn new(program: &'r Program<'p>, handlers: &'r Handlers, places: Vec<Place<'r>>) -> Self {
        Self {
            program,
            handlers,
            places,
            frame: 0,
            empty_is_absent: false,
            presence: false,
            guarded: Vec::new(),
            instead: None,
            refuses: Refuses::Nothing,
            with_word: false,
            direct: true,
            calls: 4,
            bad: false,
            by_error: false,
            stated: false,
            stand_in: None,
        }
    }

    /// Runs the frames from the inside out; what comes out, and whether the outermost call gives it back.
    fn frames(&mut self, mut state: State) -> (State, bool) {
        let mut returned = true;
        for frame in 0..self.places.len() {
            self.frame = frame;
            if std::mem::take(&mut self.by_error) && matches!(state, State::Failed) {
                state = State::Error;
            }
            let flow = match self.caught(state) {
                Caught::Not(next @ (State::Raised | State::Failed)) => {
                    let steps = &self.site().steps;
                    self.empty_is_absent |= matches!(next, State::Raised) && refuses_empty(steps);
                    state = next;
                    continue;
                }
                Caught::Not(next) => self.tried(&next),
                Caught::Here(flow) => flow,
            };
            match flow {
                // The function is left with a value of its own, which need not stand for the member's.
                Flow::Leaves(State::Given(value)) if self.stated => {
                    state = State::Elsewhere(Some(value.span(self.program)));
                }
                Flow::Returns(next) | Flow::Leaves(next) => state = next,
                // A failure goes up until something takes it.
                Flow::Goes(State::Failed) | Flow::Decided(State::Failed) => state = State::Failed,
                Flow::Goes(next) | Flow::Decided(next) => {
                    state = next;
                    returned = false;
                    break;
                }
            }
        }
        (state, returned)
    }

    fn place(&self) -> &Place<'r> {
        &self.places[self.frame]
    }

    /// The site whose steps run.
    fn site(&self) -> &'r Site {
        self.place().site
    }

    fn bind(&self, expr: &Expr, range: TextRange) -> Bound {
        Bound {
            expr: expr.clone(),
            file: self.place().file,
            range,
            given: self.place().given.clone(),
        }
    }

    fn span(&self, branch: &Branch) -> Option<Span> {
        let file = self.program.files[self.place().file].id;
        (!branch.range.is_empty()).then(|| Span::new(file, branch.range))
    }

    fn steps(&mut self, mut state: State, steps: &[Step]) -> Flow {
        let mut negated = false;
        for step in steps {
            if matches!(state, State::Failed) {
                return Flow::Decided(state);
            }
            let flow = match step {
                Step::Not => {
                    negated = !negated;
                    // `missing = not os.getenv("X")`: only whether it is there, and not empty, goes on.
                    if self.direct && matches!(state, State::Null) {
                        self.presence = true;
                        self.empty_is_absent = true;
                        state = State::Presence(false);
                    }
                    continue;
                }
                Step::Tested { then, otherwise, keeps } => {
                    self.tested(state, negated, (then, otherwise), *keeps)
                }
                Step::Bound { uses, .. } => return self.uses(state, uses),
                Step::Named => {
                    self.direct = false;
                    continue;
                }
                _ => self.step(state, step),
            };
            match flow {
                Flow::Goes(next) => state = next,
                done => return done,
            }
        }
        Flow::Goes(state)
    }

    fn step(&mut self, state: State, step: &Step) -> Flow {
        match step {
            Step::Method { is_safe: true, .. } if matches!(state, State::Null) => Flow::Goes(state),
            Step::Method { name, args, .. } => self.method(state, name, args),
            Step::Passed { callee, position } => self.passed(state, callee, *position),
            Step::Matched(arms) if matches!(state, State::Bad) => self.bad_matched(arms),
            Step::Propagate => match state {
                State::Error | State::Null => Flow::Returns(state),
                State::Wrapped(inner) => Flow::Goes(*inner),
                other => Flow::Goes(other),
            },
            Step::Alternative(arg) => match state {
                State::Null | State::Error => Flow::Goes(self.argument(arg)),
                // The other decides then; the value of the key stays what it is.
                state if state.is_falsy() || matches!(state, State::Given(_)) => {
                    Flow::Decided(state)
                }
                state => Flow::Goes(state),
            },
            Step::Or(arg) => {
                // `"A" in os.environ or …` asks for no value.
                let is_value = !matches!(
                    state,
                    State::Presence(_) | State::Compared(_) | State::GivenTested(..)
                );
                self.empty_is_absent |=
                    is_value && !self.rust_like() && !self.handlers.empty_is_value;
                Flow::Goes(if state.is_falsy() { self.argument(arg) } else { state })
            }
            Step::Compared { negated, null, with } => {
                self.with_word = !*null;
                Flow::Goes(match state {
                    State::Given(value) => {
                        return self.compared_default(value, (*null, *negated), with);
                    }
                    State::Null | State::Error if *null && self.direct => {
                        State::Presence(!*negated)
                    }
                    State::Null | State::Error if *null => State::Compared(!*negated),
                    State::Null | State::Error => State::Compared(*negated),
                    other => other,
                })
            }
            Step::Matched(arms) => self.matched(state, arms),
            Step::Used => match state {
                State::Null => self.slips(state),
                other => Flow::Decided(other),
            },
            Step::Joined => Flow::Decided(state),
            Step::Returned => Flow::Returns(state),
            Step::Not | Step::Tested { .. } | Step::Bound { .. } | Step::Named => Flow::Goes(state),
        }
    }

    /// What none comes to where the language has no way on with it, although no code says so.
    fn slips(&self, state: State) -> Flow {
        let stays = self.stated || self.handlers.blank_is_none;
        Flow::Decided(if stays { state } else { State::Failed })
    }

    /// The first use of a name that decides.
    fn uses(&mut self, state: State, uses: &[Use]) -> Flow {
        let mut returned = None;
        self.direct = false;
        for (at, one) in uses.iter().enumerate() {
            let flow = self.steps(state.clone(), &one.steps);
            match self.taken(&state, flow, &one.catches) {
                Flow::Leaves(next) => return Flow::Leaves(next),
                // An error that only one way gives back is not what absence does.
                Flow::Returns(State::Error | State::Failed)
                    if one.conditional && matches!(state, State::Null) => {}
                Flow::Returns(next) => {
                    if matches!((&state, &next), (State::Error, State::Error)) {
                        return Flow::Returns(next);
                    }
                    returned.get_or_insert(next);
                }
                Flow::Decided(next) | Flow::Goes(next) => {
                    let decided = match (&state, &next) {
                        (State::Given(_), State::Failed) if goes_on(one, uses.get(at + 1)) => false,
                        (_, State::Failed) => !one.conditional,
                        (State::Null | State::Error, State::Given(_) | State::Elsewhere(_)) => true,
                        (State::Null | State::Error, State::Presence(_) | State::Compared(_)) => {
                            uses.len() == 1
                        }
                        (State::Given(old), State::Given(new)) => old.range != new.range,
                        (State::Bad, next) => !matches!(next, State::Bad),
                        _ => false,
                    };
                    if decided {
                        let goes_back = returned.is_some() && !matches!(next, State::Failed);
                        return if goes_back { Flow::Returns(next) } else { Flow::Decided(next) };
                    }
                }
            }
        }
        match returned {
            Some(state) => Flow::Returns(state),
            None => Flow::Decided(state),
        }
    }

    fn verdict(self, chain: &Chain<'_>, state: State, returned: bool) -> Verdict {
        let (absence, default, fallback) = match state.unwrapped() {
            State::Failed | State::Raised => (Absence::Required, None, None),
            State::Error if returned => (Absence::Required, None, None),
            State::Given(value) | State::GivenTested(value, ..) => {
                (Absence::Default, Some(value), None)
            }
            State::Presence(_) => (Absence::Presence, None, None),
            State::Elsewhere(at) if self.presence => (Absence::Presence, None, at),
            State::Elsewhere(at) => (Absence::Optional, None, at),
            State::Bad | State::Error | State::Null | State::Compared(_) | State::Wrapped(_) => {
                (Absence::Optional, None, None)
            }
        };
        let empty_is_absent = self.empty_is_absent;
        let given = default.as_ref().map(Bound::settled);
        let (program, handlers) = (self.program, self.handlers);
        let beside = given.as_ref().map(|given| &given.expr);
        let Needed { expects, limits } = types::expected_beside(program, handlers, chain, beside);
        let bad_value_falls_back = bad::falls_back(self.program, self.handlers, chain, &expects);
        Verdict {
            absence,
            default,
            fallback,
            empty_is_absent,
            expects,
            limits,
            bad_value_falls_back,
            guarded: self.guarded,
            instead: self.instead,
            refuses: self.refuses,
            stand_in: self.stand_in,
        }
    }
}

/// Whether an empty text is handled as none is: `assert os.environ["X"]`.
fn refuses_empty(steps: &[Step]) -> bool {
    match steps {
        [Step::Or(_), ..] => true,
        [Step::Tested { otherwise, .. }, ..] => otherwise.outcome == Outcome::Fail,
        [Step::Not, Step::Tested { then, .. }, ..] => then.outcome == Outcome::Fail,
        [Step::Bound { uses, .. }, ..] => {
            uses.iter().any(|one| !one.conditional && refuses_empty(&one.steps))
        }
        _ => false,
    }
}
