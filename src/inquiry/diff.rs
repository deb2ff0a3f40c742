//! How two environments differ in what they effectively give each key.
//!
//! An environment that something unseen may fill is never said to lack a key. Workloads are told apart by name; where an
//! environment gives a key one value only, that is compared whatever its workload is called.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::alone::{Alone, Names};
use super::settings::{self, Decided};
use super::{Standing, is_silent, need, reads, standing};
use crate::agreement::{Meant, Verdict, judge};
use crate::config::Config;
use crate::graph::{Coverage, Graph, Presence};
use crate::model::Opaque;
use crate::model::{Definition, EnvironmentId, KeyId, Read};

/// How two environments differ.
#[derive(Debug, Default)]
pub struct Comparison<'a> {
    /// The keys that differ: those that code reads first, then those that it may read, then the rest.
    pub differences: Vec<Difference<'a>>,
    /// How many keys have the same value in both.
    pub same: usize,
    /// What their manifests decide differently beside variables.
    pub settings: Vec<Decided<'a>>,
    /// The workloads that one of the two has alone.
    pub alone: Vec<Alone<'a>>,
}

/// A key in which the two differ.
#[derive(Debug)]
pub struct Difference<'a> {
    /// The key, by the spelling that stands for all.
    pub key: KeyId,
    /// How far it reaches.
    pub standing: Standing,
    /// Its deployed reads, those that need it most first, each with the spelling it asks for.
    pub reads: Vec<(KeyId, &'a Read)>,
    /// What differs, workload by workload.
    pub rows: Vec<Row<'a>>,
}

/// What two environments give to the same workloads.
#[derive(Debug)]
pub struct Row<'a> {
    /// The workloads; none where it is for all that get no value of their own.
    pub workloads: Vec<&'a str>,
    /// Whether some workload gets something else.
    pub is_for_others: bool,
    /// What each of the two gives.
    pub sides: [Side<'a>; 2],
    /// Why that is meant; `None` where it is not.
    pub meant: Option<Meant>,
    /// Whether it cannot be told if the two are the same.
    pub is_unknown: bool,
    /// Whether it is for workloads that one of the two has alone.
    pub is_alone: bool,
}

/// What one environment gives.
#[derive(Clone, Debug)]
pub enum Side<'a> {
    /// This, in place of what lower layers say.
    Set(&'a Definition),
    /// Nothing.
    Absent,
    /// Something that cannot be seen may: these, or an object outside the tree.
    Unknown(Vec<&'a Opaque>),
}

impl Difference<'_> {
    /// Whether all of it is meant, or cannot be told.
    pub fn is_meant(&self) -> bool {
        self.rows.iter().all(Row::is_quiet)
    }

    /// Whether one of the two lacks the key for sure.
    fn is_lacking(&self) -> bool {
        self.rows.iter().any(|row| row.sides.iter().any(|side| matches!(side, Side::Absent)))
    }
}

impl Row<'_> {
    /// Whether there is nothing to look at.
    pub fn is_quiet(&self) -> bool {
        self.meant.is_some() || self.is_unknown || self.is_alone
    }
}

/// Compares what `pair` effectively give every key.
pub fn compare<'a>(graph: &Graph<'a>, config: &Config, pair: [EnvironmentId; 2]) -> Comparison<'a> {
    let mut comparison = Comparison::default();
    let names = Names::of(graph, pair);
    let coverage = OnceCell::new();
    for key in graph.keys().filter(|key| graph.lead(*key) == *key) {
        let presence = pair.map(|at| graph.presence(key, at));
        let is_set = |one: &Presence<'_>| matches!(one, Presence::Set(_));
        if !presence.iter().any(is_set) {
            continue;
        }
        let hidden = [0, 1].map(|at| match presence[at] {
            Presence::Absent => {
                let coverage = coverage.get_or_init(|| graph.coverage());
                Hidden::of(graph, coverage, key, pair[at])
            }
            _ => Hidden::None,
        });
        let rows = rows(graph, config, (key, pair, &names), (&presence, hidden));
        if rows.is_empty() {
            comparison.same += 1;
            continue;
        }
        let (standing, reads) = (standing(graph, key), reads(graph, key));
        comparison.differences.push(Difference { key, standing, reads, rows });
    }
    comparison.settings = settings::compare(graph, config, pair);
    comparison.alone = alone(&comparison.differences, &names);
    comparison.differences.sort_by_cached_key(|one| {
        let absence = one.reads.first().map_or(u8::MAX, |(_, read)| need(read.absence));
        (one.standing, absence, !one.is_lacking(), graph.inventory.key(one.key).clone())
    });
    comparison
}

/// The workloads that one of the two has alone, by name.
fn alone<'a>(differences: &[Difference<'a>], names: &Names<'a>) -> Vec<Alone<'a>> {
    let rows = differences.iter().flat_map(|one| &one.rows).filter(|row| row.is_alone);
    let mut keys: BTreeMap<(usize, &'a str), usize> = BTreeMap::new();
    for workload in rows.flat_map(|row| row.workloads.iter().copied()) {
        if let Some(at) = names.alone(Some(workload)) {
            *keys.entry((at, workload)).or_default() += 1;
        }
    }
    keys.into_iter().map(|((at, workload), keys)| Alone { workload, at, keys }).collect()
}

/// What a workload ends up with, by name; under `None` what everybody else gets.
pub(super) type Given<'a> = BTreeMap<Option<&'a str>, &'a Definition>;

/// The rows of a key; none where the two agree.
fn rows<'a>(
    graph: &Graph<'a>,
    config: &Config,
    (key, pair, names): (KeyId, [EnvironmentId; 2], &Names<'a>),
    (presence, hidden): (&[Presence<'a>; 2], [Hidden; 2]),
) -> Vec<Row<'a>> {
    let given = [given(&presence[0]), given(&presence[1])];
    let mut rows: Vec<Row<'a>> = Vec::new();
    let is_split = given.iter().any(|one| one.keys().any(Option::is_some));
    for workload in workloads(&given) {
        let is_hidden = |at: usize| match hidden[at] {
            Hidden::All => true,
            Hidden::Workloads => workload.is_some(),
            Hidden::None => false,
        };
        let mut is_elsewhere = false;
        let has_it = names.alone(workload);
        let is_alone = has_it.is_some();
        // What others get there is nothing to compare with.
        let sides = [0, 1].map(|at| match side(&given[at], &presence[at], workload) {
            _ if has_it == Some(1 - at) => Side::Absent,
            Side::Unknown(_)
                if names.has(at, workload) && graph.lacks_for_sure(key, pair[at], workload) =>
            {
                Side::Absent
            }
            Side::Absent if is_hidden(at) => {
                is_elsewhere = true;
                Side::Unknown(Vec::new())
            }
            side => side,
        });
        let (meant, is_unknown) = match (&sides[0], &sides[1]) {
            (Side::Set(one), Side::Set(two)) => {
                match judge(graph, config, key, (pair[0], one), (pair[1], two)) {
                    Verdict::Same => continue,
                    Verdict::Meant(why) => (Some(why), false),
                    Verdict::Differ => (None, false),
                    Verdict::Unknown => (None, true),
                }
            }
            _ => (None, is_elsewhere),
        };
        let is_known = |row: &&mut Row<'_>| {
            row.is_alone == is_alone && row.sides.iter().zip(&sides).all(|(a, b)| a.is(b))
        };
        if let Some(row) = rows.iter_mut().find(is_known) {
            // What all others get comes first: a workload that gets the same is one of them.
            row.workloads.extend(workload.filter(|_| !row.is_for_others));
            continue;
        }
        let is_for_others = is_split && workload.is_none();
        let workloads = workload.into_iter().collect();
        rows.push(Row { workloads, is_for_others, sides, meant, is_unknown, is_alone });
    }
    rows
}

/// Of whom an environment shows nothing, so that what it does not give them is not absent.
#[derive(Clone, Copy, Debug)]
enum Hidden {
    /// Of nobody.
    None,
    /// Of workloads: it describes none.
    Workloads,
    /// Of all code that reads the key: it gives none of the others that this code reads.
    All,
}

impl Hidden {
    fn of(graph: &Graph<'_>, coverage: &Coverage, key: KeyId, at: EnvironmentId) -> Self {
        let is_read = graph.deployed_reads_of(key).next().is_some();
        match () {
            () if !is_read && !graph.describes_workloads(at) => Self::Workloads,
            () if is_silent(graph, coverage, key, at) => Self::All,
            () => Self::None,
        }
    }
}

/// What a presence gives, by workload.
pub(super) fn given<'a>(presence: &Presence<'a>) -> Given<'a> {
    let Presence::Set(values) = presence else { return Given::new() };
    values.iter().map(|value| (value.name(), value.meant())).collect()
}

/// The workloads to compare, all others first. Those are left out where one of the two gives nothing to them.
pub(super) fn workloads<'a>(given: &[Given<'a>; 2]) -> Vec<Option<&'a str>> {
    let mut names: Vec<Option<&str>> = given.iter().flat_map(|one| one.keys().copied()).collect();
    names.sort_unstable();
    names.dedup();
    let gives_all = |one: &Given<'_>| one.is_empty() || one.contains_key(&None);
    if names.iter().any(Option::is_some) && !given.iter().all(gives_all) {
        names.retain(Option::is_some);
    }
    // One workload each, under two names: what each gets is compared once.
    let own = |at: usize| given[at].keys().flatten().count();
    if own(0) == 1 && own(1) == 1 && names.iter().flatten().count() == 2 {
        names.pop();
    }
    names
}

/// What one environment gives a workload: its own, what everybody gets, or the one value that there is.
pub(super) fn side<'a>(
    given: &Given<'a>,
    presence: &Presence<'a>,
    workload: Option<&'a str>,
) -> Side<'a> {
    let one_value = || {
        let mut all = given.values();
        let first = all.next()?;
        all.all(|other| other.value.same(&first.value) == Some(true)).then_some(first)
    };
    let found = given.get(&workload).or_else(|| given.get(&None)).or_else(one_value);
    match (found, presence) {
        (Some(definition), _) => Side::Set(definition),
        (None, Presence::Unknown(opaque)) => Side::Unknown(opaque.clone()),
        (None, _) => Side::Absent,
    }
}

impl Side<'_> {
    /// Whether two sides are the same thing in the same place.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set(one), Self::Set(two)) => one.is_one_with(two),
            (Self::Absent, Self::Absent) | (Self::Unknown(_), Self::Unknown(_)) => true,
            _ => false,
        }
    }
}
