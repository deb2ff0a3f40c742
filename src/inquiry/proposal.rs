//! The policy that says what was inferred: environments with their files, templates, components, kinds of flags.
//!
//! Whether a project is seen in the same way with it as without is for the caller to try; what changes something gives
//! way, so that in the end nothing does. Writes no text.

use std::collections::{BTreeMap, BTreeSet};

use crate::lifecycle::Flag;
use crate::model::{
    Confidence, Environment, FlagKind, Inventory, PlacedFile, Role, Runs, SourceId,
};
use crate::text::Files;

/// A policy, and how much of it is said and not only told.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The environments, in the order in which they are shown.
    pub environments: Vec<Proposed>,
    /// The files that are templates.
    pub templates: Vec<String>,
    /// The workloads that run a component, by its folder: each with why.
    pub components: BTreeMap<String, BTreeMap<String, String>>,
    /// The names of flags, by kind.
    pub kinds: BTreeMap<FlagKind, Vec<String>>,
    /// The parts that are not said, since they would change something.
    pub untold: BTreeSet<Part>,
}

/// A part of a policy that stands and falls alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `components`.
    Components,
    /// `templates`.
    Templates,
    /// `environments`.
    Environments,
}

/// An environment.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// Its name.
    pub name: String,
    /// The set of environments that it should match.
    pub group: Option<String>,
    /// A developer's or a test's own.
    pub is_local: bool,
    /// Why it is taken for one.
    pub reason: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// Its files, lowest layer first.
    pub files: Vec<PlacedFile>,
    /// Why its files are left to inference; `None` where they are said.
    pub left: Option<Left>,
}

/// Why the files of an environment are left to inference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is not certain that this is an environment, and files that are named would make it so.
    Unsure,
    /// A list of files cannot say what was inferred: which part of a file counts, what stands between two parts of one.
    Differs,
}

/// What a scan comes to, as far as a policy could change it.
#[derive(PartialEq, Eq)]
pub struct Outcome {
    /// Each environment with its layers.
    environments: Vec<Environment>,
    /// What each workload runs.
    runs: Vec<(String, Runs)>,
    /// The whole report of `check`.
    report: String,
}

impl Outcome {
    /// What a scan with this inventory comes to.
    pub fn new(inventory: &Inventory, report: String) -> Self {
        // Reasons are another way to say the same, and what is shared changes no order.
        let plain = |one: &Environment| {
            let mut plain = Environment { reason: String::new(), ..one.clone() };
            for layer in &mut plain.layers {
                (layer.reason, layer.is_base) = (String::new(), false);
            }
            plain
        };
        let runs = inventory.workloads.iter().map(|one| (one.name.clone(), one.runs.clone()));
        Self {
            environments: inventory.environments.iter().map(plain).collect(),
            runs: runs.collect(),
            report,
        }
    }
}

impl Proposal {
    /// What was inferred of a project.
    pub fn new(inventory: &Inventory, files: &Files, flags: &[Flag<'_>]) -> Self {
        let environments = inventory.environments.iter().zip(&inventory.layouts);
        Self {
            environments: environments.map(|(one, files)| proposed(one, files)).collect(),
            templates: templates(inventory, files),
            components: components(inventory),
            kinds: kinds(inventory, flags),
            untold: BTreeSet::new(),
        }
    }

    /// Gives way where `after`, with this policy, is not what it was `before`; `false` where nothing is left to give.
    pub fn give_way(&mut self, before: &Outcome, after: &Outcome) -> bool {
        let mut gave = false;
        if before.environments.len() == after.environments.len() {
            let pairs = before.environments.iter().zip(&after.environments);
            for (own, (one, other)) in self.environments.iter_mut().zip(pairs) {
                if one != other && own.left.is_none() {
                    own.give_way();
                    gave = true;
                }
            }
        }
        let parts = [Part::Components, Part::Templates];
        gave || parts.into_iter().any(|part| !self.is_empty(part) && self.untold.insert(part))
            || self.leave_files()
            || self.untold.insert(Part::Environments)
    }

    /// Leaves the files of all environments to inference; `false` where they were.
    fn leave_files(&mut self) -> bool {
        let mut said = self.environments.iter_mut().filter(|own| own.left.is_none()).peekable();
        let any = said.peek().is_some();
        said.for_each(Proposed::give_way);
        any
    }

    /// Whether nothing would be said of a part.
    fn is_empty(&self, part: Part) -> bool {
        match part {
            Part::Components => self.components.is_empty(),
            Part::Templates => self.templates.is_empty(),
            Part::Environments => self.environments.is_empty(),
        }
    }
}

impl Proposed {
    /// Says less of its files: first not those that follow by themselves, then none.
    fn give_way(&mut self) {
        let all = self.files.len();
        self.files.retain(|file| !file.is_taken_in);
        if self.files.len() == all {
            self.left = Some(Left::Differs);
        }
    }
}

fn proposed(environment: &Environment, files: &[PlacedFile]) -> Proposed {
    Proposed {
        name: environment.name.clone(),
        group: environment.group.clone(),
        is_local: environment.is_local,
        reason: environment.reason.clone(),
        confidence: environment.confidence,
        files: files.to_vec(),
        left: (environment.confidence < Confidence::High).then_some(Left::Unsure),
    }
}

/// The paths of templates, sorted.
fn templates(inventory: &Inventory, files: &Files) -> Vec<String> {
    let all = inventory.sources.iter().enumerate();
    let all = all.filter(|(at, source)| {
        // What a deployment loads as it is says more than which keys are expected.
        source.role == Role::Template && !inventory.loaded.contains(&SourceId::at(*at))
    });
    let paths: BTreeSet<&str> =
        all.map(|(_, source)| files.get(source.file).path.as_str()).collect();
    paths.into_iter().map(str::to_owned).collect()
}

/// The workloads that run one component wherever they are named, by its folder.
fn components(inventory: &Inventory) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut runs: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for one in &inventory.workloads {
        runs.entry(&one.name).or_default().insert(one.runs.component());
    }
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for one in inventory.workloads.iter().filter(|one| runs[one.name.as_str()].len() == 1) {
        let Some(folder) = one.runs.component() else { continue };
        let named = found.entry(folder.to_owned()).or_default();
        named.entry(one.name.clone()).or_insert_with(|| one.reason.clone());
    }
    found
}

/// The names of flags whose kind is known, by kind.
fn kinds(inventory: &Inventory, flags: &[Flag<'_>]) -> BTreeMap<FlagKind, Vec<String>> {
    let mut kinds: BTreeMap<FlagKind, Vec<String>> = BTreeMap::new();
    for flag in flags {
        let Some((kind, _)) = flag.kind else { continue };
        kinds.entry(kind).or_default().push(inventory.key(flag.key).name.clone());
    }
    for names in kinds.values_mut() {
        names.sort();
        names.dedup();
    }
    kinds
}
