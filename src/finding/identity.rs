//! The identity of a finding across edits: rule, key, environments and file. Lines may move.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use crate::model::Inventory;
use crate::text::Files;

/// What a finding is about, in names: it can be compared with one of another scan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The rule.
    pub rule: &'static str,
    /// The namespace of the key; empty where it is about none.
    pub namespace: &'static str,
    /// The key; empty where it is about none.
    pub key: String,
    /// The file of the place to go to.
    pub path: String,
    /// The environments concerned.
    pub environments: BTreeSet<String>,
}

impl Identity {
    /// The identity of a finding of a scan.
    pub fn of(finding: &Finding, inventory: &Inventory, files: &Files) -> Self {
        let key = finding.key.map(|key| inventory.key(key));
        let names = finding.environments.iter().map(|id| inventory.environment(*id).name.clone());
        Self {
            rule: finding.rule,
            namespace: key.map_or("", |key| key.namespace.as_str()),
            key: key.map_or_else(String::new, |key| key.name.clone()),
            path: files.get(finding.primary.span.file).path.clone(),
            environments: names.collect(),
        }
    }

    /// The rule and the key. Files may be moved, and the first of several places may go.
    pub fn subject(&self) -> (&'static str, &'static str, String) {
        (self.rule, self.namespace, self.key.clone())
    }

    /// Whether `other`, which is of the same subject, says it too: in these environments at least.
    pub fn is_within(&self, other: &Self) -> bool {
        self.environments.is_subset(&other.environments)
    }

    fn text(&self) -> String {
        let mut parts = vec![self.rule, self.namespace, &self.key, &self.path];
        parts.extend(self.environments.iter().map(String::as_str));
        parts.join("\0")
    }
}

/// The fingerprint of every finding of a scan, in its order. Findings that are alike but for their lines are told apart
/// by their order in the file.
pub fn fingerprints(findings: &[Finding], inventory: &Inventory, files: &Files) -> Vec<String> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let fingerprint = |finding: &Finding| {
        let identity = Identity::of(finding, inventory, files).text();
        let again = met.entry(identity.clone()).or_default();
        *again += 1;
        let text = if *again == 1 { identity } else { format!("{identity}\0{again}") };
        blake3::hash(text.as_bytes()).to_hex().as_str()[..32].to_owned()
    };
    findings.iter().map(fingerprint).collect()
}
