//! Keys that a patch takes from a workload, by name.

use std::sync::Arc;

use crate::model::{KeyId, Scope, SourceId, Withdrawal};
use crate::text::{FileId, Span};

/// A key that a patch takes from a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalFact {
    /// The name of the key.
    pub name: String,
    /// The workload.
    pub scope: Scope,
    /// Where the name is written, in whatever file of the result.
    pub span: Span,
    /// The file that has the patch applied.
    pub by: FileId,
    /// All files with patches that it has applied.
    pub patches: Arc<[FileId]>,
}

impl WithdrawalFact {
    /// The same in the inventory, for a source of the result.
    pub fn of(&self, source: SourceId, key: KeyId) -> Withdrawal {
        Withdrawal {
            key,
            source,
            scope: self.scope.clone(),
            span: self.span,
            by: self.by,
            patches: Arc::clone(&self.patches),
        }
    }
}
