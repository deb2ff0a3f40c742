//! Names that no import of a file brings: those of modules beside it, and of its own crate.

use super::{Program, Target};

impl Program<'_> {
    pub(super) fn implicit_or_external(&self, at: usize, rest: &str, hops: usize) -> Target {
        if !self.files[at].lang.modules.roots.is_empty() {
            let here = self.inside(at, rest, hops);
            if let Some(target @ (Target::Function(..) | Target::Value(..) | Target::Class(..))) =
                here
            {
                return target;
            }
            let own = self.files[at].module.clone();
            let below = self.under(at, &own, rest, hops);
            if below != Target::Other {
                return below;
            }
            if let Some(target) = self.of_own_crate(at, rest, hops) {
                return target;
            }
        }
        Target::External(self.outside_name(at, rest))
    }

    /// The root crate is named by its manifest, which may say something else than its folder.
    pub(super) fn of_own_crate(&self, at: usize, rest: &str, hops: usize) -> Option<Target> {
        let (first, inner) = rest.split_once('.')?;
        if self.is_outside(self.files[at].lang, first) {
            return None;
        }
        let inner = self.under(at, &[], inner, hops);
        matches!(inner, Target::Function(..) | Target::Value(..) | Target::Class(..))
            .then_some(inner)
    }
}
