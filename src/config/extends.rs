//! The files that a policy file builds on, and what comes of them together.
//!
//! Whoever asks reads the files; here is decided which, and what wins. A circle, a chain without an end and a file that
//! is not there are errors where the file is named.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::file::Written;
use super::{Error, PolicyText, parsed};

/// The longest chain of files that build on one another.
const DEEPEST: usize = 8;

/// The most files of one policy.
const MOST: usize = 50;

/// Reads a file that a policy builds on, by its path beside that of the policy; or says why not, as a phrase.
pub type Reader<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// The files of a policy: each with what it builds on before it, the policy itself last.
pub(super) fn gather(
    path: &str,
    text: &str,
    read: &Reader<'_>,
) -> Result<Vec<(PolicyText, Written)>, Error> {
    let mut gathering = Gathering { read, way: Vec::new(), found: Vec::new() };
    gathering.add(path, text)?;
    Ok(gathering.found)
}

struct Gathering<'a> {
    read: &'a Reader<'a>,
    /// The paths from the policy to the file at hand.
    way: Vec<String>,
    found: Vec<(PolicyText, Written)>,
}

impl Gathering<'_> {
    fn add(&mut self, path: &str, text: &str) -> Result<(), Error> {
        let written = parsed(path, text)?;
        self.way.push(path.to_owned());
        for (at, named) in written.extends.texts.iter().enumerate() {
            let refuse = |message: String| refused(path, text, at, &message);
            let other = beside(path, named).map_err(refuse)?;
            if self.way.contains(&other) {
                let way = self.way.join("`, `");
                return Err(refuse(format!(
                    "a circle: `{named}` leads back here by way of `{way}`"
                )));
            }
            if self.found.iter().any(|(known, _)| known.path == other) {
                continue;
            }
            if self.way.len() > DEEPEST {
                return Err(refuse(format!("more than {DEEPEST} files build on one another")));
            }
            if self.found.len() + self.way.len() >= MOST {
                return Err(refuse(format!("a policy of more than {MOST} files")));
            }
            let shared = (self.read)(&other);
            let shared =
                shared.map_err(|reason| refuse(format!("cannot read `{other}`: {reason}")))?;
            self.add(&other, shared.trim_start_matches('\u{feff}'))?;
        }
        self.way.pop();
        self.found.push((PolicyText { path: path.to_owned(), text: text.to_owned() }, written));
        Ok(())
    }
}

/// The path that `named` means in the file at `path`, without `.` and `..` where that can be.
fn beside(path: &str, named: &str) -> Result<String, String> {
    if named.contains("://") {
        return Err(format!("`{named}` is no file: keydrift asks no network"));
    }
    let is_whole = named.starts_with('/');
    let folder = if is_whole { "" } else { path.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let root = if is_whole || folder.is_empty() && path.starts_with('/') { "/" } else { "" };
    let root = if folder.starts_with('/') { "/" } else { root };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(named.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Ok(format!("{root}{}", parts.join("/")))
}

impl Written {
    /// What this file and the one that it builds on come to.
    pub(super) fn over(self, shared: Self) -> Self {
        let mut rules = self.rules;
        let mut more = Vec::new();
        for (name, below) in shared.rules.0 {
            match rules.0.iter().position(|(own, _)| *own == name) {
                Some(at) => {
                    let (name, own) = rules.0.remove(at);
                    rules.0.insert(at, (name, own.over(below)));
                }
                None => more.push((name, below)),
            }
        }
        rules.0.extend(more);
        let has_environments = !self.environments.0.is_empty();
        Self {
            schema: self.schema,
            extends: self.extends,
            environments: if has_environments { self.environments } else { shared.environments },
            groups: self.groups.over(shared.groups),
            templates: self.templates.added_to(shared.templates),
            base: self.base.or(shared.base),
            exclude: self.exclude.added_to(shared.exclude),
            rules,
            components: self.components.over(shared.components),
            expected_differences: self.expected_differences.added_to(shared.expected_differences),
            consumed_elsewhere: self.consumed_elsewhere.added_to(shared.consumed_elsewhere),
            provided: self.provided.added_to(shared.provided),
            live: self.live.over(shared.live),
            flags: match (self.flags, shared.flags) {
                (Some(own), Some(shared)) => Some(own.over(shared)),
                (own, shared) => own.or(shared),
            },
            owners: self.owners.over(shared.owners),
            // Rows are read file by file.
            readers: self.readers,
            schemas: self.schemas,
            handlers: self.handlers,
        }
    }
}

/// An error at the place where the file names the one at `at` among those that it builds on.
fn refused(path: &str, text: &str, at: usize, message: &str) -> Error {
    let walk = Walk { at, message, inside: Inside::File };
    match walk.deserialize(serde_yaml::Deserializer::from_str(text)) {
        Err(yaml) => Error::from_yaml(path, text, &yaml),
        Ok(()) => Error::at(path, text, 0, message),
    }
}

/// Walks to the text that names a file, and fails there.
#[derive(Clone, Copy)]
struct Walk<'a> {
    at: usize,
    message: &'a str,
    inside: Inside,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    File,
    Extends,
    Entry,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a file's path, or a list of them")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        if self.inside == Inside::File { Ok(()) } else { Err(E::custom(self.message)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for _ in 0..self.at {
            list.next_element::<IgnoredAny>()?;
        }
        list.next_element_seed(Self { inside: Inside::Entry, ..self })?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(field) = map.next_key::<String>()? {
            if field == "extends" && self.inside == Inside::File {
                map.next_value_seed(Self { inside: Inside::Extends, ..self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
