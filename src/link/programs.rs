//! Reads of one program among several of its package: which of them an environment runs, the package does not say.
//!
//! Goes by the layout that Cargo knows and by functions that a platform calls, not by what modules a program takes in.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{BuildFacts, CodeFacts};
use crate::model::Inventory;
use crate::text::relative::{folder, folders_around, joined};
use crate::text::{FileId, Files};

/// Where Cargo finds programs that no manifest names.
const PROGRAMS: &str = "src/bin";
/// The program that a package is for.
const MAIN: &str = "src/main.rs";

/// Marks the reads that stand in one program of several.
pub(super) fn mark(
    inventory: &mut Inventory,
    code: &[(FileId, CodeFacts)],
    builds: &[(FileId, BuildFacts)],
    files: &Files,
) {
    of_cargo(inventory, builds, files);
    let is_one =
        |facts: &CodeFacts| facts.functions.iter().any(|one| one.is_program && !one.in_test);
    let called = code.iter().filter(|(_, facts)| is_one(facts)).map(|(id, _)| *id);
    of_platforms(inventory, &called.collect());
}

/// Functions that a platform calls, in components that hold more than one such file.
fn of_platforms(inventory: &mut Inventory, called: &BTreeSet<FileId>) {
    if called.is_empty() {
        return;
    }
    let mut asking: BTreeMap<String, BTreeSet<FileId>> = BTreeMap::new();
    for read in inventory.reads.iter().filter(|read| !read.in_test) {
        asking.entry(read.component.clone()).or_default().insert(read.span.file);
    }
    for read in &mut inventory.reads {
        let is_one_of_many = || asking.get(&read.component).is_some_and(|files| files.len() > 1);
        read.of_program |= called.contains(&read.span.file) && is_one_of_many();
    }
}

fn of_cargo(inventory: &mut Inventory, builds: &[(FileId, BuildFacts)], files: &Files) {
    let mut packages: BTreeMap<(u16, String), BTreeSet<String>> = BTreeMap::new();
    for (id, facts) in builds.iter().filter(|(_, facts)| facts.kind == "cargo") {
        let file = files.get(*id);
        let home = folder(&file.path);
        let named = facts.programs.iter().filter_map(|path| joined(home, path));
        packages.entry((file.root, home.to_owned())).or_default().extend(named);
    }
    if packages.is_empty() {
        return;
    }
    let there: BTreeSet<(u16, &str)> =
        files.iter().map(|(_, file)| (file.root, &*file.path)).collect();
    for ((root, _), programs) in &mut packages {
        programs.retain(|path| there.contains(&(*root, path)));
    }
    for (_, file) in files.iter() {
        if let Some((home, program)) = program(&file.path)
            && let Some(programs) = packages.get_mut(&(file.root, home.to_owned()))
        {
            programs.insert(program.to_owned());
        }
    }
    packages.retain(|_, programs| programs.len() > 1);
    // Files of programs, and folders that hold nothing else.
    let (mut alone, mut folders) = (BTreeSet::new(), BTreeSet::new());
    for ((root, home), programs) in &packages {
        let main = joined(home, MAIN);
        for program in programs.iter().filter(|program| main.as_ref() != Some(program)) {
            alone.insert((*root, program.as_str()));
            folders.extend(program.strip_suffix("/main.rs").map(|inside| (*root, inside)));
        }
    }
    for read in &mut inventory.reads {
        let file = files.get(read.span.file);
        read.of_program = alone.contains(&(file.root, &file.path))
            || folders_around(&file.path).any(|folder| folders.contains(&(file.root, folder)));
    }
}

/// The folder of the package and the path of the program that a file is, or is a part of, by where it lies.
fn program(path: &str) -> Option<(&str, &str)> {
    let within = |home: &str| home.is_empty() || home.ends_with('/');
    if let Some(home) = path.strip_suffix(MAIN).filter(|home| within(home)) {
        return Some((home.trim_end_matches('/'), path));
    }
    let at = path.find(&format!("{PROGRAMS}/")).filter(|at| within(&path[..*at]))?;
    let inside = &path[at + PROGRAMS.len() + 1..];
    let stem = inside.strip_suffix(".rs")?;
    let is_one = !stem.trim_end_matches("/main").contains('/');
    is_one.then(|| (path[..at].trim_end_matches('/'), path))
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn programs_lie_where_cargo_looks() {
        assert_eq!(program("src/main.rs"), Some(("", "src/main.rs")));
        assert_eq!(program("oven/src/bin/bake.rs"), Some(("oven", "oven/src/bin/bake.rs")));
        assert_eq!(
            program("oven/src/bin/bake/main.rs"),
            Some(("oven", "oven/src/bin/bake/main.rs"))
        );
        assert_eq!(program("oven/src/bin/bake/heat.rs"), None);
        assert_eq!(program("oven/src/heat/main.rs"), None);
        assert_eq!(program("mysrc/main.rs"), None);
    }
}
