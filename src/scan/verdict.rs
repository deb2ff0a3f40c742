//! What becomes of the findings of a scan: accepted by a comment, accepted by a baseline, known from before.

use std::collections::{BTreeMap, BTreeSet};

use super::Scan;
use crate::accept::baseline::{Baseline, Entry};
use crate::accept::{self, Judged};
use crate::finding::{self, Finding, Identity};
use crate::lifecycle::owners::Answering;
use crate::model::{Confidence, Problem};
use crate::text::relative::is_packed;

/// Rules whose confidence tells how much of the whole holds: it grows without any change of the one key.
const BY_SHARE: &[&str] = &["undeclared-key"];

impl Scan {
    /// Who answers for what.
    pub fn answering(&self) -> Answering<'_> {
        Answering { config: &self.config, owners: &self.owners, files: &self.files }
    }

    /// Sorts what the rules say by whether a comment accepts it. What stands in a packed chart is not for who keeps it.
    pub(super) fn judge(&mut self, mut findings: Vec<Finding>) {
        let file = |finding: &Finding| self.files.get(finding.primary.span.file);
        findings.retain(|finding| !is_packed(&file(finding).path));
        let fingerprints = finding::fingerprints(&findings, &self.inventory, &self.files);
        let all = findings.into_iter().zip(fingerprints).collect();
        let Judged { mut open, accepted, unused } =
            accept::by_comments(all, &self.files, &self.config);
        let fingerprints = finding::fingerprints(&unused, &self.inventory, &self.files);
        open.extend(unused.into_iter().zip(fingerprints));
        open.sort_by_key(|(finding, _)| finding.primary.span);
        self.accepted = accepted;
        self.keep(open);
    }

    /// Sorts what is left by whether a baseline has it, and gives the entries of the baseline that no finding fits.
    pub fn draw(&mut self, baseline: &Baseline) -> Vec<Entry> {
        let open = self.take();
        let sorted = baseline.sort(open);
        self.keep(sorted.open);
        let accepted = self.accepted.iter().map(|one| one.fingerprint.as_str());
        let known: BTreeSet<&str> = accepted.collect();
        let stale = sorted.stale.into_iter();
        let stale = stale.filter(|entry| !known.contains(entry.fingerprint.as_str())).collect();
        self.accepted.extend(sorted.accepted);
        self.accepted.sort_by_key(|one| one.finding.primary.span);
        stale
    }

    /// Leaves the findings that `before` did not have, at `least` that sure. What could not be understood then is a
    /// problem now: a finding may look new for it.
    pub fn keep_new(&mut self, before: &Self, revision: &str, least: Confidence) {
        let mut known: BTreeMap<_, Vec<(Identity, &Finding)>> = BTreeMap::new();
        for finding in &before.findings {
            let identity = Identity::of(finding, &before.inventory, &before.files);
            known.entry(identity.subject()).or_default().push((identity, finding));
        }
        let was_told = |old: &Finding, new: &Finding| {
            let is_same = BY_SHARE.contains(&old.rule) && old.message == new.message;
            old.confidence >= least || is_same
        };
        let marks: BTreeSet<&str> = before.fingerprints.iter().map(String::as_str).collect();
        let mut open = self.take();
        open.retain(|(finding, fingerprint)| {
            let identity = Identity::of(finding, &self.inventory, &self.files);
            // Without a key only the place tells one from another.
            if finding.key.is_none() {
                return !marks.contains(fingerprint.as_str());
            }
            let mut old = known.get(&identity.subject()).into_iter().flatten();
            !old.any(|(old, then)| was_told(then, finding) && identity.is_within(old))
        });
        self.keep(open);
        let told: BTreeSet<_> = self
            .problems
            .iter()
            .map(|problem| (problem.path.clone(), problem.message.clone()))
            .collect();
        let lost = before.problems.iter();
        let lost = lost.filter(|one| !told.contains(&(one.path.clone(), one.message.clone())));
        let lost = lost.map(|one| Problem {
            message: format!("at `{revision}`: {}: what is new here may be old", one.message),
            // It is a place in another text.
            span: None,
            ..one.clone()
        });
        self.problems.extend(lost);
    }

    fn take(&mut self) -> Vec<(Finding, String)> {
        let findings = std::mem::take(&mut self.findings);
        findings.into_iter().zip(std::mem::take(&mut self.fingerprints)).collect()
    }

    fn keep(&mut self, findings: Vec<(Finding, String)>) {
        (self.findings, self.fingerprints) = findings.into_iter().unzip();
    }
}
