//! A file that holds definitions, and what it is for.

use crate::text::FileId;

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

impl Source {
    /// The kind of a source that is a module of settings, written in code.
    pub const MODULE: &'static str = "settings-module";

    /// Whether it is a module of settings: one profile that processes run in.
    pub fn is_module(&self) -> bool {
        self.kind == Self::MODULE
    }

    /// Kinds of sources whose values are for what builds and deploys: what runs gets them only where they are handed on.
    const FOR_TOOLS: &[&str] =
        &["ansible", "ansible-template", "dockerfile-arg", "github-actions", "gitlab-ci"];

    /// Whether its values are for the tools that build and deploy.
    pub fn is_for_tools(&self) -> bool {
        Self::FOR_TOOLS.contains(&self.kind)
    }

    /// Whether what builds the application there reads it too: the buildpacks of Heroku.
    pub fn is_for_buildpacks(&self) -> bool {
        self.kind == "heroku"
    }

    /// Whether it is an image: what it sets, all programs that it installs get.
    pub fn is_image(&self) -> bool {
        self.format == "dockerfile"
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
