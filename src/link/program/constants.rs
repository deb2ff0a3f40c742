//! Names at the top of files, through imports: which value of which file is meant.
//!
//! Knows imports by name, through modules and by a glob.

use super::{Program, bare, module_key, split};
use crate::facts::code::{Base, ItemKind, Path};

/// Imports of imports beyond these are not followed.
const MAX_HOPS: usize = 6;

/// And fewer behind a glob, which many files may be meant by.
const BEHIND_GLOB: usize = 4;

impl Program<'_> {
    /// The file and the name of the value at the top of a file that `path` leads to.
    pub(in crate::link) fn value_at_top(&self, at: usize, path: &Path) -> Option<(usize, String)> {
        self.top_within(at, path, MAX_HOPS)
    }

    fn top_within(&self, at: usize, path: &Path, hops: usize) -> Option<(usize, String)> {
        let hops = hops.checked_sub(1)?;
        let (file, rest) = match path.base {
            Base::Here => (at, path.rest.clone()),
            // `pub use ovens::TIMER`, where `mod ovens` stands beside it.
            Base::Absolute => {
                if let Some(found) = self.locate(at, &path.rest) {
                    found
                } else {
                    return self.in_module(at, &split(&path.rest).collect::<Vec<_>>(), hops);
                }
            }
            Base::Parent(up) => self.beside(at, usize::from(up), &path.rest)?,
            Base::Crate => self.module_of(at, &split(&path.rest).collect::<Vec<_>>())?,
            Base::Param(_) | Base::Unknown => return None,
        };
        let unit = &self.files[file];
        let segments: Vec<&str> = split(&rest).collect();
        for keep in (1..=segments.len()).rev() {
            let name: Vec<&str> = segments[..keep].iter().map(|segment| bare(segment)).collect();
            let Some(item) = unit.items.get(name.join(".").as_str()) else { continue };
            return match &unit.facts.items[*item].kind {
                ItemKind::Value(_) if keep == segments.len() => Some((file, name.join("."))),
                ItemKind::Import(import) => {
                    let more = segments[keep..].iter();
                    let path = more.fold(import.clone(), |path, segment| path.join(segment));
                    self.top_within(file, &path, hops)
                }
                ItemKind::Module => self.in_module(file, &segments, hops),
                _ => None,
            };
        }
        if let Some(other) = self.beside_in_package(file, &rest) {
            return self.top_within(other, &Path::here(rest), hops);
        }
        let globs = unit.facts.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Glob(path) => Some(path),
            _ => None,
        });
        let files = globs.flat_map(|path| self.globbed(file, path)).filter(|other| *other != file);
        let files: Vec<usize> = files.collect();
        let mut within = files.into_iter().map(|other| (other, Path::here(rest.clone())));
        let few = hops.min(BEHIND_GLOB);
        let found = within.find_map(|(other, path)| self.top_within(other, &path, few));
        let found = found.or_else(|| self.in_module(file, &segments, hops));
        found.or_else(|| self.in_crate(file, &rest, hops))
    }

    /// A name of a crate of the workspace, which needs no import to be named: `ovens::TIMER`.
    fn in_crate(&self, at: usize, rest: &str, hops: usize) -> Option<(usize, String)> {
        if self.files[at].lang.modules.roots.is_empty() || !rest.contains('.') {
            return None;
        }
        let (file, inner) = self.locate(at, rest)?;
        (file != at).then(|| self.top_within(file, &Path::here(inner), hops))?
    }

    /// A name in a module below that of a file: `pub use ovens::TIMER`, where `ovens` stands in a file of its own.
    fn in_module(&self, file: usize, segments: &[&str], hops: usize) -> Option<(usize, String)> {
        let unit = &self.files[file];
        let all: Vec<&str> = unit.module.iter().copied().chain(segments.iter().copied()).collect();
        let (other, rest) = self.module_of(file, &all)?;
        let is_below = other != file && rest.split('.').count() < segments.len();
        is_below.then(|| self.top_within(other, &Path::here(rest), hops))?
    }

    /// A name in a module that stands so many levels up.
    fn beside(&self, at: usize, up: usize, rest: &str) -> Option<(usize, String)> {
        let unit = &self.files[at];
        let own = usize::from(!(unit.is_index && unit.lang.modules.roots.is_empty()));
        let up = if unit.lang.modules.roots.is_empty() { up.checked_sub(1)? + own } else { up };
        let keep = unit.module.len().saturating_sub(up);
        let all: Vec<&str> = unit.module[..keep].iter().copied().chain(split(rest)).collect();
        self.module_of(at, &all)
    }

    /// The module that the first of these segments name, and the rest.
    fn module_of(&self, at: usize, segments: &[&str]) -> Option<(usize, String)> {
        let unit = &self.files[at];
        (0..segments.len()).rev().find_map(|keep| {
            let plain: Vec<&str> = segments[..keep].iter().map(|segment| bare(segment)).collect();
            let files = self.modules.get(&module_key(unit.lang, &unit.home, &plain))?;
            Some((*files.first()?, segments[keep..].join(".")))
        })
    }
}
