//! The report as Markdown: for the summary of a job, a comment, an issue that a schedule keeps up to date.

use std::io;

use super::{Report, Reporter, Shown, clean, count, sentence};
use crate::model::{Confidence, Severity};
use crate::rules::RULES;

/// Writes one document.
pub(super) static REPORTER: Reporter = Reporter { name: "markdown", write };

/// The most that is written of findings: an issue of GitHub takes 65,536 characters, and its headings and a mark go in too.
const LIMIT: usize = 56_000;

/// The most that is written of what was not understood.
const LIMIT_OF_PROBLEMS: usize = 4_000;

/// How many places of one finding are listed.
const PLACES: usize = 8;

fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<usize> {
    writeln!(out, "# keydrift\n\n{}", summary(report))?;
    let mut left = LIMIT;
    let mut lost = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for rule in RULES {
            let is_here = |shown: &&Shown<'_>| {
                shown.finding.rule == rule.name && shown.finding.severity == severity
            };
            let found: Vec<_> = report.findings.iter().filter(is_here).collect();
            if found.is_empty() {
                continue;
            }
            let summary = escaped(&sentence(rule.summary));
            writeln!(out, "\n## {severity}: {}\n\n{summary}\n", rule.name)?;
            let untold = listed(found.iter().map(|shown| entry(report, shown)), &mut left, out)?;
            if untold > 0 {
                writeln!(
                    out,
                    "- … and {}: `--format json` has all",
                    count(untold, "more finding")
                )?;
            }
            lost += untold;
        }
    }
    problems(report, out)?;
    Ok(lost)
}

/// Writes what there is room for. Gives how many there is none for.
fn listed(
    entries: impl Iterator<Item = String>,
    left: &mut usize,
    out: &mut dyn io::Write,
) -> io::Result<usize> {
    let mut lost = 0;
    for entry in entries {
        match left.checked_sub(entry.len()) {
            Some(rest) => {
                *left = rest;
                out.write_all(entry.as_bytes())?;
            }
            None => lost += 1,
        }
    }
    Ok(lost)
}

fn summary(report: &Report<'_>) -> String {
    let counts = report.counts();
    let parts: Vec<String> =
        counts.iter().rev().map(|(severity, number)| count(*number, severity.as_str())).collect();
    let new = report.since.map(|revision| format!(" since {}", code(revision))).unwrap_or_default();
    let first = match parts.is_empty() {
        true if report.since.is_some() => format!("No new findings{new}."),
        true => "No findings.".to_owned(),
        false => format!("**{}**{new}.", parts.join(", ")),
    };
    let mut told = vec![first];
    if !report.accepted.is_empty() {
        told.push(format!("{} accepted.", report.accepted.len()));
    }
    if !report.stale.is_empty() {
        told.push(format!("{} of the baseline can go.", count(report.stale.len(), "entry")));
    }
    told.join(" ")
}

/// One finding: what, where, what to do.
fn entry(report: &Report<'_>, shown: &Shown<'_>) -> String {
    let finding = shown.finding;
    let sure = match finding.confidence {
        Confidence::High => String::new(),
        unsure => format!(" ({unsure} confidence)"),
    };
    let mut lines = vec![format!("- {}{sure}", escaped(&finding.message))];
    let labels: Vec<_> = std::iter::once(&finding.primary).chain(&finding.related).collect();
    for label in labels.iter().take(PLACES) {
        let place = report.place_from_here(label.span);
        let at = code(&format!("{}:{}", place.path, place.start.line));
        let environment = label.environment.map(|id| report.environment(id).name.as_str());
        let said = match (label.message.as_str(), environment) {
            ("", Some(name)) => format!(" in {}", code(name)),
            ("", None) => String::new(),
            (message, _) => format!(" {}", escaped(message)),
        };
        lines.push(format!("  - {at}{said}"));
    }
    if labels.len() > PLACES {
        lines.push(format!("  - {}", count(labels.len() - PLACES, "more place")));
    }
    if !finding.help.is_empty() {
        lines.push(format!("  - **help:** {}", escaped(&finding.help)));
    }
    if let Some((name, told_by)) = report.owner(finding) {
        lines.push(format!("  - **owner:** {} ({told_by})", code(&name)));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn problems(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    const SHOWN: usize = 20;
    if report.problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Not understood\n\nWhat depends on these may be incomplete.\n")?;
    let told = report.problems.iter().take(SHOWN);
    let told =
        told.map(|problem| format!("- {} {}\n", code(&problem.path), escaped(&problem.message)));
    let mut left = LIMIT_OF_PROBLEMS;
    let untold = listed(told, &mut left, out)? + report.problems.len().saturating_sub(SHOWN);
    if untold > 0 {
        writeln!(out, "- … and {}", count(untold, "more file"))?;
    }
    Ok(())
}

/// A text from a scanned tree as code: backticks in it end nothing.
pub(super) fn code(text: &str) -> String {
    let text = clean(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A sentence in which only what stands between backticks is code; all else is taken as it is written. A comment behind `@` and
/// `#` keeps a host from making a person or an issue of what follows: it looks at what is shown, where no backslash is left.
pub(super) fn escaped(text: &str) -> String {
    let text = clean(text);
    let balanced = text.matches('`').count().is_multiple_of(2);
    let mut out = String::with_capacity(text.len() + 8);
    let mut in_code = false;
    for character in text.chars() {
        in_code ^= balanced && character == '`';
        let special =
            matches!(character, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '&')
                || (!balanced && character == '`');
        if special && !in_code {
            out.push('\\');
        }
        out.push(character);
        if matches!(character, '@' | '#') && !in_code {
            out.push_str("<!-- -->");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{code, escaped};

    #[test]
    fn texts_of_a_tree_are_no_markup() {
        assert_eq!(
            escaped("`A_B` is <b>*5* &c. in @team"),
            "`A_B` is \\<b\\>\\*5\\* \\&c. in @<!-- -->team"
        );
        assert_eq!(escaped("one ` tick"), "one \\` tick");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("``"), "``` `` ```");
    }
}
