//! Which deployable unit a source or a workload belongs to, by its path and name.
//!
//! A unit is a component of the code. A source that names none is shared. Knows paths, never contents.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::model::{Definition, DefinitionId, EnvironmentId, Runs, Scope, SourceId, Workload};
use crate::text::Files;

/// Folder names that say what is inside, not whose it is.
const GENERIC: &[&str] = &[
    "app",
    "apps",
    "base",
    "common",
    "config",
    "configs",
    "conf",
    "core",
    "deploy",
    "deployment",
    "docker",
    "env",
    "envs",
    "helm",
    "infra",
    "k8s",
    "kubernetes",
    "kustomize",
    "lib",
    "libs",
    "manifests",
    "overlays",
    "server",
    "service",
    "services",
    "settings",
    "shared",
    "src",
];

/// The units of sources and workloads.
#[derive(Debug, Default)]
pub(super) struct Units {
    sources: Vec<Option<String>>,
    workloads: BTreeMap<(SourceId, String), String>,
    /// By name alone, for what another source says of a workload; none where two of that name run different code.
    named: BTreeMap<String, Option<String>>,
    own: Vec<BTreeSet<String>>,
    builds_on: BTreeMap<String, BTreeSet<String>>,
}

/// The units of a graph's sources and workloads.
pub(super) fn units(graph: &Graph<'_>, files: &Files) -> Units {
    let inventory = graph.inventory;
    let components: BTreeSet<&str> = inventory
        .reads
        .iter()
        .filter(|read| !read.in_test && !read.component.is_empty())
        .map(|read| read.component.as_str())
        .collect();
    let names = last_names(&components);
    let mut units = Units {
        sources: Vec::with_capacity(inventory.sources.len()),
        own: vec![BTreeSet::new(); inventory.environments.len()],
        builds_on: inventory.builds_on.clone(),
        ..Units::default()
    };
    for source in &inventory.sources {
        let path = &files.get(source.file).path;
        units.sources.push(unit_of_path(path, &components, &names).map(str::to_owned));
    }
    for workload in &inventory.workloads {
        let Some(component) = workload.runs.component() else { continue };
        let runs = Some(component.to_owned());
        let known = units.named.entry(workload.name.clone()).or_insert_with(|| runs.clone());
        if *known != runs {
            *known = None;
        }
        let at = (workload.source, workload.name.clone());
        units.workloads.insert(at, component.to_owned());
    }
    for (at, definition) in inventory.definitions.iter().enumerate() {
        let of: Vec<String> =
            units.of(graph, DefinitionId::at(at)).into_iter().map(str::to_owned).collect();
        for (environment, _) in graph.served_by(definition.source) {
            units.own[environment.index()].extend(of.iter().cloned());
        }
    }
    units
}

/// The last folder of each component; `None` where two components share it.
fn last_names<'c>(components: &BTreeSet<&'c str>) -> BTreeMap<&'c str, Option<&'c str>> {
    let mut names = BTreeMap::new();
    for component in components {
        let name = component.rsplit('/').next().unwrap_or(component);
        names.entry(name).and_modify(|known| *known = None).or_insert(Some(*component));
    }
    names
}

fn unit_of_path<'c>(
    path: &str,
    components: &BTreeSet<&'c str>,
    names: &BTreeMap<&str, Option<&'c str>>,
) -> Option<&'c str> {
    let (mut folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let whole = folder;
    while !folder.is_empty() {
        if let Some(component) = components.get(folder) {
            return Some(component);
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let stem = file.split('.').next().unwrap_or("");
    whole
        .split('/')
        .chain([stem])
        .filter(|segment| !GENERIC.contains(segment))
        .find_map(|segment| names.get(segment).copied().flatten())
}

impl Units {
    /// The units that a definition is for; none where it is shared.
    fn of(&self, graph: &Graph<'_>, id: DefinitionId) -> Vec<&str> {
        let definition = graph.inventory.definition(id);
        let source = self.of_source(definition.source);
        let workload = match &definition.scope {
            Some(Scope::Workload(name)) => self.of_workload(definition.source, name),
            _ => None,
        };
        source.into_iter().chain(workload).collect()
    }

    /// The unit of a source.
    pub(super) fn of_source(&self, source: SourceId) -> Option<&str> {
        self.sources.get(source.index())?.as_deref()
    }

    /// The unit of a workload, as `source` names it.
    pub(super) fn of_workload(&self, source: SourceId, name: &str) -> Option<&str> {
        let own = self.workloads.get(&(source, name.to_owned()));
        own.or_else(|| self.named.get(name)?.as_ref()).map(String::as_str)
    }

    /// Whether what is for `unit` is for `component` too. A component that has no source of its own in the environment
    /// (a library, the root) may take from all.
    pub(super) fn fits(&self, unit: Option<&str>, component: &str, at: EnvironmentId) -> bool {
        let Some(unit) = unit else { return true };
        self.covers(unit, component)
            || is_within(unit, component)
            || !self.own.get(at.index()).is_some_and(|own| own.contains(component))
    }
}

impl Units {
    /// Whether what runs `unit` runs the code of `component`.
    fn covers(&self, unit: &str, component: &str) -> bool {
        let used = self.builds_on.get(unit).into_iter().flatten();
        unit == "."
            || is_within(component, unit)
            || used.into_iter().any(|used| is_within(component, used))
    }
}

/// Whether `folder` is `above` or lies under it.
fn is_within(folder: &str, above: &str) -> bool {
    above.is_empty()
        || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Graph<'_> {
    /// Whether a definition is for no unit in particular.
    pub(super) fn is_shared(&self, definition: &Definition) -> bool {
        let workload = match &definition.scope {
            Some(Scope::Workload(name)) => self.units.of_workload(definition.source, name),
            _ => None,
        };
        self.units.of_source(definition.source).is_none() && workload.is_none()
    }

    /// Whether code of `component` runs in `environment`; `None` where that is not known.
    pub fn runs_in(&self, component: &str, environment: EnvironmentId) -> Option<bool> {
        let covers = |workload: &Workload| {
            let unit = workload.runs.component();
            unit.is_some_and(|unit| {
                self.units.covers(unit, component) || is_within(unit, component)
            })
        };
        let is_here =
            |workload: &&Workload| self.index.layers.contains_key(&(workload.source, environment));
        let mut here = self.inventory.workloads.iter().filter(is_here).peekable();
        here.peek()?;
        let (mut is_run, mut is_known) = (false, true);
        for workload in here {
            is_run |= covers(workload);
            is_known &= workload.runs != Runs::Unknown;
        }
        match () {
            () if is_run => Some(true),
            () if is_known && self.inventory.workloads.iter().any(covers) => Some(false),
            () => None,
        }
    }

    /// Whether a source speaks to `component`: it is shared, or of its unit.
    pub fn is_open_to(&self, source: SourceId, component: &str) -> bool {
        let Some(unit) = self.units.of_source(source) else { return true };
        is_within(unit, component) || is_within(component, unit)
    }
}
