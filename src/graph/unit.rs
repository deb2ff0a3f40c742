//! Whom a source or a workload speaks to.
//!
//! A unit is a component of the code. A source that has none is shared.

mod own;

use std::collections::{BTreeMap, BTreeSet};

use super::build::entry_of;
use super::{Graph, foreign};
use crate::model::{
    Definition, DefinitionId, EnvironmentId, KeyId, Layer, Read, Runs, Scope, SourceId, Workload,
};
use crate::text::FileId;
use crate::text::relative::is_within;

/// The units of sources and workloads.
#[derive(Debug, Default)]
pub(super) struct Units {
    sources: Vec<Option<String>>,
    workloads: BTreeMap<SourceId, BTreeMap<String, String>>,
    /// The workloads of each environment, by their place in the inventory.
    here: Vec<Vec<u32>>,
    /// By name alone, for what another source says of a workload; none where two of that name run different code.
    named: BTreeMap<String, Option<String>>,
    own: Vec<BTreeSet<String>>,
    /// Those of which no code reads a key that is seen.
    unread: BTreeSet<String>,
    /// The names of workloads of whose code some reads a key.
    readers: BTreeSet<String>,
    /// The components that workloads run and whose code reads a key.
    known: BTreeSet<String>,
    /// The workloads that take each entry of each ConfigMap or Secret.
    takers: BTreeMap<String, BTreeMap<Option<KeyId>, BTreeSet<String>>>,
    /// The names of workloads that run images of others and nothing else.
    pub(super) foreign: BTreeSet<String>,
    /// The names of workloads of which the image or the folder is told.
    told: BTreeSet<String>,
    builds_on: BTreeMap<String, BTreeSet<String>>,
    /// Far more workloads get keys of which nothing says what they run than the project has components: the manifests are
    /// those of a whole platform.
    is_of_a_platform: bool,
    /// The modules of settings that serve some environments and not others, with those environments.
    modules: BTreeMap<FileId, BTreeSet<EnvironmentId>>,
}

/// The units of a graph's sources and workloads.
pub(super) fn units(graph: &Graph<'_>) -> Units {
    let inventory = graph.inventory;
    let mut units = Units {
        sources: inventory.units.clone(),
        own: vec![BTreeSet::new(); inventory.environments.len()],
        here: here(graph),
        unread: inventory.unread_units.clone(),
        builds_on: inventory.builds_on.clone(),
        modules: modules(graph),
        ..Units::default()
    };
    for workload in &inventory.workloads {
        let Some(component) = workload.runs.component() else { continue };
        let runs = Some(component.to_owned());
        let known = units.named.entry(workload.name.clone()).or_insert_with(|| runs.clone());
        if *known != runs {
            *known = None;
        }
        let of_source = units.workloads.entry(workload.source).or_default();
        of_source.insert(workload.name.clone(), component.to_owned());
    }
    units.is_of_a_platform = is_of_a_platform(graph);
    units.foreign = foreign::named(graph);
    units.tell(graph);
    // An image is built for every environment and says of none that it runs there.
    let is_placed =
        |(_, definition): &(usize, &Definition)| !inventory.source(definition.source).is_image();
    for (at, definition) in inventory.definitions.iter().enumerate().filter(is_placed) {
        let of: Vec<String> =
            units.of(graph, DefinitionId::at(at)).into_iter().map(str::to_owned).collect();
        for (environment, _) in graph.served_by(definition.source) {
            units.own[environment.index()].extend(of.iter().cloned());
        }
    }
    units
}

fn is_of_a_platform(graph: &Graph<'_>) -> bool {
    let inventory = graph.inventory;
    let known: BTreeSet<&str> = inventory
        .workloads
        .iter()
        .filter(|one| one.runs != Runs::Unknown)
        .map(|one| one.name.as_str())
        .collect();
    let scopes = inventory.definitions.iter().filter_map(|definition| match &definition.scope {
        Some(Scope::Workload(name)) => Some(name.as_str()),
        _ => None,
    });
    let unknown: BTreeSet<&str> = scopes.filter(|name| !known.contains(name)).collect();
    let components: BTreeSet<&str> =
        inventory.reads.iter().map(|read| read.component.as_str()).collect();
    unknown.len() > 3 * components.len().max(1)
}

/// The modules of settings that are some environments' own.
fn modules(graph: &Graph<'_>) -> BTreeMap<FileId, BTreeSet<EnvironmentId>> {
    let mut modules: BTreeMap<FileId, BTreeSet<EnvironmentId>> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for (id, environment) in graph.environments() {
        for layer in &environment.layers {
            let source = graph.inventory.source(layer.source);
            if source.is_module() {
                modules.entry(source.file).or_default().insert(id);
                if layer.is_base {
                    shared.insert(source.file);
                }
            }
        }
    }
    modules.retain(|file, _| !shared.contains(file));
    // One that changes what it takes over from another is loaded where it is selected alone.
    let inventory = graph.inventory;
    let is_module: BTreeSet<FileId> =
        inventory.sources.iter().filter(|one| one.is_module()).map(|one| one.file).collect();
    let over: BTreeSet<FileId> =
        inventory.reads.iter().filter(|read| read.lays_over).map(|read| read.span.file).collect();
    for file in over.intersection(&is_module).filter(|file| !shared.contains(file)) {
        modules.entry(*file).or_insert_with(|| without_module(graph));
    }
    modules
}

/// The environments of which nothing says what module of settings serves them.
fn without_module(graph: &Graph<'_>) -> BTreeSet<EnvironmentId> {
    let selects = |layers: &[Layer]| {
        layers.iter().any(|one| !one.is_base && graph.inventory.source(one.source).is_module())
    };
    let all = graph.environments().filter(|(_, environment)| !selects(&environment.layers));
    all.map(|(id, _)| id).collect()
}

/// The workloads that the layers of each environment describe.
fn here(graph: &Graph<'_>) -> Vec<Vec<u32>> {
    let mut here = vec![Vec::new(); graph.inventory.environments.len()];
    for (at, workload) in (0_u32..).zip(&graph.inventory.workloads) {
        for (environment, _) in graph.served_by(workload.source) {
            here[environment.index()].push(at);
        }
    }
    here
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
        let own = self.workloads.get(&source).and_then(|all| all.get(name));
        own.or_else(|| self.named.get(name)?.as_ref()).map(String::as_str)
    }

    /// Whether what is for `unit` is for `component` too. A component that has no source of its own in the environment
    /// (a library, the root) may take from all.
    pub(super) fn fits(&self, unit: Option<&str>, component: &str, at: EnvironmentId) -> bool {
        let Some(unit) = unit else { return true };
        self.covers(unit, component)
            || is_within(unit, component)
            || !self.unread.contains(unit)
                && !self.own.get(at.index()).is_some_and(|own| own.contains(component))
    }
}

impl Units {
    /// The workloads that an environment describes, by their place in the inventory.
    pub(super) fn here_in(&self, at: EnvironmentId) -> impl Iterator<Item = usize> + '_ {
        self.here.get(at.index()).into_iter().flatten().map(|place| *place as usize)
    }

    /// Whether a component is packed by itself: what runs it is known, or a source of its own gives it keys.
    fn is_packed(&self, component: &str) -> bool {
        let named = self.named.values().flatten().any(|unit| unit == component);
        named || self.sources.iter().flatten().any(|unit| unit == component)
    }

    /// Notes of which workloads the code is known: where no code reads a key, only the folder is.
    fn tell(&mut self, graph: &Graph<'_>) {
        let runs = |read: &&Read| !read.in_test && !read.at_build;
        let reads = graph.inventory.reads.iter().filter(runs);
        let read: BTreeSet<&str> = reads.map(|read| read.component.as_str()).collect();
        let mut knows: BTreeMap<&str, bool> = BTreeMap::new();
        let (mut readers, mut told) = (BTreeSet::new(), BTreeSet::new());
        for one in &graph.inventory.workloads {
            let unit = one.runs.component();
            let covers = |unit| read.iter().any(|component| self.covers(unit, component));
            if unit.is_some_and(|unit| *knows.entry(unit).or_insert_with(|| covers(unit))) {
                readers.insert(one.name.clone());
            }
            if one.image.is_some() || unit.is_some() {
                told.insert(one.name.clone());
            }
        }
        (self.readers, self.told) = (readers, told);
        let reading = knows.into_iter().filter(|(_, reads)| *reads);
        self.known = reading.map(|(unit, _)| unit.to_owned()).collect();
        for one in &graph.inventory.bindings {
            if let Some(Scope::Workload(name)) = &one.scope {
                let entries = self.takers.entry(one.object.clone()).or_default();
                entries.entry(entry_of(graph.inventory, one)).or_default().insert(name.clone());
            }
        }
    }

    /// Whether what is for `unit` is for what runs `runs` too.
    pub(super) fn shares(&self, runs: &str, unit: &str) -> bool {
        self.covers(runs, unit) || is_within(runs, unit) || self.covers(unit, runs)
    }

    /// Whether what runs `unit` runs the code of `component`.
    pub(super) fn covers(&self, unit: &str, component: &str) -> bool {
        let used = self.builds_on.get(unit).into_iter().flatten();
        unit == "."
            || is_within(component, unit)
            || used.into_iter().any(|used| is_within(component, used))
    }
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

    /// Whether the code of a read runs in `environment`; `None` where that is not known. A module of settings that serves
    /// other environments is not loaded there, and a program that a pipeline's step or a command of people starts gets its keys from that.
    pub fn runs(&self, read: &Read, environment: EnvironmentId) -> Option<bool> {
        let served = self.units.modules.get(&read.span.file);
        if served.is_some_and(|served| !served.contains(&environment)) || read.by_step.is_some() {
            return Some(false);
        }
        self.runs_in(&read.component, environment)
    }

    /// Whether code of `component` runs in `environment`; `None` where that is not known.
    pub fn runs_in(&self, component: &str, environment: EnvironmentId) -> Option<bool> {
        let covers = |workload: &Workload| {
            let unit = workload.runs.component();
            unit.is_some_and(|unit| {
                self.units.covers(unit, component) || is_within(unit, component)
            })
        };
        let here = self.units.here.get(environment.index()).filter(|here| !here.is_empty())?;
        let here = here.iter().filter_map(|at| self.inventory.workloads.get(*at as usize));
        let (mut is_run, mut is_known, mut runs_code) = (false, true, false);
        for workload in here {
            is_run |= covers(workload);
            is_known &= workload.runs != Runs::Unknown;
            runs_code |= workload.runs.component().is_some();
        }
        // What has a Dockerfile of its own would be a workload beside the others.
        let is_apart = || runs_code && self.inventory.packed.contains(component);
        match () {
            () if is_run => Some(true),
            () if is_known && (is_apart() || self.inventory.workloads.iter().any(covers)) => {
                Some(false)
            }
            () => None,
        }
    }

    /// Whether a workload of `environment` that is seen runs code of `component`; the root is run by what runs any part.
    pub(super) fn is_shown_in(&self, component: &str, environment: EnvironmentId) -> bool {
        let here = self.units.here.get(environment.index()).into_iter().flatten();
        let mut here = here.filter_map(|at| self.inventory.workloads.get(*at as usize));
        let runs = |one: &Workload| one.runs.component().is_some();
        self.runs_in(component, environment) == Some(true) || component == "." && here.any(runs)
    }

    /// Whether an environment describes any workload.
    pub fn describes_workloads(&self, environment: EnvironmentId) -> bool {
        self.units.here_in(environment).next().is_some()
    }

    /// Whether a workload of `environment` runs code of `component`; `None` where nothing says what it runs.
    pub fn runs_code(
        &self,
        name: &str,
        component: &str,
        environment: EnvironmentId,
    ) -> Option<bool> {
        let here =
            self.units.here_in(environment).filter_map(|at| self.inventory.workloads.get(at));
        let of_name = here.filter(|one| one.name == name);
        let runs = of_name.map(|one| match &one.runs {
            Runs::Component(unit) => {
                Some(unit == "." || self.units.shares(unit, component) || component == ".")
            }
            Runs::Image(_) => Some(false),
            Runs::Unknown => None,
        });
        runs.reduce(|one, other| if one == Some(true) { one } else { other }).flatten()
    }

    /// Whether something else than these workloads may get what an environment gives to all.
    pub fn has_others(&self, environment: EnvironmentId, names: &[&str]) -> bool {
        let here = self.units.here.get(environment.index()).into_iter().flatten();
        let mut here = here.filter_map(|at| self.inventory.workloads.get(*at as usize));
        here.any(|one| !matches!(one.runs, Runs::Image(_)) && !names.contains(&one.name.as_str()))
    }

    /// Whether what a definition gives reaches a workload too: it is shared, or for the code that the workload runs.
    pub(super) fn reaches_unit(&self, definition: &Definition, scope: Option<&Scope>) -> bool {
        let Some(unit) = self.units.of_source(definition.source) else { return true };
        let Some(Scope::Workload(name)) = scope else { return true };
        let runs = self.units.named.get(name.as_str()).and_then(Option::as_deref);
        runs.is_none_or(|runs| self.units.shares(runs, unit))
    }

    /// Whether a definition is for workloads alone of whose code nothing is known, though that of others is: of an image that
    /// nothing here builds or that is built where no code reads a key, or of so many that most run the code of others
    /// (`Some(true)`); or of none that is told (`Some(false)`).
    pub fn is_for_unknown_code(&self, definition: &Definition) -> Option<bool> {
        let units = &self.units;
        let names = match definition.scope.as_ref()? {
            Scope::Workload(name) => vec![name],
            Scope::Object(object) => {
                let entries = units.takers.get(object)?;
                let own = entries.get(&Some(definition.key));
                own.map_or_else(|| entries.values().flatten().collect(), |own| own.iter().collect())
            }
        };
        let is_read = names.iter().any(|name| units.readers.contains(*name));
        let is_told = || names.iter().any(|name| units.told.contains(*name));
        (!is_read && !units.readers.is_empty()).then(|| is_told() || units.is_of_a_platform)
    }
}
