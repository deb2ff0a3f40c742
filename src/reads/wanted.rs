//! What the facts so far need from files that are not parsed yet: callers of possible wrappers, users of reader objects,
//! declarations of names that hold keys.
//!
//! Goes by names alone: whether a function is a wrapper is the linker's to say. Too much costs time, too little costs reads.

mod classes;
mod handed;

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, Match, MatchKind};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::Pending;
use crate::facts::CodeFacts;
use crate::facts::code::{Base, Expr, ItemKind, Path, Site, Step};
use crate::facts::decision::Giver;
use crate::lang::catalog::InUrl;
use crate::nature::Nature;
use crate::text::{File, FileId, is_word};

/// Names shorter than this are too common to look for by themselves.
const TELLING_NAME: usize = 6;

/// The same of constants of flags.
const TELLING_CONSTANT: usize = 3;

/// Words of draws shorter than this stand in many others.
const TELLING_DRAW: usize = 4;

/// Packages that hold much besides readers.
const LARGE_PACKAGES: &[&str] = &["core", "os", "std"];

/// What is known to read, or to hand on to what reads, by name.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Qualified names of readers.
    readers: FxHashSet<String>,
    /// Packages whose names all count.
    packages: FxHashSet<String>,
    /// Names of possible wrappers and reader objects that tell by themselves.
    names: FxHashSet<String>,
    /// Names that are too common, each with a word that must stand beside it and the path it stands in.
    common: FxHashMap<String, FxHashSet<(String, String)>>,
    learned: usize,
    /// Classes that are filled from outside, and those that they are made of, by their last segment.
    classes: FxHashSet<String>,
    /// Functions that fill whatever class their callers ask for, by their last segment.
    generic: FxHashSet<String>,
    /// Names whose declaration has been asked for.
    declared: FxHashSet<String>,
    /// Addresses that readers are asked by.
    urls: Vec<InUrl>,
    /// Words that stand where a number is compared with a draw.
    draws: BTreeSet<String>,
}

/// What to look for in the next round.
#[derive(Default)]
pub(super) struct Wanted {
    calls: Vec<String>,
    common_calls: BTreeMap<String, BTreeSet<String>>,
    declarations: Vec<String>,
    /// Classes of settings and functions that give objects of them, and fields of which users may say more.
    users: BTreeSet<String>,
    open: Vec<String>,
}

impl Known {
    pub(super) fn new<'n>(
        readers: impl Iterator<Item = &'n str>,
        urls: &[InUrl],
        draws: impl Iterator<Item = &'n str>,
    ) -> Self {
        let draws = draws.filter(|word| word.len() >= TELLING_DRAW).map(str::to_owned).collect();
        let mut known = Self { urls: urls.to_vec(), draws, ..Self::default() };
        for name in readers {
            let package = name.split(['.', '(']).next().unwrap_or(name);
            if name.contains('.') && !LARGE_PACKAGES.contains(&package) {
                known.packages.insert(package.to_owned());
            }
            known.readers.insert(name.to_owned());
        }
        known
    }

    /// What all facts so far ask for beyond what was asked before.
    pub(super) fn wanted(&mut self, all: &[(FileId, &File, CodeFacts)]) -> Wanted {
        let mut wanted = Wanted::default();
        self.classes(all, &mut wanted);
        self.registers(all, &mut wanted);
        for (_, file, facts) in all {
            for item in &facts.items {
                if self.is_object(&item.kind) {
                    self.learn(&item.name, &file.path, &mut wanted);
                }
            }
        }
        for (_, file, facts) in all {
            for (_, name, value) in &facts.shared {
                if self.is_object(&ItemKind::Value(Expr::Path(value.clone()))) {
                    self.learn(name, &file.path, &mut wanted);
                }
            }
        }
        // A wrapper makes its callers wrappers: until nothing new is learned.
        loop {
            let before = self.learned;
            for (_, file, facts) in all {
                for site in &facts.sites {
                    if let Some(function) = site.function
                        && site.args.iter().any(|arg| mentions_param(&arg.value))
                        && self.may_read(site, &file.path)
                    {
                        self.learn(&facts.functions[function].name, &file.path, &mut wanted);
                    }
                }
            }
            if self.learned == before {
                break;
            }
        }
        for (_, file, facts) in all {
            self.answers(file, facts, &mut wanted);
        }
        for (_, file, facts) in all {
            self.receivers(facts, &mut wanted);
            for site in facts
                .sites
                .iter()
                .filter(|site| self.may_read(site, &file.path))
                .collect::<Vec<_>>()
            {
                self.declarations(site, &mut wanted);
            }
        }
        wanted
    }

    /// Functions and names that hand on what a flag says: who asks them decides by it.
    fn answers(&mut self, file: &File, facts: &CodeFacts, wanted: &mut Wanted) {
        if facts.answers.is_empty() {
            return;
        }
        let sites = facts.sites.iter().filter(|site| self.may_read(site, &file.path));
        let asked: FxHashSet<_> = sites.map(|site| site.range).collect();
        self.handed(facts, &asked, wanted);
        for answer in facts.answers.iter().filter(|answer| asked.contains(&answer.subject.range)) {
            let name = match &answer.giver {
                Giver::Function(at) => facts.functions[*at].name.as_str(),
                Giver::Constant(name) | Giver::Setting(name) | Giver::Member { name, .. } => name,
                Giver::Entry { of, .. } => of,
                Giver::Argument { .. } | Giver::Page { .. } => continue,
            };
            let last = name.rsplit('.').next().unwrap_or(name);
            let nature = Nature::of(last);
            let is_telling = nature.is_switch() || nature.is_variant() || nature.is_share();
            let compares = !answer.holding.is_same();
            if last.len() >= TELLING_NAME && (compares || is_telling) {
                self.learn(last, &file.path, wanted);
            } else if answer.is_number && last.len() >= TELLING_CONSTANT {
                let beside = wanted.common_calls.entry(last.to_owned()).or_default();
                beside.extend(self.draws.iter().cloned());
                beside.insert("% 100".to_owned());
            }
        }
    }

    fn may_read(&self, site: &Site, path: &str) -> bool {
        let rest = site.callee.rest.as_str();
        if site.callee.base == Base::Unknown || rest.is_empty() {
            return false;
        }
        if self.urls.iter().any(|url| site.args.iter().any(|arg| url.is_in(&arg.value))) {
            return true;
        }
        let plain = || rest.split('.').map(|segment| segment.trim_end_matches("()"));
        let of_package = || plain().next().is_some_and(|package| self.packages.contains(package));
        self.readers.contains(rest)
            || (site.callee.base == Base::Absolute && of_package())
            || plain().any(|segment| self.names.contains(segment))
            || plain()
                .filter_map(|segment| self.common.get(segment))
                .flatten()
                .any(|(beside, home)| home == path || plain().any(|segment| segment == beside))
    }

    /// Whether an item is a reader object, or a class of them: `env = environ.Env()`, `class Env(environ.Env)`.
    fn is_object(&self, kind: &ItemKind) -> bool {
        let is_reader = |path: &Path| {
            let package = path.rest.split(['.', '(']).next().unwrap_or_default();
            let large = || self.readers.iter().any(|reader| reader.starts_with(&path.rest));
            path.base == Base::Absolute
                && (self.packages.contains(package) || LARGE_PACKAGES.contains(&package) && large())
        };
        match kind {
            ItemKind::Value(Expr::Call(path, ..) | Expr::Path(path)) if is_reader(path) => true,
            ItemKind::Class(bases) => bases.iter().any(is_reader),
            ItemKind::Value(Expr::Call(path, ..)) => self.classes.contains(path.last()),
            _ => false,
        }
    }

    /// The same of a constant, whose capitals tell more than its length.
    pub(super) fn learn_constant(&mut self, name: &str, path: &str, wanted: &mut Wanted) {
        let last = name.rsplit('.').next().unwrap_or(name);
        let is_telling = last.len() >= TELLING_CONSTANT && !last.contains(char::is_lowercase);
        self.learn_from(name, path, if is_telling { last.len() } else { TELLING_NAME }, wanted);
    }

    pub(super) fn learn(&mut self, name: &str, path: &str, wanted: &mut Wanted) {
        self.learn_from(name, path, TELLING_NAME, wanted);
    }

    fn learn_from(&mut self, name: &str, path: &str, telling: usize, wanted: &mut Wanted) {
        let mut segments = name.rsplit('.');
        let last = segments.next().unwrap_or(name);
        if last.len() >= telling {
            if self.names.insert(last.to_owned()) {
                self.learned += 1;
                wanted.calls.push(last.to_owned());
            }
            return;
        }
        let stem = path.rsplit('/').map(|part| part.split('.').next().unwrap_or(part));
        let mut stem = stem
            .into_iter()
            .filter(|part| !matches!(*part, "lib" | "mod" | "main" | "__init__" | "src"));
        let beside = segments.next().or_else(|| stem.next()).unwrap_or_default().replace('-', "_");
        let known = self.common.entry(last.to_owned()).or_default();
        if known.insert((beside.clone(), path.to_owned())) {
            self.learned += 1;
            wanted.common_calls.entry(last.to_owned()).or_default().insert(beside);
        }
    }

    /// Functions and classes that are handed what keys are looked up in: `load(os.environ)`.
    fn receivers(&mut self, facts: &CodeFacts, wanted: &mut Wanted) {
        let is_handed = |value: &Expr| match value {
            Expr::Path(path) => path.base == Base::Absolute && self.readers.contains(&path.rest),
            _ => false,
        };
        let handed = facts.sites.iter().filter(|site| {
            site.callee.base != Base::Unknown && site.args.iter().any(|arg| is_handed(&arg.value))
        });
        let names: Vec<&str> = handed.map(|site| site.callee.last()).collect();
        for name in names {
            if self.declared.insert(name.to_owned()) {
                wanted.declarations.push(name.to_owned());
            }
        }
    }

    /// Names that a read needs to be understood: constants in its arguments, functions that get its answer.
    fn declarations(&mut self, site: &Site, wanted: &mut Wanted) {
        let mut ask = |name: &str| {
            if self.declared.insert(name.to_owned()) {
                wanted.declarations.push(name.to_owned());
            }
        };
        for arg in &site.args {
            names_in(&arg.value, &mut |path| {
                if path.base != Base::Unknown && is_constant_name(path.last()) {
                    ask(path.last());
                    // `Key::DbUrl`: the enum has what the constant is written as.
                    let outer = path.rest.rsplit('.').nth(1);
                    outer.filter(|outer| is_constant_name(outer)).map(&mut ask);
                }
            });
        }
        for step in &site.steps {
            if let Step::Passed { callee, .. } = step
                && callee.base != Base::Unknown
                && callee.last().len() >= TELLING_NAME
            {
                ask(callee.last());
            }
        }
    }
}

impl Wanted {
    /// Files that follow one of these members from a class are wanted.
    pub(super) fn members(&mut self, class: &str, members: impl Iterator<Item = String>) {
        self.users.insert(class.to_owned());
        self.open.extend(members);
    }

    pub(super) fn choose(&self, waiting: &[Pending<'_>]) -> Vec<bool> {
        let calls = words(&self.calls);
        let (common, beside): (Vec<_>, Vec<_>) = self.common_calls.iter().unzip();
        let common = words(&common);
        let declarations = words(&self.declarations);
        let users = words(&self.users.iter().collect::<Vec<_>>());
        let open = words(&self.open);
        let wants = |file: &File| {
            let text = &*file.text;
            let hits = |words: &Option<AhoCorasick>, fits: &dyn Fn(&Match) -> bool| {
                words.as_ref().is_some_and(|words| {
                    words
                        .find_iter(text)
                        .any(|hit| is_word(text, hit.start(), hit.end()) && fits(&hit))
                })
            };
            let named = |hit: &Match| {
                beside[hit.pattern().as_usize()].iter().any(|word| text.contains(word.as_str()))
            };
            let follows = |hit: &Match| text[..hit.start()].ends_with(['.', ':']);
            hits(&calls, &|_| true)
                || hits(&declarations, &|hit| declares(text, hit.start(), hit.end()))
                || hits(&common, &named)
                || hits(&users, &|_| true) && hits(&open, &follows)
        };
        waiting.par_iter().map(|(_, file, _)| wants(file)).collect()
    }
}

/// Finds whole words: of several that begin at one place the longest, so that none hides behind its own beginning.
fn words<W: AsRef<[u8]>>(words: &[W]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).ok()
}

fn mentions_param(value: &Expr) -> bool {
    match value {
        Expr::Param(_) => true,
        Expr::Join(many) | Expr::OneOf(many) | Expr::List(many) | Expr::Call(_, many, _) => {
            many.iter().any(mentions_param)
        }
        Expr::Keyword(_, inner) => mentions_param(inner),
        Expr::Element(inner) | Expr::Part(inner, _) | Expr::Method(inner, ..) => {
            mentions_param(inner)
        }
        _ => false,
    }
}

fn names_in(value: &Expr, each: &mut impl FnMut(&Path)) {
    match value {
        Expr::Path(path) => each(path),
        Expr::Join(many) | Expr::OneOf(many) | Expr::List(many) => {
            for one in many {
                names_in(one, each);
            }
        }
        Expr::Element(inner) | Expr::Part(inner, _) | Expr::Method(inner, ..) => {
            names_in(inner, each);
        }
        _ => {}
    }
}

/// Whether a name could be that of a constant that holds a key.
fn is_constant_name(name: &str) -> bool {
    name.len() > 2 && name.chars().any(|c| c.is_ascii_uppercase()) && !name.contains("()")
}

/// Whether a name is declared here: `NAME =`, `NAME: &str`, `def name`, `fn name`.
fn declares(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].trim_end_matches([' ', '\t']);
    let rest = text[end..].trim_start_matches([' ', '\t']);
    (rest.starts_with('=') && !rest.starts_with("=="))
        || (rest.starts_with(':') && !rest.starts_with("::"))
        || (before.len() < start && declaring(before))
}

/// Whether what stands before a name declares it: `def`, `fn`, `class`, `impl Default for`.
fn declaring(before: &str) -> bool {
    ["def", "fn", "class", "struct", "enum", "Default for", "type"]
        .iter()
        .any(|word| before.ends_with(word))
}
