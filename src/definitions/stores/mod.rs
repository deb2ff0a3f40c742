//! Exports of stores of parameters and secrets, as JSON: what their own commands print.
//!
//! Each form is told by its content. Does not know who takes a parameter: all code may, in the environment that its
//! name, its label or the file's path gives.

pub(super) mod azure;
pub(super) mod consul;
pub(super) mod google;
pub(super) mod parameters;
pub(super) mod secrets;
pub(super) mod vault;

use super::context::{Context, env};
use super::secret::{self, Written};
use super::settings_place::names_environment;
use crate::document::{Document, Node, Syntax, json};
use crate::facts::{Entry, OpaqueFact, SourceFacts};
use crate::model::key::is_env_name;
use crate::model::{Namespace, ScalarKind, Value};
use crate::text::TextRange;

fn is_json(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Json)
}

/// The objects of all documents: those of a list, or the one that there is.
fn objects(documents: &[Document]) -> Vec<Node<'_>> {
    let roots = documents.iter().filter_map(Document::root);
    roots.flat_map(|root| if root.is_list() { root.items() } else { vec![root] }).collect()
}

/// A key inside the name of a parameter.
struct Named {
    key: String,
    range: TextRange,
    section: Option<String>,
}

/// What a name says: the key is all that stands behind a word for an environment, else the last segment.
fn named(context: Context<'_>, node: Node<'_>) -> Option<Named> {
    let whole = node.text()?.trim_end_matches('/');
    let segments: Vec<&str> = whole.split('/').collect();
    let (last, before) = segments.split_last()?;
    let word = before.iter().rposition(|segment| names_environment(segment));
    let section = word.map(|at| segments[at].to_owned());
    let tail = match word {
        Some(at) => segments[at + 1..].join("/"),
        None => (*last).to_owned(),
    };
    if tail.is_empty() {
        return None;
    }
    let range = inside(context, node.range(), &tail);
    Some(Named { key: tail.replace(['/', ':'], "."), range, section })
}

/// Where `text` stands last in a range; the whole range where it is written otherwise.
fn inside(context: Context<'_>, range: TextRange, text: &str) -> TextRange {
    match context.raw(range).rfind(text) {
        Some(at) => {
            let start = range.start as usize + at;
            TextRange::new(start, start + text.len())
        }
        None => range,
    }
}

/// The source of one section.
fn section<'s>(
    context: Context<'_>,
    sources: &'s mut Vec<SourceFacts>,
    kind: &'static str,
    section: Option<String>,
) -> &'s mut SourceFacts {
    let at = sources.iter().position(|it| it.section == section).unwrap_or_else(|| {
        let mut facts = context.source(kind);
        facts.section = section;
        sources.push(facts);
        sources.len() - 1
    });
    &mut sources[at]
}

/// A key with its value: a variable where its name can be one, else a setting.
fn entry(key: &str, key_range: TextRange, value: Value, range: Option<TextRange>) -> Entry {
    let mut entry = env(key, key_range, value, range);
    if !is_env_name(key) {
        entry.namespace = Namespace::Setting;
    }
    entry
}

/// The value of a text that stands at `range` in another form.
fn decoded(
    context: Context<'_>,
    key: &str,
    (bytes, range): (&[u8], TextRange),
    facts: &mut SourceFacts,
) -> Value {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return secret::withhold(bytes, range, context.sealer, facts);
    };
    let raw = context.raw(range);
    let written = Written { name: key, text, raw, range, kind: ScalarKind::Text, asks: Vec::new() };
    let value = secret::judge(&written, context.sealer, facts);
    if value.is_redacted() {
        facts.secrets.push(range);
    }
    value
}

/// A secret: its keys where its text is a map of them, else the secret itself.
fn bundle(
    context: Context<'_>,
    name: Option<(&str, TextRange)>,
    text: Node<'_>,
    facts: &mut SourceFacts,
) {
    let (written, range) = (text.text().unwrap_or(""), text.range());
    facts.secrets.push(range);
    let document = json::parse(written);
    let Some(map) = document.root().filter(|root| root.is_map()) else {
        if let Some((key, key_range)) = name {
            let value = secret::withhold(written.as_bytes(), range, context.sealer, facts);
            facts.entries.push(entry(key, key_range, value, Some(range)));
        }
        return;
    };
    // Keys stand in a text inside a text: they are looked for in their order.
    let mut from = range.start as usize;
    for pair in map.entries() {
        let rest = TextRange::new(from, range.end as usize);
        let quoted = format!("\\\"{}\\\"", pair.key);
        // A key with escapes of its own is not found as it reads: then the whole text stands for it.
        let key_range = context.raw(rest).find(&quoted).map_or(range, |at| {
            let start = from + at + 2;
            TextRange::new(start, start + pair.key.len())
        });
        if key_range != range {
            from = key_range.end as usize;
        }
        let bytes = pair.value.text().unwrap_or("").as_bytes();
        let value = secret::withhold(bytes, range, context.sealer, facts);
        facts.entries.push(entry(pair.key, key_range, value, Some(range)));
    }
}

/// A secret whose keys are not shown: one key where its name can be a variable's, else nobody knows which.
fn closed(key: &str, range: TextRange, facts: &mut SourceFacts) {
    if is_env_name(key) && !key.bytes().any(|byte| byte.is_ascii_lowercase()) {
        facts.entries.push(entry(key, range, Value::PassThrough, None));
    } else {
        let what = format!("the secret `{key}`, whose text is not in the export");
        facts.opaque.push(OpaqueFact::new(what, None, range));
    }
}
