//! Whether an environment shows the whole that a setting is a part of.
//!
//! Code parses many a document that is no configuration of an environment: an answer of a server, a file of another tool. A
//! setting that no environment and no template gives is one of an environment only where that gives something beside it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Context;
use crate::model::{EnvironmentId, Key, KeyId, Namespace, Read};
use crate::text::FileId;

/// More names of one section are not looked at.
const MOST: usize = 500;

/// The settings by name, and by the file and the reader that ask for them.
pub(super) struct Wholes<'a> {
    by_name: BTreeMap<&'a str, KeyId>,
    by_reader: BTreeMap<(FileId, &'a str), Vec<KeyId>>,
    known: RefCell<BTreeMap<Place<'a>, bool>>,
}

/// A section that a file asks a reader for, in an environment.
type Place<'a> = (String, FileId, &'a str, EnvironmentId);

/// What a reader looks into, however it asks: `yaml.safe_load().get` and `yaml.safe_load()` ask one document.
fn asked(read: &Read) -> &str {
    read.reader.split('(').next().unwrap_or(&read.reader)
}

impl<'a> Wholes<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let inventory = context.graph.inventory;
        let is_setting = |key: &Key| key.namespace == Namespace::Setting;
        let all = inventory.keys_by_name().filter(|(key, _)| is_setting(key));
        let by_name: BTreeMap<&str, KeyId> = all.map(|(key, id)| (key.name.as_str(), id)).collect();
        let mut by_reader: BTreeMap<(FileId, &str), Vec<KeyId>> = BTreeMap::new();
        for id in by_name.values() {
            for read in context.graph.deployed_reads_of(*id) {
                by_reader.entry((read.span.file, asked(read))).or_default().push(*id);
            }
        }
        Self { by_name, by_reader, known: RefCell::default() }
    }

    /// Whether `environment` gives something of the section that a setting stands in; for one that stands in none, a setting
    /// that the same file asks the same reader for and that stands in none either, or that is of a section the code declares there.
    pub(super) fn is_shown(
        &self,
        context: &Context<'_>,
        (key, read, environment): (KeyId, &'a Read, EnvironmentId),
    ) -> bool {
        let name = context.name(key);
        let section = name.rsplit_once('.').map_or("", |(section, _)| section);
        let place = (section.to_owned(), read.span.file, asked(read), environment);
        if let Some(known) = self.known.borrow().get(&place) {
            return *known;
        }
        let is_given = |id: &KeyId| !context.graph.presence(*id, environment).is_absent();
        let is_shown = if section.is_empty() {
            let beside = self.by_reader.get(&(read.span.file, asked(read))).into_iter().flatten();
            let is_declared = read.via == crate::model::Via::Schema;
            let mut beside =
                beside.filter(|id| is_declared || !context.name(**id).contains('.')).take(MOST);
            beside.any(|id| *id != key && is_given(id))
        } else {
            self.below(section).any(|id| id != key && is_given(&id))
        };
        self.known.borrow_mut().insert(place, is_shown);
        is_shown
    }

    /// Whether `environment` gives something of a setting that is a section itself: `jwks.keys` of `jwks`.
    pub(super) fn has_part(
        &self,
        context: &Context<'_>,
        key: KeyId,
        environment: EnvironmentId,
    ) -> bool {
        let graph = context.graph;
        graph.inventory.key(key).namespace == Namespace::Setting
            && self.below(context.name(key)).any(|id| !graph.presence(id, environment).is_absent())
    }

    /// The settings of a section, in order of their names.
    fn below(&self, section: &str) -> impl Iterator<Item = KeyId> {
        let within = format!("{section}.");
        let all: Vec<KeyId> = self
            .by_name
            .range(within.as_str()..)
            .take_while(|(name, _)| name.starts_with(&within))
            .map(|(_, id)| *id)
            .take(MOST)
            .collect();
        all.into_iter()
    }
}
