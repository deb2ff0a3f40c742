//! Command lines: `helm upgrade … -f values-prod.yaml` in scripts, Makefiles and pipelines.
//!
//! A variable in the name of a file stands for each file that fits. What `--set` gives from a variable is unknown.

use std::collections::BTreeSet;

use regex::Regex;

use super::shell::Given;
use super::{Ground, Run};
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
/// Flags with a value behind them that says nothing of keys.
const VALUED: &[&str] = &[
    "--api-versions",
    "--burst-limit",
    "--ca-file",
    "--cert-file",
    "--description",
    "--history-max",
    "--key-file",
    "--keyring",
    "--kube-apiserver",
    "--kube-as-group",
    "--kube-as-user",
    "--kube-ca-file",
    "--kube-context",
    "--kube-tls-server-name",
    "--kube-token",
    "--kube-version",
    "--kubeconfig",
    "--labels",
    "--name-template",
    "--output",
    "--output-dir",
    "--password",
    "--post-renderer",
    "--post-renderer-args",
    "--qps",
    "--registry-config",
    "--repo",
    "--repository-cache",
    "--repository-config",
    "--show-only",
    "--timeout",
    "--username",
    "--version",
    "-a",
    "-l",
    "-o",
    "-s",
];
/// Commands of one file that are worth following.
const MOST: usize = 100;

/// Whether commands may stand in the file.
pub(super) fn is_script(path: &str) -> bool {
    let name = name(path);
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    NAMES.contains(&name)
        || matches!(end, "sh" | "bash" | "mk")
        || (matches!(end, "yml" | "yaml")
            && path.split('/').any(|part| matches!(part, "workflows" | ".circleci" | ".gitlab")))
}

pub(super) fn find(ground: Ground<'_>) -> Vec<Run> {
    let mut runs = Vec::new();
    for (id, file) in ground.tree.files.iter().filter(|(_, file)| is_script(&file.path)) {
        let given = Given::read(&file.text);
        for words in commands(&file.text).into_iter().take(MOST) {
            let words: Vec<String> = words.iter().map(|word| given.fill(word)).collect();
            runs.extend(command(ground, id, &words));
        }
    }
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

/// The words of each command that begins with `helm`.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("helm ") {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '#')) {
            continue;
        }
        let mut line = String::new();
        for part in text.get(at..).unwrap_or("").lines().take(60) {
            let goes_on =
                line.is_empty() || line.ends_with('\\') || part.trim_start().starts_with('-');
            if !goes_on || (part.trim_start().starts_with("- ") && !line.is_empty()) {
                break;
            }
            line = format!("{} {}", line.trim_end_matches('\\'), part.trim());
        }
        let ends =
            |word: &&str| !matches!(*word, "&&" | "||" | ";" | "|") && !word.starts_with('#');
        let words = line.split_whitespace().take_while(ends);
        let bare = |word: &str| word.replace(['"', '\''], "").trim_end_matches(';').to_owned();
        found.push(words.map(bare).collect());
    }
    found
}

/// What a command says.
#[derive(Debug, Default, PartialEq)]
struct Said {
    plain: Vec<String>,
    files: Vec<String>,
    sets: Vec<Set>,
    namespace: Option<String>,
}

/// What one option gives, and how it is to be read.
type Set = (How, String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Typed,
    Text,
    /// A file or another language: only the names are known.
    Unknown,
}

fn said(words: &[String]) -> Option<Said> {
    let mut said = Said::default();
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        let (flag, value) = match word.split_once('=') {
            Some((flag, value)) if word.starts_with("--") => (flag, Some(value.to_owned())),
            _ => (word.as_str(), None),
        };
        let mut behind = || value.clone().or_else(|| words.next().cloned());
        match flag {
            "-f" | "--values" => said.files.extend(behind()?.split(',').map(str::to_owned)),
            "--set" => said.sets.extend(behind().map(|set| (How::Typed, set))),
            "--set-string" | "--set-literal" => {
                said.sets.extend(behind().map(|set| (How::Text, set)));
            }
            "--set-file" | "--set-json" => {
                said.sets.extend(behind().map(|set| (How::Unknown, set)));
            }
            "-n" | "--namespace" => said.namespace = behind(),
            flag if VALUED.contains(&flag) => drop(behind()),
            flag if flag.starts_with('-') => {}
            _ => said.plain.push(word.clone()),
        }
    }
    let verb = said
        .plain
        .iter()
        .position(|word| matches!(word.as_str(), "upgrade" | "install" | "template"))?;
    said.plain.drain(..=verb);
    Some(said)
}

fn command(ground: Ground<'_>, script: FileId, words: &[String]) -> Vec<Run> {
    let Some(said) = said(words) else { return Vec::new() };
    let (root, here) = (ground.tree.file(script).root, folder(&ground.tree.file(script).path));
    let Some((place, chart)) = said.plain.iter().enumerate().rev().find_map(|(place, path)| {
        let found = ground.chart(root, &[here, ""], path).filter(|_| path.contains(['/', '.']));
        Some((place, found?))
    }) else {
        return Vec::new();
    };
    let known: Vec<&str> = ground.tree.under(root, "").into_iter().map(|(path, _)| path).collect();
    let mut runs = Vec::new();
    let own = ground.charts.all[chart].values.map_or("", |id| &*ground.tree.file(id).path);
    for choice in choices((&known, own), here, &said.files) {
        let files: Vec<FileId> =
            choice.iter().filter_map(|path| ground.tree.at(root, path)).collect();
        let mut run = match files.last() {
            Some(leaf) => ground.run(chart, *leaf),
            None if said.files.is_empty() && deploys_bare(ground, script, words) => {
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
fn deploys_bare(ground: Ground<'_>, script: FileId, words: &[String]) -> bool {
    let stem = name(&ground.tree.file(script).path);
    let mut parts = stem.split(|c: char| !c.is_ascii_alphanumeric());
    parts.any(definitions::names_environment) && !words.iter().any(|word| word == "template")
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
fn choices((known, own): (&[&str], &str), here: &str, files: &[String]) -> Vec<Vec<String>> {
    let seen = |path: &str| {
        [here, ""].iter().find_map(|from| {
            let path = join(from, path)?;
            known.binary_search(&path.as_str()).is_ok().then_some(path)
        })
    };
    let Some(open) = files.iter().find(|file| has_variable(file)) else {
        return vec![files.iter().filter_map(|file| seen(file)).collect()];
    };
    let texts = [here, ""].iter().filter_map(|from| join(from, open)).find_map(|path| {
        let pattern = pattern(&path)?;
        let texts: Vec<String> = known
            .iter()
            .filter(|path| may_hold_values(path, own))
            .filter_map(|path| Some(pattern.captures(path)?.get(1)?.as_str().to_owned()))
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
    use super::{How, choices, commands, said};

    #[test]
    fn a_command_goes_on_behind_a_backslash() {
        let text = "deploy:\n\thelm upgrade oven ./charts/oven --install \\\n\t  -f values/common.yaml \\\n\t  \
                    --values=values/$(ENV).yaml --set image.tag=$(TAG)\n\techo done\n";
        let all = commands(text);
        assert_eq!(all.len(), 1);
        let said = said(&all[0]).expect("is a command");
        assert_eq!(said.plain, ["oven", "./charts/oven"]);
        assert_eq!(said.files, ["values/common.yaml", "values/$(ENV).yaml"]);
        assert_eq!(said.sets, [(How::Typed, "image.tag=$(TAG)".to_owned())]);
    }

    #[test]
    fn what_stands_behind_a_flag_is_no_chart() {
        let all = commands("helm template . --output-dir out --kube-version 1.30 -f dev.yaml");
        assert_eq!(said(&all[0]).expect("is a command").plain, ["."]);
    }

    #[test]
    fn a_variable_stands_for_each_file_that_fits() {
        let known = ["deploy/base.yaml", "deploy/prod/web.yaml", "deploy/staging/web.yaml"];
        let files = ["deploy/base.yaml".to_owned(), "deploy/${ENV}/web.yaml".to_owned()];
        assert_eq!(
            choices((&known, ""), "", &files),
            [
                ["deploy/base.yaml", "deploy/prod/web.yaml"],
                ["deploy/base.yaml", "deploy/staging/web.yaml"]
            ]
        );
    }
}
