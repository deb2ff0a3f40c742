//! The code of a project as one program: which file a name leads to, and what stands there.
//!
//! Knows facts, not syntax trees. A name that leads out of the project comes back as its qualified name.

mod constants;
mod extended;
mod globs;
mod implicit;
mod items;
mod kept;
mod known;
mod locate;
mod packages;
mod shared;
mod whole;

pub(super) use items::is_laid_over;
pub(super) use kept::is_settings_module;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::calls::CallGraph;
use super::features::On;
use super::unit::Unit;
use crate::facts::CodeFacts;
use crate::facts::code::{Base, Expr, ItemKind, Path, Site};
use crate::lang::handlers::Handlers;
use crate::lang::{LANGS, Lang};
use crate::text::FileId;

/// Names that lead to names further than this are given up.
pub(super) const MAX_HOPS: usize = 12;

/// More names of one file are not followed: hostile ones must not hold a run, nor cost other files their reads.
const MAX_NAMES: u32 = 30_000;
/// No name of a file has more segments than this.
const MAX_SEGMENTS: usize = 24;

/// The sites that the rows of macros make in a file, each with what it resolves to where that is known.
pub(super) type MadeSites = Vec<(Site, Option<Target>)>;

/// All code facts, with their names joined.
pub(super) struct Program<'a> {
    pub(super) files: Vec<Unit<'a>>,
    /// What each language does with answers, and what its methods give.
    handlers: &'a [(&'static str, Handlers)],
    modules: FxHashMap<String, Vec<usize>>,
    by_last: FxHashMap<&'a str, Vec<usize>>,
    /// Functions by their last two segments: methods may stand in another file than their class.
    methods: FxHashMap<&'a str, Vec<(usize, usize)>>,
    /// Functions that are called like methods of what others made, by name.
    extensions: FxHashMap<&'a str, Vec<(usize, usize)>>,
    crates: FxHashMap<String, String>,
    packages: packages::Packages<'a>,
    /// The names of files that may hold data of any kind.
    pub(super) data: &'a BTreeSet<String>,
    pub(super) call_graph: CallGraph,
    pub(super) made_sites: OnceCell<Vec<MadeSites>>,
    /// Qualified names of readers, and the first segments of them: names that are never the project's own.
    readers: FxHashSet<String>,
    outside: FxHashSet<(&'static str, String)>,
    /// What names have led to: the ways cross again and again.
    memory: RefCell<FxHashMap<(usize, Path), Target>>,
    /// How many names of each file are remembered.
    asked: Vec<Cell<u32>>,
    glob_memory: RefCell<FxHashMap<(usize, String), Option<Target>>>,
    /// What the instance on the way to the name resolved last was made with.
    made: RefCell<Option<Made>>,
    made_memory: RefCell<FxHashMap<(usize, Path), Made>>,
    /// The object of a class of the project that the name resolved last leads through.
    object: RefCell<Option<Object>>,
    object_memory: RefCell<FxHashMap<(usize, Path), Object>>,
    /// Members that the code gives to objects of frameworks.
    bags: shared::Bags,
    /// What modules of settings keep that a call makes: the files, by name.
    kept: FxHashMap<&'a str, Vec<usize>>,
}

/// A class of the project: file and place among its classes.
pub(super) type ClassId = (usize, usize);

/// An object of a class of the project, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) class: ClassId,
    pub(super) members: Vec<String>,
}

/// The arguments of the call that made an instance, in the file that it is written in.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) file: usize,
    pub(super) args: Vec<Expr>,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// Something outside the project, by qualified name.
    External(String),
    /// A function of the project: file and place.
    Function(usize, usize),
    /// A value, in the file that it is written in.
    Value(usize, Expr),
    /// A class of the project.
    Class(usize, usize),
    /// Nothing that is known.
    Other,
}

impl<'a> Program<'a> {
    /// Joins the facts of files, given with their paths. `readers` are the qualified names of all readers.
    pub(super) fn new(
        code: impl ExactSizeIterator<Item = (FileId, &'a str, &'a CodeFacts, On<'a>)>,
        readers: FxHashSet<(&'static str, String)>,
        data: &'a BTreeSet<String>,
        handlers: &'a [(&'static str, Handlers)],
    ) -> Self {
        let outside = readers
            .iter()
            .filter_map(|(lang, name)| Some((*lang, name.split(['.', '(']).next()?.to_owned())))
            .collect();
        let readers = readers.into_iter().map(|(_, name)| name).collect();
        let mut program = Self {
            files: Vec::with_capacity(code.len()),
            handlers,
            modules: FxHashMap::default(),
            by_last: FxHashMap::default(),
            methods: FxHashMap::default(),
            extensions: FxHashMap::default(),
            crates: FxHashMap::default(),
            packages: packages::Packages::default(),
            data,
            call_graph: CallGraph::default(),
            made_sites: OnceCell::new(),
            readers,
            outside,
            memory: RefCell::default(),
            asked: vec![Cell::new(0); code.len()],
            glob_memory: RefCell::default(),
            made: RefCell::default(),
            made_memory: RefCell::default(),
            object: RefCell::default(),
            object_memory: RefCell::default(),
            bags: shared::Bags::default(),
            kept: FxHashMap::default(),
        };
        for (id, path, facts, on) in code {
            let Some(lang) = LANGS.iter().find(|lang| lang.name == facts.lang) else { continue };
            program.add(Unit::new((id, path), facts, lang, on));
        }
        program
    }

    fn add(&mut self, unit: Unit<'a>) {
        let at = self.files.len();
        self.modules.entry(module_key(unit.lang, &unit.home, &unit.module)).or_default().push(at);
        for (place, function) in unit.facts.functions.iter().enumerate() {
            if let Some((outer, _)) = function.name.rsplit_once('.') {
                let start = outer.rfind('.').map_or(0, |dot| dot + 1);
                self.methods.entry(&function.name[start..]).or_default().push((at, place));
            }
            self.extend(at, place, function);
        }
        if let Some(last) = unit.module.last() {
            self.by_last.entry(last).or_default().push(at);
        }
        // A file outside the folder of sources (`tests/config.rs`) is a crate that no other can name.
        if unit.is_in_crate {
            let name = unit.home.rsplit('/').next().unwrap_or_default().replace('-', "_");
            self.crates.entry(name).or_insert_with(|| unit.home.clone());
        }
        self.packages.add(at, &unit);
        self.files.push(unit);
        self.keep(at);
    }

    /// What `path`, written in file `at`, stands for.
    pub(super) fn resolve(&self, at: usize, path: &Path) -> Target {
        self.made.replace(None);
        self.object.replace(None);
        self.follow(at, path, MAX_HOPS)
    }

    /// The object of a class of the project that `path` leads through last, and what it asks of it.
    pub(super) fn object(&self, at: usize, path: &Path) -> Option<Object> {
        self.resolve(at, path);
        self.object.take()
    }

    /// A method of a class: in its own file, or where the one other file with a method of that name is.
    pub(super) fn method(&self, name: &str, class: ClassId) -> Option<(usize, usize)> {
        let start = name.rmatch_indices('.').nth(1).map_or(0, |(dot, _)| dot + 1);
        let found = self.methods.get(&name[start..])?;
        let own = found.iter().find(|(file, _)| *file == class.0);
        own.or(if found.len() == 1 { found.first() } else { None }).copied()
    }

    /// The class of the project that `path` names.
    pub(super) fn class(&self, at: usize, path: &Path) -> Option<ClassId> {
        match self.resolve(at, path) {
            Target::Class(file, class) => Some((file, class)),
            _ => None,
        }
    }

    /// What the instance that `path` leads through was made with, where it is a name of the project.
    pub(super) fn made(&self, at: usize, path: &Path) -> Option<Made> {
        self.resolve(at, path);
        self.made.take()
    }

    fn follow(&self, at: usize, path: &Path, hops: usize) -> Target {
        let Some(hops) = hops.checked_sub(1) else { return Target::Other };
        let key = (at, path.clone());
        if let Some(known) = self.memory.borrow().get(&key) {
            if let Some(made) = self.made_memory.borrow().get(&key) {
                self.made.replace(Some(made.clone()));
            }
            if let Some(object) = self.object_memory.borrow().get(&key) {
                self.object.replace(Some(object.clone()));
            }
            return known.clone();
        }
        let asked = self.asked[at].get();
        if asked >= MAX_NAMES {
            return Target::Other;
        }
        self.asked[at].set(asked + 1);
        // A name that leads back to itself leads nowhere.
        self.memory.borrow_mut().insert(key.clone(), Target::Other);
        let target = match self.lead(at, path, hops) {
            Target::External(name) => {
                let kept = || self.of_settings(at, &name, hops);
                self.out_of_bag(at, &name, hops).or_else(kept).unwrap_or(Target::External(name))
            }
            target => target,
        };
        if let Some(made) = self.made.borrow().clone() {
            self.made_memory.borrow_mut().insert(key.clone(), made);
        }
        if let Some(object) = self.object.borrow().clone() {
            self.object_memory.borrow_mut().insert(key.clone(), object);
        }
        self.memory.borrow_mut().insert(key, target.clone());
        target
    }

    fn lead(&self, at: usize, path: &Path, hops: usize) -> Target {
        match path.base {
            Base::Unknown | Base::Param(_) => Target::Other,
            Base::Here => self
                .inside(at, &path.rest, hops)
                .unwrap_or_else(|| self.implicit(at, &path.rest, hops)),
            Base::Absolute => match self.locate(at, &path.rest) {
                Some((file, rest)) if rest.is_empty() && file != at => self.whole(file, hops),
                Some((file, rest)) if file != at || rest != path.rest => self
                    .inside(file, &rest, hops)
                    .or_else(|| self.inside_whole(file, &rest, hops))
                    .unwrap_or(Target::Other),
                _ => self.implicit_or_external(at, &path.rest, hops),
            },
            Base::Parent(up) => {
                let unit = &self.files[at];
                let own = usize::from(!(unit.is_index && unit.lang.modules.roots.is_empty()));
                let up = if unit.lang.modules.roots.is_empty() {
                    usize::from(up) - 1 + own
                } else {
                    usize::from(up)
                };
                let keep = unit.module.len().saturating_sub(up);
                self.under(at, &unit.module[..keep], &path.rest, hops)
            }
            Base::Crate => self.under(at, &[], &path.rest, hops),
        }
    }

    /// `rest` under module `base` of the same crate or root.
    fn under(&self, at: usize, base: &[&str], rest: &str, hops: usize) -> Target {
        let unit = &self.files[at];
        let segments: Vec<&str> = base.iter().copied().chain(split(rest)).collect();
        for keep in (base.len()..=segments.len()).rev().chain((0..base.len()).rev().take(1)) {
            let plain: Vec<&str> = segments[..keep].iter().map(|segment| bare(segment)).collect();
            let Some(files) = self.modules.get(&module_key(unit.lang, &unit.home, &plain)) else {
                continue;
            };
            let rest = segments[keep..].join(".");
            if let ("", Some(file)) = (rest.as_str(), files.first()) {
                return self.whole(*file, hops);
            }
            // One level up, only a module that stands inside that file can be meant.
            let outer = keep < base.len();
            for file in files {
                if outer && !self.files[*file].declares_module(bare(segments[keep])) {
                    continue;
                }
                if let Some(target) = self.inside(*file, &rest, hops) {
                    return target;
                }
            }
        }
        Target::Other
    }

    /// `rest` among the names of file `at`.
    fn inside(&self, at: usize, rest: &str, hops: usize) -> Option<Target> {
        let hops = hops.checked_sub(1)?;
        let unit = &self.files[at];
        let segments: Vec<&str> = split(rest).collect();
        for keep in (1..=segments.len().min(MAX_SEGMENTS)).rev() {
            let name =
                segments[..keep].iter().map(|segment| bare(segment)).collect::<Vec<_>>().join(".");
            let Some(item) = unit.items.get(name.as_str()) else { continue };
            let called = segments[keep - 1].ends_with("()");
            let more = &segments[keep..];
            match &unit.facts.items[*item].kind {
                ItemKind::Module => {}
                // `self.runtime.metrics`: the field, and no method that is called like it.
                ItemKind::Function(_) if !called && !more.is_empty() && unit.is_field(&name) => {}
                kind => {
                    if let Some(target) = self.of_other(at, &name, called, more, hops) {
                        return Some(target);
                    }
                    let target = self.item(at, kind, &segments[..keep], called, more, hops);
                    if !self.is_telling(at, &target)
                        && let Some(target) = self.by_type(at, &name, more, hops)
                    {
                        return Some(target);
                    }
                    self.note_object(at, kind, &segments, keep);
                    return Some(target);
                }
            }
        }
        if let Some(target) = self.by_other_name(at, &segments, hops) {
            return Some(target);
        }
        // A module that the file declares hides what a glob may bring in under its name.
        let declared = segments.first().is_some_and(|first| unit.items.contains_key(bare(first)));
        if declared {
            return None;
        }
        self.in_package(at, rest, hops).or_else(|| self.through_globs(at, rest, hops))
    }

    /// A name that the file does not declare: a module beside it, a name of the language.
    fn implicit(&self, at: usize, rest: &str, hops: usize) -> Target {
        let unit = &self.files[at];
        if !unit.lang.modules.roots.is_empty() {
            let own = unit.module.clone();
            let below = self.under(at, &own, rest, hops);
            if below != Target::Other {
                return below;
            }
            // A crate of the workspace needs no import to be named.
            if let Some((file, inner)) = self.locate(at, rest)
                && let Some(target) = self.inside(file, &inner, hops)
            {
                return target;
            }
            if let Some(target) = self.of_own_crate(at, rest, hops) {
                return target;
            }
        }
        if unit.lang.modules.by_package
            && let Some((file, inner)) = self.in_said_package(at, rest)
            && let Some(target) = self.inside(file, &inner, hops)
        {
            return target;
        }
        let mut rest = rest;
        // Names of an inline module that it does not declare are seen from the outside under their own name.
        while let Some((first, inner)) = rest.split_once('.') {
            if !unit.declares_module(first) {
                break;
            }
            rest = inner;
        }
        Target::External(rest.to_owned())
    }
}

fn module_key(lang: &Lang, home: &str, segments: &[&str]) -> String {
    format!("{}|{home}|{}", lang.name, segments.join("."))
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|segment| !segment.is_empty())
}

fn bare(segment: &str) -> &str {
    segment.strip_suffix("()").unwrap_or(segment)
}
