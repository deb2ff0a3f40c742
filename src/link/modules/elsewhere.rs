//! Modules that calls name by a repository and a path in it: `github.com/bakery/infrastructure//modules/web?ref=1.2`.
//!
//! Where the tree has a module at that path which takes all that the call gives, it is that module, at this revision. What
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
        let mut known: BTreeMap<String, bool> = BTreeMap::new();
        for source in all.iter() {
            for (_, path) in &source.module.calls {
                let module = path.strip_prefix(START).map(|path| (file.root, path.to_owned()));
                let Some(module) = module else { continue };
                known.insert(path.clone(), declared.get(&module).is_some_and(|it| !it.is_empty()));
            }
            for given in &source.module.given {
                let Receiver::Module(path) = &given.to else { continue };
                let Some(is_known) = known.get_mut(path) else { continue };
                let module = (file.root, path[START.len()..].to_owned());
                let takes =
                    declared.get(&module).is_some_and(|all| all.contains(argument(&given.name)));
                *is_known &= takes;
            }
        }
        let is_known = |path: &str| known.get(path) == Some(&true);
        let here = |path: &str| format!("{}{}", "../".repeat(depth), &path[START.len()..]);
        all.retain(|source| !source.module.unless.as_deref().is_some_and(is_known));
        for source in all.iter_mut() {
            source.module.unless = None;
            source.module.calls.retain_mut(|(_, path)| settle(path, is_known, here));
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
