//! Values files that their names tie to a chart: beside it, in a folder of it, in the folder above it, or in one of its
//! name; and files of environments that hold what the chart's own values hold.
//!
//! Files for a chart's own tests (`ci/`) are no environment's. A file named `common` or `base` lies under its siblings.

use super::{Ground, Run};
use crate::assemble::gotmpl::Value;
use crate::assemble::helm::chart::{Chart, Charts};
use crate::assemble::helm::instance::unread;
use crate::assemble::helm::tree::{Documents, Tree, folder, name};
use crate::definitions;
use crate::document::Syntax;
use crate::facts::Aim;
use crate::text::FileId;

/// Words of files that lie under their siblings.
const SHARED: &[&str] = &["base", "common", "default", "defaults", "global", "shared"];
/// Folders that hold a file for each environment.
const FOLDERS: &[&str] =
    &["env", "environment", "environments", "envs", "overrides", "values", "values-files"];
/// Words of files that are no environment's values.
const FOREIGN: &[&str] =
    &["ci", "dist", "example", "examples", "sample", "samples", "schema", "template", "tests"];

/// The runs that names tell.
pub(super) fn find(tree: &Tree<'_>, documents: &Documents, charts: &Charts) -> Vec<Run> {
    let serves = charts.serving();
    let mut runs = Vec::new();
    let known: Vec<(u16, &str, FileId)> = tree
        .files
        .iter()
        .filter(|(_, file)| is_yaml(&file.path))
        .map(|(id, file)| (file.root, file.path.as_str(), id))
        .collect();
    for (at, chart) in charts.all.iter().enumerate() {
        if chart.is_library || (serves.get(at) == Some(&true) && is_inside(chart)) {
            continue;
        }
        let own = documents_keys(tree, documents, chart);
        let defaults = chart.values.and_then(|id| documents.values(tree, id).ok());
        let is_made_for = |file: FileId, path: &str| {
            let (Some(own), Some(defaults)) = (&own, &defaults) else { return false };
            may_be_handed(charts, path)
                && documents.values(tree, file).is_ok_and(|values| is_twin(&values, own, defaults))
        };
        let taken = taken_as_data(tree, chart);
        let is_theirs = |file: FileId, path: &str| {
            // What is called values in the chart's own folder is the chart's, whatever it says.
            let is_called = folder(path) == chart.folder
                && words(name(path)).iter().any(|word| word == "values");
            let own = own.as_deref().filter(|_| !is_called);
            (belongs(charts, at, path) || is_made_for(file, path))
                && !taken.iter().any(|pattern| is_named(pattern, inside(chart, path)))
                && documents.values(tree, file).is_ok_and(|values| is_like(&values, own))
        };
        let found: Vec<_> = known
            .iter()
            .filter(|(root, path, _)| *root == chart.root && !is_foreign(path))
            .filter(|(_, path, id)| Some(*id) != chart.values && is_theirs(*id, path))
            .collect();
        let is_shared =
            |path: &str| words(name(path)).iter().any(|word| SHARED.contains(&word.as_str()));
        for (_, path, leaf) in &found {
            if is_shared(path) && found.len() > 1 {
                continue;
            }
            let beside = |other: &str| is_shared(other) && folder(other) == folder(path);
            let shared = found.iter().filter(|(_, other, _)| beside(other)).map(|(.., id)| *id);
            runs.push(run(tree, documents, at, shared.filter(|id| id != leaf), *leaf));
        }
    }
    runs
}

/// A run with the files of values, the last of which names the environment.
pub(super) fn run(
    tree: &Tree<'_>,
    documents: &Documents,
    chart: usize,
    under: impl Iterator<Item = FileId>,
    leaf: FileId,
) -> Run {
    let (mut layers, mut problems) = (Vec::new(), Vec::new());
    for id in under.chain([leaf]) {
        match documents.values(tree, id) {
            Ok(values) => layers.push((id, values)),
            Err(message) => problems.push((id, unread(message))),
        }
    }
    let (release, namespace, aim) = (None, None, Aim::default());
    let beside = Vec::new();
    let shared = std::collections::BTreeSet::new();
    Run {
        chart,
        layers,
        leaf,
        release,
        namespace,
        beside,
        shared,
        aim,
        is_default: false,
        is_guessed: true,
        lacks: Vec::new(),
        problems,
    }
}

/// The paths of files that the chart's own templates take as texts: what they hold is for another chart. A path may be made
/// of parts: `printf "tempo-values-%s.yaml"`.
fn taken_as_data<'t>(tree: &Tree<'t>, chart: &Chart) -> Vec<&'t str> {
    let texts = chart.templates.iter().map(|(_, id)| &*tree.file(*id).text);
    let lines = texts.flat_map(str::lines).filter(|line| line.contains(".Files.Get"));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

/// Whether a path is what a pattern of `printf` makes.
fn is_named(pattern: &str, path: &str) -> bool {
    match pattern.split_once("%s") {
        Some((start, end)) => path
            .strip_prefix(start)
            .is_some_and(|rest| rest.len() > end.len() && rest.ends_with(end)),
        None => pattern == path,
    }
}

/// The path of a file inside of a chart.
fn inside<'p>(chart: &Chart, path: &'p str) -> &'p str {
    path.strip_prefix(&chart.folder).map_or(path, |rest| rest.trim_start_matches('/'))
}

fn is_inside(chart: &Chart) -> bool {
    name(folder(&chart.folder)) == "charts" && !folder(folder(&chart.folder)).is_empty()
}

fn is_yaml(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
}

fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}

fn is_foreign(path: &str) -> bool {
    let named = words(name(path));
    named.iter().any(|word| FOREIGN.contains(&word.as_str()) && word != "ci")
        || folder(path).split('/').any(|segment| matches!(segment, "ci" | "templates" | "crds"))
}

/// Whether the file's place ties it to the chart at `at`.
fn belongs(charts: &Charts, at: usize, path: &str) -> bool {
    let Some(chart) = charts.all.get(at) else { return false };
    let called = words(name(path));
    let has_values = called.iter().any(|word| word == "values");
    // `values-prod.yaml` says itself what it is, wherever it lies.
    let is_called = has_values && called.iter().any(|word| definitions::names_environment(word));
    let inside = match path.strip_prefix(&chart.folder) {
        Some(rest) if chart.folder.is_empty() => Some(rest),
        Some(rest) => rest.strip_prefix('/'),
        None => None,
    };
    if let Some(rest) = inside {
        let nearest = charts.all.iter().all(|other| {
            other.folder.len() <= chart.folder.len()
                || !path.starts_with(&format!("{}/", other.folder))
        });
        let first = folder(rest).split('/').next().unwrap_or("");
        let in_folder =
            FOLDERS.contains(&first) || words(first).iter().any(|word| word == "values");
        return nearest && (in_folder || (has_values && (!rest.contains('/') || is_called)));
    }
    let parent = folder(&chart.folder);
    let place = folder(path);
    let holds_values = FOLDERS.contains(&name(place)) || (is_called && !is_in_chart(charts, path));
    let is_above = place == parent || (holds_values && folder(place) == parent);
    let stem = name(path).rsplit_once('.').map_or("", |(stem, _)| stem);
    let is_named = stem == chart.name || words_hold(stem, &chart.name) || name(place) == chart.name;
    if is_above && !chart.folder.is_empty() {
        let siblings = charts.all.iter().filter(|other| folder(&other.folder) == parent).count();
        let is_values = has_values || place != parent;
        return is_values && (siblings == 1 || is_named);
    }
    let unique = charts.all.iter().filter(|other| other.name == chart.name).count() == 1;
    let in_environments = place.split('/').any(|segment| FOLDERS.contains(&segment));
    unique && is_named && (has_values || in_environments)
}

/// Whether a file may be handed to a chart elsewhere by a program: it lies where environments have files of their own.
fn may_be_handed(charts: &Charts, path: &str) -> bool {
    let holder = name(folder(path));
    (matches!(holder, "config" | "configs") || FOLDERS.contains(&holder))
        && !is_in_chart(charts, path)
}

fn is_in_chart(charts: &Charts, path: &str) -> bool {
    charts.all.iter().any(|chart| {
        chart.folder.is_empty()
            || path.strip_prefix(&chart.folder).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// How many names values have in common with those of a chart that they are surely for, at the top and below it.
const TWINS: (usize, usize) = (3, 4);

/// Whether values begin with the names of a chart's own, and go on with them.
fn is_twin(values: &Value, own: &[String], defaults: &Value) -> bool {
    let Some(map) = values.as_map() else { return false };
    let (mut top, mut below, mut known) = (0, 0, 0);
    for (key, slot) in map.borrow().iter() {
        top += usize::from(own.iter().any(|name| **name == **key));
        let inside = slot.value.as_map();
        for name in inside.iter().flat_map(|map| map.borrow().keys().cloned().collect::<Vec<_>>()) {
            below += 1;
            known += usize::from(defaults.at(&[key, &name]).is_some());
        }
    }
    let all = map.borrow().len();
    top >= TWINS.0 && top * 4 >= all * 3 && known >= TWINS.1 && known * 2 >= below
}

/// Whether the name of a file holds the name of the chart as whole words.
fn words_hold(stem: &str, chart: &str) -> bool {
    let (all, wanted) = (words(stem), words(chart));
    !wanted.is_empty() && all.windows(wanted.len()).any(|part| part == wanted.as_slice())
}

/// The names that a chart's own values begin with.
fn documents_keys(tree: &Tree<'_>, documents: &Documents, chart: &Chart) -> Option<Vec<String>> {
    let values = documents.values(tree, chart.values?).ok()?;
    let map = values.as_map()?.borrow();
    let names = chart.needs.iter().map(|need| need.alias.clone().unwrap_or(need.name.clone()));
    Some(map.keys().map(ToString::to_string).chain(names).chain(["global".to_owned()]).collect())
}

/// Whether a file that fits a variable of a command could be one of a chart's values.
pub(super) fn fits(ground: Ground<'_>, root: u16, chart: usize, path: &str) -> bool {
    let Some(file) = ground.tree.at(root, path) else { return false };
    let own = documents_keys(ground.tree, ground.documents, &ground.charts.all[chart]);
    ground.documents.values(ground.tree, file).is_ok_and(|values| is_like(&values, own.as_deref()))
}

/// Whether values could be those of a chart: they share a name with its own, and are no manifest.
fn is_like(values: &Value, own: Option<&[String]>) -> bool {
    let is_manifest = values.get("apiVersion").is_some() && values.get("kind").is_some();
    let Some(own) = own else { return !is_manifest };
    let shares = own.iter().any(|key| values.get(key).is_some());
    !is_manifest && (shares || own.len() < 2)
}
