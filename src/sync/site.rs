//! Where a definition is written: in its file, or in the values that a tool puts there.

use std::collections::{BTreeMap, BTreeSet};

use super::Scene;
use crate::document::Syntax;
use crate::edit::{self, Site};
use crate::graph::Graph;
use crate::model::{Definition, EnvironmentId, Setting, SourceId};
use crate::nature::sdk::is_copy;
use crate::text::{FileId, Span};

/// Kinds of sources that show what is kept elsewhere, beside the copies of providers of flags: what is not in the file any
/// more is there all the same. Sorted.
const EXPORTS: &[&str] = &[
    "azure-app-configuration",
    "consul",
    "django-flags",
    "flask-featureflags",
    "flipper",
    "gcp-runtime-config",
    "gcp-secret-manager",
    "secrets-manager",
    "ssm",
    "vault",
];

/// Whom the entries of each file reach.
pub(super) struct Reach {
    /// The environments that each file gives something to, by its own layers and as a part of what tools make.
    files: BTreeMap<FileId, BTreeSet<EnvironmentId>>,
    /// The same for each source.
    sources: BTreeMap<SourceId, BTreeSet<EnvironmentId>>,
    /// Files of several sources that have no entry in common: sections, documents.
    parted: BTreeSet<FileId>,
}

impl Reach {
    /// Whom the definitions of a graph reach.
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let mut files: BTreeMap<FileId, BTreeSet<EnvironmentId>> = BTreeMap::new();
        let mut sources: BTreeMap<SourceId, BTreeSet<EnvironmentId>> = BTreeMap::new();
        let mut places: BTreeMap<Span, SourceId> = BTreeMap::new();
        let mut shared = BTreeSet::new();
        for definition in &graph.inventory.definitions {
            let served: Vec<EnvironmentId> =
                graph.served_by(definition.source).map(|(id, _)| id).collect();
            let own = [Some(definition.key_span), definition.value_span];
            let others = definition.written.iter().chain(&definition.lost).copied();
            for span in own.into_iter().flatten().chain(others) {
                files.entry(span.file).or_default().extend(&served);
                let met = *places.entry(span).or_insert(definition.source);
                if met != definition.source {
                    shared.insert(span.file);
                }
            }
            let file = graph.inventory.source(definition.source).file;
            files.entry(file).or_default().extend(&served);
            sources.entry(definition.source).or_default().extend(served);
        }
        let parted = files.keys().copied().filter(|file| !shared.contains(file)).collect();
        Self { files, sources, parted }
    }

    /// The part of a file that a source is; `None` where others have the same entries.
    pub(super) fn part(&self, file: FileId, source: SourceId) -> Option<SourceId> {
        self.parted.contains(&file).then_some(source)
    }

    /// The environments that a file, or a part of it, gives something to.
    pub(super) fn environments(
        &self,
        file: FileId,
        part: Option<SourceId>,
    ) -> impl Iterator<Item = EnvironmentId> {
        let all = match part {
            Some(source) => self.sources.get(&source),
            None => self.files.get(&file),
        };
        all.into_iter().flatten().copied()
    }
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

    /// Whether a definition stands in an export.
    pub(super) fn is_export(&self, definition: &Definition) -> bool {
        let source = self.graph.inventory.source(definition.source);
        let is_declared = Syntax::of(self.path(source.file)) == Some(Syntax::Hcl);
        let is_one = is_copy(source.kind) || EXPORTS.binary_search(&source.kind).is_ok();
        is_one && !is_declared
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

    /// The environments in which a definition takes its value from the same place as another does.
    pub(super) fn sharers(&self, definition: &Definition) -> BTreeSet<EnvironmentId> {
        let place = |it: &Definition| (it.key_span, it.value_span, it.written.clone());
        let own = place(definition);
        let all = self.graph.inventory.definitions.iter();
        let same = all.filter(|it| it.key == definition.key && place(it) == own);
        same.flat_map(|it| self.graph.served_by(it.source)).map(|(id, _)| id).collect()
    }

    /// The same for a setting of a workload.
    pub(super) fn setting_sharers(&self, setting: &Setting) -> BTreeSet<EnvironmentId> {
        let all = self.graph.inventory.settings.iter();
        let same = all.filter(|it| (it.span, &it.written) == (setting.span, &setting.written));
        same.flat_map(|it| it.environments.iter().copied()).collect()
    }

    /// The entry whose value a setting of a workload is; `None` where that is made of several, or written nowhere.
    pub(super) fn setting(&self, setting: &Setting) -> Option<(FileId, Site)> {
        match setting.written.as_slice() {
            [] => self.by_value(setting.span),
            [only] => self.by_value(*only),
            _ => None,
        }
    }

    /// The entry whose value stands at `span`.
    fn by_value(&self, span: Span) -> Option<(FileId, Site)> {
        let site = edit::site_of(self.files.get(span.file), span.range)?;
        Some((span.file, site))
    }
}
