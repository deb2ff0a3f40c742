//! Who runs a module that others call: the files that nothing calls in turn.
//!
//! A file that calls a module and hands it nothing runs it as well. Does not see calls from other repositories.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Module, called, sources};
use crate::text::relative::joined;
use crate::text::{FileId, Files};

/// Calls that are followed, for all modules together. More than any project has; a bound for hostile input.
const MOST_STEPS: usize = 1_000_000;

/// The files that call each module.
type Callers = BTreeMap<Module, BTreeSet<usize>>;

/// Notes at what each called module says which files run it.
pub(super) fn note(facts: &mut Facts, files: &Files) {
    let modules = super::places(facts, files).0;
    let callers = callers(facts, &modules);
    let mut steps = MOST_STEPS;
    let mut known: BTreeMap<&Module, Vec<FileId>> = BTreeMap::new();
    for module in modules.iter().filter(|module| callers.contains_key(*module)) {
        if !known.contains_key(module) {
            let all = outermost(module, &modules, &callers, &mut steps).unwrap_or_default();
            known.insert(module, all.into_iter().map(|at| facts[at].0).collect());
        }
    }
    for (at, module) in modules.iter().enumerate() {
        let Some(all) = known.get(module) else { continue };
        for source in &mut facts[at].1 {
            source.module.run_by.clone_from(all);
        }
    }
}

fn callers(facts: &Facts, modules: &[Module]) -> Callers {
    let mut callers = Callers::new();
    for (at, source) in sources(facts) {
        let own = &modules[at.0];
        let handed = source.module.given.iter().filter_map(|given| called(own, given));
        let named = source.module.calls.iter();
        let named = named.filter_map(|call| Some((own.0, joined(&own.1, &call.path)?)));
        for module in handed.chain(named).filter(|module| module != own) {
            callers.entry(module).or_default().insert(at.0);
        }
    }
    callers
}

/// The files at the ends of all ways from a module to those that call it; nothing where the steps are spent.
fn outermost(
    module: &Module,
    modules: &[Module],
    callers: &Callers,
    steps: &mut usize,
) -> Option<BTreeSet<usize>> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::from([module]));
    let mut waiting = vec![module];
    while let Some(module) = waiting.pop() {
        for at in callers.get(module).into_iter().flatten() {
            *steps = steps.checked_sub(1)?;
            let caller = &modules[*at];
            if !callers.contains_key(caller) {
                found.insert(*at);
            } else if seen.insert(caller) {
                waiting.push(caller);
            }
        }
    }
    Some(found)
}
