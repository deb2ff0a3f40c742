//! Settings that an application loads from YAML, TOML or JSON: one key for each dotted path.
//!
//! Only files whose place or name says that they are settings: most structured files belong to other tools.

use super::commented;
use super::context::{Asks, Context, as_elder, env, note_asks, note_refused, outline};
use super::flags::feature_management;
use super::secret;
use super::settings_place::{is_contract, is_environment, is_settings, stem, tells};
use super::{Format, paths, spring};
use crate::document::{Document, Entry as Pair, Node, Syntax, template};
use crate::facts::{Entry, SourceFacts};
use crate::model::secrecy::{looks_secret_name, looks_secret_value};
use crate::model::{Namespace, Value};
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "settings-file", paths: is_settings, needles: &[], claims, extract };

/// Deeper than settings go.
const MAX_DEPTH: usize = 48;
/// Top-level keys that show another tool's file.
const OTHER_TOOLS: &[&str] =
    &["$id", "asyncapi", "jobs", "openapi", "repos", "swagger", "tasks", "workflows"];

fn claims(file: &File, documents: &[Document]) -> bool {
    let Some(root) = documents.iter().find_map(Document::root) else {
        return documents.iter().any(|document| !document.problems.is_empty());
    };
    let entries = root.entries();
    let has = |key: &str| entries.iter().any(|pair| pair.key == key);
    let is_schema = has("$schema") && (has("properties") || has("definitions") || has("$defs"));
    let is_other = is_schema
        || (has("apiVersion") && has("kind"))
        || entries.iter().any(|pair| OTHER_TOOLS.contains(&pair.key));
    let by_name = stem(file.name()).iter().any(|word| tells(word))
        || is_contract(file.name())
        || file.path.rsplit('/').skip(1).any(|folder| is_environment(&folder.to_ascii_lowercase()));
    root.is_map() && !is_other && (by_name || has_blocks(file, &entries))
}

/// Whether the top level is one block for each environment.
fn has_blocks(file: &File, entries: &[Pair<'_>]) -> bool {
    let blocks = entries.iter().filter(|pair| is_block(pair));
    let named = entries.iter().any(|pair| is_block(pair) && is_environment(pair.key));
    // `default.toml` may hold the one block that all environments share, and `production.toml` that of production.
    let is_called = |pair: &Pair<'_>| stem(file.name()).iter().any(|word| word == pair.key);
    let is_default =
        matches!(entries, [only] if is_block(only) && (only.key == "default" || is_called(only)));
    named && blocks.count() > 1 || is_default
}

fn is_block(pair: &Pair<'_>) -> bool {
    pair.value.is_map()
        && (is_environment(pair.key) || matches!(pair.key, "default" | "global" | "shared"))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let mut own = source(context);
        let entries = document.root().map(Node::entries).unwrap_or_default();
        let profiles = document.root().and_then(spring::profiles);
        let is_encrypted = document.root().is_some_and(super::sops::is_encrypted);
        let blocks = has_blocks(context.file, &entries);
        let mut sections = Vec::new();
        sources.extend(feature_management::of_settings(context, &entries));
        for pair in &entries {
            if feature_management::is_section(pair) {
                continue;
            }
            if is_encrypted && pair.key == "sops" {
                continue;
            }
            if blocks && is_block(pair) {
                let mut section = source(context);
                section.section = Some(pair.key.to_owned());
                settings(context, pair.value, &mut Vec::new(), &mut section);
                sections.push(section);
            } else {
                setting(context, pair, &mut Vec::new(), &mut own);
            }
        }
        note_refused(document, spring::refuses(&context.file.path), &mut own);
        if let Some(root) = document.root() {
            spring::take_imports(root, &mut own);
        }
        if let Some(profiles) = profiles {
            sources.extend(profiles.divide(own));
            continue;
        }
        if sections.is_empty() || !own.entries.is_empty() || !own.problems.is_empty() {
            sources.push(own);
        }
        sources.extend(sections);
    }
    if let [only] = sources.as_mut_slice() {
        commented::add(context, only);
    }
    super::dunder::settle(context.file, &mut sources);
    sources
}

fn source(context: Context<'_>) -> SourceFacts {
    let mut facts = SourceFacts::new(match Syntax::of(&context.file.path) {
        Some(Syntax::Ini) => "ini",
        Some(Syntax::Json) => "json",
        Some(Syntax::Properties) => "properties",
        Some(Syntax::Toml) => "toml",
        Some(Syntax::Yaml | Syntax::Hcl) | None => "yaml",
    });
    facts.role = paths::role(&context.file.path);
    facts
}

fn settings<'a>(
    context: Context<'_>,
    map: Node<'a>,
    path: &mut Vec<&'a str>,
    facts: &mut SourceFacts,
) {
    for pair in map.entries() {
        setting(context, &pair, path, facts);
    }
}

fn setting<'a>(
    context: Context<'_>,
    pair: &Pair<'a>,
    path: &mut Vec<&'a str>,
    facts: &mut SourceFacts,
) {
    // A key that a template names is no key before the template has run.
    if template::is_open(context.raw(pair.key_range)) {
        return;
    }
    path.push(pair.key);
    let is_full = pair.value.is_map() && !pair.value.entries().is_empty();
    if is_full && path.len() < MAX_DEPTH {
        settings(context, pair.value, path, facts);
    } else if pair.value.tag() != Some("!reset") {
        let value = value(context, pair, path, facts);
        let range = (!pair.value.is_null()).then(|| pair.value.resolved().range());
        let entry = env(&path.join("."), pair.key_range, value, range);
        facts.entries.push(Entry { namespace: Namespace::Setting, ..entry });
    }
    path.pop();
}

fn value(context: Context<'_>, pair: &Pair<'_>, path: &[&str], facts: &mut SourceFacts) -> Value {
    // What a secret is called may stand in the table around it: `api.key`.
    let name = path.get(path.len().saturating_sub(2)..).unwrap_or(path).join(".");
    let range = pair.value.resolved().range();
    let raw = context.raw(range);
    if pair.value.text().is_none() && holds_secret(pair.value) {
        return secret::withhold(outline(pair.value).as_bytes(), range, context.sealer, facts);
    }
    let syntax = Syntax::of(&context.file.path);
    let asks = raw.contains("${") && matches!(syntax, Some(Syntax::Properties | Syntax::Yaml));
    if asks {
        note_asks(raw, range, &name, None, facts);
    }
    let asks = if asks { Asks::Dollar } else { Asks::None };
    let value = context.value(&name, pair.value, asks, facts);
    if spring::reads(&context.file.path) { as_elder(pair.value, value) } else { value }
}

/// Whether anything in a list or map looks like a credential.
pub(super) fn holds_secret(node: Node<'_>) -> bool {
    holds_secret_within(node, MAX_DEPTH)
}

fn holds_secret_within(node: Node<'_>, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else { return true };
    if let Some(text) = node.text() {
        return looks_secret_value(text);
    }
    let named = |pair: &Pair<'_>| {
        looks_secret_name(pair.key) && pair.value.text().is_some_and(|text| !text.is_empty())
    };
    node.entries().iter().any(|pair| named(pair) || holds_secret_within(pair.value, below))
        || node.items().into_iter().any(|item| holds_secret_within(item, below))
}
