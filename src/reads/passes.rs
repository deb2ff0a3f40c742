//! What calls of the project's own functions are handed that may decide there: truth values, and numbers that are compared with
//! a draw.
//!
//! Keeps the place among the arguments; which function that is, and who else calls it, the linker says.

use super::conditions::Given;
use super::names::Names;
use crate::facts::code::{Base, Path};
use crate::facts::decision::{Answer, Giver, Place};
use crate::lang::syntax::{NodeId, Shape};

/// Arguments of one call beyond these are not looked at.
const MAX_ARGS: usize = 24;

impl Names<'_> {
    /// What a call hands over, or what a struct is put together of.
    pub(super) fn handed_over(&self, id: NodeId, given: &Given<'_>, found: &mut Vec<Answer>) {
        let call = self.tree.range(id);
        match self.tree.shape(id) {
            Shape::Call { callee, args, .. } => {
                let Some(callee) = self.own_callee(*callee) else { return };
                let args = args.iter().enumerate().take(MAX_ARGS).filter(|(_, arg)| !arg.splat);
                for (position, arg) in args {
                    let at = match arg.name {
                        Some(name) => Place::Keyword(name.slice(self.text).to_owned()),
                        None => Place::Position(position),
                    };
                    let by = Giver::Argument { callee: callee.clone(), at, call };
                    self.handed(arg.value, &by, given, found);
                }
            }
            Shape::Record { of, fields } if self.slice(*of) != "Self" => {
                let Some(callee) = self.own_callee(*of) else { return };
                for (name, value) in fields.iter().take(MAX_ARGS) {
                    let Some(value) = value else { continue };
                    let at = Place::Keyword(name.slice(self.text).to_owned());
                    let by = Giver::Argument { callee: callee.clone(), at, call };
                    self.handed(*value, &by, given, found);
                }
            }
            _ => {}
        }
    }

    /// What is called, where it may be the project's own.
    fn own_callee(&self, callee: NodeId) -> Option<Path> {
        let path = self.path(callee);
        let is_own = match path.base {
            Base::Here | Base::Crate | Base::Parent(_) => true,
            Base::Absolute => !self.handlers.functions.contains_key(path.rest.as_str()),
            Base::Unknown | Base::Param(_) => false,
        };
        (is_own && !path.rest.is_empty()).then_some(path)
    }

    fn handed(&self, value: NodeId, by: &Giver, given: &Given<'_>, found: &mut Vec<Answer>) {
        let value = self.tree.unwrapped(value);
        let is_literal =
            matches!(self.tree.shape(value), Shape::Text(_) | Shape::Number | Shape::Bool(_));
        if is_literal {
            return;
        }
        found.extend(self.numbers(value, by, given));
        // What says only half of what is handed over decides nothing there.
        let whole = self.parts(value, given).into_iter();
        let whole = whole.filter(|(_, holding)| {
            holding.on.is_some() && holding.off.is_some() && !holding.of_share
        });
        found.extend(whole.map(|(subject, holding)| Answer {
            giver: by.clone(),
            subject,
            holding,
            is_number: false,
        }));
    }
}
