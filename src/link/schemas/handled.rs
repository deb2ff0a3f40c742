//! What the users of a field make of its absence: `if settings.dsn is None: raise …`, `settings.name or "shop"`.
//!
//! A field that may be none is required all the same where its users fail without it, and has the default that all of
//! them give it. One user that goes on without it is enough to say that it may be absent.

use rustc_hash::{FxHashMap, FxHashSet};

use super::uses::followed;
use super::{Leaf, Schema, Tables};
use crate::facts::code::{Expr, Site};
use crate::facts::schema::TypeExpr;
use crate::link::absence::{Answer, Answered, answered};
use crate::link::evaluate::Bound;
use crate::link::program::Program;
use crate::model::{Absence, When};
use crate::text::{Span, TextRange};

/// Where a field is declared: its file, and where its name is written.
type Place = (usize, TextRange);

/// Where and when the users of a field decide what its absence does.
#[derive(Clone, Copy, Debug)]
pub(in crate::link) struct Settled {
    pub(in crate::link) at: Span,
    pub(in crate::link) when: When,
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
    let verdicts: FxHashMap<Place, (Verdict, Settled, bool)> = handled
        .into_iter()
        .filter_map(|(place, uses)| Some((place, verdict(program, uses)?)))
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
                (leaf.absence, leaf.default) = (Absence::Default, Some(value.clone()));
            }
            Verdict::Optional => {}
        }
    }
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
    let names = names(program, open);
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

/// The names of open fields.
fn names<'p>(
    program: &'p Program<'_>,
    open: &FxHashMap<Place, Option<Bound>>,
) -> FxHashSet<&'p str> {
    let files: FxHashSet<usize> = open.keys().map(|(file, _)| *file).collect();
    let fields = files.into_iter().flat_map(|file| {
        let fields = program.files[file].facts.classes.iter().flat_map(|class| &class.fields);
        fields.map(move |field| (file, field))
    });
    let of_open = fields.filter(|(file, field)| open.contains_key(&(*file, field.range)));
    of_open.map(|(_, field)| field.name.as_str()).collect()
}

/// What the users of one field come to, where that is decided, and whether an empty value is handled as none is.
fn verdict(program: &Program<'_>, uses: Vec<Handled<'_>>) -> Option<(Verdict, Settled, bool)> {
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
    let surely = failing.iter().filter(|one| !one.site.conditional);
    let first = surely.min_by_key(|one| !one.site.at_start);
    if let Some(one) = first.filter(|one| one.site.at_start || going_on.is_empty()) {
        return Some((Verdict::Required, one.settled(program), one.answered.empty_is_absent));
    }
    let empty = going_on.iter().all(|one| one.answered.empty_is_absent);
    let verdict = match given(program, &going_on) {
        Some(value) if failing.is_empty() => Verdict::Default(value),
        _ => Verdict::Optional,
    };
    Some((verdict, going_on.first()?.settled(program), empty))
}

/// The value that all uses give in the place of none; nothing is said of it where they differ.
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
    let expr = if same { one.expr.clone() } else { Expr::Unknown };
    Some(Bound { expr, ..one.clone() })
}

impl Handled<'_> {
    fn span(&self, program: &Program<'_>) -> Span {
        Span::new(program.files[self.file].id, self.site.range)
    }

    fn settled(&self, program: &Program<'_>) -> Settled {
        let when = if self.site.at_start { When::Start } else { When::Use };
        let at = match &self.answered.answer {
            Answer::Elsewhere(Some(at)) => *at,
            Answer::Gives(value) => value.span(program),
            _ => self.span(program),
        };
        Settled { at, when }
    }
}
