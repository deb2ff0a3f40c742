//! reads.

use crate::config::Config;
use crate::facts::CodeFacts;
use crate::text::{File, FileId};

/// Finds the reads of source files.
pub struct Engine {}

impl Engine {
    /// An engine for the readers that ship and those of the policy.
    pub fn new(_config: &Config) -> anyhow::Result<Self> {
        Ok(Self {})
    }

    /// Whether a file at this path is source code of a language that is parsed.
    pub fn is_source(&self, path: &str) -> bool {
        path.ends_with(".py") || path.ends_with(".rs")
    }

    /// The facts of the files that may read keys, in the order of their ids.
    pub fn scan(&self, _files: &[(FileId, &File)]) -> Vec<(FileId, CodeFacts)> {
        Vec::new()
    }
}
