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
    let path = |id: &FileId| texts.files.get(*id).path.as_str();
    let says = |path: &str| !is_document(path) && !is_recipe(path) && !is_of_tests(path);
    let stems = scripts.iter().map(|id| stem(path(id))).collect();
    let naming = naming(&stems, (texts, origin), says, is_word);
    let (by_scripts, by_others): (Vec<_>, Vec<_>) =
        naming.into_iter().partition(|one| is_script(&one.path));
    let by_others: BTreeSet<&str> = by_others.into_iter().flat_map(|one| one.stems).collect();
    let starters = by_scripts.iter().map(|one| stem(&one.path)).collect();
    let says = |path: &str| says(path) && !is_script(path);
    let started = self::naming(&starters, (texts, origin), says, is_word);
    let started: BTreeSet<&str> = started.into_iter().flat_map(|one| one.stems).collect();
    let is_run = |id: &&FileId| {
        let (own, called) = (path(id), stem(path(id)));
        let starts = |one: &Naming<'_>| {
            one.path != own && one.stems.contains(called) && started.contains(stem(&one.path))
        };
        by_others.contains(called) || by_scripts.iter().any(starts)
    };
    scripts.iter().filter(is_run).copied().collect()
}

/// A text that names programs.
pub(super) struct Naming<'s> {
    /// Which, where it is one of those that give facts.
    pub(super) id: Option<FileId>,
    pub(super) path: String,
    /// The names of the programs.
    pub(super) stems: BTreeSet<&'s str>,
}

/// The texts among those that count which name one of `stems`, each where `is_named` says so of its place.
pub(super) fn naming<'s>(
    stems: &BTreeSet<&'s str>,
    (texts, origin): (&Texts, Origin<'_>),
    counts: impl Fn(&str) -> bool + Sync,
    is_named: impl Fn(&str, usize, usize) -> bool + Sync,
) -> Vec<Naming<'s>> {
    let stems: Vec<&str> = stems.iter().copied().collect();
    let Ok(finder) = AhoCorasick::new(&stems) else { return Vec::new() };
    if stems.is_empty() {
        return Vec::new();
    }
    let in_text = |id: Option<FileId>, path: &str, text: &str| {
        let hits = finder.find_overlapping_iter(text);
        let hits = hits.filter(|hit| is_named(text, hit.start(), hit.end()));
        let stems: BTreeSet<&str> = hits.map(|hit| stems[hit.pattern().as_usize()]).collect();
        (!stems.is_empty()).then(|| Naming { id, path: path.to_owned(), stems })
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
