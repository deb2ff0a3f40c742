//! What runs: a container, a compose service, and the part of the code in it.

use super::{SourceId, Value};
use crate::text::{FileId, Span, TextRange};

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
    /// The parts of that Dockerfile that go into its image, where its build names a stage.
    pub stages: Option<Vec<TextRange>>,
    /// Whether all that the build of its image gets is known: `arguments` of the inventory.
    pub building: Building,
    /// What its description says of the platform that it runs on, where it says that: `lambda`, `ecs`.
    pub platform: Option<&'static str>,
    /// Which code it runs.
    pub runs: Runs,
    /// Why that is known, as a phrase.
    pub reason: String,
    /// Where it is described.
    pub span: Span,
}

impl Workload {
    /// Whether its description says what runs: one that does not changes another.
    pub(crate) fn is_whole(&self) -> bool {
        self.image.is_some() || self.building == Building::Here || self.runs != Runs::Unknown
    }
}

/// Where the image of a workload is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Building {
    /// Nothing says, or it is given something that is not known.
    #[default]
    Unknown,
    /// Where it is described: by compose.
    Here,
    /// By something else, which gives what the workload's own source is noted to give.
    Elsewhere,
}

/// An argument that the build of a workload's image gets: `build.args` of compose, `--build-arg`.
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
