//! Jobs on top of those that they extend, and the parts that references name put in their place.

use std::collections::BTreeMap;

use super::super::tree::{Body, Pair, Tree};

/// Deeper than GitLab lets jobs extend one another.
const MAX_EXTENDS: usize = 11;
/// Deeper than GitLab follows references.
const MAX_REFERENCES: usize = 10;
/// More values than a pipeline has once its references are written out.
const MAX_VALUES: usize = 100_000;

/// Writes out `extends` and `!reference`, and leaves hidden jobs away; whether there was any.
pub(super) fn write_out(tree: &mut Tree) -> bool {
    let raw = tree.clone();
    let mut extender = Extender { all: &raw, made: BTreeMap::new() };
    let mut is_changed = false;
    for (job, own) in tree.pairs_mut().into_iter().flatten().zip(raw.pairs()) {
        if own.value.get("extends").is_some() {
            is_changed = true;
            job.value = extender.extended(&own.value, MAX_EXTENDS);
            job.value.take("extends");
        }
    }
    let whole = tree.clone();
    let mut left = MAX_VALUES;
    let mut follower = Follower { whole: &whole, left: &mut left, is_changed: false };
    follower.follow(tree, MAX_REFERENCES);
    is_changed |= follower.is_changed;
    if let Some(pairs) = tree.pairs_mut() {
        pairs.retain(|pair| !pair.key.starts_with('.'));
    }
    is_changed
}

/// Jobs on those that they extend. What a job makes is kept, however many others extend it.
struct Extender<'a> {
    all: &'a Tree,
    made: BTreeMap<&'a str, Tree>,
}

impl<'a> Extender<'a> {
    /// A job over those that it extends, of which later ones win.
    fn extended(&mut self, job: &'a Tree, depth: usize) -> Tree {
        let (Some(names), Some(below)) = (job.get("extends"), depth.checked_sub(1)) else {
            return job.clone();
        };
        let names = if names.is_list() { names.items() } else { std::slice::from_ref(names) };
        let mut whole = Tree::map_at(job.place);
        for name in names.iter().filter_map(Tree::text) {
            let Some(base) = self.all.get(name) else { continue };
            if !self.made.contains_key(name) {
                let made = self.extended(base, below);
                self.made.insert(name, made);
            }
            whole.overlay(self.made[name].clone());
        }
        whole.overlay(job.clone());
        whole
    }
}

struct Follower<'a> {
    whole: &'a Tree,
    left: &'a mut usize,
    is_changed: bool,
}

impl Follower<'_> {
    fn follow(&mut self, tree: &mut Tree, depth: usize) {
        let Some(left) = self.left.checked_sub(1) else { return };
        *self.left = left;
        if tree.tag.as_deref() == Some("!reference") {
            self.is_changed = true;
            let path: Vec<&str> = tree.items().iter().filter_map(Tree::text).collect();
            let found = self.whole.at(&path).filter(|_| !path.is_empty()).cloned();
            match (found, depth.checked_sub(1)) {
                (Some(mut found), Some(below)) => {
                    self.follow(&mut found, below);
                    *tree = found;
                }
                _ => *tree = Tree::null(tree.place),
            }
            return;
        }
        match &mut tree.body {
            Body::Map(pairs) => {
                for Pair { value, .. } in pairs {
                    self.follow(value, depth);
                }
            }
            Body::List(items) => {
                let mut all = Vec::new();
                for mut item in std::mem::take(items) {
                    let is_reference = item.tag.as_deref() == Some("!reference");
                    self.follow(&mut item, depth);
                    match item.body {
                        // Commands of another job stand among the job's own.
                        Body::List(inner) if is_reference => all.extend(inner),
                        _ => all.push(item),
                    }
                }
                *items = all;
            }
            Body::Scalar(_) => {}
        }
    }
}
