//! The tables are sorted, complete and documented.

use std::collections::BTreeSet;

use keydrift::definitions::FORMATS;
use keydrift::lang::LANGS;
use keydrift::report::REPORTERS;
use keydrift::rules::RULES;

use crate::support::repository;

/// Asserts that names are in kebab case, sorted where `sorted`, and given once.
fn named(names: &[&str], sorted: bool) {
    for name in names {
        let kebab = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(kebab && !name.is_empty() && !name.starts_with('-'), "{name}");
    }
    assert!(!sorted || names.is_sorted(), "{names:?}");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
}

/// The names of the folders below a folder of the repository.
fn folders(below: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(repository().join(below)).expect("a folder");
    let folders = entries.map(|entry| entry.expect("an entry")).filter(|one| one.path().is_dir());
    folders.map(|one| one.file_name().to_string_lossy().into_owned()).collect()
}

fn page(path: &str) -> String {
    String::from_utf8(std::fs::read(repository().join(path)).expect("a page")).expect("UTF-8")
}

#[test]
fn languages_are_sorted_documented_and_shown() {
    let names: Vec<&str> = LANGS.iter().map(|lang| lang.name).collect();
    named(&names, true);
    let docs = page("docs/languages.md");
    for lang in LANGS {
        for data in ["shapes.yaml", "readers.yaml", "handlers.yaml"] {
            let path = repository().join("grammars").join(lang.name).join(data);
            assert!(path.is_file(), "{} has no {data}", lang.name);
        }
        let title = format!("\n## {}\n", lang.name);
        assert!(docs.to_lowercase().contains(&title), "{} has no section", lang.name);
        assert!(repository().join("src/lang").join(format!("{}.rs", lang.name)).is_file());
        assert!(!lang.extensions.is_empty(), "{}", lang.name);
    }
    let known: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(folders("grammars"), known, "each folder of grammars is a row");
    assert_eq!(folders("fixtures/languages"), known, "each row has fixtures");
}

#[test]
fn formats_are_documented() {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    named(&names, false);
    let docs = page("docs/formats.md");
    let rows: Vec<&str> = docs
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(rows, names, "the table of docs/formats.md is the table, in its order");
}

#[test]
fn reporters_are_sorted_and_documented() {
    let names: Vec<&str> = REPORTERS.iter().map(|reporter| reporter.name).collect();
    named(&names, true);
    let docs = page("docs/output.md");
    for name in names {
        let own = docs
            .to_lowercase()
            .lines()
            .any(|line| line.starts_with("## ") && line.split([' ', '`']).any(|word| word == name));
        assert!(own, "docs/output.md has no section for {name}");
        assert!(repository().join("src/report").join(format!("{name}.rs")).is_file(), "{name}");
    }
}

#[test]
fn rules_are_sorted_and_documented() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    named(&names, true);
    for rule in RULES {
        assert!(rule.docs.starts_with(&format!("# {}\n", rule.name)), "{}", rule.name);
        assert!(rule.summary.starts_with(|c: char| c.is_lowercase()), "{}", rule.summary);
        assert!(!rule.summary.ends_with('.'), "{}", rule.summary);
    }
}

#[test]
fn every_rule_has_a_file_and_every_page_a_rule() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for rule in RULES {
        let file = root.join("src/rules").join(format!("{}.rs", rule.name.replace('-', "_")));
        assert!(file.exists(), "{}", file.display());
    }
    for entry in std::fs::read_dir(root.join("docs/rules")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let rule = name.trim_end_matches(".md");
        assert!(RULES.iter().any(|row| row.name == rule), "{name} is the page of no rule");
    }
}
