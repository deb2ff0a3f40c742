//! Eppo: the universal configuration of flags that its SDKs download, for one environment.
//!
//! Allocations are tried in order. A flag that is disabled, or that none fits, gives the default of the code.

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Item, Served, entries, is_empty, is_json, is_true, list, roots, text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Serves, ValueType};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "eppo",
    paths: is_json,
    needles: &["\"flags\"", "\"allocations\"", "\"variationType\""],
    claims,
    extract,
};

fn flags(root: Node<'_>) -> Vec<Item<'_>> {
    let is_one = |(_, flag): &Item<'_>| {
        ["allocations", "enabled", "variationType"].iter().all(|key| flag.get(key).is_some())
    };
    entries(root.get("flags")).into_iter().filter(is_one).collect()
}

/// Whether names are digests: then nothing can be said of them.
fn is_obfuscated(root: Node<'_>) -> bool {
    let is_digest =
        |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_true(root.get("obfuscated")) || flags(root).iter().all(|(name, _)| is_digest(name.name))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents).filter(|root| !is_obfuscated(*root)) {
        let environment = root.get("environment").and_then(|it| text_of(it, &["name"]));
        for (name, flag) in flags(root) {
            let mut state = FlagState::serving(Serves::Unknown);
            state.gives = match text_of(flag, &["variationType"]) {
                Some("BOOLEAN") => ValueType::Bool(Vec::new()),
                Some("INTEGER") => ValueType::Int,
                Some("NUMERIC") => ValueType::Float,
                Some("STRING") => ValueType::Text,
                Some("JSON") => ValueType::Json,
                _ => ValueType::Unknown,
            };
            all.add(environment, name, serves(flag), state);
        }
    }
    all.finish(documents)
}

fn serves(flag: Node<'_>) -> Served<'_> {
    let allocations = list(flag, "allocations");
    let Some(first) = allocations.first().filter(|_| is_true(flag.get("enabled"))) else {
        return Served::Default;
    };
    if ["endAt", "startAt"].iter().any(|key| first.get(key).is_some_and(|it| !it.is_null())) {
        return Served::Unknown;
    }
    if !is_empty(first.get("rules")) {
        return Served::Targeted;
    }
    let value = |split: Node<'_>| {
        let key = text_of(split, &["variationKey"])?;
        flag.at(&["variations", key])?.get("value").map(Answer::At)
    };
    let splits = list(*first, "splits");
    match splits.first() {
        None => Served::Targeted,
        Some(split) if is_empty(split.get("shards")) => {
            value(*split).map_or(Served::Unknown, Served::One)
        }
        Some(_) => {
            let parts = splits.iter().map(|split| Some((value(*split)?, width(*split)?)));
            let parts: Option<Vec<_>> = parts.collect();
            let total = flag.get("totalShards").and_then(number).unwrap_or_default();
            match parts {
                // What is left over is for the allocations behind it.
                Some(parts)
                    if total > 0 && parts.iter().map(|(_, part)| *part).sum::<u64>() == total =>
                {
                    Served::weighted(parts)
                }
                _ => Served::Targeted,
            }
        }
    }
}

fn number(node: Node<'_>) -> Option<u64> {
    node.text()?.parse::<u32>().ok().map(u64::from)
}

/// How many shards a split is for, where one draw decides.
fn width(split: Node<'_>) -> Option<u64> {
    let [shard] = list(split, "shards")[..] else { return None };
    let widths = list(shard, "ranges")
        .into_iter()
        .map(|range| number(range.get("end")?)?.checked_sub(number(range.get("start")?)?));
    widths.sum()
}
