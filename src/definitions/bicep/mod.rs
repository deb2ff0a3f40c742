//! Bicep of Azure: the variables of container apps, and the settings of web and function apps.
//!
//! Knows one file. What stands behind outputs of modules and other expressions is not seen: such a value is a
//! reference, and a list that an expression makes is opaque.

pub(super) mod parameters;
mod parse;

use std::collections::{BTreeMap, BTreeSet};

use super::Format;
use super::context::{Context, env, note_opaque};
use super::paths;
use super::secret::{self, Written};
use crate::document::Document;
use crate::facts::SourceFacts;
use crate::model::key::is_env_name;
use crate::model::{ScalarKind, Value as Given};
use crate::text::{File, TextRange};

use parse::{Kind, Pair, Value, declarations};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "bicep", paths: is_bicep, needles: &[], claims, extract };

/// More of an expression than anybody takes in.
const LONG: usize = 80;
/// More than anybody builds on one another.
const MAX_DEPTH: usize = 256;

fn is_bicep(path: &str) -> bool {
    paths::name(path).rsplit_once('.').is_some_and(|(_, extension)| extension == "bicep")
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    is_bicep(&file.path)
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let facts = context.source("bicep");
    let all = declarations(&context.file.text);
    let named = all.iter().rev().map(|pair| (pair.name.as_str(), &pair.value)).collect();
    let mut reader = Reader { context, named, met: BTreeSet::new(), depth: 0, facts };
    for pair in &all {
        reader.within(pair);
    }
    let mut facts = reader.facts;
    parameters::declared(context, &all, &mut facts);
    let is_silent = facts.entries.is_empty() && facts.opaque.is_empty();
    if is_silent { Vec::new() } else { vec![facts] }
}

/// Whether variables of processes are bound to a name.
fn gives(name: &str) -> bool {
    let words: Vec<String> = paths::words(&spaced(name));
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    matches!(name, "appSettings" | "appsettings" | "env" | "envVars" | "environmentVariables")
        || (has("env") || has("environment")) && (has("vars") || has("variables"))
        || has("app") && has("settings")
}

/// A name with its humps apart: `appEnvVariables` as `app_env_variables`.
fn spaced(name: &str) -> String {
    let mut spaced = String::new();
    for sign in name.chars() {
        if sign.is_ascii_uppercase() {
            spaced.push('_');
        }
        spaced.push(sign.to_ascii_lowercase());
    }
    spaced
}

/// What reads one file.
struct Reader<'a> {
    context: Context<'a>,
    /// What is bound to each name of the file.
    named: BTreeMap<&'a str, &'a Value>,
    /// The values that were taken, by where they begin: a name may be used many times.
    met: BTreeSet<u32>,
    /// How many values lie between the one at work and the first.
    depth: usize,
    facts: SourceFacts,
}

impl<'a> Reader<'a> {
    /// Looks for variables in what is bound to a name, and in everything below.
    fn within(&mut self, pair: &'a Pair) {
        if let Some(properties) = app_settings(&pair.value) {
            self.taken(properties);
        } else if gives(&pair.name) {
            self.taken(&pair.value);
        } else {
            self.below(&pair.value);
        }
    }

    fn below(&mut self, value: &'a Value) {
        match &value.kind {
            Kind::Object(pairs) => pairs.iter().for_each(|pair| self.within(pair)),
            Kind::List(values) | Kind::Expression(values) => {
                for value in values {
                    self.below(value);
                }
            }
            Kind::Text(_) => {}
        }
    }

    /// Adds the variables of a list or object that a process gets.
    fn taken(&mut self, value: &'a Value) {
        if self.depth > MAX_DEPTH || !self.met.insert(value.range.start) {
            return;
        }
        self.depth += 1;
        match &value.kind {
            Kind::Object(pairs) => self.object(pairs),
            Kind::List(values) | Kind::Expression(values) => {
                if matches!(value.kind, Kind::Expression(_)) {
                    self.expression(value);
                }
                for value in values {
                    self.taken(value);
                }
            }
            Kind::Text(_) => {}
        }
        self.depth -= 1;
    }

    fn object(&mut self, pairs: &'a [Pair]) {
        let get = |name: &str| pairs.iter().find(|pair| pair.name == name);
        let given = ["value", "secretRef"].iter().find_map(|name| get(name));
        if let (Some(name), Some(given)) = (get("name"), given) {
            self.listed(&name.value, given);
            return;
        }
        for pair in pairs.iter().filter(|pair| is_variable(&pair.name)) {
            let given = value_of(self.context, &pair.name, &pair.value, &mut self.facts);
            self.facts.entries.push(env(&pair.name, pair.range, given, Some(pair.value.range)));
        }
    }

    /// A name of the file is followed, also behind `union` and `concat`; everything else may give anything.
    fn expression(&mut self, value: &'a Value) {
        let raw = self.context.raw(value.range).trim();
        let call = ["union(", "concat("].iter().find_map(|open| raw.strip_prefix(open));
        let inside = call.and_then(|rest| rest.strip_suffix(')')).unwrap_or(raw);
        let mut is_open = false;
        for part in parts(inside) {
            match self.named.get(part).copied().filter(|value| is_own(value)) {
                Some(value) => self.taken(value),
                None => {
                    is_open |= !part.is_empty() && part != "null" && !part.starts_with(['{', '[']);
                }
            }
        }
        if is_open {
            note_opaque("variables that an expression gives", value.range, &mut self.facts);
        }
    }

    /// `{ name: 'X', value: … }`
    fn listed(&mut self, name: &Value, given: &Pair) {
        let Kind::Text(text) = &name.kind else {
            note_opaque("a variable that an expression names", name.range, &mut self.facts);
            return;
        };
        let key = TextRange::new(name.range.start as usize + 1, name.range.end as usize - 1);
        let value = if given.name == "secretRef" {
            let kept = self.context.raw(given.value.range).trim_matches('\'');
            Given::Reference { text: format!("secret {kept}"), needs: Vec::new() }
        } else {
            value_of(self.context, text, &given.value, &mut self.facts)
        };
        self.facts.entries.push(env(text, key, value, Some(given.value.range)));
    }
}

/// The settings of a resource that is called `appsettings`.
fn app_settings(value: &Value) -> Option<&Value> {
    let Kind::Object(pairs) = &value.kind else { return None };
    let get = |name: &str| pairs.iter().find(|pair| pair.name == name).map(|pair| &pair.value);
    let is_called = matches!(&get("name")?.kind, Kind::Text(text) if text == "appsettings");
    get("properties").filter(|_| is_called)
}

/// The arguments of a call, as written.
fn parts(text: &str) -> Vec<&str> {
    let mut open = 0_usize;
    let split = |sign: char| {
        match sign {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        sign == ',' && open == 0
    };
    text.split(split).map(str::trim).collect()
}

/// Whether a value says what is bound to its name: a parameter without a default, or with an empty one, does not.
fn is_own(value: &Value) -> bool {
    match &value.kind {
        Kind::Object(pairs) => !pairs.is_empty(),
        Kind::List(values) | Kind::Expression(values) => !values.is_empty(),
        Kind::Text(_) => false,
    }
}

/// Settings of .NET have colons, dots and two underscores.
fn is_variable(name: &str) -> bool {
    is_env_name(name) && !name.bytes().any(|sign| sign.is_ascii_lowercase())
        || name.contains("__")
        || name.contains(':')
}

fn value_of(context: Context<'_>, name: &str, value: &Value, facts: &mut SourceFacts) -> Given {
    let raw = context.raw(value.range);
    let (text, kind) = match &value.kind {
        Kind::Text(text) => (text.as_str(), ScalarKind::Text),
        _ if raw.parse::<i64>().is_ok() => (raw, ScalarKind::Int),
        _ if matches!(raw, "true" | "false") => (raw, ScalarKind::Bool),
        _ => {
            let text: String = raw.chars().take(LONG).collect();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            return shown(context, (name, &text), value.range, facts);
        }
    };
    let written = Written { name, text, raw, range: value.range, kind, asks: Vec::new() };
    secret::judge(&written, context.sealer, facts)
}

/// An expression as it is shown: a text inside may be a credential.
fn shown(
    context: Context<'_>,
    (name, text): (&str, &str),
    range: TextRange,
    facts: &mut SourceFacts,
) -> Given {
    let raw = context.raw(range);
    let written = Written { name, text, raw, range, kind: ScalarKind::Text, asks: Vec::new() };
    let has_text = raw.contains('\'');
    match has_text.then(|| secret::judge(&written, context.sealer, facts)) {
        Some(Given::Secret(_)) => Given::Reference { text: "…".to_owned(), needs: Vec::new() },
        _ => Given::Reference { text: text.to_owned(), needs: Vec::new() },
    }
}
