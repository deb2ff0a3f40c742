//! What a rule says: one rule, one key, the environments concerned, and the evidence.
//!
//! Does not know how it will be shown.

use crate::model::{Confidence, EnvironmentId, KeyId, Severity};
use crate::text::Span;

mod identity;

pub use identity::{Identity, fingerprints};

/// One rule broken, with its proof. A finding has a place from birth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad. Rules give their default; the policy may change it afterwards.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The key it is about; `None` where it is about none: a suppression.
    pub key: Option<KeyId>,
    /// The environments concerned, sorted.
    pub environments: Vec<EnvironmentId>,
    /// A phrase that begins in lower case and names the key.
    pub message: String,
    /// The place to go to.
    pub primary: Label,
    /// The rest of the evidence.
    pub related: Vec<Label>,
    /// The next step, one sentence.
    pub help: String,
}

/// A place with what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What kind of evidence it is.
    pub role: LabelRole,
    /// A short phrase for the underline; may be empty.
    pub message: String,
    /// The environment of a definition.
    pub environment: Option<EnvironmentId>,
}

/// The kind of evidence that a label shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelRole {
    /// Code that reads the key.
    Read,
    /// A source that defines it, or should.
    Definition,
    /// A commit.
    History,
}

impl LabelRole {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Definition => "definition",
            Self::History => "history",
        }
    }
}
