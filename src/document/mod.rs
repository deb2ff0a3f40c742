//! Configuration syntaxes, one spanned tree for all.
//!
//! Knows texts and ranges. Does not know what a ConfigMap or a compose file means, nor which keys are secret.

pub mod classes;
pub mod dotenv;
pub mod elder;
pub mod newer;
pub mod engine;
pub mod go;
pub mod hcl;
pub mod hcl_json;
pub mod ini;
pub mod interpolation;
pub mod json;
pub mod node;
pub mod properties;
pub mod psych;
pub mod repeats;
pub mod shell;
pub mod symfony;
pub mod template;
pub mod toml;
pub mod yaml;

pub use node::{Document, Entry, Node};

/// A syntax of configuration files whose tree this module builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// HCL: Terraform, its files of variables, Nomad jobs.
    Hcl,
    /// INI, and what looks like it.
    Ini,
    /// JSON, also with comments and trailing commas.
    Json,
    /// Java properties.
    Properties,
    /// TOML.
    Toml,
    /// YAML, one or many documents.
    Yaml,
}

impl Syntax {
    /// The syntax that the last part of a file's name promises.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let name = name.trim_end_matches(BACKUP_SIGN).trim_end_matches('.');
        let name = TEMPLATE_WORDS.iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name);
        Some(match name.rsplit_once('.')?.1 {
            "hcl" | "job" | "nomad" | "tf" | "tfvars" | "tofu" => Self::Hcl,
            "ini" => Self::Ini,
            "properties" => Self::Properties,
            "json" | "jsonc" | "json5" => Self::Json,
            "toml" => Self::Toml,
            "yaml" | "yml" => Self::Yaml,
            _ => return None,
        })
    }
}

/// Words that stand behind the extension of a template: `settings.toml.example`.
const TEMPLATE_WORDS: &[&str] = &[
    ".default",
    ".dist",
    ".example",
    ".gotmpl",
    ".sample",
    ".template",
    ".tftpl",
    ".tmpl",
    ".tpl",
];
/// The end of a backup's name.
const BACKUP_SIGN: char = '~';

/// The documents of `text`: one, but for YAML. A text that cannot be parsed gives what could be, with problems.
pub fn parse(text: &str, syntax: Syntax) -> Vec<Document> {
    match syntax {
        Syntax::Hcl => vec![hcl::parse(text)],
        Syntax::Ini => vec![ini::parse(text)],
        Syntax::Properties => properties::parse(text),
        Syntax::Json => vec![json::parse(text)],
        Syntax::Toml => vec![toml::parse(text)],
        Syntax::Yaml => yaml::parse(text, 0),
    }
}
