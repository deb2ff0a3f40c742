//! The house's law: layers, file heads, file sizes. There is no second list: the order of `src/lib.rs` is it.

use std::path::{Path, PathBuf};

use crate::support::repository;

/// Longest file, without its tests.
const LONGEST: usize = 400;

#[test]
fn modules_use_only_those_above() {
    let layers = layers();
    let mut broken = Vec::new();
    for file in sources("src") {
        let Some(own) = layer_of(&file, &layers) else { continue };
        for (number, line) in code(&file).lines().enumerate() {
            for used in uses(line) {
                let at = layers.iter().position(|layer| layer == used);
                if at.is_some_and(|at| at > own) {
                    broken.push(format!("{}:{}: {used}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(broken.is_empty(), "these use a module below them:\n{}", broken.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let layers = layers();
    assert!(layers.len() > 10, "the layers are read from src/lib.rs: {layers:?}");
    for file in sources("src") {
        let top = matches!(file.to_str(), Some("src/lib.rs" | "src/main.rs"));
        assert!(top || layer_of(&file, &layers).is_some(), "{} is in no layer", file.display());
    }
}

#[test]
fn every_file_says_what_it_is() {
    for file in sources("src").into_iter().chain(sources("tests")) {
        let text = read(&file);
        let head: Vec<_> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(!head.is_empty(), "{} does not open with //!", file.display());
        let said = head.join(" ").len();
        assert!(said > 20, "{} says too little of itself", file.display());
    }
}

#[test]
fn files_are_short() {
    let lines = |file: &PathBuf| code(file).lines().count();
    let long: Vec<_> = sources("src").into_iter().filter(|file| lines(file) > LONGEST).collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines without tests: {long:?}");
}

#[test]
fn the_driver_and_main_stay_small() {
    assert!(code(Path::new("src/main.rs")).lines().count() <= 30, "src/main.rs has grown");
}

#[test]
fn no_test_is_ignored() {
    for file in sources("src").into_iter().chain(sources("tests")) {
        let marks = ["#[ignore", "#[should_panic"];
        let marked =
            read(&file).lines().any(|line| marks.iter().any(|mark| line.trim().starts_with(mark)));
        assert!(!marked, "{} has a test that does not say what holds", file.display());
    }
}

#[test]
fn no_file_is_named_for_nothing() {
    for file in sources("src").into_iter().chain(sources("tests")) {
        let names = ["util", "utils", "helper", "helpers", "common", "misc", "manager"];
        let says_nothing = file.iter().any(|part| {
            let part = part.to_string_lossy();
            names.contains(&part.trim_end_matches(".rs"))
        });
        assert!(!says_nothing, "{} has a name that says nothing", file.display());
    }
}

/// The modules in the order of `src/lib.rs`.
fn layers() -> Vec<String> {
    let text = read(Path::new("src/lib.rs"));
    let name = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    text.lines().filter_map(name).collect()
}

fn layer_of(file: &Path, layers: &[String]) -> Option<usize> {
    let name = file.iter().nth(1)?.to_str()?.trim_end_matches(".rs");
    layers.iter().position(|layer| layer == name)
}

/// The modules that a line names by `crate::`.
fn uses(line: &str) -> impl Iterator<Item = &str> {
    let line = if line.trim_start().starts_with("//") { "" } else { line };
    line.match_indices("crate::").map(move |(at, mark)| {
        let rest = &line[at + mark.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

/// A file without its tests.
fn code(file: &Path) -> String {
    let text = read(file);
    text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned()
}

fn read(file: &Path) -> String {
    let path = repository().join(file);
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).expect("a file")
}

/// The Rust files below a folder of the repository, relative to it, sorted.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(repository().join(&folder)).expect("a folder") {
            let path = folder.join(entry.expect("an entry").file_name());
            if repository().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
