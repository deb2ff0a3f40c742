//! What a call makes of a state: methods of the answer, functions that it is handed to.
//!
//! Functions of the project are followed; of others only what the tables of handlers say is known.

use super::state::{Flow, State, is_blank};
use super::{Place, Run};
use crate::facts::code::{Expr, Path, Step, StepArg, Use};
use crate::lang::handlers::Effect;
use crate::link::program::Target;

impl Run<'_, '_> {
    pub(super) fn rust_like(&self) -> bool {
        !self.handlers.wrappers.is_empty()
    }

    pub(super) fn method(&mut self, state: State, name: &str, args: &[StepArg]) -> Flow {
        if matches!(state, State::Bad) {
            return self.bad_method(name, args);
        }
        let row = self.handlers.methods.get(name);
        let asks = args.iter().any(|arg| !arg.uses.is_empty());
        self.empty_is_absent |= name == "filter" && args.iter().any(|arg| drops_empty(&arg.uses));
        let effect = match (&state, row) {
            (State::Null, Some(row)) => row.none,
            (State::Error, Some(row)) => row.error,
            (State::Null, None) => self.handlers.other_method,
            (State::Error, None) if self.handlers.other_method == Effect::Unknown => {
                return Flow::Decided(state);
            }
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
            Effect::Fail if !self.rust_like() => return self.slips(state),
            Effect::Fail => State::Failed,
            Effect::None => State::Null,
            Effect::Error => State::Error,
            // `.is_ok_and(|text| text == "1")` asks for more than whether it is there.
            Effect::Presence if asks => State::Compared(name.contains("none")),
            Effect::Presence => {
                self.presence = true;
                State::Presence(name.contains("none") || name.contains("err"))
            }
            Effect::False | Effect::No => State::Compared(false),
            Effect::Absence => return self.asked_for_absence(state),
            Effect::Unknown => return Flow::Decided(state),
            Effect::Empty => State::Given(self.bind(&Expr::Text(String::new()), self.site().range)),
            Effect::Default | Effect::Closure => match args.first() {
                Some(arg) => self.argument(arg),
                None => State::Elsewhere(None),
            },
        })
    }

    pub(super) fn passed(&mut self, state: State, callee: &Path, position: usize) -> Flow {
        let is_bad = matches!(state, State::Bad);
        if self.handlers.wrappers.iter().any(|wrapper| wrapper == &callee.rest) {
            if is_bad {
                return Flow::Goes(state);
            }
            return Flow::Goes(State::Wrapped(Box::new(state)));
        }
        let file = self.place().file;
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
            (State::Bad, _) => self.bad_passed(row),
            (State::Null, Effect::Fail) => self.slips(state),
            (State::Null, Effect::False) => {
                self.presence = true;
                self.empty_is_absent = true;
                Flow::Goes(State::Presence(false))
            }
            (State::Null, Effect::No) => Flow::Goes(State::Compared(false)),
            (State::Null | State::Given(_), Effect::Absence) => self.asked_for_absence(state),
            // `str(None)` is a text.
            (State::Null, Effect::Unknown) => Flow::Decided(state),
            _ => Flow::Goes(state),
        }
    }

    /// A question whether there is a value that is not empty: `string.IsNullOrEmpty(answer)`.
    fn asked_for_absence(&mut self, state: State) -> Flow {
        if matches!(&state, State::Given(value) if !is_blank(value)) {
            return Flow::Decided(state);
        }
        self.empty_is_absent = true;
        Flow::Goes(if self.direct { State::Presence(true) } else { State::Compared(true) })
    }

    /// What a function of the project does with an answer that it is handed.
    pub(super) fn handed(
        &mut self,
        state: State,
        file: usize,
        function: usize,
        position: usize,
    ) -> Flow {
        let Some(param) = self.program.files[file].facts.functions[function].params.get(position)
        else {
            return Flow::Decided(state);
        };
        let Some(depth) = self.calls.checked_sub(1) else { return Flow::Decided(state) };
        self.calls = depth;
        // What its code says stands in its own file, and its parameters are not those of the function here.
        let frame = self.frame;
        let place = Place { file, given: None, ..self.places[frame] };
        let own = std::mem::replace(&mut self.places[frame], place);
        let flow = self.uses(state, &param.uses);
        self.places[frame] = own;
        self.calls += 1;
        match flow {
            // What the function gives back goes on where it was called.
            Flow::Returns(next) | Flow::Leaves(next) => Flow::Goes(next),
            Flow::Goes(next) | Flow::Decided(next) => Flow::Decided(next),
        }
    }
}

/// `|text| !text.is_empty()`
fn drops_empty(uses: &[Use]) -> bool {
    uses.iter().any(|one| match &one.steps[..] {
        [Step::Method { name, .. }, Step::Not, ..] => name == "is_empty",
        _ => false,
    })
}
