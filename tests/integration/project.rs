//! The projects under `fixtures/projects`: what `check` says of each is in its `expected.txt`.
//!
//! One claim a line: rule, key, environments, place, severity/confidence. A line that is absent is a claim too.
//! `UPDATE_EXPECT=1` rewrites the files and keeps each comment with the claim below it; the diff is for reading.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{keydrift, repository};

const FILE: &str = "expected.txt";
const HEAD: [&str; 5] = ["# rule", "key", "environments", "where", "severity/confidence"];

#[test]
fn projects_give_what_they_expect() {
    let projects = projects(&repository().join("fixtures/projects"));
    assert!(!projects.is_empty(), "there are projects");
    let update = std::env::vars_os().any(|(name, value)| name == "UPDATE_EXPECT" && value == "1");
    let mut differing = Vec::new();
    for project in &projects {
        let text = std::fs::read(project.join(FILE)).expect("expected.txt is there");
        let text = String::from_utf8(text).expect("expected.txt is UTF-8");
        let expected = claims(&text);
        let found = found(project);
        let name = project.strip_prefix(repository()).unwrap_or(project).display().to_string();
        if update {
            std::fs::write(project.join(FILE), rewritten(&expected, found)).expect("a file");
        } else if let Some(difference) = difference(&expected, &found) {
            differing.push(format!("{name}\n{difference}"));
        }
    }
    let (wrong, all) = (differing.len(), projects.len());
    assert!(
        differing.is_empty(),
        "{wrong} of {all} projects differ (- expected, + found; UPDATE_EXPECT=1 rewrites):\n\n{}",
        differing.join("\n")
    );
}

/// All projects are one tree here: the more files there are, the more the threads of a run get mixed up.
#[test]
fn threads_change_no_byte() {
    let all = repository().join("fixtures/projects");
    for verb in ["check", "facts", "envs"] {
        let of = |jobs| {
            keydrift(&all, &[verb, "--no-history", "--jobs", jobs, "--today", "2026-01-15"]).stdout
        };
        let one = of("1");
        assert!(one.lines().count() > 100, "{verb} has something to say");
        assert!(one == of("7"), "{verb} says something else with many threads");
    }
}

/// A claim: its five words.
type Claim = Vec<String>;

/// The claims of an `expected.txt`, each with the comments above it.
fn claims(text: &str) -> Vec<(Vec<String>, Claim)> {
    let mut comments = Vec::new();
    let mut claims = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("# rule ") {
            continue;
        }
        if line.starts_with('#') {
            comments.push(line.to_owned());
            continue;
        }
        let words: Claim = line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(words.len(), 5, "a claim has five words: {line}");
        claims.push((std::mem::take(&mut comments), words));
    }
    if !comments.is_empty() {
        claims.push((comments, Claim::new()));
    }
    claims
}

/// What `check` says of a project.
fn found(project: &Path) -> Vec<Claim> {
    let arguments = [
        "check",
        "--no-history",
        "--format",
        "json",
        "--min-confidence",
        "low",
        "--today",
        "2026-01-15",
    ];
    let run = keydrift(project, &arguments);
    assert!(run.code == 0 || run.code == 1, "{}: {run:?}", project.display());
    let report = run.json();
    let mut claims: Vec<Claim> = list(&report["findings"]).iter().map(claim).collect();
    claims.sort();
    claims
}

fn claim(finding: &Value) -> Claim {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let environments: Vec<_> = list(&finding["environments"]).iter().map(text).collect();
    let environments =
        if environments.is_empty() { "-".to_owned() } else { environments.join(",") };
    let place = &finding["locations"][0];
    let place = format!("{}:{}:{}", text(&place["path"]), place["line"], place["column"]);
    let rating = format!("{}/{}", text(&finding["severity"]), text(&finding["confidence"]));
    vec![text(&finding["rule"]), text(&finding["key"]), environments, place, rating]
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The lines that only one side has.
fn difference(expected: &[(Vec<String>, Claim)], found: &[Claim]) -> Option<String> {
    let mut count: BTreeMap<&Claim, i32> = BTreeMap::new();
    for (_, claim) in expected.iter().filter(|(_, claim)| !claim.is_empty()) {
        *count.entry(claim).or_default() -= 1;
    }
    for claim in found {
        *count.entry(claim).or_default() += 1;
    }
    let lines = count.iter().filter(|(_, more)| **more != 0).map(|(claim, more)| {
        let sign = if *more < 0 { '-' } else { '+' };
        format!("  {sign} {}\n", claim.join("  "))
    });
    let lines: String = lines.collect();
    (!lines.is_empty()).then_some(lines)
}

/// The file that claims what was found, with the comments of claims that were there before.
fn rewritten(expected: &[(Vec<String>, Claim)], found: Vec<Claim>) -> String {
    let mut rows: Vec<Claim> = vec![HEAD.map(str::to_owned).to_vec()];
    rows.extend(found);
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<_> = (0..HEAD.len()).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let same = |claim: &Claim| claim.len() == row.len() && claim[..3] == row[..3];
        let comments = expected.iter().find(|(_, claim)| same(claim)).map(|(comments, _)| comments);
        for comment in comments.into_iter().flatten() {
            text.push_str(comment);
            text.push('\n');
        }
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    for comment in expected.iter().filter(|(_, claim)| claim.is_empty()).flat_map(|(text, _)| text)
    {
        text.push_str(comment);
        text.push('\n');
    }
    text
}

/// The projects in which something is wrong: they have all that their healthy twins have.
pub(crate) fn broken() -> Vec<PathBuf> {
    let mut all = projects(&repository().join("fixtures/projects"));
    all.retain(|folder| !folder.ends_with("healthy"));
    all
}

/// The folders below `folder` that hold an `expected.txt`, sorted.
pub(crate) fn projects(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if folder.join(FILE).is_file() {
            found.push(folder);
            continue;
        }
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    found
}
