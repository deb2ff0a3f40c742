//! Functions of the project that are called like methods of what a library made: `settings.Need("PORT")`.
//!
//! Where several have one name, which of them is meant is not told.

use super::{Program, Target};
use crate::facts::code::Function;

impl<'a> Program<'a> {
    /// Keeps a function that is called like a method.
    pub(super) fn extend(&mut self, file: usize, place: usize, function: &'a Function) {
        if function.extends && !function.in_test {
            let name = function.name.rsplit('.').next().unwrap_or(&function.name);
            self.extensions.entry(name).or_default().push((file, place));
        }
    }

    /// The function of the project that is meant where code calls a method which what answers for keys does not have.
    pub(in crate::link) fn extended(&self, target: &Target) -> Option<Target> {
        let Target::External(name) = target else { return None };
        let (object, method) = name.rsplit_once('.')?;
        if self.is_reader(name) || !self.is_reader(object) {
            return None;
        }
        match self.extensions.get(method)?[..] {
            [(file, place)] => Some(Target::Function(file, place)),
            _ => None,
        }
    }
}
