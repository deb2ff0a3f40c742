//! What makes keydrift run elsewhere: the hooks of pre-commit, the scripts of the GitHub Action, the packages.

use std::path::PathBuf;
use std::process::Command;

use serde_yaml::Value;

use crate::support::{Project, Run, repository};

fn read(path: &str) -> String {
    let bytes =
        std::fs::read(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    String::from_utf8(bytes).expect("UTF-8")
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A project with one finding, and a `gh` that writes down what it is asked and answers with the file `answer`.
fn shop() -> Project {
    Project::of(&[
        (
            "shop/orders.py",
            "import os\n\nURL = os.environ[\"ORDERS_URL\"]\nHOST = os.environ[\"HOST_NAME\"]\n",
        ),
        ("deploy/production.env", "HOST_NAME=shop\n"),
        ("deploy/staging.env", "HOST_NAME=shop\nORDERS_URL=http://orders.internal\n"),
        ("out/answer", ""),
        (
            "bin/gh",
            "#!/usr/bin/env bash\nprintf '%s\\n' \"$*\" >>\"$CALLS\"\n\
             case \"$*\" in *list*|*--paginate*) cat \"$ANSWER\" ;; esac\n",
        ),
    ])
}

/// Runs one of the scripts of the action.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "a test runs the script under test")]
fn script(project: &Project, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    use std::os::unix::fs::PermissionsExt as _;

    let root = project.root();
    let gh = root.join("bin/gh");
    std::fs::set_permissions(&gh, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let path =
        std::env::join_paths([root.join("bin"), PathBuf::from("/usr/bin"), PathBuf::from("/bin")]);
    let output = Command::new("bash")
        .arg(repository().join("packaging/action").join(name))
        .args(arguments)
        .current_dir(root)
        .env_clear()
        .env("PATH", path.expect("a path"))
        .env("CALLS", root.join("out/calls"))
        .env("ANSWER", root.join("out/answer"))
        .env("KEYDRIFT", env!("CARGO_BIN_EXE_keydrift"))
        .env("KEYDRIFT_REPORTS", root.join("out"))
        .env("GITHUB_OUTPUT", root.join("out/outputs"))
        .env("GITHUB_STEP_SUMMARY", root.join("out/summary"))
        .env("GITHUB_REPOSITORY", "bakery/shop")
        .env("GITHUB_SHA", "0123abc")
        .env("GITHUB_REF", "refs/pull/7/merge")
        .envs(variables.iter().copied())
        .output()
        .expect("bash starts");
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A file that a script wrote.
#[cfg(unix)]
fn written(project: &Project, name: &str) -> String {
    let bytes = std::fs::read(project.root().join("out").join(name));
    bytes.map(|bytes| String::from_utf8(bytes).expect("UTF-8")).unwrap_or_default()
}

#[cfg(unix)]
#[test]
fn the_action_writes_every_report_from_one_run() {
    let project = shop();
    let run = script(&project, "run.sh", &[], &[("KEYDRIFT_PATHS", "shop\ndeploy")]).exits(0);
    assert!(run.stdout.contains("error[missing-required]"), "{run:?}");
    assert!(run.stdout.contains("\n::error file=shop/orders.py,line=3,"), "{run:?}");
    let outputs = written(&project, "outputs");
    assert!(outputs.starts_with("exit-code=1\nsarif="), "{outputs}");
    assert!(written(&project, "summary").contains("missing-required"));
    assert!(written(&project, "keydrift.html").contains("<article"));
    let sarif: serde_json::Value =
        serde_json::from_str(&written(&project, "keydrift.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn inputs_of_the_action_are_no_commands() {
    let project = shop();
    let odd = "$(touch out/pwned)\n--fail-on=never; touch out/pwned";
    let run = script(&project, "run.sh", &[], &[("KEYDRIFT_ARGS", odd)]).exits(2);
    assert!(run.stderr.contains("touch out/pwned"), "{run:?}");
    assert!(!project.root().join("out/pwned").exists());
    let quiet = [
        ("KEYDRIFT_ARGS", "--fail-on=never"),
        ("KEYDRIFT_SUMMARY", "false"),
        ("KEYDRIFT_ANNOTATIONS", "false"),
    ];
    let run = script(&project, "run.sh", &[], &quiet).exits(0);
    assert!(!run.stdout.contains("::error"), "{run:?}");
    assert!(written(&project, "outputs").contains("exit-code=0\n"));
    assert_eq!(written(&project, "summary"), "");
}

#[cfg(unix)]
#[test]
fn a_schedule_keeps_one_issue() {
    let project = shop();
    project.write("out/report.md", b"# keydrift\n");
    let calls = |answer: &str, code: &str| {
        project.write("out/answer", answer.as_bytes());
        project.write("out/calls", b"");
        script(&project, "issue.sh", &["out/report.md", code], &[]).exits(0);
        let asked = written(&project, "calls");
        asked.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let opened = calls("", "1");
    assert_eq!(opened.len(), 2, "{opened:?}");
    assert!(opened[0].starts_with("label create keydrift --force"));
    assert_eq!(
        opened[1],
        "issue create --title Configuration and code disagree --label keydrift --body-file out/report.md"
    );
    assert_eq!(calls("12\n", "1"), ["issue edit 12 --body-file out/report.md"]);
    let closed =
        ["issue edit 12 --body-file out/report.md", "issue close 12 --comment Nothing is left."];
    assert_eq!(calls("12\n", "0"), closed);
    assert!(calls("", "0").is_empty());
}

#[cfg(unix)]
#[test]
fn a_pull_request_has_one_comment() {
    let project = shop();
    project.write("out/report.md", b"# keydrift\n");
    let last = |answer: &str| {
        project.write("out/answer", answer.as_bytes());
        script(&project, "comment.sh", &["out/report.md", "7"], &[]).exits(0);
        written(&project, "calls").lines().last().unwrap_or_default().to_owned()
    };
    assert!(
        last("").starts_with("api --method POST repos/bakery/shop/issues/7/comments -F body=@")
    );
    assert!(
        last("99\n")
            .starts_with("api --method PATCH repos/bakery/shop/issues/comments/99 -F body=@")
    );
    project.write("out/keydrift.sarif", b"{}\n");
    script(&project, "upload.sh", &["out/keydrift.sarif"], &[]).exits(0);
    let asked = written(&project, "calls");
    let upload = "api --method POST repos/bakery/shop/code-scanning/sarifs -f commit_sha=0123abc -f ref=refs/pull/7/merge";
    assert!(asked.contains(upload), "{asked}");
}

#[test]
fn every_input_of_the_action_is_used_and_told() {
    let action = yaml("action.yml");
    let text = read("action.yml");
    let page = read("docs/pipelines.md");
    let inputs = action["inputs"].as_mapping().expect("inputs");
    for (name, input) in inputs {
        let name = name.as_str().expect("a name");
        assert!(text.contains(&format!("inputs.{name}")), "{name} is not used");
        assert!(
            page.contains(&format!("| `{name}` |")),
            "docs/pipelines.md does not tell of {name}"
        );
        assert!(input["description"].is_string() && !input["default"].is_null(), "{name}");
    }
    let scripts = text.matches("/packaging/action/").count();
    assert_eq!(scripts, 5, "each step runs a script");
    for line in text.lines().filter_map(|line| line.split_once("/packaging/action/")) {
        let name = line.1.split('"').next().unwrap_or_default();
        assert!(repository().join("packaging/action").join(name).is_file(), "{name}");
    }
}

#[test]
fn hooks_are_command_lines_of_ours() {
    let project = shop();
    for hook in yaml(".pre-commit-hooks.yaml").as_sequence().expect("hooks") {
        let entry = hook["entry"].as_str().expect("an entry");
        let words: Vec<&str> = entry.split(' ').collect();
        assert_eq!((words[0], &hook["pass_filenames"]), ("keydrift", &Value::Bool(false)));
        let known: Vec<&str> =
            words[1..].iter().copied().filter(|word| !["--since", "HEAD"].contains(word)).collect();
        let run = project.run(&known).exits(1);
        assert!(run.stdout.contains("ORDERS_URL") && !run.stdout.contains("Looked at"), "{run:?}");
        // There is no repository here, and that is what a hook with a revision says.
        if known.len() < words.len() - 1 {
            project.run(&words[1..]).exits(2);
        }
    }
}

#[test]
fn packages_say_the_same() {
    let cargo: toml::Table = read("Cargo.toml").parse().expect("TOML");
    let wheel: toml::Table = read("pyproject.toml").parse().expect("TOML");
    let npm: serde_json::Value =
        serde_json::from_str(&read("packaging/npm/package.json")).expect("JSON");
    let (package, project) = (&cargo["package"], &wheel["project"]);
    for field in ["name", "description", "license"] {
        let said = package[field].as_str();
        assert_eq!(project[field].as_str(), said, "{field}");
        assert_eq!(npm[field].as_str(), said, "{field}");
    }
    assert_eq!(
        project["dynamic"][0].as_str(),
        Some("version"),
        "the version is that of Cargo.toml"
    );
}

/// Where the project is kept is said once, as `repository` in `Cargo.toml`: all else follows from it, and is a placeholder while
/// it is not said.
#[test]
fn one_place_says_where_the_project_is_kept() {
    let cargo: toml::Table = read("Cargo.toml").parse().expect("TOML");
    let wheel: toml::Table = read("pyproject.toml").parse().expect("TOML");
    let npm: serde_json::Value =
        serde_json::from_str(&read("packaging/npm/package.json")).expect("JSON");
    let schema: serde_json::Value =
        serde_json::from_str(&read("keydrift.schema.json")).expect("JSON");
    let home = cargo["package"].get("repository").and_then(toml::Value::as_str);
    assert_eq!(schema["$id"].as_str(), keydrift::config::address().as_deref());
    assert_eq!(npm["repository"]["url"].as_str(), home);
    let urls = wheel["project"].get("urls").and_then(|urls| urls.get("Repository"));
    assert_eq!(urls.and_then(toml::Value::as_str), home);
    let on_github = home.and_then(|home| home.strip_prefix("https://github.com/"));
    let kept = on_github.unwrap_or("OWNER/keydrift");
    for path in ["packaging/github/pull-request.yml", "packaging/github/scheduled.yml"] {
        let text = read(path);
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix("- uses: "));
        let ours: Vec<&str> = lines.filter(|line| line.contains("keydrift")).collect();
        assert_eq!(ours.len(), 1, "{path}");
        assert!(ours[0].starts_with(&format!("{kept}@")), "{path}: {}", ours[0]);
    }
    // Nobody is told an address that nobody has.
    let pages = ["README.md", "CONTRIBUTING.md", "docs/configuration.md", "docs/pipelines.md"];
    for path in pages.into_iter().chain(["action.yml", ".pre-commit-hooks.yaml", "Cargo.toml"]) {
        for (at, _) in read(path).match_indices("/keydrift/") {
            let text = read(path);
            let line = text[..at].rsplit('\n').next().unwrap_or_default();
            let is_told = home.is_some_and(|home| line.contains(home));
            assert!(!line.contains("://") || is_told, "{path}: {line}");
        }
    }
}
