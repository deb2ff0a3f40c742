//! Flipt: files of flags with their segments, of its first and second version.
//!
//! A flag with variants that is disabled, or that no rule fits, gives the default of the code; one without gives no.

use std::collections::BTreeSet;

use super::super::Format;
use super::super::context::Context;
use super::super::settings_place::names_environment;
use super::{
    Answer, Flags, Served, is_data, is_empty, is_true, named, note_metadata, percent, roots,
    text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "flipt", paths: is_data, needles: &["flags", "key"], claims, extract };

/// What stands at the top of such a file.
const TOP: &[&str] = &["etag", "flags", "namespace", "segments", "version"];

fn is_one(flag: Node<'_>) -> bool {
    let says = ["enabled", "name", "rollouts", "rules", "type", "variants"];
    named(flag, "key").is_some()
        && flag.get("state").is_none()
        && flag.get("defaultValue").is_none()
        // So has each flag of PostHog.
        && flag.get("filters").is_none()
        && says.iter().any(|key| flag.get(key).is_some())
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| {
        let flags = root.get("flags").map(Node::items).unwrap_or_default();
        !flags.is_empty()
            && flags.into_iter().all(is_one)
            && root.entries().iter().all(|pair| TOP.contains(&pair.key))
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        let space = root.get("namespace");
        let space = space.and_then(|space| space.text().or_else(|| text_of(space, &["key"])));
        let environment = space.filter(|space| names_environment(space));
        let open = open(root);
        for flag in root.get("flags").map(Node::items).unwrap_or_default() {
            let Some(name) = named(flag, "key") else { continue };
            let mut state = FlagState::serving(Serves::Unknown);
            note_metadata(flag.get("metadata"), &mut state);
            let is_boolean = flag.get("type").and_then(Node::text) == Some("BOOLEAN_FLAG_TYPE");
            let served = if is_boolean { boolean(flag) } else { variant(&open, flag) };
            all.add(environment, name, served, state);
        }
    }
    all.finish(documents)
}

fn boolean(flag: Node<'_>) -> Served<'_> {
    let otherwise = is_true(flag.get("enabled"));
    let rollouts = flag.get("rollouts").map(Node::items).unwrap_or_default();
    let Some(first) = rollouts.first() else { return Served::all(otherwise) };
    let Some(threshold) = first.get("threshold") else { return Served::Targeted };
    let gives = is_true(threshold.get("value"));
    match threshold.get("percentage").and_then(percent) {
        Some(Percent::ALL) => Served::all(gives),
        Some(share) if rollouts.len() == 1 => {
            let rest = Percent(Percent::ALL.0 - share.0);
            Served::Parts(vec![(Answer::Is(gives), share), (Answer::Is(otherwise), rest)])
        }
        _ => Served::Targeted,
    }
}

fn variant<'a>(open: &BTreeSet<&str>, flag: Node<'a>) -> Served<'a> {
    if !is_true(flag.get("enabled")) {
        return Served::Default;
    }
    let rules = flag.get("rules").map(Node::items).unwrap_or_default();
    let Some(first) = rules.first() else {
        let variants = flag.get("variants").map(Node::items).unwrap_or_default();
        let preset = variants.into_iter().find(|variant| is_true(variant.get("default")));
        return match preset.and_then(|variant| named(variant, "key")) {
            Some(name) => Served::One(Answer::Word(name.name, name.range)),
            None => Served::Default,
        };
    };
    if !first.get("segment").and_then(Node::text).is_some_and(|it| open.contains(it)) {
        return Served::Targeted;
    }
    let parts = first.get("distributions").map(Node::items).unwrap_or_default();
    let parts: Option<Vec<_>> = parts
        .into_iter()
        .map(|part| {
            let name = named(part, "variant")?;
            Some((Answer::Word(name.name, name.range), percent(part.get("rollout")?)?))
        })
        .collect();
    match parts {
        Some(parts) if parts.is_empty() => Served::Default,
        Some(parts) => Served::Parts(parts),
        None => Served::Unknown,
    }
}

/// The segments that have no constraints: all are in them.
fn open(root: Node<'_>) -> BTreeSet<&str> {
    let segments = root.get("segments").map(Node::items).unwrap_or_default().into_iter();
    let open = segments.filter(|segment| {
        is_empty(segment.get("constraints"))
            && text_of(*segment, &["match_type"]) != Some("ANY_MATCH_TYPE")
    });
    open.filter_map(|segment| segment.get("key")?.text()).collect()
}
