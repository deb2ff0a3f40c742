//! What containers and volumes call the ConfigMaps and Secrets that they take.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::tree::{Body, Pair, Tree};
use super::resource::Resource;

/// Deeper than any object names objects.
const MAX_DEPTH: usize = 24;
/// More objects than share a name.
const MAX_LIKE: usize = 64;

/// Renames every reference to an object that a patch renamed.
pub(super) fn rename_all(all: &mut [Resource], kind: &str, old: &str, new: &str) {
    let renamed = |of: &str, name: &str| (of == kind && name == old).then(|| new.to_owned());
    for resource in all {
        rename(&mut resource.tree, &renamed, MAX_DEPTH);
    }
}

/// What stands before and behind the name of an object, and the name that it gets.
type Called = ((String, String), String);

/// Gives every object the name of its file, and every reference with it, whichever of its names that has. Objects that
/// would share kind and name, since one base was taken twice under two prefixes, are called as in the cluster.
pub(super) fn settle(all: &mut [Resource]) {
    let mut names: BTreeMap<(&str, String), BTreeSet<&str>> = BTreeMap::new();
    for one in all.iter() {
        names.entry((&one.kind, one.said())).or_default().insert(one.current());
    }
    let is_shared = |kind: &str, name: String| {
        names.get(&(kind, name)).is_some_and(|current| current.len() > 1)
    };
    let called: Vec<String> = all
        .iter()
        .map(|one| match one.said() {
            name if is_shared(&one.kind, name.clone()) => one.current().to_owned(),
            name => name,
        })
        .collect();
    let mut known: HashMap<(String, String), Vec<Called>> = HashMap::new();
    for (one, name) in all.iter().zip(&called) {
        if !matches!(one.kind.as_str(), "ConfigMap" | "Secret") {
            continue;
        }
        let mut olds: BTreeSet<&str> = one.names.iter().map(|(name, _)| name.as_str()).collect();
        let said = one.said();
        olds.insert(&said);
        for old in olds {
            let all = known.entry((one.kind.clone(), old.to_owned())).or_default();
            all.push((one.affixes.clone(), name.clone()));
        }
    }
    for (one, name) in all.iter_mut().zip(&called) {
        let affixes = one.affixes.clone();
        let renamed = |kind: &str, name: &str| {
            let all = known.get(&(kind.to_owned(), name.to_owned()))?;
            let best = all.iter().take(MAX_LIKE).max_by_key(|(other, _)| likeness(&affixes, other));
            best.map(|(_, name)| name.clone())
        };
        rename(&mut one.tree, &renamed, MAX_DEPTH);
        if one.said() != *name {
            let place = one.tree.at(&["metadata", "name"]).and_then(|name| name.place);
            let value = Tree::text_at(name.clone(), place);
            one.set_under("metadata", Pair { key: "name".to_owned(), place, value });
        }
    }
}

/// How much of what stands around two names is the same, from outside.
fn likeness(one: &(String, String), two: &(String, String)) -> usize {
    let before = one.0.bytes().zip(two.0.bytes()).take_while(|(one, two)| one == two).count();
    let behind = one.1.bytes().rev().zip(two.1.bytes().rev());
    before + behind.take_while(|(one, two)| one == two).count()
}

/// Renames what containers and volumes refer to.
fn rename(tree: &mut Tree, renamed: &dyn Fn(&str, &str) -> Option<String>, depth: usize) {
    let Some(below) = depth.checked_sub(1) else { return };
    for pair in tree.pairs_mut().into_iter().flatten() {
        let (kind, field) = match pair.key.as_str() {
            "configMap" | "configMapKeyRef" | "configMapRef" => ("ConfigMap", "name"),
            "secretKeyRef" | "secretRef" => ("Secret", "name"),
            "secret" => ("Secret", "secretName"),
            _ => ("", ""),
        };
        if let Some(name) = pair.value.get_mut(field)
            && let Some(new) = name.text().and_then(|text| renamed(kind, text))
            && let Body::Scalar(scalar) = &mut name.body
        {
            scalar.text = new;
        }
        rename(&mut pair.value, renamed, below);
    }
    for item in tree.items_mut().into_iter().flatten() {
        rename(item, renamed, below);
    }
}
