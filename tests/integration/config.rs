//! The policy file: what it takes, what it refuses and where it says so.

use std::fmt::Write as _;

use keydrift::config::{self, Config};
use keydrift::model::Severity;

fn refused(text: &str) -> (u32, u32, String) {
    let error = config::load("keydrift.yaml", text).expect_err("the policy is wrong");
    (error.line, error.column, error.message)
}

#[test]
fn the_example_of_the_docs_is_accepted() {
    let page = include_str!("../../docs/configuration.md");
    let blocks: Vec<&str> =
        page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 5, "every option has an example");
    for block in blocks {
        let outcome = config::load_with("keydrift.yaml", block, &|_| Ok(String::new()));
        assert!(
            outcome.is_ok(),
            "{block}\n{}",
            outcome.err().map_or(String::new(), |error| error.to_string())
        );
    }
}

#[test]
fn everything_is_read() {
    let config = config::load(
        "keydrift.yaml",
        r#"
environments:
  staging: {files: [deploy/staging/**]}
  production:
    files: [deploy/base.env, deploy/production.env]
    group: hosted
  laptop: {files: .env, local: true}
groups: {hosted: [staging, production]}
templates: [env.spec]
base: config/default.toml
exclude: [legacy/]
rules:
  dead-key: off
  value-drift: error
  near-miss-name: {severity: note, ignore: ["OLD_*"]}
  shadowed-value: false
expected_differences: ["*_URL", replicas]
consumed_elsewhere: [BILLING_*]
provided: [POD_NAME]
readers:
  python:
    - {reader: shop.env.get, key: 0}
"#,
    )
    .unwrap();
    let names: Vec<&str> = config.environments.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["staging", "production", "laptop"], "the order of the file is kept");
    assert_eq!(config.environments[1].files, ["deploy/base.env", "deploy/production.env"]);
    assert_eq!(config.environments[2].local, Some(true));
    assert_eq!(config.group_of("staging"), Some("hosted"));
    assert_eq!(config.environments[0].group.as_deref(), Some("hosted"));
    assert!(config.is_off("dead-key") && config.is_off("shadowed-value"));
    assert_eq!(config.severity("value-drift"), Some(Severity::Error));
    assert!(
        config.ignores("near-miss-name", "OLD_TIMEOUT")
            && !config.ignores("near-miss-name", "TIMEOUT")
    );
    assert!(config.expects_difference("API_URL") && !config.expects_difference("TIMEOUT"));
    assert!(config.is_consumed_elsewhere("BILLING_KEY"));
    assert!(config.is_provided("POD_NAME"));
    let rows = config.rows::<Vec<serde_yaml::Value>>("readers", "python").unwrap();
    assert_eq!(rows.iter().flatten().count(), 1);
}

#[test]
fn environments_may_be_a_list() {
    let config =
        config::load("k", "environments:\n  - dev\n  - {name: prod, files: [a.env]}\n").unwrap();
    let names: Vec<&str> = config.environments.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["dev", "prod"]);
}

#[test]
fn an_empty_file_changes_nothing() {
    for text in
        ["", "# nothing yet\n", "environments:\nrules:\ntemplates:\n", "\u{feff}rules: {}\n"]
    {
        let config = config::load("keydrift.yaml", text).unwrap();
        assert!(config.environments.is_empty() && config.rules.is_empty());
    }
}

#[test]
fn unknown_fields_are_refused_at_their_place() {
    let error =
        config::load("keydrift.yaml", "rules:\n  dead-key: off\nenviroments: {}\n").unwrap_err();
    assert_eq!((error.line, error.column), (3, 1));
    assert_eq!(error.help.as_deref(), Some("did you mean `environments`?"));
    let text = "rules:\n  dead-key: off\nenviroments: {}\n";
    assert_eq!(error.range.slice(text), "enviroments");
    let (line, _, message) = refused("environments:\n  prod:\n    file: [a]\n");
    assert_eq!(line, 3);
    assert!(message.contains("unknown field `file`"), "{message}");
}

#[test]
fn wrong_values_are_refused_at_their_place() {
    let (line, column, message) = refused("templates:\n  - a.env\n  - \"[\"\n");
    assert_eq!((line, column), (3, 5));
    assert!(message.contains("invalid glob"), "{message}");
    let (line, _, message) = refused("rules:\n  dead-key: fatal\n");
    assert_eq!(line, 2);
    assert!(message.contains("`off`, `note`, `warning` or `error`"), "{message}");
    let (line, _, message) = refused("rules:\n  dead-key: {ignore: 3}\n");
    assert_eq!(line, 2);
    assert!(message.contains("key names"), "{message}");
    let (line, _, message) = refused("flags:\n  settled_after: -3\n");
    assert_eq!(line, 2);
    assert!(message.ends_with("expected a whole number from 0 on"), "{message}");
    let (line, _, _) = refused("a: [\n");
    assert!(line >= 1);
    let (_, _, message) = refused("rules: {a: off, a: note}\n");
    assert!(message.contains("twice"), "{message}");
}

#[test]
fn unknown_rules_are_refused_with_the_name_that_was_meant() {
    let text = "rules:\n  dead-key: off\n  missing-requird: note\n";
    let config = config::load("keydrift.yaml", text).unwrap();
    let known = ["dead-key", "missing-required", "value-drift"];
    let error = config.check_rules(&known).unwrap_err();
    assert_eq!((error.line, error.column), (3, 3));
    assert_eq!(error.help.as_deref(), Some("did you mean `missing-required`?"));
    assert_eq!(error.range.slice(text), "missing-requird");
    assert!(Config::default().check_rules(&known).is_ok());
    let fine = config::load("keydrift.yaml", "rules: {dead-key: off}\n").unwrap();
    assert!(fine.check_rules(&known).is_ok());
}

#[test]
fn hostile_files_give_an_error() {
    let mut bomb = String::from("a0: &a0 [x]\n");
    for at in 1..40 {
        let before = at - 1;
        let _ = writeln!(bomb, "a{at}: &a{at} [*a{before}, *a{before}, *a{before}]");
    }
    let deep = "[".repeat(100_000);
    for text in [bomb.as_str(), deep.as_str(), "\0", "- 1", "x", "? [a]\n: b\n"] {
        assert!(config::load("keydrift.yaml", text).is_err());
    }
}
