//! Configuration of Symfony: the parameters of its container, and which variables it asks for by `%env(X)%`.
//!
//! Parameters of other bundles, `%name%` inside of values, files in XML and PHP are not followed. Only programs in PHP take
//! parameters, and none is read here.

use super::Format;
use super::context::{Context, note_refused};
use super::dotted::Dotted;
use super::yaml_readers::Reader;
use crate::document::{Document, Node, Syntax, symfony};
use crate::facts::{Ask, SourceFacts};
use crate::model::key::is_env_name;
use crate::model::{Interpolation, OnUnset, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "symfony", paths: is_below_config, needles: &[], claims, extract };

static READER: Reader = Reader::new("Symfony", symfony::scalar, true);

/// What opens and closes a question to the environment.
const ASKS: (&str, &str) = ("%env(", ")%");

fn is_below_config(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Yaml)
        && path.rsplit('/').skip(1).any(|folder| folder == "config")
}

/// What only Symfony knows: `%env(X)%`, `parameters` beside `services`, `when@prod`, `imports` of resources, `_defaults` of services.
fn claims(file: &File, documents: &[Document]) -> bool {
    let is_import = |item: Node<'_>| item.get("resource").is_some();
    let [document] = documents else { return false };
    let Some(root) = document.root().filter(|root| root.is_map()) else { return false };
    let has = |key: &str| root.get(key).is_some_and(Node::is_map);
    file.text.contains(ASKS.0)
        || has("parameters") && has("services")
        || root.entries().iter().any(|pair| match pair.key {
            "imports" => pair.value.items().into_iter().any(is_import),
            "services" => pair.value.get("_defaults").is_some(),
            key => key.starts_with("when@"),
        })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut own = context.source("symfony");
    let mut sections = Vec::new();
    for document in documents {
        note_refused(document, READER.refusing(), &mut own);
        let Some(root) = document.root() else { continue };
        parameters(context, root, &mut own);
        for pair in root.entries() {
            let Some(name) = pair.key.strip_prefix("when@") else { continue };
            let mut section = context.source("symfony");
            section.section = Some(name.to_owned());
            parameters(context, pair.value, &mut section);
            sections.push(section);
        }
    }
    own.asks = asks(&context.file.text);
    sections.insert(0, own);
    sections.retain(|facts| facts.says_something() || !facts.asks.is_empty());
    sections
}

fn parameters(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(map) = node.get("parameters") else { return };
    let first = facts.entries.len();
    Dotted { context, reader: Some(&READER) }.settings(map, &mut Vec::new(), facts);
    for entry in facts.entries.iter_mut().skip(first) {
        if let Value::Literal(scalar) = &entry.value
            && scalar.text.contains(ASKS.0)
        {
            entry.value = Value::Reference { text: scalar.text.clone(), needs: Vec::new() };
        }
    }
}

/// The variables that a text asks for; processors stand before a name, each with a colon behind it: `%env(int:OVEN_PORT)%`.
fn asks(text: &str) -> Vec<Ask> {
    let (open, close) = ASKS;
    let question = |(start, _): (usize, &str)| {
        let from = start + open.len();
        let inside = text.get(from..)?.split(close).next()?;
        let skipped = inside.rfind(':').map_or(0, |at| at + 1);
        let name = inside.get(skipped..).filter(|name| is_env_name(name))?.to_owned();
        let range = TextRange::new(from + skipped, from + inside.len());
        let interpolation = Interpolation { name, on_unset: OnUnset::Presence, range };
        Some(Ask { interpolation, scope: None })
    };
    text.match_indices(open).filter_map(question).collect()
}
