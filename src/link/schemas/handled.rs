//! What the users of a field make of its absence: `if settings.dsn is None: raise …`, `settings.name or "shop"`.
//!
//! A field that may be none is required all the same where a user says that it fails without it and no other use of that
//! name stands anywhere else, or where the module that declares it fails when it is loaded. It has a default where all
//! uses give it the same one.

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::uses::followed;
use super::{Leaf, Schema, Tables};
use crate::facts::code::{Expr, Site};
use crate::facts::schema::TypeExpr;
use crate::link::absence::{Answer, Answered, answered};
use crate::link::evaluate::Bound;
use crate::link::program::Program;
use crate::model::{Absence, StandIn, ValueType, When};
use crate::text::{FileId, Span, TextRange};

/// More uses of one field than this decide nothing.
const MAX_USES: usize = 500;

/// Where a field is declared: its file, and where its name is written.
type Place = (usize, TextRange);

/// Where and when the users of a field decide what its absence does.
#[derive(Clone, Copy, Debug)]
pub(in crate::link) struct Settled {
    pub(in crate::link) at: Span,
    pub(in crate::link) when: When,
    pub(in crate::link) stand_in: Option<StandIn>,
}

/// One use that handles the absence of a field.
struct Handled<'p> {
    file: usize,
    site: &'p Site,
    answered: Answered,
}

/// What all users of a field come to.
enum Verdict {
    Required,
    Default(Bound),
    Optional,
}

/// Lets the users of fields decide where their declarations leave it open.
pub(in crate::link) fn settle(
    program: &Program<'_>,
    tables: &[Tables<'_>],
    texts: &[(FileId, &str)],
    schemas: &mut [Schema],
) {
    let mut open: FxHashMap<Place, Option<Bound>> = FxHashMap::default();
    for leaf in schemas.iter().flat_map(|schema| &schema.leaves).filter(|leaf| is_open(leaf)) {
        open.insert((leaf.file, leaf.range), leaf.default.clone());
    }
    if open.is_empty() {
        return;
    }
    let handled = handled(program, tables, &open);
    let names = names(program, handled.keys().copied());
    let mentioned = mentioned(&names, texts);
    let verdicts: FxHashMap<Place, (Verdict, Settled, bool)> = handled
        .into_iter()
        .filter_map(|(place, uses)| {
            let elsewhere = mentioned.get(*names.get(&place)?).map_or(&[][..], Vec::as_slice);
            Some((place, verdict(program, place, uses, elsewhere)?))
        })
        .collect();
    for leaf in schemas.iter_mut().flat_map(|schema| &mut schema.leaves).filter(|one| is_open(one))
    {
        let Some((verdict, settled, empty)) = verdicts.get(&(leaf.file, leaf.range)) else {
            continue;
        };
        leaf.settled = Some(*settled);
        leaf.empty_is_absent |= empty;
        match verdict {
            Verdict::Required => (leaf.absence, leaf.default) = (Absence::Required, None),
            Verdict::Default(value) => {
                let value = of_type(value, &leaf.expects);
                (leaf.absence, leaf.default) = (Absence::Default, Some(value));
            }
            Verdict::Optional => {}
        }
    }
}

/// A value that stands for none, as one of the type that is needed: `unwrap_or_default()` of a number is zero.
fn of_type(value: &Bound, expects: &ValueType) -> Bound {
    let empty = match expects {
        ValueType::Bool(_) => "false",
        ValueType::Int => "0",
        ValueType::Float => "0.0",
        _ => return value.clone(),
    };
    let expr = if is_blank(value) { Expr::Text(empty.to_owned()) } else { value.expr.clone() };
    Bound { expr, ..value.clone() }
}

/// Whether the declaration leaves open what absence does: it gives none, or an empty text.
fn is_open(leaf: &Leaf) -> bool {
    match leaf.absence {
        Absence::Optional => !leaf.is_section && leaf.default.is_none(),
        Absence::Default => leaf.default.as_ref().is_some_and(is_blank),
        _ => false,
    }
}

fn is_blank(value: &Bound) -> bool {
    matches!(&value.settled().expr, Expr::Text(text) if text.is_empty())
}

/// The uses that handle the absence of open fields, by field.
fn handled<'p>(
    program: &'p Program<'_>,
    tables: &[Tables<'_>],
    open: &FxHashMap<Place, Option<Bound>>,
) -> FxHashMap<Place, Vec<Handled<'p>>> {
    let names: FxHashSet<&str> = names(program, open.keys().copied()).into_values().collect();
    let mut found: FxHashMap<Place, Vec<Handled<'_>>> = FxHashMap::default();
    for (file, unit) in program.files.iter().enumerate() {
        let Some(table) = tables.iter().find(|table| table.lang == unit.lang.name) else {
            continue;
        };
        for site in unit.facts.handled.iter().filter(|site| !site.in_test) {
            if !names.contains(site.callee.last()) {
                continue;
            }
            let Some(object) = program.object(file, &site.callee) else { continue };
            let Some(end) = followed(program, object.class, &object.members) else {
                continue;
            };
            let Some(default) = open.get(&end.declared).filter(|_| end.is_whole) else { continue };
            if default.is_none() && !end.of_type.is_some_and(TypeExpr::is_nullable) {
                continue;
            }
            let answered = answered(program, table.handlers, file, site, default.as_ref());
            found.entry(end.declared).or_default().push(Handled { file, site, answered });
        }
    }
    found
}

/// The names of fields, by where they are declared.
fn names<'p>(
    program: &'p Program<'_>,
    places: impl Iterator<Item = Place>,
) -> FxHashMap<Place, &'p str> {
    let places: FxHashSet<Place> = places.collect();
    let files: FxHashSet<usize> = places.iter().map(|(file, _)| *file).collect();
    let fields = files.into_iter().flat_map(|file| {
        let fields = program.files[file].facts.classes.iter().flat_map(|class| &class.fields);
        fields.map(move |field| ((file, field.range), field.name.as_str()))
    });
    fields.filter(|(place, _)| places.contains(place)).collect()
}

/// Where code follows names from something or writes them out, whatever it is that they are followed from: by text, so
/// that no use is overlooked because it could not be told for one.
fn mentioned<'n>(
    names: &FxHashMap<Place, &'n str>,
    texts: &[(FileId, &str)],
) -> FxHashMap<&'n str, Vec<(FileId, u32)>> {
    let mut found: FxHashMap<&str, Vec<(FileId, u32)>> = FxHashMap::default();
    let mut wanted: Vec<&str> = names.values().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let Ok(search) = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&wanted)
    else {
        return found;
    };
    for (file, text) in texts {
        for hit in search.find_iter(text) {
            let before = text[..hit.start()].chars().next_back();
            let after = text[hit.end()..].chars().next();
            let goes_on = after.is_some_and(|next| next.is_alphanumeric() || next == '_');
            if matches!(before, Some('.' | '"' | '\'')) && !goes_on {
                let at = u32::try_from(hit.start()).unwrap_or(u32::MAX);
                found.entry(wanted[hit.pattern().as_usize()]).or_default().push((*file, at));
            }
        }
    }
    found
}

/// What the users of one field come to, where that is decided, and whether an empty value is handled as none is.
fn verdict(
    program: &Program<'_>,
    place: Place,
    uses: Vec<Handled<'_>>,
    named: &[(FileId, u32)],
) -> Option<(Verdict, Settled, bool)> {
    if uses.len() > MAX_USES {
        return None;
    }
    let guards: Vec<Span> = uses.iter().flat_map(|one| one.answered.guarded.clone()).collect();
    let is_guarded = |one: &Handled<'_>| {
        let own = one.span(program);
        guards.iter().any(|guard| guard.file == own.file && guard.range.contains(own.range))
    };
    let decides = |one: &Handled<'_>| !matches!(one.answered.answer, Answer::Nothing);
    let (failing, going_on): (Vec<_>, Vec<_>) = uses
        .into_iter()
        .filter(|one| decides(one) && !is_guarded(one))
        .partition(|one| matches!(one.answered.answer, Answer::Fails));
    // A handler around it may go on with what fails there.
    let surely: Vec<&Handled<'_>> =
        failing.iter().filter(|one| !one.site.conditional && one.site.catches.is_empty()).collect();
    let covered: Vec<Span> = surely.iter().map(|one| one.reach(program)).collect();
    let by_its_module = surely.iter().find(|one| {
        let reach = one.reach(program);
        let before = |at: &(FileId, u32)| at.0 == reach.file && at.1 < reach.range.start;
        one.site.at_start && one.file == place.0 && !named.iter().any(before)
    });
    let by_all = || surely.first().filter(|_| all_inside(named, &covered));
    if let Some(one) = by_its_module.or_else(by_all) {
        return Some((Verdict::Required, one.settled(program), one.answered.empty_is_absent));
    }
    let first = going_on.first()?;
    let empty = going_on.iter().all(|one| one.answered.empty_is_absent);
    let giving: Vec<Span> = going_on.iter().map(|one| one.span(program)).collect();
    let verdict = match given(program, &going_on) {
        Some(value) if failing.is_empty() && all_inside(named, &giving) => Verdict::Default(value),
        _ => Verdict::Optional,
    };
    let stand_in = going_on.iter().find_map(|one| one.answered.stand_in);
    Some((verdict, Settled { stand_in, ..first.settled(program) }, empty))
}

/// Whether every place is inside one of the spans.
fn all_inside(places: &[(FileId, u32)], spans: &[Span]) -> bool {
    let is_inside = |place: &(FileId, u32)| {
        let at = TextRange { start: place.1, end: place.1 };
        spans.iter().any(|span| span.file == place.0 && span.range.contains(at))
    };
    places.iter().all(is_inside)
}

/// The value that all uses give in the place of none, where it is the same.
fn given(program: &Program<'_>, uses: &[Handled<'_>]) -> Option<Bound> {
    let values: Option<Vec<&Bound>> = uses
        .iter()
        .map(|one| match &one.answered.answer {
            Answer::Gives(value) => Some(value),
            _ => None,
        })
        .collect();
    let (one, others) = values.as_deref()?.split_first().map(|(one, others)| (*one, others))?;
    let same = others.iter().all(|other| program.texts(other) == program.texts(one));
    same.then(|| one.clone())
}

impl Handled<'_> {
    fn span(&self, program: &Program<'_>) -> Span {
        Span::new(program.files[self.file].id, self.site.range)
    }

    /// Where nothing runs without the field once it has failed here: what stands below in its function or module.
    fn reach(&self, program: &Program<'_>) -> Span {
        let facts = program.files[self.file].facts;
        let own = self.site.function.and_then(|at| facts.functions.get(at));
        let end = own.map_or(u32::MAX, |function| function.range.end);
        let range = TextRange { start: self.site.range.start, end };
        Span::new(program.files[self.file].id, range)
    }

    fn settled(&self, program: &Program<'_>) -> Settled {
        let when = if self.site.at_start { When::Start } else { When::Use };
        let at = match &self.answered.answer {
            Answer::Elsewhere(Some(at)) => *at,
            Answer::Gives(value) => value.span(program),
            _ => self.span(program),
        };
        Settled { at, when, stand_in: self.answered.stand_in }
    }
}
