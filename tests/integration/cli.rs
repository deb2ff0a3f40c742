//! The command line: arguments, streams, exit codes.

use std::io::Read as _;
use std::process::Stdio;

use crate::support::{Project, Run, command, commit, keydrift, repository};

pub(crate) const CODE: &str = "import os\n\nURL = os.environ[\"ORDERS_URL\"]\n";
pub(crate) const ENV: &str = "ORDERS_URL=http://orders.internal\n";

/// A project in which nothing is wrong.
pub(crate) fn healthy() -> Project {
    Project::of(&[
        ("shop/orders.py", CODE),
        ("deploy/production.env", ENV),
        ("deploy/staging.env", ENV),
    ])
}

/// One clear line on standard error, nothing on standard output, exit code 2.
#[track_caller]
fn refused(run: Run) -> String {
    let run = run.exits(2);
    assert_eq!(run.stdout, "", "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    run.stderr.trim_end().to_owned()
}

#[test]
fn a_healthy_project_is_told_so() {
    let run = healthy().run(&["check"]).exits(0);
    assert!(run.stdout.starts_with("No findings. Looked at 1 source file, "), "{run:?}");
    assert_eq!(run.stderr, "");
}

#[test]
fn an_empty_folder_is_healthy() {
    let run = Project::of(&[]).run(&["check"]).exits(0);
    let said =
        "No findings. Looked at 0 source files, 0 reads, 0 keys, 0 definitions, no environment.\n";
    assert_eq!(run.stdout, said);
}

#[test]
fn quiet_says_nothing_of_a_healthy_project() {
    assert_eq!(healthy().run(&["check", "--quiet"]).exits(0).stdout, "");
}

#[test]
fn json_has_the_promised_shape() {
    let json = healthy().run(&["check", "--format", "json"]).exits(0).json();
    assert_eq!(json["schema"], "keydrift.findings/1");
    for field in ["environments", "diagnostics", "findings"] {
        assert!(json[field].is_array(), "{field}");
    }
    for field in ["reads", "keys", "definitions"] {
        assert!(json["summary"][field].is_number(), "{field}");
    }
    for severity in ["error", "warning", "note"] {
        assert_eq!(json["summary"]["findings"][severity], 0, "{severity}");
    }
}

#[test]
fn a_report_can_go_to_a_file() {
    let project = healthy();
    let run = project.run(&["check", "--format", "json", "--output", "report.json"]).exits(0);
    assert_eq!(run.stdout, "");
    let bytes = std::fs::read(project.root().join("report.json")).expect("the report");
    let json: serde_json::Value = serde_json::from_slice(&bytes).expect("the report is JSON");
    assert_eq!(json["schema"], "keydrift.findings/1");
    let said = refused(project.run(&["check", "--output", "no/such/folder/report"]));
    assert!(said.starts_with("keydrift: cannot write no/such/folder/report: "), "{said}");
}

#[test]
fn colors_come_when_asked_for() {
    let project = healthy();
    assert!(!project.run(&["check"]).stdout.contains('\u{1b}'));
    assert!(project.run(&["check", "--color", "always"]).stdout.contains('\u{1b}'));
    assert!(!project.run(&["check", "--color", "never"]).stdout.contains('\u{1b}'));
}

#[test]
fn a_missing_path_is_refused() {
    let said = refused(healthy().run(&["check", "nowhere"]));
    assert_eq!(said, "keydrift: no such path: nowhere");
}

#[test]
fn wrong_arguments_are_refused() {
    let project = healthy();
    let said = refused(project.run(&["check", "--fromat", "json"]));
    assert!(said.contains("unexpected argument '--fromat'"), "{said}");
    assert!(said.contains("--format"), "{said}");
    let said = refused(project.run(&["check", "--today", "yesterday"]));
    assert!(said.contains("--today"), "{said}");
    let said = refused(project.run(&["check", "--jobs", "0"]));
    assert!(said.contains("--jobs"), "{said}");
    refused(project.run(&["chekc"]));
}

#[test]
fn unknown_names_are_refused() {
    let project = healthy();
    let said = refused(project.run(&["check", "--rule", "no-such-rule-anywhere"]));
    assert!(said.starts_with("keydrift: there is no rule `no-such-rule-anywhere`"), "{said}");
    let said = refused(project.run(&["check", "--env", "moon"]));
    assert!(said.starts_with("keydrift: there is no environment `moon`"), "{said}");
    let said = refused(project.run(&["explain", "QUITE_UNKNOWN"]));
    assert!(said.starts_with("keydrift: there is no key `QUITE_UNKNOWN`"), "{said}");
}

#[test]
fn slips_are_told_what_was_meant() {
    let project = healthy();
    let said = refused(project.run(&["check", "--format", "jsno"]));
    assert!(said.ends_with("did you mean `json`?"), "{said}");
    let said = refused(project.run(&["check", "--rule", "missing-requird"]));
    assert!(said.ends_with("did you mean `missing-required`?"), "{said}");
    let said = refused(project.run(&["check", "--env", "prodution"]));
    assert!(said.ends_with("did you mean `production`?"), "{said}");
    let said = refused(project.run(&["explain", "ORDER_URL"]));
    assert!(said.ends_with("near it: ORDERS_URL"), "{said}");
}

#[test]
fn a_root_counts_once() {
    let project = healthy();
    let once = project.run(&["facts"]).exits(0);
    assert_eq!(once.stdout, project.run(&["facts", ".", "."]).exits(0).stdout);
    assert_eq!(once.stdout, project.run(&["facts", ".", "./shop/.."]).exits(0).stdout);
}

#[test]
fn a_file_is_a_root_of_one_file() {
    let run = healthy().run(&["facts", "deploy/production.env"]).exits(0);
    let facts: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(facts.len(), 1, "{run:?}");
    assert_eq!(facts[0]["key"], "ORDERS_URL");
    assert_eq!(facts[0]["path"], "production.env");
}

#[test]
fn a_folder_is_no_policy() {
    let project = healthy();
    project.write("keydrift.yaml/inside", b"");
    let said = refused(project.run(&["check", "--config", "keydrift.yaml"]));
    assert!(said.contains("keydrift.yaml"), "{said}");
    let said = refused(project.run(&["check"]));
    assert!(said.contains("keydrift.yaml"), "a policy that is not one is told of: {said}");
}

#[test]
fn no_endless_line_comes_to_the_terminal() {
    let project = healthy();
    let mut line = b"import os; URL = os.environ[\"BAKERY_URL\"]; X = \"".to_vec();
    line.resize(1_000_000, b'x');
    line.extend(b"\"\n");
    project.write("shop/long.py", &line);
    let run = project.run(&["check"]);
    let longest = run.stdout.lines().map(str::len).max();
    assert!(longest < Some(1_000), "a line of {longest:?} bytes");
}

#[test]
fn help_and_version_are_no_errors() {
    let project = Project::of(&[]);
    for arguments in [&["--help"][..], &["--version"], &["check", "--help"]] {
        let run = project.run(arguments).exits(0);
        assert!(run.stdout.contains("keydrift") && run.stderr.is_empty(), "{run:?}");
    }
    project.run(&[]).exits(2);
}

#[test]
fn a_broken_policy_is_refused_at_its_place() {
    let project = healthy();
    project.write("keydrift.yaml", b"exclud:\n  - vendor\n");
    let said = refused(project.run(&["check"]));
    assert!(said.contains("keydrift.yaml:1:1: "), "{said}");
    assert!(said.contains("did you mean `exclude`?"), "{said}");
    project.write("keydrift.yaml", b"readers:\n  pyhton: []\n");
    let said = refused(project.run(&["check"]));
    assert!(said.contains("keydrift.yaml:2:3: ") && said.contains("`python`"), "{said}");
    project.write("keydrift.yaml", b"readers:\n  python:\n    - {reader: a.b, form: cal}\n");
    let said = refused(project.run(&["check"]));
    assert!(said.contains("keydrift.yaml:3:27: readers.python[0].form: "), "{said}");
    project.write("keydrift.yaml", b"groups: {live: [nowhere]}\n");
    let said = project.run(&["check"]).stdout;
    assert!(said.contains("the group `live` names `nowhere`, which is no environment"), "{said}");
    let policy = "exclude: []\nlive:\n  nowhere: [shown.yaml]\n  production:\n    - gone.yaml\n";
    project.write("shown.yaml", b"{}\n");
    project.write("keydrift.yaml", policy.as_bytes());
    let said = refused(project.run(&["check"]));
    assert!(said.contains("keydrift.yaml:5:7: cannot read the snapshot"), "{said}");
    project.write("gone.yaml", b"{}\n");
    let said = refused(project.run(&["check"]));
    assert!(said.contains("keydrift.yaml:3:13: a snapshot is given for"), "{said}");
    project.write("keydrift.yaml", b"exclude: [\n");
    refused(project.run(&["check"]));
    project.write("keydrift.yaml", b"exclude: \xff\n");
    refused(project.run(&["check"]));
    let said = refused(project.run(&["check", "--config", "other.yaml"]));
    assert_eq!(said, "keydrift: cannot read the policy file other.yaml: no such file");
}

#[test]
fn a_policy_may_be_named() {
    let project = healthy();
    project.write("policy/other.yaml", b"exclude:\n  - shop\n");
    let run = project.run(&["check", "--config", "policy/other.yaml"]).exits(0);
    assert!(run.stdout.contains("Looked at 0 source files"), "{run:?}");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let project = healthy();
    let mut child = command(project.root(), &["facts"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary under test starts");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{said}");
    assert_eq!(said, "");
}

#[test]
fn several_roots_are_one_project() {
    let project = healthy();
    let run = project.run(&["check", "shop", "deploy"]).exits(0);
    assert!(run.stdout.contains("1 source file"), "{run:?}");
    let run = project.run(&["check", "shop", "."]).exits(0);
    assert!(run.stdout.contains("1 source file,"), "overlapping roots count once: {run:?}");
    project.run(&["check", "shop/orders.py"]).exits(0);
}

#[test]
fn ignored_files_are_left_alone() {
    let project = healthy();
    commit(project.root());
    project.write(".gitignore", b"/generated\n");
    project.write("generated/more.py", CODE.as_bytes());
    project.write("node_modules/more/index.py", CODE.as_bytes());
    project.write("venv/pyvenv.cfg", b"");
    project.write("venv/lib/more.py", CODE.as_bytes());
    project.write("vendor/__init__.py", b"");
    let run = project.run(&["check"]).exits(0);
    assert!(
        run.stdout.contains("Looked at 2 source files"),
        "the app named vendor counts: {run:?}"
    );
}

#[test]
fn in_a_tree_without_a_repository_all_that_is_there_was_added() {
    let project = healthy();
    project.write(".gitignore", b"/generated\n");
    project.write("generated/more.py", CODE.as_bytes());
    project.write("node_modules/more/index.py", CODE.as_bytes());
    let run = project.run(&["check"]).exits(0);
    assert!(run.stdout.contains("Looked at 2 source files"), "{run:?}");
}

#[test]
fn ignored_env_files_are_found() {
    let project = healthy();
    commit(project.root());
    project.write(".gitignore", b".env\n*.env\n/tmp\n.venv\n");
    project.write(".env", b"ORDERS_URL=\xff\n");
    project.write("tmp/.env", b"ORDERS_URL=\xff\n");
    let json = project.run(&["check", "--format", "json"]).json();
    let told: Vec<_> = json["diagnostics"].as_array().expect("a list").iter().collect();
    assert_eq!(told.len(), 1, "the folder that is ignored stays alone: {told:?}");
    assert_eq!(told[0]["path"], ".env");
}

#[test]
fn what_was_added_is_read_whatever_is_ignored() {
    let project = healthy();
    project.write("generated/more.py", CODE.as_bytes());
    project.write("generated/left.py", CODE.as_bytes());
    project.write("shop/made/more.py", CODE.as_bytes());
    project.write("vendor/more.py", CODE.as_bytes());
    project.write("gone/more.py", CODE.as_bytes());
    commit(project.root());
    std::fs::remove_dir_all(project.root().join("gone")).expect("removed");
    project.write(".gitignore", b"/generated\n/shop/made\n/vendor\n/gone\n");
    project.write("generated/new.py", CODE.as_bytes());
    let run = project.run(&["check"]).exits(0);
    assert!(run.stdout.contains("Looked at 4 source files"), "{run:?}");
    let run = project.run(&["check", "shop"]).exits(0);
    assert!(run.stdout.contains("2 source files"), "a folder of the repository: {run:?}");
    project.write("keydrift.yaml", b"exclude: [generated/left.py]\n");
    let run = project.run(&["check"]).exits(0);
    assert!(run.stdout.contains("Looked at 3 source files"), "{run:?}");
}

#[test]
fn strict_fails_where_something_was_not_understood() {
    let project = healthy();
    project.write("shop/latin.py", b"# \xe9\n");
    assert!(project.run(&["check"]).exits(0).stdout.contains("shop/latin.py"));
    project.run(&["check", "--strict"]).exits(1);
}

#[test]
fn every_shell_gets_completions() {
    for (shell, word) in
        [("bash", "_keydrift()"), ("zsh", "#compdef keydrift"), ("fish", "complete -c keydrift")]
    {
        let script = Project::of(&[]).run(&["completions", shell]).exits(0).stdout;
        assert!(script.contains(word), "{shell}: {script}");
        for verb in ["baseline", "check", "explain", "impact"] {
            assert!(script.contains(verb), "{shell} knows no {verb}");
        }
    }
    Project::of(&[]).run(&["completions", "cobol"]).exits(2);
}

#[test]
fn there_is_a_manual_page_for_every_verb() {
    let project = Project::of(&[]);
    project.run(&["man", "pages"]).exits(0);
    let mut names: Vec<String> = std::fs::read_dir(project.root().join("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let help = Project::of(&[]).run(&["--help"]).exits(0).stdout;
    let verbs = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let verbs = verbs.take_while(|line| !line.is_empty());
    let verbs =
        verbs.filter_map(|line| line.strip_prefix("  ")?.split_once("  ")).map(|(verb, _)| verb);
    let mut wanted: Vec<String> = verbs
        .filter(|verb| !verb.is_empty() && *verb != "help")
        .map(|verb| format!("keydrift-{verb}.1"))
        .chain(["keydrift.1".to_owned()])
        .collect();
    wanted.sort();
    wanted.dedup();
    assert_eq!(names, wanted);
    let page = Project::of(&[]).run(&["man"]).exits(0).stdout;
    assert!(
        page.contains(&format!(".TH keydrift 1 \"\" \"keydrift {}\"", env!("CARGO_PKG_VERSION")))
    );
    let own = std::fs::read(project.root().join("pages/keydrift.1")).unwrap();
    assert_eq!(page.as_bytes(), own);
}

/// The flags and keys of the project itself are in order, its fixtures aside.
#[test]
fn its_own_tree_has_nothing_to_say() {
    let run = keydrift(&repository(), &["check", ".", "--no-history", "--no-cache"]).exits(0);
    assert!(run.stdout.starts_with("No findings."), "{run:?}");
}
