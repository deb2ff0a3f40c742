//! Which environments there are, and which sources are their layers.
//!
//! Reads paths, key names and the values of mode selectors (`NODE_ENV`). Does not run kustomize, Helm or compose, and
//! does not know which files code loads.

mod aside;
mod axes;
mod beneath;
mod called;
mod chosen;
mod clusters;
mod cut;
mod declared;
mod deployed;
mod draft;
mod family;
mod images;
mod instead;
mod lent;
mod loaders;
mod mark;
mod namesakes;
mod overlays;
mod own;
mod parts;
mod place;
mod platform;
mod repeated;
mod replaced;
mod runs;
mod twins;
mod unnamed;
mod vocabulary;
mod words;

use crate::config::Config;
use crate::facts::Script;
use crate::facts::build::Loader;
use crate::model::{
    Confidence, Environment, EnvironmentId, Inventory, KeyId, Layer, PlacedFile, Placement, Role,
    SourceId,
};

use std::collections::BTreeSet;
use std::sync::Arc;

use super::precedence::{Breadth, rank};
use crate::model::{Class, Release};
use crate::text::{FileId, Files};

pub(crate) use axes::is_selector;
pub(crate) use loaders::settle as settle_loaders;
pub(crate) use runs::{Given, Run, naming};

/// Whether code at this path runs in one mode alone: `settings/production.py`.
pub(crate) fn is_mode(path: &str) -> bool {
    let mut segments = path.rsplit('/');
    let holds = |folder: &str| {
        matches!(
            folder,
            "conf" | "config" | "configs" | "configuration" | "environments" | "settings"
        )
    };
    segments.nth(1).is_some_and(holds) && is_called_like_mode(path)
}

/// Whether a module is called like a mode: `deploy/local.py`, `config/unit_testing.py`.
pub(crate) fn is_called_like_mode(path: &str) -> bool {
    mode(path).is_some()
}

/// Whether a module is called like a deployment: `settings/production.py`.
pub(crate) fn is_called_like_deployment(path: &str) -> bool {
    mode(path).is_some_and(|word| !word.local)
}

fn mode(path: &str) -> Option<&'static vocabulary::Word> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = file.split('.').next().unwrap_or(file);
    let last = name.rsplit(['_', '-']).next();
    vocabulary::word(name).or_else(|| last.and_then(vocabulary::word))
}

/// A source with what placing it needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Sourced {
    /// The source.
    pub(crate) id: SourceId,
    /// Its path, relative to its root.
    pub(crate) path: String,
    /// Its root.
    pub(crate) root: u16,
    /// Its kind.
    pub(crate) kind: &'static str,
    /// The class of its kind.
    pub(crate) class: Class,
    /// What it is for.
    pub(crate) role: Role,
    /// The section of the file that it is.
    pub(crate) section: Option<String>,
    /// The Kubernetes namespace that it names.
    pub(crate) namespace: Option<String>,
    /// Its file.
    pub(crate) file: FileId,
    /// Whether it is a Secret, where it is an object.
    pub(crate) is_secret: Option<bool>,
    /// Part of a kustomize component: a feature that an overlay may take in.
    pub(crate) is_component: bool,
    /// The workloads and objects that it describes, where it is a manifest.
    pub(crate) named: Vec<String>,
    /// A part of what a tool makes of many files; its path is that of the file which names the result.
    pub(crate) is_assembled: bool,
    /// The release that it is a part of, where it is known as one.
    pub(crate) release: Option<Release>,
    /// The files that a tool makes it of.
    pub(crate) inputs: Arc<[FileId]>,
    /// The framework that loads it with its siblings.
    pub(crate) loader: Option<&'static Loader>,
    /// Files that it writes anew before anything runs, by their paths from the top of its root.
    pub(crate) replaces: Vec<String>,
    /// What it runs where it deploys.
    pub(crate) scripts: Vec<Script>,
    /// What lets it win over the environment, where code does: as a phrase.
    pub(crate) wins: Option<String>,
    /// The path of the file that has the tool make it.
    pub(crate) made_by: Option<String>,
    /// What a tool makes it a part of, where its file is another than that which names the result: as a phrase.
    pub(crate) part: Option<String>,
    /// The tool that makes its file into results, of which none has what is left here.
    pub(crate) left: Option<&'static str>,
    /// A template that a deployment loads as it is.
    pub(crate) is_loaded: bool,
    /// The run of compose that it is a part of, or is.
    pub(crate) run: Option<Run>,
    /// The keys that it gives values, sorted.
    pub(crate) keys: Vec<KeyId>,
    /// The modes that it selects: the key and its value.
    pub(crate) selectors: Vec<(String, String)>,
    /// Whether code of this project runs with it: a database's own compose file makes no environment.
    pub(crate) founds: bool,
    /// Something names its file: it is loaded whatever it is called.
    pub(crate) is_named: bool,
    /// The sources that it takes in, by their place in the list.
    pub(crate) includes: Vec<usize>,
    /// Those among them that code takes in under a condition.
    pub(crate) in_branches: BTreeSet<usize>,
    /// The files that run its module of Terraform, where others call it.
    pub(crate) run_by: Vec<FileId>,
}

/// What is decided of one environment, before it gets its id.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Its name.
    pub(crate) name: String,
    /// The set of environments that should match.
    pub(crate) group: Option<String>,
    /// A developer's or a test's own.
    pub(crate) local: bool,
    /// How sure it is that this is an environment.
    pub(crate) confidence: Confidence,
    /// Why it is taken for one.
    pub(crate) reason: String,
    /// Its layers, in any order.
    pub(crate) layers: Vec<PlannedLayer>,
}

/// A source of a planned environment.
#[derive(Clone, Debug)]
pub(crate) struct PlannedLayer {
    /// The source, by its place in the list.
    pub(crate) source: usize,
    /// How many environments share it.
    pub(crate) breadth: Breadth,
    /// Why it is there.
    pub(crate) reason: String,
    /// An override that is laid on top of its kind.
    pub(crate) is_override: bool,
    /// The order that the policy gives; the same for all where it gives none.
    pub(crate) order: usize,
    /// Another layer takes it in.
    pub(crate) is_taken_in: bool,
}

/// All that is decided.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The environments, in the order in which they are to be shown.
    pub(crate) environments: Vec<Planned>,
    /// Sources that belong to none, and why.
    pub(crate) asides: Vec<(usize, String)>,
    /// What the policy declares and the tree does not have.
    pub(crate) complaints: Vec<String>,
}

/// Places every source: in environments, or aside with a reason.
pub(crate) fn place(
    inventory: &mut Inventory,
    (sources, files): (&[Sourced], &Files),
    config: &Config,
) -> Served {
    let starters = deployed::starters(sources);
    deployed::note(inventory, sources, &starters);
    let mut plan = if config.environments.is_empty() {
        place::infer(sources, &starters, config)
    } else {
        declared::plan((sources, &starters), files, config)
    };
    let lists = beneath::Lists::new(sources, &inventory.taken);
    for environment in &mut plan.environments {
        replaced::drop(sources, environment);
        if config.environments.is_empty() {
            beneath::lay(sources, &lists, environment);
        }
        follow_includes(sources, environment);
    }
    chosen::drop(sources, &mut plan.environments);
    if config.environments.is_empty() {
        drop_unfounded(sources, &mut plan);
    }
    replaced::note(inventory, sources, &plan.environments);
    plan.complaints.extend(unknown_members(&plan, config));
    write(inventory, sources, plan, config)
}

/// The environments that each source serves, by its place in the list.
pub(crate) type Served = std::collections::BTreeMap<usize, Vec<EnvironmentId>>;

/// The kind of sources that decide for workloads and give no variables: they are placed, and are no layers.
const MANIFEST: &str = "manifest";

impl Sourced {
    /// What its section is called, or its file up to the first dot, in small letters.
    fn called(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        self.section.as_deref().unwrap_or(stem).to_lowercase()
    }

    /// Whether it decides for workloads, or what is deployed where, and gives no variables.
    pub(crate) fn is_manifest(&self) -> bool {
        let gives = !(self.keys.is_empty() && self.includes.is_empty() && self.replaces.is_empty());
        self.kind == MANIFEST || !self.scripts.is_empty() && !gives
    }
}

/// What the policy puts into a group and the project does not have.
fn unknown_members(plan: &Plan, config: &Config) -> Vec<String> {
    let is_known = |name: &String| plan.environments.iter().any(|it| it.name == *name);
    let named =
        config.groups.iter().flat_map(|(group, all)| all.iter().map(move |name| (group, name)));
    let unknown = named.filter(|(_, name)| !is_known(name));
    unknown
        .map(|(group, name)| format!("the group `{group}` names `{name}`, which is no environment"))
        .collect()
}

/// The files of layers in their order, each once.
fn layout(sources: &[Sourced], layers: &[PlannedLayer]) -> Vec<PlacedFile> {
    let mut known = BTreeSet::new();
    let placed = |layer: &PlannedLayer| PlacedFile {
        path: sources[layer.source].path.clone(),
        reason: layer.reason.clone(),
        is_taken_in: layer.is_taken_in,
    };
    layers.iter().map(placed).filter(|file| known.insert(file.path.clone())).collect()
}

/// Adds what the layers take in: `env_file`, generators of kustomize.
fn follow_includes(sources: &[Sourced], environment: &mut Planned) {
    let mut known: BTreeSet<usize> = environment.layers.iter().map(|it| it.source).collect();
    let mut at = 0;
    while at < environment.layers.len() {
        let layer = environment.layers[at].clone();
        for &target in &sources[layer.source].includes {
            let gives = sources[target].role == Role::Values || sources[target].is_loaded;
            let gives = gives && !replaced::is_gone(sources, environment, target);
            // Under which condition a developer's own settings are taken in, their name says.
            let is_of_developers = sources[layer.source].in_branches.contains(&target)
                && mode(&sources[target].path).is_some_and(|word| word.local);
            let gives = gives && (environment.local || !is_of_developers);
            if gives && known.insert(target) {
                let reason = format!("`{}` takes it in", sources[layer.source].path);
                // What an overlay is built on loses to the overlay.
                let is_built_on = sources[target].class == Class::Cluster;
                let breadth = if is_built_on { Breadth::All } else { layer.breadth };
                environment.layers.push(PlannedLayer {
                    source: target,
                    breadth,
                    reason,
                    is_taken_in: true,
                    ..layer
                });
            }
        }
        at += 1;
    }
}

/// An environment in which no code of this project runs is none.
fn drop_unfounded(sources: &[Sourced], plan: &mut Plan) {
    let (kept, dropped): (Vec<_>, Vec<_>) = std::mem::take(&mut plan.environments)
        .into_iter()
        .partition(|it| it.layers.iter().any(|layer| sources[layer.source].founds));
    plan.environments = kept;
    for environment in dropped {
        for layer in environment.layers {
            let reason = "nothing of this project runs with it".to_owned();
            plan.asides.push((layer.source, reason));
        }
    }
}

fn write(inventory: &mut Inventory, sources: &[Sourced], plan: Plan, config: &Config) -> Served {
    let mut placed = vec![false; sources.len()];
    let mut served = Served::new();
    for mut planned in plan.environments {
        planned.layers.sort_by_cached_key(|layer| {
            let source = &sources[layer.source];
            let section = source.section.as_deref();
            let rank = rank(source.kind, &source.path, section, layer.breadth, layer.is_override);
            let rank = if source.wins.is_some() { rank.winning() } else { rank };
            (layer.order, rank, layer.source)
        });
        let id = EnvironmentId::at(inventory.environments.len());
        for layer in &planned.layers {
            served.entry(layer.source).or_default().push(id);
        }
        inventory.layouts.push(layout(sources, &planned.layers));
        planned.layers.retain(|layer| !sources[layer.source].is_manifest());
        let layers = planned.layers.into_iter().map(|layer| {
            placed[layer.source] = true;
            let is_base = layer.breadth == Breadth::All;
            // A template's own name says nothing of the environment: that of the values file does.
            let reason = match &sources[layer.source].part {
                Some(part) => format!("{part}: {}", layer.reason),
                None => layer.reason,
            };
            let reason = match &sources[layer.source].wins {
                Some(by) => format!("{reason}; {by}"),
                None => reason,
            };
            Layer { source: sources[layer.source].id, reason, is_base }
        });
        inventory.environments.push(Environment {
            layers: layers.collect(),
            group: config.group_of(&planned.name).map(str::to_owned).or(planned.group),
            name: planned.name,
            is_local: planned.local,
            confidence: planned.confidence,
            reason: planned.reason,
        });
    }
    let mut reasons = std::collections::BTreeMap::new();
    for (source, reason) in plan.asides {
        reasons.entry(source).or_insert(reason);
    }
    let unplaced = sources.iter().enumerate().filter(|(at, _)| !placed[*at]);
    for (at, source) in unplaced.filter(|(_, source)| !source.is_manifest()) {
        let reason = reasons
            .remove(&at)
            .unwrap_or_else(|| "nothing says which environment it is for".to_owned());
        inventory.placements.push(Placement { source: source.id, reason });
    }
    for message in plan.complaints {
        let kind = crate::model::ProblemKind::Partial;
        inventory.problems.push(crate::model::Problem {
            path: config.path().to_owned(),
            message,
            span: None,
            kind,
        });
    }
    served
}
