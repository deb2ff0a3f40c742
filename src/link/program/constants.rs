//! Names at the top of files, through imports: which value of which file is meant.
//!
//! Knows imports by name and through modules; what a glob brings in is not followed.

use super::{Program, bare, module_key, split};
use crate::facts::code::{Base, ItemKind, Path};

/// Imports of imports beyond these are not followed.
const MAX_HOPS: usize = 6;

impl Program<'_> {
    /// The file and the name of the value at the top of a file that `path` leads to.
    pub(in crate::link) fn value_at_top(&self, at: usize, path: &Path) -> Option<(usize, String)> {
        self.top_within(at, path, MAX_HOPS)
    }

    fn top_within(&self, at: usize, path: &Path, hops: usize) -> Option<(usize, String)> {
        let hops = hops.checked_sub(1)?;
        let (file, rest) = match path.base {
            Base::Here => (at, path.rest.clone()),
            Base::Absolute => self.locate(at, &path.rest)?,
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
                _ => None,
            };
        }
        None
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
