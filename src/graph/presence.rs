//! Whether an environment gives a key a value, and which one wins.
//!
//! Precedence: a setting's file gives way to the process environment; a workload's own list wins over what it takes
//! whole from files and objects, and what code lets win over both; then the order of the layers, then the order in the file, the last one winning.
//! Comments and templates give nothing. Does not know what a read makes of an empty value.

use std::collections::BTreeSet;

use super::winning::{self, Candidate};
use super::{Graph, Presence, build};
use crate::model::inventory::{Taken, Written};
use crate::model::{
    Attribution, Binding, Definition, DefinitionId, EnvironmentId, KeyId, Kind, Namespace, Scope,
    SourceId, Taker, Value,
};
use crate::model::{Opaque, Whom};
use crate::text::Span;

#[derive(Default)]
struct Found<'a> {
    candidates: Vec<Candidate<'a>>,
    /// Whom and where: the same line may come as a binding and as the definition that follows from it.
    known: BTreeSet<(Option<&'a Scope>, Option<&'a str>, Span)>,
    unseen: bool,
}

/// How close code stands that lets a file win over the environment.
const WINNING: u8 = 3;

/// How many unseen sources an answer names: a reader needs a few, and a large tree has thousands.
const MOST_UNSEEN: usize = 16;

/// Who asks: anybody, or a component.
#[derive(Clone, Copy)]
pub(super) struct Asker<'q> {
    pub(super) environment: EnvironmentId,
    pub(super) component: Option<&'q str>,
}

impl<'a> Graph<'a> {
    /// Whether `environment` gives `key` a value, to whomever.
    pub fn presence(&self, key: KeyId, environment: EnvironmentId) -> Presence<'a> {
        self.presence_to(key, Asker { environment, component: None })
    }

    /// Whether `environment` gives `key` a value that `component` gets: shared sources count, sources of other units
    /// and of third-party images do not.
    pub fn presence_for(
        &self,
        key: KeyId,
        environment: EnvironmentId,
        component: &str,
    ) -> Presence<'a> {
        self.presence_to(key, Asker { environment, component: Some(component) })
    }

    /// The definitions of the entry that a binding takes, as `entry`, in `environment`.
    pub fn entry_in(
        &self,
        binding: &Binding,
        entry: KeyId,
        environment: EnvironmentId,
    ) -> Vec<&'a Definition> {
        let ids = self.index.entries.get(&(binding.object.as_str(), entry)).into_iter().flatten();
        ids.map(|id| self.inventory.definition(*id))
            .filter(|d| !d.commented && self.layer(d, environment).is_some())
            .filter(|d| self.inventory.source(d.source).may_be_object(binding.is_secret))
            .collect()
    }

    /// Whether a source of `environment` holds the object of a binding.
    pub fn has_object(&self, binding: &Binding, environment: EnvironmentId) -> bool {
        if binding.is_doubtful {
            return false;
        }
        let holds = |source: &SourceId| {
            self.index.layers.contains_key(&(*source, environment))
                && self.inventory.source(*source).may_be_object(binding.is_secret)
        };
        let sources = self.index.objects.get(binding.object.as_str());
        sources.is_some_and(|sources| sources.iter().any(holds))
    }

    /// Whether the object that a binding names stands in its own file.
    pub fn has_object_beside(&self, binding: &Binding) -> bool {
        let file = |source| self.inventory.source(source).file;
        let mut sources = self.index.objects.get(binding.object.as_str()).into_iter().flatten();
        sources.any(|source| file(*source) == file(binding.source))
    }

    /// The objects of the tree of which some binding takes an entry that they have nowhere.
    pub fn broken_objects(&self) -> impl Iterator<Item = &'a str> {
        let bindings = self.inventory.bindings.iter().filter(|binding| {
            let object = binding.object.as_str();
            let has = |entry| self.index.entries.contains_key(&(object, entry));
            binding.entry.is_some()
                && self.index.objects.contains_key(object)
                && !build::entry_of(self.inventory, binding).is_some_and(has)
        });
        bindings.map(|binding| binding.object.as_str())
    }

    /// What of `environment` cannot be seen into.
    pub fn unseen_in(&self, environment: EnvironmentId) -> impl Iterator<Item = &'a Opaque> {
        let places = self.index.opaque.get(environment.index()).into_iter().flatten();
        places.map(|place| &self.inventory.opaque[*place as usize])
    }

    fn presence_to(&self, key: KeyId, asker: Asker<'_>) -> Presence<'a> {
        let mut found = Found::default();
        for spelling in self.spellings_of(key) {
            self.collect(spelling, asker, &mut found);
        }
        winning::drop_kept_out(&mut found.candidates);
        winning::drop_answered(&mut found.candidates);
        if !found.candidates.is_empty() {
            return Presence::Set(self.effective(&found.candidates, asker.environment));
        }
        let opaque: Vec<_> = self.hidden_givers(key, asker).take(MOST_UNSEEN).collect();
        if found.unseen || !opaque.is_empty() {
            return Presence::Unknown(opaque);
        }
        let hidden = if self.is_of_process(key) {
            self.is_profile_alone(asker.environment)
                || self.platform_of(key, asker.environment).is_some()
        } else {
            self.is_of_profiles(key) && !self.has_profile(asker)
                || self.is_of_unseen_provider(key, asker.environment)
        };
        if hidden { Presence::Unknown(Vec::new()) } else { Presence::Absent }
    }

    /// What cannot be seen and may give `key` to who asks.
    pub(super) fn hidden_givers<'q>(
        &'q self,
        key: KeyId,
        asker: Asker<'q>,
    ) -> impl Iterator<Item = &'a Opaque> + 'q {
        let of_process = self.is_of_process(key);
        self.unseen_in(asker.environment)
            .filter(move |opaque| of_process || self.is_loaded_by_code(opaque))
            .filter(move |opaque| {
                !of_process || !self.inventory.source(opaque.source).is_for_code()
            })
            .filter(move |opaque| self.names_one_of(opaque, key) && self.may_give(opaque, asker))
    }

    /// Whether what cannot be seen may have this name.
    fn names_one_of(&self, opaque: &Opaque, key: KeyId) -> bool {
        let is_one = |key: KeyId| opaque.only.contains(&&*self.inventory.key(key).name);
        opaque.only.is_empty() || self.spellings_of(key).into_iter().any(is_one)
    }

    fn is_of_process(&self, key: KeyId) -> bool {
        let spelled = self.index.spellings.get(&key).into_iter().flatten().map(|(other, _)| *other);
        std::iter::once(key)
            .chain(spelled)
            .any(|key| self.inventory.key(key).namespace == Namespace::Env)
    }

    fn is_loaded_by_code(&self, opaque: &Opaque) -> bool {
        let kind = self.inventory.source(opaque.source).kind;
        opaque.whom.workload().is_none() && !Kind::of(kind).is_for(Taker::Process)
    }

    /// The definitions of a key in the layers of `environment`, in order. Looks at the fewer of two: the sources that define
    /// the key, or the layers.
    fn definitions_in(&self, key: KeyId, environment: EnvironmentId) -> Vec<DefinitionId> {
        let Some(sources) = self.index.defined.get(&key) else { return Vec::new() };
        let layers = &self.inventory.environment(environment).layers;
        let mut ids: Vec<DefinitionId> = if layers.len() < sources.len() {
            layers
                .iter()
                .filter_map(|layer| sources.get(&layer.source))
                .flatten()
                .copied()
                .collect()
        } else {
            let is_layer = |source| self.index.layers.contains_key(&(source, environment));
            sources
                .iter()
                .filter(|(source, _)| is_layer(**source))
                .flat_map(|it| it.1)
                .copied()
                .collect()
        };
        ids.sort_unstable();
        ids
    }

    fn collect(&self, key: KeyId, asker: Asker<'_>, found: &mut Found<'a>) {
        for id in self.definitions_in(key, asker.environment) {
            let definition = self.inventory.definition(id);
            let Some(layer) = self.layer(definition, asker.environment) else { continue };
            let bound = matches!(&definition.scope, Some(Scope::Object(object))
                if self.index.bound.contains(object.as_str()));
            let archived = definition.flag.as_ref().is_some_and(|flag| flag.is_archived);
            if definition.commented || archived || bound || !self.is_for(definition, asker) {
                continue;
            }
            if definition.scope.is_none() && self.is_taken(definition.source, asker.environment) {
                self.collect_taken(definition, id, asker, found);
                continue;
            }
            if self.is_left_open(definition, asker.environment) {
                found.unseen = true;
                continue;
            }
            let of_workload = matches!(definition.scope, Some(Scope::Workload(_)));
            let rank = match () {
                () if self.inventory.winning.contains(&definition.source) => WINNING,
                () if of_workload => 2,
                () => 0,
            };
            let whose = (definition.source, definition.scope.as_ref(), asker.environment);
            self.take(definition, id, whose, (rank, layer), found);
        }
        for place in self.index.bindings.get(&key).into_iter().flatten() {
            let binding = &self.inventory.bindings[*place as usize];
            self.collect_bound(binding, asker, found);
        }
    }

    /// Whether a definition takes an entry that need not be there from an object that the tree does not have.
    fn is_left_open(&self, definition: &Definition, environment: EnvironmentId) -> bool {
        matches!(definition.value, Value::Reference { .. })
            && self.optional_of(definition).is_some_and(|it| !self.has_object(it, environment))
    }

    /// The binding of a definition by which it takes an entry that need not be there.
    pub fn optional_of(&self, definition: &Definition) -> Option<&'a Binding> {
        let places = self.index.bindings.get(&definition.key).into_iter().flatten();
        let mut all = places.map(|place| &self.inventory.bindings[*place as usize]);
        all.find(|it| {
            it.optional
                && it.entry.is_some()
                && it.source == definition.source
                && it.scope == definition.scope
        })
    }

    /// Whether services of `environment` take keys from a source: then nobody else gets what it gives.
    pub(super) fn is_taken(&self, source: SourceId, environment: EnvironmentId) -> bool {
        self.takers(source, environment).next().is_some()
    }

    pub(super) fn takers(
        &self,
        source: SourceId,
        environment: EnvironmentId,
    ) -> impl Iterator<Item = &'a Taken> + '_ {
        let places = self.index.taken.get(&source).into_iter().flatten();
        let all = places.map(|place| &self.inventory.taken[*place as usize]);
        all.filter(move |taken| self.index.layers.contains_key(&(taken.by, environment)))
    }

    fn collect_taken(
        &self,
        definition: &'a Definition,
        id: DefinitionId,
        asker: Asker<'_>,
        found: &mut Found<'a>,
    ) {
        for taken in self.takers(definition.source, asker.environment) {
            if self.reaches(taken.by, Some(&taken.scope), asker) {
                let whose = (taken.by, Some(&taken.scope), asker.environment);
                self.take(definition, id, whose, (1, taken.order), found);
            }
        }
    }

    fn collect_bound(&self, binding: &'a Binding, asker: Asker<'_>, found: &mut Found<'a>) {
        let at = asker.environment;
        if !self.index.layers.contains_key(&(binding.source, at))
            || !self.reaches(binding.source, binding.scope.as_ref(), asker)
        {
            return;
        }
        if !self.has_object(binding, at) {
            found.unseen = true;
            return;
        }
        // What takes the entry over is a definition of its own, and has the entry's value.
        let takes_over = |known: &Candidate<'_>| {
            known.scope == binding.scope.as_ref()
                && known.definition.source == binding.source
                && known.definition.key == binding.to
        };
        if binding.entry.is_some() && found.candidates.iter().any(takes_over) {
            return;
        }
        let entry = build::entry_of(self.inventory, binding);
        let entries =
            entry.and_then(|entry| self.index.entries.get(&(binding.object.as_str(), entry)));
        let mut is_there = false;
        for id in entries.into_iter().flatten() {
            let definition = self.inventory.definition(*id);
            let source = self.inventory.source(definition.source);
            if let Some(layer) = self.layer(definition, at)
                && !definition.commented
                && source.may_be_object(binding.is_secret)
                && self.is_made_for(definition.source, binding)
            {
                is_there = true;
                let rank = if binding.entry.is_some() { 2 } else { 1 };
                let whose = (binding.source, binding.scope.as_ref(), at);
                self.take(definition, *id, whose, (rank, layer), found);
            }
        }
        // An entry that must be there and is not stops the workload: the reference is wrong, the key is not missing.
        found.unseen |= !is_there && binding.entry.is_some() && !binding.optional;
    }

    fn take(
        &self,
        definition: &'a Definition,
        id: DefinitionId,
        (by, scope, at): (SourceId, Option<&'a Scope>, EnvironmentId),
        (rank, layer): (u8, u32),
        found: &mut Found<'a>,
    ) {
        // What a pipeline sets may go on to the process through the tool that deploys, or may not.
        let is_for_tools = self.is_for_tools(definition.source, at);
        let is_passed = definition.value == Value::PassThrough;
        found.unseen |= is_passed || is_for_tools;
        if is_for_tools || is_passed && self.inventory.source(definition.source).kind != "compose" {
            return;
        }
        let apart = scope.and_then(|scope| self.namesake(by, scope, at));
        if !found.known.insert((scope, apart, definition.key_span)) {
            return;
        }
        let of_process = self.inventory.key(definition.key).namespace == Namespace::Env;
        let turn = scope.map_or(0, |_| definition.turn);
        let rank = (of_process, rank, turn, layer, id);
        found.candidates.push(Candidate { definition, scope, apart, rank });
    }

    /// Whether what a source gives is for tools: not what a deployment writes into a file that a service takes in.
    fn is_for_tools(&self, source: SourceId, environment: EnvironmentId) -> bool {
        let is_it = |it: &Written| it.source == source && it.environment == environment;
        self.inventory.source(source).is_for_tools() && !self.inventory.written.iter().any(is_it)
    }

    /// What an environment's sources for tools say of a key, the one first that wins for whoever hands it on.
    pub fn for_tools(&self, key: KeyId, environment: EnvironmentId) -> Vec<&'a Definition> {
        let all = self.spellings_of(key).into_iter().flat_map(|key| self.definitions_of(key));
        let own = all.filter(|(_, it)| self.is_for_tools(it.source, environment));
        let placed = own.filter_map(|(id, it)| Some((self.layer(it, environment)?, id, it)));
        let mut found: Vec<_> = placed.filter(|(.., it)| !it.commented).collect();
        found.sort_by_key(|(layer, id, _)| std::cmp::Reverse((*layer, *id)));
        found.into_iter().map(|(.., it)| it).collect()
    }

    pub(super) fn layer(&self, definition: &Definition, environment: EnvironmentId) -> Option<u32> {
        let layer = self.index.layers.get(&(definition.source, environment)).copied()?;
        self.gives_values(definition.source).then_some(layer)
    }

    fn is_for(&self, definition: &Definition, asker: Asker<'_>) -> bool {
        // A module of settings serves the code of its own component, and of all where it is in none.
        if self.inventory.source(definition.source).is_module() {
            return self.is_module_of(definition.source, asker);
        }
        if asker.component.is_some() && definition.attribution != Attribution::Project {
            return false;
        }
        self.reaches(definition.source, definition.scope.as_ref(), asker)
    }

    pub(super) fn reaches(
        &self,
        source: SourceId,
        scope: Option<&Scope>,
        asker: Asker<'_>,
    ) -> bool {
        let Some(component) = asker.component else { return true };
        let workload = match scope {
            Some(Scope::Workload(name)) => self.units.of_workload(source, name),
            _ => None,
        };
        self.units.fits(self.units.of_source(source), component, asker.environment)
            && self.units.fits(workload, component, asker.environment)
            && !self.is_foreign(scope, component, asker.environment)
    }

    fn may_give(&self, opaque: &Opaque, asker: Asker<'_>) -> bool {
        let Some(component) = asker.component else { return opaque.whom != Whom::ByEntry };
        let may_reach = !matches!(opaque.whom, Whom::Unseen | Whom::ByEntry)
            || !self.is_shown_in(component, asker.environment);
        if !may_reach || self.is_hidden_elsewhere(opaque, component, asker.environment) {
            return false;
        }
        let workload = opaque.whom.workload();
        let workload = workload.and_then(|name| self.units.of_workload(opaque.source, name));
        self.units.fits(self.units.of_source(opaque.source), component, asker.environment)
            && self.units.fits(workload, component, asker.environment)
    }
}
