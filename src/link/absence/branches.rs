//! What the other path gives: the arguments of a default, the branches of a test, the arms of a match.
//!
//! Sees one branch at a time; what runs after it is told by the steps of the chain.

use super::state::{Flow, State, is_blank, is_null, is_written};
use super::{Refuses, Run};
use crate::facts::code::{Arm, Branch, Expr, Outcome, Path, Step, StepArg, Use};
use crate::lang::handlers::Effect;
use crate::link::evaluate::{Bound, CALLER, HOLE};
use crate::link::program::Target;
use crate::model::StandIn;
use crate::text::{Span, TextRange};

impl Run<'_, '_> {
    pub(super) fn argument(&self, arg: &StepArg) -> State {
        match &arg.outcome {
            Outcome::Fail => State::Failed,
            Outcome::Answer | Outcome::Value(_) => self.given(&arg.value, arg.range),
            Outcome::ValueOrFail(value) => self.value_or_fail(value, arg.range),
            Outcome::Other | Outcome::Nothing => {
                let file = self.program.files[self.place().file].id;
                State::Elsewhere(Some(Span::new(file, arg.range)))
            }
        }
    }

    /// A value that code puts in the place of the absent one.
    pub(super) fn given(&self, value: &Expr, range: TextRange) -> State {
        match value {
            Expr::Null => State::Null,
            Expr::Path(path) if path.rest == "None" => State::Null,
            Expr::Call(path, ..) if self.handlers.errors.contains(&path.rest) => State::Error,
            Expr::Call(path, ..) if self.never_returns(path) => State::Failed,
            Expr::Call(path, args, _) if self.handlers.wrappers.contains(&path.rest) => {
                match args.first() {
                    Some(inner) => match self.given(inner, range) {
                        State::Null => State::Wrapped(Box::new(State::Null)),
                        inner => inner,
                    },
                    None => State::Null,
                }
            }
            Expr::Param(_) => self.passed_on(self.bind(value, range).settled()),
            Expr::Call(path, _, Some(inner)) if matches!(**inner, Expr::Param(_)) => {
                self.taken_out(value, inner, path.last(), range)
            }
            _ => State::Given(self.bind(value, range)),
        }
    }

    /// What a caller passed: the value inside `Some`.
    fn passed_on(&self, settled: Bound) -> State {
        match &settled.expr {
            value if is_null(value) => State::Null,
            Expr::Call(path, args, _) if self.handlers.wrappers.contains(&path.rest) => {
                match args.first() {
                    Some(inner) if !is_null(inner) => {
                        State::Given(Bound { expr: inner.clone(), ..settled })
                    }
                    _ => State::Null,
                }
            }
            _ => State::Given(settled),
        }
    }

    /// `default.ok_or_else(|| anyhow!("not set"))`: what is inside the parameter, or a failure.
    fn taken_out(&self, value: &Expr, inner: &Expr, method: &str, range: TextRange) -> State {
        let of_none = self.handlers.methods.get(method).map(|row| row.none);
        match (self.given(inner, range), of_none) {
            (State::Null, Some(Effect::Fail)) => State::Failed,
            (State::Null, Some(Effect::Error)) => State::Error,
            (State::Given(inner), Some(Effect::Fail | Effect::Error)) if self.rust_like() => {
                State::Given(inner)
            }
            _ => State::Given(self.bind(value, range)),
        }
    }

    /// What a comparison of a value that the code gives comes to.
    pub(super) fn compared_default(
        &self,
        value: Bound,
        (null, negated): (bool, bool),
        with: &[String],
    ) -> Flow {
        if null && is_written(&value) {
            return Flow::Goes(State::GivenTested(value, negated, false));
        }
        // What an empty default is compared with is not known here.
        if with.is_empty() && is_blank(&value) {
            return Flow::Decided(State::Given(value));
        }
        let words = self.words(&value);
        // Among texts that are not known here, it is taken for one of them.
        if null || with.is_empty() || words.is_empty() {
            return Flow::Goes(State::Given(value));
        }
        let is_one = words.iter().any(|word| with.contains(word));
        Flow::Goes(State::GivenTested(value, is_one != negated, is_one))
    }

    /// What a value that the code gives is as a text, as far as that is known.
    fn words(&self, value: &Bound) -> Vec<String> {
        let settled = value.settled();
        match &settled.expr {
            // `str(False)` keeps no trace of the call.
            Expr::Bool(true) => vec!["True".to_owned(), "true".to_owned()],
            Expr::Bool(false) => vec!["False".to_owned(), "false".to_owned()],
            _ => match self.program.texts(&settled).as_slice() {
                [text] if !text.contains([HOLE, CALLER]) => vec![text.clone()],
                _ => Vec::new(),
            },
        }
    }

    /// A function of the project that fails whenever it is called.
    pub(super) fn never_returns(&self, path: &Path) -> bool {
        let file = self.place().file;
        match self.program.resolve(file, path) {
            Target::Function(file, place) => self.program.files[file].facts.functions[place].fails,
            _ => false,
        }
    }

    pub(super) fn value_or_fail(&self, value: &Expr, range: TextRange) -> State {
        let Expr::Param(place) = value else { return State::Failed };
        let given = self.place().given.as_ref();
        match given {
            Some(given) if given.passed.get(usize::from(*place)) == Some(&true) => {
                match self.given(value, range) {
                    // Nobody leaves out an argument here: `None` is how none is passed.
                    State::Null if self.rust_like() => State::Failed,
                    state => state,
                }
            }
            _ => State::Failed,
        }
    }

    pub(super) fn branch(&mut self, branch: &Branch) -> State {
        match &branch.outcome {
            Outcome::Fail => {
                self.by_error = branch.leaves && !self.handlers.errors.is_empty();
                State::Failed
            }
            Outcome::Value(value) => self.given(value, branch.range),
            Outcome::ValueOrFail(value) => {
                self.by_error = !self.handlers.errors.is_empty();
                self.value_or_fail(value, branch.range)
            }
            Outcome::Other | Outcome::Answer => State::Elsewhere(self.span(branch)),
            Outcome::Nothing => State::Elsewhere(None),
        }
    }

    pub(super) fn tested(
        &mut self,
        state: State,
        negated: bool,
        (then, otherwise): (&Branch, &Branch),
        keeps: bool,
    ) -> Flow {
        let holds = match &state {
            State::Compared(value) | State::Presence(value) | State::GivenTested(_, value, _) => {
                *value
            }
            State::Null | State::Error => {
                self.empty_is_absent = true;
                false
            }
            State::Given(_) if state.is_falsy() => false,
            _ => return Flow::Decided(state),
        } != negated;
        let (absent, present) = if holds { (then, otherwise) } else { (otherwise, then) };
        if absent.outcome == Outcome::Fail && present.outcome == Outcome::Fail {
            // It fails whatever the key says: absence is not why.
            return Flow::Decided(State::Elsewhere(None));
        }
        self.guarded.extend(self.span(present));
        if present.stand_in.is_none() && !self.with_word {
            self.stands_in(absent);
        }
        let is_presence = self.direct && matches!(state, State::Null | State::Presence(_));
        let next = match self.branch(absent) {
            // `"debug" if verbose else "info"`: neither is the value of the key.
            State::Given(value) if !keeps && !is_presence => {
                State::Elsewhere(Some(value.span(self.program)))
            }
            next => next,
        };
        match self.weighed(state, next, absent) {
            Ok(next @ (State::Given(_) | State::Null)) if absent.leaves => Flow::Leaves(next),
            Ok(next) => Flow::Decided(next),
            Err(flow) => flow,
        }
    }

    /// What the branch that absence takes says of the key, or what decides at once.
    fn weighed(&mut self, state: State, next: State, absent: &Branch) -> Result<State, Flow> {
        let is_blank =
            |value: &Bound| matches!(&value.settled().expr, Expr::Text(text) if text.is_empty());
        Ok(match (state, next) {
            // Code that refuses what is switched off: the default is that it is off.
            (State::Given(value) | State::GivenTested(value, ..), State::Failed)
                if says_no(&value) =>
            {
                return Err(Flow::Decided(State::Given(value)));
            }
            // A default that is empty and then fails the test is no default.
            (State::Given(value) | State::GivenTested(value, ..), State::Failed) => {
                self.empty_is_absent |= is_blank(&value);
                State::Failed
            }
            // A word that stands for none: `if name == "auto": name = "oven"`. What is given for all but some words is not what
            // the default comes to.
            (State::Given(_) | State::GivenTested(_, _, true), State::Given(value)) => {
                State::Given(value)
            }
            (State::GivenTested(value, ..) | State::Given(value), _) => {
                return Err(Flow::Decided(State::Given(value)));
            }
            (state, State::Failed) => {
                self.refuses = self.refused(&state);
                State::Failed
            }
            // The answer is tested where it is asked for and goes nowhere: only whether it is there matters.
            (State::Null | State::Presence(_), next) if self.direct => {
                self.presence = true;
                match next {
                    State::Given(value) => {
                        self.instead = Some(value);
                        State::Elsewhere(self.span(absent))
                    }
                    State::Elsewhere(at) => State::Elsewhere(at),
                    _ => State::Elsewhere(None),
                }
            }
            (State::Presence(_), State::Elsewhere(at)) => {
                self.presence = true;
                State::Elsewhere(at)
            }
            (_, next) => next,
        })
    }

    /// What else a test refuses that nothing fails.
    fn refused(&self, state: &State) -> Refuses {
        match state {
            State::Compared(_) if self.with_word => Refuses::Others,
            State::Null => Refuses::Empty,
            State::Presence(_) if self.empty_is_absent => Refuses::Empty,
            _ => Refuses::Nothing,
        }
    }

    /// Notes what the branch that absence takes makes in the place of a service.
    fn stands_in(&mut self, absent: &Branch) {
        if let (None, Some(made)) = (self.stand_in, absent.stand_in) {
            let file = self.program.files[self.place().file].id;
            self.stand_in = Some(StandIn { span: Span::new(file, made.range), what: made.what });
        }
    }

    pub(super) fn matched(&mut self, state: State, arms: &[Arm]) -> Flow {
        let fits = |arm: &&Arm| {
            let any = arm.pattern == "_" || arm.pattern.starts_with(|c: char| c.is_lowercase());
            match &state {
                State::Error => {
                    any || arm.pattern == "Err"
                        && arm.inner.as_deref().is_none_or(|inner| inner != "NotUnicode")
                }
                State::Null => any || arm.pattern == "None",
                State::Wrapped(_) => {
                    any || arm.pattern == "Ok"
                        && arm.inner.as_deref().is_none_or(|inner| matches!(inner, "None" | "_"))
                }
                _ => false,
            }
        };
        let present: Vec<_> =
            arms.iter().filter(|arm| matches!(arm.pattern.as_str(), "Ok" | "Some")).collect();
        let spans: Vec<_> = present.iter().filter_map(|arm| self.span(&arm.branch)).collect();
        let passes = present.iter().any(|arm| arm.passes);
        let ignores =
            |arm: &&Arm| arm.uses.is_empty() && !arm.passes && arm.inner.as_deref() == Some("_");
        self.presence |= !present.is_empty() && present.iter().all(ignores);
        let Some(arm) = arms.iter().find(fits) else { return Flow::Goes(state) };
        if let State::Wrapped(inner) = &state
            && arm.pattern == "Ok"
            && !arm.uses.is_empty()
        {
            return self.uses((**inner).clone(), &arm.uses);
        }
        self.guarded.extend(spans);
        if present.iter().all(|arm| arm.branch.stand_in.is_none()) {
            self.stands_in(&arm.branch);
        }
        match self.branch(&arm.branch) {
            // `None => return Err(…)`: what stands below is not reached.
            State::Error if arm.branch.leaves => Flow::Leaves(State::Error),
            State::Error if !matches!(arm.branch.outcome, Outcome::Value(_)) => {
                Flow::Goes(State::Failed)
            }
            // Another path, not another value: the other arm does not give the value itself.
            State::Given(value)
                if !passes
                    && !matches!(arm.branch.outcome, Outcome::ValueOrFail(_))
                    && (self.stated || !is_own_value(&value.expr)) =>
            {
                Flow::Goes(State::Elsewhere(Some(value.span(self.program))))
            }
            next => Flow::Goes(next),
        }
    }
}

/// Whether a value is written out, so that it stands for the key's own.
fn is_literal(value: &Expr) -> bool {
    match value {
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::List(_) | Expr::Path(_) => true,
        Expr::Method(inner, ..) | Expr::Call(_, _, Some(inner)) => is_literal(inner),
        Expr::Join(many) => many.iter().all(is_literal),
        _ => false,
    }
}

/// Whether a value stands for the key's own even where the code does something else with the key's.
fn is_own_value(value: &Expr) -> bool {
    is_literal(value) && !matches!(value, Expr::Path(_))
}

/// Whether a value that the code gives says that something is off.
fn says_no(value: &Bound) -> bool {
    match &value.settled().expr {
        Expr::Bool(value) => !value,
        Expr::Text(text) => ["false", "no", "off"].contains(&text.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

/// The uses of the name that the answer is given.
pub(super) fn bound_at(steps: &[Step]) -> Option<&[Use]> {
    steps.iter().find_map(|step| match step {
        Step::Bound { uses, .. } => Some(uses.as_slice()),
        _ => None,
    })
}

/// Whether the next use tests the name again in the code that this one leaves it to: `if x in YES: return True`, then
/// `if x in NO: return False`, then `raise`.
pub(super) fn goes_on(one: &Use, next: Option<&Use>) -> bool {
    let Some(Step::Tested { otherwise: rest, .. }) = one.steps.last() else { return false };
    let Some(Step::Tested { then, .. }) = next.and_then(|next| next.steps.last()) else {
        return false;
    };
    rest.outcome == Outcome::Fail
        && rest.range.start <= then.range.start
        && then.range.end <= rest.range.end
}
