//! Modules of Terraform: what variables and locals come to, and who gives workloads the maps that they take whole.
//!
//! A module is a folder. A value is followed from the place that takes it to the calls of the module and the files of
//! variables that give it; each becomes a definition where it is written, so it belongs to that file's environment.
//! Values from outside the tree (`TF_VAR_x`, the workspace's own) are not seen; a default then stands for them.

use std::collections::{BTreeMap, BTreeSet};

mod callers;
mod circles;
mod containers;
mod elsewhere;
mod first;
mod functions;
mod leaves;
mod linked;
mod names;
mod objects;
mod steps;
mod templates;
mod terragrunt;
mod texts;
mod work;
mod workspaces;

use leaves::{Leaf, Sites, Way};
use names::{called, labels, named_in, named_in_template, plain, run, shared};
use objects::Entries;
use steps::Steps;
use work::{Work, speaks};

use crate::facts::module::{Content, Given, Receiver, Taken};
use crate::facts::{Entry, OpaqueFact, SourceFacts};
use crate::model::secrecy::{is_harmless, looks_secret_name};
use crate::model::{Scope, Value};
use crate::text::relative::folder;
use crate::text::{FileId, Files, Span, TextRange};

/// How many modules and locals may hand on one value.
const MAX_HOPS: usize = 12;
/// How many places may give one variable its value.
const MAX_LEAVES: usize = 512;

/// All facts of a scan by file.
type Facts = Vec<(FileId, Vec<SourceFacts>)>;
/// A module: the root and the folder.
type Module = (u16, String);
/// A file's and a source's place among the facts.
type At = (usize, usize);

struct Index<'f> {
    facts: &'f Facts,
    modules: Vec<Module>,
    givers: BTreeMap<(Module, &'f str), Vec<(At, usize)>>,
    calls: BTreeMap<Module, BTreeSet<Module>>,
    /// Modules of the tree that declare variables.
    declaring: BTreeSet<Module>,
    /// Modules that are called for several workloads.
    shared: BTreeSet<Module>,
    /// The modules that calls of a name lead to.
    labels: BTreeMap<(Module, &'f str), BTreeSet<Module>>,
    /// Variables whose default is `null`.
    absent: BTreeSet<(Module, &'f str)>,
    /// Files that one call of `templatefile` fills in, each a module of its own.
    templates: BTreeMap<usize, Module>,
    sites: Sites<'f>,
    /// Steps that are left.
    steps: Steps,
}

/// Follows variables and locals, and leaves out sources that say nothing to code.
pub(crate) fn resolve(facts: &mut Facts, files: &Files) {
    let says = |(_, all): &(FileId, Vec<SourceFacts>)| all.iter().any(|it| !it.module.is_empty());
    if !facts.iter().any(says) {
        return;
    }
    containers::name(facts, files);
    elsewhere::resolve(facts, files);
    linked::resolve(facts, files);
    circles::tell(facts, files);
    terragrunt::resolve(facts, files);
    callers::note(facts, files);
    for whole in [true, false] {
        let work = {
            let index = Index::new(facts, files);
            let mut work = Work::default();
            if !whole {
                index.follow_workspaces(&mut work);
            }
            if whole {
                index.follow_whole(&mut work);
            } else {
                index.follow_single(&mut work);
                index.follow_handlers(&mut work);
            }
            work.is_cut = index.steps.are_spent();
            work
        };
        if work.is_cut {
            steps::tell(facts);
        }
        work.write(facts);
    }
    let kept = Index::new(facts, files).deploying();
    for (at, (_, all)) in facts.iter_mut().enumerate() {
        let mut place = 0;
        all.retain(|source| {
            place += 1;
            source.module.is_empty() && source.kind != "tfvars"
                || speaks(source)
                || kept.contains(&(at, place - 1))
        });
    }
}

/// The module of each file: its folder, and a module of its own for a file that is filled in.
fn places(facts: &Facts, files: &Files) -> (Vec<Module>, BTreeMap<usize, Module>) {
    let folder_of = |id: FileId| {
        let file = files.get(id);
        (file.root, folder(&file.path).to_owned())
    };
    let mut modules: Vec<Module> = facts.iter().map(|(id, _)| folder_of(*id)).collect();
    let templates = templates::filled(facts, files, &modules);
    for (at, module) in &templates {
        modules[*at].clone_from(module);
    }
    (modules, templates)
}

impl<'f> Index<'f> {
    fn new(facts: &'f Facts, files: &Files) -> Self {
        let (modules, templates) = places(facts, files);
        let mut declared: BTreeMap<&str, BTreeSet<&Module>> = BTreeMap::new();
        let mut calls: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (at, source) in sources(facts) {
            for name in &source.module.declared {
                declared.entry(name).or_default().insert(&modules[at.0]);
            }
            for given in &source.module.given {
                if let Some(target) = called(&modules[at.0], given) {
                    calls.entry(target).or_default().insert(modules[at.0].clone());
                }
            }
        }
        let mut givers: BTreeMap<(Module, &str), Vec<(At, usize)>> = BTreeMap::new();
        let mut absent = BTreeSet::new();
        for (at, source) in sources(facts) {
            let own = &modules[at.0];
            for (place, given) in source.module.given.iter().enumerate() {
                if given.content == Content::Absent {
                    if given.to == Receiver::Default {
                        absent.insert((own.clone(), given.name.as_str()));
                    }
                    continue;
                }
                let targets = match &given.to {
                    Receiver::Own | Receiver::Default | Receiver::Optional => vec![own.clone()],
                    Receiver::Module(_) | Receiver::Template(_) => {
                        called(own, given).into_iter().collect()
                    }
                    Receiver::Runs => run(own, given, &declared, &calls),
                    Receiver::Unit => Vec::new(),
                };
                for target in targets {
                    givers.entry((target, given.name.as_str())).or_default().push((at, place));
                }
            }
        }
        let declaring = declared.values().flatten().map(|module| (*module).clone()).collect();
        let shared = shared(facts, &modules);
        let labels = labels(facts, &modules);
        let (sites, steps) = (Sites::default(), Steps::all());
        Self {
            facts,
            modules,
            givers,
            calls,
            declaring,
            shared,
            labels,
            absent,
            templates,
            sites,
            steps,
        }
    }

    fn given(&self, at: At, place: usize) -> &'f Given {
        &self.facts[at.0].1[at.1].module.given[place]
    }

    /// Entries and bindings that one value answers.
    fn follow_single(&self, work: &mut Work) {
        for (at, source) in sources(self.facts) {
            let module = &self.modules[at.0];
            // What a module itself says that serves many workloads is named after none of them.
            let folder = Some(module.1.rsplit('/').next().unwrap_or(""))
                .filter(|_| self.shared.contains(module));
            for (place, entry) in source.entries.iter().enumerate() {
                if matches!((&entry.scope, folder), (Some(Scope::Workload(name)), Some(folder)) if name == folder)
                {
                    work.unscoped.push((at, place));
                }
                let way = Way { is_inner: true, hops: MAX_HOPS };
                let (mut leaves, mut rest) = (Vec::new(), None);
                let is_filled = self.templates.contains_key(&at.0);
                let name = if is_filled {
                    named_in_template(&entry.value)
                } else {
                    named_in(source.kind, &entry.value)
                };
                if let Some(name) = name {
                    self.leaves(module, &name, way, &mut leaves);
                } else if let Some(first) = first::first(&entry.value) {
                    (leaves, rest) = self.first_of(module, &first, way);
                } else if !is_filled {
                    leaves = self.composed(module, &entry.value, way);
                }
                let has_default = rest.is_some() || leaves.iter().any(|leaf| leaf.is_inner);
                work.values.extend(rest.map(|value| (at, place, value)));
                self.answer((at, place, entry), (&leaves, has_default), work);
            }
            for (place, binding) in source.bindings.iter().enumerate() {
                let mut leaves = Vec::new();
                self.leaves(
                    module,
                    &binding.object.name,
                    Way { is_inner: true, hops: 1 },
                    &mut leaves,
                );
                if let [one] = leaves.as_slice()
                    && let Some(Value::Literal(text)) = self.said(one)
                {
                    work.names.push((at, place, text.text.clone()));
                }
            }
        }
    }

    /// Gives an entry the values of `leaves`: its own where the module itself says it, else where each is written.
    fn answer(
        &self,
        (at, place, entry): (At, usize, &Entry),
        (leaves, has_default): (&[Leaf], bool),
        work: &mut Work,
    ) {
        // What a call gives wins over a default, though nobody can work it out, and over the name that asks for it.
        let asked = Span::new(self.facts[at.0].0, entry.value_range.unwrap_or(entry.key_range));
        for leaf in leaves {
            let given = self.given(leaf.at, leaf.given);
            let Some((value, range)) = self.says(leaf) else { continue };
            let value = shown(entry, given, (leaf.at, value, range), work);
            if leaf.is_inner {
                work.values.push((at, place, value));
            } else if has_default || !matches!(value, Value::Reference { .. }) {
                let mut added = entry.clone();
                added.value = value;
                added.key_range = given.range;
                added.value_range = Some(range).filter(|_| leaf.written.is_none());
                added.note = None;
                added.lost.push(asked);
                if self.is_shared(leaf.at, given) && given.scope.is_some() {
                    added.scope.clone_from(&given.scope);
                }
                work.add(leaf.at, added);
            }
        }
    }

    /// Whether an argument is for a module that is called for several workloads.
    fn is_shared(&self, at: At, given: &Given) -> bool {
        let target = called(&self.modules[at.0], given);
        target.is_some_and(|target| self.shared.contains(&target))
    }

    /// Workloads that take a map whole.
    fn follow_whole(&self, work: &mut Work) {
        let mut used: BTreeSet<(At, usize)> = BTreeSet::new();
        for (at, source) in sources(self.facts) {
            for taken in &source.module.taken {
                if self.is_filled(at, taken) || self.take_chosen(&self.modules[at.0], taken, work) {
                    continue;
                }
                let mut found = Entries::default();
                if let Some(name) = plain(&taken.name) {
                    self.entries(&self.modules[at.0], &name, MAX_HOPS, &mut found);
                }
                let Entries { places, chosen } = found;
                if places.is_empty() && chosen.is_empty() {
                    let workload = taken.scope.as_ref().map(|scope| scope.name().to_owned());
                    let what =
                        format!("variables of `{}`, which the tree does not show", taken.name);
                    work.opaque.push((at, OpaqueFact::new(what, workload, taken.range)));
                }
                used.extend(chosen.iter().flat_map(|one| &one.places).copied());
                self.hand_chosen(chosen, taken, work);
                for (giver, place) in places {
                    used.insert((giver, place));
                    self.hand(giver, place, taken, work);
                }
            }
        }
        for (at, source) in sources(self.facts) {
            for (place, given) in source.module.given.iter().enumerate() {
                // A module of the tree that takes them for something else (a build) gives them to no code.
                let is_seen = called(&self.modules[at.0], given)
                    .is_some_and(|target| self.declaring.contains(&target));
                let is_left = given.is_environment && !used.contains(&(at, place)) && !is_seen;
                if let (true, Content::Many(entries, _)) = (is_left, &given.content) {
                    work.add_all(at, entries, given.scope.as_ref(), None);
                }
            }
        }
    }

    /// Every place that gives `name` in `module` variables.
    fn entries(&self, module: &Module, name: &str, hops: usize, out: &mut Entries) {
        let Some(below) = self.steps.take(hops) else { return };
        out.chosen.extend(self.by_environment(module, name));
        let mut leaves = Vec::new();
        self.leaves(module, name, Way { is_inner: true, hops }, &mut leaves);
        for leaf in leaves {
            if out.places.len() >= MAX_LEAVES || out.places.contains(&(leaf.at, leaf.given)) {
                continue;
            }
            if let Content::Many(_, takes) = &self.given(leaf.at, leaf.given).content {
                out.places.push((leaf.at, leaf.given));
                for name in takes.iter().filter_map(|name| plain(name)) {
                    self.entries(&self.modules[leaf.at.0], &name, below, out);
                }
            }
        }
    }

    fn hand(&self, at: At, place: usize, taken: &Taken, work: &mut Work) {
        let given = self.given(at, place);
        let Content::Many(entries, _) = &given.content else { return };
        // Each of several calls is a deployment of its own.
        let scope = if self.is_shared(at, given) { &given.scope } else { &taken.scope };
        work.add_all(at, entries, scope.as_ref(), Some(taken));
        if self.is_shared(at, given) {
            self.note_function(at, place, taken, work);
        }
    }

    /// The sources that say nothing to code themselves and belong to a deployment that does.
    fn deploying(&self) -> BTreeSet<At> {
        let all = sources(self.facts);
        let mut deployed: BTreeSet<&Module> = all
            .filter(|(_, source)| is_terraform(source) && speaks(source))
            .map(|(at, _)| &self.modules[at.0])
            .collect();
        let mut waiting: Vec<&Module> = deployed.iter().copied().collect();
        while let Some(module) = waiting.pop() {
            for caller in self.calls.get(module).into_iter().flatten() {
                if deployed.insert(caller) {
                    waiting.push(caller);
                }
            }
        }
        let mut kept = BTreeSet::new();
        for ((target, _), givers) in &self.givers {
            if !deployed.contains(target) {
                continue;
            }
            kept.extend(givers.iter().filter_map(|(at, place)| {
                let to = &self.given(*at, *place).to;
                matches!(to, Receiver::Module(_) | Receiver::Runs).then_some(*at)
            }));
        }
        kept
    }
}

/// A value that may not be shown under the name of a credential is not.
fn shown(
    entry: &Entry,
    given: &Given,
    (at, value, range): (At, &Value, TextRange),
    work: &mut Work,
) -> Value {
    match value {
        Value::Literal(text) if looks_secret_name(&entry.name) && !is_harmless(&text.text) => {
            work.secrets.push((at, range));
            Value::Reference { text: given.name.clone(), needs: Vec::new() }
        }
        value => value.clone(),
    }
}

fn is_terraform(source: &SourceFacts) -> bool {
    matches!(source.kind, "terraform" | "tfvars")
}

fn sources(facts: &Facts) -> impl Iterator<Item = (At, &SourceFacts)> {
    facts.iter().enumerate().flat_map(|(file, (_, all))| {
        all.iter().enumerate().map(move |(place, source)| ((file, place), source))
    })
}
