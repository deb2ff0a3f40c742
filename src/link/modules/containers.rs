//! What containers of tasks go by: their own names, where no other task of the module has a container of that name, else
//! with the task before it.
//!
//! Two tasks that both call their container `api` are two programs, and what one gets the other does not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Module};
use crate::facts::SourceFacts;
use crate::model::Scope;
use crate::model::opaque::Whom;
use crate::text::Files;
use crate::text::relative::folder;

/// Shortens the names that say enough.
pub(super) fn name(facts: &mut Facts, files: &Files) {
    let mut tasks: BTreeMap<(Module, String), BTreeSet<String>> = BTreeMap::new();
    for (id, all) in facts.iter() {
        let file = files.get(*id);
        for (full, own) in all.iter().flat_map(|source| &source.module.containers) {
            let module = (file.root, folder(&file.path).to_owned());
            tasks.entry((module, own.clone())).or_default().insert(full.clone());
        }
    }
    for (id, all) in facts.iter_mut() {
        let file = files.get(*id);
        for source in all {
            let mut short = std::mem::take(&mut source.module.containers);
            short.retain(|_, own| {
                let module = (file.root, folder(&file.path).to_owned());
                tasks.get(&(module, own.clone())).is_some_and(|all| all.len() == 1)
            });
            if !short.is_empty() {
                rename(source, &short);
            }
        }
    }
}

fn rename(source: &mut SourceFacts, short: &BTreeMap<String, String>) {
    let name = |name: &mut String| {
        if let Some(own) = short.get(name) {
            name.clone_from(own);
        }
    };
    let scopes = source.entries.iter_mut().map(|it| &mut it.scope);
    let scopes = scopes.chain(source.bindings.iter_mut().map(|it| &mut it.scope));
    let scopes = scopes.chain(source.module.taken.iter_mut().map(|it| &mut it.scope));
    let scopes = scopes.chain(source.module.given.iter_mut().map(|it| &mut it.scope));
    for scope in scopes.flatten() {
        if let Scope::Workload(workload) = scope {
            name(workload);
        }
    }
    for opaque in &mut source.opaque {
        if let Whom::Workload(workload) = &mut opaque.whom {
            name(workload);
        }
    }
    source.workloads.iter_mut().for_each(|workload| name(&mut workload.name));
}
