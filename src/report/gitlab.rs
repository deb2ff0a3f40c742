//! The code quality report of GitLab: an array of issues, after
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io;

use serde::Serialize;

use super::ci::told;
use super::{Report, Reporter, Shown};
use crate::model::Severity;

/// Writes one JSON array.
pub(super) static REPORTER: Reporter = Reporter { name: "gitlab", write };

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    let issues: Vec<Issue<'_>> = report.findings.iter().map(|shown| issue(report, shown)).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")?;
    Ok(0)
}

fn issue<'a>(report: &Report<'_>, shown: &Shown<'a>) -> Issue<'a> {
    let place = report.place_from_here(shown.finding.primary.span);
    let severity = match shown.finding.severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Note => "info",
    };
    let lines = Lines { begin: place.start.line, end: place.end.line };
    Issue {
        description: told(shown.finding),
        check_name: shown.finding.rule,
        fingerprint: shown.fingerprint,
        severity,
        location: Location { path: place.path, lines },
    }
}
