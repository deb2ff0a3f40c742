//! AWS AppConfig: profiles of feature flags.

use super::super::Format;
use super::super::context::Context;
use super::{Flags, Item, Served, day, entries, is_data, is_true, list, roots, text_of};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "appconfig",
    paths: is_data,
    needles: &["flags", "values", "version"],
    claims,
    extract,
};

fn flags(root: Node<'_>) -> Vec<Item<'_>> {
    let is_plain =
        root.entries().iter().all(|pair| matches!(pair.key, "flags" | "values" | "version"));
    let flags = entries(root.get("flags"));
    let has_values = root.get("values").is_some_and(Node::is_map);
    if is_plain && has_values && flags.iter().all(|(_, flag)| flag.is_map()) {
        flags
    } else {
        Vec::new()
    }
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        let values: std::collections::BTreeMap<&str, Node<'_>> = entries(root.get("values"))
            .into_iter()
            .map(|(name, value)| (name.name, value))
            .collect();
        for (name, flag) in flags(root) {
            let mut state = FlagState::serving(Serves::Unknown);
            state.dates.created = day(flag.get("_createdAt"));
            state.dates.changed = day(flag.get("_updatedAt"));
            let deprecation = flag.get("_deprecation");
            state.dates.expires = deprecation.and_then(|it| day(it.get("date")));
            let served = values.get(name.name).map_or(Served::Unknown, |value| serves(*value));
            all.add(None, name, served, state);
        }
    }
    all.finish(documents)
}

fn serves(value: Node<'_>) -> Served<'_> {
    let variants = list(value, "_variants");
    match variants.as_slice() {
        [] if value.get("enabled").is_some() => Served::all(is_true(value.get("enabled"))),
        [only] if text_of(*only, &["rule"]).is_none() => Served::all(is_true(only.get("enabled"))),
        [] => Served::Unknown,
        all => {
            let mut on = all.iter().map(|one| is_true(one.get("enabled")));
            let first = on.next().unwrap_or_default();
            // Variants that are all off are off for everybody.
            if !first && on.all(|it| !it) { Served::all(false) } else { Served::Targeted }
        }
    }
}
