//! Dotenv files: values of an environment, or the contract that `.env.example` is.
//!
//! Which loader reads the file, and so what a doubtful line means, is not known here; the majority of loaders decides.
//! Shell (`.envrc`) is not read.

use super::context::{Asks, Context, asked, env};
use super::secret::{self, Written};
use super::{Format, filled, paths};
use crate::document::Document;
use crate::document::dotenv::{self, Assignment, Dotenv};
use crate::document::interpolation::Found;
use crate::facts::{Entry, SourceFacts};
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::model::key::is_env_name;
use crate::model::{Role, ScalarKind, Value};
use crate::text::{File, TextRange};

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "dotenv", paths: may_be, needles: &[], claims, extract };

/// Endings of files that are programs or documents about an environment, whatever their name begins with.
const OTHER_SYNTAX: &[&str] = &[
    "astro", "bak", "bash", "bat", "c", "cc", "cfg", "cjs", "clj", "cmd", "cpp", "cs", "cts", "d",
    "dart", "diff", "ex", "exs", "fish", "go", "groovy", "h", "hcl", "hpp", "html", "ini", "j2",
    "java", "jl", "js", "json", "jsx", "key", "kt", "kts", "less", "lock", "lua", "md", "mdx",
    "mjs", "mts", "nix", "orig", "patch", "php", "pl", "pm", "proto", "ps1", "py", "pyi", "r",
    "rb", "rs", "rst", "scala", "scss", "sh", "sql", "svelte", "swift", "tf", "toml", "ts", "tsx",
    "txt", "vault", "vue", "xml", "yaml", "yml", "zsh",
];

/// Words of the name of a file that holds variables.
const ENV_WORDS: &[&str] =
    &["dotenv", "env", "environment", "envfile", "envrc", "envs", "flaskenv"];

/// Whether a file of this name may be a dotenv file. What stands in it decides where the name alone is weak.
fn may_be(path: &str) -> bool {
    is_dotenv(path) || is_called_template(path)
}

/// Whether the words of a name are those of a template of variables: `env_template`, `.env sample`, `.envrc.example`.
fn is_called_template(path: &str) -> bool {
    let words = paths::words(paths::name(path));
    let last = words.last().map_or("", String::as_str);
    role(path) == Role::Template
        && words.iter().any(|word| ENV_WORDS.binary_search(&word.as_str()).is_ok())
        && (OTHER_SYNTAX.binary_search(&last).is_err() || last == "txt")
}

/// Whether a file of this name is a dotenv file: `.env`, `.env.production`, `web.env`, `web.env.local`, `env.sample`, `.flaskenv`.
pub(super) fn is_dotenv(path: &str) -> bool {
    // What a template makes may be called `env` alone.
    if filled::behind(path).is_some_and(|path| paths::name(path) == "env" || is_dotenv(path)) {
        return true;
    }
    let name = paths::name(path).to_ascii_lowercase();
    let name = name.trim_end_matches('~');
    if matches!(name, ".envrc" | "env" | ".env.keys" | ".env.vault") || name.starts_with(".envrc") {
        return false;
    }
    let last = name.rsplit('.').next().unwrap_or("");
    // `values.yaml.gotmpl` is YAML, wherever it stands.
    let mut parts = name.split('.').skip(1);
    let has_syntax = parts.any(|part| OTHER_SYNTAX.binary_search(&part).is_ok());
    if name == ".env" || name == ".flaskenv" || (last == "env" && name.len() > 4) {
        return true;
    }
    if is_in_env_folder(path) && !has_syntax {
        return true;
    }
    let begins = [".env.", ".env-", ".env_", "env.", "dotenv.", ".flaskenv."];
    // `oven.env.local`: one program's file of one mode.
    let begins = begins.iter().any(|begin| name.starts_with(begin)) || name.contains(".env.");
    begins && !has_syntax
}

/// Whether a folder around the file says that it holds env files, whatever they are called: `.envs/.production/.django`.
fn is_in_env_folder(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| matches!(folder, ".envs" | "env.d"))
}

fn role(path: &str) -> Role {
    let name = paths::name(path).to_ascii_lowercase();
    let is_template = paths::role(path) == Role::Template
        || paths::words(&name).iter().any(|word| word == "defaults");
    if is_template { Role::Template } else { Role::Values }
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    let dotenv = dotenv::parse(&filled::lines(file));
    let told = dotenv.assignments.iter().filter(|assignment| !assignment.commented).count();
    let is_told = dotenv.strange.is_empty() || told > dotenv.strange.len();
    is_told && (!is_called_template(&file.path) || is_dotenv(&file.path) || lists(&dotenv))
}

/// Whether the lines of a file are variables by the look of their names.
pub(super) fn holds_variables(file: &File) -> bool {
    lists(&dotenv::parse(&file.text))
}

/// Whether the lines are variables by the look of their names.
fn lists(dotenv: &Dotenv) -> bool {
    let is_variable = |name: &str| is_env_name(name) && name.to_ascii_uppercase() == name;
    !dotenv.assignments.is_empty() && dotenv.assignments.iter().all(|one| is_variable(&one.name))
}

fn extract(context: Context<'_>, _documents: &[Document]) -> Vec<SourceFacts> {
    let dotenv = dotenv::parse(&filled::lines(context.file));
    let mut facts = SourceFacts::new(filled::kind(&context.file.path, "dotenv"));
    facts.role = role(&context.file.path);
    let is_sops =
        dotenv.assignments.iter().any(|a| a.name == "sops_version" || a.name == "sops_mac");
    for assignment in &dotenv.assignments {
        if assignment.commented && facts.role != Role::Template {
            continue;
        }
        if is_sops && assignment.name.starts_with("sops_") {
            continue;
        }
        let entry = entry(context, assignment, &mut facts);
        facts.entries.push(entry);
    }
    let problem = |message: &str, range: TextRange| FileProblem {
        message: message.to_owned(),
        range,
        kind: ProblemKind::Partial,
    };
    let strange = dotenv
        .strange
        .iter()
        .map(|range| problem("is neither an assignment nor a comment", *range));
    facts.problems.extend(strange);
    let unclosed =
        dotenv.unclosed.iter().map(|range| problem("opens a quote that is never closed", *range));
    facts.problems.extend(unclosed);
    vec![facts]
}

/// Adds the assignments of a text in which all stands at its place in the file.
pub(super) fn add(context: Context<'_>, text: &str, facts: &mut SourceFacts) {
    for assignment in dotenv::parse(text).assignments.iter().filter(|one| !one.commented) {
        let entry = entry(context, assignment, facts);
        facts.entries.push(entry);
    }
}

/// What a dump of a running process shows; `None` where most lines are no assignments.
pub(super) fn dump(context: Context<'_>) -> Option<SourceFacts> {
    let dotenv = dotenv::parse(&context.file.text);
    let told = dotenv.assignments.iter().filter(|one| !one.commented && one.value.is_some());
    if told.count() <= dotenv.strange.len() {
        return None;
    }
    // Lines that are no assignment are the rest of a value that has several, or functions of a shell.
    let mut facts = extract(context, &[]).pop()?;
    facts.problems.clear();
    facts.entries.retain(|entry| !entry.commented && entry.value != Value::PassThrough);
    Some(facts)
}

fn entry(context: Context<'_>, assignment: &Assignment, facts: &mut SourceFacts) -> Entry {
    let name = &assignment.name;
    let Some(text) = &assignment.value else {
        let entry = env(name, assignment.name_range, Value::PassThrough, None);
        return Entry { commented: assignment.commented, ..entry };
    };
    let raw = context.raw(text.range);
    let mut asks =
        if text.quote == Some('\'') { Vec::new() } else { asked(raw, text.range, Asks::Dollar) };
    asks.retain(|found| is_meant(found, context));
    let written =
        Written { name, text: &text.text, raw, range: text.range, kind: ScalarKind::Text, asks };
    let value = secret::judge(&written, context.sealer, facts);
    let mut entry = env(name, assignment.name_range, value, Some(text.range));
    entry.commented = assignment.commented;
    entry
}

/// Whether loaders interpolate here: most do with braces; without, a lower-case word is rather part of a password.
fn is_meant(found: &Found, context: Context<'_>) -> bool {
    let name = &found.interpolation.name;
    let is_braced = context.raw(found.interpolation.range).starts_with("${");
    is_braced
        || (is_env_name(name) && name.len() > 1 && !name.chars().any(|c| c.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::is_dotenv;

    #[test]
    fn a_folder_of_env_files_holds_files_of_other_syntaxes_too() {
        for path in [".env", "env.d/production", ".envs/.local/.django", "helm/env.d/web.dist"] {
            assert!(is_dotenv(path), "{path}");
        }
        let others = [
            "env.d/values.yaml",
            "helm/env.d/prod/values.yaml.gotmpl",
            ".env.js.example",
            "src/env.mjs",
        ];
        for path in others {
            assert!(!is_dotenv(path), "{path}");
        }
    }
}
