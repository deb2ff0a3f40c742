//! Keeps an index from run to run, in the cache folder of the user: one file for each repository and set of roots.
//!
//! A file that does not fit in every respect is as good as none. It holds names of files, commits and numbers of words:
//! no value, and no digest of one.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::git::Git;
use super::git::line::{Commit, Id, Stop};
use super::index::{Index, Log, Logs, Table};
use super::pack::{Unpack, put, put_bytes, put_signed};
use super::scope::Scope;
use crate::lang;

/// How a file begins: what it is, and the version of its form.
const MAGIC: &[u8] = b"keydrift history 3\n";
/// A larger file is none of ours.
const LARGEST: u64 = 2_000_000_000;
/// The length of the checksum at the end.
const CHECK: usize = 32;

/// Where the index of a repository is kept.
pub(super) struct Store {
    path: PathBuf,
    /// What must hold for a file to fit.
    mark: String,
}

impl Store {
    /// The place for a repository below the cache folder; `None` where that is in the repository's own working tree.
    pub(super) fn new(cache: &Path, git: &Git, scope: &Scope) -> Option<Self> {
        if !cache.is_absolute()
            || cache.starts_with(&git.home)
            || resolved(cache).starts_with(&git.home)
        {
            return None;
        }
        let home = git.common().to_string_lossy().into_owned();
        // What the tables say decides what is found in old versions as well.
        let (version, rows) = (env!("CARGO_PKG_VERSION"), lang::fingerprint());
        let mark = format!("{version}\n{rows}\n{home}\n{}", scope.mark);
        let name = blake3::hash(mark.as_bytes()).to_hex();
        Some(Self { path: cache.join("history").join(name.as_str()), mark })
    }

    /// The index that was kept, where one fits.
    pub(super) fn load(&self) -> Option<Index> {
        let file = fs::File::open(&self.path).ok()?;
        let size = file.metadata().ok().filter(fs::Metadata::is_file)?.len();
        let mut bytes = Vec::new();
        if size > LARGEST || file.take(LARGEST).read_to_end(&mut bytes).is_err() {
            return None;
        }
        read(&bytes, &self.mark)
    }

    /// Keeps an index. Where that fails the next run does the work again, and nothing else is lost.
    pub(super) fn save(&self, index: &Index) -> std::io::Result<()> {
        let bytes = written(index, &self.mark);
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)?;
        // Another run may do the same: each writes a file of its own, and the last one stays.
        let mut mark = [0; 8];
        getrandom::fill(&mut mark).map_err(std::io::Error::other)?;
        let own = self.path.with_extension(format!("{:x}.tmp", u64::from_le_bytes(mark)));
        let kept = write_new(&own, &bytes).and_then(|()| fs::rename(&own, &self.path));
        if kept.is_err() {
            // What cannot be removed either stays behind; it is never read.
            let _ = fs::remove_file(&own);
        }
        kept
    }
}

/// The folder itself or the nearest one above it that is there, without links.
fn resolved(path: &Path) -> PathBuf {
    path.ancestors().find_map(|at| at.canonicalize().ok()).unwrap_or_default()
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn written(index: &Index, mark: &str) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    put_bytes(&mut out, mark.as_bytes());
    put(&mut out, index.commits.len() as u64);
    for commit in &index.commits {
        out.extend_from_slice(&commit.id);
        out.extend_from_slice(&commit.tree);
        put_signed(&mut out, commit.time);
        put_signed(&mut out, i64::from(commit.zone));
    }
    out.push(match index.stop {
        None => 0,
        Some(Stop::Shallow) => 1,
        Some(Stop::Missing) => 2,
        Some(Stop::Long) => 3,
    });
    match index.lost {
        None => put(&mut out, 0),
        Some((commit, id)) => {
            put(&mut out, u64::from(commit) + 1);
            out.extend_from_slice(&id);
        }
    }
    put(&mut out, index.unlisted.map_or(0, |commit| u64::from(commit) + 1));
    for numbers in [&index.words.all, &index.entries.all, &index.keys] {
        put(&mut out, numbers.len() as u64);
        out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    for logs in [&index.code.all, &index.config.all] {
        put(&mut out, logs.len() as u64);
        for log in logs {
            put_bytes(&mut out, log.path.as_bytes());
            put(&mut out, u64::from(log.last));
            put_bytes(&mut out, &log.steps);
        }
    }
    let check = blake3::hash(&out);
    out.extend_from_slice(check.as_bytes());
    out
}

fn read(bytes: &[u8], mark: &str) -> Option<Index> {
    let (body, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    if blake3::hash(body).as_bytes() != check {
        return None;
    }
    let mut rest = Unpack(body.strip_prefix(MAGIC)?);
    if rest.bytes()? != mark.as_bytes() {
        return None;
    }
    let mut index = Index::default();
    for _ in 0..rest.count(42)? {
        let (id, tree) = (id(&mut rest)?, id(&mut rest)?);
        let (time, zone) = (rest.signed()?, i32::try_from(rest.signed()?).ok()?);
        index.commits.push(Commit { id, tree, time, zone });
    }
    index.stop = match rest.raw(1)? {
        [0] => None,
        [1] => Some(Stop::Shallow),
        [2] => Some(Stop::Missing),
        [3] => Some(Stop::Long),
        _ => return None,
    };
    index.lost = match rest.small()? {
        0 => None,
        after => Some((after - 1, id(&mut rest)?)),
    };
    index.unlisted = rest.small()?.checked_sub(1);
    index.words = Table::of(numbers(&mut rest)?);
    index.entries = Table::of(numbers(&mut rest)?);
    index.keys = numbers(&mut rest)?;
    index.code = logs(&mut rest)?;
    index.config = logs(&mut rest)?;
    let fits = index.keys.len() == index.entries.all.len() && rest.0.is_empty();
    fits.then_some(index)
}

fn id(rest: &mut Unpack<'_>) -> Option<Id> {
    rest.raw(20)?.try_into().ok()
}

fn numbers(rest: &mut Unpack<'_>) -> Option<Vec<u64>> {
    let count = rest.count(8)?;
    (0..count).map(|_| Some(u64::from_le_bytes(rest.raw(8)?.try_into().ok()?))).collect()
}

fn logs(rest: &mut Unpack<'_>) -> Option<Logs> {
    let count = rest.count(3)?;
    let log = |_| {
        let path = String::from_utf8(rest.bytes()?.to_vec()).ok()?;
        Some(Log { path, last: rest.small()?, steps: rest.bytes()?.to_vec() })
    };
    Some(Logs::of((0..count).map(log).collect::<Option<Vec<_>>>()?))
}

#[cfg(test)]
mod tests {
    use super::{Index, read, written};
    use crate::history::git::line::{Commit, Stop};
    use crate::history::index::Delta;

    #[test]
    fn what_is_kept_comes_back_whole_or_not_at_all() {
        let mut index = Index { stop: Some(Stop::Shallow), ..Index::default() };
        index.commits.push(Commit { id: [1; 20], tree: [2; 20], time: -5, zone: -120 });
        index.lost = Some((0, [3; 20]));
        index.unlisted = Some(0);
        let added = vec![index.words.number(77), index.words.number(78)];
        let log = index.code.number("shop/bake.py") as usize;
        index.code.all[log].push(Delta { added, ..Delta::default() });
        index.entries.number(5);
        index.keys.push(6);
        index.config.number("prod.env");
        let bytes = written(&index, "mark");
        assert_eq!(read(&bytes, "mark").as_ref(), Some(&index));
        assert_eq!(read(&bytes, "other"), None);
        for at in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            assert_eq!(read(&broken, "mark"), None, "byte {at}");
            assert_eq!(read(&bytes[..at], "mark"), None, "cut at {at}");
        }
    }
}
