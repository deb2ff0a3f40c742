//! Where a definition is written: in its file, or in the values that a tool puts there.

use std::collections::{BTreeMap, BTreeSet};

use super::Scene;
use crate::edit::{self, Site};
use crate::graph::Graph;
use crate::model::{Definition, EnvironmentId};
use crate::text::{FileId, Span};

/// The environments that each file gives something to, by its own layers and as a part of what tools make.
pub(super) fn reach(graph: &Graph<'_>) -> BTreeMap<FileId, BTreeSet<EnvironmentId>> {
    let mut reach: BTreeMap<FileId, BTreeSet<EnvironmentId>> = BTreeMap::new();
    for definition in &graph.inventory.definitions {
        let source = graph.inventory.source(definition.source);
        let served: Vec<EnvironmentId> =
            graph.served_by(definition.source).map(|(id, _)| id).collect();
        let files = definition.written.iter().chain(&definition.lost).map(|span| span.file);
        for file in files.chain([definition.key_span.file, source.file]) {
            reach.entry(file).or_default().extend(&served);
        }
    }
    reach
}

impl<'a> Scene<'a> {
    /// The name of an environment, in backticks.
    pub(super) fn environment(&self, id: EnvironmentId) -> String {
        format!("`{}`", self.graph.inventory.environment(id).name)
    }

    /// The names of environments in a row.
    pub(super) fn environments(&self, ids: impl IntoIterator<Item = EnvironmentId>) -> String {
        ids.into_iter().map(|id| self.environment(id)).collect::<Vec<_>>().join(", ")
    }

    /// The name of the key of a definition.
    pub(super) fn name(&self, definition: &Definition) -> &'a str {
        &self.graph.inventory.key(definition.key).name
    }

    /// The path of a file.
    pub(super) fn path(&self, file: FileId) -> &'a str {
        &self.files.get(file).path
    }

    /// The entry that gives the key of a definition: its own line, or that of the values under the same name.
    pub(super) fn entry(&self, definition: &Definition) -> (FileId, Site) {
        let own = definition.key_span.file;
        let elsewhere = match definition.written.as_slice() {
            [only] if only.file != own => self.by_value(*only),
            _ => None,
        };
        let found = elsewhere.filter(|(file, site)| {
            let written = site.key.slice(&self.files.get(*file).text);
            written.trim_matches(['"', '\'']) == self.name(definition)
        });
        found.unwrap_or_else(|| {
            let value = definition.value_span.filter(|span| span.file == own);
            (own, Site { key: definition.key_span.range, value: value.map(|span| span.range) })
        })
    }

    /// The entry whose value is what a definition gives; `None` where it is made of several, or written nowhere.
    pub(super) fn value(&self, definition: &Definition) -> Option<(FileId, Site)> {
        match definition.written.as_slice() {
            [] => {
                let value = definition.value_span?;
                let own = definition.key_span;
                (value.file == own.file)
                    .then_some((own.file, Site { key: own.range, value: Some(value.range) }))
            }
            [only] => self.by_value(*only),
            _ => None,
        }
    }

    /// The entry whose value stands at `span`.
    pub(super) fn by_value(&self, span: Span) -> Option<(FileId, Site)> {
        let site = edit::site_of(self.files.get(span.file), span.range)?;
        Some((span.file, site))
    }
}
