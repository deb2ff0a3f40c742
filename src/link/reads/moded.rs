//! Reads behind another key: in a branch that a key selects, `if env::var("STAGE") == "deployed"`, and in functions that only
//! such branches call.
//!
//! Which value the key has where is not asked here: such a read is one under a condition.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Draft;
use crate::facts::code::Call;
use crate::link::branches::Found;
use crate::link::chains::Chain;
use crate::link::program::{Program, Target};
use crate::text::{FileId, Span, TextRange};

/// How many calls deep a function may stand behind a branch.
const MAX_HOPS: usize = 4;

/// Where code asks: the file, the range, and the function around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::link) struct Place {
    pub(in crate::link) file: usize,
    pub(in crate::link) range: TextRange,
    pub(in crate::link) function: Option<usize>,
}

impl Place {
    /// Where user code asks for the key of a chain.
    pub(super) fn of(program: &Program<'_>, chain: &Chain<'_>) -> Self {
        let frame = chain.frames[chain.frames.len() - 1];
        let site = program.site(frame);
        Self { file: frame.file, range: site.range, function: site.function }
    }
}

/// Marks each read as conditional of which all places that ask for it stand behind another key.
pub(super) fn mark(program: &Program<'_>, decided: &[Found], drafts: &mut [Draft]) {
    // `@click.option(envvar="X")` stands over a function and does not decide whether it runs.
    let options: FxHashSet<Span> =
        drafts.iter().filter(|one| one.read.by_option).map(|one| one.read.span).collect();
    let deciding = decided.iter().filter(|one| !one.of_share && !options.contains(&one.read));
    let mut sides: FxHashMap<FileId, Vec<TextRange>> = FxHashMap::default();
    for side in Span::outermost(deciding.flat_map(Found::sides).collect()) {
        sides.entry(side.file).or_default().push(side.range);
    }
    if sides.is_empty() {
        return;
    }
    mark_own(decided, drafts);
    let mut moded = Moded { program, sides, calls: calls(program), known: FxHashMap::default() };
    for draft in drafts.iter_mut().filter(|draft| !draft.read.conditional) {
        let places = &draft.asked_at;
        draft.read.conditional =
            !places.is_empty() && places.iter().all(|place| moded.is_behind(*place, MAX_HOPS));
    }
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
    calls: FxHashMap<&'m str, Vec<(usize, &'m Call)>>,
    /// The functions that are known to stand behind a key or not.
    known: FxHashMap<(usize, usize), bool>,
}

impl Moded<'_, '_> {
    fn is_behind(&mut self, place: Place, hops: usize) -> bool {
        let sides = self.sides.get(&self.program.files[place.file].id);
        if sides.is_some_and(|sides| place.range.is_in(sides)) {
            return true;
        }
        let Some((function, hops)) = place.function.zip(hops.checked_sub(1)) else { return false };
        let id = (place.file, function);
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        // What only calls itself stands behind nothing.
        self.known.insert(id, false);
        let callers = self.callers(id);
        let is_behind =
            !callers.is_empty() && callers.into_iter().all(|place| self.is_behind(place, hops));
        self.known.insert(id, is_behind);
        is_behind
    }

    /// Where code that is no test calls a function.
    fn callers(&self, (file, function): (usize, usize)) -> Vec<Place> {
        let sites = self.program.callers(file, function).iter().filter_map(|frame| {
            let site = self.program.site(*frame);
            let place = Place { file: frame.file, range: site.range, function: site.function };
            (!site.in_test).then_some(place)
        });
        let name = &self.program.files[file].facts.functions[function].name;
        let last = name.rsplit('.').next().unwrap_or(name);
        let calls = self.calls.get(last).into_iter().flatten().filter(|(at, call)| {
            self.program.resolve(*at, &call.callee) == Target::Function(file, function)
        });
        let calls =
            calls.map(|(at, one)| Place { file: *at, range: one.range, function: one.function });
        sites.chain(calls).collect()
    }
}
