//! What one file shows of a running environment: its sources, and the traces of who changed them.

use super::SourceFacts;
use crate::model::{Scope, Value};
use crate::text::TextRange;

/// One part of a snapshot: an object of a cluster, a container, a map of variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotFacts {
    /// What it gives, under the kind that it has where it is declared.
    pub source: SourceFacts,
    /// The namespace: two objects of one name in two namespaces are two.
    pub namespace: Option<String>,
    /// Whether it shows all variables of an environment without workloads.
    pub is_whole: bool,
    /// What somebody set by hand.
    pub hands: Vec<HandFact>,
    /// What the last `kubectl apply` gave.
    pub applied: AppliedFacts,
}

impl SnapshotFacts {
    /// A part that says what `source` says.
    pub fn of(source: SourceFacts) -> Self {
        Self {
            source,
            namespace: None,
            is_whole: false,
            hands: Vec::new(),
            applied: AppliedFacts::default(),
        }
    }
}

/// A key that somebody set by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandFact {
    /// The name of the key in its scope.
    pub name: String,
    /// The workload or object.
    pub scope: Scope,
    /// The command: `kubectl set env`.
    pub command: &'static str,
    /// The day, as `2026-03-02`.
    pub day: Option<String>,
    /// Where the cluster says so.
    pub range: TextRange,
}

/// What the last `kubectl apply` gave, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppliedFacts {
    /// The workloads and objects of which it is known: what does not stand there was not applied.
    pub scopes: Vec<Scope>,
    /// The keys.
    pub entries: Vec<AppliedFact>,
}

/// A key as it was applied last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedFact {
    /// The name of the key in its scope.
    pub name: String,
    /// The workload or object.
    pub scope: Scope,
    /// What it gave.
    pub value: Value,
}
