//! The manifest of flags of OpenFeature's command line: a contract of what code may ask for, with defaults.

use super::super::Format;
use super::super::context::Context;
use super::{Answer, Flags, Item, Served, entries, is_data, list, named, roots, text_of};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Role, Serves, ValueType};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "openfeature-manifest", paths: is_data, needles: &["flags"], claims, extract };

/// Types of flags.
const TYPES: &[&str] = &["boolean", "float", "integer", "object", "string"];

/// A map of flags as the file has it, or a list as servers send it: `{"key": "rye", "type": "boolean", "defaultValue": false}`.
fn flags(root: Node<'_>) -> Vec<Item<'_>> {
    let keyed =
        list(root, "flags").into_iter().filter_map(|flag| Some((named(flag, "key")?, flag)));
    let sent = keyed.filter(|(_, flag)| {
        let is_typed = text_of(*flag, &["type"]).is_some_and(|one| TYPES.contains(&one));
        flag.get("flagType").is_some() || is_typed && flag.get("defaultValue").is_some()
    });
    let kept = entries(root.get("flags")).into_iter();
    sent.chain(kept.filter(|(_, flag)| flag.get("flagType").is_some())).collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for (name, flag) in roots(documents).flat_map(flags) {
        let mut state = FlagState::serving(Serves::Unknown);
        state.gives = match text_of(flag, &["flagType", "type"]) {
            Some("boolean") => ValueType::Bool(Vec::new()),
            Some("string") => ValueType::Text,
            Some("integer") => ValueType::Int,
            Some("float") => ValueType::Float,
            Some("object") => ValueType::Json,
            _ => ValueType::Unknown,
        };
        let served =
            flag.get("defaultValue").map_or(Served::Default, |it| Served::One(Answer::At(it)));
        all.add(None, name, served, state);
    }
    let mut sources = all.finish(documents);
    for source in &mut sources {
        source.role = Role::Template;
    }
    sources
}
