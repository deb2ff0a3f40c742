//! Definitions that a change removes although code still asks for them: how sure it is that they are missed.

use super::{check, pair, said};
use crate::support::{Project, commit};

const CODE: &str = "import os\n\nPORT = os.environ[\"PORT\"]\nURL = os.environ[\"STOVE_URL\"]\n\
                    SEED = os.environ[\"TOKEN_SECRET\"]\n";

/// A compose file that gives the service these variables.
fn compose(given: &str) -> Vec<u8> {
    let head = "services:\n  bakery:\n    build: .\n    environment:\n";
    format!("{head}      PORT: 80\n      STOVE_URL: http://stove\n{given}").into_bytes()
}

fn bakery(template: &str) -> Project {
    let project = Project::of(&[
        ("bakery/settings.py", CODE),
        ("Dockerfile", "FROM python:3\nCOPY . .\nCMD [\"python\", \"-m\", \"bakery.settings\"]\n"),
        ("pyproject.toml", "[project]\nname = \"bakery\"\nversion = \"1\"\n"),
        (".env.example", template),
    ]);
    project.write("compose.yaml", &compose("      TOKEN_SECRET: only-here-and-for-nobody-else\n"));
    commit(project.root());
    project
}

/// What a check against the last commit says of `key`, with its confidence.
fn told(project: &Project, key: &str) -> Vec<(String, String)> {
    let new = check(project, &["--since", "HEAD", "--min-confidence", "low"]).json();
    let whole = check(project, &["--min-confidence", "low"]).json();
    let of = |report: &serde_json::Value| {
        let all = report["findings"].as_array().expect("findings").iter();
        let own = all.filter(|one| one["key"] == key);
        let text =
            |one: &serde_json::Value, field: &str| one[field].as_str().expect("a text").to_owned();
        own.map(|one| (text(one, "rule"), text(one, "confidence"))).collect::<Vec<_>>()
    };
    let new = of(&new);
    let whole = of(&whole);
    assert!(new.iter().all(|one| whole.contains(one)), "{new:?} {whole:?}");
    new
}

fn is(rule: &str, confidence: &str) -> Vec<(String, String)> {
    vec![(rule.to_owned(), confidence.to_owned())]
}

#[test]
fn a_secret_that_only_a_service_got_is_missed() {
    let project = bakery("PORT=80\nSTOVE_URL=\nTOKEN_SECRET=\n");
    project.write("compose.yaml", &compose(""));
    assert_eq!(told(&project, "TOKEN_SECRET"), is("missing-required", "medium"));
}

#[test]
fn what_moves_into_the_template_is_filled_in_there() {
    let project = bakery("PORT=80\nSTOVE_URL=\n");
    project.write("compose.yaml", &compose(""));
    project.write(".env.example", b"PORT=80\nSTOVE_URL=\nTOKEN_SECRET=\n");
    commit(project.root());
    let whole = check(&project, &["--min-confidence", "medium"]).json();
    assert!(!said(&whole, "findings").contains(&pair("missing-required", "TOKEN_SECRET")));
}

#[test]
fn what_a_template_lists_no_longer_is_undeclared() {
    let code = "import os\n\nNAME = os.environ[\"OVEN_NAME\"]\nHEAT = os.environ[\"OVEN_HEAT\"]\n\
                PASSWORD = os.getenv(\"OVEN_PASSWD\")\nLIMIT = os.getenv(\"OVEN_LIMIT\")\n";
    let template = "OVEN_NAME=\nOVEN_HEAT=200\nOVEN_PASSWD=crumbs\n";
    let project = Project::of(&[("oven/settings.py", code), (".env.example", template)]);
    commit(project.root());
    project.write(".env.example", b"OVEN_NAME=\nOVEN_HEAT=200\nFRIDGE_PASSWORD=crumbs\n");
    assert_eq!(told(&project, "OVEN_PASSWD"), is("undeclared-key", "medium"));
    // What it never listed, it may leave out on purpose.
    let whole = check(&project, &["--min-confidence", "medium"]).json();
    assert!(!said(&whole, "findings").contains(&pair("undeclared-key", "OVEN_LIMIT")));
    // Taken out of use, it stands there as a comment.
    project.write(".env.example", b"OVEN_NAME=\nOVEN_HEAT=200\n# OVEN_PASSWD=crumbs\n");
    assert_eq!(told(&project, "OVEN_PASSWD"), []);
}

#[test]
fn a_name_that_tools_know_may_be_written_wrong() {
    let code = "import os\n\nPORT = os.environ[\"PORT\"]\nURL = os.environ[\"DATABASE_URL\"]\n";
    let given = |name: &str| {
        let head = "services:\n  bakery:\n    build: .\n    environment:\n      PORT: 80\n";
        format!("{head}      {name}: postgres://stove/bread\n")
    };
    let project = Project::of(&[
        ("bakery/settings.py", code),
        ("Dockerfile", "FROM python:3\nCOPY . .\nCMD [\"python\", \"-m\", \"bakery.settings\"]\n"),
        ("compose.yaml", &given("DATABASE_URL")),
    ]);
    commit(project.root());
    project.write("compose.yaml", given("DATABASEE_URL").as_bytes());
    assert!(told(&project, "DATABASE_URL").contains(&is("near-miss-name", "medium")[0]));
}
