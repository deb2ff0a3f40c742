//! A file that holds definitions, and what it is for.

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

    /// Whether code loads it as settings, and no variable of a process comes from it.
    pub fn is_for_code(&self) -> bool {
        self.is_module() || matches!(self.kind, "credentials" | "user-secrets")
    }

    /// Whether it shows nothing of what it holds.
    pub fn is_closed(kind: &str) -> bool {
        matches!(kind, "credentials" | "env-encrypted" | "user-secrets")
    }

    /// Whether programs of others may take what it gives: plays install what others wrote as well, and PHP is not read.
    pub fn is_for_others(kind: &str) -> bool {
        kind.starts_with("ansible") || matches!(kind, "erb-template" | "symfony" | "user-data")
    }

    /// Kinds of sources whose values are for what builds and deploys: what runs gets them only where they are handed on.
    const FOR_TOOLS: &[&str] = &[
        "ansible",
        "ansible-host",
        "ansible-template",
        "dockerfile-arg",
        "erb-template",
        "github-actions",
        "gitlab-ci",
        "pulumi",
        "symfony",
        "user-data",
    ];

    /// Whether its values are for the tools that build and deploy.
    pub fn is_for_tools(&self) -> bool {
        Self::FOR_TOOLS.contains(&self.kind)
    }

    /// Kinds of sources that are a provider's of flags; whether a file holds all that code can ask of it. Sorted.
    const PROVIDERS: &[(&str, bool)] = &[
        ("appconfig", true),
        ("configcat", true),
        ("django-flags", false),
        ("eppo", true),
        ("feature-management", false),
        ("featurevisor", true),
        ("flag-file", true),
        ("flag-list", false),
        ("flagd", true),
        ("flagpole", false),
        ("flagsmith", true),
        ("flipper", false),
        ("flipt", true),
        ("go-feature-flag", true),
        ("growthbook", true),
        ("launchdarkly", true),
        ("launchdarkly-file", false),
        ("openfeature-manifest", false),
        ("posthog", true),
        ("powertools", true),
        ("sentry-options", false),
        ("split", true),
        ("statsig", true),
        ("unleash", true),
        ("waffle", false),
    ];

    /// Whether sources of a kind are a provider's of flags.
    pub fn is_of_provider(kind: &str) -> bool {
        Self::PROVIDERS.binary_search_by(|(known, _)| (*known).cmp(kind)).is_ok()
    }

    /// Whether it says what a provider of flags serves.
    pub fn is_provider(&self) -> bool {
        Self::is_of_provider(self.kind)
    }

    /// Whether it holds all flags that code can ask its provider for.
    pub fn is_whole_provider(&self) -> bool {
        Self::is_whole(self.kind)
    }

    /// Whether files of a kind hold all flags that code can ask their provider for.
    pub fn is_whole(kind: &str) -> bool {
        Self::PROVIDERS.iter().any(|(known, is_whole)| *known == kind && *is_whole)
    }

    /// Whether what builds the application there reads it too: the buildpacks of Heroku.
    pub fn is_for_buildpacks(&self) -> bool {
        self.kind == "heroku"
    }

    /// Whether it is an image: what it sets, all programs that it installs get.
    pub fn is_image(&self) -> bool {
        self.format == "dockerfile"
    }

    /// Whether it may be a Secret, or a ConfigMap: both can have one name. What is neither may be either.
    pub fn may_be_object(&self, is_secret: bool) -> bool {
        match self.kind {
            "configmap" => !is_secret,
            "external-secret" | "sealed-secret" | "secret" => is_secret,
            _ => true,
        }
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
