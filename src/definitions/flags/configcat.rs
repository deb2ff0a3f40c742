//! ConfigCat: the file that its SDKs download, in its fifth and sixth form, and take in its place.

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Item, Served, entries, is_empty, is_json, list, percent, roots, text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Serves, ValueType};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "configcat",
    paths: is_json,
    needles: &["\"f\"", "\"t\"", "\"v\""],
    claims,
    extract,
};

/// The keys under which a value of the sixth form stands.
const TYPES: &[&str] = &["b", "s", "i", "d"];

/// The value of a setting, a rule or a part.
fn value(node: Node<'_>) -> Option<Node<'_>> {
    let value = node.get("v")?;
    if value.is_map() { TYPES.iter().find_map(|key| value.get(key)) } else { Some(value) }
}

fn settings(root: Node<'_>) -> Vec<Item<'_>> {
    let is_plain =
        root.entries().iter().all(|pair| matches!(pair.key, "$schema" | "f" | "p" | "s"));
    let all = entries(root.get("f"));
    let is_one = |(_, setting): &Item<'_>| {
        let known = ["a", "i", "p", "r", "t", "v"];
        setting.is_map()
            && value(*setting).is_some()
            && setting.get("t").is_some()
            && setting.entries().iter().all(|pair| known.contains(&pair.key))
    };
    if is_plain && all.iter().all(is_one) { all } else { Vec::new() }
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !settings(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for (name, setting) in roots(documents).flat_map(settings) {
        let mut state = FlagState::serving(Serves::Unknown);
        let conditions = list(setting, "r").into_iter().flat_map(|rule| list(rule, "c"));
        let needs = conditions.filter_map(|one| one.get("p")).filter_map(|it| text_of(it, &["f"]));
        state.needs.extend(needs.map(str::to_owned));
        state.gives = match text_of(setting, &["t"]) {
            Some("0") => ValueType::Bool(Vec::new()),
            Some("1") => ValueType::Text,
            Some("2") => ValueType::Int,
            Some("3") => ValueType::Float,
            _ => ValueType::Unknown,
        };
        all.add(None, name, serves(setting), state);
    }
    all.finish(documents)
}

fn serves(setting: Node<'_>) -> Served<'_> {
    if !is_empty(setting.get("r")) {
        return Served::Targeted;
    }
    let parts = list(setting, "p");
    if parts.is_empty() {
        return value(setting).map_or(Served::Unknown, |value| Served::One(Answer::At(value)));
    }
    let parts =
        parts.into_iter().map(|part| Some((Answer::At(value(part)?), percent(part.get("p")?)?)));
    parts.collect::<Option<Vec<_>>>().map_or(Served::Unknown, Served::Parts)
}
