//! Which files a scan looks at.
//!
//! Walks the roots in the manner of `git`: inside a repository what is ignored is left alone unless it was added in spite of
//! that. Files named `.env`, `.env.*` and `*.env` are found even so, for most of those that matter are never committed. Opens
//! no file, follows no link out of its root, and knows nothing of what a file holds.

mod folders;
mod ignoring;
mod listed;

pub use ignoring::Ignoring;
pub use listed::{Listed, Listing, listed};

use std::collections::BTreeMap;
use std::fs::FileType;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use ignore::WalkBuilder;
use rustc_hash::FxHashSet;

use self::folders::Folders;
use crate::config::PathGlobs;
use crate::definitions;
use crate::model::{Problem, ProblemKind};

/// Folders that hold other people's code, caches or what a build made.
const SKIPPED: &[&str] = &[
    ".bzr",
    ".cache",
    ".direnv",
    ".eggs",
    ".git",
    ".gradle",
    ".hg",
    ".idea",
    ".jj",
    ".mypy_cache",
    ".next",
    ".nox",
    ".nuxt",
    ".parcel-cache",
    ".pnpm-store",
    ".pytest_cache",
    ".ruff_cache",
    ".svelte-kit",
    ".svn",
    ".terraform",
    ".tox",
    ".turbo",
    ".venv",
    ".yarn",
    "__pycache__",
    "__pypackages__",
    "_vendor",
    "bower_components",
    "node_modules",
    "site-packages",
];

/// Folders that are skipped unless they are packages of the project: a shop may have an app named `vendor`.
const SKIPPED_UNLESS_PACKAGE: &[&str] = &["dist", "third_party", "vendor"];

/// A file that a scan may read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The place of its root on the command line, from 0.
    pub root: u16,
    /// Relative to the root, with `/`.
    pub path: String,
    /// Where its text is kept.
    pub kept: Kept,
    /// Whether version control leaves it out.
    pub ignored: bool,
}

/// Where the text of a file is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// In the file system.
    Disk(PathBuf),
    /// In the history of a project.
    Object(Object),
    /// In an archive, out of which it was taken.
    Unpacked(Arc<str>),
}

impl Kept {
    /// Where to open it in the file system; `None` for what is kept elsewhere.
    pub fn on_disk(&self) -> Option<&Path> {
        match self {
            Self::Disk(path) => Some(path),
            Self::Object(_) | Self::Unpacked(_) => None,
        }
    }
}

/// A text in the history of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// The place of its repository among those of the scan.
    pub repository: u16,
    /// Its name there.
    pub id: [u8; 20],
}

/// A link to a folder of the same root. What it holds is read where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The place of its root.
    pub root: u16,
    /// Where it stands.
    pub path: String,
    /// The folder to which it leads.
    pub to: String,
}

/// What the walk found.
#[derive(Debug, Default)]
pub struct Found {
    /// The files, by root and path.
    pub entries: Vec<Entry>,
    /// The links to folders.
    pub links: Vec<Link>,
    /// What could not be entered.
    pub problems: Vec<Problem>,
}

/// Walks `roots`, leaving out what the globs `exclude` match. `added` are the files of each root that version control holds:
/// they count whatever is ignored. Fails where a root does not exist.
pub fn discover(
    roots: &[PathBuf],
    exclude: &[String],
    added: &[Vec<String>],
) -> anyhow::Result<Found> {
    let exclude = PathGlobs::new(exclude);
    let mut found = Found::default();
    let mut seen = BTreeMap::new();
    for (number, root) in roots.iter().enumerate() {
        let home = std::fs::canonicalize(root).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => anyhow::anyhow!("no such path: {}", root.display()),
            _ => anyhow::anyhow!("cannot read {}: {}", root.display(), plain(&error)),
        })?;
        let number = u16::try_from(number).context("too many paths")?;
        let mut walk = Walk { root, home, number, exclude: &exclude, found: &mut found };
        if walk.home.is_file() {
            walk.single();
        } else {
            walk.tree();
            walk.added(added.get(usize::from(number)).map_or(&[], Vec::as_slice));
        }
    }
    found.entries.sort();
    found
        .entries
        .dedup_by(|later, earlier| (later.root, &later.path) == (earlier.root, &earlier.path));
    // Roots may overlap; the first one that holds a file keeps it.
    if roots.len() > 1 {
        found.entries.retain(|entry| {
            let Some(file) = entry.kept.on_disk() else { return true };
            let file = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
            *seen.entry(file).or_insert(entry.root) == entry.root
        });
    }
    found.problems.sort_by(|one, two| (&one.path, &one.message).cmp(&(&two.path, &two.message)));
    found.problems.dedup();
    Ok(found)
}

struct Walk<'a> {
    root: &'a Path,
    home: PathBuf,
    number: u16,
    exclude: &'a PathGlobs,
    found: &'a mut Found,
}

impl Walk<'_> {
    /// A root that is a file.
    fn single(&mut self) {
        let path = self.root.file_name().unwrap_or(self.root.as_os_str());
        self.found.entries.push(Entry {
            root: self.number,
            path: path.to_string_lossy().into_owned(),
            kept: Kept::Disk(self.root.to_path_buf()),
            ignored: false,
        });
    }

    fn tree(&mut self) {
        let (root, exclude) = (self.root.to_path_buf(), self.exclude.clone());
        let walk = WalkBuilder::new(self.root)
            .hidden(false)
            .ignore(false)
            // What one machine ignores must not change the answer.
            .git_global(false)
            .git_exclude(false)
            // In an archive or an export of a repository, what it ignores and holds all the same was added to it.
            .require_git(true)
            .follow_links(false)
            .filter_entry(move |entry| {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                entry.depth() == 0
                    || !(is_folder && is_skipped(entry.path())
                        || exclude.fits(&relative(&root, entry.path())))
            })
            .build();
        for step in walk {
            match step {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {
                    self.left_out(entry.path());
                }
                Ok(entry) => {
                    let Some(kind) = entry.file_type() else { continue };
                    self.take(entry.path(), kind, false);
                }
                Err(error) => self.refuse(&error),
            }
        }
    }

    /// The environment files of a folder, ignored or not; those that are not are met again and win.
    fn left_out(&mut self, folder: &Path) {
        // The walk itself tells of a folder that cannot be read.
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            if is_env_file(&entry.file_name().to_string_lossy())
                && let Ok(kind) = entry.file_type()
            {
                self.take(&entry.path(), kind, true);
            }
        }
    }

    /// The files that version control holds although they are ignored.
    fn added(&mut self, paths: &[String]) {
        let mine = self.found.entries.iter().filter(|entry| entry.root == self.number);
        let met: FxHashSet<String> =
            mine.filter(|entry| !entry.ignored).map(|entry| entry.path.clone()).collect();
        let is_out = |at: &str| is_skipped(&self.root.join(at)) || self.exclude.fits(at);
        let mut folders = Folders::default();
        let mut wanted = Vec::new();
        for path in paths.iter().filter(|path| !met.contains(*path)) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if folders.enters(folder, "", is_out) {
                wanted.push(self.root.join(path));
            }
        }
        for file in wanted {
            if let Ok(found) = std::fs::symlink_metadata(&file) {
                self.take(&file, found.file_type(), false);
            }
        }
    }

    fn take(&mut self, file: &Path, kind: FileType, ignored: bool) {
        let path = relative(self.root, file);
        if kind.is_dir()
            || self.exclude.fits(&path)
            || kind.is_symlink() && !self.leads_inside(file, &path)
        {
            return;
        }
        // Pipes, sockets and devices would block or never end.
        if kind.is_file() || kind.is_symlink() {
            let kept = Kept::Disk(file.to_path_buf());
            self.found.entries.push(Entry { root: self.number, path, kept, ignored });
        } else if definitions::may_define(&path) {
            self.problem(path, "is no regular file and was not opened".to_owned());
        }
    }

    /// Whether a link ends at a regular file of the same root. Linked folders are read where they are.
    fn leads_inside(&mut self, link: &Path, path: &str) -> bool {
        let message = match std::fs::canonicalize(link) {
            Ok(target) if !target.starts_with(&self.home) => {
                if target.is_dir() {
                    return false;
                }
                "is a link out of the tree and was not followed".to_owned()
            }
            Ok(target) if target.is_dir() => {
                let to = relative(&self.home, &target);
                let (root, path) = (self.number, path.to_owned());
                self.found.links.push(Link { root, path, to });
                return false;
            }
            Ok(target) => return target.is_file(),
            Err(error) => format!("is a link that cannot be followed: {error}"),
        };
        if definitions::may_define(path) {
            self.problem(path.to_owned(), message);
        }
        false
    }

    fn refuse(&mut self, error: &ignore::Error) {
        let path =
            error_path(error).map_or_else(|| ".".to_owned(), |path| relative(self.root, path));
        let message = match error.io_error() {
            Some(io) => format!("cannot be read: {}", plain(io)),
            None => format!("cannot be understood: {error}"),
        };
        self.problem(path, message);
    }

    fn problem(&mut self, path: String, message: String) {
        self.found.problems.push(Problem { path, message, span: None, kind: ProblemKind::Unread });
    }
}

/// What the system says, without the path that its text may repeat.
fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        kind => kind.to_string(),
    }
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            error_path(err)
        }
        ignore::Error::Partial(errors) => errors.first().and_then(error_path),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// Whether a file name is that of an environment file: `.env`, `.env.production`, `production.env`.
fn is_env_file(name: &str) -> bool {
    name.starts_with(".env.") || name.strip_suffix(".env").is_some()
}

fn is_skipped(folder: &Path) -> bool {
    let holds = |file: &str| folder.join(file).exists();
    let beside = |file: &str| folder.with_file_name(file).exists();
    let name = |path: Option<&Path>| {
        let name = path.and_then(Path::file_name).unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    is_foreign((&name(folder.parent()), &name(Some(folder))), holds, beside)
}

/// Whether a folder, told by the name of the one above and its own, holds other people's code, caches or what a build made.
pub(crate) fn is_foreign(
    (above, name): (&str, &str),
    holds: impl Fn(&str) -> bool,
    beside: impl Fn(&str) -> bool,
) -> bool {
    SKIPPED.binary_search(&name).is_ok()
        || holds("CACHEDIR.TAG")
        || holds("pyvenv.cfg")
        || name == "target" && (beside("Cargo.toml") || beside("pom.xml"))
        || SKIPPED_UNLESS_PACKAGE.contains(&name)
            // Templates of a chart call those that they bring along.
            && above != "templates"
            && !(holds("__init__.py") || holds("mod.rs"))
}

#[cfg(test)]
mod tests {
    use super::{SKIPPED, SKIPPED_UNLESS_PACKAGE, is_env_file};

    #[test]
    fn tables_are_sorted() {
        assert!(SKIPPED.is_sorted());
        assert!(SKIPPED_UNLESS_PACKAGE.is_sorted());
    }

    #[test]
    fn env_files_by_name() {
        assert!(is_env_file(".env") && is_env_file(".env.production"));
        assert!(is_env_file("production.env") && !is_env_file(".envrc"));
    }
}
