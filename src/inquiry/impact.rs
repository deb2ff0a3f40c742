//! What a change of one key reaches: code, the keys that are built from it, and for each of its definitions the
//! environments in which a change there takes effect.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Standing, standing};
use crate::graph::{Effective, Feed, Graph, Presence, Reason};
use crate::model::{Definition, EnvironmentId, KeyId, Read, Role};

/// The most keys that are followed from one.
const MOST: usize = 1_000;

/// What a change of a key reaches.
pub struct Impact<'a> {
    /// The key, by the spelling that was asked for.
    pub key: KeyId,
    /// How far it reaches.
    pub standing: Standing,
    /// Its reads in all spellings, by place; tests left out.
    pub reads: Vec<(KeyId, &'a Read)>,
    /// What else reads it or may.
    pub reasons: Vec<Reason<'a>>,
    /// The keys that are built from it, nearest first.
    pub onward: Vec<Onward<'a>>,
    /// Its definitions, by place.
    pub sources: Vec<Source<'a>>,
    /// The environments that no definition of the tree gives it, and whether something else may.
    pub without: Vec<(EnvironmentId, bool)>,
}

/// A key that is built from another one.
pub struct Onward<'a> {
    /// The key.
    pub key: KeyId,
    /// The key that it takes the value from.
    pub from: KeyId,
    /// How.
    pub by: Feed,
    /// The reads of it.
    pub reads: Vec<(KeyId, &'a Read)>,
}

/// A definition, and where a change of it shows.
pub struct Source<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// The environments in which it takes effect, with the workloads; none where all get it.
    pub effective: Vec<(EnvironmentId, Vec<&'a str>)>,
    /// The environments in which another one takes its place, with that.
    pub shadowed: Vec<(EnvironmentId, Vec<&'a str>, &'a Definition)>,
}

/// What a change of `key`, in any of its spellings, reaches.
pub fn impact<'a>(graph: &Graph<'a>, key: KeyId) -> Impact<'a> {
    let family = graph.spellings_of(key);
    let mut reads = super::reads(graph, key);
    reads.sort_by_key(|(_, read)| read.span);
    let mut reasons: Vec<Reason<'a>> = Vec::new();
    for reason in family.iter().flat_map(|key| graph.reasons(*key)) {
        let is_told = matches!(reason, Reason::Read(_) | Reason::Feeds { .. });
        if !is_told && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let sources = sources(graph, &family);
    let coverage = OnceCell::new();
    let is_silent =
        |id| super::is_silent(graph, coverage.get_or_init(|| graph.coverage()), key, id);
    let without = graph.environments().filter_map(|(id, _)| match graph.presence(key, id) {
        Presence::Set(_) => None,
        Presence::Absent => Some((id, is_silent(id))),
        Presence::Unknown(_) => Some((id, true)),
    });
    Impact {
        key,
        standing: standing(graph, key),
        reads,
        reasons,
        onward: onward(graph, &family),
        sources,
        without: without.collect(),
    }
}

/// The keys that take their value from these, and from those again.
fn onward<'a>(graph: &Graph<'a>, family: &[KeyId]) -> Vec<Onward<'a>> {
    let mut met: BTreeSet<KeyId> = family.iter().copied().collect();
    let mut open: std::collections::VecDeque<KeyId> = family.iter().copied().collect();
    let mut found = Vec::new();
    while let Some(from) = open.pop_front() {
        for (key, by) in graph.fed_by(from) {
            if matches!(by, Feed::Spelling(_)) || met.len() >= MOST || !met.insert(key) {
                continue;
            }
            // All its spellings come with it; they are told once.
            for other in graph.spellings_of(key) {
                if other == key || met.insert(other) {
                    open.push_back(other);
                }
            }
            let reads = super::reads(graph, key);
            found.push(Onward { key, from, by, reads });
        }
    }
    found
}

/// Where a definition stands, and where its value is written: one line of a template gives many.
type Written = (crate::text::Span, Option<crate::text::Span>);

fn written(definition: &Definition) -> Written {
    (definition.key_span, definition.written.first().copied())
}

/// The definitions of a key with what each does in each environment.
fn sources<'a>(graph: &Graph<'a>, family: &[KeyId]) -> Vec<Source<'a>> {
    let mut sources: BTreeMap<Written, Source<'a>> = BTreeMap::new();
    let empty = |definition: &'a Definition| Source {
        definition,
        effective: Vec::new(),
        shadowed: Vec::new(),
    };
    for (_, definition) in
        family.iter().flat_map(|key| graph.definitions_of(*key).collect::<Vec<_>>())
    {
        let role = graph.inventory.source(definition.source).role;
        if !definition.commented && role == Role::Values {
            sources.entry(written(definition)).or_insert_with(|| empty(definition));
        }
    }
    let Some(key) = family.first() else { return Vec::new() };
    for (id, _) in graph.environments() {
        let Presence::Set(values) = graph.presence(*key, id) else { continue };
        for value in &values {
            let name = value.name();
            let source =
                sources.entry(written(value.winner)).or_insert_with(|| empty(value.winner));
            add(&mut source.effective, id, name);
            // What a variable takes over takes effect where the variable does.
            let is_taken = |one: &Definition| {
                let at = one.value_span.unwrap_or(one.key_span);
                // A line of Terraform that asks for a variable does what its answer does.
                let asks = one.scope == value.winner.scope
                    && graph.inventory.source(one.source).kind == "terraform"
                    && value.winner.lost.contains(&at);
                one.key_span != value.winner.key_span
                    && (asks || value.winner.written.contains(&at))
            };
            for source in sources.values_mut().filter(|source| is_taken(source.definition)) {
                add(&mut source.effective, id, name);
            }
            for one in shadowed(value) {
                let source = sources.entry(written(one)).or_insert_with(|| empty(one));
                // Each of two components has its own file of settings.
                let is_unscoped = one.scope.is_none() && value.winner.scope.is_none();
                if is_unscoped && graph.are_apart(one.source, value.winner.source) {
                    add(&mut source.effective, id, None);
                    continue;
                }
                let known = source
                    .shadowed
                    .iter_mut()
                    .find(|(at, _, wins)| *at == id && wins.key_span == value.winner.key_span);
                match known {
                    Some((_, names, _)) => names.extend(name),
                    None => source.shadowed.push((id, name.into_iter().collect(), value.winner)),
                }
            }
        }
    }
    sources.into_values().collect()
}

fn add<'a>(to: &mut Vec<(EnvironmentId, Vec<&'a str>)>, id: EnvironmentId, name: Option<&'a str>) {
    match to.iter_mut().find(|(at, _)| *at == id) {
        Some((_, names)) => names.extend(name),
        None => to.push((id, name.into_iter().collect())),
    }
}

/// What a value takes the place of, each line once.
fn shadowed<'a>(value: &Effective<'a>) -> Vec<&'a Definition> {
    let mut met = vec![value.winner.key_span];
    let mut shadowed = value.shadowed.clone();
    shadowed.retain(|one| {
        let is_new = !met.contains(&one.key_span);
        met.push(one.key_span);
        is_new
    });
    shadowed
}
