//! One deployment, as an ordered list of layers.

use super::{Confidence, SourceId};

/// A deployment: production, staging, prod-eu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// The set of environments that should match, where it belongs to one: `prod` for `prod-us` and `prod-eu`.
    pub group: Option<String>,
    /// Whether this is a developer's or a test's own environment (local, test, ci): keys missing there fail no release.
    pub is_local: bool,
    /// Its layers in precedence order; a later one wins.
    pub layers: Vec<Layer>,
    /// How sure it is that this is an environment.
    pub confidence: Confidence,
    /// Why it is taken for one, as a phrase.
    pub reason: String,
}

impl Environment {
    /// The name of the environment that no file names: what gives values stands for all that is deployed.
    pub const UNNAMED: &str = "default";
}

/// A source in an environment's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The source.
    pub source: SourceId,
    /// Why it stands here, as a phrase.
    pub reason: String,
    /// Whether every environment of the project shares it.
    pub is_base: bool,
}

/// A file of an environment, as a policy would name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedFile {
    /// Its path, relative to its root; for what a tool makes of many files, that of the file which names the result.
    pub path: String,
    /// Why it is there, as a phrase.
    pub reason: String,
    /// Whether another file takes it in: it follows where that one is named.
    pub is_taken_in: bool,
}

/// Where a source was placed when it was not placed in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The source.
    pub source: SourceId,
    /// Why, as a phrase: "a template", "a test's own values".
    pub reason: String,
}
