//! The table of kinds of sources: each kind that a format gives has a row, and each row a format that gives it.

use std::collections::BTreeSet;
use std::path::Path;

use keydrift::definitions::{Sealer, extract};
use keydrift::model::Kind;
use keydrift::text::File;

use crate::support::repository;

/// Kinds that no configuration file gives: modules of settings do, and what they declare.
const OF_CODE: &[&str] = &["django-flags", "settings-module"];

fn walk(folder: &Path, below: &Path, found: &mut BTreeSet<&'static str>, sealer: &Sealer) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, below, found, sealer);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(below).expect("below").to_string_lossy().into_owned();
            found.extend(extract(&File::new(name, text), sealer).iter().map(|one| one.kind));
        }
    }
}

#[test]
fn each_kind_that_a_format_gives_has_a_row_and_each_row_a_format() {
    let mut given = BTreeSet::new();
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
    let idle: Vec<_> = names.filter(|it| !given.contains(it) && !OF_CODE.contains(it)).collect();
    assert!(idle.is_empty(), "rows that no fixture gives: {idle:?}");
}
