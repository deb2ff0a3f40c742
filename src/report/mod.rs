//! Values to bytes: all that a scan has to say, and the ways to say it.
//!
//! A reporter takes a report and a writer, and owns what it writes. It knows no terminal and no argument: colors are
//! always written, and taken away on the way out where they are not wanted.

use std::collections::BTreeMap;
use std::io;

use crate::accept::{Accepted, baseline};
use crate::finding::Finding;
use crate::lifecycle::owners::{Answering, Told};
use crate::model::{
    Confidence, Environment, EnvironmentId, Inventory, LateStart, Problem, Severity,
};
use crate::text::{Files, Span};

mod alone;
pub mod changes;
mod ci;
mod columns;
mod csv;
mod decided;
mod decides;
pub mod diff;
pub mod envs;
mod excerpt;
pub mod explain;
pub mod facts;
mod flag_state;
pub mod flags;
mod github;
mod gitlab;
mod given;
mod html;
pub mod impact;
mod json;
mod junit;
mod markdown;
pub mod policy;
pub mod rules;
mod sarif;
pub mod sync;
mod text;
mod unseen;

/// All that a scan has to say.
pub struct Report<'a> {
    /// The texts, to show lines of.
    pub files: &'a Files,
    /// What was seen.
    pub inventory: &'a Inventory,
    /// Who answers for what; `None` where nobody asks.
    pub answering: Option<Answering<'a>>,
    /// The findings to show, in order.
    pub findings: Vec<Shown<'a>>,
    /// The findings that somebody has accepted, in order.
    pub accepted: Vec<&'a Accepted>,
    /// Entries of the baseline that no finding fits.
    pub stale: &'a [baseline::Entry],
    /// The revision since which the findings are new, where only such are shown.
    pub since: Option<&'a str>,
    /// What leads from where the run is to each root: put before paths where another program looks for the files.
    pub prefixes: Vec<String>,
    /// Findings that are too unsure to be shown.
    pub unsure: usize,
    /// What could not be understood.
    pub problems: &'a [Problem],
    /// How many source files were looked at.
    pub code_files: usize,
    /// The least confidence that is shown.
    pub min_confidence: Confidence,
    /// Whether to leave out the summary.
    pub quiet: bool,
}

/// A finding with its identity across edits.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its fingerprint.
    pub fingerprint: &'a str,
}

/// One way to write a report.
pub struct Reporter {
    /// Its name, for `--format`.
    pub name: &'static str,
    /// Writes the report. Gives how many findings it left out where whoever takes it has a limit.
    pub write: fn(&Report<'_>, &mut dyn io::Write) -> io::Result<usize>,
}

/// Every reporter, by name.
pub static REPORTERS: &[&Reporter] = &[
    &csv::REPORTER,
    &github::REPORTER,
    &gitlab::REPORTER,
    &html::REPORTER,
    &json::REPORTER,
    &junit::REPORTER,
    &markdown::REPORTER,
    &sarif::REPORTER,
    &text::REPORTER,
];

/// The reporter of a name.
pub fn reporter(name: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().find(|reporter| reporter.name == name).copied()
}

impl Report<'_> {
    /// How many findings of each severity there are.
    pub fn counts(&self) -> BTreeMap<Severity, usize> {
        let mut counts = BTreeMap::new();
        for shown in &self.findings {
            *counts.entry(shown.finding.severity).or_default() += 1;
        }
        counts
    }

    /// The repositories whose history is not known to its beginning, where it was asked.
    fn late(&self) -> &[LateStart] {
        self.inventory.chronicle.as_ref().map_or(&[], |chronicle| &chronicle.late)
    }

    /// The environment of an id.
    fn environment(&self, id: EnvironmentId) -> &Environment {
        self.inventory.environment(id)
    }

    /// Who answers for a finding, and who says so: by its key, else by its first place.
    fn owner(&self, finding: &Finding) -> Option<Told> {
        let key = finding.key.map(|key| self.inventory.key(key));
        self.answering?.of_key(key, std::iter::once(finding.primary.span))
    }

    /// How many different keys are defined or read; what manifests decide beside variables is none.
    fn key_count(&self) -> usize {
        let decided: std::collections::BTreeSet<_> =
            self.inventory.settings.iter().map(|setting| setting.key).collect();
        self.inventory.keys.len() - decided.len()
    }

    /// A place as a person writes it: `app/db.py:3:10`.
    fn place(&self, span: Span) -> String {
        place(self.files, span)
    }
}

/// A place as a person writes it: `app/db.py:3:10`.
pub fn place(files: &Files, span: Span) -> String {
    let (start, _) = files.positions(span);
    format!("{}:{}:{}", clean(&files.get(span.file).path), start.line, start.column)
}

/// `1 key`, `2 keys`.
pub fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// A phrase as a sentence.
fn sentence(phrase: &str) -> String {
    let mut rest = phrase.chars();
    let first = rest.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(rest).chain(['.']).collect()
}

/// A text from a scanned tree, made safe for a terminal: control characters are shown, not obeyed.
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|character| if is_unsafe(character) { '\u{fffd}' } else { character })
        .collect()
}

fn is_unsafe(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{REPORTERS, clean, count};

    #[test]
    fn reporters_are_sorted() {
        assert!(REPORTERS.is_sorted_by_key(|reporter| reporter.name));
    }

    #[test]
    fn numbers_have_nouns() {
        assert_eq!(count(1, "key"), "1 key");
        assert_eq!(count(2, "key"), "2 keys");
        assert_eq!(count(3, "entry"), "3 entries");
    }

    #[test]
    fn terminals_obey_nothing() {
        assert_eq!(clean("a\u{1b}[31m\n"), "a\u{fffd}[31m\u{fffd}");
    }
}
