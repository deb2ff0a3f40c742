//! `fixtures/sync/<format>/<case>`: what `sync` says and edits in a project, and what `check` says then.
//!
//! Each `expected.txt` is a transcript: the command, all that it printed, and the findings that are left. The diff goes
//! through git into a repository. `UPDATE_EXPECT=1` rewrites; the diff is read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{apply, copied};
use crate::support::{Project, Run, repository};

const FILE: &str = "expected.txt";

/// A case: the folder below `fixtures`, and the arguments of its command.
struct Case {
    folder: String,
    arguments: Vec<String>,
}

/// What came of a case.
struct Outcome {
    transcript: String,
    wrong: Vec<String>,
}

#[test]
fn every_diff_is_taken_by_git_and_settles_what_it_says() {
    let update = std::env::vars_os().any(|(name, value)| name == "UPDATE_EXPECT" && value == "1");
    let wrong = each_case(&|case| {
        let Outcome { transcript, mut wrong } = played(case);
        let path = repository().join("fixtures").join(&case.folder).join(FILE);
        if update {
            std::fs::write(&path, &transcript).expect("a file");
        } else if read(&path) != transcript {
            wrong.push(format!("is not as expected:\n{transcript}"));
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn line_ends_marks_and_last_lines_of_any_kind_are_kept() {
    let wrong = each_case(&|case| varied(case, &otherwise).into_iter().collect());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// In every format: whatever stands around what is edited, the edits are the same and it stays byte for byte.
#[test]
fn what_stands_around_an_edit_is_kept_in_every_format() {
    let wrong = each_case(&|case| {
        let mut runner = TestRunner::new_with_rng(Config::default(), rng(&case.folder));
        let around = (lines(), lines()).new_tree(&mut runner).expect("lines").current();
        let wrapped = |path: &str, text: &str| surrounded(path, text, &around);
        varied(case, &wrapped).into_iter().map(|one| format!("{around:?}: {one}")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The same numbers for the same case.
fn rng(name: &str) -> TestRng {
    let mut seed = [0; 32];
    name.bytes().enumerate().for_each(|(at, byte)| seed[at % 32] ^= byte.rotate_left(3));
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

/// Lines that say nothing: of spaces, or comments that look like anything.
fn lines() -> impl Strategy<Value = Vec<String>> {
    const WORDS: &[&str] =
        &["=", ": ", "CHANGE_ME", "'", "\"", "{", "}", "ü", "\t", "---", "diff --git", "\\", "a"];
    let comment = proptest::collection::vec(proptest::sample::select(WORDS), 0..6);
    let line = prop_oneof![
        3 => comment.prop_map(|words| format!("# {}.", words.join(" "))),
        1 => " {0,3}",
    ];
    proptest::collection::vec(line, 1..7)
}

/// A text with lines before and behind it; without the comments, where the syntax has none.
fn surrounded(path: &str, text: &str, (before, after): &(Vec<String>, Vec<String>)) -> String {
    let ends = |wanted: &str| Path::new(path).extension().is_some_and(|end| end == wanted);
    let (is_json, sign) = (ends("json"), if ends("bicep") { "//" } else { "#" });
    let told = |lines: &[String]| {
        let kept = lines.iter().filter(|line| !is_json || !line.starts_with('#'));
        kept.map(|line| line.replacen('#', sign, 1) + "\n").collect::<String>()
    };
    // A comment that stands right at an entry may be its own.
    format!("{}\n{text}\n{}", told(before), told(after))
}

#[test]
fn every_format_is_edited_or_the_page_says_why_not() {
    let page = read(&repository().join("docs/sync.md"));
    let mut told: BTreeMap<&str, &str> = BTreeMap::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        for name in cells.first().unwrap_or(&"").split(", ") {
            if let Some(name) = name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
                told.insert(name, cells.last().unwrap_or(&""));
            }
        }
    }
    for format in keydrift::definitions::FORMATS {
        let said = told.get(format.name);
        assert!(
            said.is_some_and(|said| said.len() > 3),
            "docs/sync.md says nothing of {}",
            format.name
        );
        let fixture = repository().join("fixtures/sync").join(format.name);
        let is_not_edited = said.is_some_and(|said| said.starts_with("no:"));
        assert!(fixture.is_dir() || is_not_edited, "no fixture for {}", format.name);
    }
}

/// Asks every case, several at a time; what they complain of, with their names.
fn each_case(ask: &(dyn Fn(&Case) -> Vec<String> + Sync)) -> Vec<String> {
    let cases = cases();
    assert!(cases.len() > 40, "there are cases");
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let said = ask(case);
            let said = said.into_iter().map(|one| format!("{}: {one}", case.folder));
            wrong.lock().expect("no thread failed").extend(said);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut wrong = wrong.into_inner().expect("no thread failed");
    wrong.sort();
    wrong
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let root = repository().join("fixtures/sync");
    for format in folders(&root) {
        for case in folders(&format) {
            let text = read(&case.join(FILE));
            let command = text.lines().next().and_then(|line| line.strip_prefix("$ keydrift "));
            let command = command.unwrap_or_else(|| panic!("no command: {}", case.display()));
            let inside = case.strip_prefix(repository().join("fixtures")).expect("it is below");
            cases.push(Case {
                folder: inside.display().to_string(),
                arguments: command.split(' ').map(str::to_owned).collect(),
            });
        }
    }
    cases
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).expect("a folder");
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    all
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).expect("it is text")
}

impl Case {
    fn project(&self) -> Project {
        let project = copied(&self.folder);
        std::fs::remove_file(project.root().join(FILE)).expect("a file");
        project
    }

    /// What its command and `check` have in common.
    fn snapshots(&self) -> Vec<&str> {
        let all = self.arguments.windows(2).filter(|pair| pair[0] == "--live");
        all.flatten().map(String::as_str).collect()
    }

    fn run(&self, project: &Project) -> Run {
        let mut arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        arguments.extend(["--no-history", "--no-cache"]);
        project.run(&arguments)
    }
}

/// Runs a case as it stands.
fn played(case: &Case) -> Outcome {
    let project = case.project();
    let before = findings(case, &project);
    let run = case.run(&project);
    let mut wrong = Vec::new();
    if !run.stdout.is_empty()
        && let Err(complaint) = apply(&project, &run)
    {
        wrong.push(complaint);
    }
    let after = findings(case, &project);
    wrong.extend(
        after.iter().filter(|one| !before.contains(*one)).map(|new| format!("brings {new}")),
    );
    for told in settled(&run.stderr) {
        if !before.contains(&told) {
            wrong.push(format!("settles {told}, which check did not say"));
        }
        if after.contains(&told) {
            wrong.push(format!("does not settle {told}"));
        }
    }
    let mut transcript =
        format!("$ keydrift {}\n{}{}", case.arguments.join(" "), run.stderr, run.stdout);
    transcript.push_str("$ keydrift check\n");
    for one in after {
        writeln!(transcript, "{one}").expect("a string takes all");
    }
    Outcome { transcript, wrong }
}

/// What `check` says: rule, key and environments, as `sync` says them.
fn findings(case: &Case, project: &Project) -> Vec<String> {
    let mut arguments = vec!["check", "--no-history", "--no-cache", "--format", "json"];
    arguments.extend(case.snapshots());
    let run = project.run(&arguments);
    let all = run.json()["findings"].as_array().cloned().expect("findings");
    let said = all.iter().map(|one| {
        let names = one["environments"].as_array().expect("environments").iter();
        let names: Vec<&str> = names.filter_map(|name| name.as_str()).collect();
        let place =
            if names.is_empty() { String::new() } else { format!(" in {}", names.join(", ")) };
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        format!("{}: {}{place}", text("rule"), text("key"))
    });
    said.collect()
}

/// The findings of which `sync` says nothing but what it edits.
fn settled(told: &str) -> Vec<String> {
    let mut all: Vec<(String, bool)> = Vec::new();
    for line in told.lines().filter(|line| !line.starts_with("keydrift:")) {
        match line.strip_prefix("  ") {
            None => all.push((line.to_owned(), true)),
            Some(what) => {
                if let Some(last) = all.last_mut() {
                    last.1 &= what.starts_with("edit:");
                }
            }
        }
    }
    all.into_iter().filter(|(_, is_settled)| *is_settled).map(|(finding, _)| finding).collect()
}

/// A text written otherwise: with carriage returns, and no end of its last line; with a mark at its beginning and a last
/// comment, where the syntax has comments.
fn otherwise(path: &str, text: &str) -> String {
    let text = text.replace('\n', "\r\n");
    if std::path::Path::new(path).extension().is_some_and(|end| end == "json") {
        return text.trim_end().to_owned();
    }
    // A process whose name has a mark before it is none.
    let mark = if path.ends_with("Procfile") { "" } else { "\u{feff}" };
    format!("{mark}{text}\r\n# the end")
}

/// What is wrong where the files that are edited are written otherwise: the same edits must come, and no other byte change.
fn varied(case: &Case, otherwise: &dyn Fn(&str, &str) -> String) -> Option<String> {
    let expected = read(&repository().join("fixtures").join(&case.folder).join(FILE));
    let begins = expected.find("diff --git ")?;
    let diff = expected[begins..].split("$ keydrift check\n").next()?;
    let paths: Vec<&str> = diff.lines().filter_map(|line| line.strip_prefix("+++ b/")).collect();
    let (plain, other) = (case.project(), case.project());
    for path in &paths {
        let before = read(&plain.root().join(path));
        other.write(path, otherwise(path, &before).as_bytes());
    }
    let as_printed = |text: &str| Run { code: 0, stdout: text.to_owned(), stderr: String::new() };
    apply(&plain, &as_printed(diff)).ok()?;
    let run = case.run(&other);
    if let Err(complaint) = apply(&other, &run) {
        return Some(format!("{complaint}\n{}", run.stderr));
    }
    let strange = paths.iter().find_map(|path| {
        let wanted = otherwise(path, &read(&plain.root().join(path)));
        let now = read(&other.root().join(path));
        (now != wanted).then(|| format!("{path}:\n{now}\nbut not\n{wanted}"))
    });
    strange.map(|strange| format!("{strange}\n{}", run.stderr))
}
