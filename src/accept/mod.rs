//! What the user has accepted: by a comment beside the place, or by the baseline file.
//!
//! Does not know how a rule works. What is accepted stays in the report, with who accepted it and why.

use crate::finding::Finding;
use crate::text::Span;

pub mod baseline;
mod comment;
mod lines;

pub use comment::{Judged, by_comments};

/// A finding that the user has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// Its fingerprint.
    pub fingerprint: String,
    /// By what.
    pub by: By,
}

/// What accepts a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A comment in a scanned file.
    Comment {
        /// The comment.
        span: Span,
        /// The reason that it gives.
        reason: String,
    },
    /// The baseline file.
    Baseline {
        /// The reason that it gives; empty without one.
        reason: String,
    },
}

impl By {
    /// The word for it in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Comment { .. } => "comment",
            Self::Baseline { .. } => "baseline",
        }
    }

    /// The reason that is given; empty without one.
    pub fn reason(&self) -> &str {
        match self {
            Self::Comment { reason, .. } | Self::Baseline { reason } => reason,
        }
    }
}
