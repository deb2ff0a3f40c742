//! Modules that calls name by a repository and a path in it: `github.com/bakery/infrastructure//modules/web?ref=1.2`.
//!
//! Where the tree has a module at that path which takes nearly all that the calls give, it is that module, at this revision. What
//! another repository is called is not known, and neither is what the other revision was.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, sources};
use crate::facts::module::Receiver;
use crate::text::Files;
use crate::text::relative::folder;

/// The start of a path in a repository.
const START: &str = "//";

/// Makes calls of modules in the tree calls by their folders; of others only what their arguments say by themselves stays.
pub(super) fn resolve(facts: &mut Facts, files: &Files) {
    let mut declared: BTreeMap<(u16, String), BTreeSet<String>> = BTreeMap::new();
    for (at, source) in sources(facts) {
        let file = files.get(facts[at.0].0);
        let module = (file.root, folder(&file.path).to_owned());
        declared.entry(module).or_default().extend(source.module.declared.iter().cloned());
    }
    for (id, all) in facts.iter_mut() {
        let file = files.get(*id);
        let depth = file.path.matches('/').count();
        let mut given: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for source in all.iter() {
            for call in source.module.calls.iter().filter(|call| call.path.starts_with(START)) {
                given.entry(call.path.clone()).or_default();
            }
            for one in &source.module.given {
                let Receiver::Module(path) = &one.to else { continue };
                given.entry(path.clone()).or_default().insert(argument(&one.name));
            }
        }
        let fits = |(path, given): (&String, &BTreeSet<&str>)| {
            let module = (file.root, path.strip_prefix(START)?.to_owned());
            let takes = declared.get(&module).filter(|takes| !takes.is_empty())?;
            let fitting = given.iter().filter(|name| takes.contains(**name)).count();
            // Another revision may take an argument or two that this one does not.
            (fitting * 4 >= given.len() * 3).then(|| path.clone())
        };
        let known: BTreeSet<String> = given.iter().filter_map(fits).collect();
        let is_known = |path: &str| known.contains(path);
        let here = |path: &str| format!("{}{}", "../".repeat(depth), &path[START.len()..]);
        all.retain(|source| !source.module.unless.as_deref().is_some_and(is_known));
        for source in all.iter_mut() {
            source.module.unless = None;
            source.module.calls.retain_mut(|call| settle(&mut call.path, is_known, here));
            source.module.given.retain_mut(|given| match &mut given.to {
                Receiver::Module(path) => settle(path, is_known, here),
                _ => true,
            });
        }
    }
}

/// Leads a path into the tree; says whether it leads anywhere.
fn settle(
    path: &mut String,
    is_known: impl Fn(&str) -> bool,
    here: impl Fn(&str) -> String,
) -> bool {
    if !path.starts_with(START) {
        return true;
    }
    let stands = is_known(path);
    if stands {
        *path = here(path);
    }
    stands
}

/// The argument that a name is, or is a part of: `env` of `var.env.LOG_LEVEL`.
fn argument(name: &str) -> &str {
    let name = name.strip_prefix("var.").unwrap_or(name);
    name.split('.').next().unwrap_or(name)
}
