//! Command lines: `helm upgrade … -f values-prod.yaml` in scripts, Makefiles and pipelines.
//!
//! A variable in the name of a file stands for each file that fits. What `--set` gives from a variable is unknown.

use std::collections::BTreeSet;

use regex::Regex;

use super::called::Called;
use super::options::{Command, How, commands, said};
use super::shell::Given;
use super::{Ground, Run, beside};
use crate::assemble::gotmpl::{Data, Value};
use crate::assemble::helm::given;
use crate::assemble::helm::tree::{folder, join, name};
use crate::definitions;
use crate::document::Syntax;
use crate::facts::Aim;
use crate::text::FileId;

/// Ends and names of files in which commands stand.
const NAMES: &[&str] = &[
    ".gitlab-ci.yml",
    "Jenkinsfile",
    "Justfile",
    "Makefile",
    "Taskfile.yaml",
    "Taskfile.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "cloudbuild.yaml",
    "justfile",
];

/// Whether commands may stand in the file.
pub(super) fn is_script(path: &str) -> bool {
    let name = name(path);
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let is_bare = !name.contains('.') && {
        let holder = self::name(folder(path));
        matches!(holder, "bin" | "ci" | "deploy" | "hack" | "script" | "scripts")
    };
    NAMES.contains(&name)
        || is_bare
        || matches!(end, "sh" | "bash" | "mk")
        || (matches!(end, "yml" | "yaml")
            && path.split('/').any(|part| matches!(part, "workflows" | ".circleci" | ".gitlab")))
}

pub(super) fn find(ground: Ground<'_>) -> Vec<Run> {
    let (mut runs, mut tried) = (Vec::new(), Vec::new());
    let called = Called::find(ground.tree);
    for (id, file) in ground.tree.files.iter().filter(|(_, file)| is_script(&file.path)) {
        if !file.text.contains("helm ") {
            continue;
        }
        for text in called.texts(file.root, &file.path, &file.text) {
            for one in commands(&text, &Given::read(&text)) {
                let all = if one.prints() { &mut tried } else { &mut runs };
                all.extend(command(ground, id, &one));
            }
        }
    }
    // What is only printed says nothing of what another command deploys.
    let deployed: BTreeSet<(usize, FileId)> =
        runs.iter().map(|run: &Run| (run.chart, run.leaf)).collect();
    tried.retain(|run: &Run| !deployed.contains(&(run.chart, run.leaf)));
    runs.extend(tried);
    // What one command names, a variable of another does not stand for.
    let named: BTreeSet<(usize, FileId)> =
        runs.iter().filter(|run| !run.is_guessed).map(|run| (run.chart, run.leaf)).collect();
    runs.retain(|run| !run.is_guessed || !named.contains(&(run.chart, run.leaf)));
    // A release that a variable names, of what another command releases by name, is a branch on trial.
    let released: BTreeSet<(usize, FileId)> =
        runs.iter().filter(|run| run.release.is_some()).map(|run| (run.chart, run.leaf)).collect();
    runs.retain(|run| run.release.is_some() || !released.contains(&(run.chart, run.leaf)));
    runs
}

fn command(ground: Ground<'_>, script: FileId, command: &Command) -> Vec<Run> {
    let words = &command.words;
    let Some(said) = said(words) else { return Vec::new() };
    let (root, here) = (ground.tree.file(script).root, folder(&ground.tree.file(script).path));
    let gone = command.folder.as_deref();
    let beside = gone.and_then(|gone| join(here, gone));
    let places: Vec<&str> = gone.into_iter().chain(beside.as_deref()).chain([here, ""]).collect();
    let Some((place, chart)) = said.plain.iter().enumerate().rev().find_map(|(place, path)| {
        let found = ground.chart(root, &places, path).filter(|_| path.contains(['/', '.']));
        Some((place, found?))
    }) else {
        return Vec::new();
    };
    let known: Vec<&str> = ground.tree.under(root, "").into_iter().map(|(path, _)| path).collect();
    let mut runs = Vec::new();
    let own = ground.charts.all[chart].values.map_or("", |id| &*ground.tree.file(id).path);
    let fits = |path: &str| may_hold_values(path, own) && beside::fits(ground, root, chart, path);
    for choice in choices(&known, &fits, &places, &said.files) {
        let files: Vec<FileId> =
            choice.iter().filter_map(|path| ground.tree.at(root, path)).collect();
        let mut run = match files.last() {
            Some(leaf) => ground.run(chart, *leaf),
            None if said.files.is_empty() && deploys_bare(ground, script, command) => {
                bare(ground, chart, script)
            }
            None => continue,
        };
        for file in &files {
            ground.add(&mut run, *file);
        }
        for (how, set) in &said.sets {
            for (name, value) in given::assignments(set) {
                setting(ground, &mut run, script, (&name, &value), *how);
            }
        }
        run.is_guessed = said.files.iter().any(|file| has_variable(file));
        let is_plain = |word: &&String| !word.contains('$') && !word.contains("{{");
        // The release is called before the chart: `helm template . --output-dir out` has none.
        run.release = said.plain.first().filter(|_| place > 0).filter(is_plain).cloned();
        run.namespace.clone_from(&said.namespace);
        runs.push(run);
    }
    runs
}

/// Whether a command without files of values deploys: its script is called after an environment. Others try the chart.
fn deploys_bare(ground: Ground<'_>, script: FileId, command: &Command) -> bool {
    let stem = name(&ground.tree.file(script).path);
    let parts: Vec<&str> = stem.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    // `chart-test.yaml` tests the chart.
    let is_of_charts = |part: &&str| matches!(*part, "chart" | "charts" | "helm");
    let names = |part: &&str| definitions::names_environment(part);
    let tries = parts.iter().any(is_of_charts) && parts.contains(&"test");
    !tries && parts.iter().any(names) && !command.prints()
}

/// A chart that a command installs with nothing but its own values: what the script is called may name the environment.
fn bare(ground: Ground<'_>, chart: usize, script: FileId) -> Run {
    let own = &ground.charts.all[chart];
    let mut run = ground.run(chart, own.values.unwrap_or(own.file));
    run.aim = Aim { environment: None, by: Some(script) };
    run
}

/// Gives a run what one assignment of an option says.
fn setting(
    ground: Ground<'_>,
    run: &mut Run,
    script: FileId,
    (name, value): (&str, &str),
    how: How,
) {
    let is_open = value.contains('$') || value.contains("{{");
    // Neither what an image is called where it is built nor what a release is called says what runs.
    let is_name = matches!(name, "fullnameOverride" | "nameOverride");
    let is_other_name = is_open && (is_name || is_of_known_image(ground, run, name));
    if name.contains(['$', '{']) || is_other_name {
        return;
    }
    let value = if is_open || value.is_empty() || how == How::Unknown {
        Value::new(Data::Unknown(format!("--set {name}").as_str().into()))
    } else {
        Value::str(value)
    };
    run.set(script, name, value, how == How::Typed);
}

/// Whether a value is part of the address of an image that the values name: a pipeline has built it, and calls it otherwise.
fn is_of_known_image(ground: Ground<'_>, run: &Run, name: &str) -> bool {
    let path: Vec<&str> = name.split('.').collect();
    let own = ground.charts.all[run.chart].values;
    let own = own.and_then(|id| ground.documents.values(ground.tree, id).ok());
    let mut all = run.layers.iter().map(|(_, values)| values).chain(&own);
    path.iter().any(|part| part.eq_ignore_ascii_case("image"))
        && all.any(|values| {
            let text = values.at(&path);
            text.is_some_and(|text| text.as_str().is_some_and(|text| !text.is_empty()))
        })
}

/// Whether a file may be one of values that a variable stands for: the chart's own are laid under all others anyway.
fn may_hold_values(path: &str, own: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
        && path != own
        && !matches!(name(path), "Chart.yaml" | "requirements.yaml")
}

/// The lists of files that the words of a command can mean: one for each text that its variables can have.
fn choices(
    known: &[&str],
    fits: &dyn Fn(&str) -> bool,
    places: &[&str],
    files: &[String],
) -> Vec<Vec<String>> {
    let seen = |path: &str| {
        places.iter().find_map(|from| {
            let path = join(from, path)?;
            known.binary_search(&path.as_str()).is_ok().then_some(path)
        })
    };
    let Some(open) = files.iter().find(|file| has_variable(file)) else {
        return vec![files.iter().filter_map(|file| seen(file)).collect()];
    };
    // A name of nothing but a variable can mean any file.
    if !variables().replace_all(open, "").contains(char::is_alphanumeric) {
        return Vec::new();
    }
    let texts = places.iter().filter_map(|from| join(from, open)).find_map(|path| {
        let pattern = pattern(&path)?;
        let texts: Vec<String> = known
            .iter()
            .filter_map(|path| Some((path, pattern.captures(path)?.get(1)?.as_str())))
            .filter(|(path, _)| fits(path))
            .map(|(_, text)| text.to_owned())
            .collect();
        (!texts.is_empty()).then_some(texts)
    });
    let filled = |text: &str| {
        let put = |file: &String| seen(&variables().replace_all(file, text));
        files.iter().filter_map(put).collect::<Vec<String>>()
    };
    texts.unwrap_or_default().iter().map(|text| filled(text)).collect()
}

fn has_variable(text: &str) -> bool {
    variables().is_match(text)
}

fn variables() -> &'static Regex {
    static VARIABLES: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| {
        let pattern = r"\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\[\[[^\]]*\]\]|\$[A-Za-z_0-9]+|\{\{[^}]*\}\}";
        Regex::new(pattern).unwrap_or_else(|_| unreachable!("the pattern is a constant"))
    });
    &VARIABLES
}

/// The pattern of paths that a path with variables can mean.
fn pattern(path: &str) -> Option<Regex> {
    let marked = variables().replace_all(path, "\u{1}");
    let escaped = regex::escape(&marked).replacen('\u{1}', "([^/]+)", 1).replace('\u{1}', "[^/]+");
    Regex::new(&format!("^{escaped}$")).ok()
}

#[cfg(test)]
mod tests {
    use super::choices;

    #[test]
    fn a_variable_stands_for_each_file_that_fits() {
        let known = ["deploy/base.yaml", "deploy/prod/web.yaml", "deploy/staging/web.yaml"];
        let files = ["deploy/base.yaml".to_owned(), "deploy/${ENV}/web.yaml".to_owned()];
        assert_eq!(
            choices(&known, &|_| true, &[""], &files),
            [
                ["deploy/base.yaml", "deploy/prod/web.yaml"],
                ["deploy/base.yaml", "deploy/staging/web.yaml"]
            ]
        );
        assert!(choices(&known, &|_| true, &[""], &["$VALUES".to_owned()]).is_empty());
    }
}
