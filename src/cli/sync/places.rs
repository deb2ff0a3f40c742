//! Where the roots of a run lie: on disk, and in their repositories.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::Args;
use crate::edit::Refusal;
use crate::history::top;
use crate::scan::Scan;
use crate::text::{File, FileId};

/// Where the roots lie: on disk, and in their repositories.
pub(super) struct Places {
    roots: Vec<Root>,
    only: Option<u16>,
}

struct Root {
    given: PathBuf,
    home: PathBuf,
    top: PathBuf,
}

impl Places {
    pub(super) fn of(args: &Args) -> anyhow::Result<Self> {
        let mut roots = Vec::new();
        for given in args.scan.roots() {
            let home = given.canonicalize();
            let home = home.with_context(|| format!("no such path: {}", given.display()))?;
            let folder = if home.is_file() { home.parent() } else { None };
            let folder = folder.unwrap_or(&home).to_path_buf();
            let top = top(given).unwrap_or(folder);
            roots.push(Root { given: given.clone(), home, top });
        }
        let only = match &args.inside {
            None => None,
            Some(path) => {
                let home = path.canonicalize().ok();
                let at = roots.iter().position(|root| Some(&root.home) == home.as_ref());
                let at = at.with_context(|| format!("{} is none of the paths", path.display()))?;
                Some(u16::try_from(at).unwrap_or(u16::MAX))
            }
        };
        let wanted = |at: usize| only.is_none_or(|only| usize::from(only) == at);
        let tops: BTreeSet<&Path> = roots
            .iter()
            .enumerate()
            .filter(|(at, _)| wanted(*at))
            .map(|(_, root)| root.top.as_path())
            .collect();
        if tops.len() > 1 && !args.write {
            bail!(
                "the paths lie in {} repositories: say which one is to change, with --in PATH",
                tops.len()
            );
        }
        Ok(Self { roots, only })
    }

    fn root(&self, file: &File) -> Option<&Root> {
        self.roots.get(usize::from(file.root))
    }

    /// Where a file lies.
    pub(super) fn on_disk(&self, file: &File) -> PathBuf {
        match self.root(file) {
            Some(root) if root.home.is_file() => root.given.clone(),
            Some(root) => root.given.join(&file.path),
            None => PathBuf::from(&file.path),
        }
    }

    /// The path of a file from the top of its repository.
    pub(super) fn shown(&self, file: &File) -> String {
        let Some(root) = self.root(file) else { return file.path.clone() };
        let home = if root.home.is_file() { root.home.parent() } else { None };
        let inside = home.unwrap_or(&root.home).strip_prefix(&root.top).unwrap_or(Path::new(""));
        let mut parts: Vec<String> = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        parts.push(file.path.clone());
        parts.join("/")
    }

    /// Refuses files that are not to change, and those whose text is not what lies on disk.
    pub(super) fn is_open(&self, scan: &Scan, id: FileId) -> Result<(), Refusal> {
        let file = scan.files.get(id);
        if self.only.is_some_and(|only| only != file.root) {
            return Err(Refusal("it lies outside of what is to change".into()));
        }
        let path = self.on_disk(file);
        let home = self.root(file).map(|root| root.home.as_path());
        let expected = home
            .map(|home| if home.is_file() { home.to_path_buf() } else { home.join(&file.path) });
        if path.canonicalize().ok() != expected {
            return Err(Refusal("it is reached through a link".into()));
        }
        match std::fs::read(&path) {
            Ok(bytes) if bytes == file.text.as_bytes() => Ok(()),
            Ok(_) => {
                Err(Refusal("the file holds bytes that are no text, or has changed since".into()))
            }
            Err(_) => Err(Refusal("the file cannot be read".into())),
        }
    }
}
