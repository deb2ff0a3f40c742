//! The report for people: lines of source with underlines, one next step each, a summary.

use std::io;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::Style;

use super::excerpt::{Excerpt, by_file, excerpts};
use super::{Report, Reporter, clean, count};
use crate::accept::{Accepted, By};
use crate::finding::{Finding, Label};
use crate::model::{Confidence, Severity};
use crate::text::{FileId, TextRange};

/// Writes what a person reads.
pub(super) static REPORTER: Reporter = Reporter { name: "text", write };

/// How many places one finding shows; the rest are counted.
const PLACES: usize = 6;

/// How many more are named.
const NAMED: usize = 30;

/// How many problems are shown one by one.
const PROBLEMS: usize = 10;

/// The colors of everything that is not an excerpt.
pub(super) mod styles {
    use anstyle::{AnsiColor, Style};

    /// An error.
    pub(in crate::report) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
    /// A warning.
    pub(in crate::report) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
    /// A note.
    pub(in crate::report) const NOTE: Style = AnsiColor::BrightGreen.on_default().bold();
    /// What stands out.
    pub(in crate::report) const STRONG: Style = Style::new().bold();
    /// What steps back.
    pub(in crate::report) const DIM: Style = Style::new().dimmed();
}

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    let renderer = Renderer::styled();
    for shown in &report.findings {
        writeln!(out, "{}\n", renderer.render(&[group(report, shown.finding)]))?;
    }
    if !report.quiet {
        problems(report, out)?;
        summary(report, out)?;
    }
    Ok(0)
}

fn group<'a>(report: &'a Report<'_>, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = match finding.confidence {
        Confidence::High => finding.message.clone(),
        unsure => format!("{} ({unsure} confidence)", finding.message),
    };
    let mut group = Group::with_title(level.primary_title(clean(&title)).id(finding.rule));
    let labels: Vec<_> = std::iter::once(&finding.primary).chain(&finding.related).collect();
    let shown = labels.len().min(PLACES);
    for (file, labels) in by_file(&labels[..shown]) {
        let ranges: Vec<TextRange> = labels.iter().map(|label| label.span.range).collect();
        for excerpt in excerpts(report.files.get(file), &ranges) {
            group = group.element(snippet(report, finding, file, &labels, excerpt));
        }
    }
    if labels.len() > shown {
        group = group.element(Level::NOTE.message(rest(report, &labels[shown..])));
    }
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(clean(&finding.help)));
    }
    match report.owner(finding) {
        Some((name, told_by)) => {
            let owner = Level::NOTE.with_name("owner");
            group.element(owner.message(format!("{} ({told_by})", clean(&name))))
        }
        None => group,
    }
}

/// The places that are not shown, by path and line.
fn rest(report: &Report<'_>, labels: &[&Label]) -> String {
    let named: Vec<_> = labels.iter().take(NAMED).map(|label| report.place(label.span)).collect();
    let more = labels.len() - named.len();
    let more = match more {
        0 => String::new(),
        more => format!(", and {}: --format json has all", count(more, "more place")),
    };
    format!("also {}{more}", named.join(", "))
}

fn snippet<'a>(
    report: &'a Report<'_>,
    finding: &Finding,
    file: FileId,
    labels: &[&'a Label],
    excerpt: Excerpt,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let mut snippet = Snippet::source(excerpt.text)
        .line_start(excerpt.line)
        .path(clean(&report.files.get(file).path));
    for (at, span) in excerpt.spans {
        let label = labels[at];
        let is_primary = std::ptr::eq(label, &raw const finding.primary);
        let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        snippet = snippet.annotation(kind.span(span).label(phrase(report, label)));
    }
    snippet
}

/// What stands at the underline.
pub(super) fn phrase(report: &Report<'_>, label: &Label) -> Option<String> {
    if !label.message.is_empty() {
        return Some(clean(&label.message));
    }
    label.environment.map(|id| format!("in {}", clean(&report.environment(id).name)))
}

fn problems(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for problem in report.problems.iter().take(PROBLEMS) {
        let place = problem.span.map_or_else(|| clean(&problem.path), |span| report.place(span));
        styled(out, styles::WARNING, "not understood")?;
        writeln!(out, ": {place}: {}", clean(&problem.message))?;
    }
    if report.problems.len() > PROBLEMS {
        let rest = report.problems.len() - PROBLEMS;
        writeln!(out, "… and {rest} more that were not understood: --format json has all")?;
    }
    if report.problems.is_empty() { Ok(()) } else { writeln!(out) }
}

fn summary(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let counts = report.counts();
    if counts.is_empty() {
        match report.since {
            Some(revision) => {
                let none = format!("No new findings since {}.", clean(revision));
                styled(out, styles::NOTE, &none)?;
            }
            None => styled(out, styles::NOTE, "No findings.")?,
        }
        write!(out, " ")?;
    } else {
        let mut parts = Vec::new();
        for (severity, number) in counts.iter().rev() {
            parts.push((style(*severity), count(*number, severity.as_str())));
        }
        for (at, (style, part)) in parts.iter().enumerate() {
            write!(out, "{}", if at == 0 { "" } else { ", " })?;
            styled(out, *style, part)?;
        }
        write!(out, " in ")?;
    }
    writeln!(out, "{}", looked_at(report))?;
    accepted(report, out)?;
    for line in late(report) {
        writeln!(out, "{line}")?;
    }
    if report.unsure > 0 {
        let verb = if report.unsure == 1 { "is" } else { "are" };
        let unsure = count(report.unsure, "finding");
        let below = format!("below {} confidence", report.min_confidence);
        writeln!(out, "{unsure} {below} {verb} not shown: --min-confidence low")?;
    }
    Ok(())
}

/// What of the history could not be asked, where it was.
pub(super) fn late(report: &Report<'_>) -> impl Iterator<Item = String> {
    report.late().iter().map(|late| {
        let from = late.date.map(|date| format!("known from {date} on"));
        let known = from.unwrap_or_else(|| "not known".to_owned());
        let (place, why) = (clean(&late.place), clean(&late.why));
        format!("The history of {place} is {known} ({why}): what is older may have more to say.")
    })
}

/// How many findings somebody has accepted, and by what; nothing where there are none.
pub(super) fn accepted_by(report: &Report<'_>) -> Option<String> {
    let is_comment = |one: &&&Accepted| matches!(one.by, By::Comment { .. });
    let comments = report.accepted.iter().filter(is_comment).count();
    let baseline = report.accepted.len() - comments;
    let mut parts = Vec::new();
    parts.extend((comments > 0).then(|| format!("{comments} by a comment")));
    parts.extend((baseline > 0).then(|| format!("{baseline} by the baseline")));
    let verb = if report.accepted.len() == 1 { "is" } else { "are" };
    let all = count(report.accepted.len(), "finding");
    (!parts.is_empty()).then(|| format!("{all} {verb} accepted: {}.", parts.join(", ")))
}

/// What is not shown since somebody has accepted it, and what of that is of no use any more.
fn accepted(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if let Some(accepted) = accepted_by(report) {
        writeln!(out, "{accepted}")?;
    }
    for entry in report.stale {
        let path = clean(&entry.path);
        writeln!(out, "no longer found: {} of `{}` in {path}", entry.rule, clean(&entry.key))?;
    }
    if report.stale.is_empty() {
        return Ok(());
    }
    let entries = count(report.stale.len(), "entry");
    writeln!(out, "{entries} of the baseline can go: keydrift baseline --prune")
}

/// What a scan looked at, in one sentence.
pub(super) fn looked_at(report: &Report<'_>) -> String {
    let inventory = report.inventory;
    let looked = [
        count(report.code_files, "source file"),
        count(inventory.reads.len(), "read"),
        count(report.key_count(), "key"),
        count(inventory.definitions.len(), "definition"),
    ];
    let names: Vec<_> = inventory.environments.iter().map(|env| clean(&env.name)).collect();
    let environments = match names.len() {
        0 => "no environment".to_owned(),
        1..=6 => format!("{} ({})", count(names.len(), "environment"), names.join(", ")),
        number => count(number, "environment"),
    };
    let prefix = if report.findings.is_empty() { "Looked at " } else { "" };
    format!("{prefix}{}, {environments}.", looked.join(", "))
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => styles::ERROR,
        Severity::Warning => styles::WARNING,
        Severity::Note => styles::NOTE,
    }
}

fn styled(out: &mut dyn io::Write, style: Style, text: &str) -> io::Result<()> {
    write!(out, "{style}{text}{style:#}")
}
