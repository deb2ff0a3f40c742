//! Reads that give an attribute of a class its value: `class Local(Common): DEBUG = getenv("DEBUG", "yes")`.
//!
//! The class that is chosen decides which of them counts, so the class and those that it builds on go with the read.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Draft;
use crate::link::program::{ClassId, Program};
use crate::model::Attribute;
use crate::text::{FileId, Span, TextRange};

/// Tells each read in the value of an attribute which attribute it is.
pub(super) fn mark(program: &Program<'_>, drafts: &mut [Draft]) {
    let files: FxHashMap<FileId, usize> =
        program.files.iter().enumerate().map(|(at, unit)| (unit.id, at)).collect();
    let mut known: FxHashMap<usize, Vec<Piece<'_>>> = FxHashMap::default();
    let mut lineages: FxHashMap<ClassId, Arc<[Span]>> = FxHashMap::default();
    for draft in drafts {
        let span = draft.read.span;
        let Some(file) = files.get(&span.file) else { continue };
        let pieces = known.entry(*file).or_insert_with(|| pieces(program, *file));
        let at = pieces.partition_point(|piece| piece.range.start <= span.range.start);
        let Some(piece) = at.checked_sub(1).map(|at| &pieces[at]) else { continue };
        if piece.range.contains(span.range) {
            let of = lineages.entry(piece.class).or_insert_with(|| lineage(program, piece.class));
            let (name, lineage) = (piece.name.to_owned(), Arc::clone(of));
            draft.read.attribute = Some(Box::new(Attribute { name, lineage }));
        }
    }
}

/// The declaration of an attribute.
struct Piece<'p> {
    range: TextRange,
    class: ClassId,
    name: &'p str,
}

fn pieces<'p>(program: &Program<'p>, file: usize) -> Vec<Piece<'p>> {
    let classes = program.files[file].facts.classes.iter().enumerate();
    let mut pieces: Vec<Piece<'_>> = classes
        .flat_map(|(at, class)| {
            class.fields.iter().map(move |field| Piece {
                range: field.whole.cover(field.range),
                class: (file, at),
                name: field.name.as_str(),
            })
        })
        .collect();
    pieces.sort_by_key(|piece| piece.range.start);
    pieces
}

/// A class and those that it builds on, nearest first, by where their names are written.
fn lineage(program: &Program<'_>, class: ClassId) -> Arc<[Span]> {
    let span = |(file, class): ClassId| {
        let unit = &program.files[file];
        Span::new(unit.id, unit.facts.classes[class].range)
    };
    program.ancestors(class).into_iter().map(span).collect()
}
