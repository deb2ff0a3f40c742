//! The table of kinds of sources: each kind that a format gives has a row, and each row a format that gives it.

use std::collections::BTreeSet;
use std::path::Path;

use keydrift::assemble::ASSEMBLERS;
use keydrift::definitions::{Sealer, extract};
use keydrift::model::Kind;
use keydrift::text::File;

use crate::support::repository;

/// What code names as the kind of what it gives, as far as that is written out.
fn named(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            named(&path, found);
            continue;
        }
        let text = String::from_utf8(std::fs::read(&path).expect("a file")).expect("UTF-8");
        for start in ["SourceFacts::new(\"", "context.source(\"", "const MODULE: &'static str = \""]
        {
            let ends = text.split(start).skip(1).filter_map(|rest| rest.split_once('"'));
            found.extend(ends.map(|(kind, _)| kind.to_owned()));
        }
    }
}

fn walk(folder: &Path, below: &Path, found: &mut BTreeSet<String>, sealer: &Sealer) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, below, found, sealer);
        } else if let Ok(text) = String::from_utf8(std::fs::read(&path).expect("a file")) {
            let name = path.strip_prefix(below).expect("below").to_string_lossy().into_owned();
            let sources = extract(&File::new(name, text), sealer);
            found.extend(sources.iter().map(|one| one.kind.to_owned()));
        }
    }
}

#[test]
fn each_kind_that_a_format_gives_has_a_row_and_each_row_a_format() {
    let mut given: BTreeSet<String> = ASSEMBLERS.iter().map(|one| one.prints.to_owned()).collect();
    named(&repository().join("src"), &mut given);
    for set in ["formats", "projects", "sync"] {
        let fixtures = repository().join("fixtures").join(set);
        for project in std::fs::read_dir(&fixtures).expect("fixtures") {
            let project = project.expect("an entry").path();
            if project.is_dir() {
                walk(&project, &project, &mut given, &Sealer::new());
            }
        }
    }
    let missing: Vec<_> = given.iter().filter(|kind| Kind::known(kind).is_none()).collect();
    assert!(missing.is_empty(), "kinds without a row in grammars/kinds.yaml: {missing:?}");
    let names = Kind::all().iter().map(Kind::name);
    let idle: Vec<_> = names.filter(|it| !given.contains(*it)).collect();
    assert!(idle.is_empty(), "rows that nothing gives: {idle:?}");
}
