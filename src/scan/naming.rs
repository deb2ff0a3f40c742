//! Which texts name a program as one that is started or taken in: a path, a module, an import.
//!
//! A bare word says little: programs are called `preview` or `config`, and so is much else. The folder of a Python program,
//! its ending, or the command before it must say that it is meant; what Rust builds is found by any path to its name.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::Origin;
use super::texts::Texts;
use crate::link::mentions;
use crate::text::{FileId, is_word};

/// What stands before the name of a program that is started or taken in.
const BEFORE: &[&str] =
    &["-m ", "--bin ", "manage.py ", "django-admin ", "call_command(\"", "call_command('"];
/// Tables of a `pyproject.toml` are shorter.
const MOST_LINES: usize = 1_000;
/// No command or import that names a program is longer.
const LONGEST: usize = 500;
/// Files that say nothing of the program in them: it is called like their folder.
const NAMELESS: &[&str] = &["__main__", "lib", "main", "mod", "src"];
/// Tables of a `pyproject.toml` that are installed with the package; the other tables of tools are what people run.
const INSTALLED: &[&str] = &["[tool.poetry.scripts", "[tool.poetry.plugins"];

/// Programs by their names.
pub(super) type Programs = BTreeMap<String, Program>;

/// The programs of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Program {
    /// The folders that they stand in.
    folders: BTreeSet<String>,
    /// Whether one is Rust: it is built, and its path says nothing of where it will stand.
    is_built: bool,
}

/// The programs of these files.
pub(super) fn programs<'p>(paths: impl Iterator<Item = &'p str>) -> Programs {
    let mut programs = Programs::new();
    for path in paths {
        let (folder, name) = called(path);
        let program = programs.entry(name.to_owned()).or_default();
        program.folders.insert(folder.to_owned());
        program.is_built |= ends_with(path, ".rs");
    }
    programs
}

/// The folder of a program and what it is called.
fn called(path: &str) -> (&str, &str) {
    let mut parts = path.rsplit('/').filter(|part| !NAMELESS.contains(&stem(part)));
    let name = parts.next().unwrap_or(path);
    (parts.next().unwrap_or_default(), stem(name))
}

/// What the program of a file is called.
pub(super) fn name(path: &str) -> &str {
    called(path).1
}

/// A text that names programs.
pub(super) struct Naming {
    /// Which, where it is one of those that give facts.
    pub(super) id: Option<FileId>,
    pub(super) path: String,
    /// The names of the programs.
    pub(super) names: BTreeSet<String>,
}

/// The texts among those that count which name one of the programs.
pub(super) fn naming(
    programs: &Programs,
    (texts, origin): (&Texts, Origin<'_>),
    counts: impl Fn(&str) -> bool + Sync,
) -> Vec<Naming> {
    let all: Vec<(&String, &Program)> = programs.iter().collect();
    let Ok(finder) = AhoCorasick::new(all.iter().map(|(name, _)| name.as_str())) else {
        return Vec::new();
    };
    if all.is_empty() {
        return Vec::new();
    }
    let in_text = |id: Option<FileId>, path: &str, text: &str| {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for hit in finder.find_overlapping_iter(text) {
            let (name, program) = all[hit.pattern().as_usize()];
            let place = Place { path, text, start: hit.start(), end: hit.end() };
            if !names.contains(name) && place.starts(program) {
                names.insert(name.clone());
            }
        }
        (!names.is_empty()).then(|| Naming { id, path: path.to_owned(), names })
    };
    let known: Vec<_> = texts.files.iter().filter(|(_, file)| counts(&file.path)).collect();
    let known =
        known.into_par_iter().filter_map(|(id, file)| in_text(Some(id), &file.path, &file.text));
    let others = texts
        .others
        .par_iter()
        .filter(|entry| mentions::counts(&entry.path) && counts(&entry.path))
        .filter_map(|entry| in_text(None, &entry.path, &texts.other(entry, origin)?));
    known.chain(others).collect()
}

/// Where the name of a program stands.
#[derive(Clone, Copy)]
struct Place<'t> {
    path: &'t str,
    text: &'t str,
    start: usize,
    end: usize,
}

impl Place<'_> {
    /// Whether the program is started or taken in here: `scripts/sweep.py`, `python -m oven.sweep`, `from oven import sweep`.
    fn starts(self, program: &Program) -> bool {
        if !is_word(self.text, self.start, self.end) {
            return false;
        }
        let (Some(before), Some(after)) = (self.text.get(..self.start), self.text.get(self.end..))
        else {
            return false;
        };
        let line = line_before(before);
        if is_comment(line) {
            return false;
        }
        let is_file = [".py", ".rs"].iter().any(|end| after.starts_with(end));
        let is_named = is_file
            || BEFORE.iter().any(|word| before.ends_with(word))
            || self.takes_in(line, program)
            || is_path(line, after, program)
            || program.is_built && self.is_built_name(line, after);
        is_named && !self.is_of_a_task(before)
    }

    /// An import of Python: from beside, or from the folder of the program.
    fn takes_in(self, line: &str, program: &Program) -> bool {
        let line = line.trim_start();
        let Some(from) = ["from ", "import "].iter().find_map(|word| line.strip_prefix(word))
        else {
            return false;
        };
        let is_near = || {
            let mut words = from.split([' ', '.', ',']);
            words.any(|word| program.folders.contains(word))
        };
        ends_with(self.path, ".py") && (from.is_empty() || from.starts_with('.') || is_near())
    }

    /// What Rust builds, by its name: a module, a quoted word of what is no code.
    fn is_built_name(self, line: &str, after: &str) -> bool {
        let is_code = [".py", ".rs"].iter().any(|end| ends_with(self.path, end));
        let is_quoted = line.ends_with('"') && after.starts_with('"');
        if is_code { line.ends_with("mod ") } else { is_quoted || line.ends_with(' ') }
    }

    /// Whether this stands in a table of tasks: people run them.
    fn is_of_a_task(self, before: &str) -> bool {
        let tables = || before.lines().rev().take(MOST_LINES).find(|line| line.starts_with('['));
        ends_with(self.path, "pyproject.toml")
            && tables().is_some_and(|table| {
                table.starts_with("[tool.")
                    && !INSTALLED.iter().any(|installed| table.starts_with(installed))
            })
    }
}

/// Whether what stands before is the path or the module of the program.
fn is_path(line: &str, after: &str, program: &Program) -> bool {
    if after.starts_with('(') {
        return false;
    }
    let Some(around) = line.strip_suffix(['/', '.']) else { return false };
    let folder = around.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').next();
    let is_built = program.is_built && line.ends_with('/');
    is_built || folder.is_some_and(|folder| !folder.is_empty() && program.folders.contains(folder))
}

/// Whether a line is a comment: it starts nothing. `#!` names what runs the file, `#[` is an attribute of Rust.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//")
        || line.starts_with('#') && !line.starts_with("#!") && !line.starts_with("#[")
}

/// What stands before in the same line, as far as it can say something: lines of what a machine wrote have no end.
pub(super) fn line_before(before: &str) -> &str {
    let from = (before.len().saturating_sub(LONGEST)..=before.len())
        .find(|at| before.is_char_boundary(*at))
        .unwrap_or_default();
    let near = &before[from..];
    near.rsplit('\n').next().unwrap_or(near)
}

fn ends_with(path: &str, end: &str) -> bool {
    path.ends_with(end)
}

/// The name of a file without what stands behind its first dot.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::{Place, called, programs};

    fn named(program: &str, path: &str, text: &str) -> bool {
        let start = text.find("sweep").expect("the name stands in the text");
        let all = programs([program].into_iter());
        Place { path, text, start, end: start + "sweep".len() }.starts(&all["sweep"])
    }

    #[test]
    fn a_program_is_named_by_what_starts_it() {
        let python = |path: &str, text: &str| named("oven/sweep.py", path, text);
        assert!(python("Dockerfile", "CMD [\"python\", \"/app/scripts/sweep.py\"]"));
        assert!(python("shop.py", "from oven import heat, sweep"));
        assert!(python("shop.py", "from .sweep import all"));
        assert!(python("k8s/oven.yaml", "command: python -m oven.sweep"));
        assert!(python("shop.py", "call_command(\"sweep\")"));
        assert!(!python("shop.py", "room.sweep()"));
        assert!(!python("shop.py", "if room.sweep:"));
        assert!(!python("README", "we sweep every night"));
        assert!(!python("shop.ts", "import { broom } from '../sweep'"));
        assert!(!python("shop.py", "sweeper.py"));
        assert!(!python("k8s/oven.yaml", "  # oven/sweep.py writes these over"));
        assert!(python("k8s/oven.yaml", "command: oven/sweep.py # at night"));
    }

    #[test]
    fn what_is_built_is_named_by_any_path() {
        let rust = |path: &str, text: &str| named("tools/sweep/src/main.rs", path, text);
        assert!(rust("Dockerfile", "COPY --from=build /target/release/sweep /bin/"));
        assert!(rust("Dockerfile", "ENTRYPOINT [\"sweep\"]"));
        assert!(rust("tools/src/all.rs", "mod sweep;"));
        assert!(!rust("shop.py", "ask(\"sweep\")"));
    }

    #[test]
    fn a_task_is_what_people_run() {
        let python = |text: &str| named("oven/sweep.py", "pyproject.toml", text);
        assert!(python("[project.scripts]\nclean = \"oven.sweep:main\"\n"));
        assert!(python("[tool.poetry.scripts]\nclean = \"oven.sweep:main\"\n"));
        assert!(!python("[tool.poe.tasks]\nclean = \"python -m oven.sweep\"\n"));
    }

    #[test]
    fn a_program_without_a_name_is_called_like_its_folder() {
        assert_eq!(called("tools/sweep/src/main.rs"), ("tools", "sweep"));
        assert_eq!(called("oven/sweep/__main__.py"), ("oven", "sweep"));
        assert_eq!(called("oven/sweep.test.py"), ("oven", "sweep"));
    }
}
