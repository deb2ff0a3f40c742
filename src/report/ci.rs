//! What reports for other programs share: paths as those find the files, places, a finding in one text.

use super::{Report, clean};
use crate::finding::Finding;
use crate::text::{FileId, Position, Span};

/// Where a finding leads, for a program that runs where keydrift runs.
pub(super) struct Place {
    /// The path from there, with `/`.
    pub(super) path: String,
    /// Where it begins.
    pub(super) start: Position,
    /// One past its last character.
    pub(super) end: Position,
}

impl<'a> Report<'a> {
    /// The path of a file from where the run is.
    pub(super) fn path_from_here(&self, file: FileId) -> String {
        let file = self.files.get(file);
        match self.prefixes.get(usize::from(file.root)).map(String::as_str) {
            None | Some("") => file.path.clone(),
            Some(prefix) => format!("{prefix}/{}", file.path),
        }
    }

    /// Where a span is, from where the run is.
    pub(super) fn place_from_here(&self, span: Span) -> Place {
        let (start, end) = self.files.positions(span);
        Place { path: self.path_from_here(span.file), start, end }
    }

    /// The names of the environments of a finding, each once.
    pub(super) fn environments_of(&self, finding: &Finding) -> Vec<&'a str> {
        let all = finding.environments.iter();
        let mut names: Vec<&'a str> =
            all.map(|id| self.inventory.environment(*id).name.as_str()).collect();
        names.dedup();
        names
    }

    /// The key of a finding; empty where it is about none.
    pub(super) fn key_of(&self, finding: &Finding) -> &str {
        finding.key.map_or("", |key| &self.inventory.key(key).name)
    }
}

/// What a finding says and what to do, in one text of two lines.
pub(super) fn told(finding: &Finding) -> String {
    let message = clean(&finding.message);
    if finding.help.is_empty() {
        message
    } else {
        format!("{message}\nhelp: {}", clean(&finding.help))
    }
}
