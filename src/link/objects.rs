//! Bindings: what a workload gets from ConfigMaps and Secrets becomes its own definitions.
//!
//! Objects are told apart by name inside one root. Volumes, which turn entries into files, are not followed.

use std::collections::{BTreeMap, BTreeSet};

use super::environments::Sourced;
use super::untold;
use crate::facts::BindingFact;
use crate::model::Opaque;
use crate::model::{
    Attribution, Binding, Definition, EnvironmentId, Inventory, Key, KeyId, Namespace, Problem,
    ProblemKind, Scope, SourceId, Value,
};
use crate::text::Span;
use crate::text::relative::folder;

/// A binding that waits until all objects are known.
pub(crate) struct PendingBinding {
    /// The source that binds, by its place in the list.
    pub(crate) source: usize,
    /// What it binds.
    pub(crate) fact: BindingFact,
}

/// How many definitions bindings may add. More than any project has; a bound for hostile input.
const MOST_ADDED: usize = 100_000;

/// The entries of each object, by root and name: places in the table of definitions.
type Objects = BTreeMap<(u16, String), Vec<usize>>;

/// Follows every binding. Entries of objects that no workload binds are given to all.
pub(crate) fn bind(inventory: &mut Inventory, sources: &[Sourced], pending: Vec<PendingBinding>) {
    untold::settle(inventory, sources, &pending);
    let environments = environments_of(inventory, sources.len());
    let objects = objects(inventory, sources);
    let bases = bases(inventory);
    let mut bound: BTreeSet<(u16, String)> = BTreeSet::new();
    let mut work = Work { added: Vec::new(), removed: BTreeSet::new(), values: Vec::new() };
    let mine = references(inventory);
    for PendingBinding { source, fact } in pending {
        let key = (sources[source].root, fact.object.name.clone());
        let entries = objects.get(&key).map_or(&[] as &[usize], Vec::as_slice);
        let fits = |at: &&usize| {
            let kind = sources[inventory.definitions[**at].source.index()].is_secret;
            kind.is_none_or(|is_secret| is_secret == fact.object.is_secret)
        };
        let mut entries: Vec<usize> = entries.iter().filter(fits).copied().collect();
        keep_own(inventory, &sources[source], &mut entries);
        if !entries.is_empty() {
            bound.insert(key);
        }
        let is_open = |at: &usize| {
            let object = inventory.definitions[*at].source;
            is_beside(&sources[source], &sources[object.index()]) && bases.contains(&object)
        };
        let is_doubtful = fact.optional && !entries.is_empty() && entries.iter().all(is_open);
        if is_doubtful {
            entries.clear();
        }
        let site = Site {
            source: &sources[source],
            fact: &fact,
            environments: &environments,
            is_doubtful,
        };
        match (&fact.entry, &fact.to) {
            (Some(entry), to) => one(
                inventory,
                &site,
                entry,
                to.as_deref().unwrap_or(entry),
                &entries,
                (&mine, &mut work),
            ),
            (None, _) => all(inventory, &site, &entries, &mut work),
        }
    }
    for (key, entries) in &objects {
        for &at in entries.iter().filter(|_| !bound.contains(key)) {
            inventory.definitions[at].scope = None;
        }
    }
    work.write(inventory);
}

/// Keeps the entries of the object that a tool makes together with a workload: others of that name are made for others.
fn keep_own(inventory: &Inventory, by: &Sourced, entries: &mut Vec<usize>) {
    let Some(result) = inventory.results.get(&by.id) else { return };
    let is_own =
        |at: &usize| inventory.results.get(&inventory.definitions[*at].source) == Some(result);
    if entries.iter().any(is_own) {
        entries.retain(is_own);
    }
}

/// What following the bindings changes.
struct Work {
    added: Vec<Definition>,
    removed: BTreeSet<usize>,
    /// Definitions that get the value of an entry, and where that is written.
    values: Vec<(usize, Value, Span)>,
}

impl Work {
    fn write(self, inventory: &mut Inventory) {
        if self.added.len() >= MOST_ADDED {
            inventory.problems.push(Problem {
                path: String::new(),
                message: format!(
                    "more than {MOST_ADDED} entries are bound to workloads; the rest was left out"
                ),
                span: None,
                kind: ProblemKind::Partial,
            });
        }
        for (at, value, written) in self.values {
            let definition = &mut inventory.definitions[at];
            definition.value = value;
            definition.written.push(written);
        }
        let old = std::mem::take(&mut inventory.definitions).into_iter().enumerate();
        let kept =
            old.filter(|(at, _)| !self.removed.contains(at)).map(|(_, definition)| definition);
        inventory.definitions = kept.chain(self.added).collect();
        inventory
            .definitions
            .sort_by_key(|definition| (definition.source, definition.key_span.range));
    }
}

/// Where a binding stands.
struct Site<'a> {
    source: &'a Sourced,
    fact: &'a BindingFact,
    environments: &'a [Vec<EnvironmentId>],
    is_doubtful: bool,
}

/// Whether an object stands in a file of its own beside what a tool makes, which takes it in nowhere: maybe a recipe that
/// somebody applies by hand.
fn is_beside(result: &Sourced, object: &Sourced) -> bool {
    let is_apart = folder(&object.path) != folder(&result.path);
    result.is_assembled && !object.is_assembled && !result.inputs.contains(&object.file) && is_apart
}

/// The sources that environments have only because no environment is named for them.
fn bases(inventory: &Inventory) -> BTreeSet<SourceId> {
    let layers = || inventory.environments.iter().flat_map(|it| &it.layers);
    let own: BTreeSet<SourceId> = layers().filter(|it| !it.is_base).map(|it| it.source).collect();
    layers().map(|it| it.source).filter(|it| !own.contains(it)).collect()
}

impl Site<'_> {
    fn span(&self) -> Span {
        Span::new(self.source.file, self.fact.range)
    }

    fn binding(&self, to: KeyId, entry: Option<&str>) -> Binding {
        Binding {
            to,
            source: self.source.id,
            object: self.fact.object.name.clone(),
            is_secret: self.fact.object.is_secret,
            entry: entry.map(str::to_owned),
            prefix: self.fact.prefix.clone(),
            optional: self.fact.optional,
            is_doubtful: self.is_doubtful,
            scope: self.fact.scope.clone(),
            span: self.span(),
        }
    }

    fn own(&self) -> &[EnvironmentId] {
        &self.environments[self.source.id.index()]
    }

    /// Whether the tree has an object with these entries, but for none of the environments of the workload: what the
    /// cluster has there is unknown.
    fn is_elsewhere(&self, inventory: &Inventory, entries: &[usize]) -> bool {
        let source = |at: &usize| inventory.definitions[*at].source;
        !self.own().is_empty() && entries.iter().all(|at| self.reach(source(at)) == Reach::Nowhere)
    }

    /// How the environments of an entry's source stand to the workload's.
    fn reach(&self, source: SourceId) -> Reach {
        let (own, other) = (self.own(), self.environments[source.index()].as_slice());
        let has = |all: &[EnvironmentId], one: &EnvironmentId| all.binary_search(one).is_ok();
        match () {
            () if own.is_empty() && other.is_empty() => Reach::Everywhere,
            () if !own.iter().any(|it| has(other, it)) => Reach::Nowhere,
            () if own.iter().all(|it| has(other, it)) => Reach::Everywhere,
            () if other.iter().all(|it| has(own, it)) => Reach::Within,
            () => Reach::Across,
        }
    }
}

/// In which of a workload's environments an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// In all, and maybe in more.
    Everywhere,
    /// In some, and in no others.
    Within,
    /// In some, and in others too.
    Across,
    /// In none.
    Nowhere,
}

/// The definitions that extractors made for `valueFrom`, by source, key and workload.
type References = BTreeMap<(SourceId, KeyId, Option<Scope>), usize>;

fn references(inventory: &Inventory) -> References {
    let all = inventory.definitions.iter().enumerate();
    let handed =
        all.filter(|(_, it)| matches!(it.value, Value::Reference { .. } | Value::PassThrough));
    handed.map(|(at, it)| ((it.source, it.key, it.scope.clone()), at)).collect()
}

/// One entry under one name.
fn one(
    inventory: &mut Inventory,
    site: &Site<'_>,
    entry: &str,
    to: &str,
    entries: &[usize],
    (mine, work): (&References, &mut Work),
) {
    let key = inventory.intern(Key { namespace: Namespace::Env, name: to.to_owned() });
    inventory.bindings.push(site.binding(key, Some(entry)));
    let own = mine.get(&(site.source.id, key, site.fact.scope.clone())).copied();
    let named = entries.iter().copied().filter(|&at| {
        let definition = &inventory.definitions[at];
        !definition.commented && inventory.key(definition.key).name == entry
    });
    let found: Vec<(usize, Reach)> = named
        .map(|at| (at, site.reach(inventory.definitions[at].source)))
        .filter(|(_, reach)| *reach != Reach::Nowhere)
        .collect();
    match found.as_slice() {
        [] if !entries.is_empty() && own.is_none() && !site.is_elsewhere(inventory, entries) => {}
        [(at, Reach::Everywhere)] => {
            let entry = &inventory.definitions[*at];
            let (value, written) =
                (entry.value.clone(), entry.value_span.unwrap_or(entry.key_span));
            match own {
                Some(own) => work.values.push((own, value, written)),
                None => {
                    work.add(Definition { written: vec![written], ..reference(site, key, value) });
                }
            }
        }
        several
            if !several.is_empty()
                && several.iter().all(|(at, reach)| is_inside(inventory, site, *at, *reach)) =>
        {
            work.removed.extend(own);
            for (at, _) in several {
                let scope = site.fact.scope.clone();
                work.add(Definition { key, scope, ..inventory.definitions[*at].clone() });
            }
        }
        _ if own.is_none() => {
            let kind = if site.fact.object.is_secret { "secret" } else { "configmap" };
            let text = format!("{kind} {}/{entry}", site.fact.object.name);
            work.add(reference(site, key, Value::Reference { text, needs: Vec::new() }));
        }
        _ => {}
    }
}

fn is_inside(inventory: &Inventory, site: &Site<'_>, at: usize, reach: Reach) -> bool {
    let source = inventory.definitions[at].source;
    reach == Reach::Within || site.environments[source.index()] == site.own()
}

impl Work {
    fn add(&mut self, definition: Definition) {
        if self.added.len() < MOST_ADDED {
            self.added.push(definition);
        }
    }
}

/// A definition at the place of the binding.
fn reference(site: &Site<'_>, key: KeyId, value: Value) -> Definition {
    Definition {
        key,
        source: site.source.id,
        value,
        key_span: site.span(),
        value_span: None,
        written: Vec::new(),
        lost: Vec::new(),
        scope: site.fact.scope.clone(),
        attribution: Attribution::Project,
        turn: 0,
        commented: false,
        note: None,
        flag: None,
        used_here: false,
        answer: None,
        filled: None,
    }
}

/// All entries of an object, each under its own name.
fn all(inventory: &mut Inventory, site: &Site<'_>, entries: &[usize], work: &mut Work) {
    if entries.is_empty() || site.is_elsewhere(inventory, entries) {
        let kind = if site.fact.object.is_secret { "Secret" } else { "ConfigMap" };
        let whose = if entries.is_empty() { "" } else { " for this environment" };
        let name = &site.fact.object.name;
        let what = format!("envFrom of the {kind} `{name}`, which is not in the tree{whose}");
        let workload = site.fact.scope.as_ref().map(|scope| scope.name().to_owned());
        inventory.opaque.push(Opaque {
            source: site.source.id,
            what,
            whom: workload.into(),
            only: Vec::new(),
            span: site.span(),
        });
        return;
    }
    let mut bound = BTreeSet::new();
    for &at in entries {
        if work.added.len() >= MOST_ADDED {
            return;
        }
        let definition = inventory.definitions[at].clone();
        let reach = site.reach(definition.source);
        if definition.commented || reach == Reach::Nowhere {
            continue;
        }
        let entry = inventory.key(definition.key).name.clone();
        let name = format!("{}{entry}", site.fact.prefix);
        let key = inventory.intern(Key { namespace: Namespace::Env, name });
        if bound.insert(key) {
            inventory.bindings.push(site.binding(key, None));
        }
        let inside = is_inside(inventory, site, at, reach);
        let scope = site.fact.scope.clone();
        work.add(if inside {
            Definition { key, scope, ..definition }
        } else {
            let written = vec![definition.value_span.unwrap_or(definition.key_span)];
            Definition { written, ..reference(site, key, definition.value) }
        });
    }
}

fn objects(inventory: &Inventory, sources: &[Sourced]) -> Objects {
    let mut objects = Objects::new();
    for (at, definition) in inventory.definitions.iter().enumerate() {
        if let Some(Scope::Object(name)) = &definition.scope {
            let root = sources[definition.source.index()].root;
            objects.entry((root, name.clone())).or_default().push(at);
        }
    }
    objects
}

/// The environments of each source, sorted.
pub(super) fn environments_of(inventory: &Inventory, sources: usize) -> Vec<Vec<EnvironmentId>> {
    let mut all = vec![Vec::new(); sources];
    for (at, environment) in inventory.environments.iter().enumerate() {
        for layer in &environment.layers {
            all[layer.source.index()].push(EnvironmentId::at(at));
        }
    }
    all
}
