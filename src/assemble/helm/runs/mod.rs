//! Which values each chart gets: what the files say, else what their names say.
//!
//! One run for each chart and file that names its environment. What is said wins over what is guessed.

mod argo;
mod beside;
mod called;
mod commands;
mod flux;
mod helmfile;
mod options;
mod shell;
mod skaffold;

use std::collections::{BTreeMap, BTreeSet};

use super::super::gotmpl::{Place, Text, Value, read};
use super::chart::Charts;
use super::coalesce::layered;
use super::given;
use super::instance::unread;
use super::tree::{Documents, Tree, folder, join};
use crate::document::Syntax;
use crate::facts::Aim;
use crate::model::inventory::FileProblem;
use crate::text::FileId;

/// A chart with the values that it gets.
#[derive(Debug)]
pub(super) struct Run {
    /// The chart, by its place in the list.
    pub(super) chart: usize,
    /// The values with the files that hold them; a later one wins.
    pub(super) layers: Vec<(FileId, Value)>,
    /// The file that names the environment.
    pub(super) leaf: FileId,
    /// What the release is called, where that is known.
    pub(super) release: Option<String>,
    /// Where it is put, where that is known.
    pub(super) namespace: Option<String>,
    /// Files that decide what the values are, and are none of them.
    pub(super) beside: Vec<FileId>,
    /// Those of its files that a chart which is not in the tree gets as well.
    pub(super) shared: BTreeSet<FileId>,
    /// What says which environment it is for, beside the leaf.
    pub(super) aim: Aim,
    /// Whether it is the bare chart, which nobody says is deployed.
    pub(super) is_default: bool,
    /// Whether nothing but the name of a file says that it gets its values: beside the chart, or fitting a variable of a command.
    pub(super) is_guessed: bool,
    /// Files of values that it gets and that the tree does not have, as they are named.
    pub(super) lacks: Vec<String>,
    /// What could not be understood on the way.
    pub(super) problems: Vec<(FileId, FileProblem)>,
}

/// A release of a chart that the tree does not have.
#[derive(Debug)]
pub(super) struct Stranger {
    /// What it is called.
    pub(super) release: String,
    /// The chart, as it is named.
    pub(super) chart: String,
    /// The values with the files that hold them; a later one wins.
    pub(super) layers: Vec<(FileId, Value)>,
    /// The file that names the environment.
    pub(super) leaf: FileId,
    /// What says which environment it is for, beside the leaf.
    pub(super) aim: Aim,
}

impl Run {
    /// Gives a value by its name, as `--set` does where it `is_typed`, as `--set-string` does where not.
    fn set(&mut self, file: FileId, name: &str, value: Value, is_typed: bool) {
        let none = Value::map::<&str>([]);
        let under = self.layers.iter().fold(none, |under, (_, over)| layered(&under, over));
        let value = if is_typed { given::typed(value) } else { value };
        self.layers.extend(given::named(&under, name, value).map(|values| (file, values)));
    }
}

/// Whether a file at this path may say which values charts get.
pub(super) fn may_tell(path: &str) -> bool {
    commands::is_script(path) || helmfile::is_helmfile(path) || skaffold::is_skaffold(path)
}

/// What runs are found in.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) documents: &'a Documents,
    pub(super) charts: &'a Charts,
}

impl Ground<'_> {
    /// The file at `path` as seen from one of the folders.
    fn file(&self, root: u16, folders: &[&str], path: &str) -> Option<FileId> {
        folders.iter().find_map(|folder| self.tree.at(root, &join(folder, path)?))
    }

    /// The chart at `path` as seen from one of the folders.
    fn chart(&self, root: u16, folders: &[&str], path: &str) -> Option<usize> {
        folders.iter().find_map(|folder| self.charts.from(root, folder, path))
    }

    /// A run with nothing but the chart; `leaf` is the file that says so.
    fn run(&self, chart: usize, leaf: FileId) -> Run {
        let run = beside::run(self.tree, self.documents, chart, std::iter::empty(), leaf);
        Run { layers: Vec::new(), problems: Vec::new(), is_guessed: false, ..run }
    }

    /// Adds a file of values to a run.
    fn add(&self, run: &mut Run, file: FileId) {
        match self.documents.values(self.tree, file) {
            Ok(values) => run.layers.push((file, values)),
            Err(message) => run.problems.push((file, unread(message))),
        }
    }
}

/// The documents of a text that was made, each with its places; those that are no YAML are left out.
fn documents(text: &Text) -> Vec<Value> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.as_str().split("\n---") {
        let source = text.slice(at, at + part.len());
        at += part.len() + "\n---".len();
        let body = source.as_str().trim_start_matches("---");
        let source = source.slice(source.len() - body.len(), source.len());
        found.extend(read(Place { text: source.as_str(), file: None, source: Some(&source) }).ok());
    }
    found
}

/// Whether a file may say what a platform deploys: not a template that a chart makes such manifests of.
fn is_manifest(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml) && path.split('/').all(|part| part != "templates")
}

/// The name of a release without the words of its environment, or of the file that names it: `web-prod` is `web` everywhere.
fn plain_release(name: &str, place: &str, chart: &str) -> String {
    let words = |text: &str| -> BTreeSet<String> {
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
        parts.map(str::to_ascii_lowercase).collect()
    };
    let (theirs, own) = (words(place), words(chart));
    let keeps = |part: &&str| !theirs.contains(*part) || own.contains(*part);
    let kept: Vec<&str> = name.split('-').filter(keeps).collect();
    if kept.is_empty() { name.to_owned() } else { kept.join("-") }
}

/// Whether any file is a helmfile: it may release charts that the tree does not have.
pub(super) fn has_helmfile(tree: &Tree<'_>) -> bool {
    tree.files.iter().any(|(_, file)| helmfile::is_helmfile(&file.path))
}

/// The runs of all charts, and the releases of others.
pub(super) fn find(ground: Ground<'_>) -> (Vec<Run>, Vec<Stranger>) {
    let Ground { tree, documents, charts } = ground;
    let (mut runs, mut strangers) = helmfile::find(ground);
    strangers.extend(handed_on(ground));
    let others = [argo::find, flux::find, skaffold::find, commands::find];
    runs.extend(others.iter().flat_map(|find| find(ground)));
    let layers = layers(&runs);
    let guessed = beside::find(tree, documents, charts);
    runs.extend(guessed.into_iter().filter(|run| !layers.contains(&(run.chart, run.leaf))));
    for run in &mut runs {
        rename(ground, run);
    }
    let mut known = Known::new();
    runs.retain(|run| {
        let made = (run.chart, run.leaf, run.release.clone(), run.aim.clone());
        is_new(known.entry(made).or_default(), run.namespace.as_ref())
    });
    bare(ground, &mut runs);
    (runs, strangers)
}

/// The namespaces that a release is put in, by what it is made of; none for one that is not known.
type Known = BTreeMap<(usize, FileId, Option<String>, Aim), BTreeSet<Option<String>>>;

/// Notes where a release is put: whether it is another than those before. What is not known may be any of them.
fn is_new(known: &mut BTreeSet<Option<String>>, namespace: Option<&String>) -> bool {
    let may_be_known = known.contains(&None) || namespace.is_none() && !known.is_empty();
    !may_be_known && known.insert(namespace.cloned())
}

/// The charts elsewhere that charts without templates of their own hand values to.
fn handed_on(ground: Ground<'_>) -> Vec<Stranger> {
    let Ground { tree, documents, charts } = ground;
    let mut found = Vec::new();
    for chart in charts.all.iter().filter(|chart| chart.templates.is_empty()) {
        let Some(file) = chart.values else { continue };
        let absent = chart.needs.iter().filter(|need| charts.needed(chart, need).is_none());
        for need in absent.filter(|need| !need.repository.is_empty()) {
            let release = need.alias.as_ref().unwrap_or(&need.name).clone();
            let values = documents.values(tree, file).ok().and_then(|all| all.get(&release));
            let Some(values) = values.filter(|values| values.as_map().is_some()) else { continue };
            let place = need.repository.split_once("://").map_or("", |(_, place)| place);
            found.push(Stranger {
                release,
                chart: format!("{}/{}", place.trim_end_matches('/'), need.name),
                layers: vec![(file, values)],
                leaf: file,
                aim: Aim::default(),
            });
        }
    }
    found
}

/// Gives a run's release the name that it has in every environment.
fn rename(ground: Ground<'_>, run: &mut Run) {
    let leaf = &ground.tree.file(run.leaf).path;
    let chart = &ground.charts.all[run.chart].name;
    let place = run.aim.environment.as_ref().unwrap_or(leaf);
    run.release = run.release.as_deref().map(|name| plain_release(name, place, chart));
}

/// Whether a text tells of applications of Argo CD.
pub(super) fn tells_applications(text: &str) -> bool {
    text.contains("argoproj.io") && text.contains("kind: Application")
}

/// The runs of the applications that a chart prints.
pub(super) fn of_printed(ground: Ground<'_>, run: &Run, text: &Text) -> Vec<Run> {
    if tells_applications(text.as_str()) {
        argo::printed(ground, run.leaf, text)
    } else {
        Vec::new()
    }
}

/// The files of values that runs are told to get, by the chart.
fn layers(runs: &[Run]) -> BTreeSet<(usize, FileId)> {
    let of = |run: &Run| -> Vec<(usize, FileId)> {
        run.layers.iter().map(|(file, _)| (run.chart, *file)).collect()
    };
    runs.iter().flat_map(of).collect()
}

/// Adds runs that are new, `from` their place on; the bare runs of their charts go, and those that were guessed of their files.
pub(super) fn add(ground: Ground<'_>, found: Vec<Run>, runs: &mut Vec<Run>, from: &mut usize) {
    let charts: BTreeSet<usize> = found.iter().map(|run| run.chart).collect();
    let layers = layers(&found);
    runs.retain(|run| {
        let is_told = run.is_guessed && layers.contains(&(run.chart, run.leaf));
        !is_told && (!run.is_default || !charts.contains(&run.chart))
    });
    *from = runs.len();
    for mut run in found {
        rename(ground, &mut run);
        let is_known = |one: &Run| {
            let are_known = one.namespace.is_some() && run.namespace.is_some();
            (one.chart, one.leaf, &one.release) == (run.chart, run.leaf, &run.release)
                && (!are_known || one.namespace == run.namespace)
        };
        if !runs.iter().any(is_known) {
            runs.push(run);
        }
    }
}

/// Folders of values with which a chart is tried out.
const TRIED: &[&str] = &["ci", "example", "examples", "test", "tests"];

/// Charts that nothing is said of, each with its own values. What a pipeline installs with `ci/values.yaml` to test the chart
/// says nothing of how it is deployed.
fn bare(ground: Ground<'_>, runs: &mut Vec<Run>) {
    let Ground { tree, charts, .. } = ground;
    let is_tried =
        |run: &&Run| folder(&tree.file(run.leaf).path).split('/').any(|it| TRIED.contains(&it));
    let used: BTreeSet<usize> =
        runs.iter().filter(|run| !is_tried(run)).map(|run| run.chart).collect();
    let serves = charts.serving();
    for (at, chart) in charts.all.iter().enumerate() {
        let is_served = used.contains(&at) || serves.get(at) == Some(&true);
        let is_a_release = charts.is_a_release(chart);
        if is_served || chart.is_library || chart.templates.is_empty() && !is_a_release {
            continue;
        }
        runs.push(Run {
            chart: at,
            layers: Vec::new(),
            leaf: chart.values.unwrap_or(chart.file),
            release: None,
            namespace: None,
            beside: Vec::new(),
            shared: BTreeSet::new(),
            aim: Aim::default(),
            is_default: !is_a_release,
            is_guessed: is_a_release,
            lacks: Vec::new(),
            problems: Vec::new(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::plain_release;

    #[test]
    fn a_release_is_called_the_same_everywhere() {
        assert_eq!(plain_release("oven-prod", "deploy/values-prod.yaml", "oven"), "oven");
        assert_eq!(plain_release("oven", "oven/values.yaml", "web"), "oven");
        assert_eq!(plain_release("oven-prod", "prod", "web"), "oven");
        assert_eq!(plain_release("oven-api", "charts/oven/prod.yaml", "oven"), "oven-api");
    }
}
