//! `NAME=value` as one text of a file: where its name and its value are written.

use super::tree::Tree;
use crate::text::{Files, Span, TextRange};

/// Where the parts of a text are written that its first `=` divides; all of it where it is written otherwise.
pub(crate) fn parts(files: &Files, tree: &Tree) -> (Option<Span>, Option<Span>) {
    exact(files, tree).map_or((tree.place, tree.place), |(name, value)| (Some(name), Some(value)))
}

fn exact(files: &Files, tree: &Tree) -> Option<(Span, Span)> {
    let place = tree.place?;
    let (name, value) = tree.text()?.split_once('=')?;
    let raw = place.range.slice(&files.get(place.file).text);
    let quote = usize::from(raw.starts_with(['"', '\'']));
    let bare = raw.get(quote..raw.len().checked_sub(quote)?)?;
    if bare.split_once('=')? != (name, value) {
        return None;
    }
    let start = place.range.start as usize + quote;
    let end = start + bare.len();
    let span = |from: usize, to: usize| Span::new(place.file, TextRange::new(from, to));
    Some((span(start, start + name.len()), span(end - value.len(), end)))
}
