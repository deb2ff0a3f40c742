//! Keys that a patch takes from a workload.

use std::sync::Arc;

use super::{KeyId, Scope, SourceId};
use crate::text::{FileId, Span};

/// A key that a workload is given where a patch finds it, and not by what the patch makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The key.
    pub key: KeyId,
    /// A source of the result that the patch changes: it counts where that is placed.
    pub source: SourceId,
    /// The workload.
    pub scope: Scope,
    /// The name as the patch writes it.
    pub span: Span,
    /// The file that has the patch applied.
    pub by: FileId,
    /// All files with patches that it has applied.
    pub patches: Arc<[FileId]>,
}
