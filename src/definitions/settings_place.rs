//! Which files are settings by their place and name, and the words that tell it.

use super::paths;
use crate::document::Syntax;

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
fn is_one_of(table: &[&str], word: &str) -> bool {
    table.binary_search(&word).is_ok()
}

/// Whether place and name say that a file holds settings.
pub(super) fn is_settings(path: &str) -> bool {
    is_loaded(path) || is_handed(path)
}

/// The same for one that code may load.
fn is_loaded(path: &str) -> bool {
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
    let environment_around = folders.iter().any(|folder| is_environment(folder));
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
    // A program's own file may begin with the program: `s3_sync/s3_sync_settings.ini`.
    let around = folders.first().map(|folder| paths::words(folder)).unwrap_or_default();
    words.iter().all(|word| tells(word) || around.contains(word))
        && (names_settings || is_deployment)
}

/// Whether a file is only named like the variables of one environment that a command hands to a manifest: `vars.prod.yml`.
pub(crate) fn is_handed(path: &str) -> bool {
    let words = stem(paths::name(path));
    let is_data = Syntax::of(path).is_some() && !paths::is_foreign(path);
    let is_variables = |word: &String| word == "vars" || word == "variables";
    is_data
        && words.len() > 1
        && words.iter().any(is_variables)
        && words.iter().all(|word| is_variables(word) || is_one_of(ENVIRONMENTS, word))
        && !is_loaded(path)
}

/// Whether a word of a name says settings, a layer of them, or an environment.
pub(super) fn tells(word: &str) -> bool {
    is_one_of(NAMES, word) || is_one_of(LAYERS, word) || is_one_of(ENVIRONMENTS, word)
}

/// Whether a folder keeps the settings of a tool: editors, assistants and command lines hide theirs behind a dot.
fn is_of_a_tool(folder: &str) -> bool {
    folder.starts_with('.')
        && !matches!(folder, "." | ".." | ".cloudgov" | ".config" | ".envs" | ".deploy")
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
pub(super) fn is_contract(name: &str) -> bool {
    name.split_once('.').is_some_and(|(stem, _)| is_one_of(CONTRACTS, stem))
}

/// The words of a name without extension and without what makes it a template.
pub(super) fn stem(name: &str) -> Vec<String> {
    let mut words = paths::words(name);
    let syntax = ["ini", "json", "json5", "jsonc", "properties", "toml", "yaml", "yml"];
    words.retain(|word| !syntax.contains(&word.as_str()) && !paths::is_template_word(word));
    words
}

/// Whether a word in small letters names an environment.
pub(super) fn is_environment(word: &str) -> bool {
    is_one_of(ENVIRONMENTS, word)
}

/// Whether a word names an environment, however it is written.
pub(crate) fn names_environment(word: &str) -> bool {
    is_environment(&word.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{ENVIRONMENTS, FOLDERS, LAYERS, NAMES, OTHER_FOLDERS, OWN_FOLDERS, is_settings};

    #[test]
    fn tables_are_sorted() {
        for table in [ENVIRONMENTS, FOLDERS, LAYERS, NAMES, OTHER_FOLDERS, OWN_FOLDERS] {
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
            "s3_sync/s3_sync_settings.ini",
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
            "web/bundler.config.json",
        ] {
            assert!(!is_settings(path), "{path}");
        }
    }
}
