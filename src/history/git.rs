//! Git, as far as it is read: a revision's tree and the texts in it. The one place that knows git.
//!
//! Objects are read as they are kept: no hook, no filter and no conversion of the scanned repository ever runs, and nothing
//! is fetched. What a filter makes of a file on its way to the disk is not seen here.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once};

use git2::{ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags, TreeWalkMode};

pub(super) mod blobs;
pub(super) mod line;
pub(super) mod side;
pub(super) mod steps;
pub(super) mod versions;

use super::Error;
use crate::discover::{Listed, Listing, Object};
use crate::text::files::Unreadable;

/// The mode of a link in a tree.
const LINK: i32 = 0o120_000;
/// The mode of another repository in an index.
const REPOSITORY: u32 = 0o160_000;
/// The most that is read of a link.
const SMALL: usize = 1_000_000;

/// A repository with a working tree. It is opened again for each thread that reads from it.
pub(super) struct Git {
    folder: PathBuf,
    /// What it shares with other working trees of the same repository.
    common: PathBuf,
    /// What it is called to people: the root that led to it.
    pub(super) name: String,
    /// Where its working tree is.
    pub(super) home: PathBuf,
    open: Mutex<Vec<Repository>>,
}

impl Git {
    /// The repository that `path` lies in; `None` where it lies in none.
    pub(super) fn around(path: &Path, name: String) -> Result<Option<Self>, Error> {
        open_partial_clones();
        let none: [&Path; 0] = [];
        let found = Repository::open_ext(path, RepositoryOpenFlags::empty(), none);
        let repository = match found {
            Ok(repository) => repository,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(refused(&name, &error)),
        };
        let Some(home) = repository.workdir() else { return Ok(None) };
        let home = home.canonicalize().unwrap_or_else(|_| home.to_path_buf());
        let folder = repository.path().to_path_buf();
        let common = repository.commondir().to_path_buf();
        Ok(Some(Self { folder, common, name, home, open: Mutex::new(vec![repository]) }))
    }

    /// Where its own data are: two roots with the same are in one repository.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its objects are: working trees of one repository have the same.
    pub(super) fn common(&self) -> &Path {
        &self.common
    }

    /// Whether `revision` names a commit here, or stands for the nothing before the first one.
    pub(super) fn knows(&self, revision: &str) -> Result<bool, Error> {
        self.with(|git| Ok(commit(git, revision).is_some() || is_before_all(git, revision)))
    }

    /// Whether it holds a part of the history only.
    pub(super) fn is_shallow(&self) -> Result<bool, Error> {
        self.with(|git| Ok(git.is_shallow()))
    }

    /// The files of a revision's tree, with repository number `number`.
    pub(super) fn list(&self, revision: &str, number: u16) -> Result<Listing, Error> {
        self.with(|git| {
            let refuse = |error: &git2::Error| refused(&self.name, error);
            if is_before_all(git, revision) {
                return Ok(Listing::default());
            }
            let commit = commit(git, revision).ok_or_else(|| Error::Unknown {
                revision: revision.to_owned(),
                place: self.name.clone(),
            })?;
            let tree = commit.tree().map_err(|error| refuse(&error))?;
            let odb = git.odb().map_err(|error| refuse(&error))?;
            let mut listing = Listing::default();
            let mut lost = 0_usize;
            let walked = tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
                let Ok(name) = entry.name() else { return 0 };
                let path = format!("{folder}{name}");
                if entry.kind() != Some(ObjectType::Blob) {
                    let is_elsewhere = entry.kind() == Some(ObjectType::Commit);
                    listing.elsewhere.extend(is_elsewhere.then_some(path));
                    return 0;
                }
                if entry.filemode() == LINK {
                    lost += usize::from(!odb.exists(entry.id()));
                    listing.files.insert(path, Listed::Link(small(git, entry.id())));
                    return 0;
                }
                let object = Object { repository: number, id: bytes(entry.id()) };
                listing.files.insert(path, Listed::File(object));
                0
            });
            walked.map_err(|error| refuse(&error))?;
            if lost > 0 {
                return Err(Error::partial(lost, revision, &self.name));
            }
            Ok(listing)
        })
    }

    /// How many of these objects are not here.
    pub(super) fn lacks(&self, ids: impl Iterator<Item = [u8; 20]>) -> Result<usize, Error> {
        self.with(|git| {
            let odb = git.odb().map_err(|error| refused(&self.name, &error))?;
            let is_here = |id: &[u8; 20]| Oid::from_bytes(id).is_ok_and(|id| odb.exists(id));
            Ok(ids.filter(|id| !is_here(id)).count())
        })
    }

    /// The files that were added and that a working tree of this clone has, by their path from the top.
    pub(super) fn added(&self) -> Result<Vec<String>, Error> {
        self.with(|git| {
            let index = git.index().map_err(|error| refused(&self.name, &error))?;
            let is_here = |entry: &git2::IndexEntry| {
                let is_left_out =
                    entry.flags_extended & git2::IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0;
                entry.mode != REPOSITORY && !is_left_out
            };
            let entries = index.iter().filter(is_here);
            Ok(entries.filter_map(|entry| String::from_utf8(entry.path).ok()).collect())
        })
    }

    /// Whether git leaves a path of the working tree alone: it is ignored and was not added in spite of that.
    pub(super) fn leaves_out(&self, path: &str) -> Result<bool, Error> {
        self.with(|git| {
            let refuse = |error: &git2::Error| refused(&self.name, error);
            let index = git.index().map_err(|error| refuse(&error))?;
            if index.get_path(Path::new(path), 0).is_some() {
                return Ok(false);
            }
            git.is_path_ignored(path).map_err(|error| refuse(&error))
        })
    }

    /// The bytes of an object.
    pub(super) fn read(&self, id: [u8; 20], limit: u64) -> Result<Vec<u8>, Unreadable> {
        let lost = |error: &dyn std::fmt::Display| Unreadable::Lost(error.to_string());
        let read = self.with(|git| {
            let bytes = Oid::from_bytes(&id).and_then(|id| {
                let size = git.odb()?.read_header(id)?.0;
                if u64::try_from(size).unwrap_or(u64::MAX) > limit {
                    return Ok(None);
                }
                Ok(Some(git.find_blob(id)?.content().to_vec()))
            });
            Ok(bytes)
        });
        match read {
            Ok(Ok(Some(bytes))) => Ok(bytes),
            Ok(Ok(None)) => Err(Unreadable::TooLarge(limit)),
            Ok(Err(error)) => Err(lost(&error.message())),
            Err(error) => Err(lost(&error)),
        }
    }

    /// Does something with a repository that no other thread uses.
    fn with<T>(&self, act: impl FnOnce(&Repository) -> Result<T, Error>) -> Result<T, Error> {
        let free = self.open.lock().ok().and_then(|mut open| open.pop());
        let git = match free {
            Some(git) => git,
            None => Repository::open(&self.folder).map_err(|error| refused(&self.name, &error))?,
        };
        let result = act(&git);
        if let Ok(mut open) = self.open.lock() {
            open.push(git);
        }
        result
    }
}

/// Tells libgit2, once, that clones which lack objects may be opened: whoever reads here is ready for an object that is
/// not there.
#[expect(
    unsafe_code,
    reason = "libgit2 keeps this in a variable of the process; `Once` writes it before anything is opened"
)]
fn open_partial_clones() {
    static ONCE: Once = Once::new();
    // SAFETY: nothing else in this program sets it, and every repository is opened behind this call.
    ONCE.call_once(|| drop(unsafe { git2::opts::set_extensions(&["partialclone"]) }));
}

/// The commit of a revision; of `REV...` the one where the checked-out branch left it.
fn commit<'g>(git: &'g Repository, revision: &str) -> Option<git2::Commit<'g>> {
    let of = |name: &str| git.revparse_single(name).ok()?.peel_to_commit().ok();
    let Some(name) = revision.strip_suffix("...") else { return of(revision) };
    let base = git.merge_base(of(name)?.id(), of("HEAD")?.id()).ok()?;
    git.find_commit(base).ok()
}

/// Whether nothing was committed yet where the branch begins: `HEAD` holds no file then.
fn is_before_all(git: &Repository, revision: &str) -> bool {
    let unborn = git.head().err().map(|error| error.code());
    revision == "HEAD" && unborn == Some(ErrorCode::UnbornBranch)
}

fn small(git: &Repository, id: Oid) -> String {
    let text = git.find_blob(id).ok().filter(|blob| blob.size() <= SMALL);
    text.map(|blob| String::from_utf8_lossy(blob.content()).into_owned()).unwrap_or_default()
}

fn bytes(id: Oid) -> [u8; 20] {
    let mut bytes = [0; 20];
    for (to, from) in bytes.iter_mut().zip(id.as_bytes()) {
        *to = *from;
    }
    bytes
}

fn refused(name: &str, error: &git2::Error) -> Error {
    let why = match error.code() {
        // As in a container, where the clone belongs to somebody else. The way out is git's own.
        ErrorCode::Owner => "it belongs to another user, and git is not told to trust it: \
             git config --global --add safe.directory FOLDER"
            .to_owned(),
        _ => error.message().to_owned(),
    };
    Error::Refused { place: name.to_owned(), why }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_belongs_to_others_has_a_way_out() {
        let error = git2::Error::new(
            git2::ErrorCode::Owner,
            git2::ErrorClass::Config,
            "repository path '/home/mina/shop' is not owned by current user",
        );
        let told = super::refused(".", &error).to_string();
        assert!(told.contains("safe.directory"), "{told}");
        assert!(!told.contains("/home/mina"), "{told}");
    }
}
