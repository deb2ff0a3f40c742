//! What tests share: a tree to scan and a way to run the binary in it.

mod replay;

pub(crate) use replay::{History, Replayed};

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `workload=value over N` of each value of the one key and environment that `explain` was asked for.
    pub(crate) fn explained(&self) -> Vec<String> {
        let values = self.json()["keys"][0]["environments"][0]["values"].clone();
        let told = values.as_array().into_iter().flatten().map(|it| {
            let shadowed = it["shadowed"].as_array().map_or(0, Vec::len);
            let text = format!("{}={} over {shadowed}", it["workload"], it["effective"]["value"]);
            text.replace('"', "")
        });
        told.collect()
    }

    /// Asserts how it ended.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// Runs the binary in `folder` with nothing of the surroundings in its environment.
pub(crate) fn keydrift(folder: &Path, arguments: &[&str]) -> Run {
    let Output { status, stdout, stderr } =
        command(folder, arguments).output().expect("the binary under test starts");
    Run {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).expect("output is UTF-8"),
        stderr: String::from_utf8(stderr).expect("errors are UTF-8"),
    }
}

/// The command that `keydrift` runs.
#[expect(clippy::disallowed_methods, reason = "a test runs the binary under test")]
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keydrift"));
    command.args(arguments).current_dir(folder).env_clear();
    command
}

/// A folder that a test fills, gone afterwards.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// A project of these files: path and text.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (path, text) in files {
            project.write(path, text.as_bytes());
        }
        project
    }

    /// A copy of a folder of the fixtures.
    pub(crate) fn copied(path: &str) -> Self {
        let project = Self::of(&[]);
        let from = repository().join("fixtures").join(path);
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
        project
    }

    /// Its root.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes one more file.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let file = self.root().join(path);
        std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(file, bytes).expect("a file");
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(std::fs::read(self.root().join(path)).expect("a file")).expect("text")
    }

    /// `environment KEY=value path:line` of each definition that is `wanted`, sorted.
    pub(crate) fn definitions(&self, wanted: impl Fn(&serde_json::Value) -> bool) -> Vec<String> {
        let run = self.run(&["facts"]).exits(0);
        let facts = run.stdout.lines().map(|line| -> serde_json::Value {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        });
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        let mut all: Vec<String> = facts
            .filter(|fact| fact["fact"] == "definition" && wanted(fact))
            .map(|fact| {
                let (environment, key) = (text(&fact["environment"]), text(&fact["key"]));
                let (value, path) = (text(&fact["value"]), text(&fact["path"]));
                format!("{environment} {key}={value} {path}:{}", fact["line"])
            })
            .collect();
        all.sort();
        all
    }

    /// Runs the binary at its root.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        keydrift(self.root(), arguments)
    }
}

/// Keeps all that is in a folder, ignored files aside, and gives the name of the commit.
pub(crate) fn commit(root: &Path) -> String {
    let git = git2::Repository::open(root).or_else(|_| git2::Repository::init(root));
    let git = git.expect("a repository");
    let mut index = git.index().expect("an index");
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).expect("files are added");
    index.update_all(["*"], None).expect("what is gone is taken out");
    index.write().expect("an index is written");
    let tree = git.find_tree(index.write_tree().expect("a tree")).expect("the tree");
    let baker = git2::Signature::now("baker", "baker@example.org").expect("a name");
    let parent = git.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    let id = git.commit(Some("HEAD"), &baker, &baker, "Bread", &tree, &parents);
    id.expect("a commit").to_string()
}
