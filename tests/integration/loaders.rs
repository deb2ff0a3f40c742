//! In which order frameworks lay their files of settings over one another, told by the packages that a project needs.

use std::collections::BTreeMap;

use crate::support::Project;

const NEXT: (&str, &str) = ("package.json", "{\"dependencies\": {\"next\": \"16.0.0\"}}");
const VITE: (&str, &str) = ("package.json", "{\"devDependencies\": {\"vite\": \"8.0.0\"}}");
const REACT: (&str, &str) = ("package.json", "{\"dependencies\": {\"react-scripts\": \"5.0.1\"}}");
const RAILS: (&str, &str) = ("Gemfile", "source \"https://rubygems.org\"\ngem \"dotenv-rails\"\n");
const SYMFONY: (&str, &str) =
    ("composer.json", "{\"require\": {\"symfony/framework-bundle\": \"7.*\"}}");
const LARAVEL: (&str, &str) = ("composer.json", "{\"require\": {\"laravel/framework\": \"^12\"}}");
const NODE_CONFIG: (&str, &str) = ("package.json", "{\"dependencies\": {\"config\": \"4.0.0\"}}");

/// The files of each environment in the order of their layers, the last wins.
fn layers(manifest: (&str, &str), files: &[&str]) -> BTreeMap<String, Vec<String>> {
    let texts: Vec<(String, String)> = files
        .iter()
        .map(|path| {
            let is_json = std::path::Path::new(path).extension().is_some_and(|it| it == "json");
            let text = if is_json { "{\"oven\": {\"heat\": 240}}" } else { "OVEN_HEAT=240\n" };
            ((*path).to_owned(), text.to_owned())
        })
        .collect();
    let mut all = vec![manifest, ("oven.py", "import os\n\nHEAT = os.environ[\"OVEN_HEAT\"]\n")];
    all.extend(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let run = Project::of(&all).run(&["envs", "--format", "json"]).exits(0);
    let mut found = BTreeMap::new();
    for environment in run.json()["environments"].as_array().cloned().unwrap_or_default() {
        let layers = environment["layers"].as_array().cloned().unwrap_or_default();
        let paths = layers.iter().map(|layer| layer["path"].as_str().unwrap_or("").to_owned());
        let name = environment["name"].as_str().unwrap_or("").to_owned();
        found.insert(name, paths.collect());
    }
    found
}

const DOTENV: &[&str] =
    &[".env", ".env.development", ".env.development.local", ".env.local", ".env.production"];

#[test]
fn a_developers_own_file_stands_where_the_framework_puts_it() {
    let over = [".env", ".env.development", ".env.local", ".env.development.local"];
    let under = [".env", ".env.local", ".env.development", ".env.development.local"];
    for (manifest, wanted) in
        [(NEXT, over), (RAILS, over), (VITE, under), (REACT, under), (SYMFONY, under)]
    {
        let found = layers(manifest, DOTENV);
        assert_eq!(found["development"], wanted, "{manifest:?}");
        assert_eq!(found["production"], [".env", ".env.production"], "{manifest:?}");
        assert!(!found.contains_key("local"), "{manifest:?}: {found:?}");
    }
}

#[test]
fn tests_do_without_it_in_most() {
    for (manifest, wanted) in [
        (NEXT, &[".env", ".env.test"][..]),
        (SYMFONY, &[".env", ".env.test"]),
        (REACT, &[".env", ".env.test"]),
        (VITE, &[".env", ".env.local", ".env.test"]),
    ] {
        let found = layers(manifest, &[".env", ".env.local", ".env.test"]);
        assert_eq!(found["test"], wanted, "{manifest:?}: {found:?}");
    }
}

#[test]
fn without_a_framework_it_is_an_environment_of_its_own() {
    let found = layers(("README.md", "A bakery.\n"), DOTENV);
    assert_eq!(found["development"], [".env", ".env.development", ".env.development.local"]);
    assert_eq!(found["local"], [".env", ".env.local"]);
}

#[test]
fn laravel_loads_the_file_of_a_mode_in_place_of_the_one_that_all_share() {
    let found = layers(LARAVEL, &[".env", ".env.production", ".env.testing"]);
    assert_eq!(found["production"], [".env.production"], "{found:?}");
    assert_eq!(found["testing"], [".env.testing"], "{found:?}");
    assert_eq!(found["local"], [".env"], "{found:?}");
}

#[test]
fn node_config_lays_local_files_over_those_of_development() {
    let files = [
        "config/default.json",
        "config/development.json",
        "config/local-development.json",
        "config/local.json",
        "config/production.json",
    ];
    let found = layers(NODE_CONFIG, &files);
    let wanted = [
        "config/default.json",
        "config/development.json",
        "config/local.json",
        "config/local-development.json",
    ];
    assert_eq!(found["development"], wanted, "{found:?}");
    assert_eq!(found["production"], ["config/default.json", "config/production.json"]);
}

/// Cloudflare: the variables at the top are those of the worker that is deployed without a name.
#[test]
fn environments_of_wrangler_inherit_no_variables() {
    let file = "name = \"oven\"\nmain = \"oven.js\"\n\n[vars]\nOVEN_HEAT = \"240\"\nDOOR = \"left\"\n\n\
                [env.staging.vars]\nOVEN_HEAT = \"180\"\n\n[env.production.vars]\nOVEN_HEAT = \"250\"\n";
    let project = Project::of(&[
        ("wrangler.toml", file),
        ("oven.js", "export default { fetch(request, env) { return env.OVEN_HEAT } };\n"),
    ]);
    let run = project.run(&["facts"]).exits(0);
    let defined = |environment: &str| -> Vec<String> {
        let facts = run.stdout.lines().filter_map(|line| serde_json::from_str(line).ok());
        let all = facts.filter(|fact: &serde_json::Value| {
            fact["fact"] == "definition" && fact["environment"] == environment
        });
        all.map(|fact| format!("{}={}", fact["key"], fact["value"]).replace('"', "")).collect()
    };
    assert_eq!(defined("staging"), ["OVEN_HEAT=180"]);
    assert_eq!(defined("production"), ["OVEN_HEAT=250"]);
    assert_eq!(defined("default"), ["OVEN_HEAT=240", "DOOR=left"]);
}
