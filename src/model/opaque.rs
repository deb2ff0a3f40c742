//! What gives keys and cannot be seen: a Secret that is not in the tree, a chart of others.

use super::SourceId;
use crate::text::Span;

/// Something in a source that gives keys which are not in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// The source it stands in: every environment with that source as a layer is affected.
    pub source: SourceId,
    /// What it is, as a phrase: "envFrom of the Secret `app-secrets`, which is not in the tree".
    pub what: String,
    /// Whom it may give them.
    pub whom: Whom,
    /// The names that it may give; any where this is empty.
    pub only: Vec<&'static str>,
    /// Where.
    pub span: Span,
}

/// Whom something that cannot be seen may give keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// All that runs where it is.
    All,
    /// One workload.
    Workload(String),
    /// Workloads that cannot be seen either: it brings its own and changes no other.
    Unseen,
    /// Workloads that cannot be seen either: those that are seen take single entries of it by their names.
    ByEntry,
}

impl Whom {
    /// The workload, where it is one.
    pub fn workload(&self) -> Option<&str> {
        match self {
            Self::Workload(name) => Some(name),
            Self::All | Self::Unseen | Self::ByEntry => None,
        }
    }
}

impl From<Option<String>> for Whom {
    fn from(workload: Option<String>) -> Self {
        workload.map_or(Self::All, Self::Workload)
    }
}
