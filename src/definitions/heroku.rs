//! `app.json` of Heroku: what a new application and its reviews and tests are given.
//!
//! What is set on an application afterwards is not seen. Expo and React Native have files of that name, too.

use super::context::{Context, note_opaque};
use super::variables::{Giving, in_sections};
use super::{Format, paths};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::Value;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "heroku", paths: is_app, needles: &["\"env\""], claims, extract };

fn is_app(path: &str) -> bool {
    paths::name(path) == "app.json"
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let has_variables = root.get("env").is_some_and(Node::is_map)
            || root.get("environments").is_some_and(Node::is_map);
        has_variables && root.get("expo").is_none()
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    in_sections(context, "heroku", documents, "environments", variables)
}

fn variables(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(env) = node.entry("env") else { return };
    let giving = Giving::default();
    for pair in env.value.entries() {
        if !pair.value.is_map() {
            giving.variable(context, &pair, facts);
            continue;
        }
        let mut entry = super::context::env(pair.key, pair.key_range, Value::PassThrough, None);
        if let Some(value) = pair.value.get("value") {
            entry.value = giving.value(context, pair.key, value, facts);
            entry.value_range = Some(value.resolved().range());
        } else if let Some(generator) = pair.value.get("generator").and_then(Node::text) {
            entry.value =
                Value::Reference { text: format!("generator: {generator}"), needs: Vec::new() };
        }
        facts.entries.push(entry);
    }
    note_opaque("configuration of the application at Heroku", env.key_range, facts);
}
