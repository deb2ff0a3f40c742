//! Input that could not be understood, and how much is lost by that.

use crate::text::{File, Span, TextRange};

/// Input that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path it is about.
    pub path: String,
    /// What, as a phrase.
    pub message: String,
    /// Where, if the file has text.
    pub span: Option<Span>,
    /// How much is lost.
    pub kind: ProblemKind,
}

impl Problem {
    /// What is about no file alone, and takes a part away.
    pub fn of_all(message: String) -> Self {
        Self { path: String::new(), message, span: None, kind: ProblemKind::Partial }
    }
}

/// How much a problem takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Nothing of the file is known.
    Unread,
    /// Part of the file is known.
    Partial,
}

/// A problem as an extractor says it: inside one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// What, as a phrase.
    pub message: String,
    /// Where.
    pub range: TextRange,
    /// How much is lost.
    pub kind: ProblemKind,
}

impl FileProblem {
    /// keydrift itself failed on a file: nothing of it is known.
    pub fn failed(file: &File) -> Self {
        Self {
            message: "keydrift failed on this file; please report it".to_owned(),
            range: TextRange::new(0, file.text.len().min(1)),
            kind: ProblemKind::Unread,
        }
    }
}
