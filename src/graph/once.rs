//! What an environment gave a component once, as the history of its files tells.
//!
//! Knows of an entry that it stood in a file that is a layer now, and not whom it was for. Where the file speaks to other
//! environments or other components too, nobody is taken to have had it.

use super::presence::Asker;
use super::{EnvironmentId, Graph, KeyId, SourceId};
use crate::model::{Attribution, Role, Scope};
use crate::text::FileId;

impl Graph<'_> {
    /// Whether a file that `environment` has as a layer gave `key` to `component` at a commit before.
    pub fn gave_once(&self, key: KeyId, environment: EnvironmentId, component: &str) -> bool {
        let Some(chronicle) = &self.inventory.chronicle else { return false };
        let asker = Asker { environment, component: Some(component) };
        self.spellings_of(key).iter().any(|spelling| {
            // What stands there as a comment was taken out on purpose, or was never more.
            let is_noted = |file: FileId| {
                let mut all = self.definitions_of(*spelling);
                all.any(|(_, it)| it.commented && it.key_span.file == file)
            };
            let mut files = chronicle.gave.get(spelling).into_iter().flatten();
            files.any(|file| self.speaks_to(*file, asker) && !is_noted(*file))
        })
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
