//! The report as JSON, in the schema `keydrift.findings/1`. Its structs are the wire format and nothing else's.

use std::io;

use serde::Serialize;

use super::fingerprint::fingerprints;
use super::{Report, Reporter};
use crate::finding::{Finding, Label};
use crate::model::{Problem, Severity};

/// Writes one JSON document.
pub(super) static REPORTER: Reporter = Reporter { name: "json", write };

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    environments: Vec<&'a str>,
    summary: Summary,
    diagnostics: Vec<Diagnostic<'a>>,
    findings: Vec<Entry<'a>>,
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

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'static str,
    severity: &'static str,
    confidence: &'static str,
    key: &'a str,
    namespace: &'static str,
    environments: Vec<&'a str>,
    message: &'a str,
    help: &'a str,
    fingerprint: String,
    locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
struct Location<'a> {
    role: &'static str,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    environment: Option<&'a str>,
}

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let counts = report.counts();
    let count = |severity| counts.get(&severity).copied().unwrap_or(0);
    let document = Document {
        schema: "keydrift.findings/1",
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
        findings: report
            .findings
            .iter()
            .zip(fingerprints(report))
            .map(|(finding, fingerprint)| entry(report, finding, fingerprint))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
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

fn entry<'a>(report: &Report<'a>, finding: &'a Finding, fingerprint: String) -> Entry<'a> {
    let key = report.inventory.key(finding.key);
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    Entry {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        key: &key.name,
        namespace: key.namespace.as_str(),
        environments: finding
            .environments
            .iter()
            .map(|id| report.inventory.environment(*id).name.as_str())
            .collect(),
        message: &finding.message,
        help: &finding.help,
        fingerprint,
        locations: labels.map(|label| location(report, label)).collect(),
    }
}

fn location<'a>(report: &Report<'a>, label: &Label) -> Location<'a> {
    let (start, end) = report.files.positions(label.span);
    Location {
        role: label.role.as_str(),
        path: &report.files.get(label.span.file).path,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        environment: label.environment.map(|id| report.inventory.environment(id).name.as_str()),
    }
}
