//! The policy file `keydrift.yaml`, as used.

use std::collections::BTreeMap;

use crate::model::Severity;

/// The policy of a project. `Config::default()` is what holds without a file.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Environments that are declared, in order.
    pub environments: Vec<DeclaredEnvironment>,
    /// Groups of environments that should match, by name.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Globs of files that are templates.
    pub templates: Vec<String>,
    /// Globs of files that every environment shares, lowest layer first.
    pub base: Vec<String>,
    /// Globs of paths that are not scanned.
    pub exclude: Vec<String>,
    /// What the user has set for a rule, by its name.
    pub rules: BTreeMap<String, RulePolicy>,
    /// Globs of keys whose values are expected to differ between environments.
    pub expected_differences: Vec<String>,
    /// Globs of keys that something outside this tree reads.
    pub consumed_elsewhere: Vec<String>,
    /// Globs of keys that the platform provides in every environment.
    pub provided: Vec<String>,
    /// Reader rows of the project, in the schema of `grammars/<language>/readers.yaml`, by language.
    pub readers: BTreeMap<String, Vec<serde_yaml::Value>>,
}

/// An environment that the policy declares.
#[derive(Clone, Debug, Default)]
pub struct DeclaredEnvironment {
    /// Its name.
    pub name: String,
    /// Globs of its files, lowest layer first.
    pub files: Vec<String>,
    /// A developer's or a test's own: keys missing there fail no release.
    pub local: bool,
}

/// What the policy says of one rule.
#[derive(Clone, Debug, Default)]
pub struct RulePolicy {
    /// Off.
    pub off: bool,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Globs of keys about which it is silent.
    pub ignore: Vec<String>,
}
