//! The policy file `keydrift.yaml`, as used.
//!
//! Knows rules, languages and keys by name only.

use std::collections::BTreeMap;

use serde::de::DeserializeSeed as _;

use crate::model::Severity;
use file::Written;
use rules::{Level, WrittenRule};
use texts::{Named, Texts};

mod error;
mod extends;
mod file;
mod flags;
mod glob;
mod names;
mod owners;
mod rows;
mod rules;
mod schema;
mod texts;

pub use error::Error;
pub use extends::Reader;
pub use flags::FlagPolicy;
pub use glob::{PathGlobs, fits_name};
pub use owners::Owners;
pub use schema::{Known, Table, address, schema};

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
    /// Who answers for keys and paths.
    pub owners: Owners,
    /// The files of the policy: those that it builds on, then the policy file itself. None without one.
    pub files: Vec<PolicyText>,
}

/// A file of the policy, to say where something in it stands.
#[derive(Clone, Debug)]
pub struct PolicyText {
    /// Its path, as it was given.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// An environment that the policy declares.
#[derive(Clone, Debug, Default)]
pub struct DeclaredEnvironment {
    /// Its name.
    pub name: String,
    /// Globs of its files, lowest layer first. Without any, the files that were inferred for the name.
    pub files: Vec<String>,
    /// A developer's or a test's own: keys missing there fail no release. `None` where the policy does not say.
    pub local: Option<bool>,
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

/// Reads a policy file that builds on no other. `path` is only shown.
pub fn load(path: &str, text: &str) -> Result<Config, Error> {
    load_with(path, text, &|_| Err("no other file is read here".to_owned()))
}

/// Reads a policy file and those that it builds on. `path` is shown, and says what their paths are relative to.
pub fn load_with(path: &str, text: &str, read: &Reader<'_>) -> Result<Config, Error> {
    let mut files = Vec::new();
    let mut written = Written::default();
    for (file, one) in extends::gather(path, text.trim_start_matches('\u{feff}'), read)? {
        written = one.over(written);
        files.push(file);
    }
    let mut config = Config {
        groups: texts(written.groups).into_iter().collect(),
        templates: written.templates.texts,
        base: written.base.texts,
        exclude: written.exclude.texts,
        rules: written.rules.0.into_iter().map(|(name, rule)| (name, policy(rule))).collect(),
        expected_differences: written.expected_differences.texts,
        components: texts(written.components).into_iter().collect(),
        consumed_elsewhere: written.consumed_elsewhere.texts,
        provided: written.provided.texts,
        live: texts(written.live),
        flags: written.flags.unwrap_or_default().policy(),
        owners: Owners::new(texts(written.owners)),
        files,
        environments: Vec::new(),
    };
    for (name, environment) in written.environments.0 {
        let group = environment.group.map(|group| group.0);
        let group = group.or_else(|| config.group_of(&name).map(str::to_owned));
        let files = environment.files.texts;
        let local = environment.local;
        config.environments.push(DeclaredEnvironment { name, files, local, group });
    }
    Ok(config)
}

/// One file as it is written.
fn parsed(path: &str, text: &str) -> Result<Written, Error> {
    if let Some(at) = too_deep(text) {
        return Err(Error::at(path, text, at, "brackets are nested too deeply"));
    }
    let written: Option<Written> =
        serde_yaml::from_str(text).map_err(|error| Error::from_yaml(path, text, &error))?;
    Ok(written.unwrap_or_default())
}

/// Lists by name, in the order of the file.
fn texts<C>(named: Named<Texts<C>>) -> Vec<(String, Vec<String>)> {
    named.0.into_iter().map(|(name, all)| (name, all.texts)).collect()
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

fn policy(written: WrittenRule) -> RulePolicy {
    let (off, severity) = match written.level {
        None => (false, None),
        Some(Level::Off) => (true, None),
        Some(Level::At(severity)) => (false, Some(severity)),
    };
    RulePolicy { off, severity, ignore: written.ignore.texts }
}

impl Config {
    /// Whether every rule that the policy names is one of `known`.
    pub fn check_rules(&self, known: &[&str]) -> Result<(), Error> {
        self.check_names("rules", "rule", known)
    }

    /// Whether every language that the policy gives rows for is one of `known`.
    pub fn check_languages(&self, known: &[&str]) -> Result<(), Error> {
        let mut fields = ["readers", "schemas", "handlers"].iter();
        fields.try_for_each(|field| self.check_names(field, "language", known))
    }

    fn check_names(&self, field: &'static str, what: &str, known: &[&str]) -> Result<(), Error> {
        let refuse =
            |name: &str| (!known.contains(&name)).then(|| format!("there is no {what} `{name}`"));
        for PolicyText { path, text } in &self.files {
            let names = names::NamesUnder { field, refuse: &refuse };
            let outcome = names.deserialize(serde_yaml::Deserializer::from_str(text));
            outcome.map_err(|yaml| {
                let mut error = Error::from_yaml(path, text, &yaml);
                let name = error.message.split('`').nth(1).unwrap_or("").to_owned();
                let close = error::closest(&name, known.iter().copied());
                error.help = Some(match close {
                    Some(right) => format!("did you mean `{right}`?"),
                    None => format!("known are: {}", known.join(", ")),
                });
                error
            })?;
        }
        Ok(())
    }

    /// Whether `path`, relative to its root, is a policy file: it speaks of keys, and neither reads nor gives any.
    pub fn is_file(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        FILE_NAMES.contains(&name) || self.files.iter().any(|file| file.path == path)
    }

    /// The path of the policy file, as it was given; empty without one.
    pub fn path(&self) -> &str {
        self.files.last().map_or("", |file| file.path.as_str())
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
