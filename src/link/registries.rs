//! Flags that a project keeps itself: what declares them, and where one is asked for.
//!
//! An enum or class of names (`Feature.NEW_TILL`), a dictionary of states (`FEATURES["new-till"]`), a list of objects, constants of a module of flags,
//! objects of a class of flags (`NEW_TILL = Flag("new-till")`) and yes-or-no fields of a class of flags declare. Handing a name to
//! a function asks for it, and so does looking it up or asking the object. Without one place that asks whether a flag is on,
//! nothing is declared. What the state of such a flag is, only the running program knows.

mod constants;
mod dictionaries;
mod fields;
mod held;
mod listed;
mod made;
mod members;
mod objects;
mod settings;
mod spot;
mod texts;
mod together;

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use spot::Spot;

use super::branches::{Deciding, Found};
use super::chains::Frame;
use super::declared::{Declared, Listing};
use super::program::Program;
use super::templates::Members;
use crate::facts::code::Site;
use crate::model::{
    Absence, Confidence, DefaultValue, Key, KeyRef, Namespace, Read, ValueType, Via, When,
};
use crate::text::{Span, TextRange};

/// More flags than these are data.
const MAX_FLAGS: usize = 2_000;

/// What declares flags.
pub(super) struct Registry {
    /// Its name with that of its module: `shop.features.FEATURES`.
    id: String,
    /// The name alone.
    name: String,
    file: usize,
    /// By the name that code has for it.
    flags: BTreeMap<String, Flag>,
    /// Whether no other flag is added while the program runs.
    is_closed: bool,
    /// Whether it tells people in sentences what its flags do: who chooses among them is not seen.
    is_described: bool,
    kind: Kind,
}

/// What the flags of a registry are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Members of a class or enum.
    Member,
    /// Entries of a dictionary or list.
    Entry,
    /// Entries of a dictionary of settings, which others may ask for, too.
    Setting,
    /// Objects of a list, by their names.
    Listed,
    /// Objects of a class, which may stand in several files.
    Object,
    /// What a macro makes of its rows.
    Made,
    /// Constants of a module.
    Constant,
    /// Yes-or-no fields of a class.
    Fields,
}

struct Flag {
    key: String,
    range: TextRange,
    /// What it is where nothing else says.
    default: Option<DefaultValue>,
}

/// A place that asks for a flag of a registry.
struct Asked {
    registry: usize,
    spot: Spot,
    key: String,
    /// Where the name is written.
    range: TextRange,
    via: Via,
    /// Whether what is called says by its name that it asks for a state.
    is_question: bool,
    default: Option<DefaultValue>,
}

/// What is known of such flags.
#[derive(Default)]
pub(super) struct Registries {
    /// The reads, still by name.
    pub(super) reads: Vec<(String, Read)>,
    /// The declarations.
    pub(super) declared: Vec<Declared>,
    /// What names flags and does not use them.
    pub(super) listing: Listing,
    /// What runs by the reads.
    pub(super) decided: Vec<Found>,
    /// What templates may call the flags.
    pub(super) members: Members,
    /// The places of reads of other namespaces that are asked for by names of flags: `is_enabled(Feature.NEW_TILL)`, which asks
    /// for a variable that is called so.
    pub(super) switches: FxHashSet<Span>,
}

/// Finds them. `known` are the reads that are known already, with what they ask: their readers answer, and no registry.
pub(super) fn find(
    program: &Program<'_>,
    deciding: &Deciding<'_, '_>,
    known: &FxHashMap<Span, Namespace>,
) -> Registries {
    let mut all = members::registries(program);
    let mut listing = texts::rename(program, &mut all);
    let members = all.len();
    all.extend(dictionaries::registries(program));
    all.extend(settings::registries(program, &all[members..]));
    all.extend(listed::registries(program));
    all.extend(objects::registries(program));
    all.extend(made::registries(program));
    all.extend(constants::registries(program));
    all.extend(fields::registries(program, known));
    if all.is_empty() {
        return Registries::default();
    }
    let mut asked = members::asked(program, &all[..members]);
    asked.extend(listed::asked(program, &all));
    asked.extend(dictionaries::asked(program, &all));
    asked.extend(settings::asked(program, &all));
    asked.extend(objects::asked(program, &all));
    asked.extend(constants::asked(program, &all));
    asked.extend(fields::asked(program, &all));
    let span = |one: &Asked| span_of(program, one);
    retain_entries(program, &all, &mut asked);
    // A name of another namespace is a name of a variable or a setting.
    let other: FxHashSet<usize> = asked
        .iter()
        .filter(|one| known.get(&span(one)).is_some_and(|space| *space != Namespace::Flag))
        // `settings.FEATURES.get(FLAG_GLAZE)` is a setting, and the constant still the name of a flag.
        .filter(|one| all[one.registry].kind != Kind::Constant)
        .map(|one| one.registry)
        .collect();
    let switches = asked.iter().filter(|one| one.is_question && other.contains(&one.registry));
    let switches = switches.map(&span).filter(|span| known.contains_key(span)).collect();
    let questions = asked.iter().filter(|one| one.is_question && !one.spot.in_test);
    let mut real: FxHashSet<usize> =
        questions.map(|one| one.registry).filter(|at| !other.contains(at)).collect();
    with_siblings(&all, &mut real);
    let mut seen = FxHashSet::default();
    asked.retain(|one| real.contains(&one.registry) && seen.insert((span(one), one.key.clone())));
    let together = together::find(program, &all, &asked);
    listing.lists.extend(&together.lists);
    let mut found = Registries { listing, switches, ..Registries::default() };
    for one in asked.iter().filter(|one| !known.contains_key(&span(one))) {
        deciding.follow_place(span(one), one.spot.file, one.spot.range, &mut found.decided);
        found.reads.push((one.key.clone(), read(program, &all[one.registry], one)));
    }
    for (at, registry) in all.iter().enumerate().filter(|(at, _)| real.contains(at)) {
        let own = registry.name.rsplit('.').next().unwrap_or(&registry.name);
        found.members.extend(registry.flags.iter().map(|(name, flag)| {
            (format!("{own}.{name}"), (flag.key.clone(), registry.id.clone()))
        }));
        found.declared.extend(registry.flags.iter().map(|(name, flag)| {
            let span = Span::new(program.files[registry.file].id, flag.range);
            let key = Key { name: flag.key.clone(), namespace: Namespace::Flag };
            Declared::member(key, span, name.clone(), registry.id.clone())
                .closed(registry.is_closed)
                .chosen(registry.is_described || registry.kind == Kind::Setting)
                .together(together.places.get(&at).copied())
        }));
    }
    found
}

/// What a dictionary of settings has under a constant is an entry of it, and no flag that is called like the constant.
fn retain_entries(program: &Program<'_>, all: &[Registry], asked: &mut Vec<Asked>) {
    let kind = |one: &Asked| all[one.registry].kind;
    let entries = asked.iter().filter(|one| kind(one) == Kind::Setting);
    let entries: FxHashSet<Span> = entries.map(|one| span_of(program, one)).collect();
    asked.retain(|one| kind(one) != Kind::Constant || !entries.contains(&span_of(program, one)));
}

/// Objects of one class are flags wherever they stand, where one of them is.
fn with_siblings(all: &[Registry], real: &mut FxHashSet<usize>) {
    let is_object = |at: &usize| all[*at].kind == Kind::Object;
    let classes: FxHashSet<&str> =
        real.iter().filter(|at| is_object(at)).map(|at| all[*at].name.as_str()).collect();
    real.extend(
        (0..all.len()).filter(|at| is_object(at) && classes.contains(all[*at].name.as_str())),
    );
}

fn span_of(program: &Program<'_>, asked: &Asked) -> Span {
    Span::new(program.files[asked.spot.file].id, asked.spot.range)
}

fn read(program: &Program<'_>, registry: &Registry, asked: &Asked) -> Read {
    let (unit, spot) = (&program.files[asked.spot.file], asked.spot);
    let name = asked.key.clone();
    let key = KeyRef::Pattern { namespace: Namespace::Flag, glob: name };
    let is_switch = asked.default.as_ref().is_none_or(|default| {
        default.text.as_deref().is_some_and(|text| matches!(text, "true" | "false"))
    });
    Read {
        key_span: Span::new(unit.id, asked.range),
        absence: if asked.default.is_some() { Absence::Default } else { Absence::Optional },
        default: asked.default.clone(),
        expects: if is_switch { ValueType::Bool(Vec::new()) } else { ValueType::Unknown },
        via: asked.via,
        when: if spot.at_start { When::Start } else { When::Use },
        conditional: spot.conditional,
        in_test: spot.in_test || unit.is_example(),
        as_share: false,
        flag: true,
        confidence: Confidence::Medium,
        ..Read::of(key, span_of(program, asked), registry.id.clone())
    }
}

/// The name of something in a file, with that of its module.
fn id_of(program: &Program<'_>, file: usize, name: &str) -> String {
    let unit = &program.files[file];
    let module = unit.module.join(".");
    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
}

/// All sites of a program, each with its place.
fn sites<'p>(program: &'p Program<'_>) -> impl Iterator<Item = (Frame, &'p Site)> {
    program.files.iter().enumerate().flat_map(|(file, unit)| {
        let sites = unit.facts.sites.iter().enumerate();
        sites.map(move |(site, one)| (Frame { file, site }, one))
    })
}
