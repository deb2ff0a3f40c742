//! Names that glob imports bring in.
//!
//! What is found is remembered: globs of globs would be followed again and again.

use super::{Program, Target, split};
use crate::facts::code::{Base, ItemKind};

impl Program<'_> {
    /// A name that a glob import brings in. Remembered: globs of globs would be followed again and again.
    pub(super) fn through_globs(&self, at: usize, rest: &str, hops: usize) -> Option<Target> {
        let unit = &self.files[at];
        if unit.globs.is_empty() {
            return None;
        }
        let key = (at, rest.to_owned());
        if let Some(known) = self.glob_memory.borrow().get(&key) {
            return known.clone();
        }
        // A glob that leads back here finds nothing new.
        self.glob_memory.borrow_mut().insert(key.clone(), None);
        let found = unit.globs.iter().find_map(|item| self.through_glob(at, *item, rest, hops));
        self.glob_memory.borrow_mut().insert(key, found.clone());
        found
    }

    pub(super) fn through_glob(
        &self,
        at: usize,
        item: usize,
        rest: &str,
        hops: usize,
    ) -> Option<Target> {
        let item = &self.files[at].facts.items[item];
        let ItemKind::Glob(path) = &item.kind else { return None };
        let rest = match item.name.as_str() {
            "" => rest,
            module => rest.strip_prefix(module)?.strip_prefix('.')?,
        };
        let full = split(rest).fold(path.clone(), |path, segment| path.join(segment));
        if path.base == Base::Absolute && self.locate(at, &path.rest).is_none() {
            // What an outside module holds is not known, but for the readers.
            return self.readers.contains(&full.rest).then_some(Target::External(full.rest));
        }
        match self.follow(at, &full, hops) {
            Target::Other => None,
            Target::External(name) if !self.readers.contains(&name) => None,
            target => Some(target),
        }
    }
}
