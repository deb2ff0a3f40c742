//! Which values each chart gets: what the files say, else what their names say.
//!
//! One run for each chart and file that names its environment. What is said wins over what is guessed.

mod beside;

use std::collections::BTreeSet;

use super::super::gotmpl::Value;
use super::chart::Charts;
use super::tree::{Documents, Tree};
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
    /// Whether it is the bare chart, which nobody says is deployed.
    pub(super) is_default: bool,
    /// What could not be understood on the way.
    pub(super) problems: Vec<(FileId, FileProblem)>,
}

/// Whether a file at this path may say which values charts get.
pub(super) fn may_tell(_path: &str) -> bool {
    false
}

/// The runs of all charts.
pub(super) fn find(tree: &Tree<'_>, documents: &Documents, charts: &Charts) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let layers: BTreeSet<(usize, FileId)> = runs
        .iter()
        .flat_map(|run| run.layers.iter().map(move |(file, _)| (run.chart, *file)))
        .collect();
    let guessed = beside::find(tree, documents, charts);
    runs.extend(guessed.into_iter().filter(|run| !layers.contains(&(run.chart, run.leaf))));
    let mut known = BTreeSet::new();
    runs.retain(|run| known.insert((run.chart, run.leaf)));
    let used: BTreeSet<usize> = runs.iter().map(|run| run.chart).collect();
    let serves = charts.serving();
    for (at, chart) in charts.all.iter().enumerate() {
        let is_served = used.contains(&at) || serves.get(at) == Some(&true);
        if is_served || chart.is_library || chart.templates.is_empty() {
            continue;
        }
        runs.push(Run {
            chart: at,
            layers: Vec::new(),
            leaf: chart.values.unwrap_or(chart.file),
            release: None,
            namespace: None,
            is_default: true,
            problems: Vec::new(),
        });
    }
    runs
}
