//! What a read does when its key has no value: the steps of its chain, run on nothing.
//!
//! An interpreter with one question. It starts with what the reader gives (none, an error, a failed look-up, a default)
//! and follows that through handlers, tests and wrappers until something decides.

mod begin;
mod branches;
mod state;

use begin::named_type;
use state::{Flow, State, is_null};

use super::chains::{Chain, bound, slot};
use super::evaluate::Bound;
use super::program::{Program, Target};
use crate::facts::code::{Branch, Catch, Expr, Outcome, Path, Site, Step, StepArg, Use};
use crate::lang::handlers::{Effect, Handlers};
use crate::model::{Absence, ValueType};
use crate::text::{Span, TextRange};

/// What absence comes to.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) absence: Absence,
    pub(super) default: Option<Bound>,
    pub(super) fallback: Option<Span>,
    pub(super) empty_is_absent: bool,
    pub(super) expects: ValueType,
    /// Code that runs only when the key is there.
    pub(super) guarded: Vec<Span>,
}

struct Run<'r, 'p> {
    program: &'r Program<'p>,
    handlers: &'r Handlers,
    chain: &'r Chain<'r>,
    /// The frame whose steps run.
    frame: usize,
    empty_is_absent: bool,
    presence: bool,
    expects: ValueType,
    guarded: Vec<Span>,
    /// How many calls deeper an answer is followed.
    calls: usize,
}

/// Follows a chain on nothing.
pub(super) fn judge(program: &Program<'_>, handlers: &Handlers, chain: &Chain<'_>) -> Verdict {
    let row = chain.row;
    let mut run = Run {
        program,
        handlers,
        chain,
        frame: 0,
        empty_is_absent: row.empty_is_absent,
        presence: row.presence,
        expects: row
            .of_type
            .as_deref()
            .map(|name| named_type(name, &row.words))
            .unwrap_or_default(),
        guarded: Vec::new(),
        calls: 4,
    };
    run.cast();
    let mut state = run.start();
    let mut returned = true;
    for frame in 0..chain.frames.len() {
        run.frame = frame;
        if !returned {
            break;
        }
        state = run.caught(state);
        if matches!(state, State::Raised) {
            continue;
        }
        let steps = &program.site(chain.frames[frame]).steps;
        match run.steps(state, steps) {
            Flow::Returns(next) => state = next,
            Flow::Goes(next) | Flow::Decided(next) => {
                state = next;
                returned = false;
            }
        }
    }
    run.verdict(state, returned)
}

impl Run<'_, '_> {
    fn site(&self) -> &Site {
        self.program.site(self.chain.frames[self.frame])
    }

    fn bind(&self, expr: &Expr, range: TextRange) -> Bound {
        Bound {
            expr: expr.clone(),
            file: self.chain.frames[self.frame].file,
            range,
            given: self.chain.given[self.frame].clone(),
        }
    }

    fn span(&self, branch: &Branch) -> Option<Span> {
        let file = self.program.files[self.chain.frames[self.frame].file].id;
        (!branch.range.is_empty()).then(|| Span::new(file, branch.range))
    }

    /// What the handlers around the site make of a failed look-up.
    fn caught(&self, state: State) -> State {
        let takes = |catch: &&Catch| {
            catch.types.is_empty()
                || catch.types.iter().any(|name| self.handlers.lookup_errors.contains(name))
        };
        match state {
            State::Raised => match self.site().catches.iter().find(takes) {
                None => State::Raised,
                Some(catch) => match &catch.outcome {
                    Outcome::Fail => State::Failed,
                    Outcome::Value(value) if is_null(value) => State::Null,
                    Outcome::Value(value) => State::Given(self.bind(value, self.site().range)),
                    Outcome::ValueOrFail(value) => self.value_or_fail(value, self.site().range),
                    _ => State::Elsewhere(None),
                },
            },
            other => other,
        }
    }

    fn steps(&mut self, mut state: State, steps: &[Step]) -> Flow {
        let mut negated = false;
        for step in steps {
            self.learn(step);
            let flow = match step {
                Step::Not => {
                    negated = !negated;
                    continue;
                }
                Step::Tested { then, otherwise } => self.tested(state, negated, then, otherwise),
                Step::Bound { of_type, uses } => {
                    if let Some(of_type) = of_type {
                        self.expect_type(of_type);
                    }
                    return self.uses(state, uses);
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
            Step::Method { name, args, .. } => self.method(state, name, args),
            Step::Passed { callee, position } => self.passed(state, callee, *position),
            Step::Propagate => match state {
                State::Error | State::Null => Flow::Returns(state),
                State::Wrapped(inner) => Flow::Goes(*inner),
                other => Flow::Goes(other),
            },
            Step::Or(arg) => {
                self.empty_is_absent |= !self.rust_like();
                Flow::Goes(if state.is_falsy() { self.argument(arg) } else { state })
            }
            Step::Compared { negated, null, with } => Flow::Goes(match state {
                State::Given(value) => match self.program.texts(&value.settled()).as_slice() {
                    [text] if !*null => State::GivenTested(value, with.contains(text) != *negated),
                    _ => State::Given(value),
                },
                State::Null | State::Error if *null => State::Compared(!*negated),
                State::Null | State::Error => State::Compared(*negated),
                other => other,
            }),
            Step::Matched(arms) => self.matched(state, arms),
            Step::Used => match state {
                State::Null => Flow::Decided(State::Failed),
                other => Flow::Decided(other),
            },
            Step::Joined => Flow::Decided(state),
            Step::Returned => Flow::Returns(state),
            Step::Not | Step::Tested { .. } | Step::Bound { .. } => Flow::Goes(state),
        }
    }

    fn rust_like(&self) -> bool {
        !self.handlers.wrappers.is_empty()
    }

    fn method(&mut self, state: State, name: &str, args: &[StepArg]) -> Flow {
        let row = self.handlers.methods.get(name);
        let effect = match (&state, row) {
            (State::Null, Some(row)) => row.none,
            (State::Error, Some(row)) => row.error,
            (State::Null, None) => self.handlers.other_method,
            // `Ok(None).unwrap()` is `None`.
            (State::Wrapped(inner), Some(row))
                if row.error == Effect::Fail || row.error == Effect::None =>
            {
                return Flow::Goes((**inner).clone());
            }
            _ => return Flow::Goes(state),
        };
        Flow::Goes(match effect {
            Effect::Keep => state,
            Effect::Fail => State::Failed,
            Effect::None => State::Null,
            Effect::Error => State::Error,
            Effect::Presence => {
                self.presence = true;
                State::Presence(name.contains("none") || name.contains("err"))
            }
            Effect::False => State::Compared(false),
            Effect::Unknown => return Flow::Decided(state),
            Effect::Empty => State::Given(self.bind(&Expr::Text(String::new()), self.site().range)),
            Effect::Default | Effect::Closure => match args.first() {
                Some(arg) => self.argument(arg),
                None => State::Elsewhere(None),
            },
        })
    }

    fn passed(&mut self, state: State, callee: &Path, position: usize) -> Flow {
        if self.handlers.wrappers.iter().any(|wrapper| wrapper == &callee.rest) {
            return Flow::Goes(State::Wrapped(Box::new(state)));
        }
        let file = self.chain.frames[self.frame].file;
        let name = match self.program.resolve(file, callee) {
            Target::External(name) => name,
            Target::Function(in_file, function) => {
                return self.handed(state, in_file, function, position);
            }
            _ => return Flow::Decided(state),
        };
        let Some(row) = self.handlers.functions.get(&name) else {
            let same = self
                .handlers
                .same_text
                .iter()
                .any(|same| *same == name || name.ends_with(&format!(".{same}")));
            return if same { Flow::Goes(state) } else { Flow::Decided(state) };
        };
        match (&state, row.none) {
            (State::Null, Effect::Fail) => Flow::Decided(State::Failed),
            (State::Null, Effect::False) => {
                self.presence = true;
                Flow::Goes(State::Presence(false))
            }
            _ => Flow::Goes(state),
        }
    }

    /// What a function of the project does with an answer that it is handed.
    fn handed(&mut self, state: State, file: usize, function: usize, position: usize) -> Flow {
        let Some(param) = self.program.files[file].facts.functions[function].params.get(position)
        else {
            return Flow::Decided(state);
        };
        let Some(depth) = self.calls.checked_sub(1) else { return Flow::Decided(state) };
        self.calls = depth;
        let flow = self.uses(state, &param.uses);
        self.calls += 1;
        match flow {
            // What the function gives back goes on where it was called.
            Flow::Returns(next) => Flow::Goes(next),
            Flow::Goes(next) | Flow::Decided(next) => Flow::Decided(next),
        }
    }

    /// The first use of a name that decides.
    fn uses(&mut self, state: State, uses: &[Use]) -> Flow {
        let mut returned = None;
        for one in uses {
            match self.steps(state.clone(), &one.steps) {
                Flow::Returns(next) => {
                    if matches!((&state, &next), (State::Error, State::Error)) {
                        return Flow::Returns(next);
                    }
                    returned.get_or_insert(next);
                }
                Flow::Decided(next) | Flow::Goes(next) => {
                    let decided = match (&state, &next) {
                        (_, State::Failed) => !one.conditional,
                        (State::Null | State::Error, State::Given(_) | State::Elsewhere(_)) => true,
                        (State::Null | State::Error, State::Presence(_) | State::Compared(_)) => {
                            uses.len() == 1
                        }
                        (State::Given(old), State::Given(new)) => old.range != new.range,
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

    fn verdict(self, state: State, returned: bool) -> Verdict {
        let (absence, default, fallback) = match state {
            State::Failed | State::Raised => (Absence::Required, None, None),
            State::Error if returned => (Absence::Required, None, None),
            State::Given(value) | State::GivenTested(value, _) => {
                (Absence::Default, Some(value), None)
            }
            State::Presence(_) => (Absence::Presence, None, None),
            State::Elsewhere(at) if self.presence => (Absence::Presence, None, at),
            State::Elsewhere(at) => (Absence::Optional, None, at),
            State::Error | State::Null | State::Compared(_) | State::Wrapped(_) => {
                (Absence::Optional, None, None)
            }
        };
        let empty_is_absent = self.empty_is_absent && absence != Absence::Presence;
        Verdict {
            absence,
            default,
            fallback,
            empty_is_absent,
            expects: self.expects,
            guarded: self.guarded,
        }
    }
}
