//! Frameworks and libraries that lay files of settings over one another, told by the packages that a manifest needs.
//!
//! The orders are the frameworks' own. Code that gives its loader other files or another order is not seen here.

use std::collections::BTreeSet;

use super::{Manifest, name};
use crate::document::{Document, Node, Syntax, parse};
use crate::facts::BuildFacts;
use crate::facts::build::Loader;
use crate::text::File;

/// PHP.
pub(super) static COMPOSER: Manifest =
    Manifest { name: "composer", paths: |path| name(path) == "composer.json", extract: composer };
/// Ruby.
pub(super) static GEMS: Manifest =
    Manifest { name: "gems", paths: |path| name(path) == "Gemfile", extract: gems };

/// A row: the package that shows the framework, and how it loads.
struct Row {
    /// The row of the table of manifests that names it.
    manifest: &'static str,
    /// The package.
    package: &'static str,
    loader: Loader,
}

/// Loads `.env`, `.env.local`, `.env.MODE` and `.env.MODE.local`.
const fn dotenv(name: &'static str, local_wins: bool, skips_in_tests: bool) -> Loader {
    let local = ".env.local";
    Loader { name, folder: "", local, local_wins, skips_in_tests, replaces: false }
}

const fn row(manifest: &'static str, package: &'static str, loader: Loader) -> Row {
    Row { manifest, package, loader }
}

/// The rows, the one that decides where several do first.
static ROWS: &[Row] = &[
    row(
        "composer",
        "laravel/framework",
        // `.env.MODE` is loaded instead of `.env`, and `local` is a mode.
        Loader { replaces: true, ..dotenv("Laravel", false, false) },
    ),
    row("composer", "symfony/dotenv", dotenv("Symfony", false, true)),
    row("composer", "symfony/framework-bundle", dotenv("Symfony", false, true)),
    row("composer", "symfony/runtime", dotenv("Symfony", false, true)),
    row("gems", "dotenv-rails", dotenv("dotenv-rails", true, true)),
    row("node", "next", dotenv("Next.js", true, true)),
    row("node", "expo", dotenv("Expo", true, true)),
    row("node", "react-scripts", dotenv("Create React App", false, true)),
    row("node", "dotenv-flow", dotenv("dotenv-flow", false, true)),
    row("node", "@vue/cli-service", dotenv("Vue CLI", false, false)),
    row("node", "vite", dotenv("Vite", false, false)),
    row(
        "node",
        "config",
        Loader { folder: "config", local: "local", ..dotenv("node-config", true, false) },
    ),
];

/// The loaders of a manifest that needs these packages, in the order of the table.
pub(super) fn needed(manifest: &str, packages: &BTreeSet<&str>) -> Vec<&'static Loader> {
    let fits = |row: &&Row| row.manifest == manifest && packages.contains(row.package);
    ROWS.iter().filter(fits).map(|row| &row.loader).collect()
}

/// The names of the packages under these keys of a manifest.
pub(super) fn packages<'a>(root: Node<'a>, keys: &[&str]) -> BTreeSet<&'a str> {
    let maps = keys.iter().filter_map(|key| root.get(key));
    maps.flat_map(Node::entries).map(|pair| pair.key).collect()
}

fn composer(file: &File) -> BuildFacts {
    let documents = parse(&file.text, Syntax::Json);
    let root = documents.first().and_then(Document::root);
    let loaders = root.map(|root| needed("composer", &packages(root, &["require", "require-dev"])));
    BuildFacts { loaders: loaders.unwrap_or_default(), ..BuildFacts::default() }
}

/// `gem "dotenv-rails", groups: [:development, :test]`
fn gems(file: &File) -> BuildFacts {
    let gem = |line: &'_ str| -> Option<String> {
        let rest = line.trim().strip_prefix("gem")?.trim_start_matches([' ', '(']);
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        Some(rest.get(1..)?.split(quote).next()?.to_owned())
    };
    let names: Vec<String> = file.text.lines().filter_map(gem).collect();
    let loaders = needed("gems", &names.iter().map(String::as_str).collect());
    BuildFacts { loaders, ..BuildFacts::default() }
}

#[cfg(test)]
mod tests {
    use super::{COMPOSER, GEMS};
    use crate::manifests::packages::NODE;
    use crate::text::File;

    #[test]
    fn packages_show_frameworks() {
        let names = |facts: crate::facts::BuildFacts| -> Vec<&str> {
            facts.loaders.iter().map(|loader| loader.name).collect()
        };
        let text = r#"{"dependencies": {"next": "16"}, "devDependencies": {"vite": "8"}}"#;
        let found = (NODE.extract)(&File::new("web/package.json", text));
        assert_eq!(names(found), ["Next.js", "Vite"]);
        let text = r#"{"require": {"laravel/framework": "^12"}}"#;
        let found = (COMPOSER.extract)(&File::new("composer.json", text));
        assert_eq!(names(found), ["Laravel"]);
        let text = "source 'https://rubygems.org'\n# gem 'expo'\ngem 'dotenv-rails', '3'\n";
        assert_eq!(names((GEMS.extract)(&File::new("Gemfile", text))), ["dotenv-rails"]);
    }
}
