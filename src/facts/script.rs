//! What jobs of pipelines run where they deploy.

use crate::text::TextRange;

/// Commands with which a job deploys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Their text.
    pub text: String,
    /// The folder from the top of the project in which they run.
    pub folder: String,
    /// Whether the runner itself runs them: the variables of the job are theirs.
    pub is_own: bool,
    /// Where they stand.
    pub range: TextRange,
}
