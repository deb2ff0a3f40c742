//! Who answers for keys and paths: the part `owners` of the policy.
//!
//! Beside `CODEOWNERS`, which knows paths only. Knows names and globs, not flags.

use super::{PathGlobs, fits_name};

/// The owners that the policy names, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    all: Vec<Owned>,
}

#[derive(Clone, Debug)]
struct Owned {
    owner: String,
    keys: Vec<String>,
    paths: PathGlobs,
}

impl Owners {
    /// Owners with their globs: of paths where there is a `/` in them, else of keys.
    pub(super) fn new(all: Vec<(String, Vec<String>)>) -> Self {
        let owned = all.into_iter().map(|(owner, globs)| {
            let (paths, keys): (Vec<_>, Vec<_>) =
                globs.into_iter().partition(|glob| glob.contains('/'));
            Owned { owner, keys, paths: PathGlobs::new(&paths) }
        });
        Self { all: owned.collect() }
    }

    /// Who answers for a key by its name; the first that fits.
    pub fn of_key(&self, name: &str) -> Option<&str> {
        let mut all = self.all.iter();
        let fits = |one: &&Owned| one.keys.iter().any(|glob| fits_name(glob, name));
        all.find(fits).map(|one| one.owner.as_str())
    }

    /// Who answers for a path; the first that fits.
    pub fn of_path(&self, path: &str) -> Option<&str> {
        self.all.iter().find(|one| one.paths.fits(path)).map(|one| one.owner.as_str())
    }
}
