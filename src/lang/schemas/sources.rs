//! Rows of what a loader takes values from.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::lang::catalog::Names;

/// A place that a loader takes values from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRow {
    /// The qualified name of what stands for it, or how it begins.
    pub source: Names,
    /// What it is.
    pub kind: SourceKind,
    /// The call that gives the prefix.
    #[serde(default)]
    pub prefix: Option<Names>,
    /// The call that gives what stands behind the prefix.
    #[serde(default)]
    pub prefix_separator: Option<Names>,
    /// Without such a call it is what separates the names, or `_`.
    #[serde(default)]
    pub prefix_is_separated: bool,
    /// The call that says which fields alone it gives.
    #[serde(default)]
    pub only: Option<String>,
    /// The call that says which fields it does not give.
    #[serde(default)]
    pub ignore: Option<String>,
    /// The call that gives what stands between nested names.
    #[serde(default)]
    pub separator: Option<Names>,
    /// The call that is handed what makes a key of the name of a variable: `map(|name| name.as_str().replace("__", ".").into())`.
    #[serde(default)]
    pub renamed: Option<String>,
    /// The call by which an empty value counts as none.
    #[serde(default)]
    pub ignore_empty: Option<Names>,
    /// One variable may hold a whole table: `DATABASE={url="…"}`.
    #[serde(default)]
    pub holds_tables: bool,
    /// The call that gives a default: the key, then the value.
    #[serde(default)]
    pub key_value: Vec<String>,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The process environment.
    Env,
    /// A file.
    File,
    /// A file, whatever it holds.
    Opened,
    /// A document that the code has as a text: its own defaults, where the text is not that of a file that it names.
    Text,
    /// The values of an object in the code.
    Defaults,
    /// A document of flags, which a provider hands over whole.
    Flags,
}
