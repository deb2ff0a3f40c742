//! `check --since`: what a change brings, told by a whole scan of both ends.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{check, pair, said};
use crate::support::{History, Project};

#[test]
fn each_release_check_of_a_year_fails_at_its_fault_and_nowhere_else() {
    let history = History::of_case("a-year");
    let year = history.replay();
    let git = git2::Repository::open(year.project.root()).expect("the repository");
    check_out(&git, &year.commits[0]);
    let mut before = subjects(&check(&year.project, &[]).json());
    let mut told = Vec::new();
    for pair in year.commits.windows(2) {
        let message = check_out(&git, &pair[1]);
        let run = check(&year.project, &["--since", &pair[0], "--fail-on", "warning"]);
        let new = subjects(&run.json());
        let whole = subjects(&check(&year.project, &[]).json());
        let is_new = |one: &&Subject| {
            let mut old = before.iter().filter(|old| (&old.0, &old.1) == (&one.0, &one.1));
            !old.any(|old| one.2.is_subset(&old.2))
        };
        assert_eq!(new, whole.iter().filter(is_new).cloned().collect(), "{message}");
        before = whole;
        let found: Vec<String> =
            new.into_iter().map(|(rule, key, _)| format!("{rule} {key}")).collect();
        let is_fault = message.contains('-') && message.split(' ').count() == 2;
        let expected: Vec<String> = is_fault.then(|| message.clone()).into_iter().collect();
        assert_eq!(found, expected, "{message}");
        assert_eq!(run.code, i32::from(is_fault), "{message}");
        told.extend(found);
    }
    assert_eq!(told.len(), 10, "{told:?}");
}

/// The rule and the key of a finding, with its environments.
type Subject = (String, String, BTreeSet<String>);

fn subjects(report: &Value) -> BTreeSet<Subject> {
    let all = report["findings"].as_array().into_iter().flatten();
    let environments = all.map(|one| one["environments"].as_array().into_iter().flatten());
    let environments =
        environments.map(|all| all.map(|name| name.as_str().unwrap_or("-").to_owned()).collect());
    let subjects = said(report, "findings").into_iter().zip(environments);
    subjects.map(|((rule, key), environments)| (rule, key, environments)).collect()
}

/// Brings the files of a commit to the disk and gives its message.
pub(super) fn check_out(git: &git2::Repository, name: &str) -> String {
    let commit = git.find_commit(name.parse().expect("a name")).expect("the commit");
    let mut force = git2::build::CheckoutBuilder::new();
    force.force().remove_untracked(true);
    git.checkout_tree(commit.as_object(), Some(&mut force)).expect("its files");
    git.set_head_detached(commit.id()).expect("it is checked out");
    commit.message().expect("a message").to_owned()
}

#[test]
fn a_fault_that_was_there_is_not_new_and_repairing_half_of_it_is_no_fault() {
    let history = History::of_text(
        "
commits:
  - date: 2025-01-10
    write:
      shop/settings.py: |
        import os
        URL = os.environ[\"MILL_URL\"]
        NAME = os.environ[\"BAKERY_NAME\"]
      deploy/production.env: BAKERY_NAME=rye
      deploy/staging.env: BAKERY_NAME=rye
  - date: 2025-01-11
    write:
      deploy/staging.env: \"BAKERY_NAME=rye\\nMILL_URL=http://mill\"
",
    );
    let made = history.replay();
    let whole = check(&made.project, &[]).exits(1).json();
    assert_eq!(said(&whole, "findings"), [pair("missing-required", "MILL_URL")]);
    let new = check(&made.project, &["--since", &made.commits[0]]).exits(0).json();
    assert_eq!(said(&new, "findings"), []);
    assert_eq!(new["since"], made.commits[0].as_str());
    let text = made.project.run(&["check", "--since", "HEAD~1"]).exits(0).stdout;
    assert!(text.starts_with("No new findings since HEAD~1."), "{text}");
    // What is not committed counts as well.
    made.project.write("deploy/staging.env", b"MILL_URL=http://mill\n");
    let new = check(&made.project, &["--since", "HEAD"]).exits(1).json();
    assert_eq!(said(&new, "findings"), [pair("missing-required", "BAKERY_NAME")]);
}

#[test]
fn three_dots_stand_for_where_the_branch_left() {
    let history = History::of_text(
        "
commits:
  - date: 2025-01-10
    write:
      shop/settings.py: |
        import os
        NAME = os.environ[\"BAKERY_NAME\"]
        URL = os.environ[\"MILL_URL\"]
      deploy/production.env: BAKERY_NAME=rye
      deploy/staging.env: BAKERY_NAME=rye
  - date: 2025-01-11
    on: mill
    write:
      deploy/production.env: \"BAKERY_NAME=rye\\nMILL_URL=http://mill\"
      deploy/staging.env: \"BAKERY_NAME=rye\\nMILL_URL=http://mill\"
  - date: 2025-01-12
    write: {README.md: Bread}
",
    );
    let made = history.replay();
    // What the other branch repaired is missing here, and was missing where they parted.
    let tip = made.commits[1].as_str();
    check(&made.project, &["--since", tip]).exits(1);
    let parted = check(&made.project, &["--since", &format!("{tip}...")]).exits(0).json();
    assert_eq!(said(&parted, "findings"), []);
    let run = check(&made.project, &["--since", "nowhere..."]).exits(2);
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn what_could_not_be_understood_then_is_told() {
    let history = History::of_text(
        "
commits:
  - date: 2025-01-10
    write:
      shop/settings.py: 'import os; NAME = os.environ[\"BAKERY_NAME\"]'
      deploy/production/values.yaml: 'env: [BAKERY_NAME: rye'
  - date: 2025-01-11
    write:
      deploy/production/values.yaml: '{}'
",
    );
    let made = history.replay();
    let report = check(&made.project, &["--since", "HEAD~1"]).json();
    let told = report["diagnostics"].to_string();
    assert!(told.contains("at `HEAD~1`"), "{report}");
}

/// Two repositories, one with code and one with what it is given.
fn two() -> (crate::support::Replayed, crate::support::Replayed) {
    let code = History::of_text(
        "
commits:
  - date: 2025-01-10
    write: {shop/settings.py: 'import os; NAME, ROOM = os.environ[\"BAKERY_NAME\"], os.environ[\"ROOM\"]'}
",
    );
    let config = History::of_text(
        "
commits:
  - date: 2025-01-10
    write:
      production.env: \"BAKERY_NAME=rye\\nROOM=2\"
      staging.env: \"BAKERY_NAME=rye\\nROOM=1\"
  - date: 2025-01-12
    write: {production.env: \"ROOM=2\\nOVEN=9\"}
",
    );
    (code.replay(), config.replay())
}

#[test]
fn a_change_of_one_root_is_seen_in_the_other() {
    let (code, config) = two();
    let elsewhere = config.project.root().display().to_string();
    let both = |since: &str| check(&code.project, &["--since", since, ".", &elsewhere]);
    // Each repository has its own commit of that name.
    let new = both("main").exits(0).json();
    assert_eq!(said(&new, "findings"), []);
    config.project.write("staging.env", b"ROOM=1\n");
    let new = both("main").exits(1).json();
    assert_eq!(said(&new, "findings"), [pair("missing-required", "BAKERY_NAME")]);
    assert_eq!(new["findings"][0]["environments"], serde_json::json!(["production", "staging"]));
    // A commit that only the second root knows: the first is taken as it is.
    config.project.write("staging.env", b"BAKERY_NAME=rye\nROOM=1\n");
    let new = both(&config.commits[0]).exits(1).json();
    assert_eq!(
        said(&new, "findings"),
        [pair("missing-required", "BAKERY_NAME"), pair("dead-key", "OVEN")]
    );
    let told = new["diagnostics"].to_string();
    assert!(told.contains("it is taken as it is now at"), "{told}");
    assert!(told.contains("there is no revision"), "{told}");
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let project = Project::of(&[
        (
            "shop/settings.py",
            "import os\n\nURL = os.environ[\"MILL_URL\"]\nNAME = os.environ[\"NAME\"]\n",
        ),
        ("deploy/production.env", "NAME=rye\n"),
        ("deploy/staging.env", "NAME=rye\nMILL_URL=http://mill\n"),
    ]);
    git2::Repository::init(project.root()).expect("a repository");
    let new = check(&project, &["--since", "HEAD"]).exits(1).json();
    assert_eq!(new["findings"], check(&project, &[]).json()["findings"]);
    assert_eq!(said(&new, "findings"), [pair("missing-required", "MILL_URL")]);
}

#[test]
fn a_shallow_clone_says_what_it_needs() {
    let year = History::of_case("a-year").replay();
    let last = year.commits.len() - 1;
    let shallow = year.project.root().join(".git/shallow");
    std::fs::write(&shallow, format!("{}\n", year.commits[last - 1])).expect("a file");
    // Both ends are here: the answer is that of a whole clone, but for what only older commits know.
    let new = check(&year.project, &["--since", "HEAD~1"]).exits(0).json();
    assert_eq!(said(&new, "findings"), [pair("lingering-override", "LOG_LEVEL")]);
    assert_eq!(new["late_history"][0]["why"], "it is a shallow clone", "{new}");
    assert_eq!(new["late_history"][0]["known_from"], "2025-11-10", "{new}");
    let text = year.project.run(&["check", "--since", "HEAD~1"]).exits(0).stdout;
    assert!(text.contains("is known from 2025-11-10 on (it is a shallow clone)"), "{text}");
    let run = check(&year.project, &["--since", "HEAD~2"]).exits(2);
    let told = "which is a shallow clone: fetch it first, with `git fetch --unshallow`";
    assert!(run.stderr.contains(told), "no place of that name is elsewhere: {run:?}");
    let run = check(&year.project, &["--since", "v1.2"]).exits(2);
    assert!(run.stderr.contains("`git fetch --depth=1 origin v1.2` or `git fetch"), "{run:?}");
    let run = check(&year.project, &["--since", "v1.2..."]).exits(2);
    assert!(run.stderr.contains("first, with `git fetch --unshallow`"), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn configuration_alone_can_bring_each_fault() {
    let code = "import os\n\nNAME = os.environ[\"BAKERY_NAME\"]\n\
                POOL = int(os.environ.get(\"POOL_SIZE\", \"5\"))\n";
    let settings = "BAKERY_NAME=rye\nPOOL_SIZE=10\n";
    for (changed, expected) in [
        ("BAKERY_NAME=rye\nPOOL_SIZE=ten\n", pair("type-mismatch", "POOL_SIZE")),
        ("BAKERY_NAME=rye\nPOOL_SIZE=90\n", pair("value-drift", "POOL_SIZE")),
        ("POOL_SIZE=10\n", pair("missing-required", "BAKERY_NAME")),
        ("BAKERY_NAME=rye\n", pair("hidden-fallback", "POOL_SIZE")),
    ] {
        let project = Project::of(&[
            ("shop/settings.py", code),
            ("deploy/production-eu.env", settings),
            ("deploy/production-us.env", settings),
        ]);
        crate::support::commit(project.root());
        project.write("deploy/production-us.env", changed.as_bytes());
        let new = check(&project, &["--since", "HEAD"]).json();
        assert_eq!(said(&new, "findings"), [expected], "{changed}");
        let whole = check(&project, &[]).json();
        assert_eq!(new["findings"], whole["findings"], "{changed}");
    }
}

#[test]
fn the_last_definition_that_leaves_is_told() {
    // Nothing else is known of the component: what it was given once tells that it is not deployed from elsewhere.
    let project = Project::of(&[
        ("shop/settings.py", "import os\n\nURL = os.environ[\"MILL_URL\"]\n"),
        ("deploy/production.env", "MILL_URL=http://mill\nWORKERS=4\n"),
        ("deploy/staging.env", "MILL_URL=http://mill.staging\nWORKERS=1\n"),
    ]);
    crate::support::commit(project.root());
    project.write("deploy/production.env", b"WORKERS=4\n");
    project.write("deploy/staging.env", b"WORKERS=1\n");
    let new = check(&project, &["--since", "HEAD"]).exits(1).json();
    assert_eq!(said(&new, "findings"), [pair("missing-required", "MILL_URL")], "{new}");
    let one = &new["findings"][0];
    assert_eq!(one["environments"], serde_json::json!(["production", "staging"]));
    assert_eq!(one["confidence"], "medium");
    let whole = check(&project, &[]).exits(1).json();
    assert_eq!(new["findings"], whole["findings"], "a whole check says the same");
    let whole = check(&project, &["--no-history"]).exits(0).json();
    assert_eq!(said(&whole, "findings"), [], "the tree alone does not show it");
    // Code that can do without it again needs nothing.
    project.write("shop/settings.py", b"import os\n\nURL = os.environ.get(\"MILL_URL\")\n");
    let new = check(&project, &["--since", "HEAD"]).exits(0).json();
    assert_eq!(said(&new, "findings"), []);
}

#[test]
fn an_environment_that_leaves_or_moves_as_a_whole_is_not_missed_key_by_key() {
    let code = "import os\n\nA = os.environ[\"MILL_URL\"]\nB = os.environ[\"OVEN_URL\"]\n\
                C = os.environ[\"TILL_URL\"]\n";
    let given = "WORKERS=4\nMILL_URL=http://a\nOVEN_URL=http://b\nTILL_URL=http://c\n";
    let project = Project::of(&[("shop/settings.py", code), ("deploy/production.env", given)]);
    crate::support::commit(project.root());
    project.write("deploy/production.env", b"WORKERS=4\n");
    let new = check(&project, &["--since", "HEAD", "--min-confidence", "medium"]).exits(0).json();
    assert_eq!(said(&new, "findings"), []);
    let new = check(&project, &["--since", "HEAD", "--min-confidence", "low"]).json();
    let missing = said(&new, "findings");
    assert_eq!(missing.iter().filter(|(rule, _)| rule.contains("missing-required")).count(), 3);
    std::fs::remove_file(project.root().join("deploy/production.env")).expect("it was there");
    let new = check(&project, &["--since", "HEAD", "--min-confidence", "low"]).exits(0).json();
    assert_eq!(said(&new, "findings"), []);
}

/// Where git keeps what it knows of a path at a revision.
fn object(project: &Project, revision: &str, path: &str) -> std::path::PathBuf {
    let git = git2::Repository::open(project.root()).expect("the repository");
    let commit = git.revparse_single(revision).expect("it").peel_to_commit().expect("a commit");
    let entry = commit.tree().expect("a tree").get_path(std::path::Path::new(path)).expect("it");
    let id = entry.id().to_string();
    git.path().join("objects").join(&id[..2]).join(&id[2..])
}

/// Marks a clone as partial, as `git clone --filter` does.
fn mark_partial(project: &Project) {
    let config = project.root().join(".git/config");
    let own = String::from_utf8(std::fs::read(&config).expect("a file")).expect("is text");
    let own = own.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
    let mark = "[remote \"origin\"]\n\tpromisor = true\n[extensions]\n\tpartialClone = origin\n";
    std::fs::write(&config, own + mark).expect("a file");
}

#[test]
fn a_partial_clone_is_read_as_far_as_it_goes_and_says_what_it_needs() {
    let project = Project::of(&[
        ("shop/settings.py", "import os\n\nURL = os.environ[\"MILL_URL\"]\n"),
        ("deploy/production.env", "MILL_URL=http://mill\nROOM=1\n"),
        ("deploy/staging.env", "MILL_URL=http://mill.staging\n"),
        ("loaf.png", "no picture"),
    ]);
    let first = crate::support::commit(project.root());
    project.write("loaf.png", b"another one");
    project.write("deploy/staging.env", b"ROOM=2\n");
    crate::support::commit(project.root());
    // What no fact depends on may be away.
    let objects = ["loaf.png", "deploy/staging.env"].map(|path| object(&project, &first, path));
    std::fs::remove_file(&objects[0]).expect("a loose object");
    mark_partial(&project);
    let new = check(&project, &["--since", &first]).exits(1).json();
    assert_eq!(
        said(&new, "findings"),
        [pair("dead-key", "ROOM"), pair("missing-required", "MILL_URL")]
    );
    std::fs::remove_file(&objects[1]).expect("a loose object");
    let run = check(&project, &["--since", &first]).exits(2);
    assert!(run.stderr.contains("lacks 1 file of `"), "{run:?}");
    assert!(run.stderr.contains("as a partial clone does: fetch them first"), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    // The history is known as far as its objects are here.
    let told = project.run(&["explain", "ROOM"]).exits(0).stdout;
    assert!(told.contains("as in a partial clone"), "{told}");
}
