//! What a path says of a file before it is read: no configuration of ours, a template, one environment's.
//!
//! Knows names only.

use crate::model::Role;

/// Files that look like configuration and belong to tools.
const FOREIGN_NAMES: &[&str] = &[
    ".eslintrc.json",
    ".eslintrc.yaml",
    ".eslintrc.yml",
    ".golangci.yml",
    ".pre-commit-config.yaml",
    ".prettierrc.json",
    ".prettierrc.yaml",
    ".prettierrc.yml",
    ".readthedocs.yaml",
    ".readthedocs.yml",
    ".sops.yaml",
    ".travis.yml",
    "about.toml",
    "angular.json",
    "appveyor.yml",
    "asconfig.json",
    "azure-pipelines.yml",
    "biome.json",
    "bitbucket-pipelines.yml",
    "book.toml",
    "bower.json",
    "buf.gen.yaml",
    "buf.yaml",
    "bun.lock",
    "cargo.lock",
    "cargo.toml",
    "chart.lock",
    "chart.yaml",
    "clippy.toml",
    "codecov.yml",
    "component.json",
    "components.json",
    "composer.json",
    "composer.lock",
    "conda.yaml",
    "crowdin.yml",
    "deno.json",
    "deno.jsonc",
    "deno.lock",
    "deny.toml",
    "dependabot.yml",
    "dprint.json",
    "environment.yml",
    "firebase.json",
    "flake.lock",
    "jsconfig.json",
    "keydrift.yaml",
    "knip.json",
    "lerna.json",
    "manifest.json",
    "mkdocs.yaml",
    "mkdocs.yml",
    "nx.json",
    "openapi.json",
    "openapi.yaml",
    "openapi.yml",
    "package-lock.json",
    "package.json",
    "pdm.lock",
    "pipfile",
    "pipfile.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "poetry.lock",
    "project.json",
    "pyproject.toml",
    "renovate.json",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "skaffold.yaml",
    "skaffold.yml",
    "swagger.json",
    "swagger.yaml",
    "swagger.yml",
    "taplo.toml",
    "tslint.json",
    "turbo.json",
    "typos.toml",
    "uv.lock",
    "values.schema.json",
    "yarn.lock",
];
/// Folders whose files belong to tools.
const FOREIGN_FOLDERS: &[&str] = &[
    ".cargo",
    ".changeset",
    ".circleci",
    ".git",
    ".github",
    ".idea",
    ".sqlx",
    ".storybook",
    ".vscode",
    "__snapshots__",
    "cassettes",
    "i18n",
    "l10n",
    "locale",
    "locales",
    "migrations",
    "node_modules",
    "site-packages",
    "target",
    "translations",
    "vendor",
];
/// Words of a name that make a file a contract instead of values.
const TEMPLATE_WORDS: &[&str] =
    &["dist", "example", "examples", "sample", "samples", "template", "tmpl", "tpl"];

/// Whether a file is another tool's own, whatever it looks like. A folder that a template has yet to name is of a project
/// that is made of it (`{{cookiecutter.name}}`).
pub(super) fn is_foreign(path: &str) -> bool {
    if is_workflow(path) {
        return false;
    }
    let name = name(path).to_ascii_lowercase();
    let mut folders = path.split('/').rev().skip(1);
    FOREIGN_NAMES.binary_search(&name.as_str()).is_ok()
        || folders.any(|folder| FOREIGN_FOLDERS.contains(&folder) || folder.contains("{{"))
        || name.starts_with("tsconfig")
        || [".ipynb", ".lock", ".min.json", ".schema.json", ".schema.yaml", ".map", ".webmanifest"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a file is a workflow of GitHub Actions, or of a forge that took its syntax over.
pub fn is_workflow(path: &str) -> bool {
    let is_yaml = [".yml", ".yaml"].iter().any(|end| path.ends_with(end));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    is_yaml
        && [".github/workflows", ".gitea/workflows", ".forgejo/workflows"]
            .iter()
            .any(|home| folder.ends_with(home))
}

/// The last segment of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The words of a name: `app.prod-eu_1.env` gives `app`, `prod`, `eu`, `1`, `env`, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// Whether a word of a name makes its file a template.
pub(super) fn is_template_word(word: &str) -> bool {
    TEMPLATE_WORDS.contains(&word)
}

/// What a file is for, as far as its name tells. A workflow is run as it is, whatever it is called after.
pub(super) fn role(path: &str) -> Role {
    let is_template =
        !is_workflow(path) && words(name(path)).iter().any(|word| is_template_word(word));
    if is_template { Role::Template } else { Role::Values }
}

#[cfg(test)]
mod tests {
    use super::role;
    use crate::model::Role;

    #[test]
    fn a_workflow_is_no_template() {
        assert_eq!(role(".github/workflows/template-api-cd.yaml"), Role::Values);
        assert_eq!(role("config/template-api.yaml"), Role::Template);
    }

    #[test]
    fn foreign_names_are_sorted() {
        assert!(super::FOREIGN_NAMES.is_sorted());
        assert!(super::FOREIGN_FOLDERS.is_sorted());
    }
}
