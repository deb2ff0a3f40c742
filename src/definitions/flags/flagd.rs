//! flagd: files of flags, and the resource `FeatureFlag` of the OpenFeature operator.
//!
//! A flag that is disabled, or that has no default variant, gives the default of the code.

use super::super::Format;
use super::super::context::Context;
use super::{Answer, Flags, Item, Served, entries, is_data, is_empty, named, note_metadata, roots};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "flagd",
    paths: is_data,
    needles: &["flags", "variants", "state"],
    claims,
    extract,
};

/// Targeting that is deeper than this is not looked through.
const MAX_DEPTH: usize = 24;

/// The flags of a file: a map, or a list whose items have a key.
fn flags(root: Node<'_>) -> Option<Node<'_>> {
    let is_resource = |kind: Node<'_>| matches!(kind.text(), Some("FeatureFlag"));
    if root.get("kind").is_some_and(is_resource) {
        return root.at(&["spec", "flagSpec", "flags"]);
    }
    // The older resource holds the text of a file.
    root.get("flags")
}

fn items(flags: Node<'_>) -> Vec<Item<'_>> {
    let keyed = flags.items().into_iter().filter_map(|item| Some((named(item, "key")?, item)));
    keyed.chain(entries(Some(flags))).filter(|(_, item)| is_one(*item)).collect()
}

fn is_one(item: Node<'_>) -> bool {
    item.get("variants").is_some_and(Node::is_map)
        && item
            .get("state")
            .and_then(Node::text)
            .is_some_and(|it| matches!(it, "ENABLED" | "DISABLED"))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    // A bundle of other objects is a manifest.
    let mut all = roots(documents).peekable();
    all.peek().is_some() && all.all(|root| flags(root).is_some_and(|it| !items(it).is_empty()))
}

pub(super) fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        for (name, item) in flags(root).map(items).unwrap_or_default() {
            let mut state = FlagState::serving(Serves::Unknown);
            note_metadata(item.get("metadata"), &mut state);
            note_metadata(root.get("metadata"), &mut state);
            all.add(None, name, serves(item), state);
        }
    }
    all.finish(documents)
}

fn serves(item: Node<'_>) -> Served<'_> {
    if item.get("state").and_then(Node::text) != Some("ENABLED") {
        return Served::Default;
    }
    let variant = |name: &str| item.at(&["variants", name]);
    let fallback = item.get("defaultVariant").filter(|it| !it.is_null()).and_then(Node::text);
    let targeting = item.get("targeting").filter(|it| !is_empty(Some(*it)));
    let Some(targeting) = targeting else {
        return fallback.map_or(Served::Default, |name| match variant(name) {
            Some(value) => Served::One(Answer::At(value)),
            None => Served::Unknown,
        });
    };
    if let Some(parts) = targeting.get("fractional") {
        return fractional(item, parts);
    }
    // Rules whose every branch names one variant give it to all.
    let mut ends = Vec::new();
    let is_plain = branches(targeting, fallback, MAX_DEPTH, &mut ends);
    match ends.split_first() {
        Some((first, rest)) if is_plain && rest.iter().all(|it| it == first) => {
            variant(first).map_or(Served::Unknown, |value| Served::One(Answer::At(value)))
        }
        _ => Served::Targeted,
    }
}

/// What a split by weights gives: `[{"var": "email"}, ["red", 50], ["blue", 50]]`.
fn fractional<'a>(item: Node<'a>, parts: Node<'a>) -> Served<'a> {
    let mut weighted = Vec::new();
    for part in parts.items().into_iter().filter(|part| part.is_list()) {
        let of_part = part.items();
        let weight = match of_part.get(1) {
            None => Some(1),
            Some(weight) => weight.text().and_then(|text| text.parse::<u64>().ok()),
        };
        let name = of_part.first().and_then(|name| name.text());
        let value = name.and_then(|name| item.at(&["variants", name]));
        let (Some(weight), Some(value)) = (weight, value) else { return Served::Targeted };
        weighted.push((Answer::At(value), weight));
    }
    if weighted.is_empty() { Served::Targeted } else { Served::weighted(weighted) }
}

/// The variants at the ends of `if`; whether all could be seen.
fn branches<'a>(
    rule: Node<'a>,
    fallback: Option<&'a str>,
    depth: usize,
    ends: &mut Vec<&'a str>,
) -> bool {
    let Some(below) = depth.checked_sub(1) else { return false };
    if rule.is_null() {
        ends.extend(fallback);
        return fallback.is_some();
    }
    if let Some(name) = rule.text() {
        ends.push(name);
        return true;
    }
    let Some(parts) = rule.get("if").map(Node::items).filter(|parts| !parts.is_empty()) else {
        return false;
    };
    // Conditions stand at even places; the last part without a pair is what is left.
    let last = parts.len() - 1;
    let is_end = |at: usize| at % 2 == 1 || at == last;
    let mut all = true;
    for (at, part) in parts.iter().enumerate().filter(|(at, _)| is_end(*at)) {
        if at == 0 {
            return false;
        }
        all &= branches(*part, fallback, below, ends);
    }
    if parts.len() % 2 == 0 {
        ends.extend(fallback);
        all &= fallback.is_some();
    }
    all
}
