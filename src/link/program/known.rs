//! What the tables of a language say of the names in a file.

use super::Program;
use crate::lang::handlers::{Handlers, Verb};

impl<'a> Program<'a> {
    /// Whether a qualified name is that of a reader.
    pub(in crate::link) fn is_reader(&self, name: &str) -> bool {
        self.readers.contains(name)
    }

    /// The handlers of the language of a file.
    pub(in crate::link) fn handlers(&self, file: usize) -> Option<&'a Handlers> {
        let lang = self.files[file].lang.name;
        self.handlers.iter().find(|(name, _)| *name == lang).map(|(_, handlers)| handlers)
    }

    /// What a method or function of that name gives in a file.
    pub(in crate::link) fn verb(&self, file: usize, name: &str) -> Option<Verb> {
        self.handlers(file)?.verbs.get(name).copied()
    }
}
