//! `fixtures/libraries/<language>/<library>`: a small project that uses a library, and what the library itself was seen
//! to look up. The script beside the project (`probe.*`) was run once against the real library; its result is kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::{keydrift, repository};

#[test]
fn projects_read_what_their_libraries_look_up() {
    let mut failed = Vec::new();
    for library in libraries() {
        let expected = lines(&read(&library.join("expected.txt")));
        let found = facts(&library.join("project"));
        let name =
            library.strip_prefix(repository()).expect("under the repository").display().to_string();
        let listed = |sign: char, these: BTreeSet<&String>| {
            these
                .into_iter()
                .flat_map(|line| {
                    [&name, " ", &sign.to_string(), " ", line, "\n"].map(str::to_owned)
                })
                .collect::<String>()
        };
        let missed = expected.difference(&found).collect();
        let extra = found.difference(&expected).collect();
        failed.push(listed('-', missed) + &listed('+', extra));
    }
    let failed = failed.concat();
    assert!(failed.is_empty(), "not what the libraries look up:\n{failed}");
}

#[test]
fn every_library_was_asked_itself() {
    let all = libraries();
    assert!(all.len() > 20, "the libraries are found: {all:?}");
    for library in all {
        let probe = ["probe.py", "probe.rs"].iter().any(|name| library.join(name).is_file());
        assert!(probe, "{} has no script that asked the library", library.display());
        let said = read(&library.join("expected.txt"));
        let names_version = said.lines().next().is_some_and(|line| {
            line.starts_with('#') && line.contains(|c: char| c.is_ascii_digit())
        });
        assert!(names_version, "{} does not say which version was asked", library.display());
    }
}

/// The reads of a project, each as a line of `expected.txt`.
fn facts(project: &Path) -> BTreeSet<String> {
    let run = keydrift(project, &["facts", "--frameworks", "--quiet", "."]).exits(0);
    let facts = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a fact is JSON"));
    let reads = facts.filter(|fact| fact["fact"] == "read");
    reads
        .map(|read| {
            let text = |name: &str| read[name].as_str().unwrap_or("-").to_owned();
            let aliases = read["aliases"].as_array().map(|aliases| {
                aliases.iter().filter_map(|alias| alias.as_str()).collect::<Vec<_>>().join(",")
            });
            [
                text("namespace"),
                text("key"),
                text("absence"),
                text("default"),
                text("type"),
                format!("{}:{}", text("path"), read["line"]),
                aliases.unwrap_or_else(|| "-".to_owned()),
            ]
            .join("\t")
        })
        .collect()
}

fn lines(text: &str) -> BTreeSet<String> {
    let told = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    told.map(str::to_owned).collect()
}

fn libraries() -> Vec<PathBuf> {
    let root = repository().join("fixtures/libraries");
    let folders = |folder: &Path| {
        let entries = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path());
        entries.filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let mut found: Vec<_> = folders(&root).iter().flat_map(|language| folders(language)).collect();
    found.sort();
    found
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).expect("it is UTF-8")
}
