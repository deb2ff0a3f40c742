//! Helm: charts with the values of each environment.
//!
//! Which values files are meant is said by helmfile, Argo CD, Flux, Skaffold or a command line, else by their names beside
//! the chart. What `--set` gives at a prompt, a packed chart and a chart of a repository elsewhere are not seen.

mod chart;
mod coalesce;
mod instance;
mod render;
mod runs;
mod tree;

use super::gotmpl::Value;
use super::{Assembled, Assembler, Traced};
use crate::facts::Told;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{FileId, Files};
use instance::Builder;
use render::{Parsed, Release};
use runs::Run;
use tree::{Documents, Tree};

/// The row.
pub(super) static ASSEMBLER: Assembler =
    Assembler { name: "helm", prints: "kubernetes", paths: is_needed, assemble };

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
    "txt",
    "xml",
    "yaml",
    "yml",
];

/// Whether charts need the file: what they are made of, and what says which values they get.
fn is_needed(path: &str) -> bool {
    let name = tree::name(path);
    if matches!(name, "Chart.yaml" | "requirements.yaml" | ".helmignore") || runs::may_tell(path) {
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

/// Charts of one scan that are worth rendering: more is a collection of other people's.
const MAX_RUNS: usize = 2000;

fn assemble(files: &Files) -> Vec<Assembled> {
    let tree = Tree::new(files);
    let documents = Documents::default();
    let charts = chart::find(&tree, &documents);
    if charts.all.is_empty() {
        return Vec::new();
    }
    let parsed = Parsed::default();
    let runs = runs::find(&tree, &documents, &charts);
    let mut made = Vec::new();
    for run in runs.into_iter().take(MAX_RUNS) {
        let builder = Builder {
            charts: &charts,
            tree: &tree,
            documents: &documents,
            unseen: Vec::new(),
            problems: Vec::new(),
        };
        made.extend(assembled(builder, &parsed, run));
    }
    made
}

/// What one run prints.
fn assembled(mut builder: Builder<'_>, parsed: &Parsed, run: Run) -> Option<Assembled> {
    let mut given = Value::map::<&str>([]);
    for (_, values) in &run.layers {
        given = coalesce::layered(&given, values);
    }
    let (instance, values) = builder.build(run.chart, &given)?;
    let release = Release {
        name: run.release.as_deref().unwrap_or(&instance.chart.name),
        namespace: run.namespace.as_deref().unwrap_or("default"),
    };
    let (tree, documents) = (builder.tree, builder.documents);
    let printed = render::render(tree, documents, parsed, (&instance, &values), &release);
    let mut text = Traced::default();
    for part in &printed.texts {
        text.push_plain("---\n");
        render::guarded(part).add_to(&mut text);
        text.push_plain("\n");
    }
    let mut problems = builder.problems;
    problems.extend(run.problems);
    problems.extend(printed.problems);
    // Nobody deploys the bare defaults of a chart: what they lack says nothing.
    if !run.is_default {
        problems.extend(printed.troubles.into_iter().filter_map(|trouble| {
            let (place, message) = (trouble.place?, trouble.message);
            let problem = FileProblem { message, range: place.range, kind: ProblemKind::Partial };
            Some((place.file, problem))
        }));
    }
    let mut inputs = vec![run.leaf];
    inputs.extend(run.layers.iter().rev().map(|(file, _)| *file));
    values_files(&instance, &mut inputs);
    inputs.extend(printed.inputs);
    Some(Assembled {
        leaf: run.leaf,
        inputs: unique(inputs),
        run: Vec::new(),
        told: Told::Usual,
        text,
        unseen: builder.unseen,
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
