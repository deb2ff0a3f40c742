//! `keydrift sync`: its diff is applied by git, and `check` says nothing of it any more.

mod formats;
mod stories;

use std::path::Path;

use serde_json::Value;

use crate::support::{Project, Run};

/// A copy of a project of the fixtures in a repository of its own.
fn copied(path: &str) -> Project {
    let project = Project::copied(path);
    git(project.root(), &["init", "-q"]);
    project
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
