//! What goes with a flag: the branches that lose, the functions that only they call, and the keys that only all these use.
//!
//! A function goes where every place that names it goes. A key goes where every place that asks for it, or that uses the field
//! it fills, goes. What something else may call or read stays. Knows branches as far as conditions could be taken apart.

use std::collections::BTreeSet;

use super::{Flag, Ground, Stand};
use crate::graph::{Graph, Reason};
use crate::model::{Branch, FieldUse, Helper, Inventory, KeyId, Read, ReadId};
use crate::nature::shape;
use crate::text::{Span, TextRange};

/// Whether all places that ask for a flag decide right there, and both ways of each do the same.
pub(super) fn is_vain(inventory: &Inventory, reads: &[(ReadId, &Read)]) -> bool {
    let is_idle = |(id, read): &(ReadId, &Read)| {
        let mut branches = branches_of(inventory, *id).peekable();
        let holds =
            |span: Span| span.file == read.span.file && span.range.contains(read.span.range);
        let is_here = |one: &Branch| one.is_vain && holds(one.span);
        branches.peek().is_some() && branches.all(is_here)
    };
    !reads.is_empty() && reads.iter().all(is_idle)
}

/// Functions that call each other in a longer row are not followed.
const MOST_STEPS: usize = 30;

/// What goes with a flag.
#[derive(Clone, Debug, Default)]
pub struct Leaves<'a> {
    /// The code that never runs again.
    pub branches: Vec<Span>,
    /// The functions that only that code calls, by place.
    pub helpers: Vec<&'a Helper>,
    /// The keys that only that code uses, by name, each with the places that ask for it.
    pub keys: Vec<(KeyId, Vec<&'a Read>)>,
}

/// What would go with a flag of which nobody sees what it comes to.
#[derive(Clone, Debug)]
pub struct Either<'a> {
    /// Where it is on for good.
    pub on: Leaves<'a>,
    /// Where it is off for good.
    pub off: Leaves<'a>,
}

/// The places of a program in order, to find those in a piece of code.
pub(super) struct Places<'a> {
    reads: Vec<(Span, &'a Read)>,
    uses: Vec<(Span, &'a FieldUse)>,
    /// Uses of one field, by the place of its declaration.
    by_field: Vec<(Span, &'a FieldUse)>,
    /// The reads that declare a field.
    declared: Vec<(Span, &'a Read)>,
}

impl<'a> Places<'a> {
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let counts = |read: &&Read| !read.in_test && !read.is_echo;
        let reads = inventory.reads.iter().filter(counts);
        let mut reads: Vec<_> = reads.map(|read| (read.span, read)).collect();
        reads.sort_by_key(|(span, _)| *span);
        let in_code = || inventory.uses.iter().filter(|one| !one.in_test);
        let mut uses: Vec<_> = in_code().map(|one| (one.span, one)).collect();
        uses.sort_by_key(|(span, _)| *span);
        let mut by_field: Vec<_> = in_code().map(|one| (one.declared, one)).collect();
        by_field.sort_by_key(|(span, one)| (*span, one.span));
        let spans = |(_, read): &(Span, &'a Read)| [(read.key_span, *read), (read.span, *read)];
        let mut declared: Vec<_> = reads.iter().flat_map(spans).collect();
        declared.sort_by_key(|(span, _)| *span);
        Self { reads, uses, by_field, declared }
    }
}

/// The entries that stand in `span`, of a list in order of place.
fn inside<T>(list: &[(Span, T)], span: Span) -> impl Iterator<Item = &T> {
    let first =
        list.partition_point(|(at, _)| (at.file, at.range.start) < (span.file, span.range.start));
    let here = move |at: &Span| at.file == span.file && at.range.start < span.range.end;
    let within = list[first..].iter().take_while(move |(at, _)| here(at));
    within.filter(move |(at, _)| span.range.contains(at.range)).map(|(_, one)| one)
}

/// The entries at exactly `span`, of a list in order of place.
fn at<T>(list: &[(Span, T)], span: Span) -> impl Iterator<Item = &T> {
    let first = list.partition_point(|(at, _)| *at < span);
    list[first..].iter().take_while(move |(at, _)| *at == span).map(|(_, one)| one)
}

/// What goes with `flag` where it comes to `stand` for good.
pub(super) fn leaves<'a>(ground: &Ground<'a>, flag: &Flag<'a>, stand: &Stand) -> Leaves<'a> {
    leaving(ground, flag, stand, &texts(flag, stand))
}

fn leaving<'a>(
    ground: &Ground<'a>,
    flag: &Flag<'a>,
    stand: &Stand,
    texts: &BTreeSet<&str>,
) -> Leaves<'a> {
    let inventory = ground.graph.inventory;
    let branches = flag.reads.iter().flat_map(|(id, _)| branches_of(inventory, *id));
    let losing = branches.filter_map(|branch| loses(branch, stand, texts));
    let branches = Span::outermost(losing.collect());
    let helpers = helpers(inventory, &branches);
    let own = helpers.iter().map(|helper| helper.span);
    let code = Span::outermost(branches.iter().copied().chain(own).collect());
    let keys = keys(ground, flag, &code);
    Leaves { branches, helpers, keys }
}

/// What would go with `flag` were it on for good and were it off; `None` where that is the same: nothing.
pub(super) fn either<'a>(ground: &Ground<'a>, flag: &Flag<'a>) -> Option<Either<'a>> {
    let [on, off] =
        [Stand::On, Stand::Off].map(|stand| leaving(ground, flag, &stand, &BTreeSet::new()));
    (!on.branches.is_empty() || !off.branches.is_empty()).then_some(Either { on, off })
}

/// Where code decides by a flag that it asks for elsewhere: by a field that it fills, by a function that asks.
pub(super) fn checks(inventory: &Inventory, flag: &Flag<'_>) -> Vec<Span> {
    let branches = flag.reads.iter().flat_map(|(id, _)| branches_of(inventory, *id));
    let all: BTreeSet<Span> = branches.filter_map(|branch| check(flag, branch)).collect();
    all.into_iter().collect()
}

/// What stands before the two sides of a branch, where the flag is asked for elsewhere.
fn check(flag: &Flag<'_>, branch: &Branch) -> Option<Span> {
    let whole = branch.span;
    let asks = |read: &Read| read.span.file == whole.file && whole.range.contains(read.span.range);
    if flag.reads.iter().any(|(_, read)| asks(read)) {
        return None;
    }
    let sides = [branch.on, branch.off].into_iter().flatten();
    let inside = sides.filter(|side| side.range.start > whole.range.start);
    let end = inside.map(|side| side.range.start).min().unwrap_or(whole.range.end);
    let head = TextRange { start: whole.range.start, end: end.min(whole.range.end) };
    Some(Span::new(whole.file, head))
}

/// The functions that only these branches call, also through each other.
fn helpers<'a>(inventory: &'a Inventory, branches: &[Span]) -> Vec<&'a Helper> {
    if branches.is_empty() {
        return Vec::new();
    }
    let mut gone = branches.to_vec();
    let mut stays: Vec<&Helper> = inventory.helpers.iter().collect();
    let mut goes: Vec<&Helper> = Vec::new();
    for _ in 0..MOST_STEPS {
        let is_gone = |helper: &&Helper| helper.named.iter().all(|at| is_within(&gone, *at));
        let (now, later): (Vec<_>, Vec<_>) = stays.into_iter().partition(is_gone);
        stays = later;
        if now.is_empty() {
            break;
        }
        gone.extend(now.iter().map(|helper| helper.span));
        gone = Span::outermost(gone);
        goes.extend(now);
    }
    // What stands in a branch goes with it, and what stands in a class goes with that.
    let whole = Span::outermost(goes.iter().map(|helper| helper.span).collect());
    goes.retain(|helper| !is_within(branches, helper.span) && whole.contains(&helper.span));
    goes.sort_by_key(|helper| helper.span);
    goes
}

/// The branches of a read.
pub(super) fn branches_of(inventory: &Inventory, read: ReadId) -> impl Iterator<Item = &Branch> {
    let all = &inventory.branches;
    let first = all.partition_point(|branch| branch.read < read);
    all[first..].iter().take_while(move |branch| branch.read == read)
}

/// What never runs where the flag comes to `stand`. A branch that compares needs the text that is compared; a word for on or
/// for off will do where no text is known.
fn loses(branch: &Branch, stand: &Stand, texts: &BTreeSet<&str>) -> Option<Span> {
    let means = |on: bool| branch.equals.iter().all(|text| shape::switch(text) == Some(on));
    let is_plain = branch.equals.is_empty() || texts.is_empty() && means(true);
    if is_plain || texts.is_empty() && means(false) {
        return match (stand, is_plain) {
            (Stand::On, true) | (Stand::Off, false) => branch.off,
            (Stand::Off, true) | (Stand::On, false) => branch.on,
            _ => None,
        };
    }
    let equals = |text: &&str| branch.equals.iter().any(|one| one == text);
    match (texts.iter().all(equals), texts.iter().any(equals)) {
        _ if texts.is_empty() => None,
        (true, _) => branch.off,
        (_, false) => branch.on,
        _ => None,
    }
}

/// The texts that code gets, where that are the same everywhere or all are known.
fn texts<'f>(flag: &'f Flag<'_>, stand: &'f Stand) -> BTreeSet<&'f str> {
    if let Stand::Value(text) = stand {
        return BTreeSet::from([text.as_str()]);
    }
    let counted = flag.states.iter().filter(|state| !state.is_local);
    let mut texts = BTreeSet::new();
    for state in counted {
        if state.by_default {
            return BTreeSet::new();
        }
        for one in &state.winners {
            let Some(text) = one.value.shown() else { return BTreeSet::new() };
            texts.insert(text);
        }
    }
    texts
}

/// Whether a place stands in one of these pieces of code, which are in order and apart from each other.
fn is_within(sorted: &[Span], at: Span) -> bool {
    let behind =
        sorted.partition_point(|span| (span.file, span.range.start) <= (at.file, at.range.start));
    let last = behind.checked_sub(1).map(|last| sorted[last]);
    last.is_some_and(|span| span.file == at.file && span.range.contains(at.range))
}

fn keys<'a>(
    ground: &Ground<'a>,
    flag: &Flag<'a>,
    branches: &[Span],
) -> Vec<(KeyId, Vec<&'a Read>)> {
    let graph = ground.graph;
    let places = ground.places.get_or_init(|| Places::of(graph.inventory));
    let mut asked: BTreeSet<KeyId> = BTreeSet::new();
    for span in branches {
        asked.extend(inside(&places.reads, *span).filter_map(|read| key_of(graph, read)));
        for one in inside(&places.uses, *span) {
            asked.extend(at(&places.declared, one.declared).filter_map(|read| key_of(graph, read)));
        }
    }
    asked.remove(&flag.key);
    let goes = |key: &KeyId| only_in(graph, places, *key, branches);
    let mut keys: Vec<_> = asked
        .into_iter()
        .filter(goes)
        .map(|key| {
            let family = graph.spellings_of(key);
            let reads = family.iter().flat_map(|one| graph.deployed_reads_of(*one)).collect();
            (key, reads)
        })
        .collect();
    keys.sort_by_key(|(key, _)| &graph.inventory.key(*key).name);
    keys
}

fn key_of(graph: &Graph<'_>, read: &Read) -> Option<KeyId> {
    match &read.key {
        crate::model::KeyRef::Exact(key) => Some(graph.lead(*key)),
        crate::model::KeyRef::Pattern { .. } => None,
    }
}

/// Whether all that asks for a key stands in these pieces of code.
fn only_in(graph: &Graph<'_>, places: &Places<'_>, key: KeyId, branches: &[Span]) -> bool {
    let is_in = |span: Span| {
        branches.iter().any(|at| at.file == span.file && at.range.contains(span.range))
    };
    let uses = |read: &Read| {
        let of_field = at(&places.by_field, read.key_span).chain(at(&places.by_field, read.span));
        of_field.map(|one| one.span).collect::<Vec<_>>()
    };
    let reads_it = |reason: &Reason<'_>| match reason {
        Reason::Read(id) => {
            let read = graph.inventory.read(*id);
            let uses = uses(read);
            is_in(read.span) || !uses.is_empty() && uses.into_iter().all(is_in)
        }
        Reason::Feeds { to, .. } => graph.lead(*to) == key,
        Reason::Mention(text) => text.is_prose(),
        // A dump of everything asks for nothing.
        Reason::Wild(_) => true,
        Reason::Consumer(_) | Reason::Asked(_) | Reason::Pattern(_) => false,
    };
    // What gives it may use it itself.
    let is_used = |one: &KeyId| graph.definitions_of(*one).any(|(_, one)| one.used_here);
    let family = graph.spellings_of(key);
    !family.iter().any(is_used) && family.iter().all(|one| graph.reasons(*one).iter().all(reads_it))
}

#[cfg(test)]
mod tests {
    use crate::text::{FileId, Span, TextRange};

    #[test]
    fn inner_branches_go_with_the_outer_one() {
        let span = |file, start, end| Span::new(FileId(file), TextRange::new(start, end));
        let all =
            vec![span(0, 0, 5), span(0, 0, 20), span(0, 10, 15), span(0, 30, 40), span(1, 0, 3)];
        assert_eq!(Span::outermost(all), [span(0, 0, 20), span(0, 30, 40), span(1, 0, 3)]);
    }
}
