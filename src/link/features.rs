//! Which features of a package are on, and which items its build leaves out.
//!
//! Knows what manifests say, not how somebody calls the compiler.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::unit::Unit;
use crate::facts::code::Expr;
use crate::facts::schema::Mark;
use crate::facts::{BuildFacts, CodeFacts};
use crate::text::relative::folder;
use crate::text::{File, FileId, Files};

/// The features that are on where nobody says otherwise; `None` outside of packages that have any.
pub(super) type On<'a> = Option<&'a BTreeSet<String>>;

/// The features of all packages, by root and folder.
pub(super) struct Features<'a>(FxHashMap<(u16, &'a str), &'a BTreeSet<String>>);

impl<'a> Features<'a> {
    pub(super) fn new(builds: &'a [(FileId, BuildFacts)], files: &'a Files) -> Self {
        let packages = builds.iter().filter(|(_, facts)| facts.kind == "cargo");
        let by_folder = packages.map(|(id, facts)| {
            let file = files.get(*id);
            ((file.root, folder(&file.path)), &facts.features)
        });
        Self(by_folder.collect())
    }

    /// Each file of code with what is on in its package.
    pub(super) fn units<'u>(
        &self,
        code: &'u [(FileId, CodeFacts)],
        files: &'u Files,
    ) -> impl ExactSizeIterator<Item = (FileId, &'u str, &'u CodeFacts, On<'a>)> {
        code.iter().map(|(id, facts)| {
            let file = files.get(*id);
            (*id, file.path.as_str(), facts, self.of(file))
        })
    }

    /// Those of the package that a file is of.
    pub(super) fn of(&self, file: &File) -> On<'a> {
        let mut inside = folder(&file.path);
        loop {
            if let Some(on) = self.0.get(&(file.root, inside)) {
                return Some(on);
            }
            if inside.is_empty() {
                return None;
            }
            inside = folder(inside);
        }
    }
}

impl Unit<'_> {
    /// Whether a build may leave out what has these marks: `#[cfg(…)]`, unless it asks for one feature that is on.
    pub(super) fn may_be_left_out(&self, marks: &[Mark]) -> bool {
        let mut conditions = marks.iter().filter(|mark| mark.path.last() == "cfg");
        conditions.any(|mark| !self.is_on(mark))
    }

    fn is_on(&self, mark: &Mark) -> bool {
        let [only] = &mark.args[..] else { return false };
        let Expr::Text(feature) = &only.value else { return false };
        only.name.as_deref() == Some("feature") && self.on.is_some_and(|on| on.contains(feature))
    }
}
