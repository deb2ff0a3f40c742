//! The report as SARIF 2.1.0, within the limits of GitHub's code scanning.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, Message, MultiformatMessageString, Notification,
    NotificationLevel, PhysicalLocation, PropertyBag, Region, ReportingConfiguration,
    ReportingConfigurationLevel, ReportingDescriptor, Result as Outcome, ResultColumnKind,
    ResultLevel, Run, SCHEMA_URL, Sarif, Suppression, SupressionKind, Tool, ToolComponent, Version,
};

use super::ci::told;
use super::{Report, Reporter, Shown, clean, count};
use crate::accept::By;
use crate::finding::Label;
use crate::model::{Problem, Severity};
use crate::rules::{RULES, Rule};
use crate::text::Span;

mod budget;

use budget::Budget;

/// Writes one log with one run.
pub(super) static REPORTER: Reporter = Reporter { name: "sarif", write };

/// The most other places of one result: code scanning shows no more.
const PLACES: usize = 100;

/// The most files that are told of because they could not be understood.
const PROBLEMS: usize = 1_000;

/// The name of our fingerprint.
const FINGERPRINT: &str = "keydrift/v1";

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    let accepted = report.accepted.iter().map(|one| {
        let shown = Shown { finding: &one.finding, fingerprint: &one.fingerprint };
        Outcome { suppressions: Some(vec![suppression(report, &one.by)]), ..outcome(report, shown) }
    });
    let mut open = report.findings.clone();
    // What is beyond the limit is lost there: the worst come first.
    open.sort_by_key(|shown| std::cmp::Reverse(shown.finding.severity));
    let open = open.into_iter().map(|shown| outcome(report, shown));
    let mut budget = Budget::new();
    let mut results: Vec<Outcome> = Vec::new();
    let mut lost = 0;
    for result in open.chain(accepted) {
        if budget.takes(&result)? {
            results.push(result);
        } else {
            lost += 1;
        }
    }
    let run = Run::builder()
        .tool(tool())
        .column_kind(json!(ResultColumnKind::UnicodeCodePoints))
        .invocations(vec![invocation(report, lost)])
        .results(results)
        .build();
    let log = Sarif::builder()
        .schema(SCHEMA_URL.to_owned())
        .version(json!(Version::V2_1_0))
        .runs(vec![run])
        .build();
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")?;
    Ok(lost)
}

fn tool() -> Tool {
    let driver = ToolComponent::builder()
        .name("keydrift".to_owned())
        .semantic_version(env!("CARGO_PKG_VERSION").to_owned())
        .rules(RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>())
        .build();
    Tool::builder().driver(driver).build()
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let level = match rule.severity {
        Severity::Error => ReportingConfigurationLevel::Error,
        Severity::Warning => ReportingConfigurationLevel::Warning,
        Severity::Note => ReportingConfigurationLevel::Note,
    };
    let text = |text: &str| MultiformatMessageString::builder().text(text.to_owned()).build();
    let help = MultiformatMessageString::builder()
        .text(rule.docs.to_owned())
        .markdown(rule.docs.to_owned())
        .build();
    ReportingDescriptor::builder()
        .id(rule.name.to_owned())
        .short_description(text(rule.summary))
        .full_description(text(rule.summary))
        .help(help)
        .default_configuration(ReportingConfiguration::builder().level(json!(level)).build())
        .build()
}

/// What could not be understood: the run is no failure, and what depends on it may be incomplete.
fn invocation(report: &Report<'_>, lost: usize) -> Invocation {
    let cut = |text: String| {
        Notification::builder()
            .level(json!(NotificationLevel::Warning))
            .message(message(&text))
            .locations(Vec::new())
            .build()
    };
    let notification = |problem: &Problem| {
        let place = match problem.span {
            Some(span) => location(report, span, None),
            None => Location::builder().physical_location(artifact(&problem.path)).build(),
        };
        Notification::builder()
            .level(json!(NotificationLevel::Warning))
            .message(message(&format!("not understood: {}", clean(&problem.message))))
            .locations(if problem.path.is_empty() { Vec::new() } else { vec![place] })
            .build()
    };
    let mut told: Vec<_> = report.problems.iter().take(PROBLEMS).map(notification).collect();
    let more = report.problems.len().saturating_sub(PROBLEMS);
    told.extend((more > 0).then(|| cut(format!("{} not understood", count(more, "more file")))));
    let left_out = || format!("{} left out: code scanning takes no more", count(lost, "finding"));
    told.extend((lost > 0).then(|| cut(left_out())));
    Invocation::builder().execution_successful(true).tool_execution_notifications(told).build()
}

fn outcome(report: &Report<'_>, shown: Shown<'_>) -> Outcome {
    let finding = shown.finding;
    let level = match finding.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Note => ResultLevel::Note,
    };
    let at = RULES.iter().position(|rule| rule.name == finding.rule).unwrap_or_default();
    let related = finding.related.iter().take(PLACES).zip(1..);
    let related: Vec<Location> = related
        .map(|(label, id)| Location { id: Some(id), ..location(report, label.span, Some(label)) })
        .collect();
    let fingerprint = (FINGERPRINT.to_owned(), shown.fingerprint.to_owned());
    let key = finding.key.map(|key| report.inventory.key(key));
    let more = BTreeMap::from([
        ("confidence".to_owned(), json!(finding.confidence.as_str())),
        ("environments".to_owned(), json!(report.environments_of(finding))),
        ("key".to_owned(), json!(key.map(|key| &key.name))),
        ("namespace".to_owned(), json!(key.map(|key| key.namespace.as_str()))),
        ("owner".to_owned(), json!(report.owner(finding).map(|(name, _)| name))),
    ]);
    let known: BTreeMap<String, Value> =
        more.into_iter().filter(|(_, value)| !value.is_null()).collect();
    Outcome::builder()
        .rule_id(finding.rule.to_owned())
        .rule_index(i64::try_from(at).unwrap_or_default())
        .level(level)
        .message(message(&told(finding)))
        .locations(vec![location(report, finding.primary.span, None)])
        .related_locations(related)
        .partial_fingerprints(BTreeMap::from([fingerprint]))
        .properties(PropertyBag::builder().additional_properties(known).build())
        .build()
}

fn suppression(report: &Report<'_>, by: &By) -> Suppression {
    let kind = match by {
        By::Comment { .. } => SupressionKind::InSource,
        By::Baseline { .. } => SupressionKind::External,
    };
    let place = match by {
        By::Comment { span, .. } => Some(location(report, *span, None)),
        By::Baseline { .. } => None,
    };
    let reason = Some(by.reason()).filter(|reason| !reason.is_empty());
    let mut suppression = Suppression::builder().kind(json!(kind)).build();
    suppression.justification = reason.map(clean);
    suppression.location = place;
    suppression
}

fn location(report: &Report<'_>, span: Span, label: Option<&Label>) -> Location {
    let place = report.place_from_here(span);
    let region = Region::builder()
        .start_line(i64::from(place.start.line))
        .start_column(i64::from(place.start.column))
        .end_line(i64::from(place.end.line))
        .end_column(i64::from(place.end.column))
        .build();
    let physical = PhysicalLocation { region: Some(region), ..artifact(&place.path) };
    let mut location = Location::builder().physical_location(physical).build();
    location.message = label.map(|label| message(&said(report, label)));
    location
}

/// What there is to say of another place.
fn said(report: &Report<'_>, label: &Label) -> String {
    match (label.message.as_str(), label.environment) {
        ("", Some(id)) => format!("in {}", clean(&report.environment(id).name)),
        ("", None) => label.role.as_str().to_owned(),
        (message, _) => clean(message),
    }
}

fn artifact(path: &str) -> PhysicalLocation {
    let artifact = ArtifactLocation::builder().uri(uri(path)).build();
    PhysicalLocation::builder().artifact_location(artifact).build()
}

fn message(text: &str) -> Message {
    Message::builder().text(text.to_owned()).build()
}

/// A path as a relative URI: what is not allowed in a segment is written in percents (RFC 3986, 3.3).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // A String takes everything.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("deploy/über env/a:b#1.yaml"), "deploy/%C3%BCber%20env/a%3Ab%231.yaml");
    }
}
