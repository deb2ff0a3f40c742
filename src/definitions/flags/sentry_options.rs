//! Schemas of sentry-options: the options that code may ask for, with types and defaults. Another name is an error.
//!
//! Which values another repository gives them is not seen.

use super::super::Format;
use super::super::context::Context;
use super::{Answer, Flags, Item, Served, entries, is_json, roots, text_of};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Role, Serves, ValueType};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "sentry-options",
    paths: is_schema,
    needles: &["version", "properties", "default"],
    claims,
    extract,
};

/// `sentry-options/schemas/NAMESPACE/schema.json`
fn is_schema(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    is_json(path)
        && parts.next() == Some("schema.json")
        && parts.nth(1) == Some("schemas")
        && parts.next().is_some_and(|folder| matches!(folder, "sentry-options" | "sentry_options"))
}

fn options(root: Node<'_>) -> Vec<Item<'_>> {
    let all = entries(root.get("properties")).into_iter();
    all.filter(|(_, option)| option.get("type").is_some() && option.get("default").is_some())
        .collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| root.get("version").is_some() && !options(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for (name, option) in roots(documents).flat_map(options) {
        let mut state = FlagState::serving(Serves::Unknown);
        state.gives = match text_of(option, &["type"]) {
            Some("boolean") => ValueType::Bool(Vec::new()),
            Some("string") => ValueType::Text,
            Some("integer") => ValueType::Int,
            Some("number") => ValueType::Float,
            Some("object" | "array") => ValueType::Json,
            _ => ValueType::Unknown,
        };
        let plain = option.get("default").filter(|it| !it.is_map() && !it.is_list());
        let served = plain.map_or(Served::Unknown, |it| Served::One(Answer::At(it)));
        all.add(None, name, served, state);
    }
    let mut sources = all.finish(documents);
    for source in &mut sources {
        source.role = Role::Template;
    }
    sources
}
