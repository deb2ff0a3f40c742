//! Reads behind another key: in a branch that a key selects, `if env::var("STAGE") == "deployed"`, and in functions that only
//! such branches call.
//!
//! Which value the key has where is not asked here: such a read is one under a condition, and keeps the ways that lead to it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Draft;
use crate::facts::code::{Call, Site};
use crate::link::branches::{Found, Gate};
use crate::link::chains::{Chain, Frame};
use crate::link::program::{Program, Target};
use crate::model::{Fork, Way};
use crate::text::{FileId, Span, TextRange};

/// How many calls deep a function may stand behind a branch.
const MAX_HOPS: usize = 4;

/// Of a read to which more ways lead nothing is worked out.
const MOST_WAYS: usize = 16;

/// Where code asks: the file, the range, the function around it and the forks in that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::link) struct Place {
    pub(in crate::link) file: usize,
    pub(in crate::link) range: TextRange,
    pub(in crate::link) function: Option<usize>,
    pub(in crate::link) forks: Vec<Fork>,
}

impl Place {
    /// Where user code asks for the key of a chain.
    pub(super) fn of(program: &Program<'_>, chain: &Chain<'_>) -> Self {
        let frame = chain.frames[chain.frames.len() - 1];
        Self::of_site(program, frame)
    }

    fn of_site(program: &Program<'_>, frame: Frame) -> Self {
        Self::at(frame.file, program.site(frame))
    }

    /// The place of a site.
    pub(in crate::link) fn at(file: usize, site: &Site) -> Self {
        let forks = site.forks.clone();
        Self { file, range: site.range, function: site.function, forks }
    }
}

/// Marks each read as conditional of which all places that ask for it stand behind another key.
pub(super) fn mark(program: &Program<'_>, decided: &[Found], drafts: &mut [Draft]) {
    // `@click.option(envvar="X")` stands over a function and does not decide whether it runs.
    let options: FxHashSet<Span> =
        drafts.iter().filter(|one| one.read.by_option).map(|one| one.read.span).collect();
    let deciding = decided.iter().filter(|one| !one.of_share && !options.contains(&one.read));
    let mut gates: FxHashMap<FileId, Vec<Gate>> = FxHashMap::default();
    for gate in deciding.flat_map(Found::gates) {
        gates.entry(gate.side.file).or_default().push(gate);
    }
    if gates.is_empty() {
        return;
    }
    mark_own(decided, drafts);
    let outermost = |gates: &Vec<Gate>| {
        let sides = Span::outermost(gates.iter().map(|gate| gate.side).collect());
        sides.into_iter().map(|side| side.range).collect()
    };
    let sides = gates.iter().map(|(file, gates)| (*file, outermost(gates))).collect();
    let calls = calls(program);
    let mut moded = Moded { program, sides, gates, calls, known: FxHashMap::default() };
    for draft in drafts.iter_mut() {
        let mut ways = Vec::new();
        for place in &draft.asked_at {
            let Some(found) = moded.ways(place, MAX_HOPS) else {
                ways.clear();
                break;
            };
            ways.extend(found);
        }
        if draft.is_sparse {
            open(&mut ways);
        }
        draft.read.conditional |= !ways.is_empty();
        draft.read.ways = few(ways);
    }
}

/// Says of ways that something else decides as well.
fn open(ways: &mut [Way]) {
    for way in ways {
        way.is_whole = false;
    }
}

/// The ways, where they are few enough to be looked at.
fn few(ways: Vec<Way>) -> Vec<Way> {
    if ways.len() > MOST_WAYS { vec![Way::unknown()] } else { ways }
}

/// Marks each read that stands in a branch of its own key: `if getenv("X", "auto") != "auto": getenv("X")`.
fn mark_own(decided: &[Found], drafts: &mut [Draft]) {
    let keys: FxHashMap<Span, &str> =
        drafts.iter().map(|draft| (draft.read.span, draft.key.as_str())).collect();
    let mut own: FxHashMap<(String, FileId), Vec<Span>> = FxHashMap::default();
    for one in decided {
        let Some(key) = keys.get(&one.read) else { continue };
        for side in one.sides() {
            own.entry(((*key).to_owned(), side.file)).or_default().push(side);
        }
    }
    let ranges = |sides| Span::outermost(sides).into_iter().map(|side| side.range).collect();
    let own: FxHashMap<_, Vec<TextRange>> =
        own.into_iter().map(|(place, sides)| (place, ranges(sides))).collect();
    for draft in drafts {
        let span = draft.read.span;
        let sides = own.get(&(draft.key.clone(), span.file));
        draft.read.by_itself = sides.is_some_and(|sides| span.range.is_in(sides));
    }
}

/// The calls that name no key, by the last name of what is called.
fn calls<'m>(program: &'m Program<'_>) -> FxHashMap<&'m str, Vec<(usize, &'m Call)>> {
    let mut calls: FxHashMap<&str, Vec<(usize, &Call)>> = FxHashMap::default();
    for (file, unit) in program.files.iter().enumerate() {
        for call in &unit.facts.calls {
            calls.entry(call.callee.last()).or_default().push((file, call));
        }
    }
    calls
}

struct Moded<'m, 'p> {
    program: &'m Program<'p>,
    /// What runs by a key, on either side: the outermost, in order.
    sides: FxHashMap<FileId, Vec<TextRange>>,
    /// The same, all of it, with what must be so there.
    gates: FxHashMap<FileId, Vec<Gate>>,
    calls: FxHashMap<&'m str, Vec<(usize, &'m Call)>>,
    /// The ways to functions, as far as they are known.
    known: FxHashMap<(usize, usize), Option<Vec<Way>>>,
}

impl Moded<'_, '_> {
    /// The ways that lead to a place; `None` where it stands behind no key, on one of them at least.
    fn ways(&mut self, place: &Place, hops: usize) -> Option<Vec<Way>> {
        let file = self.program.files[place.file].id;
        if self.sides.get(&file).is_some_and(|sides| place.range.is_in(sides)) {
            return Some(vec![self.way(file, place)]);
        }
        let (function, hops) = place.function.zip(hops.checked_sub(1))?;
        let mut ways = self.ways_into((place.file, function), hops)?;
        if !place.forks.is_empty() {
            open(&mut ways);
        }
        Some(ways)
    }

    fn ways_into(&mut self, id: (usize, usize), hops: usize) -> Option<Vec<Way>> {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        // What only calls itself stands behind nothing.
        self.known.insert(id, None);
        let callers = self.callers(id);
        let mut ways = (!callers.is_empty()).then(Vec::new);
        for place in callers {
            let found = self.ways(&place, hops);
            ways = ways.zip(found).map(|(ways, found)| few([ways, found].concat()));
            if ways.is_none() {
                break;
            }
        }
        self.known.insert(id, ways.clone());
        ways
    }

    /// The way to a place that stands behind keys in its own function.
    fn way(&self, file: FileId, place: &Place) -> Way {
        let gates = self.gates.get(&file).into_iter().flatten();
        let around: Vec<&Gate> =
            gates.filter(|gate| gate.side.range.contains(place.range)).collect();
        let is_known = |fork: &Fork| around.iter().any(|gate| gate.is_alone && gate.at == fork.at);
        Way {
            is_whole: place.forks.iter().all(is_known),
            conditions: around.iter().map(|gate| gate.condition.clone()).collect(),
        }
    }

    /// Where code that is no test calls a function.
    fn callers(&self, (file, function): (usize, usize)) -> Vec<Place> {
        let sites = self.program.callers(file, function).iter();
        let sites = sites.filter(|frame| !self.program.site(**frame).in_test);
        let sites = sites.map(|frame| Place::of_site(self.program, *frame));
        let name = &self.program.files[file].facts.functions[function].name;
        let last = name.rsplit('.').next().unwrap_or(name);
        let calls = self.calls.get(last).into_iter().flatten().filter(|(at, call)| {
            self.program.resolve(*at, &call.callee) == Target::Function(file, function)
        });
        let calls = calls.map(|(at, one)| {
            let forks = one.forks.clone();
            Place { file: *at, range: one.range, function: one.function, forks }
        });
        sites.chain(calls).collect()
    }
}
