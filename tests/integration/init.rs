//! `keydrift init`: what it writes, and that a check with it says what it says without.

use std::path::Path;

use keydrift::config;

use crate::support::{Project, keydrift};

/// A copy of a folder, without its policy.
fn copy(folder: &Path) -> Project {
    let project = Project::of(&[]);
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder).expect("it is inside").display().to_string();
            if inside != "keydrift.yaml" && inside != "expected.txt" {
                project.write(&inside, &std::fs::read(&path).expect("a file"));
            }
        }
    }
    project
}

/// A file of a project.
fn text_of(project: &Project, name: &str) -> String {
    let bytes = std::fs::read(project.root().join(name)).expect("a file");
    String::from_utf8(bytes).expect("UTF-8")
}

const CHECK: [&str; 8] = [
    "check",
    "--no-history",
    "--format",
    "json",
    "--min-confidence",
    "low",
    "--today",
    "2026-01-15",
];

#[test]
fn a_check_after_it_says_what_it_said_before() {
    let all = crate::project::broken();
    let (mut environments, mut said) = (0, 0);
    for folder in &all {
        let name = folder.display();
        let project = copy(folder);
        let before = project.run(&CHECK);
        project.run(&["init", "--today", "2026-01-15"]).exits(0);
        let after = project.run(&CHECK);
        assert_eq!(before.stdout, after.stdout, "{name}");
        let facts = |policy: &str| project.run(&["facts", "--config", policy]).stdout;
        std::fs::write(project.root().join("empty.yaml"), "").expect("a file");
        assert_eq!(facts("empty.yaml"), facts("keydrift.yaml"), "{name}");
        let text = text_of(&project, "keydrift.yaml");
        let policy = config::load("keydrift.yaml", &text).expect("it is right");
        environments += policy.environments.len();
        said += policy.environments.iter().filter(|one| !one.files.is_empty()).count();
    }
    // That it says most of what it knows is a claim too.
    assert!(environments > 80, "{environments} environments");
    assert!(said * 4 > environments * 3, "the files of {said} of {environments} are said");
}

/// A shop with two regions of production, a developer's own environment and a template.
fn shop() -> Project {
    Project::of(&[
        (
            "shop/app.py",
            "import os\nurl = os.environ[\"DB_URL\"]\nif os.getenv(\"FEATURE_CART\") == \"1\":\n    print(url)\n",
        ),
        ("shop/pyproject.toml", "[project]\nname = \"shop\"\n"),
        ("shop/Dockerfile", "FROM python:3.12\nCOPY . .\nCMD [\"python\", \"app.py\"]\n"),
        (
            "docker-compose.yml",
            "services:\n  web:\n    build: ./shop\n    environment:\n      DB_URL: postgres://db/shop\n",
        ),
        (".env.example", "DB_URL=\nFEATURE_CART=\n"),
        ("deploy/prod-us.env", "DB_URL=postgres://us/shop\nFEATURE_CART=1\n"),
        ("deploy/prod-eu.env", "DB_URL=postgres://eu/shop\nFEATURE_CART=1\n"),
        ("deploy/staging.env", "DB_URL=postgres://staging/shop\nFEATURE_CART=0\n"),
    ])
}

#[test]
fn what_was_inferred_is_written_with_its_reasons() {
    let text = shop().run(&["init", "--output", "-"]).exits(0).stdout;
    insta::assert_snapshot!("init", text);
    let policy = config::load("keydrift.yaml", &text).expect("it is right");
    let local = policy.environments.iter().find(|one| one.name == "local").expect("local");
    assert_eq!(local.local, Some(true));
}

#[test]
fn a_policy_that_is_there_stays() {
    for name in config::FILE_NAMES {
        let project = shop();
        project.write(name, b"rules: {}\n");
        let run = project.run(&["init"]).exits(2);
        assert!(run.stderr.contains("--force"), "{}", run.stderr);
        let read = || text_of(&project, name);
        assert_eq!(read(), "rules: {}\n");
        project.run(&["init", "--force"]).exits(0);
        assert!(read().contains("environments:"), "{name} is written over");
        assert_eq!(project.root().join("keydrift.yaml").exists(), *name == "keydrift.yaml");
    }
}

#[test]
fn it_goes_where_it_is_told() {
    let project = shop();
    let run = project.run(&["init", "--output", "deploy/policy.yaml"]).exits(0);
    assert_eq!(run.stderr, "keydrift: written to deploy/policy.yaml\n");
    assert!(project.root().join("deploy/policy.yaml").is_file());
    let run = project.run(&["init", "--output", "deploy/policy.yaml", "--quiet"]).exits(2);
    assert!(run.stderr.contains("is there already"), "{}", run.stderr);
    let run = project.run(&["init", "--config", "deploy/policy.yaml"]).exits(2);
    assert!(run.stderr.contains("leave out --config"), "{}", run.stderr);
    let whole = keydrift(
        project.root().parent().expect("a folder above"),
        &["init", &project.root().display().to_string(), "--quiet"],
    );
    assert_eq!((whole.code, whole.stderr.as_str()), (0, ""));
    assert!(project.root().join("keydrift.yaml").is_file(), "it goes to the root");
}

#[test]
fn odd_names_are_written_as_they_are() {
    let project = Project::of(&[
        ("app.py", "import os\nurl = os.environ[\"DB_URL\"]\n"),
        ("deploy [old] {a,b}/production.env", "DB_URL=postgres://a/b\n"),
        ("deploy [old] {a,b}/staging.env", "DB_URL=postgres://a/c\n"),
        ("deploy/'*'/# x/test.env", "DB_URL=postgres://a/d\n"),
        ("no/yes: no/qa.env", "DB_URL=postgres://a/e\n"),
    ]);
    let before = project.run(&CHECK);
    project.run(&["init"]).exits(0);
    assert_eq!(project.run(&CHECK).stdout, before.stdout);
    let text = text_of(&project, "keydrift.yaml");
    let policy = config::load("keydrift.yaml", &text).expect("it is right");
    assert!(policy.environments.iter().filter(|one| !one.files.is_empty()).count() >= 2, "{text}");
}

#[test]
fn a_project_without_environments_gets_an_example() {
    let project = Project::of(&[("app.py", "import os\nurl = os.environ[\"DB_URL\"]\n")]);
    let text = project.run(&["init", "--output", "-"]).exits(0).stdout;
    assert!(text.contains("# None was found."), "{text}");
    // What it tells in comments is right too: without the signs it is a policy.
    let spoken: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| {
            let first = line.trim_start();
            first.starts_with('-')
                || first
                    .split_once(':')
                    .is_some_and(|(name, _)| !name.trim_matches('"').contains(' '))
        })
        .filter(|line| !line.starts_with("yaml-language-server") && !line.starts_with("Severities"))
        .collect();
    let spoken = spoken.join("\n");
    let policy =
        config::load("keydrift.yaml", &spoken).unwrap_or_else(|error| panic!("{error}\n{spoken}"));
    assert_eq!(policy.environments.len(), 1);
    assert!(policy.flags.settled_after == 90 && !policy.exclude.is_empty());
}
