//! A file that holds definitions, and what it is for.

use super::kind::{Holding, Kind, Object, Taker};
use crate::text::{FileId, Span};

/// A file, or one document or section of a file, that gives keys values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub file: FileId,
    /// The row of the format table that read it: `kubernetes`, `dotenv`.
    pub format: &'static str,
    /// The word of the contract for `source`: `configmap`, `dotenv`, `compose`.
    pub kind: &'static str,
    /// What it is for.
    pub role: Role,
}

/// A call in code that puts a dotenv file into the environment and lets it win over what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overriding {
    /// The file as the code names it, with `*` for what is not known.
    pub file: String,
    /// What is called.
    pub by: String,
    /// Where.
    pub span: Span,
}

impl Source {
    /// The kind of a source that is a module of settings, written in code.
    pub const MODULE: &'static str = "settings-module";

    /// Whether it is a module of settings: one profile that processes run in.
    pub fn is_module(&self) -> bool {
        self.kind == Self::MODULE
    }

    /// Its row in the table of kinds.
    fn row(&self) -> &'static Kind {
        Kind::of(self.kind)
    }

    /// Whether code loads it as settings, and no variable of a process comes from it.
    pub fn is_for_code(&self) -> bool {
        self.row().is_for(Taker::Code)
    }

    /// Whether its values are for the tools that build and deploy.
    pub fn is_for_tools(&self) -> bool {
        self.row().is_for(Taker::Tools)
    }

    /// Whether it says what a provider of flags serves.
    pub fn is_provider(&self) -> bool {
        self.row().holds.is_some()
    }

    /// Whether it holds all flags that code can ask its provider for.
    pub fn is_whole_provider(&self) -> bool {
        self.row().holds == Some(Holding::All)
    }

    /// Whether what builds the application there reads it too.
    pub fn is_for_buildpacks(&self) -> bool {
        self.row().is_for(Taker::Buildpacks)
    }

    /// Whether it is an image: what it sets, all programs that it installs get.
    pub fn is_image(&self) -> bool {
        self.format == "dockerfile"
    }

    /// Whether it may be a Secret, or a ConfigMap: both can have one name. What is neither may be either.
    pub fn may_be_object(&self, is_secret: bool) -> bool {
        self.row().object.is_none_or(|object| (object == Object::Secret) == is_secret)
    }

    /// Whether it is an object of a cluster that workloads bind.
    pub fn is_object(&self) -> bool {
        self.row().object.is_some()
    }
}

/// What a source is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Gives values to an environment.
    Values,
    /// A contract: the keys that are expected, not their values (`.env.example`).
    Template,
    /// A snapshot of a running system.
    Snapshot,
}
