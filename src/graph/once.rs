//! What an environment gave a component once, as the history of its files tells.
//!
//! Knows of an entry that it stood in a file that is a layer now, and not whom it was for. Where the file speaks to other
//! environments or other components too, nobody is taken to have had it.

use super::presence::Asker;
use super::{EnvironmentId, Graph, KeyId, SourceId};
use crate::model::{Attribution, Role, Scope, Stood};
use crate::text::FileId;

/// What a file gave that gives it no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// It was taken out while the template had listed it for longer: it did not move there.
    pub was_listed: bool,
    /// The file lists all that its programs get.
    pub is_whole: bool,
}

impl Graph<'_> {
    /// What a file that `environment` has as a layer gave of `key` to `component` at a commit before; `None` where none did.
    pub fn gave_once(
        &self,
        key: KeyId,
        environment: EnvironmentId,
        component: &str,
    ) -> Option<Gone> {
        let asker = Asker { environment, component: Some(component) };
        let gave = self.once_in(key, |file| self.speaks_to(file, asker));
        // What the last commit still has left afterwards.
        let until = |stood: Stood| stood.until.unwrap_or(u32::MAX);
        let (file, stood) = gave.into_iter().max_by_key(|(_, stood)| until(*stood))?;
        let listed = self.once_in(key, |file| self.is_template_of(file, component));
        let is_before = |listed: Stood| listed.root == stood.root && listed.from < until(stood);
        Some(Gone {
            was_listed: listed.into_iter().any(|(_, listed)| is_before(listed)),
            is_whole: self.lists_whole(file),
        })
    }

    /// Whether a template of `component` listed `key` at a commit before.
    pub fn listed_once(&self, key: KeyId, component: &str) -> bool {
        !self.once_in(key, |file| self.is_template_of(file, component)).is_empty()
    }

    /// The files of a kind that gave a key, under any of its names, at a commit before.
    fn once_in(&self, key: KeyId, is_of: impl Fn(FileId) -> bool) -> Vec<(FileId, Stood)> {
        let Some(chronicle) = &self.inventory.chronicle else { return Vec::new() };
        let mut found = Vec::new();
        for spelling in self.spellings_of(key) {
            // What stands there as a comment was taken out on purpose, or was never more.
            let is_noted = |file: FileId| {
                let mut all = self.definitions_of(spelling);
                all.any(|(_, it)| it.commented && it.key_span.file == file)
            };
            let files = chronicle.gave.get(&spelling).into_iter().flatten();
            let files = files.map(|(file, stood)| (*file, *stood));
            found.extend(files.filter(|(file, _)| is_of(*file) && !is_noted(*file)));
        }
        found
    }

    fn is_template_of(&self, file: FileId, component: &str) -> bool {
        let is_open = |source| {
            self.inventory.source(source).role == Role::Template
                && self.is_open_to(source, component)
        };
        self.sources_in(file).any(is_open)
    }

    /// Whether a file lists all that the programs get which it starts.
    fn lists_whole(&self, file: FileId) -> bool {
        let own = self
            .inventory
            .definitions
            .iter()
            .filter(|it| it.key_span.file == file && it.attribution == Attribution::Project);
        let mut own = own.map(|it| matches!(it.scope, Some(Scope::Workload(_)))).peekable();
        own.peek().is_some() && own.all(|is_of_workload| is_of_workload)
    }

    /// Whether all that a file gives is for who asks, and reaches it.
    fn speaks_to(&self, file: FileId, asker: Asker<'_>) -> bool {
        let mut sources = self.sources_in(file).peekable();
        sources.peek().is_some()
            && sources.all(|source| {
                let of = self.inventory.source(source);
                self.index.layers.contains_key(&(source, asker.environment))
                    && of.role == Role::Values
                    && !of.is_for_tools()
                    && !of.is_module()
                    && self.reaches_all_of(source, asker)
            })
    }

    fn sources_in(&self, file: FileId) -> impl Iterator<Item = SourceId> {
        let all = self.inventory.sources.iter().enumerate();
        all.filter(move |(_, source)| source.file == file).map(|(at, _)| SourceId::at(at))
    }

    /// Whether who asks gets what each workload of a source gets, and each object in it.
    fn reaches_all_of(&self, source: SourceId, asker: Asker<'_>) -> bool {
        let mut takers = self.takers(source, asker.environment).peekable();
        if takers.peek().is_some() {
            return takers.all(|taken| self.reaches(taken.by, Some(&taken.scope), asker));
        }
        let own = self.inventory.definitions.iter();
        let own = own.filter(|it| it.source == source && it.attribution == Attribution::Project);
        let bound = self.inventory.bindings.iter().filter(|it| it.source == source);
        let scopes = own.map(|it| &it.scope).chain(bound.map(|it| &it.scope));
        let mut scopes: Vec<&Scope> = scopes.flatten().collect();
        scopes.sort_unstable();
        scopes.dedup();
        self.reaches(source, None, asker)
            && scopes.into_iter().all(|scope| match scope {
                Scope::Workload(_) => self.reaches(source, Some(scope), asker),
                Scope::Object(name) => self.takes_whole(name, asker),
            })
    }

    /// Whether who asks takes all entries of the object of that name.
    fn takes_whole(&self, object: &str, asker: Asker<'_>) -> bool {
        self.inventory.bindings.iter().any(|binding| {
            binding.entry.is_none()
                && binding.object == object
                && self.index.layers.contains_key(&(binding.source, asker.environment))
                && self.reaches(binding.source, binding.scope.as_ref(), asker)
        })
    }
}
