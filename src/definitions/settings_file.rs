//! Settings that an application loads from YAML, TOML or JSON: one key for each dotted path.
//!
//! Only files whose place or name says that they are settings: most structured files belong to other tools.

use super::commented;
use super::context::{Context, note_refused};
use super::dotted::Dotted;
use super::flags::feature_management;
use super::settings_place::{is_contract, is_environment, is_settings, stem, tells};
use super::yaml_readers::{self, Reader};
use super::{Format, paths, spring};
use crate::document::{Document, Entry as Pair, Node, Syntax};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "settings-file", paths: is_settings, needles: &[], claims, extract };

/// Top-level keys that show another tool's file.
const OTHER_TOOLS: &[&str] =
    &["$id", "asyncapi", "cargo-vet", "jobs", "openapi", "repos", "swagger", "tasks", "workflows"];

fn claims(file: &File, documents: &[Document]) -> bool {
    let Some(root) = documents.iter().find_map(Document::root) else {
        return documents.iter().any(|document| !document.problems.is_empty());
    };
    let entries = root.entries();
    let has = |key: &str| entries.iter().any(|pair| pair.key == key);
    let is_schema = has("$schema") && (has("properties") || has("definitions") || has("$defs"));
    let is_other = is_schema
        || (has("apiVersion") && has("kind"))
        // An environment of conda is a list of packages.
        || (has("channels") && has("dependencies"))
        || entries.iter().any(|pair| OTHER_TOOLS.contains(&pair.key));
    let by_name = stem(file.name()).iter().any(|word| tells(word))
        || is_contract(file.name())
        || file.path.rsplit('/').skip(1).any(|folder| is_environment(&folder.to_ascii_lowercase()));
    root.is_map() && !is_other && (by_name || has_blocks(file, &entries))
}

/// Whether the top level is one block for each environment: of its tables at least half are called like one.
fn has_blocks(file: &File, entries: &[Pair<'_>]) -> bool {
    let blocks = entries.iter().filter(|pair| is_block(pair)).count();
    let tables = entries.iter().filter(|pair| pair.value.is_map()).count();
    let named = entries.iter().any(|pair| is_block(pair) && is_environment(pair.key));
    // `default.toml` may hold the one block that all environments share, and `production.toml` that of production.
    let is_called = |pair: &Pair<'_>| stem(file.name()).iter().any(|word| word == pair.key);
    let is_default =
        matches!(entries, [only] if is_block(only) && (only.key == "default" || is_called(only)));
    named && blocks > 1 && blocks * 2 >= tables || is_default
}

fn is_block(pair: &Pair<'_>) -> bool {
    pair.value.is_map()
        && (is_environment(pair.key) || matches!(pair.key, "default" | "global" | "shared"))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    let reader = yaml_readers::of(context.file, documents);
    let dotted = Dotted { context, reader };
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
                dotted.settings(pair.value, &mut Vec::new(), &mut section);
                sections.push(section);
            } else {
                dotted.setting(pair, &mut Vec::new(), &mut own);
            }
        }
        note_refused(document, reader.and_then(Reader::refusing), &mut own);
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
