//! Flipper: what its exporter writes. A feature without an open gate is off.

use super::super::Format;
use super::super::context::Context;
use super::{Flags, Item, Served, entries, is_empty, is_json, is_true, percent, roots};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "flipper",
    paths: is_json,
    needles: &["features", "percentage_of_actors"],
    claims,
    extract,
};

fn features(root: Node<'_>) -> Vec<Item<'_>> {
    let all = entries(root.get("features"));
    let is_one = |(_, gates): &Item<'_>| {
        gates.is_map()
            && gates.get("percentage_of_actors").is_some()
            && gates.get("boolean").is_some()
    };
    if all.iter().all(is_one) { all } else { Vec::new() }
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !features(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for (name, gates) in roots(documents).flat_map(features) {
        all.add(None, name, serves(gates), FlagState::serving(Serves::Unknown));
    }
    all.finish(documents)
}

fn serves(gates: Node<'_>) -> Served<'_> {
    if is_true(gates.get("boolean")) {
        return Served::all(true);
    }
    let share = |key: &str| match gates.get(key).filter(|it| !it.is_null()) {
        None => Some(Percent::NONE),
        Some(share) => percent(share),
    };
    let (Some(actors), Some(time)) = (share("percentage_of_actors"), share("percentage_of_time"))
    else {
        return Served::Unknown;
    };
    if time == Percent::ALL {
        return Served::all(true);
    }
    let is_named = ["actors", "expression", "groups"].iter().any(|key| !is_empty(gates.get(key)));
    match (actors, time) {
        _ if is_named => Served::Targeted,
        (share, Percent::NONE) | (Percent::NONE, share) => Served::yes_to(share),
        _ => Served::Targeted,
    }
}
