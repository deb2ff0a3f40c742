//! The baseline file: the findings that were there when somebody drew the line.
//!
//! By fingerprint, so that it survives lines that move; sorted, one entry for each finding, so that it can be reviewed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Accepted, By};
use crate::finding::{Finding, Identity};
use crate::model::Inventory;
use crate::text::Files;

/// What the file calls itself.
const SCHEMA: &str = "keydrift.baseline/1";

/// A baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema: String,
    findings: Vec<Entry>,
}

/// A finding that is accepted. Only its fingerprint is compared; the rest is for whoever reviews the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule.
    pub rule: String,
    /// The key; empty where it is about none.
    pub key: String,
    /// The file.
    pub path: String,
    /// The environments concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<String>,
    /// The identity.
    pub fingerprint: String,
    /// Why it is accepted, in the words of whoever wrote it in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not the JSON of one.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It is of another kind.
    #[error("its schema is `{0}`, and `{SCHEMA}` is read")]
    Schema(String),
}

/// Findings, sorted by a baseline.
#[derive(Default)]
pub struct Sorted {
    /// Those that it does not have.
    pub open: Vec<(Finding, String)>,
    /// Those that it has.
    pub accepted: Vec<Accepted>,
    /// Its entries that no finding fits.
    pub stale: Vec<Entry>,
}

impl Baseline {
    /// Reads the text of a baseline file.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let baseline: Self = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        if baseline.schema == SCHEMA { Ok(baseline) } else { Err(Error::Schema(baseline.schema)) }
    }

    /// The baseline of findings, each with its fingerprint. What `before` says of those that stay is kept.
    pub fn of<'a>(
        findings: impl Iterator<Item = (&'a Finding, &'a str)>,
        inventory: &Inventory,
        files: &Files,
        before: Option<&Self>,
    ) -> Self {
        let before = before.into_iter().flat_map(|it| &it.findings);
        let reasons: BTreeMap<&str, &str> =
            before.map(|one| (one.fingerprint.as_str(), one.reason.as_str())).collect();
        let entry = |(finding, fingerprint): (&Finding, &str)| {
            let identity = Identity::of(finding, inventory, files);
            Entry {
                rule: identity.rule.to_owned(),
                key: identity.key,
                path: identity.path,
                environments: identity.environments.into_iter().collect(),
                reason: reasons.get(fingerprint).copied().unwrap_or_default().to_owned(),
                fingerprint: fingerprint.to_owned(),
            }
        };
        let mut baseline =
            Self { schema: SCHEMA.to_owned(), findings: findings.map(entry).collect() };
        baseline.findings.sort_by(|one, two| one.order().cmp(&two.order()));
        baseline
    }

    /// Takes out the entries that none of `fingerprints` fits, and gives how many there were.
    pub fn prune<'a>(&mut self, fingerprints: impl Iterator<Item = &'a str>) -> usize {
        let known: std::collections::BTreeSet<&str> = fingerprints.collect();
        let before = self.findings.len();
        self.findings.retain(|entry| known.contains(entry.fingerprint.as_str()));
        before - self.findings.len()
    }

    /// How many findings it has.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Sorts findings by whether it has them.
    pub fn sort(&self, findings: Vec<(Finding, String)>) -> Sorted {
        let mut left: BTreeMap<&str, &Entry> =
            self.findings.iter().map(|entry| (entry.fingerprint.as_str(), entry)).collect();
        let mut sorted = Sorted::default();
        for (finding, fingerprint) in findings {
            match left.remove(fingerprint.as_str()) {
                None => sorted.open.push((finding, fingerprint)),
                Some(entry) => {
                    let by = By::Baseline { reason: entry.reason.clone() };
                    sorted.accepted.push(Accepted { finding, fingerprint, by });
                }
            }
        }
        sorted.stale = left.into_values().cloned().collect();
        sorted.stale.sort_by(|one, two| one.order().cmp(&two.order()));
        sorted
    }
}

impl Entry {
    fn order(&self) -> impl Ord + '_ {
        (&self.rule, &self.key, &self.path, &self.environments, &self.fingerprint)
    }
}
