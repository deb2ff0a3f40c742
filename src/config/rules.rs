//! What a policy file says of one rule: off, a severity, or fields.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::texts::{Name, Texts};
use crate::model::Severity;

/// What may be written after a rule's name.
#[derive(Default)]
pub(super) struct WrittenRule {
    pub(super) level: Option<Level>,
    pub(super) ignore: Texts<Name>,
}

impl WrittenRule {
    /// This, and what it does not say from `shared`; what either ignores is ignored.
    pub(super) fn over(self, shared: Self) -> Self {
        let ignore = self.ignore.added_to(shared.ignore);
        Self { level: self.level.or(shared.level), ignore }
    }
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

/// The fields of a rule.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RuleFields {
    /// `off`, or how bad its findings are. Default: the rule's own severity.
    severity: Option<Level>,
    /// Globs of keys about which the rule is silent.
    ignore: Texts<Name>,
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
            .map(|level| WrittenRule { level: Some(level), ignore: Texts::default() })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenRule, E> {
        LevelVisitor
            .visit_str(text)
            .map(|level| WrittenRule { level: Some(level), ignore: Texts::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenRule, A::Error> {
        let fields = RuleFields::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(WrittenRule { level: fields.severity, ignore: fields.ignore })
    }
}
