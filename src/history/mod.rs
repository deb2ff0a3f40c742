//! A project as it was at a revision: the same roots, read from the history in place of the disk.
//!
//! A scan of it gives what `check` would have given then. What version control never held, most env files among it, is
//! taken as it is now: nothing says what it was. A root that is in no repository, or in one that does not know the
//! revision, is taken as it is now too, and that is told.
//!
//! Beside it, in `chronicle`, what the whole history tells of the keys of a scan: `index` keeps what happened in files,
//! `grow` adds commits to it, `store` keeps it from run to run, `sightings` and `moments` make periods and dates of it.

mod chronicle;
mod clock;
mod entries;
mod git;
mod grow;
mod index;

mod memory;
mod moments;
mod moves;
mod pack;
mod past;
mod pushed;
mod scope;
mod sightings;
mod store;
mod terms;
mod values;
mod words;

pub use chronicle::{About, Ask, Scanned, chronicle};
pub use memory::Memory;

use std::path::{Path, PathBuf};

use crate::config::PathGlobs;
use crate::discover::{self, Entry, Found, Kept, Listing, Object};
use crate::text::files::{self, Unreadable};
use git::Git;

/// Why a revision cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A root that is not there.
    #[error("no such path: {0}")]
    NoPath(String),
    /// No root is in a repository.
    #[error("there is no git repository at {0}: a revision needs one")]
    NoRepository(String),
    /// No repository knows the revision.
    #[error("there is no revision `{revision}` in the git repository at {place}")]
    Unknown {
        /// The revision.
        revision: String,
        /// The repository.
        place: String,
    },
    /// The same, where it is likely that more history would help.
    #[error(
        "there is no revision `{revision}` in the git repository at {place}, which is a shallow clone: fetch it first, \
         with {}",
        fetched(revision)
    )]
    Shallow {
        /// The revision.
        revision: String,
        /// The repository.
        place: String,
    },
    /// Files of the revision are not here.
    #[error(
        "the git repository at {place} lacks {files} of `{revision}`, as a partial clone does: fetch them first, \
         with `git diff --stat {revision}`, or all with `git fetch --refetch --no-filter`"
    )]
    Partial {
        /// How many, as a phrase.
        files: String,
        /// The revision.
        revision: String,
        /// The repository.
        place: String,
    },
    /// There is more than is kept in memory.
    #[error("the history of the git repository at {place} holds more files than keydrift follows")]
    Large {
        /// The repository.
        place: String,
    },
    /// Git said no.
    #[error("cannot read the git repository at {place}: {why}")]
    Refused {
        /// The repository.
        place: String,
        /// What was said.
        why: String,
    },
}

/// The commands that bring a revision to a shallow clone: one that goes by its place in the history needs the history.
fn fetched(revision: &str) -> String {
    let is_name = !revision.contains(['~', '^', '@', ':']) && !revision.ends_with("...");
    let whole = "`git fetch --unshallow`";
    if is_name {
        format!("`git fetch --depth=1 origin {revision}` or {whole}")
    } else {
        whole.to_owned()
    }
}

impl Error {
    /// This many files of a revision are not here.
    fn partial(lost: usize, revision: &str, place: &str) -> Self {
        let files = if lost == 1 { "1 file".to_owned() } else { format!("{lost} files") };
        let (revision, place) = (revision.to_owned(), place.to_owned());
        Self::Partial { files, revision, place }
    }
}

/// The top of the working tree that `path` lies in; `None` where it lies in none.
pub fn top(path: &Path) -> Option<PathBuf> {
    let home = path.canonicalize().ok()?;
    let git = Git::around(&home, path.display().to_string()).ok()??;
    home.starts_with(&git.home).then_some(git.home)
}

/// The files below a root that were added to the repository around it, whatever is ignored; none where there is no repository.
/// Those of repositories inside of it are not seen.
pub fn added(root: &Path) -> Result<Vec<String>, Error> {
    let Ok(home) = root.canonicalize() else { return Ok(Vec::new()) };
    let Some(git) = Git::around(&home, root.display().to_string())? else { return Ok(Vec::new()) };
    let Ok(inside) = home.strip_prefix(&git.home) else { return Ok(Vec::new()) };
    let prefix = slashed(inside);
    let mut paths = git.added()?;
    if !prefix.is_empty() {
        let below = format!("{prefix}/");
        paths =
            paths.iter().filter_map(|path| path.strip_prefix(&below)).map(str::to_owned).collect();
    }
    Ok(paths)
}

fn slashed(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The roots of a scan at a revision.
pub struct Past {
    revision: String,
    repositories: Vec<Git>,
    roots: Vec<Root>,
}

/// A root: in which repository it lies, and where in it. `None` where it is taken as it is now.
struct Root {
    given: PathBuf,
    kept: Option<(usize, String)>,
    /// Why it is taken as it is now, where it is in a repository.
    strange: Option<Error>,
}

impl Past {
    /// The roots at `revision`. Fails where no repository knows it.
    pub fn at(roots: &[PathBuf], revision: &str) -> Result<Self, Error> {
        let mut past =
            Self { revision: revision.to_owned(), repositories: Vec::new(), roots: Vec::new() };
        for root in roots {
            let mut strange: Option<Error> = None;
            let home = root.canonicalize();
            let home = home.map_err(|_| Error::NoPath(root.display().to_string()))?;
            let kept = match Git::around(&home, root.display().to_string())? {
                Some(git) => past.root_in(git, &home, &mut strange)?,
                None => None,
            };
            past.roots.push(Root { given: root.clone(), kept, strange });
        }
        if past.roots.iter().any(|root| root.kept.is_some()) {
            return Ok(past);
        }
        let strange = past.roots.iter_mut().rev().find_map(|root| root.strange.take());
        Err(strange.unwrap_or_else(|| {
            let first = roots.first().map(|root| root.display().to_string());
            Error::NoRepository(first.unwrap_or_default())
        }))
    }

    /// Where `home` lies in a repository that knows the revision.
    fn root_in(
        &mut self,
        git: Git,
        home: &Path,
        strange: &mut Option<Error>,
    ) -> Result<Option<(usize, String)>, Error> {
        let known = self.repositories.iter().position(|known| known.folder() == git.folder());
        if known.is_none() && !git.knows(&self.revision)? {
            let (revision, place) = (self.revision.clone(), git.name.clone());
            *strange = Some(if git.is_shallow()? {
                Error::Shallow { revision, place }
            } else {
                Error::Unknown { revision, place }
            });
            return Ok(None);
        }
        let Ok(inside) = home.strip_prefix(&git.home) else { return Ok(None) };
        let prefix = slashed(inside);
        let at = known.unwrap_or_else(|| {
            self.repositories.push(git);
            self.repositories.len() - 1
        });
        Ok(Some((at, prefix)))
    }

    /// The roots that are taken as they are now.
    pub fn unknown(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().filter(|root| root.kept.is_none()).map(|root| root.given.as_path())
    }

    /// The roots that are taken as they are now, each with the reason.
    pub fn losses(&self) -> impl Iterator<Item = (&Path, String)> {
        self.roots.iter().filter(|root| root.kept.is_none()).map(|root| {
            let none = || "it is in no git repository".to_owned();
            let why = root.strange.as_ref().map_or_else(none, ToString::to_string);
            (root.given.as_path(), why)
        })
    }

    /// The revision, where that is what was scanned of a repository.
    fn revision_of(&self, git: &Git) -> Option<&str> {
        let is_known = self.repositories.iter().any(|known| known.folder() == git.folder());
        is_known.then_some(self.revision.as_str())
    }

    /// What a walk at the revision would have found, given what one finds now.
    pub fn found(&self, now: Found, exclude: &[String]) -> Result<Found, Error> {
        let exclude = PathGlobs::new(exclude);
        let listings = self.listings()?;
        let mut found = Found::default();
        let mut now_by_root: Vec<Vec<Entry>> = self.roots.iter().map(|_| Vec::new()).collect();
        let links = now.links;
        for entry in now.entries {
            if let Some(entries) = now_by_root.get_mut(usize::from(entry.root)) {
                entries.push(entry);
            }
        }
        let mut seen = std::collections::BTreeMap::new();
        for ((number, root), now) in (0_u16..).zip(&self.roots).zip(now_by_root) {
            let Some((at, prefix)) = &root.kept else {
                found.entries.extend(now);
                found.links.extend(links.iter().filter(|link| link.root == number).cloned());
                continue;
            };
            let (git, listing) = (&self.repositories[*at], &listings[*at]);
            let mut then = if prefix.is_empty() || !listing.files.contains_key(prefix) {
                discover::listed(listing, prefix, number, &exclude)
            } else {
                single(listing, prefix, number)
            };
            for entry in now {
                let path = joined(prefix, &entry.path);
                let was_kept = listing.files.contains_key(&path);
                if !was_kept && (listing.is_elsewhere(&path) || git.leaves_out(&path)?) {
                    then.entries.push(entry);
                }
            }
            // Roots may overlap; the first one that holds a file keeps it.
            then.entries.retain(|entry| {
                let file = (*at, joined(prefix, &entry.path));
                *seen.entry(file).or_insert(number) == number
            });
            found.entries.append(&mut then.entries);
            found.links.append(&mut then.links);
            found.problems.append(&mut then.problems);
        }
        found.entries.sort();
        found
            .problems
            .sort_by(|one, two| (&one.path, &one.message).cmp(&(&two.path, &two.message)));
        Ok(found)
    }

    fn listings(&self) -> Result<Vec<Listing>, Error> {
        let all = (0_u16..).zip(&self.repositories);
        all.map(|(number, git)| git.list(&self.revision, number)).collect()
    }

    /// Fails where one of these files is not in its repository, as in a partial clone.
    pub fn holds(&self, entries: &[Entry]) -> Result<(), Error> {
        for (number, git) in (0_u16..).zip(&self.repositories) {
            let ids = entries.iter().filter_map(|entry| match &entry.kept {
                Kept::Object(object) if object.repository == number => Some(object.id),
                _ => None,
            });
            let lost = git.lacks(ids)?;
            if lost > 0 {
                return Err(Error::partial(lost, &self.revision, &git.name));
            }
        }
        Ok(())
    }

    /// The bytes of a file that `found` gave.
    pub fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, Unreadable> {
        match &entry.kept {
            Kept::Disk(path) => files::bytes(path, limit),
            Kept::Unpacked(text) => Ok(text.as_bytes().to_vec()),
            Kept::Object(Object { repository, id }) => {
                let git = self.repositories.get(usize::from(*repository));
                let git = git.ok_or_else(|| Unreadable::Lost("no repository".to_owned()))?;
                git.read(*id, limit)
            }
        }
    }
}

/// A root that is a file.
fn single(listing: &Listing, path: &str, root: u16) -> Found {
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    let mut found = Found::default();
    if let Some(discover::Listed::File(object)) = listing.files.get(path) {
        let kept = Kept::Object(*object);
        found.entries.push(Entry { root, path: name, kept, ignored: false });
    }
    found
}

fn joined(folder: &str, inside: &str) -> String {
    if folder.is_empty() { inside.to_owned() } else { format!("{folder}/{inside}") }
}
