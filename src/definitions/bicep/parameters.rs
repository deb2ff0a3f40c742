//! Parameters of Bicep: what a template declares, and the files that give them values for one deployment: `*.bicepparam`, and
//! JSON of Azure's resource manager.
//!
//! None of these is a key of code by itself; the link follows them to the variables that take them. Values that Azure
//! looks up (Key Vault) stay references.

use super::parse::{Pair, declarations};
use super::value_of;
use crate::definitions::context::{Asks, Context};
use crate::definitions::{Format, paths};
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
use crate::facts::module::{Content, Given, Receiver};
use crate::model::Value;
use crate::text::{File, TextRange};

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "bicep-parameters", paths: may_give, needles: &["param"], claims, extract };

fn may_give(path: &str) -> bool {
    is_bicep(path) || Syntax::of(path) == Some(Syntax::Json)
}

fn is_bicep(path: &str) -> bool {
    paths::name(path).ends_with(".bicepparam")
}

/// The parameters of a file in JSON, by its schema.
fn of_json(document: &Document) -> Option<Node<'_>> {
    let root = document.root()?;
    let schema = root.get("$schema").and_then(Node::text)?;
    let is_one = schema.to_ascii_lowercase().contains("deploymentparameters.json");
    root.get("parameters").filter(|all| is_one && all.is_map())
}

fn claims(file: &File, documents: &[Document]) -> bool {
    is_bicep(&file.path) || documents.iter().any(|document| of_json(document).is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("bicep");
    if is_bicep(&context.file.path) {
        for pair in declarations(&context.file.text) {
            given(context, &pair, Receiver::Runs, &mut facts);
        }
    }
    for pair in documents.iter().filter_map(of_json).flat_map(Node::entries) {
        let Some(value) = pair.value.get("value").filter(|value| value.text().is_some()) else {
            continue;
        };
        let range = value.resolved().range();
        let said = context.value(pair.key, value, Asks::None, &mut facts);
        give((pair.key, pair.key_range), (said, range), Receiver::Runs, &mut facts);
    }
    if facts.module.is_empty() { Vec::new() } else { vec![facts] }
}

/// Notes the parameters that a template declares, and their defaults.
pub(super) fn declared(context: Context<'_>, all: &[Pair], facts: &mut SourceFacts) {
    for line in context.file.text.lines() {
        let name = line
            .trim_start()
            .strip_prefix("param ")
            .and_then(|rest| rest.split_whitespace().next());
        facts.module.declared.extend(name.map(str::to_owned));
    }
    for pair in
        all.iter().filter(|pair| facts.module.declared.contains(&pair.name)).collect::<Vec<_>>()
    {
        given(context, pair, Receiver::Default, facts);
    }
}

fn given(context: Context<'_>, pair: &Pair, to: Receiver, facts: &mut SourceFacts) {
    let value = value_of(context, &pair.name, &pair.value, facts);
    if !matches!(value, Value::Reference { .. }) {
        give((&pair.name, pair.range), (value, pair.value.range), to, facts);
    }
}

fn give(
    (name, range): (&str, TextRange),
    (value, at): (Value, TextRange),
    to: Receiver,
    facts: &mut SourceFacts,
) {
    let name = format!("var.{name}");
    let content = Content::One(value, at);
    facts.module.given.push(Given {
        name,
        to,
        content,
        scope: None,
        call: None,
        is_environment: false,
        range,
    });
}
