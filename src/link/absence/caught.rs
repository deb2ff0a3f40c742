//! What handlers make of a failure: those around a site, and those around a use of a name.
//!
//! Knows exceptions by the last segment of their names, as the tables of handlers do.

use super::state::{Flow, State};
use super::{Run, bound_at};
use crate::facts::code::{Catch, Outcome, Step};

/// What the handlers around a site do.
pub(super) enum Caught {
    /// Nothing: this goes on.
    Not(State),
    /// They take a failure.
    Here(Flow),
}

impl Run<'_, '_> {
    /// What the handlers around the site make of a failure on its way up.
    pub(super) fn caught(&mut self, state: State) -> Caught {
        if !matches!(state, State::Raised | State::Failed) {
            return Caught::Not(state);
        }
        let catches = &self.site().catches;
        let found = match &state {
            State::Raised => self.takes(catches, &self.handlers.lookup_errors),
            _ if self.bad => self.takes(catches, &self.handlers.value_errors),
            _ => self.takes(catches, self.raised_inside()),
        };
        match found {
            Some(catch) => Caught::Here(self.handled(catch, true)),
            None => Caught::Not(state),
        }
    }

    /// Runs the steps of the site; what fails in them may be taken by the handlers around it.
    pub(super) fn tried(&mut self, state: &State) -> Flow {
        let site = self.site();
        let end = site.steps.iter().position(|step| matches!(step, Step::Bound { .. }));
        let (here, later) = site.steps.split_at(end.unwrap_or(site.steps.len()));
        let flow = self.steps(state.clone(), here);
        if let Some(catch) = self.slipped(state, &flow, &site.catches) {
            return self.handled(catch, true);
        }
        match flow {
            Flow::Goes(next) => self.steps(next, later),
            done => done,
        }
    }

    /// The flow itself, or what the handlers around a use make of it where none, or a text that does not parse, made it
    /// fail.
    pub(super) fn taken(&mut self, state: &State, flow: Flow, catches: &[Catch]) -> Flow {
        self.slipped(state, &flow, catches).map_or(flow, |catch| self.handled(catch, false))
    }

    fn slipped<'c>(&self, state: &State, flow: &Flow, catches: &'c [Catch]) -> Option<&'c Catch> {
        if !matches!(flow, Flow::Decided(State::Failed) | Flow::Goes(State::Failed)) {
            return None;
        }
        match state {
            State::Null => self.takes(catches, &self.handlers.none_errors),
            State::Bad => self.takes(catches, &self.handlers.value_errors),
            _ => None,
        }
    }

    fn takes<'c>(&self, catches: &'c [Catch], names: &[String]) -> Option<&'c Catch> {
        let takes =
            |catch: &Catch, names: &[String]| catch.types.iter().any(|name| names.contains(name));
        catches.iter().find(|catch| {
            catch.types.is_empty() || takes(catch, &self.handlers.all_errors) || takes(catch, names)
        })
    }

    /// What a handler gives; `names` where the name that it gives it to is the one the answer would have.
    fn handled(&mut self, catch: &Catch, names: bool) -> Flow {
        let next = match &catch.outcome {
            Outcome::Fail => State::Failed,
            Outcome::Value(value) => self.given(value, self.site().range),
            Outcome::ValueOrFail(value) => self.value_or_fail(value, self.site().range),
            _ => State::Elsewhere(None),
        };
        match next {
            State::Null | State::Given(_) if catch.leaves => Flow::Leaves(next),
            // The handler gives the name its value: what was tried is not done with it.
            State::Null | State::Given(_) => match bound_at(&self.site().steps).filter(|_| names) {
                Some(uses) => self.uses(next, uses),
                None => Flow::Decided(next),
            },
            next => Flow::Decided(next),
        }
    }

    /// What the function that the frame calls raises itself.
    fn raised_inside(&self) -> &[String] {
        let inner = self.frame.checked_sub(1).and_then(|inner| self.places.get(inner));
        let function = inner.and_then(|inner| {
            let place = inner.site.function?;
            self.program.files[inner.file].facts.functions.get(place)
        });
        function.map(|function| function.raises.as_slice()).unwrap_or_default()
    }
}
