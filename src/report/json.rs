//! The report as JSON, in the schema `keydrift.findings/1`. Its structs are the wire format and nothing else's.

use std::io;

use serde::Serialize;

use super::{Report, Reporter};
use crate::accept::{Accepted, By, baseline};
use crate::finding::{Finding, Label};
use crate::model::{LateStart, Problem, Severity};
use crate::text::Span;

/// Writes one JSON document.
pub(super) static REPORTER: Reporter = Reporter { name: "json", write };

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    environments: Vec<&'a str>,
    summary: Summary,
    diagnostics: Vec<Diagnostic<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    late_history: Vec<Late<'a>>,
    findings: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<Passed<'a>>,
    #[serde(rename = "stale_baseline", skip_serializing_if = "<[_]>::is_empty")]
    stale: &'a [baseline::Entry],
}

#[derive(Serialize)]
struct Summary {
    reads: usize,
    keys: usize,
    definitions: usize,
    findings: Counts,
}

#[derive(Serialize)]
struct Counts {
    error: usize,
    warning: usize,
    note: usize,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
}

/// A repository whose history is not known to its beginning.
#[derive(Serialize)]
struct Late<'a> {
    repository: &'a str,
    known_from: Option<String>,
    why: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'static str,
    severity: &'static str,
    confidence: &'static str,
    key: Option<&'a str>,
    namespace: Option<&'static str>,
    environments: Vec<&'a str>,
    message: &'a str,
    help: &'a str,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Owner>,
    locations: Vec<Location<'a>>,
}

/// Who answers for a finding, and who says so.
#[derive(Serialize)]
struct Owner {
    name: String,
    told_by: &'static str,
}

/// A finding that somebody has accepted.
#[derive(Serialize)]
struct Passed<'a> {
    by: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Location<'a>>,
    #[serde(flatten)]
    finding: Entry<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    role: &'static str,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    environment: Option<&'a str>,
}

fn late(late: &LateStart) -> Late<'_> {
    let known_from = late.date.map(|date| date.to_string());
    Late { repository: &late.place, known_from, why: &late.why }
}

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    let counts = report.counts();
    let count = |severity| counts.get(&severity).copied().unwrap_or(0);
    let document = Document {
        schema: "keydrift.findings/1",
        since: report.since,
        environments: report.inventory.environments.iter().map(|env| env.name.as_str()).collect(),
        summary: Summary {
            reads: report.inventory.reads.len(),
            keys: report.key_count(),
            definitions: report.inventory.definitions.len(),
            findings: Counts {
                error: count(Severity::Error),
                warning: count(Severity::Warning),
                note: count(Severity::Note),
            },
        },
        diagnostics: report.problems.iter().map(|problem| diagnostic(report, problem)).collect(),
        late_history: report.late().iter().map(late).collect(),
        findings: report
            .findings
            .iter()
            .map(|shown| entry(report, shown.finding, shown.fingerprint))
            .collect(),
        accepted: report.accepted.iter().map(|one| accepted(report, one)).collect(),
        stale: report.stale,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")?;
    Ok(0)
}

fn diagnostic<'a>(report: &Report<'a>, problem: &'a Problem) -> Diagnostic<'a> {
    let start = problem.span.map(|span| report.files.positions(span).0);
    Diagnostic {
        path: &problem.path,
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        message: &problem.message,
    }
}

fn entry<'a>(report: &Report<'a>, finding: &'a Finding, fingerprint: &'a str) -> Entry<'a> {
    let key = finding.key.map(|key| report.inventory.key(key));
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    Entry {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        key: key.map(|key| key.name.as_str()),
        namespace: key.map(|key| key.namespace.as_str()),
        environments: report.environments_of(finding),
        message: &finding.message,
        help: &finding.help,
        fingerprint,
        owner: report.owner(finding).map(|(name, told_by)| Owner { name, told_by }),
        locations: labels.map(|label| located(report, label)).collect(),
    }
}

fn accepted<'a>(report: &Report<'a>, one: &'a Accepted) -> Passed<'a> {
    let comment = match &one.by {
        By::Comment { span, .. } => Some(location(report, *span)),
        By::Baseline { .. } => None,
    };
    let finding = entry(report, &one.finding, &one.fingerprint);
    Passed { by: one.by.as_str(), reason: one.by.reason(), comment, finding }
}

fn located<'a>(report: &Report<'a>, label: &Label) -> Location<'a> {
    let environment = label.environment.map(|id| report.inventory.environment(id).name.as_str());
    Location { role: label.role.as_str(), environment, ..location(report, label.span) }
}

fn location<'a>(report: &Report<'a>, span: Span) -> Location<'a> {
    let (start, end) = report.files.positions(span);
    Location {
        role: "",
        path: &report.files.get(span.file).path,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        environment: None,
    }
}
