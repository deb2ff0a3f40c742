//! Which part of the code a file belongs to: the folder of the nearest manifest above it.

use std::collections::BTreeSet;

use crate::text::File;

/// The folders that hold a manifest, by root.
#[derive(Debug, Default)]
pub struct Components {
    folders: BTreeSet<(u16, String)>,
    /// Those of packages, whatever their language.
    packages: BTreeSet<(u16, String)>,
    /// The names of all files that may hold data of any kind.
    data: BTreeSet<String>,
}

/// Files that make their folder a part which is built or deployed as one.
pub(super) const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "Containerfile",
    "Dockerfile",
    "Pipfile",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "go.mod",
    "mix.exs",
    "package.json",
    "pom.xml",
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "setup.py",
];

/// Those that say how an image is built, of code that may stand anywhere.
pub(super) const IMAGES: &[&str] = &["Containerfile", "Dockerfile"];

/// Whether a file name is that of a manifest.
pub fn is_manifest(name: &str) -> bool {
    MANIFESTS.contains(&name)
}

/// Whether a file may hold data of any kind, so that its name alone does not tell that it is one of settings.
pub fn is_data(name: &str) -> bool {
    [".json", ".json5"].iter().any(|ending| name.ends_with(ending))
}

impl Components {
    /// The components of a scan, from the paths of all its files.
    pub fn new<'a>(paths: impl Iterator<Item = (u16, &'a str)>) -> Self {
        let mut found = Self::default();
        for (root, path) in paths {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            if is_manifest(name) {
                found.folders.insert((root, folder.to_owned()));
                if !IMAGES.contains(&name) {
                    found.packages.insert((root, folder.to_owned()));
                }
            }
            if is_data(name) {
                found.data.insert(name.to_owned());
            }
        }
        found
    }

    /// Makes a folder a part of its own.
    pub(crate) fn add(&mut self, root: u16, folder: &str) {
        self.folders.insert((root, folder.to_owned()));
    }

    /// The folders that hold a manifest, with their roots.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &(u16, String)> {
        self.folders.iter()
    }

    /// Whether a folder holds the manifest of a package.
    pub(crate) fn is_package(&self, root: u16, folder: &str) -> bool {
        self.packages.contains(&(root, folder.to_owned()))
    }

    /// The names of the scan's files that may hold data of any kind.
    pub fn data(&self) -> &BTreeSet<String> {
        &self.data
    }

    /// The component of a file: a folder, `.` for the root of the tree.
    pub fn of(&self, file: &File) -> String {
        let mut folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        while !folder.is_empty() {
            if self.folders.contains(&(file.root, folder.to_owned())) {
                return folder.to_owned();
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        ".".to_owned()
    }
}
