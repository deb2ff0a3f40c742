//! The identity of a finding across edits: rule, key, environments and file. Lines may move.

use std::collections::BTreeMap;

use super::Report;
use crate::finding::Finding;

/// The fingerprint of every finding of a report, in its order. Findings that are alike but for their lines are told
/// apart by their order in the file.
pub(super) fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let fingerprint = |finding: &&Finding| {
        let identity = identity(report, finding);
        let again = met.entry(identity.clone()).or_default();
        *again += 1;
        let text = if *again == 1 { identity } else { format!("{identity}\0{again}") };
        blake3::hash(text.as_bytes()).to_hex().as_str()[..32].to_owned()
    };
    report.findings.iter().map(fingerprint).collect()
}

/// What a finding is about, in names.
fn identity(report: &Report<'_>, finding: &Finding) -> String {
    let key = report.inventory.key(finding.key);
    let path = &report.files.get(finding.primary.span.file).path;
    let mut parts = vec![finding.rule, key.namespace.as_str(), &key.name, path];
    parts.extend(finding.environments.iter().map(|id| report.environment(*id).name.as_str()));
    parts.join("\0")
}
