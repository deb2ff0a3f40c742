//! Lists and maps as a policy file writes them: one text or several, entries in the order of the file.
//!
//! Globs are checked while they are read, so that the reader knows the place of a wrong one.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::glob::{check_name, check_path};

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

impl<T> Named<T> {
    /// These, and what `shared` has under other names.
    pub(super) fn over(mut self, shared: Self) -> Self {
        let known: BTreeSet<String> = self.0.iter().map(|(name, _)| name.clone()).collect();
        self.0.extend(shared.0.into_iter().filter(|(name, _)| !known.contains(name)));
        self
    }
}

/// A map, entry by entry.
pub(super) fn collect<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    mut map: A,
) -> Result<Named<T>, A::Error> {
    let mut seen = BTreeSet::new();
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
/// A glob of key names, or of paths where there is a `/` in it.
pub(super) struct NameOrPath;
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

impl Check for NameOrPath {
    const WHAT: &'static str = "a glob of key names or of paths, or a list of them";
    fn check(text: &str) -> Result<(), String> {
        if text.contains('/') { check_path(text) } else { check_name(text) }
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

impl<C> Texts<C> {
    /// What `shared` has, then these; each once.
    pub(super) fn added_to(mut self, shared: Self) -> Self {
        let mut texts = shared.texts;
        self.texts.retain(|text| !texts.contains(text));
        texts.append(&mut self.texts);
        Self { texts, check: PhantomData }
    }

    /// These, or where there are none those of `shared`.
    pub(super) fn or(self, shared: Self) -> Self {
        if self.texts.is_empty() { shared } else { self }
    }
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

/// One text, checked where it stands. What YAML takes for a number is none.
pub(super) struct One<C>(pub(super) String, PhantomData<C>);

impl<'de, C: Check> Deserialize<'de> for One<C> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OneVisitor<C>(PhantomData<C>);
        impl<C: Check> Visitor<'_> for OneVisitor<C> {
            type Value = One<C>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text (in quotes where it looks like something else)")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<One<C>, E> {
                C::check(text).map_err(E::custom)?;
                Ok(One(text.to_owned(), PhantomData))
            }
        }
        from.deserialize_any(OneVisitor(PhantomData))
    }
}
