//! `check --since` is a whole check of both ends, less what both say: held at every commit of several histories.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::since::check_out;
use super::{check, said};
use crate::support::History;

/// Findings by fingerprint: rule and key, and the environments.
type Told = BTreeMap<String, ((String, String), BTreeSet<String>)>;

fn told(report: &Value) -> Told {
    let all = report["findings"].as_array().into_iter().flatten();
    let subjects = said(report, "findings").into_iter();
    all.zip(subjects)
        .map(|(one, subject)| {
            let environments = one["environments"].as_array().into_iter().flatten();
            let environments = environments.filter_map(Value::as_str).map(str::to_owned).collect();
            (one["fingerprint"].as_str().expect("a mark").to_owned(), (subject, environments))
        })
        .collect()
}

/// Checks every commit against the one before, and gives what was new, by commit.
fn walked(history: &History, least: &str) -> Vec<(String, Vec<(String, String)>)> {
    let made = history.replay();
    let git = git2::Repository::open(made.project.root()).expect("the repository");
    let asked = ["--min-confidence", least];
    check_out(&git, &made.commits[0]);
    let mut before = told(&check(&made.project, &asked).json());
    let mut all = Vec::new();
    for pair in made.commits.windows(2) {
        let message = check_out(&git, &pair[1]);
        let since = check(&made.project, &["--since", &pair[0], asked[0], asked[1]]).json();
        let (new, whole) = (told(&since), told(&check(&made.project, &asked).json()));
        for (mark, one) in &new {
            assert_eq!(whole.get(mark), Some(one), "{message}: only the release check says it");
            assert!(!before.contains_key(mark), "{message}: {one:?} is old");
        }
        for (mark, (subject, environments)) in &whole {
            // What is mended in one of its environments is no new finding.
            let is_old = |old: &((String, String), BTreeSet<String>)| {
                old.0 == *subject && environments.is_subset(&old.1)
            };
            let is_known = before.contains_key(mark) || before.values().any(is_old);
            assert!(is_known || new.contains_key(mark), "{message}: {subject:?} is not told");
        }
        all.push((message, said(&since, "findings")));
        before = whole;
    }
    all
}

#[test]
fn a_release_check_says_of_a_year_what_two_whole_checks_say() {
    let year = walked(&History::of_case("a-year"), "low");
    assert!(year.iter().any(|(_, new)| !new.is_empty()));
}

#[test]
fn a_release_check_of_a_project_whose_configuration_leaves_says_what_whole_checks_say() {
    let history = History::of_text(GOING);
    let told = walked(&history, "medium");
    let missing = |key: &str| vec![("missing-required".to_owned(), key.to_owned())];
    let expected = [
        ("the oven is optional", Vec::new()),
        ("its last key leaves", missing("MILL_URL")),
        // With a key that code gets the environment is seen, and what code does not read in it.
        ("it comes back", vec![("dead-key".to_owned(), "WORKERS".to_owned())]),
        ("a key that nobody had", Vec::new()),
        ("a comment is left of it", missing("MILL_URL")),
        ("it leaves the manifest", missing("TILL_URL")),
        ("all moves away", Vec::new()),
    ];
    let expected = expected.map(|(message, new)| (message.to_owned(), new));
    assert_eq!(told, expected);
    walked(&history, "low");
}

const GOING: &str = r##"
commits:
  - date: 2025-01-10
    message: begin
    write:
      shop/settings.py: |
        import os
        MILL = os.environ["MILL_URL"]
        OVEN = os.environ.get("OVEN_URL")
      deploy/production.env: "MILL_URL=http://mill\nOVEN_URL=http://oven\nWORKERS=4"
  - date: 2025-01-11
    message: the oven is optional
    write:
      deploy/production.env: "MILL_URL=http://mill\nWORKERS=4"
  - date: 2025-01-12
    message: its last key leaves
    write:
      deploy/production.env: "WORKERS=4"
  - date: 2025-01-13
    message: it comes back
    write:
      deploy/production.env: "MILL_URL=http://mill\nWORKERS=5"
  - date: 2025-01-14
    message: a key that nobody had
    write:
      shop/till.py: |
        import os
        TILL = os.environ.get("TILL_URL")
      deploy/production.env: "MILL_URL=http://mill\nWORKERS=5\nTILL_URL=http://till"
  - date: 2025-01-15
    message: a comment is left of it
    write:
      deploy/production.env: "# MILL_URL=http://mill\nWORKERS=5\nTILL_URL=http://till"
      shop/settings.py: |
        import os
        MILL = os.environ["MILL_URL"]
  - date: 2025-01-16
    message: it leaves the manifest
    write:
      deploy/production.env: "# MILL_URL=http://mill\nWORKERS=5"
      shop/till.py: |
        import os
        TILL = os.environ["TILL_URL"]
  - date: 2025-01-17
    message: all moves away
    write:
      deploy/production.env: "WORKERS=6"
      shop/settings.py: |
        import os
        MILL = os.environ["MILL_URL"]
        OVEN = os.environ["OVEN_URL"]
"##;
