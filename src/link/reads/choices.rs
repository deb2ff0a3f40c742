//! Fields that one of several commands asks for: what the variants of `#[derive(Subcommand)]` hold.
//!
//! Does not know which command a deployment starts, so what such a field requires is required under a condition.

use rustc_hash::FxHashMap;

use super::Draft;
use crate::facts::schema::Variant;
use crate::lang::catalog::Catalog;
use crate::link::chains::Chain;
use crate::link::program::Program;
use crate::text::TextRange;

/// Where such fields are declared, by file.
pub(super) struct Choices(FxHashMap<usize, Vec<TextRange>>);

impl Choices {
    pub(super) fn new(program: &Program<'_>, catalogs: &[(&'static str, Catalog)]) -> Self {
        let mut found = Self(FxHashMap::default());
        for (lang, catalog) in catalogs {
            let words: Vec<&String> = catalog.rows().flat_map(|row| &row.choice).collect();
            let units = program.files.iter().enumerate();
            for (file, unit) in units.filter(|(_, unit)| unit.lang.name == *lang) {
                let classes = unit.facts.classes.iter().filter(|class| class.variants.len() > 1);
                let choices = classes.filter(|class| words.iter().any(|word| class.derives(word)));
                for variant in choices.flat_map(|class| &class.variants) {
                    found.add(program, file, variant);
                }
            }
        }
        found
    }

    fn add(&mut self, program: &Program<'_>, file: usize, variant: &Variant) {
        self.0.entry(file).or_default().extend(variant.fields.iter().map(|field| field.whole));
        let held = variant.wraps.iter().filter_map(|one| program.class(file, &one.present().path));
        for (file, place) in held {
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
