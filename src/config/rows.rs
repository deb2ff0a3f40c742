//! Rows that a policy adds to the tables of a language, read where their columns are known.
//!
//! Languages are known above this layer, so the file is read again, straight into what the table is made of: a wrong
//! column fails at its place.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Config, Error, PolicyText};

impl Config {
    /// What each file of the policy has for a language under `field`, the most shared file first.
    pub fn rows<T>(&self, field: &str, language: &str) -> Result<Vec<T>, Error>
    where
        T: for<'de> Deserialize<'de>,
    {
        let mut all = Vec::new();
        for PolicyText { path, text } in &self.files {
            // Most policies have none, and a file is read once more for each language and table.
            if !text.contains(field) {
                continue;
            }
            let seek = Seek { way: &[field, language], found: PhantomData };
            let found = seek.deserialize(serde_yaml::Deserializer::from_str(text));
            all.extend(found.map_err(|yaml| Error::from_yaml(path, text, &yaml))?);
        }
        Ok(all)
    }
}

/// Reads what stands at the end of a way of names, and passes over all else.
struct Seek<'a, T> {
    way: &'a [&'a str],
    found: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Seek<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
        if self.way.is_empty() {
            Option::<T>::deserialize(from)
        } else {
            from.deserialize_any(self)
        }
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Seek<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a map by name")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if self.way.first().is_some_and(|first| *first == name) {
                found = map.next_value_seed(Seek { way: &self.way[1..], found: PhantomData })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}
