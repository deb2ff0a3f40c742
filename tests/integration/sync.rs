//! `keydrift sync`: its diff is applied by git, and `check` says nothing of it any more.
//!
//! Each project is one format: staging has a key that production lacks, and both have one that nothing reads.

use std::path::Path;

use serde_json::Value;

use crate::support::{Project, Run};

/// Code that reads what every project here defines.
const CODE: &str = "import os\n\nURL = os.environ[\"SHOP_DB_URL\"]\nPORT = os.environ[\"SHOP_PORT\"]\n\
                    LEVEL = os.environ[\"SHOP_LEVEL\"]\nCALENDAR = os.environ[\"SHOP_CALENDAR\"]\n";

/// One format: its name, the text of an environment with `{calendar}` where only staging has the key, and the path with
/// `{env}`.
struct Case {
    name: &'static str,
    path: &'static str,
    text: &'static str,
    /// The line of the key that production lacks.
    calendar: &'static str,
    /// Files that both environments share.
    more: &'static [(&'static str, &'static str)],
}

/// The formats. Nothing reads `SHOP_OLD`.
const CASES: &[Case] = &[
    Case {
        name: "dotenv",
        path: "deploy/{env}.env",
        text: "SHOP_DB_URL=postgres://db\nSHOP_PORT=80\n{calendar}SHOP_LEVEL=info\n# of the old shop\nSHOP_OLD=1\n",
        calendar: "SHOP_CALENDAR=https://c.example\n",
        more: &[],
    },
    Case {
        name: "dotenv with carriage returns, blanks in its name and no last line end",
        path: "deploy files/{env}.env",
        text: "SHOP_DB_URL=postgres://db\r\nSHOP_PORT=80\r\nSHOP_OLD=1\r\n{calendar}SHOP_LEVEL=info",
        calendar: "SHOP_CALENDAR=https://c.example\r\n",
        more: &[],
    },
    Case {
        name: "compose, a map",
        path: "compose.{env}.yaml",
        text: "services:\n  shop:\n    build: ./app\n    environment:\n      SHOP_DB_URL: postgres://db\n      \
               SHOP_PORT: \"80\"\n{calendar}      SHOP_LEVEL: info\n      SHOP_OLD: \"1\" # the old shop\n",
        calendar: "      SHOP_CALENDAR: https://c.example\n",
        more: &[("app/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD python main.py\n")],
    },
    Case {
        name: "compose, a list",
        path: "compose.{env}.yaml",
        text: "services:\n  shop:\n    build: ./app\n    environment:\n      - SHOP_DB_URL=postgres://db\n      \
               - \"SHOP_PORT=80\"\n{calendar}      - SHOP_LEVEL=info\n      - SHOP_OLD=1\n",
        calendar: "      - SHOP_CALENDAR=https://c.example\n",
        more: &[("app/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD python main.py\n")],
    },
    Case {
        name: "compose, flow style",
        path: "compose.{env}.yaml",
        text: "services:\n  shop:\n    build: ./app\n    environment: {SHOP_DB_URL: \"postgres://db\", SHOP_PORT: \
               \"80\", {calendar}SHOP_LEVEL: info, SHOP_OLD: \"1\"}\n",
        calendar: "SHOP_CALENDAR: \"https://c.example\", ",
        more: &[("app/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD python main.py\n")],
    },
    Case {
        name: "ConfigMap",
        path: "deploy/{env}/config.yaml",
        text: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\ndata:\n{calendar}  SHOP_DB_URL: \
               \"postgres://db\"\n  SHOP_LEVEL: \"info\"\n\n  # of the old shop\n  SHOP_OLD: \"1\"\n\n  SHOP_PORT: \"80\"\n",
        calendar: "  SHOP_CALENDAR: \"https://c.example\"\n",
        more: &[],
    },
    Case {
        name: "Secret",
        path: "deploy/{env}/secret.yaml",
        text: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\nstringData:\n  SHOP_DB_URL: postgres://db\n  \
               SHOP_PORT: \"80\"\n{calendar}  SHOP_LEVEL: info\n  SHOP_OLD: \"1\"\n",
        calendar: "  SHOP_CALENDAR: https://c.example\n",
        more: &[],
    },
    Case {
        name: "Secret, encoded",
        path: "deploy/{env}/secret.yaml",
        text: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n  SHOP_DB_URL: cG9zdGdyZXM6Ly9kYg==\n  \
               SHOP_PORT: ODA=\n{calendar}  SHOP_LEVEL: aW5mbw==\n  SHOP_OLD: MQ==\n",
        calendar: "  SHOP_CALENDAR: aHR0cHM6Ly9jLmV4YW1wbGU=\n",
        more: &[],
    },
    Case {
        name: "the env of a workload",
        path: "deploy/{env}/shop.yaml",
        text: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      \
               containers:\n        - name: shop\n          image: registry.example/shop\n          env:\n            \
               - name: SHOP_DB_URL\n              value: postgres://db\n            - name: SHOP_PORT\n              \
               value: \"80\"\n{calendar}            - name: SHOP_LEVEL\n              value: info\n            \
               - name: SHOP_OLD\n              value: \"1\"\n",
        calendar: "            - name: SHOP_CALENDAR\n              value: https://c.example\n",
        more: &[],
    },
    Case {
        name: "kustomize, literals",
        path: "overlays/{env}/kustomization.yaml",
        text: "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator:\n  - name: shop\n    \
               literals:\n      - SHOP_DB_URL=postgres://db\n      - SHOP_PORT=80\n{calendar}      \
               - SHOP_LEVEL=info\n      - SHOP_OLD=1\n",
        calendar: "      - SHOP_CALENDAR=https://c.example\n",
        more: &[],
    },
    Case {
        name: "values of a chart",
        path: "chart/values-{env}.yaml",
        text: "env:\n  SHOP_DB_URL: postgres://db\n  SHOP_PORT: \"80\"\n{calendar}  SHOP_LEVEL: info\n  SHOP_OLD: \"1\"\n",
        calendar: "  SHOP_CALENDAR: https://c.example\n",
        more: &[
            ("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
            ("chart/values.yaml", "env: {}\n"),
            (
                "chart/templates/config.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\ndata:\n{{- range $name, $value := .Values.env \
                 }}\n  {{ $name }}: {{ $value | quote }}\n{{- end }}\n",
            ),
        ],
    },
    Case {
        name: "systemd",
        path: "deploy/{env}/shop.service",
        text: "[Unit]\nDescription=Shop\n\n[Service]\nExecStart=/usr/bin/shop\nEnvironment=SHOP_DB_URL=postgres://db \
               SHOP_PORT=80\n{calendar}Environment=\"SHOP_LEVEL=info\"\nEnvironment=SHOP_OLD=1\n",
        calendar: "Environment=SHOP_CALENDAR=https://c.example\n",
        more: &[],
    },
    Case {
        name: "Fly",
        path: "deploy/{env}/fly.toml",
        text: "app = \"shop\"\n\n[env]\n  SHOP_DB_URL = \"postgres://db\"\n  SHOP_PORT = \"80\"\n{calendar}  SHOP_LEVEL = \
               \"info\"\n  SHOP_OLD = \"1\" # the old shop\n\n[[services]]\n  internal_port = 80\n",
        calendar: "",
        more: &[],
    },
    Case {
        name: "Terraform, a task of a cluster",
        path: "infra/{env}/main.tf",
        text: "resource \"aws_lambda_function\" \"shop\" {\n  function_name = \"shop\"\n  environment {\n    variables = \
               {\n      SHOP_DB_URL = \"postgres://db\"\n      SHOP_PORT   = \"80\"\n{calendar}      SHOP_LEVEL  = \
               \"info\"\n      SHOP_OLD    = \"1\"\n    }\n  }\n}\n",
        calendar: "      SHOP_CALENDAR = \"https://c.example\"\n",
        more: &[],
    },
    Case {
        name: "ECS",
        path: "deploy/{env}/task-definition.json",
        text: "{\n  \"family\": \"shop\",\n  \"containerDefinitions\": [\n    {\n      \"name\": \"shop\",\n      \
               \"image\": \"registry.example/shop\",\n      \"environment\": [\n        {\"name\": \"SHOP_DB_URL\", \
               \"value\": \"postgres://db\"},\n        {\"name\": \"SHOP_PORT\", \"value\": \
               \"80\"},\n{calendar}        {\"name\": \"SHOP_LEVEL\", \"value\": \"info\"},\n        {\"name\": \
               \"SHOP_OLD\", \"value\": \"1\"}\n      ]\n    }\n  ]\n}\n",
        calendar: "        {\"name\": \"SHOP_CALENDAR\", \"value\": \"https://c.example\"},\n",
        more: &[],
    },
    Case {
        name: "App Engine",
        path: "app.{env}.yaml",
        text: "runtime: python313\nenv_variables:\n  SHOP_DB_URL: postgres://db\n  SHOP_PORT: \"80\"\n{calendar}  \
               SHOP_LEVEL: info\n  SHOP_OLD: \"1\"\n",
        calendar: "  SHOP_CALENDAR: https://c.example\n",
        more: &[],
    },
    Case {
        name: "Cloud Foundry",
        path: "manifest.{env}.yml",
        text: "applications:\n  - name: shop\n    env:\n      SHOP_DB_URL: postgres://db\n      SHOP_PORT: \
               \"80\"\n{calendar}      SHOP_LEVEL: info\n      SHOP_OLD: \"1\"\n",
        calendar: "      SHOP_CALENDAR: https://c.example\n",
        more: &[],
    },
    Case {
        name: "serverless",
        path: "deploy/{env}/serverless.yml",
        text: "service: shop\nprovider:\n  name: aws\n  environment:\n    SHOP_DB_URL: postgres://db\n    SHOP_PORT: \
               \"80\"\n{calendar}    SHOP_LEVEL: info\n    SHOP_OLD: \"1\"\nfunctions:\n  shop:\n    handler: \
               app.main.run\n",
        calendar: "    SHOP_CALENDAR: https://c.example\n",
        more: &[],
    },
    Case {
        name: "Nomad",
        path: "deploy/{env}/shop.nomad",
        text: "job \"shop\" {\n  group \"shop\" {\n    task \"shop\" {\n      driver = \"docker\"\n      env {\n        \
               SHOP_DB_URL = \"postgres://db\"\n        SHOP_PORT = \"80\"\n{calendar}        SHOP_LEVEL = \
               \"info\"\n        SHOP_OLD = \"1\"\n      }\n    }\n  }\n}\n",
        calendar: "        SHOP_CALENDAR = \"https://c.example\"\n",
        more: &[],
    },
];

impl Case {
    fn project(&self) -> Project {
        let project = Project::of(&[("app/main.py", CODE)]);
        for (path, text) in self.more {
            project.write(path, text.as_bytes());
        }
        for (environment, calendar) in [("staging", self.calendar), ("production", "")] {
            let path = self.path.replace("{env}", environment);
            project.write(&path, self.text.replace("{calendar}", calendar).as_bytes());
        }
        git(project.root(), &["init", "-q"]);
        project
    }
}

#[test]
fn a_missing_key_comes_and_an_unread_one_goes_in_every_format() {
    let mut wrong = Vec::new();
    for case in CASES {
        if let Err(what) = is_brought_in_line(case) {
            wrong.push(format!("{}: {what}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n\n"));
}

fn is_brought_in_line(case: &Case) -> Result<(), String> {
    let project = case.project();
    let before = said(&project);
    // What is kept on the platform may give the key.
    let lacks = (!case.calendar.is_empty()).then_some("missing-required SHOP_CALENDAR");
    for expected in lacks.into_iter().chain(["dead-key SHOP_OLD"]) {
        if !before.iter().any(|said| said == expected) {
            return Err(format!("check does not say {expected}: {before:?}"));
        }
    }
    let run = project.run(&["sync", "--no-history", "--no-cache"]);
    if run.code != 0 {
        return Err(format!("{}\n{}", run.stderr, run.stdout));
    }
    apply(&project, &run)?;
    let after = said(&project);
    if !after.is_empty() {
        return Err(format!("after it, check says {after:?}\n{}", run.stdout));
    }
    for (environment, calendar) in [("staging", case.calendar), ("production", "")] {
        let path = case.path.replace("{env}", environment);
        let text = std::fs::read(project.root().join(path)).expect("the file is there");
        let text = String::from_utf8(text).expect("it is text");
        let is_as_it_was = |line: &str| case.text.replace("{calendar}", calendar).contains(line);
        let strange: Vec<_> = text
            .split_inclusive('\n')
            .filter(|line| !is_as_it_was(line.trim_end_matches([',', '\n', '\r'])))
            .collect();
        let placeholders = strange.iter().filter(|line| {
            ["CHANGE_ME", "SHOP_CALENDAR", "Q0hBTkdFX01F", "SHOP_LEVEL: info}"]
                .iter()
                .any(|it| line.contains(it))
        });
        if strange.len() != placeholders.count() {
            return Err(format!("other lines have changed: {strange:?}"));
        }
        let value = case.calendar.trim_end_matches([',', ' ', '\r', '\n', '"']);
        if value.is_empty() {
            continue;
        }
        let value = value.rsplit(['"', ' ', '=']).find(|part| part.len() > 5).unwrap_or("?");
        if text.contains(value) != (environment == "staging") {
            return Err(format!("a value went from one environment to the other:\n{text}"));
        }
    }
    Ok(())
}

/// A copy of a project of the fixtures in a repository of its own.
fn copied(path: &str) -> Project {
    let project = Project::of(&[]);
    let from = crate::support::repository().join("fixtures/projects").join(path);
    let mut folders = vec![from.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(&from).expect("it is below").display().to_string();
            project.write(&inside, &std::fs::read(&path).expect("a file"));
        }
    }
    git(project.root(), &["init", "-q"]);
    project
}

#[test]
fn what_is_live_is_written_into_the_declaration() {
    let project = copied("live-override/python/broken");
    let run = project.run(&["sync", "--no-history", "--no-cache", "--rule", "live-drift"]).exits(1);
    assert!(run.stdout.contains("+              value: \"60000\"\n"), "{}", run.stdout);
    assert!(run.stdout.contains("+  LENDING_LOANS_PER_READER: \"40\"\n"), "{}", run.stdout);
    assert!(run.stderr.contains("needs a decision: it is declared for `production` and not live"));
    apply(&project, &run).expect("git takes it");
    let after = said(&project);
    assert!(!after.contains(&"live-drift LENDING_STATEMENT_TIMEOUT_MS".to_owned()), "{after:?}");
    let kept = ["sync", "--no-history", "--no-cache", "--rule", "live-drift", "--to", "declared"];
    assert_eq!(project.run(&kept).exits(1).stdout, "");
}

#[test]
fn a_drifted_value_waits_for_a_decision() {
    let project = copied("regions-grew-apart");
    let rule = ["sync", "--no-history", "--no-cache", "--rule", "value-drift"];
    let run = project.run(&rule).exits(1);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains("say which environment is right with --from ENV"),
        "{}",
        run.stderr
    );
    let run = project.run(&[&rule[..], &["--from", "prod-eu"]].concat());
    apply(&project, &run).expect("git takes it");
    let after = said(&project);
    for settled in ["courier:livenessProbe", "courier:resources"] {
        assert!(!after.contains(&format!("value-drift {settled}")), "{after:?}\n{}", run.stderr);
    }
}

#[test]
fn edits_are_written_from_any_folder_and_once() {
    let project = copied("half-a-cleanup");
    let inside = project.root().join("python/broken");
    let quiet = ["sync", "--no-history", "--no-cache", "--quiet"];
    let run = crate::support::keydrift(&inside, &quiet).exits(0);
    assert!(
        run.stdout.contains("+++ b/python/broken/deploy/compose.production.yaml\n"),
        "{}",
        run.stdout
    );
    let written = [&quiet[..], &["--write"]].concat();
    assert_eq!(crate::support::keydrift(&inside, &written).exits(0).stdout, "");
    let again = crate::support::keydrift(&inside, &quiet).exits(0);
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", ""));
}

#[test]
fn what_cannot_be_edited_safely_is_told_and_left() {
    let shared = "x-shop: &shop\n  SHOP_PORT: \"80\"\n  SHOP_LEVEL: info\nservices:\n  shop:\n    build: ./app\n    \
                  environment: {<<: *shop, SHOP_DB_URL: \"{{ db }}\", SHOP_OLD: \"{{ old }}\"}\n";
    let project = Project::of(&[
        ("app/main.py", CODE),
        ("app/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD python main.py\n"),
        ("compose.production.yaml", shared),
    ]);
    git(project.root(), &["init", "-q"]);
    let run = project.run(&["sync", "--no-history", "--no-cache", "--min-confidence", "low"]);
    assert!(!run.stdout.contains("-    environment"), "{}", run.stdout);
    assert!(!run.stdout.contains("{{ old }}"), "{}", run.stdout);
    let strange = project.run(&["sync", "--finding", "nothing"]).exits(2);
    assert!(strange.stderr.contains("there is no finding `nothing`"), "{}", strange.stderr);
}

/// What `check` says, as rule and key.
fn said(project: &Project) -> Vec<String> {
    let run = project.run(&["check", "--no-history", "--no-cache", "--format", "json"]);
    let findings = run.json()["findings"].clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = findings.as_array().expect("findings").iter();
    all.map(|one| format!("{} {}", text(&one["rule"]), text(&one["key"]))).collect()
}

fn apply(project: &Project, run: &Run) -> Result<(), String> {
    project.write(".git/sync.diff", run.stdout.as_bytes());
    let out = git(project.root(), &["apply", ".git/sync.diff"]);
    if out.is_empty() { Ok(()) } else { Err(format!("git apply: {out}\n{}", run.stdout)) }
}

/// Runs git and gives what it complains of.
#[expect(clippy::disallowed_methods, reason = "the diff is for git to take")]
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new("git");
    command.args(arguments).current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let out = command.output().expect("git runs");
    if out.status.success() {
        String::new()
    } else {
        String::from_utf8_lossy(&out.stderr).into_owned()
    }
}
