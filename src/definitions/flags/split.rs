//! Split (Harness FME): what its SDKs download, what its API lists, and the YAML file that SDKs take in its place.
//!
//! A flag that is killed gives its default treatment, one that is archived gives `control`. Not read: files `*.split`.

use std::collections::BTreeMap;

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Named, Served, day, is_data, is_empty, is_true, list, named, percent, roots,
    text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "split", paths: is_data, needles: &["reatment"], claims, extract };

/// What SDKs download.
fn downloaded(root: Node<'_>) -> Vec<Node<'_>> {
    let all = [list(root, "splits"), root.at(&["ff", "d"]).map(Node::items).unwrap_or_default()];
    let is_one = |flag: &Node<'_>| {
        flag.get("defaultTreatment").is_some() && flag.get("conditions").is_some()
    };
    all.into_iter().flatten().filter(is_one).collect()
}

/// What the API lists.
fn listed(root: Node<'_>) -> Vec<Node<'_>> {
    let all = if root.is_list() { root.items() } else { list(root, "objects") };
    let is_one = |flag: &Node<'_>| {
        named(*flag, "name").is_some()
            && flag.get("defaultRule").is_some()
            && flag.get("treatments").is_some()
    };
    all.into_iter().filter(is_one).collect()
}

/// The items of the file in place of the service: `- my_flag: {treatment: "on"}`.
fn local(root: Node<'_>) -> Vec<(Named<'_>, Node<'_>)> {
    let items = root.items();
    let mut found = Vec::new();
    for item in &items {
        let [pair] = item.entries()[..] else { return Vec::new() };
        if pair.value.get("treatment").and_then(Node::text).is_none() {
            return Vec::new();
        }
        found.push((Named { name: pair.key, range: pair.key_range }, pair.value));
    }
    found
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| {
        !downloaded(root).is_empty() || !listed(root).is_empty() || !local(root).is_empty()
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        for flag in downloaded(root) {
            let Some(name) = named(flag, "name") else { continue };
            let mut state = FlagState::serving(Serves::Unknown);
            state.is_archived = text_of(flag, &["status"]) == Some("ARCHIVED");
            state.dates.changed = day(flag.get("changeNumber"));
            let needs = list(flag, "prerequisites").into_iter();
            state.needs.extend(needs.filter_map(|it| text_of(it, &["n"])).map(str::to_owned));
            all.add(text_of(flag, &["environment"]), name, serves(flag), state);
        }
        for flag in listed(root) {
            let Some(name) = named(flag, "name") else { continue };
            let mut state = FlagState::serving(Serves::Unknown);
            state.dates.created = day(flag.get("creationTime"));
            state.dates.changed = day(flag.get("lastUpdateTime"));
            state.dates.evaluated = day(flag.get("lastTrafficReceivedAt"));
            let environment = flag.get("environment").and_then(|it| text_of(it, &["name"]));
            all.add(environment, name, of_api(flag), state);
        }
        let mut given: BTreeMap<&str, Vec<(Named<'_>, Node<'_>)>> = BTreeMap::new();
        for (name, item) in local(root) {
            given.entry(name.name).or_default().push((name, item));
        }
        for items in given.into_values() {
            let Some((name, item)) = items.first().copied() else { continue };
            let is_plain = items.iter().all(|(_, item)| is_none(item.get("keys")));
            let served = match named(item, "treatment") {
                Some(word) if is_plain => Served::One(Answer::Word(word.name, word.range)),
                _ => Served::Targeted,
            };
            all.add(None, name, served, FlagState::serving(Serves::Unknown));
        }
    }
    all.finish(documents)
}

fn is_none(node: Option<Node<'_>>) -> bool {
    node.is_none_or(Node::is_null)
}

fn serves(flag: Node<'_>) -> Served<'_> {
    let fallback = named(flag, "defaultTreatment");
    let fallback = fallback.map(|word| Answer::Word(word.name, word.range));
    if is_true(flag.get("killed")) {
        return fallback.map_or(Served::Unknown, Served::One);
    }
    if !is_empty(flag.get("prerequisites")) {
        return Served::Targeted;
    }
    let conditions = list(flag, "conditions");
    let Some(first) = conditions.first() else {
        return fallback.map_or(Served::Unknown, Served::One);
    };
    let matchers =
        first.get("matcherGroup").map(|group| list(group, "matchers")).unwrap_or_default();
    let fits_all = |one: &Node<'_>| {
        text_of(*one, &["matcherType"]) == Some("ALL_KEYS") && !is_true(one.get("negate"))
    };
    if matchers.is_empty() || !matchers.iter().all(fits_all) {
        return Served::Targeted;
    }
    let Some(parts) = parts(list(*first, "partitions")) else { return Served::Unknown };
    let traffic = flag.get("trafficAllocation").filter(|it| !it.is_null());
    match (traffic.map_or(Some(Percent::ALL), percent), fallback) {
        (Some(Percent::ALL), _) => Served::Parts(parts),
        (Some(share), Some(fallback)) => {
            let of =
                |part: Percent| u64::from(part.0) * u64::from(share.0) / u64::from(Percent::ALL.0);
            let scaled = |part: Percent| Percent(u32::try_from(of(part)).unwrap_or(0));
            let mut parts: Vec<_> =
                parts.into_iter().map(|(word, part)| (word, scaled(part))).collect();
            parts.push((fallback, Percent(Percent::ALL.0 - share.0)));
            Served::Parts(parts)
        }
        _ => Served::Unknown,
    }
}

fn parts(all: Vec<Node<'_>>) -> Option<Vec<(Answer<'_>, Percent)>> {
    let parts: Option<Vec<_>> = all
        .into_iter()
        .map(|part| {
            let word = named(part, "treatment")?;
            let share = part.get("size").and_then(percent)?;
            Some((Answer::Word(word.name, word.range), share))
        })
        .collect();
    parts.filter(|parts| !parts.is_empty())
}

fn of_api(flag: Node<'_>) -> Served<'_> {
    if is_true(flag.get("killed")) {
        let word = named(flag, "defaultTreatment");
        return word.map_or(Served::Unknown, |it| Served::One(Answer::Word(it.name, it.range)));
    }
    let has_lists = list(flag, "treatments")
        .iter()
        .any(|one| ["keys", "segments"].iter().any(|key| !is_empty(one.get(key))));
    if has_lists || !is_empty(flag.get("rules")) {
        return Served::Targeted;
    }
    parts(list(flag, "defaultRule")).map_or(Served::Unknown, Served::Parts)
}
