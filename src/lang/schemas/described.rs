//! Rows of calls: what describes a field, and what code outside the project is handed.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::lang::catalog::{Names, Slot};

/// A call of code outside the project, where no other row knows it, that is handed the prefix of all variables that it reads.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrefixRow {
    /// The last name of what is called; any, where it is left out.
    #[serde(default)]
    pub call: Option<Names>,
    /// What it is asked of, where it is a method or in a module: `env.to_bool`. Nothing that is called so alone then counts.
    #[serde(default)]
    pub of: Option<Names>,
    /// The argument that is the prefix.
    pub prefix: Slot,
    /// The argument that is the default, where it is the name of one variable.
    #[serde(default)]
    pub default: Slot,
    /// It is no prefix but the whole name of one variable: `env("SHOP_URL")`.
    #[serde(default)]
    pub is_whole: bool,
    /// Sets of words: a file that holds no set whole has no such call.
    pub needles: Vec<Vec<String>>,
}

/// Classes that code outside the project has settings in, or fills, in a way that is not followed any further.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LentRow {
    /// How the name of a class of code outside ends whose attributes are settings: `CommonConfig.SECRET_KEY`.
    #[serde(default)]
    pub class_ends: Vec<String>,
    /// Marks of classes of the project that code outside fills: under which names is not followed.
    #[serde(default)]
    pub marks: Option<Names>,
    /// Sets of words: a file that holds no set whole has no such class.
    pub needles: Vec<Vec<String>>,
}

/// A call that names files of settings, whatever they are called.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRow {
    /// The qualified name of what is called.
    pub call: Names,
    /// The arguments that name them.
    pub name: Slot,
    /// The argument is the text of the file, which one of these gives that is handed its name: `include_str!("default.toml")`.
    #[serde(default)]
    pub inside: Vec<String>,
    /// What stands behind a name that has none of these ends: it is tried with each.
    #[serde(default)]
    pub suffixes: Vec<String>,
}

/// What the call that describes a field puts before its name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldPrefix {
    /// The argument that is the prefix; nothing is put before where it is none.
    #[serde(default)]
    pub argument: Slot,
    /// The prefix where nothing is said.
    #[serde(default)]
    pub default: Option<String>,
}

/// What a call that describes a field says by what it is called.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldCall {
    /// Its qualified name.
    pub call: Names,
    /// The whole name of the variable, where the call says no other.
    #[serde(default)]
    pub name: Option<String>,
    /// There must be a value.
    #[serde(default)]
    pub is_required: bool,
    /// The type of the value, as for readers.
    #[serde(default, rename = "type")]
    pub of_type: Option<String>,
}
