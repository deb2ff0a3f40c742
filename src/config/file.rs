//! `keydrift.yaml` as written: its shape, with every unknown field refused.
//!
//! Globs and severities are checked while they are read, so that the reader knows the place of a wrong one.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::flags::WrittenFlags;
use super::glob::{check_name, check_path};
use crate::model::Severity;

/// The whole file.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    pub(super) environments: Environments,
    pub(super) groups: Named<Texts<Plain>>,
    pub(super) templates: Texts<Path>,
    pub(super) base: Texts<Path>,
    pub(super) exclude: Texts<Path>,
    pub(super) rules: Named<WrittenRule>,
    pub(super) components: Named<Texts<Name>>,
    pub(super) expected_differences: Texts<Name>,
    pub(super) consumed_elsewhere: Texts<Name>,
    pub(super) provided: Texts<Name>,
    pub(super) live: Named<Texts<Plain>>,
    pub(super) flags: WrittenFlags,
    pub(super) readers: Named<Vec<serde_yaml::Value>>,
}

/// The fields of an environment.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrittenEnvironment {
    pub(super) name: Option<String>,
    pub(super) files: Texts<Path>,
    pub(super) local: Option<bool>,
    pub(super) group: Option<String>,
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
            if written.name.as_ref().is_some_and(|inner| *inner != name) {
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
                let name = name.ok_or_else(|| de::Error::missing_field("name"))?;
                Ok(ListedEnvironment(name, written))
            }
        }
        from.deserialize_any(Listed)
    }
}

/// What may be written after a rule's name.
#[derive(Default)]
pub(super) struct WrittenRule {
    pub(super) level: Option<Level>,
    pub(super) ignore: Vec<String>,
}

/// `off` or a severity.
#[derive(Clone, Copy)]
pub(super) enum Level {
    Off,
    At(Severity),
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(LevelVisitor)
    }
}

struct LevelVisitor;

impl Visitor<'_> for LevelVisitor {
    type Value = Level;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("`off`, `note`, `warning` or `error`")
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Level, E> {
        if on { Err(E::invalid_value(de::Unexpected::Bool(on), &self)) } else { Ok(Level::Off) }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Level, E> {
        Ok(match text {
            "off" => Level::Off,
            "note" => Level::At(Severity::Note),
            "warning" => Level::At(Severity::Warning),
            "error" => Level::At(Severity::Error),
            _ => return Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        })
    }
}

impl<'de> Deserialize<'de> for WrittenRule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RuleVisitor)
    }
}

struct RuleVisitor;

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = WrittenRule;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("`off`, a severity, or `severity` and `ignore`")
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<WrittenRule, E> {
        LevelVisitor
            .visit_bool(on)
            .map(|level| WrittenRule { level: Some(level), ignore: Vec::new() })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenRule, E> {
        LevelVisitor
            .visit_str(text)
            .map(|level| WrittenRule { level: Some(level), ignore: Vec::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenRule, A::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default, deny_unknown_fields)]
        struct Fields {
            severity: Option<Level>,
            ignore: Texts<Name>,
        }
        let fields = Fields::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(WrittenRule { level: fields.severity, ignore: fields.ignore.texts })
    }
}

/// A map in the order of the file; a name that comes twice is refused.
pub(super) struct Named<T>(pub(super) Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct NamedVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
            type Value = Named<T>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a map by name")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Named<T>, E> {
                Ok(Named::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Named<T>, A::Error> {
                collect(map)
            }
        }
        from.deserialize_any(NamedVisitor(PhantomData))
    }
}

fn collect<'de, T: Deserialize<'de>, A: MapAccess<'de>>(mut map: A) -> Result<Named<T>, A::Error> {
    let mut seen = std::collections::BTreeSet::new();
    let mut all = Vec::new();
    while let Some(name) = map.next_key::<String>()? {
        if !seen.insert(name.clone()) {
            return Err(de::Error::custom(format!("`{name}` is given twice")));
        }
        all.push((name, map.next_value()?));
    }
    Ok(Named(all))
}

/// What a text in a list must be.
pub(super) trait Check {
    const WHAT: &'static str;
    fn check(text: &str) -> Result<(), String>;
}

/// A glob of paths.
pub(super) struct Path;
/// A glob of key names.
pub(super) struct Name;
/// Any text.
pub(super) struct Plain;

impl Check for Path {
    const WHAT: &'static str = "a glob of paths, or a list of them";
    fn check(text: &str) -> Result<(), String> {
        check_path(text)
    }
}

impl Check for Name {
    const WHAT: &'static str = "a glob of key names, or a list of them";
    fn check(text: &str) -> Result<(), String> {
        check_name(text)
    }
}

impl Check for Plain {
    const WHAT: &'static str = "a name, or a list of them";
    fn check(_: &str) -> Result<(), String> {
        Ok(())
    }
}

/// One text or a list of texts, each checked where it stands.
pub(super) struct Texts<C> {
    pub(super) texts: Vec<String>,
    check: PhantomData<C>,
}

impl<C> Default for Texts<C> {
    fn default() -> Self {
        Self { texts: Vec::new(), check: PhantomData }
    }
}

impl<'de, C: Check> Deserialize<'de> for Texts<C> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextsVisitor(PhantomData))
    }
}

struct TextsVisitor<C>(PhantomData<C>);

impl<'de, C: Check> Visitor<'de> for TextsVisitor<C> {
    type Value = Texts<C>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(C::WHAT)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Texts<C>, E> {
        Ok(Texts::default())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Texts<C>, E> {
        C::check(text).map_err(E::custom)?;
        Ok(Texts { texts: vec![text.to_owned()], check: PhantomData })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts<C>, A::Error> {
        let mut texts = Vec::new();
        while let Some(one) = list.next_element::<One<C>>()? {
            texts.push(one.0);
        }
        Ok(Texts { texts, check: PhantomData })
    }
}

struct One<C>(String, PhantomData<C>);

impl<'de, C: Check> Deserialize<'de> for One<C> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneVisitor<C>(PhantomData<C>);
        impl<C: Check> Visitor<'_> for OneVisitor<C> {
            type Value = One<C>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<One<C>, E> {
                C::check(text).map_err(E::custom)?;
                Ok(One(text.to_owned(), PhantomData))
            }
        }
        from.deserialize_str(OneVisitor(PhantomData))
    }
}
