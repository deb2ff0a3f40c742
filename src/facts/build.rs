//! What a manifest says of how code is packed: names, what it builds on, which images are built of what.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Value;
use crate::text::TextRange;

/// What one manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildFacts {
    /// The row of the table of manifests that read it: names of one kind are no names of another.
    pub kind: &'static str,
    /// The names under which its folder is known: of the package, of its programs.
    pub names: Vec<String>,
    /// The path under which code imports its folder: `github.com/bakery/shop`.
    pub module: Option<String>,
    /// The files of its programs that it names, by their paths under its folder.
    pub programs: Vec<String>,
    /// Other parts of the project that it builds on.
    pub uses: Vec<Use>,
    /// Folders that it gives names for others to use: `[workspace.dependencies]`.
    pub shares: Vec<(String, String)>,
    /// Images that it builds.
    pub images: Vec<ImageFact>,
    /// What the image of a Dockerfile takes in and starts: folders, packages, programs.
    pub takes: Vec<String>,
    /// The same of each stage that has a name, with what it builds on.
    pub stages: BTreeMap<String, Vec<String>>,
    /// What a Dockerfile makes its image of.
    pub taken: Option<Taken>,
    /// The repository that it says it is kept in: `owner/name`.
    pub repository: Option<String>,
    /// Workflows and actions of the tree that it runs, with what it hands them.
    pub calls: Vec<Call>,
    /// The features of a package that are on where nobody says otherwise.
    pub features: BTreeSet<String>,
    /// The frameworks and libraries that it needs and that load files of settings, the one that decides first.
    pub loaders: Vec<&'static Loader>,
    /// What it takes where a caller hands it nothing: its inputs with their defaults.
    pub inputs: BTreeMap<String, String>,
    /// The steps of a pipeline that start programs of the tree.
    pub steps: Vec<Step>,
    /// What each target of a make file starts.
    pub targets: BTreeMap<String, Vec<Program>>,
    /// The repositories that it takes libraries from, past any registry: `owner/name`.
    pub fetched: Vec<String>,
    /// What it lists to be installed; `None` where it cannot be parsed, or lists nothing by its nature.
    pub needs: Option<Needs>,
}

/// What a manifest lists to be installed, whatever for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The names of packages, in lower case with `-`.
    pub packages: BTreeSet<String>,
    /// The names of the files with lists that it takes in.
    pub lists: BTreeSet<String>,
    /// Whether it takes in what it does not name.
    pub is_open: bool,
}

/// A step of a pipeline: what it starts and gives to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it starts.
    pub programs: Vec<Program>,
    /// The variables that it gives, each with the place that says so.
    pub gives: BTreeMap<String, TextRange>,
    /// The files that its shell takes in.
    pub takes: Vec<TakenIn>,
    /// Where its commands are.
    pub range: TextRange,
}

/// A file that a shell takes in: what it exports, all that the shell starts is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// Its path from the root.
    pub path: String,
    /// Whether the shell exports whatever it is given: `set -a`.
    pub marks_all: bool,
}

/// A program of the tree, as a command names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// The first file that is there, by its path from the root.
    At(Vec<String>),
    /// The one file whose path ends so.
    Ending(String),
    /// What a target of the make file of a folder starts.
    Target {
        /// The folder, from the root.
        folder: String,
        /// The target.
        name: String,
    },
}

/// What the image of a Dockerfile is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The image that the last stage builds on, where that stage takes in nothing of others.
    pub base: Option<String>,
    /// The images that its stages build on.
    pub bases: Vec<String>,
    /// What its stages take of the build context: paths and globs, `.` for all of it.
    pub copies: Vec<String>,
    /// What the last stage takes of it itself, with those that it builds on.
    pub last: Vec<String>,
    /// The image that the last stage builds on, whatever it takes in.
    pub runs_on: String,
    /// The commands that its stages start.
    pub starts: Vec<Vec<String>>,
}

impl Taken {
    /// Whether all of the build context goes in.
    pub fn takes_all(&self) -> bool {
        self.copies.iter().any(|copied| matches!(copied.as_str(), "" | "."))
    }
}

/// How a framework or library lays files of settings over one another.
#[derive(Debug, PartialEq, Eq)]
pub struct Loader {
    /// What it is called.
    pub name: &'static str,
    /// The folder of its files beside the manifest; empty for that of the manifest.
    pub folder: &'static str,
    /// The developer's own file: its name, or what stands before the first dot in a folder of settings.
    pub local: &'static str,
    /// Whether that wins over the file of the mode.
    pub local_wins: bool,
    /// Whether tests do without it.
    pub skips_in_tests: bool,
    /// Whether the file of a mode is loaded in place of the one that all share.
    pub replaces: bool,
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
    /// What its build is given.
    pub given: GivenToBuild,
}

/// What the build of an image is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenToBuild {
    /// Its arguments; `None` where not all of them are known.
    pub arguments: Option<Vec<GivenArgument>>,
    /// The stage that is built, where one is named.
    pub target: Option<String>,
}

/// An argument of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenArgument {
    /// What the Dockerfile calls it.
    pub name: String,
    /// What is given; `PassThrough` where that is not known, or withheld.
    pub value: Value,
    /// Where.
    pub range: TextRange,
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
