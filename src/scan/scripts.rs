//! Which scripts people or pipelines run: what they ask for, whoever runs them gives, wherever the code is deployed.
//!
//! A script stands in a folder of scripts. It is deployed where a text that says what runs there names it; a `Makefile`, a
//! pipeline and another script of people say nothing of that.

use std::collections::BTreeSet;

use super::Origin;
use super::naming::{Naming, Programs, name, naming, programs};
use super::texts::Texts;
use crate::definitions::is_pipeline;
use crate::model::{Absence, Inventory, KeyId};
use crate::reads::is_test_path;
use crate::text::FileId;

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
/// Hosts that build what they serve.
const HOSTS: &[&str] = &["amplify", "cloudflare", "netlify", "readthedocs", "rtd", "vercel"];
/// What a program does there.
const JOBS: &[&str] = &["build", "deploy", "prebuild", "preview"];
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

/// How many scripts may stand between one and what starts them all.
const ROUNDS: usize = 4;

/// Whether a file stands in a folder of scripts: `scripts`, `maint-scripts`.
pub(super) fn is_script(path: &str) -> bool {
    let is_called = |folder: &str| {
        let last = folder.rsplit(['-', '_', '.']).next();
        FOLDERS.contains(&folder) || matches!(last, Some("script" | "scripts"))
    };
    path.split('/').rev().skip(1).any(is_called)
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
    path.split('/').rev().skip(1).any(|folder| PIPELINES.contains(&folder)) || is_of_host(path)
}

/// Whether a program is called after a host of builds and what it does there: `netlify_build.py`.
fn is_of_host(path: &str) -> bool {
    let stem = name(path).split('.').next().unwrap_or_default();
    let has = |words: &[&str]| stem.split(['_', '-']).any(|word| words.contains(&word));
    has(HOSTS) && has(JOBS)
}

/// Whether a text says what people or pipelines run.
pub(super) fn is_recipe(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_named = RECIPES.contains(&name.as_str())
        || name.rsplit_once('.').is_some_and(|(_, end)| end == "mk");
    is_named || is_of_pipeline(path) || is_pipeline(path)
}

/// The scripts that a text names which says what is deployed, or another script that such a text leads to.
fn deployed(scripts: &BTreeSet<FileId>, texts: &Texts, origin: Origin<'_>) -> BTreeSet<FileId> {
    let path = |id: &FileId| texts.files.get(*id).path.as_str();
    let says = |path: &str| !is_document(path) && !is_recipe(path) && !is_of_tests(path);
    let mut run: BTreeSet<String> = BTreeSet::new();
    let mut by_scripts: Vec<Naming> = Vec::new();
    let mut known = Programs::new();
    let mut wanted = programs(scripts.iter().map(path));
    for _ in 0..ROUNDS {
        let found = naming(&wanted, (texts, origin), says);
        known.append(&mut wanted);
        let (scripts, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|one| is_script(&one.path));
        run.extend(others.into_iter().flat_map(|one| one.names));
        let starters = programs(scripts.iter().map(|one| one.path.as_str()));
        wanted = starters.into_iter().filter(|(name, _)| !known.contains_key(name)).collect();
        by_scripts.extend(scripts);
        if wanted.is_empty() {
            break;
        }
    }
    // What is not followed to its end may be deployed.
    run.extend(wanted.into_keys());
    for _ in 0..ROUNDS {
        let reached = by_scripts.iter().filter(|one| run.contains(name(&one.path)));
        let names: Vec<String> = reached.flat_map(|one| one.names.iter().cloned()).collect();
        run.extend(names);
    }
    scripts.iter().filter(|id| run.contains(name(path(id)))).copied().collect()
}

/// Whether a text is one of tests: `koku_test_runner.py` too.
fn is_of_tests(path: &str) -> bool {
    is_test_path(path) || name(path).split(['_', '-']).any(|word| word == "test")
}

pub(super) fn is_document(path: &str) -> bool {
    [".md", ".mdx", ".rst", ".txt", ".adoc"].iter().any(|end| path.ends_with(end))
}
