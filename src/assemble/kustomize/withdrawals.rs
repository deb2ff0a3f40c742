//! What the patches of a kustomization take from workloads: items of `env` that strategic merge patches delete by name.
//!
//! Sees no item that a JSON patch removes by its place in the list, nor a list that a patch replaces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::tree::Tree;
use super::resource::Resource;
use crate::definitions::scope_name;
use crate::facts::WithdrawalFact;
use crate::model::Scope;
use crate::text::{FileId, Span};

/// The lists of containers.
const CONTAINERS: &[&str] = &["containers", "ephemeralContainers", "initContainers"];

/// What patches take from workloads.
#[derive(Default)]
pub(super) struct Withdrawals {
    all: BTreeSet<Withdrawn>,
    /// The files with patches, by the kustomization that has them applied.
    patches: BTreeMap<FileId, BTreeSet<FileId>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Withdrawn {
    by: FileId,
    span: Span,
    name: String,
    workload: String,
}

impl Withdrawals {
    /// Notes a patch that the kustomization `by` finds in `file`, and what it takes from the workload that it is for.
    pub(super) fn note(
        &mut self,
        (by, file): (FileId, FileId),
        patch: &Tree,
        workload: Option<&Resource>,
    ) {
        self.patches.entry(by).or_default().insert(file);
        let Some(workload) = workload else { return };
        let mut found = Vec::new();
        search(&workload.tree, patch, &workload.said(), &mut found);
        self.all.extend(found.into_iter().map(|(workload, (name, span))| {
            let name = name.to_owned();
            Withdrawn { by, span, name, workload }
        }));
    }

    /// The facts, with all patches of each kustomization.
    pub(super) fn facts(self) -> Vec<WithdrawalFact> {
        let patches: BTreeMap<FileId, Arc<[FileId]>> =
            self.patches.into_iter().map(|(by, files)| (by, files.into_iter().collect())).collect();
        let fact = |one: Withdrawn| {
            let patches = patches.get(&one.by).cloned().unwrap_or_default();
            let Withdrawn { by, name, workload, span } = one;
            WithdrawalFact { name, scope: Scope::Workload(workload), span, by, patches }
        };
        self.all.into_iter().map(fact).collect()
    }
}

/// Looks for containers that both have, wherever they stand.
fn search<'t>(
    tree: &Tree,
    patch: &'t Tree,
    workload: &str,
    found: &mut Vec<(String, (&'t str, Span))>,
) {
    for pair in patch.pairs() {
        let Some(before) = tree.get(&pair.key) else { continue };
        if !CONTAINERS.contains(&pair.key.as_str()) {
            search(before, &pair.value, workload, found);
            continue;
        }
        let is_init = pair.key == "initContainers";
        for container in pair.value.items() {
            let name = container.text_under(&["name"]).unwrap_or_default();
            let Some(before) = called(before, name) else { continue };
            let scope = scope_name(workload, name, is_init);
            found.extend(deleted(before, container).map(|one| (scope.clone(), one)));
        }
    }
}

/// The variables of a container that a patch deletes, with the places of their names.
fn deleted<'t>(before: &Tree, container: &'t Tree) -> impl Iterator<Item = (&'t str, Span)> {
    let given = before.get("env").map(Tree::items).unwrap_or_default();
    let given: BTreeSet<&str> = given.iter().filter_map(|it| it.text_under(&["name"])).collect();
    let items = container.get("env").map(Tree::items).unwrap_or_default();
    let deleted = items.iter().filter(|item| item.text_under(&["$patch"]) == Some("delete"));
    let named = deleted.filter_map(|item| {
        let name = item.get("name")?;
        Some((name.text()?, name.place?))
    });
    named.filter(move |(name, _)| given.contains(name))
}

/// The item of a list that has a name.
fn called<'t>(list: &'t Tree, name: &str) -> Option<&'t Tree> {
    list.items().iter().find(|item| item.text_under(&["name"]) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::super::assemble;
    use crate::assemble::Wants;
    use crate::text::{File, Files};

    /// What is taken away, as `workload key file`, with the files of all patches.
    fn taken(patches: &str, patch: &str) -> Vec<String> {
        let container = |name: &str, key: &str| {
            format!("{{name: {name}, image: oven, env: [{{name: {key}, value: x}}]}}")
        };
        let (own, init) = (container("oven", "HEAT"), container("warm", "HEAT"));
        let workload = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: oven}}\nspec: {{template: {{spec: {{containers: [{own}], \
             initContainers: [{init}]}}}}}}\n"
        );
        let mut files = Files::default();
        let kustomization = format!("resources: [oven.yaml]\n{patches}");
        files.add(File::new("kustomization.yaml", kustomization));
        files.add(File::new("oven.yaml", workload));
        files.add(File::new("patch.yaml", patch));
        let named = |id| files.get(id).path.clone();
        let one = assemble(&files, &Wants::default()).remove(0);
        let line = |it: &crate::facts::WithdrawalFact| {
            let all: Vec<String> = it.patches.iter().map(|id| named(*id)).collect();
            let name = it.span.range.slice(&files.get(it.span.file).text);
            format!("{} {name} {} of {}", it.scope.name(), named(it.span.file), all.join(" "))
        };
        one.withdrawn.iter().map(line).collect()
    }

    fn patch(spec: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: oven}}\nspec: {{template: {{spec: {spec}}}}}\n"
        )
    }

    #[test]
    fn a_patch_takes_what_is_there_from_the_containers_that_it_names() {
        let delete = "env: [{name: HEAT, $patch: delete}, {name: LIGHT, $patch: delete}]";
        let spec = format!(
            "{{containers: [{{name: oven, {delete}}}, {{name: side, {delete}}}], initContainers: [{{name: warm, {delete}}}]}}"
        );
        assert_eq!(
            taken("patches: [{path: patch.yaml}]\n", &patch(&spec)),
            ["oven HEAT patch.yaml of patch.yaml", "oven/warm HEAT patch.yaml of patch.yaml"]
        );
        let target = "patches: [{target: {kind: Deployment}, path: patch.yaml}]\n";
        assert_eq!(taken(target, &patch(&spec)).len(), 2);
    }

    #[test]
    fn a_value_of_nothing_takes_nothing_away() {
        let spec = "{containers: [{name: oven, env: [{name: HEAT, value: null}]}]}";
        assert!(taken("patches: [{path: patch.yaml}]\n", &patch(spec)).is_empty());
    }

    #[test]
    fn all_patches_of_a_kustomization_belong_together() {
        let spec = "{containers: [{name: oven, env: [{name: HEAT, $patch: delete}]}]}";
        let patches = "patches:\n- path: patch.yaml\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      path: /spec/replicas\n      \
                       value: 2\n";
        assert_eq!(
            taken(patches, &patch(spec)),
            ["oven HEAT patch.yaml of kustomization.yaml patch.yaml"]
        );
    }
}
