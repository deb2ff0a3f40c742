//! Fields that one of several commands asks for: what the variants of `#[derive(Subcommand)]` hold.
//!
//! Does not know which command a deployment starts, so what such a field requires is required under a condition.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::Draft;
use crate::facts::code::Expr;
use crate::facts::schema::{FieldFacts, TypeExpr, Variant};
use crate::lang::catalog::Catalog;
use crate::link::chains::Chain;
use crate::link::program::{ClassId, Program};
use crate::text::TextRange;

/// More structs inside one another are not looked at.
const MAX_HELD: usize = 64;

/// Where such fields are declared, by file.
pub(super) struct Choices(FxHashMap<usize, Vec<TextRange>>);

impl Choices {
    pub(super) fn new(program: &Program<'_>, catalogs: &[(&'static str, Catalog)]) -> Self {
        let mut found = Self(FxHashMap::default());
        for (lang, catalog) in catalogs {
            let words: Vec<&String> = catalog.rows().flat_map(|row| &row.choice).collect();
            let flattened: Vec<&String> = catalog.rows().flat_map(|row| &row.flattened).collect();
            let units = program.files.iter().enumerate();
            for (file, unit) in units.filter(|(_, unit)| unit.lang.name == *lang) {
                let classes = unit.facts.classes.iter().filter(|class| class.variants.len() > 1);
                for class in classes.filter(|class| words.iter().any(|word| class.derives(word))) {
                    found.add(program, file, &class.variants, &flattened);
                }
            }
        }
        found
    }

    /// What the variants of a choice hold, but for what all of them do.
    fn add(
        &mut self,
        program: &Program<'_>,
        file: usize,
        variants: &[Variant],
        flattened: &[&String],
    ) {
        let mut held: BTreeMap<ClassId, usize> = BTreeMap::new();
        for variant in variants {
            self.0.entry(file).or_default().extend(variant.fields.iter().map(|field| field.whole));
            for class in held_by(program, file, variant, flattened) {
                *held.entry(class).or_default() += 1;
            }
        }
        for ((file, place), _) in held.into_iter().filter(|(_, count)| *count < variants.len()) {
            let fields = &program.files[file].facts.classes[place].fields;
            self.0.entry(file).or_default().extend(fields.iter().map(|field| field.whole));
        }
    }

    /// Says of the reads of a chain that they run under a condition, where one of several commands alone asks.
    pub(super) fn mark(&self, program: &Program<'_>, chain: &Chain<'_>, drafts: &mut [Draft]) {
        let frame = chain.frames[chain.frames.len() - 1];
        let asks = program.site(frame).range;
        let fields = self.0.get(&frame.file).filter(|_| !chain.row.choice.is_empty());
        if fields.is_some_and(|fields| fields.iter().any(|field| field.contains(asks))) {
            for draft in drafts {
                draft.read.conditional = true;
                draft.is_sparse = true;
            }
        }
    }
}

/// The structs that a variant holds, and those whose fields stand in theirs: `#[command(flatten)]`.
fn held_by(
    program: &Program<'_>,
    file: usize,
    variant: &Variant,
    flattened: &[&String],
) -> BTreeSet<ClassId> {
    let class = |file, of_type: &TypeExpr| program.class(file, &of_type.present().path);
    let own = variant.fields.iter().filter(|field| is_flattened(field, flattened));
    let own = own.filter_map(|field| field.of_type.as_ref());
    let mut open: Vec<ClassId> =
        variant.wraps.iter().chain(own).filter_map(|one| class(file, one)).collect();
    let mut held = BTreeSet::new();
    while let Some(at) = open.pop() {
        if held.len() >= MAX_HELD || !held.insert(at) {
            continue;
        }
        let fields = program.files[at.0].facts.classes[at.1].fields.iter();
        let parts = fields.filter(|field| is_flattened(field, flattened));
        let types = parts.filter_map(|field| field.of_type.as_ref());
        open.extend(types.filter_map(|of_type| class(at.0, of_type)));
    }
    held
}

fn is_flattened(field: &FieldFacts, flattened: &[&String]) -> bool {
    let mut args = field.marks.iter().flat_map(|mark| &mark.args);
    args.any(|arg| match &arg.value {
        Expr::Path(path) if arg.name.is_none() => flattened.iter().any(|word| *word == path.last()),
        _ => false,
    })
}
