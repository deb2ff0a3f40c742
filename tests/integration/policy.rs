//! What may stand in a policy beside plain fields: its schema, the files it builds on, rows for languages.
//!
//! The schema is held against files by a validator that is not ours.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jsonschema::Validator;
use keydrift::config::{self, Config};
use serde_json::Value;

use crate::support::{Project, repository};

const FILE: &str = "keydrift.schema.json";

fn schema() -> (String, Value) {
    let run = Project::of(&[]).run(&["init", "--schema"]).exits(0);
    let value = run.json();
    (run.stdout, value)
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema().1).expect("the schema is one")
}

#[test]
fn the_schema_is_fresh() {
    let (text, _) = schema();
    let path = repository().join(FILE);
    if std::env::vars_os().any(|(name, value)| name == "UPDATE_EXPECT" && value == "1") {
        std::fs::write(&path, &text).expect("a file");
    }
    let kept = std::fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert_eq!(kept.ok(), Some(text), "{FILE} is not what `keydrift init --schema` prints");
}

#[test]
fn the_schema_is_one_and_every_field_has_a_description() {
    let (_, schema) = schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let mut parts = vec![("", &schema)];
    let definitions = schema["$defs"].as_object().expect("definitions");
    parts.extend(definitions.iter().map(|(name, part)| (name.as_str(), part)));
    let mut seen = 0;
    for (part, schema) in parts {
        for (field, told) in schema["properties"].as_object().into_iter().flatten() {
            let told = told["description"].as_str().unwrap_or_default();
            assert!(told.len() > 8, "{part}.{field} says nothing: {told}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} fields");
    let rules = schema["properties"]["rules"]["properties"].as_object().expect("rules");
    assert_eq!(rules.len(), keydrift::rules::RULES.len());
}

/// Policies that are right: ours, those of the pages, those of the fixtures, and the built-in tables as rows.
fn right() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("a file");
        String::from_utf8(bytes).expect("UTF-8")
    };
    let page = read(repository().join("docs/configuration.md"));
    let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    all.extend(blocks.enumerate().map(|(at, block)| (format!("block {at}"), block.to_owned())));
    for project in crate::project::projects(&repository().join("fixtures/projects")) {
        let path = project.join("keydrift.yaml");
        if path.is_file() {
            all.push((path.display().to_string(), read(path)));
        }
    }
    all.push(("ours".to_owned(), read(repository().join("keydrift.yaml"))));
    for language in ["python", "rust"] {
        for table in ["readers", "schemas", "handlers"] {
            let rows = read(repository().join(format!("grammars/{language}/{table}.yaml")));
            // Numbers that JSON cannot hold.
            let rows = rows.replace(&i128::MIN.to_string(), "-1");
            let rows = rows.replace(&i128::MAX.to_string(), "1");
            let rows: Vec<_> = rows.lines().map(|line| format!("    {line}")).collect();
            let text = format!("{table}:\n  {language}:\n{}\n", rows.join("\n"));
            all.push((format!("{language}/{table}"), text));
        }
    }
    all
}

#[test]
fn the_schema_takes_what_is_right() {
    let validator = validator();
    let all = right();
    assert!(all.len() > 20, "{} policies", all.len());
    for (name, text) in all {
        let value: Value = serde_yaml::from_str(&text).expect("YAML");
        let said: Vec<_> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(said.is_empty(), "{name}: {said:#?}");
        let project = Project::of(&[("keydrift.yaml", text.as_str())]);
        for shared in ["org/keydrift.yaml", "../org/keydrift.yaml"] {
            if text.contains(&format!("extends: {shared}")) {
                project.write("org/keydrift.yaml", b"");
            }
        }
        if !text.contains("live:") && !text.contains("extends:") {
            project.run(&["envs", "--quiet"]).exits(0);
        }
    }
}

#[test]
fn the_schema_and_the_reader_refuse_the_same() {
    let validator = validator();
    for text in [
        "enviroments: {}\n",
        "environments: production\n",
        "environments:\n  prod: {file: [a.env]}\n",
        "environments:\n  - {files: [a.env]}\n",
        "environments:\n  prod: {local: maybe}\n",
        "groups: [prod]\n",
        "templates: 3\n",
        "templates: [3]\n",
        "rules: {dead-keys: off}\n",
        "rules: {dead-key: fatal}\n",
        "rules: {dead-key: true}\n",
        "rules: {dead-key: {severity: note, ignored: [A]}}\n",
        "flags: {settled_after: soon}\n",
        "flags: {ages: {release: soon}}\n",
        "flags: {ages: {relase: 3}}\n",
        "flags: {kinds: {killswitch: [A]}}\n",
        "extends: {base: a.yaml}\n",
        "owners: [\"@a\"]\n",
        "readers: {pyhton: []}\n",
        "readers: {python: [{reader: a.b, form: cal}]}\n",
        "readers: {python: [{reader: a.b, form: call, kee: {position: 0}}]}\n",
        "schemas: {python: {schemas: [{schema: a.B, by: name}]}}\n",
        "handlers: {rust: {methods: {or_else: {none: vanish}}}}\n",
    ] {
        let value: Value = serde_yaml::from_str(text).expect("YAML");
        assert!(!validator.is_valid(&value), "the schema takes {text}");
        let run = Project::of(&[("keydrift.yaml", text)]).run(&["envs"]).exits(2);
        assert!(run.stderr.starts_with("keydrift: keydrift.yaml:"), "{}", run.stderr);
    }
}

/// What a policy at `keydrift.yaml` comes to with other files beside it.
fn extended(files: &[(&str, &str)]) -> Result<Config, config::Error> {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let read = |path: &str| {
        files.get(path).map(|text| (*text).to_owned()).ok_or_else(|| "no such file".to_owned())
    };
    config::load_with("keydrift.yaml", files["keydrift.yaml"], &read)
}

#[test]
fn a_shared_file_is_built_on() {
    let shared = "\
environments: [staging, production]
base: [config/base.env]
exclude: [legacy/]
rules:
  dead-key: {severity: error, ignore: [OLD_*]}
  near-miss-name: off
provided: [POD_NAME]
groups: {prod: [prod-us, prod-eu], web: [a, b]}
flags: {settled_after: 30, ages: {release: 10, ops: 5}, kinds: {ops: [A_*]}}
owners: {\"@platform\": [DB_*], \"@web\": [WEB_*]}
";
    let own = "\
extends: ../org/policy.yaml
rules:
  dead-key: {severity: note, ignore: [NEW_*]}
provided: [REGION, POD_NAME]
base: [own.env]
exclude: [old/]
groups: {prod: [prod-us]}
flags: {ages: {release: never}}
owners: {\"@web\": [SHOP_*]}
";
    let config =
        extended(&[("keydrift.yaml", own), ("../org/policy.yaml", shared)]).expect("right");
    let names: Vec<_> = config.environments.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["staging", "production"], "what is not said is taken over");
    assert_eq!(config.severity("dead-key"), Some(keydrift::model::Severity::Note));
    assert!(config.ignores("dead-key", "OLD_A") && config.ignores("dead-key", "NEW_A"));
    assert!(config.is_off("near-miss-name"));
    assert_eq!(config.provided, ["POD_NAME", "REGION"], "lists of keys are added to");
    assert_eq!(config.exclude, ["legacy/", "old/"]);
    assert_eq!(config.base, ["own.env"], "layers are replaced");
    assert_eq!(config.groups["prod"], ["prod-us"], "one entry stands for its name");
    assert_eq!(config.groups["web"], ["a", "b"]);
    assert_eq!(config.flags.settled_after, 30);
    assert_eq!(config.flags.age(keydrift::model::FlagKind::Release), None);
    assert_eq!(config.flags.age(keydrift::model::FlagKind::Ops), Some(5));
    assert_eq!(config.owners.of_key("DB_URL"), Some("@platform"));
    assert_eq!(config.owners.of_key("SHOP_URL"), Some("@web"));
    assert_eq!(config.owners.of_key("WEB_URL"), None, "the own entry replaces that of its name");
}

#[test]
fn of_several_shared_files_the_later_wins() {
    let config = extended(&[
        ("keydrift.yaml", "extends: [one.yaml, deep/two.yaml]\n"),
        ("one.yaml", "rules: {dead-key: error, value-drift: off}\n"),
        ("deep/two.yaml", "extends: ./three.yaml\nrules: {dead-key: note}\n"),
        ("deep/three.yaml", "rules: {dead-key: off, near-miss-name: error}\n"),
    ])
    .expect("right");
    assert!(!config.is_off("dead-key") && config.is_off("value-drift"));
    assert_eq!(config.severity("dead-key"), Some(keydrift::model::Severity::Note));
    assert_eq!(config.severity("near-miss-name"), Some(keydrift::model::Severity::Error));
}

#[test]
fn what_cannot_be_built_on_is_refused_where_it_is_named() {
    let refused = |files: &[(&str, &str)]| extended(files).expect_err("wrong").to_string();
    let own = "rules: {}\nextends:\n  - a.yaml\n  - b.yaml\n";
    for (files, said) in [
        (
            vec![("keydrift.yaml", own), ("a.yaml", "")],
            "keydrift.yaml:4:5: extends[1]: cannot read `b.yaml`: no such file",
        ),
        (
            vec![("keydrift.yaml", own), ("a.yaml", ""), ("b.yaml", "\n\nrules: 3\n")],
            "b.yaml:3:8: ",
        ),
        (
            vec![
                ("keydrift.yaml", "extends: b.yaml\n"),
                ("b.yaml", "extends: [x/../keydrift.yaml]\n"),
            ],
            "b.yaml:1:11: extends[0]: a circle: `x/../keydrift.yaml` leads back here by way of `keydrift.yaml`, `b.yaml`",
        ),
        (
            vec![("keydrift.yaml", "extends: https://policy.test/a.yaml\n")],
            "keydrift.yaml:1:10: extends: `https://policy.test/a.yaml` is no file",
        ),
    ] {
        let told = refused(&files);
        assert!(told.starts_with(said), "{told}");
    }
    let endless = |path: &str| Ok(format!("extends: a{path}\n"));
    let error = config::load_with("keydrift.yaml", "extends: a.yaml\n", &endless);
    let error = error.expect_err("endless").to_string();
    assert!(error.contains("more than 8 files build on one another"), "{error}");
    let wide = |path: &str| {
        let digits = path.len() - ".yaml".len();
        let list: Vec<_> = (0..9).map(|at| format!("{}{at}.yaml", &path[..digits])).collect();
        Ok(format!("extends: [{}]\n", list.join(", ")))
    };
    let error = config::load_with("keydrift.yaml", "extends: a.yaml\n", &wide);
    let error = error.expect_err("wide").to_string();
    assert!(
        error.contains(": a policy of more than 50 files") || error.contains("more than 8"),
        "{error}"
    );
}

#[test]
fn shared_files_are_found_beside_the_policy() {
    let project = Project::of(&[
        ("org/policy.yaml", "rules:\n  missing-required: note\n"),
        ("shop/keydrift.yaml", "extends: ../org/policy.yaml\n"),
        ("shop/app.py", "import os\nurl = os.environ[\"DB_URL\"]\nport = os.environ[\"PORT\"]\n"),
        ("shop/.env.staging", "DB_URL=postgres://staging/shop\nPORT=1\n"),
        ("shop/.env.production", "PORT=1\n"),
    ]);
    let severity = |arguments: &[&str]| {
        let report = project.run(arguments).json();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let found = findings.iter().find(|one| one["rule"] == "missing-required");
        found.map(|one| one["severity"].to_string())
    };
    assert_eq!(severity(&["check", "shop", "--format", "json"]).as_deref(), Some("\"note\""));
    let named = ["check", "shop", "--format", "json", "--config", "org/policy.yaml"];
    assert_eq!(severity(&named).as_deref(), Some("\"note\""));
    let outside = ["check", "shop", "--format", "json", "--config", "shop/keydrift.yaml"];
    assert_eq!(severity(&outside).as_deref(), Some("\"note\""));
    project.write("org/policy.yaml", b"rules:\n  missing-requird: note\n");
    let run = project.run(&["check", "shop"]).exits(2);
    let said =
        "keydrift: ../org/policy.yaml:2:3: rules: there is no rule `missing-requird`; did you mean";
    assert!(run.stderr.starts_with(said), "{}", run.stderr);
}

#[test]
fn owners_are_told_by_key_and_by_path() {
    let project = Project::of(&[
        ("keydrift.yaml", "owners:\n  \"@payments\": [STRIPE_*]\n  \"@shop\": [shop/]\n"),
        ("CODEOWNERS", "* @everybody\n/mail/ @mail\n"),
        (
            "shop/app.py",
            "import os\nurl = os.environ[\"DB_URL\"]\nkey = os.environ[\"STRIPE_HOST\"]\nport = os.environ[\"PORT\"]\n\
             if os.getenv(\"FEATURE_CART\") == \"1\":\n    print(url)\n",
        ),
        ("mail/app.py", "import os\nhost = os.environ[\"MAIL_HOST\"]\n"),
        (
            ".env.staging",
            "DB_URL=postgres://a/b\nSTRIPE_HOST=pay.test\nMAIL_HOST=mail.test\nPORT=1\nFEATURE_CART=1\n",
        ),
        (".env.production", "PORT=1\nFEATURE_CART=0\n"),
    ]);
    let report = project.run(&["check", "--format", "json", "--min-confidence", "low"]).json();
    let owner = |key: &str| {
        let findings = report["findings"].as_array().expect("findings");
        let one = findings.iter().find(|one| one["key"] == key).expect("a finding");
        format!("{} {}", one["owner"]["name"], one["owner"]["told_by"])
    };
    assert_eq!(owner("STRIPE_HOST"), "\"@payments\" \"policy\"");
    assert_eq!(owner("DB_URL"), "\"@shop\" \"policy\"");
    assert_eq!(owner("MAIL_HOST"), "\"@mail\" \"CODEOWNERS\"");
    for (format, told) in [
        ("csv", ",@payments\n"),
        ("html", "<li>@mail</li>"),
        ("markdown", "**owner:** `@shop` (policy)"),
        ("sarif", "\"owner\": \"@mail\""),
        ("text", "= owner: @mail (CODEOWNERS)"),
    ] {
        let out = project.run(&["check", "--format", format, "--min-confidence", "low"]).stdout;
        assert!(out.contains(told), "{format}: {out}");
    }
    let told = project.run(&["explain", "MAIL_HOST"]).exits(0).stdout;
    assert!(told.contains("owner @mail (CODEOWNERS)"), "{told}");
    let told = project.run(&["flags"]).exits(0).stdout;
    assert!(told.contains("@shop (policy)"), "{told}");
}
