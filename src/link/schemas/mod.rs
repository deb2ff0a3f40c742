//! Classes that are filled from outside: which they are, what their fields are called there, what absence does.
//!
//! Goes by the rows of `schemas.yaml`. Knows facts, not syntax trees.

mod aliasing;
mod annotated;
mod attributed;
mod compiled_in;
mod defaults;
mod expected;
mod find;
mod flags;
mod handled;
mod load;
mod named_by_call;
mod naming;
mod options;
mod outside;
mod renamed;
mod sections;
mod serde;
mod sources;
mod uses;
mod words;

pub(super) use aliasing::Aliasing;
pub(super) use expected::constants;
pub(super) use flags::STATE;
use handled::{Settled, settle};
pub(super) use serde::attributes::variant_name;
pub(super) use uses::{followed, uses};
pub(super) use words::{is_settings_file, is_settings_word};

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::Bound;
pub(super) use find::Found;

use super::program::Program;
use super::reads::Place;
use crate::facts::code::Site;
use crate::lang::handlers::Handlers;
use crate::lang::schemas::Schemas;
use crate::model::{Absence, InSection, Limits, Reach, Unbound, ValueType};
use crate::text::{FileId, TextRange};

/// Nested classes deeper than this are not followed.
const MAX_NESTING: usize = 8;

/// The tables of one language.
pub(super) struct Tables<'t> {
    pub(super) lang: &'static str,
    pub(super) schemas: &'t Schemas,
    pub(super) handlers: &'t Handlers,
}

/// A field that is a key.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// The file that the field stands in.
    pub(super) file: usize,
    /// Where its name is written.
    pub(super) range: TextRange,
    /// Its path in a file of settings.
    pub(super) path: Vec<String>,
    /// The names that the environment may give it by, where it may: the first that is given counts.
    pub(super) names: Vec<String>,
    /// Whether the case of those names counts.
    pub(super) exact_case: bool,
    /// Other paths that fill it, each with its name in the environment.
    pub(super) aliases: Vec<(Vec<String>, Option<String>)>,
    pub(super) absence: Absence,
    pub(super) default: Option<Bound>,
    pub(super) expects: ValueType,
    pub(super) limits: Limits,
    pub(super) empty_is_absent: bool,
    /// It is there only in some builds.
    pub(super) conditional: bool,
    /// When it must be there, where its section decides.
    pub(super) section: InSection,
    pub(super) in_test: bool,
    /// It is a section that must be there, although nothing in it must.
    pub(super) is_section: bool,
    /// A name that looks as if it filled it, and does not.
    pub(super) unbound: Option<Unbound>,
    /// Where its users decide what its absence does, where they do.
    pub(super) settled: Option<Settled>,
}

impl Leaf {
    /// A variable of that name, of which nothing more is known.
    fn named(file: usize, name: String) -> Self {
        Self {
            file,
            range: TextRange::default(),
            path: Vec::new(),
            names: vec![name],
            exact_case: true,
            aliases: Vec::new(),
            absence: Absence::Optional,
            default: None,
            expects: ValueType::Unknown,
            limits: Limits::default(),
            empty_is_absent: false,
            conditional: false,
            section: InSection::default(),
            in_test: false,
            is_section: false,
            unbound: None,
            settled: None,
        }
    }

    /// A variable that a call takes.
    fn variable(file: usize, site: &Site, name: String) -> Self {
        Self { range: site.range, in_test: site.in_test, ..Self::named(file, name) }
    }
}

/// A class that is filled from outside, with its fields.
pub(super) struct Schema {
    /// Its name in the catalog.
    pub(super) reader: String,
    /// Files come before the environment: the path of a setting is what a field is called.
    pub(super) is_file_first: bool,
    /// Files fill it as well.
    pub(super) has_files: bool,
    /// Its fields are flags: a provider hands them over whole.
    pub(super) is_flags: bool,
    /// A source of the project's own fills it too: what that gives is not known.
    pub(super) has_own_source: bool,
    pub(super) leaves: Vec<Leaf>,
    /// The calls that fill it, where calls do.
    pub(super) loaded_at: Vec<Place>,
    /// It is laid over an object that the code has already, which another loader may have filled.
    is_over: bool,
}

/// What lies over an object that another loader fills asks for nothing of its own.
fn leave_to_others(schemas: &mut [Schema]) {
    let first = schemas.iter().filter(|schema| !schema.is_over);
    let places = first.flat_map(|schema| &schema.leaves).map(|leaf| (leaf.file, leaf.range));
    let filled: FxHashSet<(usize, TextRange)> = places.collect();
    for schema in schemas.iter_mut().filter(|schema| schema.is_over) {
        schema.leaves.retain(|leaf| !filled.contains(&(leaf.file, leaf.range)));
    }
}

/// What one loader of a class requires and another gives a value, or may give one, is not missing wherever it is not
/// given: which of them runs is not known.
fn settle_loaders(schemas: &mut [Schema]) {
    // A class that stands at two places of one loader is two sets of keys: only another loader may stand in for it.
    let mut spared: FxHashMap<(usize, TextRange), BTreeSet<usize>> = FxHashMap::default();
    for (at, schema) in schemas.iter().enumerate() {
        let may_give = |leaf: &&Leaf| schema.has_own_source || leaf.absence != Absence::Required;
        for leaf in schema.leaves.iter().filter(may_give) {
            spared.entry((leaf.file, leaf.range)).or_default().insert(at);
        }
    }
    let filled = filled_by_any(schemas);
    for (at, schema) in schemas.iter_mut().enumerate() {
        let own = schema.has_own_source;
        for leaf in &mut schema.leaves {
            let by = spared.get(&(leaf.file, leaf.range));
            let is_spared = own || by.is_some_and(|by| by.iter().any(|other| *other != at));
            leaf.conditional |= leaf.absence == Absence::Required && is_spared;
            let is_filled = filled.contains(&(leaf.file, leaf.range));
            let lost = leaf.unbound.as_mut().filter(|one| one.reach == Reach::Lost);
            if let Some(unbound) = lost.filter(|_| is_filled) {
                unbound.reach = Reach::Elsewhere;
            }
        }
    }
}

/// The fields that some loader can fill.
fn filled_by_any(schemas: &[Schema]) -> FxHashSet<(usize, TextRange)> {
    let leaves = schemas.iter().flat_map(|schema| &schema.leaves);
    let is_lost = |leaf: &Leaf| matches!(&leaf.unbound, Some(one) if one.reach == Reach::Lost);
    leaves.filter(|leaf| !is_lost(leaf)).map(|leaf| (leaf.file, leaf.range)).collect()
}

/// Every class that is filled from outside. `texts` are those of all code that is deployed.
pub(super) fn all<'t>(
    program: &Program<'_>,
    tables: &'t [Tables<'t>],
    found: &Found<'t>,
    texts: &[(FileId, &str)],
) -> Vec<Schema> {
    let mut schemas = Vec::new();
    for table in tables {
        schemas.extend(annotated::schemas(program, table, found));
        schemas.extend(named_by_call::schemas(program, table));
        schemas.extend(sections::schemas(program, table));
        schemas.extend(attributed::schemas(program, table, found));
        schemas.extend(load::schemas(program, table, found));
        schemas.extend(outside::schemas(program, table));
        schemas.extend(outside::lent(program, table));
        schemas.extend(outside::marked(program, table));
    }
    leave_to_others(&mut schemas);
    settle_loaders(&mut schemas);
    settle(program, tables, texts, &mut schemas);
    schemas
}
