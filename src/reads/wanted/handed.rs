//! Functions and classes that are handed a flag, or what may be a share: they decide by it, wherever they are declared.

use rustc_hash::FxHashSet;

use super::{Known, TELLING_NAME, Wanted};
use crate::facts::CodeFacts;
use crate::facts::code::Path;
use crate::facts::decision::Giver;
use crate::nature::Nature;
use crate::text::TextRange;

impl Known {
    /// Asks for their declarations. `asked` are the places of the file that may ask for a key.
    pub(super) fn handed(
        &mut self,
        facts: &CodeFacts,
        asked: &FxHashSet<TextRange>,
        wanted: &mut Wanted,
    ) {
        for answer in &facts.answers {
            let Giver::Argument { callee, .. } = &answer.giver else { continue };
            let is_telling = |path: &Path| {
                let nature = Nature::of(path.last());
                if answer.is_number {
                    nature.is_share()
                } else {
                    (nature.is_switch() || nature.is_flag()) && self.names.contains(path.last())
                }
            };
            let is_named = answer.subject.path.as_ref().is_some_and(is_telling);
            let name = callee.last();
            if (is_named || asked.contains(&answer.subject.range))
                && name.len() >= TELLING_NAME
                && self.declared.insert(name.to_owned())
            {
                wanted.declarations.push(name.to_owned());
            }
        }
    }
}
