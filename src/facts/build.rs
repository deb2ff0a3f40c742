//! What a manifest says of how code is packed: names, what it builds on, which images are built of what.

use crate::text::TextRange;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFact {
    /// Its name as written, with registry and tag.
    pub image: String,
    /// The folder that is sent to the builder, relative to the manifest's; from the root of the tree with `/` before it.
    pub context: String,
    /// The Dockerfile, relative to the context.
    pub dockerfile: Option<String>,
    /// Where.
    pub range: TextRange,
}
