//! Helm: charts with the values of each environment.
//!
//! Which values files are meant is said by helmfile, Argo CD, Flux, Skaffold or a command line, else by their names beside
//! the chart. What `--set` gives at a prompt and a chart of a repository elsewhere are not seen.

mod chart;
mod coalesce;
mod given;
mod instance;
mod known;
mod render;
mod runs;
mod stranger;
mod tree;
mod unread;

use super::gotmpl::Value;
use super::{Assembled, Assembler, Traced, Wants};
use crate::facts::Told;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{FileId, Files};
use chart::Chart;
use instance::{Builder, Instance};
use render::{Parsed, Printed, Release};
use runs::{Ground, Run};
use tree::{Documents, Tree};

/// The row.
pub(super) static ASSEMBLER: Assembler =
    Assembler { name: "helm", prints: "kubernetes", paths: is_needed, wants, assemble };

/// Ends of files that a template can read; scripts often have none.
const TEXTS: &[&str] = &[
    "",
    "awk",
    "bash",
    "cfg",
    "conf",
    "env",
    "gotmpl",
    "hcl",
    "ini",
    "js",
    "json",
    "lua",
    "pl",
    "properties",
    "py",
    "rb",
    "sh",
    "sql",
    "tmpl",
    "toml",
    "tpl",
    "ts",
    "txt",
    "xml",
    "yaml",
    "yml",
];

/// Whether charts need the file: what they are made of, and what says which values they get.
fn is_needed(path: &str) -> bool {
    let name = tree::name(path);
    if matches!(name, "Chart.yaml" | "requirements.yaml" | ".helmignore")
        || name.ends_with(".gotmpl")
        || runs::may_tell(path)
    {
        return true;
    }
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    if name.starts_with('.') {
        return false;
    }
    let is_near = |segment: &str| {
        segment == "templates" || segment.contains("chart") || segment.contains("helm")
    };
    TEXTS.contains(&end) && tree::folder(path).split('/').any(is_near)
}

/// Templates that ask for files of their chart may ask for any.
fn wants(files: &Files, wants: &mut Wants) {
    let asks = |path: &str, text: &str| path.contains("templates/") && text.contains(".Files");
    if !files.iter().any(|(_, file)| asks(&file.path, &file.text)) {
        return;
    }
    // Charts hold more files once these are read: they are found anew then.
    let tree = Tree::new(files);
    let charts = chart::find(&tree, &Documents::default());
    let asks = |chart: &Chart| {
        chart.templates.iter().any(|(_, id)| tree.file(*id).text.contains(".Files"))
    };
    let by_library = charts.all.iter().any(|chart| chart.is_library && asks(chart));
    for chart in &charts.all {
        if asks(chart) || (by_library && !chart.needs.is_empty()) {
            wants.folder(chart.root, &chart.folder);
        }
    }
}

/// Stands for a namespace that is not known.
const OPEN: &str = "{{ .Release.Namespace }}";

/// Charts of one scan that are worth rendering: more is a collection of other people's.
const MAX_RUNS: usize = 2000;

fn assemble(files: &Files, _: &Wants) -> Vec<Assembled> {
    let tree = Tree::new(files);
    let documents = Documents::default();
    let charts = chart::find(&tree, &documents);
    if charts.all.is_empty() && !runs::has_helmfile(&tree) {
        return Vec::new();
    }
    let parsed = Parsed::default();
    let ground = Ground { tree: &tree, documents: &documents, charts: &charts };
    let (mut runs, strangers) = runs::find(ground);
    made_by_charts(ground, &parsed, &mut runs);
    let mut unread = unread::find(&tree, &documents, &charts, &runs);
    let mut made = Vec::new();
    for run in runs.into_iter().take(MAX_RUNS) {
        let builder = builder(ground);
        let files: Vec<FileId> = run.layers.iter().map(|(file, _)| *file).collect();
        let own = charts.all[run.chart].values;
        let Some(mut one) = assembled(builder, &parsed, run) else { continue };
        // Each file is spoken of once, with what it is made into first.
        let unread = files.into_iter().chain(own).filter_map(|file| unread.remove(&file));
        one.unread = unread.flatten().collect();
        made.push(one);
    }
    made.extend(strangers.into_iter().take(MAX_RUNS).filter_map(stranger::assembled));
    made
}

fn builder(Ground { tree, documents, charts }: Ground<'_>) -> Builder<'_> {
    Builder { charts, tree, documents, unseen: Vec::new(), problems: Vec::new() }
}

/// Charts whose charts make charts be deployed: more is a circle.
const MAX_ROUNDS: usize = 3;

/// Adds the runs of applications that charts print themselves. A chart that is deployed so is no bare one.
fn made_by_charts(ground: Ground<'_>, parsed: &Parsed, runs: &mut Vec<Run>) {
    let mut from = 0;
    for _ in 0..MAX_ROUNDS {
        let mut found = Vec::new();
        for run in runs.iter().skip(from) {
            let chart = &ground.charts.all[run.chart];
            let makes =
                |(_, id): &(String, FileId)| runs::tells_applications(&ground.tree.file(*id).text);
            if !chart.templates.iter().any(makes) {
                continue;
            }
            let Some((_, printed)) = print(&mut builder(ground), parsed, run) else { continue };
            for text in &printed.texts {
                found.extend(runs::of_printed(ground, run, text));
            }
        }
        runs::add(ground, found, runs, &mut from);
        if from == runs.len() || runs.len() > MAX_RUNS {
            break;
        }
    }
}

/// What a run prints, with the charts that it is made of.
fn print<'a>(
    builder: &mut Builder<'a>,
    parsed: &Parsed,
    run: &Run,
) -> Option<(Instance<'a>, Printed)> {
    let mut given = Value::map::<&str>([]);
    for (_, values) in &run.layers {
        given = coalesce::layered(&given, values);
    }
    let (instance, values) = builder.build(run.chart, &given)?;
    // Who only hands values to a chart says nothing of where it goes; a command that names no place means Helm's own.
    let unnamed = if run.is_guessed { OPEN } else { "default" };
    let release = Release {
        name: run.release.as_deref().unwrap_or(&instance.chart.name),
        namespace: run.namespace.as_deref().unwrap_or(unnamed),
    };
    let (tree, documents) = (builder.tree, builder.documents);
    let printed = render::render(tree, documents, parsed, (&instance, &values), &release);
    Some((instance, printed))
}

/// Where a document begins on the line of the sign before it: `---apiVersion: v1`, of a template that trims the line end. To
/// Helm the sign is enough.
fn glued(text: &str) -> Vec<usize> {
    let lines = text.match_indices("\n---").map(|(at, sign)| at + sign.len());
    let is_glued = |at: &usize| {
        text.get(*at..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    lines.filter(is_glued).collect()
}

/// What one run comes to.
fn assembled(mut builder: Builder<'_>, parsed: &Parsed, run: Run) -> Option<Assembled> {
    let (instance, printed) = print(&mut builder, parsed, &run)?;
    let mut text = Traced::default();
    for part in &printed.texts {
        text.push_plain("---\n");
        render::guarded(part).add_to(&mut text);
        text.push_plain("\n");
    }
    let glued = glued(text.text());
    let text = text.broken_at(&glued);
    let mut problems = builder.problems;
    problems.extend(run.problems);
    problems.extend(printed.problems);
    // Nobody deploys the bare defaults of a chart: what they lack says nothing. What others get elsewhere may be all they lack.
    if !run.is_default && run.lacks.is_empty() {
        problems.extend(printed.troubles.into_iter().filter_map(|trouble| {
            let (place, message) = (trouble.place?, trouble.message);
            let problem = FileProblem { message, range: place.range, kind: ProblemKind::Partial };
            Some((place.file, problem))
        }));
    }
    let release = run.release.map(|name| crate::model::Release { name, namespace: run.namespace });
    let mut inputs = vec![run.leaf];
    inputs.extend(run.layers.iter().rev().map(|(file, _)| *file));
    inputs.extend(run.beside);
    values_files(&instance, &mut inputs);
    inputs.extend(printed.inputs);
    Some(Assembled {
        leaf: run.leaf,
        inputs: unique(inputs),
        run: Vec::new(),
        told: Told::Usual,
        text,
        aim: run.aim,
        release,
        unread: Vec::new(),
        unseen: builder.unseen,
        lacks: run.lacks,
        withdrawn: Vec::new(),
        problems,
    })
}

fn values_files(chart: &instance::Instance<'_>, inputs: &mut Vec<FileId>) {
    inputs.extend(chart.chart.values);
    chart.children.iter().for_each(|child| values_files(child, inputs));
}

fn unique(files: Vec<FileId>) -> Vec<FileId> {
    let mut seen = std::collections::BTreeSet::new();
    files.into_iter().filter(|file| seen.insert(*file)).collect()
}
