//! The same walk over a tree that is kept in a project's history: a list of files in place of a file system.
//!
//! What a list holds was added, whatever is ignored. What was never kept, most env files among it, is not in the list:
//! whoever made it adds that.

use std::collections::BTreeMap;

use super::folders::{Folders, under};
use super::{Entry, Found, Kept, Link, Object, is_foreign};
use crate::config::PathGlobs;
use crate::definitions;
use crate::model::{Problem, ProblemKind};
use crate::text::relative::joined;

/// The most links that are followed one after another.
const MOST_LINKS: usize = 8;

/// The files of one kept tree.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files by path from the top of the tree.
    pub files: BTreeMap<String, Listed>,
    /// Folders in which another repository is kept: what they held is not known.
    pub elsewhere: Vec<String>,
}

impl Listing {
    /// Whether a path lies in another repository.
    pub fn is_elsewhere(&self, path: &str) -> bool {
        self.elsewhere.iter().any(|folder| under(path, folder).is_some())
    }
}

/// A file of a kept tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// A regular file.
    File(Object),
    /// A link, with where it leads.
    Link(String),
}

/// What a walk of the folder `prefix` (empty for the top) would have found, as root number `root`.
pub fn listed(listing: &Listing, prefix: &str, root: u16, exclude: &PathGlobs) -> Found {
    let mut walk = Walk { listing, prefix, exclude, folders: Folders::default() };
    let mut found = Found::default();
    for (path, file) in &listing.files {
        let Some(inside) = under(path, prefix) else { continue };
        if !walk.takes(path, inside) {
            continue;
        }
        let path = inside.to_owned();
        match walk.target(path_of(prefix, inside), file) {
            Ok(Led::File(object)) => {
                let kept = Kept::Object(object);
                found.entries.push(Entry { root, path, kept, ignored: false });
            }
            Ok(Led::Folder(to)) => found.links.push(Link { root, path, to }),
            Err(message) if definitions::may_define(inside) => {
                let (message, kind) = (message.to_owned(), ProblemKind::Unread);
                found.problems.push(Problem { path, message, span: None, kind });
            }
            Err(_) => {}
        }
    }
    found
}

fn path_of(folder: &str, inside: &str) -> String {
    if folder.is_empty() { inside.to_owned() } else { format!("{folder}/{inside}") }
}

/// Where a path of a kept tree leads.
enum Led {
    /// To a text.
    File(Object),
    /// To a folder, which is read where it is.
    Folder(String),
}

struct Walk<'a> {
    listing: &'a Listing,
    prefix: &'a str,
    exclude: &'a PathGlobs,
    folders: Folders<'a>,
}

impl<'a> Walk<'a> {
    /// Whether a file is looked at.
    fn takes(&mut self, path: &'a str, inside: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.enters(folder) && !self.exclude.fits(inside)
    }

    /// Whether the walk enters a folder: all between the root and it are entered, and it is the project's own.
    fn enters(&mut self, folder: &'a str) -> bool {
        let mut folders = std::mem::take(&mut self.folders);
        let enters = folders.enters(folder, self.prefix, |at| self.is_out(at));
        self.folders = folders;
        enters
    }

    fn is_out(&self, folder: &str) -> bool {
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let has =
            |folder: &str, file: &str| self.listing.files.contains_key(&path_of(folder, file));
        let names = (above.rsplit('/').next().unwrap_or(above), name);
        is_foreign(names, |file| has(folder, file), |file| has(above, file))
            || under(folder, self.prefix).is_some_and(|inside| self.exclude.fits(inside))
    }

    /// The text that a file stands for, or the folder to which it leads.
    fn target(&self, mut path: String, file: &Listed) -> Result<Led, &'static str> {
        let mut file = file;
        for _ in 0..MOST_LINKS {
            let to = match file {
                Listed::File(object) => return Ok(Led::File(*object)),
                Listed::Link(to) => to,
            };
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let next = joined(folder, to).filter(|next| under(next, self.prefix).is_some());
            let Some(next) = next else {
                return Err("is a link out of the tree and was not followed");
            };
            let Some(found) = self.listing.files.get(&next) else {
                let below = format!("{next}/");
                let mut inside = self.listing.files.range(below.clone()..);
                let is_folder = inside.next().is_some_and(|(path, _)| path.starts_with(&below));
                let inside = under(&next, self.prefix).unwrap_or(&next).to_owned();
                return is_folder
                    .then_some(Led::Folder(inside))
                    .ok_or("is a link that cannot be followed");
            };
            (path, file) = (next, found);
        }
        Err("is a link that cannot be followed")
    }
}

#[cfg(test)]
mod tests {
    use super::{Listed, Listing, listed};
    use crate::config::PathGlobs;
    use crate::discover::Object;

    fn paths(files: &[(&str, Option<&str>)], prefix: &str) -> Vec<String> {
        let object = Object { repository: 0, id: [0; 20] };
        let file = |link: Option<&str>| {
            link.map_or(Listed::File(object), |to| Listed::Link(to.to_owned()))
        };
        let listing = Listing {
            files: files.iter().map(|(path, link)| ((*path).to_owned(), file(*link))).collect(),
            elsewhere: Vec::new(),
        };
        let found = listed(&listing, prefix, 0, &PathGlobs::new(&["generated".to_owned()]));
        found.entries.into_iter().map(|entry| entry.path).collect()
    }

    #[test]
    fn a_kept_tree_is_walked_as_a_folder_is() {
        let files = [
            ("bake/oven.py", None),
            ("bake/oven.env", None),
            ("bake/link.env", Some("../deploy/prod.env")),
            ("bake/out.env", Some("../../else.env")),
            ("bake/log/keep.py", None),
            ("deploy/prod.env", None),
            ("generated/x.py", None),
            ("node_modules/x.py", None),
            ("venv/pyvenv.cfg", None),
            ("venv/x.py", None),
            ("vendor/__init__.py", None),
            ("dist/x.py", None),
            ("chart/templates/vendor/base/name.tpl", None),
        ];
        let found = paths(&files, "");
        let expected = [
            "bake/link.env",
            "bake/log/keep.py",
            "bake/oven.env",
            "bake/oven.py",
            "chart/templates/vendor/base/name.tpl",
            "deploy/prod.env",
            "vendor/__init__.py",
        ];
        assert_eq!(found, expected);
        assert_eq!(paths(&files, "bake"), ["log/keep.py", "oven.env", "oven.py"]);
        assert_eq!(paths(&files, "node_modules"), ["x.py"], "a root is entered");
    }
}
