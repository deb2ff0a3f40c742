//! The report as one HTML page that holds all it needs: findings by rule with the lines they are about, and a form that
//! filters them, and every key in every environment. It asks nothing of a network and says so to the browser.
//!
//! The page is a template beside this file. It escapes every text that is put in, so this file knows nothing of markup.

use std::collections::BTreeSet;
use std::io;

use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

use super::text::{accepted_by, late, looked_at};
use super::{Report, Reporter, Shown, clean, count};
use crate::accept::By;
use crate::model::Severity;
use crate::rules::RULES;

mod code;
mod matrix;

use code::Code;

/// Writes one page.
pub(super) static REPORTER: Reporter = Reporter { name: "html", write };

/// The name of the template; its ending turns escaping on.
const PAGE: &str = "page.html";

/// All that stands on the page.
#[derive(Serialize)]
struct Page<'a> {
    style: &'static str,
    script: &'static str,
    title: String,
    counts: Vec<Count>,
    told: Vec<String>,
    rules: BTreeSet<&'static str>,
    environments: BTreeSet<&'a str>,
    confidences: BTreeSet<&'static str>,
    groups: Vec<Group>,
    accepted: Vec<Entry>,
    stale: Vec<Stale>,
    problems: Vec<Unclear>,
    matrix: Option<matrix::Matrix>,
}

/// How many findings are how bad.
#[derive(Serialize)]
struct Count {
    severity: &'static str,
    text: String,
}

/// The findings of one rule that are equally bad.
#[derive(Serialize)]
struct Group {
    severity: &'static str,
    rule: &'static str,
    summary: String,
    findings: Vec<Entry>,
}

/// One finding.
#[derive(Serialize)]
struct Entry {
    id: String,
    severity: &'static str,
    rule: &'static str,
    confidence: &'static str,
    namespace: &'static str,
    environments: Vec<String>,
    owner: Option<String>,
    message: Vec<Piece>,
    codes: Vec<Code>,
    more: Option<String>,
    help: Vec<Piece>,
    accepted: Option<Acceptance>,
}

/// A part of a sentence.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Piece {
    code: bool,
    text: String,
}

/// By what a finding is accepted, and why.
#[derive(Serialize)]
struct Acceptance {
    by: &'static str,
    reason: String,
}

/// An entry of the baseline that no finding fits.
#[derive(Serialize)]
struct Stale {
    rule: String,
    key: String,
    path: String,
}

/// Input that could not be understood.
#[derive(Serialize)]
struct Unclear {
    place: String,
    message: String,
}

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    let mut environment = Environment::new();
    let template = include_str!("html/page.html");
    environment.add_template(PAGE, template).map_err(io::Error::other)?;
    let page = environment.get_template(PAGE).map_err(io::Error::other)?;
    let content = Serde(content(report));
    let text = page.render(content).map_err(io::Error::other)?;
    writeln!(out, "{text}")?;
    Ok(0)
}

fn content<'a>(report: &'a Report<'_>) -> Page<'a> {
    let findings = || report.findings.iter().map(|shown| shown.finding);
    let environments = findings().flat_map(|finding| report.environments_of(finding));
    let counts = report.counts().into_iter().rev().map(|(severity, number)| Count {
        severity: severity.as_str(),
        text: count(number, severity.as_str()),
    });
    let counts: Vec<_> = counts.collect();
    Page {
        style: include_str!("html/page.css"),
        script: include_str!("html/page.js"),
        title: title(report, &counts),
        counts,
        told: told(report),
        rules: findings().map(|finding| finding.rule).collect(),
        environments: environments.collect(),
        confidences: findings().map(|finding| finding.confidence.as_str()).collect(),
        groups: groups(report),
        accepted: report.accepted.iter().map(|one| accepted(report, one)).collect(),
        stale: report.stale.iter().map(stale).collect(),
        problems: report.problems.iter().map(|problem| unclear(report, problem)).collect(),
        matrix: matrix::of(report),
    }
}

fn title(report: &Report<'_>, counts: &[Count]) -> String {
    let parts: Vec<_> = counts.iter().map(|count| count.text.as_str()).collect();
    match report.since {
        _ if !parts.is_empty() => parts.join(", "),
        Some(_) => "No new findings.".to_owned(),
        None => "No findings.".to_owned(),
    }
}

/// What there is to say of the run as a whole.
fn told(report: &Report<'_>) -> Vec<String> {
    let mut told = Vec::new();
    told.extend(report.since.map(|revision| format!("What is new since {}.", clean(revision))));
    told.push(looked_at(report));
    told.extend(accepted_by(report));
    told.extend(late(report));
    if report.unsure > 0 {
        let unsure = count(report.unsure, "finding");
        told.push(format!("{unsure} below {} confidence left out.", report.min_confidence));
    }
    told
}

fn groups(report: &Report<'_>) -> Vec<Group> {
    let mut groups = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for rule in RULES {
            let is_here = |shown: &&Shown<'_>| {
                shown.finding.rule == rule.name && shown.finding.severity == severity
            };
            let found = report.findings.iter().filter(is_here);
            let findings: Vec<_> = found.map(|shown| entry(report, *shown)).collect();
            if !findings.is_empty() {
                let summary = super::sentence(rule.summary);
                let severity = severity.as_str();
                groups.push(Group { severity, rule: rule.name, summary, findings });
            }
        }
    }
    groups
}

fn entry(report: &Report<'_>, shown: Shown<'_>) -> Entry {
    let finding = shown.finding;
    let (codes, left) = code::of(report, finding);
    Entry {
        id: shown.fingerprint.to_owned(),
        severity: finding.severity.as_str(),
        rule: finding.rule,
        confidence: finding.confidence.as_str(),
        namespace: finding.key.map_or("", |key| report.inventory.key(key).namespace.as_str()),
        environments: report.environments_of(finding).into_iter().map(clean).collect(),
        owner: report.owner(finding).map(|(name, _)| clean(&name)),
        message: pieces(&finding.message),
        codes,
        more: (left > 0).then(|| count(left, "more place")),
        help: pieces(&finding.help),
        accepted: None,
    }
}

fn accepted(report: &Report<'_>, one: &crate::accept::Accepted) -> Entry {
    let shown = Shown { finding: &one.finding, fingerprint: &one.fingerprint };
    let by = match one.by {
        By::Comment { .. } => "a comment",
        By::Baseline { .. } => "the baseline",
    };
    let acceptance = Acceptance { by, reason: clean(one.by.reason()) };
    Entry { accepted: Some(acceptance), ..entry(report, shown) }
}

fn stale(entry: &crate::accept::baseline::Entry) -> Stale {
    Stale { rule: clean(&entry.rule), key: clean(&entry.key), path: clean(&entry.path) }
}

fn unclear(report: &Report<'_>, problem: &crate::model::Problem) -> Unclear {
    let place = match problem.span.map(|span| report.place_from_here(span)) {
        Some(place) => format!("{}:{}", clean(&place.path), place.start.line),
        None => clean(&problem.path),
    };
    Unclear { place, message: clean(&problem.message) }
}

/// A sentence, with what stands between backticks apart; a lone backtick is a character like any other.
fn pieces(text: &str) -> Vec<Piece> {
    let text = clean(text);
    if text.is_empty() {
        return Vec::new();
    }
    if !text.matches('`').count().is_multiple_of(2) {
        return vec![Piece { code: false, text }];
    }
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| Piece { code: at % 2 == 1, text: part.to_owned() });
    parts.filter(|piece| !piece.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    fn piece(code: bool, text: &str) -> Piece {
        Piece { code, text: text.to_owned() }
    }

    #[test]
    fn backticks_make_code() {
        assert_eq!(pieces("`A` is b"), [piece(true, "A"), piece(false, " is b")]);
        assert_eq!(pieces("a ` is b"), [piece(false, "a ` is b")]);
        assert_eq!(pieces(""), []);
    }
}
