//! What a manifest says of how code is packed: names, what it builds on, which images are built of what.

use std::collections::{BTreeMap, BTreeSet};

/// What one manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildFacts {
    /// The row of the table of manifests that read it: names of one kind are no names of another.
    pub kind: &'static str,
    /// The names under which its folder is known: of the package, of its programs.
    pub names: Vec<String>,
    /// Other parts of the project that it builds on.
    pub uses: Vec<Use>,
    /// Folders that it gives names for others to use: `[workspace.dependencies]`.
    pub shares: Vec<(String, String)>,
    /// Images that it builds.
    pub images: Vec<ImageFact>,
    /// What the image of a Dockerfile takes in and starts: folders, packages, programs.
    pub takes: Vec<String>,
    /// The repository that it says it is kept in: `owner/name`.
    pub repository: Option<String>,
    /// Workflows and actions of the tree that it runs, with what it hands them.
    pub calls: Vec<Call>,
    /// The features of a package that are on where nobody says otherwise.
    pub features: BTreeSet<String>,
    /// What it takes where a caller hands it nothing: its inputs with their defaults.
    pub inputs: BTreeMap<String, String>,
}

/// A part of the project that another one builds on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// A folder, relative to the manifest's.
    Folder(String),
    /// A package by its name.
    Package(String),
}

/// An image and what it is built of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageFact {
    /// Its name as written, with registry and tag; variables that have one value in the file are filled in.
    pub image: String,
    /// What it may be built of: the first whose Dockerfile exists.
    pub of: Vec<BuiltOf>,
}

/// What an image is built of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltOf {
    /// The folder that is sent to the builder, relative to the manifest's; from the root of the tree with `/` before it.
    pub context: String,
    /// The Dockerfile, in the same way; that of the context where none is named.
    pub dockerfile: Option<String>,
}

/// A workflow or action of the tree that another one runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its path from the root: of a file, or of the folder of an action.
    pub path: String,
    /// What it is handed.
    pub with: BTreeMap<String, String>,
}
