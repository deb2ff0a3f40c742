//! Flags that a macro of the project makes of its rows: `flags! { NEW_TILL => "new-till", true; }`.
//!
//! What the macro makes of a row is not looked at: the name of the row, asked for like a constant or a member, is the flag.

use std::collections::BTreeMap;

use super::members::is_name;
use super::{Flag, Kind, MAX_FLAGS, Registry, id_of};
use crate::facts::code::{Base, Expr};
use crate::facts::rows::{PieceFacts, RowsCall};
use crate::link::program::Program;
use crate::model::DefaultValue;
use crate::nature::registry;
use crate::text::{FileId, Span};

/// The calls of such macros.
pub(super) fn registries(program: &Program<'_>) -> Vec<Registry> {
    let calls = program.files.iter().enumerate().flat_map(|(file, unit)| {
        let calls = unit.facts.rows.iter();
        calls
            .filter(|call| !call.in_test && registry::declares(&call.name))
            .map(move |call| (file, call))
    });
    let calls: Vec<_> = calls.collect();
    if calls.is_empty() {
        return Vec::new();
    }
    let rules = program.rules();
    let mut found = Vec::new();
    for (file, call) in calls.into_iter().filter(|(_, call)| rules.contains_key(call.name.as_str()))
    {
        let flags = flags(call, program.files[file].id);
        if (2..=MAX_FLAGS).contains(&flags.len()) {
            let (id, name) = (id_of(program, file, &call.name), call.name.clone());
            let (is_closed, is_described, kind) = (false, false, Kind::Made);
            found.push(Registry { id, name, file, flags, is_closed, is_described, kind });
        }
    }
    found
}

/// A row begins with a name; the first text behind it is what people call it, the first yes or no its state.
fn flags(call: &RowsCall, file: FileId) -> BTreeMap<String, Flag> {
    let own = |piece: &PieceFacts| match &piece.value {
        Expr::Path(path) if path.base == Base::Here && is_own_name(&path.rest) => {
            Some(path.rest.clone())
        }
        _ => None,
    };
    let starts: Vec<usize> =
        (0..call.pieces.len()).filter(|at| own(&call.pieces[*at]).is_some()).collect();
    let ends = starts.iter().skip(1).copied().chain([call.pieces.len()]);
    let mut flags = BTreeMap::new();
    for (start, end) in starts.iter().copied().zip(ends) {
        let (Some(name), row) = (own(&call.pieces[start]), &call.pieces[start + 1..end]) else {
            continue;
        };
        let text = row.iter().find_map(|piece| match &piece.value {
            Expr::Text(text) if is_name(text) => Some(text.clone()),
            _ => None,
        });
        let Some(key) = text else { return BTreeMap::new() };
        let range = call.pieces[start].range;
        let on = row.iter().find_map(|piece| match piece.value {
            Expr::Bool(on) => Some(on),
            _ => None,
        });
        let span = Span::new(file, range);
        let default = on.map(|on| DefaultValue::switch(on, span));
        flags.insert(name, Flag { key, range, default });
    }
    flags
}

fn is_own_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && is_name(text)
        && !text.contains('.')
}
