//! The report as a table: one line a finding, for a spreadsheet.

use std::io;

use super::{Report, Reporter, clean};

/// Writes comma-separated values after RFC 4180, with a line of names.
pub(super) static REPORTER: Reporter = Reporter { name: "csv", write };

const COLUMNS: [&str; 13] = [
    "rule",
    "severity",
    "confidence",
    "key",
    "namespace",
    "environments",
    "path",
    "line",
    "column",
    "message",
    "help",
    "fingerprint",
    "owner",
];

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for shown in &report.findings {
        let finding = shown.finding;
        let place = report.place_from_here(finding.primary.span);
        let namespace = finding.key.map_or("", |key| report.inventory.key(key).namespace.as_str());
        let owner = report.owner(finding).map(|(name, _)| clean(&name)).unwrap_or_default();
        table.write_record([
            finding.rule,
            finding.severity.as_str(),
            finding.confidence.as_str(),
            &clean(report.key_of(finding)),
            namespace,
            &clean(&report.environments_of(finding).join(" ")),
            &clean(&place.path),
            &place.start.line.to_string(),
            &place.start.column.to_string(),
            &clean(&finding.message),
            &clean(&finding.help),
            shown.fingerprint,
            &owner,
        ])?;
    }
    table.flush()?;
    Ok(0)
}
