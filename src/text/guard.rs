//! Keeps a broken promise of our own inside one file.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `work` gives; `None` where it broke down. The hook of the process has said so by then: what is lost is the
/// answer about one file, never the run.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
