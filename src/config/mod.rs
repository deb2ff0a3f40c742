//! The policy file `keydrift.yaml`, as used.
//!
//! Knows rules, languages and keys by name only.

use std::collections::BTreeMap;

use serde::de::DeserializeSeed as _;

use crate::model::Severity;

mod error;
mod file;
mod flags;
mod glob;
mod names;

pub use error::Error;
pub use flags::FlagPolicy;
pub use glob::{PathGlobs, fits_name};

/// The names under which a policy file is looked for at a root, in order.
pub const FILE_NAMES: &[&str] =
    &["keydrift.yaml", "keydrift.yml", ".keydrift.yaml", ".keydrift.yml"];

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
    /// The workloads that run a component, by its folder: globs of their names.
    pub components: BTreeMap<String, Vec<String>>,
    /// Globs of keys that something outside this tree reads.
    pub consumed_elsewhere: Vec<String>,
    /// Globs of keys that the platform provides in every environment.
    pub provided: Vec<String>,
    /// Files that show what an environment really runs, by its name, relative to the root.
    pub live: Vec<(String, Vec<String>)>,
    /// How long flags may live, and who they belong to.
    pub flags: FlagPolicy,
    /// Reader rows of the project, in the schema of `grammars/<language>/readers.yaml`, by language.
    pub readers: BTreeMap<String, Vec<serde_yaml::Value>>,
    /// The path of the policy file, as it was given; empty without one.
    pub path: String,
    /// The text of the policy file, to say where a name in it stands.
    pub text: String,
}

/// An environment that the policy declares.
#[derive(Clone, Debug, Default)]
pub struct DeclaredEnvironment {
    /// Its name.
    pub name: String,
    /// Globs of its files, lowest layer first. Without any, the files that were inferred for the name.
    pub files: Vec<String>,
    /// A developer's or a test's own: keys missing there fail no release.
    pub local: bool,
    /// The set of environments that it should match.
    pub group: Option<String>,
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

/// Reads a policy file. `path` is only shown.
pub fn load(path: &str, text: &str) -> Result<Config, Error> {
    let text = text.trim_start_matches('\u{feff}');
    if let Some(at) = too_deep(text) {
        return Err(Error::at(path, text, at, "brackets are nested too deeply"));
    }
    let written: Option<file::Written> =
        serde_yaml::from_str(text).map_err(|error| Error::from_yaml(path, text, &error))?;
    let written = written.unwrap_or_default();
    let mut config = Config {
        groups: written.groups.0.into_iter().map(|(name, members)| (name, members.texts)).collect(),
        templates: written.templates.texts,
        base: written.base.texts,
        exclude: written.exclude.texts,
        rules: written.rules.0.into_iter().map(|(name, rule)| (name, policy(rule))).collect(),
        expected_differences: written.expected_differences.texts,
        components: written.components.0.into_iter().map(|(name, all)| (name, all.texts)).collect(),
        consumed_elsewhere: written.consumed_elsewhere.texts,
        provided: written.provided.texts,
        live: written.live.0.into_iter().map(|(name, files)| (name, files.texts)).collect(),
        flags: written.flags.policy(),
        readers: written.readers.0.into_iter().collect(),
        path: path.to_owned(),
        text: text.to_owned(),
        environments: Vec::new(),
    };
    for (name, environment) in written.environments.0 {
        let group = environment.group.or_else(|| config.group_of(&name).map(str::to_owned));
        let local = environment.local.unwrap_or(false);
        let files = environment.files.texts;
        config.environments.push(DeclaredEnvironment { name, files, local, group });
    }
    Ok(config)
}

/// Where brackets are nested deeper than any policy needs: the YAML reader takes quadratic time over them.
fn too_deep(text: &str) -> Option<usize> {
    const DEEPEST: i32 = 100;
    let mut depth = 0;
    text.bytes().position(|byte| {
        depth += i32::from(matches!(byte, b'[' | b'{')) - i32::from(matches!(byte, b']' | b'}'));
        depth > DEEPEST
    })
}

fn policy(written: file::WrittenRule) -> RulePolicy {
    let (off, severity) = match written.level {
        None => (false, None),
        Some(file::Level::Off) => (true, None),
        Some(file::Level::At(severity)) => (false, Some(severity)),
    };
    RulePolicy { off, severity, ignore: written.ignore }
}

impl Config {
    /// Whether every rule that the policy names is one of `known`.
    pub fn check_rules(&self, known: &[&str]) -> Result<(), Error> {
        self.check_names("rules", "rule", known)
    }

    /// Whether every language that the policy gives readers for is one of `known`.
    pub fn check_languages(&self, known: &[&str]) -> Result<(), Error> {
        self.check_names("readers", "language", known)
    }

    fn check_names(&self, field: &'static str, what: &str, known: &[&str]) -> Result<(), Error> {
        if self.text.is_empty() {
            return Ok(());
        }
        let refuse =
            |name: &str| (!known.contains(&name)).then(|| format!("there is no {what} `{name}`"));
        let names = names::NamesUnder { field, refuse: &refuse };
        let outcome = names.deserialize(serde_yaml::Deserializer::from_str(&self.text));
        outcome.map_err(|yaml| {
            let mut error = Error::from_yaml(&self.path, &self.text, &yaml);
            let name = error.message.split('`').nth(1).unwrap_or("").to_owned();
            let close = error::closest(&name, known.iter().copied());
            error.help = Some(match close {
                Some(right) => format!("did you mean `{right}`?"),
                None => format!("known are: {}", known.join(", ")),
            });
            error
        })
    }

    /// Whether the policy turns `rule` off.
    pub fn is_off(&self, rule: &str) -> bool {
        self.rules.get(rule).is_some_and(|policy| policy.off)
    }

    /// The severity that the policy gives `rule`, where it gives one.
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        self.rules.get(rule).and_then(|policy| policy.severity)
    }

    /// Whether `rule` is to be silent about `key`.
    pub fn ignores(&self, rule: &str, key: &str) -> bool {
        self.rules.get(rule).is_some_and(|policy| fits_any(&policy.ignore, key))
    }

    /// Whether the values of `key` are expected to differ between environments.
    pub fn expects_difference(&self, key: &str) -> bool {
        fits_any(&self.expected_differences, key)
    }

    /// The folder of the component that the policy lets the workload `name` run.
    pub fn component_of(&self, name: &str) -> Option<&str> {
        let mut all = self.components.iter();
        all.find(|(_, globs)| fits_any(globs, name)).map(|(folder, _)| folder.as_str())
    }

    /// Whether something outside this tree reads `key`.
    pub fn is_consumed_elsewhere(&self, key: &str) -> bool {
        fits_any(&self.consumed_elsewhere, key)
    }

    /// Whether the platform provides `key` in every environment.
    pub fn is_provided(&self, key: &str) -> bool {
        fits_any(&self.provided, key)
    }

    /// The group of the environment `name`, where the policy puts it in one.
    pub fn group_of(&self, name: &str) -> Option<&str> {
        let declared = self.environments.iter().find(|environment| environment.name == name);
        let own = declared.and_then(|environment| environment.group.as_deref());
        let mut groups = self.groups.iter();
        own.or_else(|| {
            groups
                .find(|(_, members)| members.iter().any(|it| it == name))
                .map(|(group, _)| group.as_str())
        })
    }
}

fn fits_any(globs: &[String], name: &str) -> bool {
    globs.iter().any(|glob| fits_name(glob, name))
}
