//! The lists of packages of the tree, by the folders in which they stand, and which files there are.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::BuildFacts;
use crate::facts::build::Needs;
use crate::manifests::lists_packages;
use crate::text::relative::{folder, folders_around, is_within};
use crate::text::{FileId, Files};

/// Lists of packages in forms that are not read, and tools that install by them.
pub(super) const UNREAD: &[&str] = &[
    "Pipfile",
    "conda",
    "environment.yaml",
    "environment.yml",
    "mamba",
    "micromamba",
    "pipenv",
    "setup.cfg",
    "setup.py",
];

/// A list of packages.
pub(super) struct List<'a> {
    /// What it is called.
    pub(super) name: &'a str,
    /// What it says; `None` where it cannot be read.
    pub(super) read: Option<(&'a BuildFacts, &'a Needs)>,
}

/// Where packages are listed, and what files there are, by root.
pub(super) struct Ground<'a> {
    lists: BTreeMap<(u16, &'a str), Vec<List<'a>>>,
    paths: BTreeSet<(u16, &'a str)>,
}

impl<'a> Ground<'a> {
    pub(super) fn of(builds: &'a [(FileId, BuildFacts)], files: &'a Files) -> Self {
        let read: BTreeMap<FileId, (&BuildFacts, &Needs)> = builds
            .iter()
            .filter_map(|(id, build)| Some((*id, (build, build.needs.as_ref()?))))
            .collect();
        let mut ground = Self { lists: BTreeMap::new(), paths: BTreeSet::new() };
        for (id, file) in files.iter() {
            ground.paths.insert((file.root, &file.path));
            let read = read.get(&id).copied();
            if read.is_some() || lists_packages(&file.path) || UNREAD.contains(&file.name()) {
                let here = ground.lists.entry((file.root, folder(&file.path))).or_default();
                here.push(List { name: file.name(), read });
            }
        }
        ground
    }

    /// The lists in some folders, below and above them.
    pub(super) fn near<'s>(
        &'s self,
        root: u16,
        parts: &[&'a str],
    ) -> impl Iterator<Item = &'s List<'a>> + use<'s, 'a> {
        let mut folders: BTreeSet<&'a str> = BTreeSet::from([""]);
        for part in parts {
            let begin = self.lists.range((root, *part)..).map(|(place, _)| *place);
            let alike = begin.take_while(|(at, place)| *at == root && place.starts_with(part));
            folders.extend(alike.map(|(_, place)| place).filter(|place| is_within(place, part)));
            folders.extend(folders_around(part).filter_map(|above| {
                self.lists.get_key_value(&(root, above)).map(|((_, place), _)| *place)
            }));
        }
        folders.into_iter().filter_map(move |place| self.lists.get(&(root, place))).flatten()
    }

    /// Whether a file below a folder ends in these segments of a path.
    pub(super) fn has(&self, root: u16, below: &str, ending: &str) -> bool {
        let begin = self.paths.range((root, below)..).copied();
        let alike = begin.take_while(|(at, path)| *at == root && path.starts_with(below));
        let mut all = alike.map(|(_, path)| path).filter(|path| is_within(folder(path), below));
        all.any(|path| path.strip_suffix(ending).is_some_and(|rest| rest.ends_with('/')))
    }
}
