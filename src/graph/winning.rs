//! Which of the definitions that take part wins, for each workload.
//!
//! Knows their order and nothing of how it came to be.

use std::collections::{BTreeMap, BTreeSet};

use super::{Effective, Graph};
use crate::model::{Binding, Definition, DefinitionId, EnvironmentId, Scope, SourceId, Value};
use crate::text::{FileId, TextRange};

/// One definition that takes part, with its place in the order, greater winning: whether its name is of the process
/// environment, how close it stands to the workload, its turn in what lays maps over one another, its layer, its place.
pub(super) struct Candidate<'a> {
    pub(super) definition: &'a Definition,
    pub(super) scope: Option<&'a Scope>,
    /// What the workload is called beside others of its name.
    pub(super) apart: Option<&'a str>,
    pub(super) rank: (bool, u8, u32, u32, DefinitionId),
}

/// Drops what compose keeps from a service: a name that it only hands on (`- HEAT`) is not there where nobody outside sets it,
/// whatever `env_file` or what stands before gives the service.
pub(super) fn drop_kept_out(candidates: &mut Vec<Candidate<'_>>) {
    let is_handed_on = |one: &Candidate<'_>| one.definition.value == Value::PassThrough;
    let own = candidates.iter().filter(|one| is_handed_on(one) && one.scope.is_some());
    let handed_on: Vec<_> = own.map(|one| (one.scope, one.apart, one.rank)).collect();
    candidates.retain(|one| {
        let is_below = |(scope, apart, rank): &(Option<&Scope>, Option<&str>, _)| {
            one.scope == *scope && one.apart == *apart && one.rank < *rank
        };
        !is_handed_on(one) && !handed_on.iter().any(is_below)
    });
}

/// Drops what another value answers: a name of Terraform, where a call of the module or a file of variables says what it is.
pub(super) fn drop_answered(candidates: &mut Vec<Candidate<'_>>) {
    let answers = candidates.iter().filter(|one| !one.definition.lost.is_empty());
    let answered: BTreeSet<_> = answers
        .flat_map(|one| one.definition.lost.iter().map(|span| (one.scope, one.apart, *span)))
        .collect();
    if answered.is_empty() {
        return;
    }
    candidates.retain(|one| {
        let written = one.definition.value_span.unwrap_or(one.definition.key_span);
        !answered.contains(&(one.scope, one.apart, written))
    });
}

impl<'a> Graph<'a> {
    /// What a service is called beside others of its name in an environment.
    pub(super) fn namesake(
        &self,
        by: SourceId,
        scope: &Scope,
        at: EnvironmentId,
    ) -> Option<&'a str> {
        let all = self.inventory.namesakes.get(&by)?;
        self.index.crowded.get(&(at, scope.name()))?;
        all.get(scope.name()).map(String::as_str)
    }

    /// Whether an object is the one that a workload takes entries from: where a tool makes the workload and an object of that
    /// name, all others are made for somebody else.
    pub(super) fn is_made_for(&self, object: SourceId, binding: &Binding) -> bool {
        let results = &self.inventory.results;
        let Some(result) = results.get(&binding.source) else { return true };
        let has_own = self.index.made.contains(&(binding.object.as_str(), result));
        !has_own || results.get(&object) == Some(result)
    }

    fn comes_to(
        &self,
        id: DefinitionId,
        at: EnvironmentId,
        (scope, apart): (Option<&Scope>, Option<&str>),
    ) -> Option<&'a Definition> {
        let all = &self.inventory.resolved;
        let place = all.binary_search_by(|one| one.place().cmp(&(id, at, scope, apart))).ok()?;
        Some(&all[place].definition)
    }

    /// One effective value for all, and one for each workload that has candidates of its own.
    pub(super) fn effective(
        &self,
        candidates: &[Candidate<'a>],
        at: EnvironmentId,
    ) -> Vec<Effective<'a>> {
        let is_shared =
            |candidate: &Candidate<'_>| !matches!(candidate.scope, Some(Scope::Workload(_)));
        let mut shared: Vec<&Candidate<'a>> = Vec::new();
        let mut own: BTreeMap<Option<&'a Scope>, Vec<&Candidate<'a>>> = BTreeMap::new();
        for candidate in candidates {
            if is_shared(candidate) {
                shared.push(candidate);
            } else {
                own.entry(candidate.scope).or_default().push(candidate);
            }
        }
        let scoped: BTreeSet<&str> = own.keys().flatten().map(|scope| scope.name()).collect();
        let is_image =
            |one: &&Candidate<'a>| self.inventory.source(one.definition.source).is_image();
        let has_image = shared.iter().any(is_image);
        let files = if has_image { self.dockerfiles(at) } else { BTreeSet::new() };
        let running = self.running_images(&shared, at, &files);
        let mut all = Vec::with_capacity(own.len());
        for (name, runs) in running.iter().filter(|(name, _)| !scoped.contains(*name)) {
            let given = shared.iter().filter(|one| self.is_in_image(one.definition, runs, &files));
            all.extend(self.first_of(given.copied().collect(), (None, Some(name)), at));
        }
        let units: BTreeSet<&str> = running.values().map(|it| it.0).collect();
        let run = |one: &Candidate<'_>| {
            self.image_unit(one.definition).is_some_and(|unit| units.contains(unit))
                || files.contains(&self.inventory.source(one.definition.source).file)
        };
        let everywhere = shared.iter().any(|one| !run(one));
        if everywhere {
            own.entry(None).or_default();
        }
        for (scope, own) in own {
            // What only changes a service is laid over each of that name.
            let mut names: BTreeSet<Option<&'a str>> = own.iter().map(|one| one.apart).collect();
            if names.len() > 1 || names.is_empty() {
                names.remove(&None);
            }
            if names.is_empty() {
                names.insert(None);
            }
            let runs = scope.and_then(|scope| running.get(scope.name()));
            let others = shared.iter().filter(|one| match (scope, runs) {
                (None, _) => !run(one),
                (Some(_), Some(runs)) => self.is_in_image(one.definition, runs, &files),
                (Some(_), None) => self.reaches_unit(one.definition, scope),
            });
            let others: Vec<&Candidate<'a>> = others.copied().collect();
            let mut told = Vec::with_capacity(names.len());
            for apart in names {
                let mine = own.iter().filter(|one| one.apart.is_none_or(|it| apart == Some(it)));
                let reached = others.iter().filter(|one| self.is_beside(one, scope, apart, at));
                let given = mine.chain(reached).copied().collect();
                told.extend(self.first_of(given, (scope, apart), at));
            }
            if self.is_one_value(&told, at) {
                told.truncate(1);
                told[0].apart = None;
            }
            all.append(&mut told);
        }
        all
    }

    /// Whether a value for all may be one of those that are called apart: not where a tool makes it beside another.
    fn is_beside(
        &self,
        one: &Candidate<'a>,
        scope: Option<&Scope>,
        apart: Option<&str>,
        at: EnvironmentId,
    ) -> bool {
        let said = scope.and_then(|scope| self.namesake(one.definition.source, scope, at));
        said.is_none_or(|said| apart == Some(said))
    }

    /// Whether all workloads of one name get one value, as a tool makes it for each: that is told once.
    fn is_one_value(&self, told: &[Effective<'a>], at: EnvironmentId) -> bool {
        let Some((first, rest)) = told.split_first() else { return false };
        let of_name = first.scope.and_then(|scope| self.index.crowded.get(&(at, scope.name())));
        let is_made = |one: &Effective<'_>| self.inventory.results.contains_key(&one.winner.source);
        let is_same = |one: &Effective<'_>| match (&first.winner.value, &one.winner.value) {
            (Value::Reference { needs, .. }, other) => {
                needs.is_empty() && first.winner.value == *other
            }
            (value, other) => value.same(other) == Some(true),
        };
        let are_all = !rest.is_empty() && of_name == Some(&told.len());
        are_all && is_made(first) && rest.iter().all(|one| is_made(one) && is_same(one))
    }

    /// The one of several that wins, with the others below it.
    fn first_of(
        &self,
        mut given: Vec<&Candidate<'a>>,
        (scope, apart): (Option<&'a Scope>, Option<&'a str>),
        at: EnvironmentId,
    ) -> Option<Effective<'a>> {
        given.sort_unstable_by_key(|one| std::cmp::Reverse(one.rank));
        let (first, rest) = given.split_first()?;
        let (id, winner) = (first.rank.4, first.definition);
        let comes_to = self.comes_to(id, at, (scope, apart));
        let shadowed = rest.iter().map(|one| one.definition).collect();
        Some(Effective { scope, apart, winner, id, comes_to, shadowed })
    }

    /// The component that an image is built for, where a definition is one of an image.
    fn image_unit(&self, definition: &Definition) -> Option<&str> {
        let is_image = self.inventory.source(definition.source).is_image();
        self.units.of_source(definition.source).filter(|_| is_image)
    }

    /// The Dockerfiles that workloads of an environment are known to be built by.
    fn dockerfiles(&self, at: EnvironmentId) -> BTreeSet<FileId> {
        let here = self.units.here_in(at).filter_map(|it| self.inventory.workloads.get(it));
        here.filter_map(|one| one.dockerfile).collect()
    }

    /// Whether what runs an image of a component gets a value: not that of another image. Two Dockerfiles beside each
    /// other are two images where each is known to be some workload's own; else one may build on the other.
    fn is_in_image(
        &self,
        definition: &Definition,
        (unit, dockerfile, stages): &Built<'_>,
        files: &BTreeSet<FileId>,
    ) -> bool {
        let source = self.inventory.source(definition.source);
        let of = self.units.of_source(definition.source);
        if source.is_image() {
            return match dockerfile {
                Some(own) if files.contains(&source.file) => {
                    let at = definition.key_span.range.start;
                    let holds = |stage: &TextRange| stage.start <= at && at < stage.end;
                    *own == source.file && stages.is_none_or(|all| all.iter().any(holds))
                }
                _ => of == Some(unit),
            };
        }
        of.is_none_or(|of| self.units.shares(unit, of))
    }

    /// The workloads of an environment that run images of which some are among `shared`, with the component of each and
    /// its Dockerfile, where that is known.
    fn running_images(
        &self,
        shared: &[&Candidate<'a>],
        at: EnvironmentId,
        files: &BTreeSet<FileId>,
    ) -> BTreeMap<&'a str, Built<'a>> {
        let units: BTreeSet<&str> =
            shared.iter().filter_map(|one| self.image_unit(one.definition)).collect();
        let source = |one: &&Candidate<'a>| self.inventory.source(one.definition.source).file;
        let given: BTreeSet<FileId> =
            shared.iter().map(source).filter(|file| files.contains(file)).collect();
        if units.is_empty() && given.is_empty() {
            return BTreeMap::new();
        }
        let workloads = self.units.here_in(at).filter_map(|it| self.inventory.workloads.get(it));
        let running = workloads.filter_map(|one| {
            let stages = one.stages.as_deref();
            Some((one.name.as_str(), (one.runs.component()?, one.dockerfile, stages)))
        });
        let is_one = |(_, (unit, file, _)): &(&str, Built<'_>)| {
            units.contains(unit) || file.is_some_and(|file| given.contains(&file))
        };
        running.filter(is_one).collect()
    }
}

/// The component that is in an image, the Dockerfile of the image and the parts of it that go in, where that is known.
type Built<'a> = (&'a str, Option<FileId>, Option<&'a [TextRange]>);
