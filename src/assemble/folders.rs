//! The files of a scan by their paths, as tools that follow paths from file to file need them.
//!
//! A path never leads out of its root: files of other roots are other projects.

use std::collections::HashMap;

pub(crate) use crate::text::relative::{folder, joined as join};
use crate::text::{File, FileId, Files};

/// All files.
pub(crate) struct Folders<'a> {
    files: HashMap<(u16, &'a str), FileId>,
}

impl<'a> Folders<'a> {
    /// Those of `files`.
    pub(crate) fn new(files: &'a Files) -> Self {
        let by_path = |(id, file): (FileId, &'a File)| ((file.root, file.path.as_str()), id);
        Self { files: files.iter().map(by_path).collect() }
    }

    /// The file at `path` under a root.
    pub(crate) fn file(&self, root: u16, path: &str) -> Option<FileId> {
        self.files.get(&(root, path)).copied()
    }
}

/// The way from one folder to a path, both seen from the root.
pub(crate) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    let to: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let shared = from.iter().zip(&to).take_while(|(one, two)| one == two).count();
    let mut way = vec![".."; from.len() - shared];
    way.extend(to.iter().skip(shared));
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use super::{join, relative};

    #[test]
    fn paths_are_joined_within_the_root() {
        assert_eq!(join("overlays/production", "../../base").as_deref(), Some("base"));
        assert_eq!(join("", "./base/").as_deref(), Some("base"));
        assert_eq!(join("base", "../../elsewhere"), None);
        assert_eq!(join("base", "/etc/base"), None);
    }

    #[test]
    fn paths_are_seen_from_another_folder() {
        assert_eq!(relative("deploy/local", "deploy/web.env"), "../web.env");
        assert_eq!(relative("", "web.env"), "web.env");
        assert_eq!(relative("a", "a"), ".");
    }
}
