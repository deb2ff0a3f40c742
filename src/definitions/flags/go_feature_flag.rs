//! GO Feature Flag: files of flags in YAML, JSON and TOML.
//!
//! A flag that is disabled gives the default of the code. What depends on the day is not told: extraction has no clock.

use super::super::Format;
use super::super::context::Context;
use super::{Answer, Flags, Named, Served, day, is_empty, is_true, note_metadata, percent, roots};
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "go-feature-flag",
    paths: is_flags,
    needles: &["variations", "defaultRule"],
    claims,
    extract,
};

fn is_flags(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Toml | Syntax::Yaml))
}

fn is_one(flag: Node<'_>) -> bool {
    flag.get("variations").is_some_and(Node::is_map)
        && flag.get("defaultRule").is_some_and(Node::is_map)
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| {
        let pairs = root.entries();
        let maps = pairs.iter().filter(|pair| pair.value.is_map()).count();
        let flags = pairs.iter().filter(|pair| is_one(pair.value)).count();
        // A flag that is not whole makes the others no less flags.
        flags > 0 && flags * 2 >= maps
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        for pair in root.entries().into_iter().filter(|pair| is_one(pair.value)) {
            let flag = pair.value;
            let mut state = FlagState::serving(Serves::Unknown);
            note_metadata(flag.get("metadata"), &mut state);
            if let Some(experiment) = flag.get("experimentation") {
                state.kind = Some(FlagKind::Experiment);
                state.dates.expires = day(experiment.get("end"));
            }
            let name = Named { name: pair.key, range: pair.key_range };
            all.add(None, name, serves(flag), state);
        }
    }
    all.finish(documents)
}

fn serves(flag: Node<'_>) -> Served<'_> {
    if is_true(flag.get("disable")) {
        return Served::Default;
    }
    // Steps whose day has come replace what is written, and outside of an experiment's days the code's default holds.
    if !is_empty(flag.get("scheduledRollout")) || !is_empty(flag.get("experimentation")) {
        return Served::Unknown;
    }
    let rules = flag.get("targeting").map(Node::items).unwrap_or_default();
    if rules.iter().any(|rule| !is_true(rule.get("disable"))) {
        return Served::Targeted;
    }
    let value = |name: &str| flag.at(&["variations", name]).map(Answer::At);
    let Some(rule) = flag.get("defaultRule") else { return Served::Unknown };
    if let Some(name) = rule.get("variation").and_then(Node::text) {
        return value(name).map_or(Served::Unknown, Served::One);
    }
    let parts = rule.get("percentage").map(Node::entries).unwrap_or_default();
    let parts: Option<Vec<_>> =
        parts.into_iter().map(|pair| Some((value(pair.key)?, percent(pair.value)?))).collect();
    match parts {
        Some(parts) if !parts.is_empty() => Served::Parts(parts),
        _ => Served::Unknown,
    }
}
