//! What a flag gives who asks: a boolean, a percentage, one of several variants.
//!
//! Goes by what code makes of the answer, then by what the provider says. Variants are those that code compares with or that some
//! environment has.

use std::collections::BTreeSet;

use super::state::State;
use super::{Ground, Stand, leaves};
use crate::model::{Definition, Read, ReadId, ValueType};

/// More variants of one flag are not listed.
const MOST: usize = 50;

/// What a flag gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gives {
    /// The word for it: `boolean`, `percentage`, `variant`, `number`, `document`; none where nothing tells.
    pub word: Option<&'static str>,
    /// The variants that are known, by name.
    pub variants: Vec<String>,
}

/// What a flag with these reads, definitions and states gives.
pub(super) fn gives(
    ground: &Ground<'_>,
    reads: &[(ReadId, &Read)],
    definitions: &[&Definition],
    states: &[State<'_>],
) -> Gives {
    let told = definitions.iter().filter_map(|one| Some(&one.flag.as_deref()?.gives));
    let types = || reads.iter().map(|(_, read)| &read.expects).chain(told.clone());
    let is = |fits: fn(&ValueType) -> bool| types().any(fits);
    let word = match () {
        () if reads.iter().any(|(_, read)| read.as_share) => "percentage",
        () if is(|one| matches!(one, ValueType::Bool(_))) => "boolean",
        () if is(|one| matches!(one, ValueType::Int | ValueType::Float)) => "number",
        () if is(|one| matches!(one, ValueType::Json)) => "document",
        () => return of_texts(ground, reads, states),
    };
    Gives { word: Some(word), variants: Vec::new() }
}

fn of_texts(ground: &Ground<'_>, reads: &[(ReadId, &Read)], states: &[State<'_>]) -> Gives {
    let inventory = ground.graph.inventory;
    let mut variants: BTreeSet<String> = BTreeSet::new();
    for (id, read) in reads {
        let branches = leaves::branches_of(inventory, *id);
        variants.extend(branches.flat_map(|branch| branch.equals.iter().cloned()));
        // Compared with the empty text, it is asked for whether it is there.
        variants.remove("");
        if let ValueType::Enum(words) = &read.expects {
            variants.extend(words.iter().cloned());
        }
    }
    for state in states {
        match &state.stand {
            Stand::Value(text) => drop(variants.insert(text.clone())),
            Stand::Share { value, .. } => drop(variants.insert(value.clone())),
            _ => {}
        }
    }
    let is_switched = states.iter().any(|state| matches!(state.stand, Stand::On | Stand::Off));
    let word = match (variants.is_empty(), is_switched) {
        (false, _) => Some("variant"),
        (true, true) => Some("boolean"),
        (true, false) => None,
    };
    Gives { word, variants: variants.into_iter().take(MOST).collect() }
}
