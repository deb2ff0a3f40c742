//! What stands around a read: the function, method or class, by its path inside the file.
//!
//! Knows ranges only. Code at the top of a file has nothing around it.

use rustc_hash::FxHashMap;

use crate::facts::CodeFacts;
use crate::model::Inventory;
use crate::text::{FileId, Span, TextRange};

/// Tells every read, and every use of a field, what stands around it. Both are in the order of their spans.
pub(super) fn tell(inventory: &mut Inventory, code: &[(FileId, CodeFacts)]) {
    let facts: FxHashMap<FileId, &CodeFacts> =
        code.iter().map(|(id, facts)| (*id, facts)).collect();
    let reads = inventory.reads.iter_mut().map(|read| (read.span, &mut read.function));
    tell_all(reads.collect(), &facts);
    let uses = inventory.uses.iter_mut().map(|one| (one.span, &mut one.function));
    tell_all(uses.collect(), &facts);
}

fn tell_all(mut all: Vec<(Span, &mut String)>, facts: &FxHashMap<FileId, &CodeFacts>) {
    for places in all.chunk_by_mut(|one, two| one.0.file == two.0.file) {
        let Some(facts) = places.first().and_then(|(span, _)| facts.get(&span.file)) else {
            continue;
        };
        tell_file(places, &pieces(facts));
    }
}

/// The named pieces of a file, outer ones before those inside.
fn pieces(facts: &CodeFacts) -> Vec<(TextRange, &str)> {
    let functions = facts.functions.iter().map(|one| (one.range, one.name.as_str()));
    let fields = facts.classes.iter().flat_map(|class| {
        class.fields.iter().map(|field| (field.whole.cover(field.range), class.name.as_str()))
    });
    let mut pieces: Vec<_> = functions.chain(fields).filter(|(_, name)| !name.is_empty()).collect();
    pieces.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    pieces
}

/// One walk along the file: the pieces that are open at a place are those around it.
fn tell_file(places: &mut [(Span, &mut String)], pieces: &[(TextRange, &str)]) {
    let mut next = pieces.iter().peekable();
    let mut open: Vec<(TextRange, &str)> = Vec::new();
    for (span, function) in places {
        let range = span.range;
        while let Some(piece) = next.next_if(|(piece, _)| piece.start <= range.start) {
            while open.last().is_some_and(|(last, _)| last.end <= piece.0.start) {
                open.pop();
            }
            open.push(*piece);
        }
        while open.last().is_some_and(|(last, _)| last.end <= range.start) {
            open.pop();
        }
        if let Some((_, name)) = open.iter().rev().take(8).find(|(piece, _)| piece.contains(range))
        {
            (*name).clone_into(function);
        }
    }
}
