//! Settings that an application loads from YAML, TOML or JSON: one key for each dotted path.
//!
//! Only files whose place or name says that they are settings: most structured files belong to other tools.

use super::commented;
use super::context::{Asks, Context, as_elder, env, note_asks, note_refused, outline};
use super::flags::feature_management;
use super::secret;
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
/// Folders of settings.
const FOLDERS: &[&str] = &[
    "cfg",
    "conf",
    "config",
    "configs",
    "configuration",
    "configurations",
    "deploy",
    "env",
    "environment",
    "environments",
    "envs",
    "settings",
];
/// Folders in which an application keeps its settings and nothing else.
const OWN_FOLDERS: &[&str] =
    &["cfg", "conf", "config", "configs", "configuration", "configurations", "settings"];
/// Folders whose files are data, tests or other tools', even below a folder of settings.
const OTHER_FOLDERS: &[&str] = &[
    "__fixtures__",
    "ansible",
    "charts",
    "dashboards",
    "data",
    "datasources",
    "docs",
    "examples",
    "fixtures",
    "grafana",
    "playbooks",
    "prometheus",
    "provisioning",
    "roles",
    "schema",
    "schemas",
    "snapshots",
    "templates",
    "testdata",
];
/// Words that name settings.
const NAMES: &[&str] =
    &["app", "application", "appsettings", "config", "configuration", "settings"];
/// Words that name a layer everybody shares, or one's own.
const LAYERS: &[&str] = &["base", "common", "default", "defaults", "global", "local", "shared"];
/// Words that name an environment.
const ENVIRONMENTS: &[&str] = &[
    "acceptance",
    "canary",
    "ci",
    "demo",
    "dev",
    "devel",
    "develop",
    "development",
    "devnet",
    "docker",
    "e2e",
    "int",
    "integration",
    "live",
    "mainnet",
    "nonprod",
    "perf",
    "preprod",
    "preproduction",
    "preview",
    "prod",
    "production",
    "qa",
    "release",
    "sandbox",
    "stable",
    "stage",
    "staging",
    "stg",
    "test",
    "testing",
    "testnet",
    "tst",
    "uat",
];
/// Words that name a contract: all that can be set.
const CONTRACTS: &[&str] = &["example", "sample"];
/// Top-level keys that show another tool's file.
const OTHER_TOOLS: &[&str] =
    &["$id", "asyncapi", "jobs", "openapi", "repos", "swagger", "tasks", "workflows"];

fn is_one_of(table: &[&str], word: &str) -> bool {
    table.binary_search(&word).is_ok()
}

/// Whether place and name say that a file holds settings.
pub(super) fn is_settings(path: &str) -> bool {
    if Syntax::of(path).is_none() || paths::is_foreign(path) {
        return false;
    }
    let folders: Vec<String> = path.rsplit('/').skip(1).map(str::to_ascii_lowercase).collect();
    let name = paths::name(path);
    if name.contains("custom-environment-variables")
        || folders.iter().any(|folder| is_one_of(OTHER_FOLDERS, folder) || is_of_a_tool(folder))
    {
        return false;
    }
    let in_folder = folders.iter().any(|folder| is_one_of(FOLDERS, folder));
    let environment_around = folders.iter().any(|folder| is_one_of(ENVIRONMENTS, folder));
    let words = stem(name);
    if in_folder {
        let is_own = folders.iter().any(|folder| is_one_of(OWN_FOLDERS, folder));
        return (environment_around && is_own)
            || words.iter().any(|word| tells(word))
            || is_own && is_contract(name)
            || has_room_for_blocks(path);
    }
    let names_settings =
        name == "App.toml" || words.iter().any(|word| is_one_of(NAMES, word) && word != "app");
    let names_one = |word: &String| {
        is_deployed(word) || in_compound_folder(&folders) && is_one_of(ENVIRONMENTS, word)
    };
    let is_deployment = words.len() == 1 && words.iter().all(names_one);
    words.iter().all(|word| tells(word)) && (names_settings || is_deployment)
}

/// Whether a word of a name says settings, a layer of them, or an environment.
fn tells(word: &str) -> bool {
    is_one_of(NAMES, word) || is_one_of(LAYERS, word) || is_one_of(ENVIRONMENTS, word)
}

/// Whether a folder keeps the settings of a tool: editors, assistants and command lines hide theirs behind a dot.
fn is_of_a_tool(folder: &str) -> bool {
    folder.starts_with('.') && !matches!(folder, "." | ".." | ".config" | ".envs" | ".deploy")
}

/// Whether the folder of a file says settings among other things: `deploy-config`, `app_settings`.
fn in_compound_folder(folders: &[String]) -> bool {
    folders.first().is_some_and(|folder| {
        paths::words(folder).last().is_some_and(|word| is_one_of(FOLDERS, word))
    })
}

/// Environments whose name alone makes a file settings, wherever it stands.
fn is_deployed(word: &str) -> bool {
    matches!(word, "development" | "production" | "prod" | "staging")
}

/// `database.yml` and the like hold a block for each environment: the content decides.
fn has_room_for_blocks(path: &str) -> bool {
    matches!(Syntax::of(path), Some(Syntax::Toml | Syntax::Yaml))
}

/// Whether a name says nothing but that the file shows all that can be set: `config/example.toml`.
fn is_contract(name: &str) -> bool {
    name.split_once('.').is_some_and(|(stem, _)| is_one_of(CONTRACTS, stem))
}

/// The words of a name without extension and without what makes it a template.
fn stem(name: &str) -> Vec<String> {
    let mut words = paths::words(name);
    let syntax = ["ini", "json", "json5", "jsonc", "properties", "toml", "yaml", "yml"];
    words.retain(|word| !syntax.contains(&word.as_str()) && !paths::is_template_word(word));
    words
}

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
        || file
            .path
            .rsplit('/')
            .skip(1)
            .any(|folder| is_one_of(ENVIRONMENTS, &folder.to_ascii_lowercase()));
    root.is_map() && !is_other && (by_name || has_blocks(file, &entries))
}

/// Whether a word names an environment.
pub(crate) fn names_environment(word: &str) -> bool {
    is_one_of(ENVIRONMENTS, &word.to_ascii_lowercase())
}

/// Whether the top level is one block for each environment.
fn has_blocks(file: &File, entries: &[Pair<'_>]) -> bool {
    let blocks = entries.iter().filter(|pair| is_block(pair));
    let named = entries.iter().any(|pair| is_block(pair) && is_one_of(ENVIRONMENTS, pair.key));
    // `default.toml` may hold the one block that all environments share, and `production.toml` that of production.
    let is_called = |pair: &Pair<'_>| stem(file.name()).iter().any(|word| word == pair.key);
    let is_default =
        matches!(entries, [only] if is_block(only) && (only.key == "default" || is_called(only)));
    named && blocks.count() > 1 || is_default
}

fn is_block(pair: &Pair<'_>) -> bool {
    pair.value.is_map()
        && (is_one_of(ENVIRONMENTS, pair.key)
            || matches!(pair.key, "default" | "global" | "shared"))
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

#[cfg(test)]
mod tests {
    use super::{
        ENVIRONMENTS, FOLDERS, LAYERS, NAMES, OTHER_FOLDERS, OTHER_TOOLS, OWN_FOLDERS, is_settings,
    };

    #[test]
    fn tables_are_sorted() {
        for table in [ENVIRONMENTS, FOLDERS, LAYERS, NAMES, OTHER_FOLDERS, OTHER_TOOLS, OWN_FOLDERS]
        {
            assert!(table.is_sorted(), "{table:?}");
        }
    }

    #[test]
    fn settings_are_told_by_place_and_name() {
        for path in [
            "config/development.toml",
            "config/docker-configuration.toml",
            "settings.yaml",
            "src/appsettings.Production.json",
            "application-prod.yml",
            "config/production/web.yaml",
            "config/default.json",
            "config.toml.example",
            "deploy-config/sandbox.yml",
        ] {
            assert!(is_settings(path), "{path}");
        }
        for path in [
            "package.json",
            "data/countries.json",
            "config/custom-environment-variables.json",
            "test.json",
            "Cargo.toml",
            "config/schemas/app.yaml",
            "renovate.json",
            "deploy/grafana/dashboards/app.json",
            "src/base.json",
            ".vscode/settings.json",
            "web/.editor/config.yaml",
            "sandbox.yml",
        ] {
            assert!(!is_settings(path), "{path}");
        }
    }
}
