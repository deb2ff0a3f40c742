//! What `sync` makes of findings that need a decision, and of those that it must leave alone.

use super::{apply, copied, git, said};
use crate::support::{Project, keydrift};

/// Code that reads four keys.
const SHOP: &str = "import os\n\nURL = os.environ[\"SHOP_DB_URL\"]\nPORT = os.environ[\"SHOP_PORT\"]\n\
                    LEVEL = os.environ[\"SHOP_LEVEL\"]\nCALENDAR = os.environ[\"SHOP_CALENDAR\"]\n";

#[test]
fn what_is_live_is_written_into_the_declaration() {
    let project = copied("projects/live-override/python/broken");
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
fn a_key_that_one_workload_keeps_is_for_a_person() {
    let project = copied("projects/kept-by-one/python/broken");
    for more in [&[][..], &["--from", "production"]] {
        let rule = ["sync", "--no-history", "--no-cache", "--rule", "value-drift"];
        let run = project.run(&[&rule[..], more].concat());
        assert_eq!(run.stdout, "");
        let reason = "whether the workload is to keep the key is for a person to say";
        assert!(run.stderr.contains(reason), "{}", run.stderr);
    }
}

#[test]
fn a_drifted_value_waits_for_a_decision() {
    let project = copied("projects/regions-grew-apart");
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
    let project = copied("projects/half-a-cleanup");
    let inside = project.root().join("python/broken");
    let quiet = ["sync", "--no-history", "--no-cache", "--quiet"];
    let run = keydrift(&inside, &quiet).exits(0);
    assert!(
        run.stdout.contains("+++ b/python/broken/deploy/compose.production.yaml\n"),
        "{}",
        run.stdout
    );
    let written = [&quiet[..], &["--write"]].concat();
    assert_eq!(keydrift(&inside, &written).exits(0).stdout, "");
    let again = keydrift(&inside, &quiet).exits(0);
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", ""));
}

#[test]
fn a_file_that_another_takes_in_is_edited_whatever_it_is_called() {
    let compose = "services:\n  shop:\n    build: .\n    env_file: deploy/variables\n";
    let project = Project::of(&[
        ("app.py", SHOP),
        ("pyproject.toml", "[project]\nname = \"shop\"\n"),
        ("Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"python\", \"app.py\"]\n"),
        ("compose.yaml", compose),
        (
            "deploy/variables",
            "SHOP_DB_URL=postgres://db\nSHOP_PORT=80\nSHOP_LEVEL=info\n# Nobody asks\nSHOP_OLD=1\nSHOP_CALENDAR=iso\n",
        ),
    ]);
    git(project.root(), &["init", "-q"]);
    assert_eq!(said(&project), ["dead-key SHOP_OLD"]);
    let run = project.run(&["sync", "--no-history", "--no-cache"]).exits(0);
    apply(&project, &run).expect("git takes it");
    assert_eq!(said(&project), [""; 0]);
}

#[test]
fn what_cannot_be_edited_safely_is_told_and_left() {
    let shared = "x-shop: &shop\n  SHOP_PORT: \"80\"\n  SHOP_LEVEL: info\nservices:\n  shop:\n    build: ./app\n    \
                  environment: {<<: *shop, SHOP_DB_URL: \"{{ db }}\", SHOP_OLD: \"{{ old }}\"}\n";
    let project = Project::of(&[
        ("app/main.py", SHOP),
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

#[test]
fn of_several_repositories_the_one_that_is_named_is_edited() {
    let code = Project::of(&[("app/main.py", SHOP)]);
    let given = "SHOP_DB_URL=postgres://db\nSHOP_PORT=80\nSHOP_LEVEL=info\n";
    let staging = format!("{given}SHOP_CALENDAR=https://calendar.example\n");
    let config = Project::of(&[
        ("envs/staging.env", staging.as_str()),
        ("envs/production.env", given),
        ("README.md", "The shop's.\n"),
    ]);
    git(code.root(), &["init", "-q"]);
    git(config.root(), &["init", "-q"]);
    let (app, envs) = (code.root().join("app"), config.root().join("envs"));
    let (app, envs) = (app.to_str().expect("a path"), envs.to_str().expect("a path"));
    let sync = |more: &[&str]| {
        let all = [&["sync", app, envs, "--no-history", "--no-cache"], more].concat();
        keydrift(code.root(), &all)
    };
    let run = sync(&[]).exits(2);
    assert!(run.stderr.contains("say which one is to change, with --in PATH"), "{}", run.stderr);
    let run = sync(&["--in", "elsewhere"]).exits(2);
    assert!(run.stderr.contains("elsewhere is none of the paths"), "{}", run.stderr);
    let run = sync(&["--in", app]).exits(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("it lies outside of what is to change"), "{}", run.stderr);
    let run = sync(&["--in", envs]).exits(0);
    assert!(run.stdout.contains("+++ b/envs/production.env\n"), "{}", run.stdout);
    apply(&config, &run).expect("git takes it at the top of its repository");
    assert_eq!(sync(&["--in", envs]).exits(0).stdout, "");
}

#[cfg(unix)]
#[test]
fn what_lies_behind_a_link_is_left() {
    let given = "SHOP_DB_URL=postgres://db\nSHOP_PORT=80\nSHOP_LEVEL=info\nSHOP_CALENDAR=x\n";
    let project = Project::of(&[
        ("app/main.py", SHOP),
        ("deploy/staging.env", given),
        ("kept/production", &format!("{given}SHOP_OLD=1\n")),
    ]);
    git(project.root(), &["init", "-q"]);
    let link = project.root().join("deploy/production.env");
    std::os::unix::fs::symlink("../kept/production", link).expect("a link");
    let run = project.run(&["sync", "--no-history", "--no-cache"]).exits(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("it is reached through a link"), "{}", run.stderr);
}

#[test]
fn what_takes_effect_elsewhere_is_for_a_person_to_say() {
    let compose = |more: &str| {
        format!(
            "services:\n  shop:\n    build: ./app\n    env_file: shop.env\n    environment:\n      SHOP_PORT: \
             \"80\"\n{more}"
        )
    };
    let (staging, production) = (compose(""), compose("      SHOP_LEVEL: warning\n"));
    let project = Project::of(&[
        ("app/main.py", SHOP),
        ("app/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD python main.py\n"),
        ("shop.env", "SHOP_DB_URL=postgres://db\nSHOP_CALENDAR=x\nSHOP_LEVEL=info\n"),
        ("compose.staging.yaml", staging.as_str()),
        ("compose.production.yaml", production.as_str()),
    ]);
    git(project.root(), &["init", "-q"]);
    let rule = ["sync", "--no-history", "--no-cache", "--rule", "shadowed-value"];
    let run = project.run(&rule).exits(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("elsewhere the value takes effect"), "{}", run.stderr);
}
