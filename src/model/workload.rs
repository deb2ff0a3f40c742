//! What runs: a container, a compose service, and the part of the code in it.

use super::{SourceId, Value};
use crate::text::{FileId, Span};

/// A container or service that a source describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its name, as in the scopes of definitions.
    pub name: String,
    /// The source that describes it: it runs in the environments of that source.
    pub source: SourceId,
    /// Its image as written.
    pub image: Option<String>,
    /// The Dockerfile that its image is built by, where that is told and in the tree.
    pub dockerfile: Option<FileId>,
    /// Which code it runs.
    pub runs: Runs,
    /// Why that is known, as a phrase.
    pub reason: String,
    /// Where it is described.
    pub span: Span,
}

/// An argument that the build of a workload's image gets: `build.args` of compose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildArgument {
    /// The source that gives it.
    pub source: SourceId,
    /// The workload.
    pub workload: String,
    /// What the Dockerfile calls it.
    pub name: String,
    /// What is given; `PassThrough` where whoever builds decides.
    pub value: Value,
    /// Where.
    pub span: Span,
}

/// The code that a workload runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runs {
    /// A component of the project: its folder, `.` for all of a root.
    Component(String),
    /// Somebody else's image.
    Image(String),
    /// Nothing says.
    Unknown,
}

impl Runs {
    /// The component, where it is one.
    pub fn component(&self) -> Option<&str> {
        match self {
            Self::Component(folder) => Some(folder),
            Self::Image(_) | Self::Unknown => None,
        }
    }
}
