//! `keydrift.yaml` as written: its shape, with every unknown field refused.
//!
//! Doc comments of fields are what editors show: they become descriptions in `keydrift.schema.json`.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::flags::WrittenFlags;
use super::rules::WrittenRule;
use super::texts::{Name, NameOrPath, Named, One, Path, Plain, Texts, collect};

/// The policy of keydrift for a project: what cannot be inferred from its files.
#[derive(Deserialize, Default, JsonSchema)]
#[schemars(title = "keydrift.yaml")]
#[serde(default, deny_unknown_fields, expecting = "a map of fields such as `environments`")]
pub(super) struct Written {
    /// The JSON Schema of this file, for editors. keydrift does not look at it.
    #[serde(rename = "$schema")]
    pub(super) schema: Option<One<Plain>>,
    /// Files of the same form, which this one builds on: paths relative to this file. What this file says wins over
    /// them, a later one over an earlier one.
    pub(super) extends: Texts<Plain>,
    /// The environments, by name, in the order in which they are to be shown. Once any is declared, only those that
    /// are declared exist. Default: inferred.
    pub(super) environments: Environments,
    /// Sets of environments that should match, by name. Values that differ inside a group are drift. Default: inferred.
    pub(super) groups: Named<Texts<Plain>>,
    /// Globs of files that say which keys are expected, not which values an environment has. Default: files named as
    /// examples (`.env.example`).
    pub(super) templates: Texts<Path>,
    /// Globs of files that every environment shares, lowest layer first. They lose to the files of an environment.
    /// Default: inferred.
    pub(super) base: Texts<Path>,
    /// Globs of paths that are not scanned, neither code nor configuration.
    pub(super) exclude: Texts<Path>,
    /// What holds for a rule, by its name: `off`, a severity, or both fields.
    pub(super) rules: Named<WrittenRule>,
    /// Which workloads run which part of the code: the folder of the part (`.` for all of a root), and globs of the
    /// names of workloads. Default: inferred.
    pub(super) components: Named<Texts<Name>>,
    /// Globs of further keys whose values may differ between environments.
    pub(super) expected_differences: Texts<Name>,
    /// Globs of keys that something outside this tree reads. Such a key is not called dead.
    pub(super) consumed_elsewhere: Texts<Name>,
    /// Globs of keys that the platform sets in every environment. A read of such a key is never missing.
    pub(super) provided: Texts<Name>,
    /// Files that show what an environment really runs, by its name. Paths are relative to the root and may lead out
    /// of it.
    pub(super) live: Named<Texts<Plain>>,
    /// How long flags may live, and what they are for.
    pub(super) flags: Option<WrittenFlags>,
    /// Who answers for what: globs of keys, or of paths where there is a `/` in them, by the owner. The first that fits
    /// counts.
    pub(super) owners: Named<Texts<NameOrPath>>,
    /// Further calls that read keys or ask for flags, by language: rows of the form of `grammars/<language>/readers.yaml`.
    pub(super) readers: Named<Rows>,
    /// Further classes that are filled from outside, by language: a table of the form of
    /// `grammars/<language>/schemas.yaml`.
    pub(super) schemas: Named<Rows>,
    /// What further functions and methods do with an answer that is not there, by language: a table of the form of
    /// `grammars/<language>/handlers.yaml`.
    pub(super) handlers: Named<Rows>,
}

/// Rows for a table of a language. What they may hold is known where languages are, which reads them again.
#[derive(Default)]
pub(super) struct Rows;

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        de::IgnoredAny::deserialize(from).map(|_| Self)
    }
}

/// The fields of an environment.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a map with `files`")]
pub(super) struct WrittenEnvironment {
    /// Its name, where environments are a list.
    pub(super) name: Option<One<Plain>>,
    /// Globs of the files that are its layers, lowest first: a later file wins. Default: what is inferred for the name.
    pub(super) files: Texts<Path>,
    /// Whether it is a developer's or a test's own environment: a key missing there fails no release. Default: what is
    /// inferred for the name where `files` are left out, else false.
    pub(super) local: Option<bool>,
    /// The set of environments that it should match.
    pub(super) group: Option<One<Plain>>,
}

/// `name: {files: …}`, or a list of `{name: …, files: …}` or of names, in the order of the file.
#[derive(Default)]
pub(super) struct Environments(pub(super) Vec<(String, WrittenEnvironment)>);

impl<'de> Deserialize<'de> for Environments {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(EnvironmentsVisitor)
    }
}

struct EnvironmentsVisitor;

impl<'de> Visitor<'de> for EnvironmentsVisitor {
    type Value = Environments;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("environments by name, or a list of them")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Environments, E> {
        Ok(Environments::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Environments, A::Error> {
        let named: Named<Option<WrittenEnvironment>> = collect(map)?;
        let mut all = Vec::new();
        for (name, written) in named.0 {
            let written = written.unwrap_or_default();
            if written.name.as_ref().is_some_and(|inner| inner.0 != name) {
                let message = format!("environment `{name}` is given another name inside");
                return Err(de::Error::custom(message));
            }
            all.push((name, written));
        }
        Ok(Environments(all))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Environments, A::Error> {
        let mut all: Vec<(String, WrittenEnvironment)> = Vec::new();
        while let Some(ListedEnvironment(name, written)) = list.next_element()? {
            if all.iter().any(|(other, _)| *other == name) {
                return Err(de::Error::custom(format!("environment `{name}` is declared twice")));
            }
            all.push((name, written));
        }
        Ok(Environments(all))
    }
}

struct ListedEnvironment(String, WrittenEnvironment);

impl<'de> Deserialize<'de> for ListedEnvironment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Listed;
        impl<'de> Visitor<'de> for Listed {
            type Value = ListedEnvironment;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an environment's name, or its fields with `name`")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<ListedEnvironment, E> {
                Ok(ListedEnvironment(name.to_owned(), WrittenEnvironment::default()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ListedEnvironment, A::Error> {
                let fields = de::value::MapAccessDeserializer::new(map);
                let mut written = WrittenEnvironment::deserialize(fields)?;
                let name = written.name.take();
                let name = name.ok_or_else(|| de::Error::missing_field("name"))?.0;
                Ok(ListedEnvironment(name, written))
            }
        }
        from.deserialize_any(Listed)
    }
}
