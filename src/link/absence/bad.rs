//! What a read does with a text that does not parse: the same steps, run on a value that is there and is wrong.
//!
//! Says only whether the code goes on with another value; where that cannot be told, it is taken to fail.

use super::Run;
use super::state::{Flow, State};
use crate::facts::code::{Arm, StepArg};
use crate::lang::handlers::{Handlers, Handling};
use crate::link::chains::Chain;
use crate::link::program::Program;
use crate::model::ValueType;

/// Whether a text that does not parse is dropped for another value, without a failure.
pub(super) fn falls_back(
    program: &Program<'_>,
    handlers: &Handlers,
    chain: &Chain<'_>,
    expects: &ValueType,
) -> bool {
    if matches!(expects, ValueType::Unknown | ValueType::Text | ValueType::Path) {
        return false;
    }
    let mut run = Run::of_chain(program, handlers, chain);
    run.bad = true;
    let (state, _) = run.frames(State::Bad);
    !matches!(state, State::Bad | State::Failed | State::Raised | State::Error)
}

impl Run<'_, '_> {
    /// What a method makes of a text that does not parse.
    pub(super) fn bad_method(&mut self, name: &str, args: &[StepArg]) -> Flow {
        if self.handlers.methods.get(name).is_some_and(|row| row.parses) {
            return Flow::Goes(State::Error);
        }
        for arg in args.iter().filter(|arg| !arg.uses.is_empty()) {
            match self.uses(State::Bad, &arg.uses) {
                Flow::Goes(State::Bad) | Flow::Decided(State::Bad) | Flow::Returns(State::Bad) => {}
                Flow::Goes(State::Failed) | Flow::Decided(State::Failed) => {
                    return Flow::Decided(State::Failed);
                }
                Flow::Goes(next)
                | Flow::Decided(next)
                | Flow::Returns(next)
                | Flow::Leaves(next) => return Flow::Goes(next),
            }
        }
        Flow::Goes(State::Bad)
    }

    /// What a function outside the project makes of it.
    pub(super) fn bad_passed(&self, row: &Handling) -> Flow {
        match row.of_type.as_deref() {
            Some("int" | "float" | "json" | "url") if self.rust_like() => Flow::Goes(State::Error),
            Some("int" | "float" | "json" | "url") => Flow::Decided(State::Failed),
            Some("bool") if !row.words.is_empty() => Flow::Decided(State::Failed),
            _ => Flow::Decided(State::Bad),
        }
    }

    /// The arms for a value that is there.
    pub(super) fn bad_matched(&mut self, arms: &[Arm]) -> Flow {
        for arm in arms.iter().filter(|arm| matches!(&*arm.pattern, "Ok" | "Some")) {
            match self.uses(State::Bad, &arm.uses) {
                Flow::Goes(State::Bad) | Flow::Decided(State::Bad) | Flow::Returns(State::Bad) => {}
                Flow::Decided(next) | Flow::Returns(next) => return Flow::Goes(next),
                flow => return flow,
            }
        }
        Flow::Goes(State::Bad)
    }
}
