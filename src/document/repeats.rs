//! Keys that a map has twice, for files whose reader refuses that.

use std::collections::BTreeSet;

use super::node::Document;
use crate::model::ProblemKind;
use crate::model::inventory::FileProblem;
use crate::text::TextRange;

/// More of one document say nothing new.
const MOST: usize = 20;

/// What a reader called `by` refuses the document for: each key that its map has already.
pub fn refused(document: &Document, by: &str) -> Vec<FileProblem> {
    let told = |(key, range)| FileProblem {
        message: format!("gives `{key}` twice in one place, and {by} refuses the file"),
        range,
        kind: ProblemKind::Partial,
    };
    repeated(document).into_iter().map(told).collect()
}

fn repeated(document: &Document) -> Vec<(String, TextRange)> {
    let mut found = Vec::new();
    for map in document.nodes().filter(|node| !node.is_alias()) {
        let mut met = BTreeSet::new();
        for key in map.written_keys() {
            let Some(text) = key.text() else { continue };
            if !met.insert(text) && found.len() < MOST {
                found.push((text.to_owned(), key.range()));
            }
        }
    }
    found.sort_by_key(|(_, range)| *range);
    found
}
