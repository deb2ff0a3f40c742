//! A key that a template fills in from values, where an environment has no such value: the value comes where the
//! environment keeps the others, under the keys that lead to it elsewhere.

use std::collections::BTreeSet;

use super::Scene;
use super::place::Target;
use crate::edit::{entries_at, path_of};
use crate::model::{Definition, EnvironmentId};
use crate::text::{FileId, Span};

impl<'a> Scene<'a> {
    /// Where the value comes that `environment` lacks; `None` where nobody has the key from a file of values, or the
    /// environment keeps none beside those.
    pub(super) fn value_target(
        &self,
        givers: &[(EnvironmentId, &'a Definition)],
        environment: EnvironmentId,
    ) -> Option<Target> {
        let (other, giver, there) = givers.iter().find_map(|(id, giver)| {
            let [only] = giver.written.as_slice() else { return None };
            (only.file != giver.key_span.file).then_some((*id, *giver, *only))
        })?;
        let path = path_of(self.files.get(there.file), there.range)?;
        let (leaf, section) = path.split_last()?;
        let mut best: Option<(bool, usize, Target)> = None;
        for file in self.values(giver, environment) {
            let beside = entries_at(self.files.get(file), section);
            if beside.is_empty() || beside.iter().any(|(_, name)| name == leaf) {
                continue;
            }
            let is_twin = self.renamed(there.file, other, environment) == self.path(file);
            let rank = (is_twin, beside.len());
            if best.as_ref().is_none_or(|(twin, length, _)| (*twin, *length) < rank) {
                let order = entries_at(self.files.get(there.file), section);
                let order = order.into_iter().map(|(_, name)| name).collect();
                let name = path.join(".");
                let leaf = leaf.clone();
                let target = Target { file, beside, name, leaf, for_all: true, order };
                best = Some((rank.0, rank.1, target));
            }
        }
        best.map(|(_, _, target)| target)
    }

    /// The files of values that only `environment` has, of those that the same template takes something from.
    fn values(&self, giver: &Definition, environment: EnvironmentId) -> BTreeSet<FileId> {
        let template = giver.key_span.file;
        let mut files = BTreeSet::new();
        for definition in &self.graph.inventory.definitions {
            let serves =
                || self.graph.served_by(definition.source).any(|(id, _)| id == environment);
            if definition.key_span.file != template || !serves() {
                continue;
            }
            let all = definition.written.iter().chain(&definition.lost);
            files.extend(all.map(|span: &Span| span.file).filter(|file| *file != template));
        }
        files.retain(|file| {
            let mut reached = self.reach.environments(*file, None);
            reached.all(|id| id == environment)
        });
        files
    }

    /// The path of a file of one environment, as that of another would be called.
    pub(super) fn renamed(&self, file: FileId, from: EnvironmentId, to: EnvironmentId) -> String {
        let inventory = self.graph.inventory;
        self.path(file).replace(&inventory.environment(from).name, &inventory.environment(to).name)
    }
}
