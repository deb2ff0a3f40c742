//! Checks the names under one field of `keydrift.yaml` once it is known which names there are.
//!
//! Rules are known above this layer, so the file is walked again and fails at the place of the first wrong name.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Reads the names under one top-level field again and fails at the place of the first that `refuse` gives a reason for.
pub(super) struct NamesUnder<'a> {
    pub(super) field: &'static str,
    pub(super) refuse: &'a dyn Fn(&str) -> Option<String>,
}

impl<'de> DeserializeSeed<'de> for &NamesUnder<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(Walk { names: self, inside: false })
    }
}

struct Walk<'a, 'b> {
    names: &'a NamesUnder<'b>,
    inside: bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a map by name")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.inside {
            while map.next_key_seed(Accepted(self.names.refuse))?.is_some() {
                map.next_value::<IgnoredAny>()?;
            }
            return Ok(());
        }
        while let Some(field) = map.next_key::<String>()? {
            if field == self.names.field {
                map.next_value_seed(Walk { names: self.names, inside: true })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Accepted<'a>(&'a dyn Fn(&str) -> Option<String>);

impl<'de> DeserializeSeed<'de> for Accepted<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Accepted<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<(), E> {
        (self.0)(name).map_or(Ok(()), |reason| Err(E::custom(reason)))
    }
}
