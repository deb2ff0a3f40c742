//! Objects that are found by more than their names: members that code gives to objects of a framework, and names whose type
//! is written where their value says nothing.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::items::instance_path;
use super::{MAX_HOPS, Program, Target, bare};
use crate::facts::code::Path;
use crate::lang::Lang;

/// More objects than these, of one name, are not looked at.
const MAX_SHARED: usize = 8;

/// What members of frameworks' objects are given, by name: the file, and the value there.
pub(super) type Bags = FxHashMap<String, Vec<(usize, Path)>>;

impl Program<'_> {
    /// Finds what the code gives to objects of frameworks: `app.state.flags = client`. Names are followed anew after it.
    pub(in crate::link) fn fill_bags(&mut self) {
        let mut bags = Bags::default();
        for file in 0..self.files.len() {
            let Some(handlers) = self.handlers(file).filter(|it| !it.bags.is_empty()) else {
                continue;
            };
            let known: BTreeSet<&str> = handlers.bags.iter().map(String::as_str).collect();
            for (object, name, value) in &self.files[file].facts.shared {
                let Target::External(of) = self.resolve(file, object) else { continue };
                if known.contains(of.as_str()) {
                    let all = bags.entry(name.clone()).or_default();
                    if all.len() < MAX_SHARED {
                        all.push((file, value.clone()));
                    }
                }
            }
        }
        if !bags.is_empty() {
            self.bags = bags;
            self.memory.borrow_mut().clear();
            self.asked.iter().for_each(|asked| asked.set(0));
            self.made_memory.borrow_mut().clear();
            self.object_memory.borrow_mut().clear();
            self.glob_memory.borrow_mut().clear();
        }
    }

    /// What a member of a framework's object leads to: `request.app.state.flags`.
    pub(super) fn out_of_bag(&self, at: usize, name: &str, hops: usize) -> Option<Target> {
        if self.bags.is_empty() || !self.bags.keys().any(|key| name.contains(key.as_str())) {
            return None;
        }
        let handlers = self.handlers(at)?;
        let inside = handlers.bags.iter().find_map(|bag| {
            name.strip_prefix(bag.as_str()).and_then(|rest| rest.strip_prefix('.'))
        })?;
        let (first, rest) = inside.split_once('.').unwrap_or((inside, ""));
        self.bags.get(bare(first))?.iter().find_map(|(file, value)| {
            let path = rest.split('.').filter(|one| !one.is_empty());
            let path = path.fold(value.clone(), |path, segment| path.join(segment));
            match self.follow(*file, &path, hops.min(MAX_HOPS - 1)) {
                Target::Other => None,
                target => Some(target),
            }
        })
    }

    /// What is asked of a name by the type that it is declared with, where its value leads to nothing that is known.
    pub(super) fn by_type(
        &self,
        at: usize,
        name: &str,
        more: &[&str],
        hops: usize,
    ) -> Option<Target> {
        let of_type = self.files[at].types.get(name).filter(|_| !more.is_empty())?;
        let own = name.rsplit_once('.').map(|(own, _)| own);
        let path = instance_path(of_type, own)?;
        let path = more.iter().fold(path, |path, segment| path.join(segment));
        let target = self.follow(at, &path, hops);
        self.is_telling(at, &target).then_some(target)
    }

    /// Whether a first segment is that of a library that the tables of the language know.
    pub(in crate::link) fn is_outside(&self, lang: &Lang, first: &str) -> bool {
        self.outside.contains(&(lang.name, first.to_owned()))
    }

    /// Whether a target is one of the project, or of a library that the tables of the language know.
    pub(super) fn is_telling(&self, at: usize, target: &Target) -> bool {
        match target {
            Target::Other => false,
            Target::External(name) => {
                let first = name.split(['.', '(']).next().unwrap_or(name);
                // What the language itself gives holds other things.
                let is_general = matches!(first, "std" | "core");
                !is_general && self.is_outside(self.files[at].lang, first)
            }
            _ => true,
        }
    }
}
