//! What a pipeline asks of `check`: only what is new, not what is accepted, in the formats of others.

use serde_json::Value;

use crate::support::{Project, Run};

mod comments;
mod removed;
mod since;
mod whole;

const CODE: &str =
    "import os\n\nNAME = os.environ[\"BAKERY_NAME\"]\nURL = os.environ[\"MILL_URL\"]\n";
const PRODUCTION: &str = "BAKERY_NAME=rye\nOLD_TIN=9\n";
const STAGING: &str = "BAKERY_NAME=rye\nMILL_URL=http://mill.staging\n";

/// The code with a comment behind the read of the mill.
fn commented(comment: &str) -> String {
    CODE.replace("MILL_URL\"]\n", &format!("MILL_URL\"]  # keydrift: {comment}\n"))
}

/// A bakery in which staging has the mill and production has not.
fn bakery() -> Project {
    Project::of(&[
        ("shop/settings.py", CODE),
        ("deploy/production.env", PRODUCTION),
        ("deploy/staging.env", STAGING),
    ])
}

fn check(project: &Project, more: &[&str]) -> Run {
    let mut arguments = vec!["check", "--format", "json", "--today", "2026-01-15"];
    arguments.extend(more);
    project.run(&arguments)
}

/// The rule and the key of each finding under a field of the report.
fn said(report: &Value, field: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let all = report[field].as_array().into_iter().flatten();
    all.map(|one| (text(&one["rule"]), text(&one["key"]))).collect()
}

fn pair(rule: &str, key: &str) -> (String, String) {
    (rule.to_owned(), key.to_owned())
}

#[test]
fn a_comment_accepts_the_finding_of_its_rule_and_line() {
    let project = bakery();
    let missing = pair("missing-required", "MILL_URL");
    let report = check(&project, &[]).exits(1).json();
    assert_eq!(said(&report, "findings"), [pair("dead-key", "OLD_TIN"), missing.clone()]);
    let accepted = commented("ignore[missing-required] a tunnel gives it");
    project.write("shop/settings.py", accepted.as_bytes());
    let report = check(&project, &[]).exits(0).json();
    assert_eq!(said(&report, "findings"), [pair("dead-key", "OLD_TIN")]);
    assert_eq!(said(&report, "accepted"), [missing]);
    assert_eq!(report["accepted"][0]["by"], "comment");
    assert_eq!(report["accepted"][0]["reason"], "a tunnel gives it");
    assert_eq!(report["accepted"][0]["comment"]["line"], 4);
    let text = project.run(&["check"]).exits(0).stdout;
    assert!(text.contains("1 finding is accepted: 1 by a comment."), "{text}");
}

#[test]
fn a_comment_in_configuration_counts_on_the_line_before() {
    let project = bakery();
    project.write(
        "deploy/production.env",
        b"BAKERY_NAME=rye\n# keydrift: ignore[dead-key] the oven reads it\nOLD_TIN=9\n",
    );
    let report = check(&project, &[]).json();
    assert_eq!(said(&report, "accepted"), [pair("dead-key", "OLD_TIN")]);
}

#[test]
fn a_comment_of_another_rule_or_without_a_reason_accepts_nothing() {
    for (comment, told) in [
        ("ignore[value-drift] on purpose", "has nothing to say"),
        ("ignore[missing-required]", "gives no reason"),
        ("ignore on purpose", "names no rule"),
        ("ignore[missing-requird] on purpose", "and there is none"),
    ] {
        let project = bakery();
        project.write("shop/settings.py", commented(comment).as_bytes());
        let report = check(&project, &[]).exits(1).json();
        let found = said(&report, "findings");
        assert!(found.contains(&pair("missing-required", "MILL_URL")), "{comment}: {found:?}");
        assert!(found.contains(&pair("unused-suppression", "-")), "{comment}: {found:?}");
        assert!(report.to_string().contains(told), "{comment}: {report}");
    }
}

#[test]
fn a_rule_that_is_off_leaves_its_comments_alone() {
    let project = bakery();
    let code = commented("ignore[missing-required] a tunnel gives it");
    project.write("shop/settings.py", code.as_bytes());
    project.write("keydrift.yaml", b"rules:\n  missing-required: off\n");
    let report = check(&project, &[]).exits(0).json();
    assert_eq!(said(&report, "findings"), [pair("dead-key", "OLD_TIN")]);
}

#[test]
fn a_baseline_leaves_what_is_new() {
    let project = bakery();
    project.run(&["baseline"]).exits(0);
    let report = check(&project, &["--baseline", "keydrift-baseline.json"]).exits(0).json();
    assert_eq!(said(&report, "findings"), []);
    assert_eq!(said(&report, "accepted").len(), 2);
    // Lines move, and one thing more is asked for.
    let code = format!("# Settings\n\n{CODE}YEAST = os.environ[\"YEAST_URL\"]\n");
    project.write("shop/settings.py", code.as_bytes());
    let staging = format!("{STAGING}YEAST_URL=http://yeast.staging\n");
    project.write("deploy/staging.env", staging.as_bytes());
    let report = check(&project, &["--baseline", "keydrift-baseline.json"]).exits(1).json();
    assert_eq!(said(&report, "findings"), [pair("missing-required", "YEAST_URL")]);
}

#[test]
fn entries_that_nothing_fits_are_told_and_pruned_and_reasons_stay() {
    let project = bakery();
    project.run(&["baseline"]).exits(0);
    let path = project.root().join("keydrift-baseline.json");
    let read = || String::from_utf8(std::fs::read(&path).expect("a baseline")).expect("UTF-8");
    let mut written: Value = serde_json::from_str(&read()).expect("JSON");
    written["findings"][1]["reason"] = "until the mill moves".into();
    project.write("keydrift-baseline.json", written.to_string().as_bytes());
    project.write("deploy/production.env", b"BAKERY_NAME=rye\nBAKERY_OPEN=1\n");
    let report = check(&project, &["--baseline", "keydrift-baseline.json"]).json();
    assert_eq!(said(&report, "stale_baseline"), [pair("dead-key", "OLD_TIN")]);
    assert_eq!(report["accepted"][0]["reason"], "until the mill moves");
    let run = project.run(&["baseline", "--prune"]).exits(0);
    assert!(run.stderr.contains("1 entry taken out, 1 entry left"), "{run:?}");
    let pruned = read();
    assert!(!pruned.contains("OLD_TIN") && pruned.contains("until the mill moves"), "{pruned}");
    assert!(!pruned.contains("BAKERY_OPEN"), "pruning adds nothing: {pruned}");
    project.run(&["baseline"]).exits(0);
    let again = read();
    assert!(again.contains("until the mill moves") && again.contains("BAKERY_OPEN"), "{again}");
}

#[test]
fn a_file_that_is_no_baseline_is_refused() {
    let project = bakery();
    project.write(
        "keydrift-baseline.json",
        b"{\"schema\": \"keydrift.findings/1\", \"findings\": []}",
    );
    let run = check(&project, &["--baseline", "keydrift-baseline.json"]).exits(2);
    assert!(run.stderr.contains("is no baseline") && run.stderr.lines().count() == 1, "{run:?}");
    check(&project, &["--baseline", "nowhere.json"]).exits(2);
    project.run(&["baseline", "--prune", "--output", "nowhere.json"]).exits(2);
}

#[test]
fn several_formats_are_written_at_once() {
    let project = bakery();
    let formats =
        ["check", "--format", "sarif=out/a.sarif", "--format", "junit=b.xml", "--format", "text"];
    project.write("out/.keep", b"");
    let run = project.run(&formats).exits(1);
    assert!(run.stdout.starts_with("warning[dead-key]"), "{run:?}");
    let sarif = std::fs::read(project.root().join("out/a.sarif")).expect("a SARIF file");
    let sarif: Value = serde_json::from_slice(&sarif).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(2));
    let junit = std::fs::read(project.root().join("b.xml")).expect("a JUnit file");
    assert!(String::from_utf8_lossy(&junit).contains("failures=\"2\""));
    let run = project.run(&["check", "--format", "json", "--format", "text"]).exits(2);
    assert!(run.stderr.contains("two formats for one place"), "{run:?}");
    let run = project.run(&["check", "--format", "json=a.json", "--output", "b.json"]).exits(2);
    assert!(run.stderr.contains("--output has no format"), "{run:?}");
}

#[test]
fn other_programs_find_the_files_of_a_root() {
    let project = Project::of(&[
        ("code/shop/settings.py", CODE),
        ("config/production.env", PRODUCTION),
        ("config/staging.env", STAGING),
    ]);
    let run = project.run(&["check", "code", "config", "--format", "github"]).exits(1);
    assert!(run.stdout.contains("file=code/shop/settings.py,line=4"), "{run:?}");
    assert!(run.stdout.contains("file=config/production.env,line=2"), "{run:?}");
}
