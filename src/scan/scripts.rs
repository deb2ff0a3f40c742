//! Which scripts people or pipelines run: what they ask for, whoever runs them gives, wherever the code is deployed.
//!
//! A script stands in a folder of scripts. It is deployed where a text that says what runs there names it; a `Makefile`, a
//! pipeline and another script of people say nothing of that.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::Origin;
use super::texts::Texts;
use crate::definitions::is_pipeline;
use crate::link::mentions;
use crate::model::{Absence, Inventory, KeyId};
use crate::reads::is_test_path;
use crate::text::{FileId, is_word};

/// Folders of scripts that people run.
const FOLDERS: &[&str] = &[
    "bench",
    "benchmark",
    "benchmarks",
    "contrib",
    "dev",
    "devtools",
    "evals",
    "hack",
    "script",
    "scripts",
    "tools",
];
/// Folders of pipelines.
const PIPELINES: &[&str] =
    &[".buildkite", ".circleci", ".forgejo", ".gitea", ".github", ".gitlab", ".woodpecker", "gocd"];
/// Files of pipelines, and of what people run, in lower case.
const RECIPES: &[&str] = &[
    ".pre-commit-config.yaml",
    ".travis.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "buildspec.yml",
    "cloudbuild.yaml",
    "gnumakefile",
    "jenkinsfile",
    "justfile",
    "makefile",
    "noxfile.py",
    "taskfile.yaml",
    "taskfile.yml",
    "tox.ini",
];

/// Whether a file stands in a folder of scripts.
pub(super) fn is_script(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| FOLDERS.contains(&folder))
}

/// The files of code that people or pipelines run: of those that ask for what is required, or fall back where other code
/// does too.
pub(super) fn run_by_hand(
    inventory: &Inventory,
    asked: &[(usize, KeyId)],
    texts: &Texts,
    origin: Origin<'_>,
) -> BTreeSet<FileId> {
    let file = |at: usize| inventory.reads[at].span.file;
    let path = |id: FileId| texts.files.get(id).path.as_str();
    let falls = |at: usize| inventory.reads[at].absence == Absence::Default;
    let is_other = |(at, _): &&(usize, KeyId)| falls(*at) && !is_script(path(file(*at)));
    let others: BTreeSet<KeyId> = asked.iter().filter(is_other).map(|(_, key)| *key).collect();
    let matters = |at: usize, key: &KeyId| {
        inventory.reads[at].absence == Absence::Required || falls(at) && others.contains(key)
    };
    let asking = asked.iter().filter(|(at, key)| matters(*at, key)).map(|(at, _)| file(*at));
    let (of_pipelines, rest): (BTreeSet<_>, BTreeSet<_>) =
        asking.partition(|id| is_of_pipeline(path(*id)));
    let scripts: BTreeSet<FileId> = rest.into_iter().filter(|id| is_script(path(*id))).collect();
    let run = deployed(&scripts, texts, origin);
    scripts.difference(&run).copied().chain(of_pipelines).collect()
}

/// Whether code is a pipeline's own: what it asks for its job gives, wherever it deploys to.
pub(super) fn is_of_pipeline(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| PIPELINES.contains(&folder))
}

/// Whether a text says what people or pipelines run.
fn is_recipe(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_named = RECIPES.contains(&name.as_str())
        || name.rsplit_once('.').is_some_and(|(_, end)| end == "mk");
    is_named || is_of_pipeline(path) || is_pipeline(path)
}

/// The scripts that a text names which says what is deployed, or another script that such a text names.
fn deployed(scripts: &BTreeSet<FileId>, texts: &Texts, origin: Origin<'_>) -> BTreeSet<FileId> {
    let files: Vec<FileId> = scripts.iter().copied().collect();
    let stems: Vec<&str> = files.iter().map(|id| stem(&texts.files.get(*id).path)).collect();
    let named = named(&stems, texts, origin, |_| true);
    let (by_scripts, by_others): (Vec<_>, Vec<_>) =
        named.into_iter().partition(|(path, _)| is_script(path));
    let mut run: BTreeSet<FileId> = by_others.into_iter().map(|(_, at)| files[at]).collect();
    let starters: Vec<(String, FileId)> = by_scripts
        .into_iter()
        .map(|(path, at)| (path, files[at]))
        .filter(|(path, script)| !run.contains(script) && *path != texts.files.get(*script).path)
        .collect();
    let stems: Vec<&str> = starters.iter().map(|(path, _)| stem(path)).collect();
    let started = self::named(&stems, texts, origin, |path| !is_script(path));
    run.extend(started.into_iter().map(|(_, at)| starters[at].1));
    run
}

/// The texts that say what runs and name one of `stems`, with its place: no documents, no recipes of people.
fn named(
    stems: &[&str],
    texts: &Texts,
    origin: Origin<'_>,
    counts: impl Fn(&str) -> bool + Sync,
) -> BTreeSet<(String, usize)> {
    if stems.is_empty() {
        return BTreeSet::new();
    }
    let Ok(finder) = AhoCorasick::new(stems) else { return BTreeSet::new() };
    let in_text = |path: &str, text: &str| -> Vec<(String, usize)> {
        let hits = finder.find_overlapping_iter(text);
        let whole = hits.filter(|hit| is_word(text, hit.start(), hit.end()));
        let places: BTreeSet<usize> = whole.map(|hit| hit.pattern().as_usize()).collect();
        places.into_iter().map(|at| (path.to_owned(), at)).collect()
    };
    let says =
        |path: &str| !is_document(path) && !is_recipe(path) && !is_of_tests(path) && counts(path);
    let known: Vec<_> = texts.files.iter().collect();
    let known = known
        .into_par_iter()
        .filter(|(_, file)| says(&file.path))
        .flat_map_iter(|(_, file)| in_text(&file.path, &file.text));
    let others = texts
        .others
        .par_iter()
        .filter(|entry| mentions::counts(&entry.path) && says(&entry.path))
        .filter_map(|entry| Some((entry, texts.other(entry, origin)?)))
        .flat_map_iter(|(entry, text)| in_text(&entry.path, &text));
    known.chain(others).collect()
}

/// Whether a text is one of tests: `koku_test_runner.py` too.
fn is_of_tests(path: &str) -> bool {
    is_test_path(path) || stem(path).split(['_', '-']).any(|word| word == "test")
}

/// The name of a file without what stands behind its first dot.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(name)
}

pub(super) fn is_document(path: &str) -> bool {
    [".md", ".mdx", ".rst", ".txt", ".adoc"].iter().any(|end| path.ends_with(end))
}
