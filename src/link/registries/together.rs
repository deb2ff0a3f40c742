//! What takes the flags of a registry all together, whichever they are: a loop that asks for each of them, a constant list of all.
//!
//! It asks for none by name, so it keeps none alive; and who looks at all of them may look at each, so none is dead for certain.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::held::held;
use super::members::{by_class, member};
use super::{Asked, Kind, Registry, sites, span_of};
use crate::facts::code::{Base, Expr, Form, ItemKind};
use crate::link::program::{ClassId, Program, Target};
use crate::text::Span;

/// What takes flags together.
#[derive(Default)]
pub(super) struct Together {
    /// The first place that does, by registry.
    pub(super) places: FxHashMap<usize, Span>,
    /// The names of the lists among them.
    pub(super) lists: Vec<Span>,
}

/// Finds it for the registries of which something asks.
pub(super) fn find(program: &Program<'_>, all: &[Registry], asked: &[Asked]) -> Together {
    let mut found = Together::default();
    loops(program, asked, &mut found);
    lists(program, all, &mut found);
    found
}

/// Calls of what asks for flags by their names, elsewhere, that hand it a name which nothing tells.
fn loops(program: &Program<'_>, asked: &[Asked], found: &mut Together) {
    let mut by_span: FxHashMap<Span, usize> = FxHashMap::default();
    for one in asked {
        let is_sure = one.is_question && !one.spot.in_test;
        by_span.extend(is_sure.then(|| (span_of(program, one), one.registry)));
    }
    let mut askers: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
    let mut open = Vec::new();
    for (frame, site) in sites(program).filter(|(_, site)| site.form == Form::Call) {
        let Target::Function(file, function) = program.asked(frame) else { continue };
        let span = Span::new(program.files[frame.file].id, site.range);
        if let Some(registry) = by_span.get(&span) {
            askers.entry((*file, *function)).or_default().insert(*registry);
        } else if !site.in_test && site.args.iter().any(|arg| is_open(&arg.value)) {
            open.push(((*file, *function), span));
        }
    }
    for (asker, span) in open {
        for registry in askers.get(&asker).into_iter().flatten() {
            found.places.entry(*registry).or_insert(span);
        }
    }
}

/// Whether nothing tells what an argument is: an element of a list, a field of one.
fn is_open(value: &Expr) -> bool {
    match value {
        Expr::Element(_) | Expr::Part(..) => true,
        Expr::Method(inner, ..) => is_open(inner),
        Expr::Path(path) => path.base == Base::Unknown,
        _ => false,
    }
}

/// Constant lists that name all flags of a registry, of a class where its objects stand in several files.
fn lists(program: &Program<'_>, all: &[Registry], found: &mut Together) {
    let by_class = by_class(program, all);
    // Objects of one class may stand in several files.
    let mut objects: FxHashMap<&str, usize> = FxHashMap::default();
    for one in all.iter().filter(|one| one.kind == Kind::Object) {
        *objects.entry(one.name.as_str()).or_default() += one.flags.len();
    }
    for (file, unit) in program.files.iter().enumerate() {
        for item in &unit.facts.items {
            let ItemKind::Value(value) = &item.kind else { continue };
            let Expr::List(many) = &*held(value) else { continue };
            let flags: Option<FxHashSet<_>> =
                many.iter().map(|one| flag_of(program, all, &by_class, file, one)).collect();
            let Some(flags) = flags.filter(|flags| flags.len() > 1) else { continue };
            let of: BTreeSet<usize> = flags.iter().map(|(registry, _)| *registry).collect();
            let Some(first) = of.first().map(|at| &all[*at]) else { continue };
            let whole = match first.kind {
                Kind::Object => objects.get(first.name.as_str()).copied(),
                _ => Some(first.flags.len()),
            };
            if Some(flags.len()) == whole {
                let span = Span::new(unit.id, item.range);
                found.lists.push(span);
                for registry in of {
                    found.places.entry(registry).or_insert(span);
                }
            }
        }
    }
}

/// The flag that an element of a list is.
fn flag_of(
    program: &Program<'_>,
    all: &[Registry],
    by_class: &FxHashMap<ClassId, usize>,
    file: usize,
    element: &Expr,
) -> Option<(usize, String)> {
    let Expr::Path(path) = element else { return None };
    if let Some((registry, name)) = member(program, by_class, file, path) {
        return all[registry].flags.contains_key(&name).then_some((registry, name));
    }
    let (home, name) = program.value_at_top(file, path)?;
    let has = |one: &Registry| one.file == home && one.flags.contains_key(&name);
    all.iter().position(has).map(|at| (at, name))
}
