//! Files that Jinja or ERB has yet to fill in: `compose.yml.j2`, `settings.yaml.erb`, `bakery.env.j2`, YAML of Rails.
//!
//! They are read as the files that they become, with their tags blanked out. What stands under a condition may be there
//! or not, so its value is a reference that tells the condition. Nothing is evaluated.

use std::borrow::Cow;

use super::context::note_opaque;
use crate::document::engine::{self, Blanked, Condition, Engine, Sense};
use crate::document::{self, Document, Syntax, template};
use crate::facts::{Ask, Entry, SourceFacts};
use crate::model::key::is_env_name;
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::model::{Interpolation, OnUnset, ScalarKind, Value};
use crate::text::{File, TextRange};

/// More of a condition than anybody takes in.
const LONG: usize = 80;

/// The path of the file that a template becomes.
pub(super) fn behind(path: &str) -> Option<&str> {
    Engine::behind(path).map(|(_, path)| path)
}

/// The kind of a source of this file: another than its own where a template is filled in and installed by a tool.
pub(super) fn kind(path: &str, own: &'static str) -> &'static str {
    Engine::behind(path).map_or(own, |(engine, _)| made_by(engine))
}

/// The kind of a source that a tool fills in and installs.
fn made_by(engine: Engine) -> &'static str {
    match engine {
        Engine::Jinja => "ansible-template",
        Engine::Erb => "erb-template",
    }
}

/// The engine that fills a file in: as its name says, or as its tags do.
pub(super) fn engine(file: &File) -> Option<Engine> {
    if let Some((engine, _)) = Engine::behind(&file.path) {
        return Some(engine);
    }
    let is_yaml = Syntax::of(&file.path) == Some(Syntax::Yaml);
    match () {
        () if !is_yaml => None,
        () if file.text.contains("<%") => Some(Engine::Erb),
        () if is_cut_by_jinja(&file.text) => Some(Engine::Jinja),
        () => None,
    }
}

/// Whether tags of Jinja stand where YAML cannot have them: on lines of their own that no text of a block holds.
fn is_cut_by_jinja(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("{%"))
        && document::parse(&template::mask(text, b'\r'), Syntax::Yaml)
            .iter()
            .any(|document| !document.problems.is_empty())
}

/// The file that a template becomes, with its text as it stands.
pub(super) fn made(file: &File) -> Option<File> {
    Some(File::new(behind(&file.path)?, file.text.clone()).under(file.root))
}

/// A text without its tags, for a syntax of lines.
pub(super) fn lines(file: &File) -> Cow<'_, str> {
    match engine(file) {
        Some(engine) => engine::blank(&file.text, engine, b' ', b' ').text,
        None => Cow::Borrowed(&file.text),
    }
}

/// The trees of a text whose tags are blanked out: in the way in which fewer of them break.
pub(super) fn documents(text: &str, engine: Engine, syntax: Syntax) -> Vec<Document> {
    let parse = |line: u8| document::parse(&engine::blank(text, engine, line, b'\r').text, syntax);
    let breaks =
        |documents: &[Document]| documents.iter().any(|document| !document.problems.is_empty());
    let first = parse(b'\r');
    if !breaks(&first) {
        return first;
    }
    let second = parse(b'#');
    if breaks(&second) { first } else { second }
}

/// Tells of every entry the condition that it stands under, and of the sources what is not seen.
pub(super) fn decide(file: &File, engine: Engine, sources: &mut [SourceFacts]) {
    let blanked = engine::blank(&file.text, engine, b' ', b' ');
    for facts in sources.iter_mut() {
        drop_open_names(file, facts);
        for entry in facts.entries.iter_mut().filter(|entry| !entry.commented) {
            if let Some(condition) = blanked.condition(entry.key_range.start) {
                put_under(file, condition, entry, &mut facts.secrets);
            }
        }
        // A tool fills it in and installs it, be it the project's or not.
        if behind(&file.path).is_some() || engine == Engine::Jinja {
            facts.kind = made_by(engine);
            facts.asks.clear();
            facts.bindings.clear();
            facts.includes.clear();
            facts.settings.clear();
            facts.workloads.clear();
        }
    }
    tell_lines(&blanked, sources);
    if let (Engine::Erb, Some(facts)) = (engine, sources.first_mut()) {
        facts.asks.extend(variables(&file.text));
    }
}

/// A key that a template names is no key before the template has run.
fn drop_open_names(file: &File, facts: &mut SourceFacts) {
    let is_open = |entry: &Entry| template::is_open(entry.key_range.slice(&file.text));
    let Some(first) = facts.entries.iter().find(|entry| is_open(entry)) else { return };
    note_opaque("keys that a template names", first.key_range, facts);
    facts.entries.retain(|entry| !is_open(entry));
}

/// The variables that code inside of ERB asks for: `ENV["X"]`, `ENV.fetch("X")`. Whoever runs the template reads them.
fn variables(text: &str) -> Vec<Ask> {
    let mut asks = Vec::new();
    for (start, _) in text.match_indices("ENV") {
        let rest = text.get(start + 3..).unwrap_or("");
        let inside = ["[", ".fetch("].iter().find_map(|open| rest.strip_prefix(open));
        let Some(inside) = inside.and_then(|inside| inside.strip_prefix(['"', '\''])) else {
            continue;
        };
        let length = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let name = inside.get(..length.unwrap_or(0)).unwrap_or("");
        if !is_env_name(name) {
            continue;
        }
        let at = start + 3 + (rest.len() - inside.len());
        let range = TextRange::new(at, at + name.len());
        let interpolation =
            Interpolation { name: name.to_owned(), on_unset: OnUnset::Presence, range };
        asks.push(Ask { interpolation, scope: None });
    }
    asks
}

fn tell_lines(blanked: &Blanked<'_>, sources: &mut [SourceFacts]) {
    if let (Some(range), Some(facts)) = (blanked.lines.first(), sources.first_mut()) {
        note_opaque("lines that a template fills in", *range, facts);
    }
}

fn put_under(file: &File, condition: Condition, entry: &mut Entry, secrets: &mut Vec<TextRange>) {
    let text = match &entry.value {
        Value::Literal(scalar) if scalar.kind == ScalarKind::Compound => "…".to_owned(),
        Value::Literal(scalar) => scalar.text.clone(),
        Value::Empty => "\"\"".to_owned(),
        Value::Placeholder(text) | Value::Reference { text, .. } => text.clone(),
        Value::Secret(_) => "…".to_owned(),
        Value::Computed | Value::Encrypted | Value::PassThrough => return,
    };
    let needs = match &entry.value {
        Value::Reference { needs, .. } => needs.clone(),
        _ => Vec::new(),
    };
    let text = format!("{text} {}", told(file, condition, secrets));
    entry.value = Value::Reference { text, needs };
}

/// A condition as a phrase. What it compares with may be a credential.
fn told(file: &File, condition: Condition, secrets: &mut Vec<TextRange>) -> String {
    let whole = condition.range.slice(&file.text);
    let written: String = whole.chars().take(LONG).collect();
    let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let has_text = whole.contains(['"', '\'', '`']);
    let mut parts = whole.split(|c: char| "\"'` ()=".contains(c));
    let hides = parts.any(|part| looks_secret_value(part) || has_text && looks_secret_name(part));
    if hides {
        secrets.push(condition.range);
    }
    let written = if hides || written.is_empty() { "…" } else { &written };
    match condition.sense {
        Sense::For => format!("for each of {written}"),
        Sense::If => format!("if {written}"),
        Sense::Unless => format!("unless {written}"),
    }
}
