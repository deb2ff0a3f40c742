//! From readers outward: which sites ask a reader, and through which functions of the project a name gets there.
//!
//! A function whose parameter flows into a reader is itself a reader; so is one whose parameter flows into that.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::documents::may_ask;
use super::evaluate::{Bound, CALLER, Given};
use super::instances::Instance;
use super::program::{Program, Target};
use crate::facts::code::{Arg, Expr, Form, Site};
use crate::lang::catalog::{Catalog, ReaderRow, Slot};

/// Wrappers of wrappers deeper than this are not followed.
const MAX_FRAMES: usize = 6;

/// What is not known, as a text.
const HOLE_TEXT: &str = "\u{1}";

/// More reads than this through one wrapper at one call say nothing.
const MAX_CHAINS: usize = 60_000;

/// One place in a chain: a file and a site of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Frame {
    pub(super) file: usize,
    pub(super) site: usize,
}

/// A reader asked at the innermost frame, and the calls that lead there.
#[derive(Clone, Debug)]
pub(super) struct Chain<'c> {
    /// The row of the reader.
    pub(super) row: &'c ReaderRow,
    /// Its qualified name.
    pub(super) reader: String,
    /// What leads to the entry that is asked.
    pub(super) way: Vec<String>,
    /// From the reader outward.
    pub(super) frames: Vec<Frame>,
    /// What parameters stand for in each frame but the outermost.
    pub(super) given: Vec<Option<Rc<Given>>>,
    /// The texts that the key can be.
    pub(super) keys: Vec<String>,
    /// The key's name as written: the argument in the outermost frame that leads to it.
    pub(super) written: Option<Bound>,
    /// The name went through another name on its way.
    pub(super) named: bool,
    /// What the instance that is asked says of the key.
    pub(super) instance: Option<Instance>,
}

impl Program<'_> {
    pub(super) fn site(&self, frame: Frame) -> &Site {
        let own = &self.files[frame.file].facts.sites;
        match own.get(frame.site) {
            Some(site) => site,
            None => &self.made_sites()[frame.file][frame.site - own.len()].0,
        }
    }

    /// The sites of a file, those that are made of members included.
    fn site_count(&self, file: usize) -> usize {
        self.files[file].facts.sites.len() + self.made_sites()[file].len()
    }

    /// Whether the function fills the object with something that is no file: `parser.read_string(upload)`.
    fn holds_other(&self, file: usize, site: &Site, row: &ReaderRow) -> bool {
        if row.unless.is_empty() || site.function.is_none() {
            return false;
        }
        let sites = &self.files[file].facts.sites;
        sites
            .iter()
            .filter(|other| other.function == site.function)
            .any(|other| row.unless.iter().any(|method| method == other.callee.last()))
    }

    /// `getattr(settings, "X")` asks the object that it is given.
    fn of_object(&self, file: usize, site: &Site, name: &str) -> String {
        let is_builtin = matches!(name, "getattr" | "hasattr");
        let object = site.args.first().filter(|_| is_builtin).map(|arg| &arg.value);
        match object {
            Some(Expr::Path(path)) => match self.resolve(file, path) {
                Target::External(object) => format!("{name}({object})"),
                _ => name.to_owned(),
            },
            _ => name.to_owned(),
        }
    }

    /// All chains: finished ones, and those that end in a function nobody calls.
    pub(super) fn chains<'c>(&self, catalogs: &'c [(&'static str, Catalog)]) -> Vec<Chain<'c>> {
        let mut direct = Vec::new();
        for file in 0..self.files.len() {
            let unit = &self.files[file];
            let Some((_, catalog)) = catalogs.iter().find(|(name, _)| *name == unit.lang.name)
            else {
                continue;
            };
            for at in 0..self.site_count(file) {
                let frame = Frame { file, site: at };
                let site = self.site(frame);
                let target = self.asked(frame);
                let name = match target {
                    Target::External(name) => Some(self.of_object(file, site, name)),
                    _ => None,
                };
                let row = name.as_deref().and_then(|name| row_of(catalog, name, site));
                if let Some((row, name)) = row.zip(name).filter(|(row, _)| row.document.is_none()) {
                    direct.push((row, name, Vec::new(), frame));
                } else if may_ask(site, target) {
                    for (name, told) in self.documents(frame) {
                        let found = catalog.entry(&name, site.form);
                        let found = found.filter(|(row, _)| {
                            row.document.is_some_and(|by| told.by(by))
                                && !self.holds_other(file, site, row)
                        });
                        direct.extend(found.map(|(row, way)| (row, name.clone(), way, frame)));
                    }
                }
            }
        }
        let mut finished = Vec::new();
        let mut open: Vec<Chain<'c>> = direct
            .into_iter()
            .filter_map(|(row, reader, way, frame)| self.first(row, reader, way, frame))
            .collect();
        let mut seen = FxHashSet::default();
        while let Some(chain) = open.pop() {
            if finished.len() > MAX_CHAINS {
                break;
            }
            if chain.keys.iter().any(|key| key.contains(CALLER)) {
                self.outward(&chain, &mut open, &mut finished, &mut seen);
            } else {
                finished.push(chain);
            }
        }
        self.without_ways(self.from_outside(finished))
    }

    /// Chains of rows whose keys the code may give itself, without those that it does give.
    fn from_outside<'c>(&self, mut chains: Vec<Chain<'c>>) -> Vec<Chain<'c>> {
        let mut assigned: FxHashMap<*const ReaderRow, FxHashSet<String>> = FxHashMap::default();
        for chain in &mut chains {
            let row = chain.row;
            if row.assigned_in.is_empty() && row.assigned_by.is_empty() {
                continue;
            }
            let own = assigned.entry(std::ptr::from_ref(row)).or_insert_with(|| self.assigned(row));
            chain.keys.retain(|key| !own.contains(key));
        }
        chains.retain(|chain| !chain.keys.is_empty());
        chains
    }

    /// A dictionary on the way to a key is no key of its own.
    fn without_ways<'c>(&self, mut chains: Vec<Chain<'c>>) -> Vec<Chain<'c>> {
        let mut ways = FxHashSet::default();
        for chain in chains.iter().filter(|chain| chain.row.document.is_some()) {
            for key in &chain.keys {
                ways.extend(key.match_indices('.').map(|(at, _)| key[..at].to_owned()));
            }
        }
        for chain in chains.iter_mut().filter(|chain| chain.row.document.is_some()) {
            chain.keys.retain(|key| !ways.contains(key));
        }
        chains.retain(|chain| !chain.keys.is_empty());
        chains
    }

    fn first<'c>(
        &self,
        row: &'c ReaderRow,
        reader: String,
        way: Vec<String>,
        frame: Frame,
    ) -> Option<Chain<'c>> {
        let site = self.site(frame);
        let mut chain = Chain {
            row,
            reader,
            way,
            frames: vec![frame],
            given: vec![None],
            keys: Vec::new(),
            written: None,
            named: false,
            instance: None,
        };
        if site.form == Form::Iterate || row.form == Form::Iterate {
            let prefix = site.args.iter().find(|arg| arg.name.as_deref() == Some("prefix"));
            let prefix = prefix
                .map(|arg| self.texts(&bound(arg, frame.file, None)))
                .and_then(|texts| texts.into_iter().next());
            chain.keys = vec![format!("{}{}", prefix.unwrap_or_default(), super::evaluate::HOLE)];
            return Some(chain);
        }
        if row.form == Form::Member {
            let depth = if row.members { chain.way.len() } else { 1 };
            chain.keys = chain.way.get(..depth).map(|way| way.join(".")).into_iter().collect();
            chain.way.clear();
            self.dress(&mut chain, frame.file, &[]);
        } else {
            self.name_key(&mut chain);
        }
        if self.asks_elsewhere(row, frame) {
            return None;
        }
        (!chain.keys.is_empty()).then_some(chain)
    }

    /// Fills in the keys of a chain from its outermost frame's arguments.
    fn name_key(&self, chain: &mut Chain<'_>) {
        let frame = chain.frames[0];
        let site = self.site(frame);
        let arg = slot(&chain.row.key, &site.args);
        if let Some(arg) = arg {
            let value = bound(arg, frame.file, chain.given[0].clone());
            chain.keys = self.texts(&value);
            if chain.row.key.rest {
                let from = chain.row.key.position.unwrap_or_default();
                let all = site.args.iter().filter(|arg| arg.name.is_none()).skip(from);
                let given = chain.given[0].clone();
                chain.keys = all
                    .flat_map(|arg| self.texts(&bound(arg, frame.file, given.clone())))
                    .collect();
            }
            let list = matches!(value.expr, Expr::List(_));
            if list {
                chain.keys = self.list_texts(&value);
            }
            // `env=dj_database_url.DEFAULT_ENV` is the reader's own name for its fixed key.
            if let (Some(fixed), Expr::Path(path)) = (&chain.row.fixed, &value.expr)
                && let Target::External(name) = self.resolve(value.file, path)
                && name.split('.').next() == chain.reader.split('.').next()
            {
                chain.keys = vec![fixed.clone()];
            }
            self.dress(chain, frame.file, &site.args);
            chain.written = Some(value);
            chain.named = arg.named;
            self.ask_instance(chain);
            return;
        }
        if chain.row.of_instance.position.is_some() {
            self.name_by_instance(chain);
        } else if let Some(fixed) = &chain.row.fixed {
            chain.keys = vec![fixed.clone()];
        } else if chain.row.derive
            && let Some(field) = &site.field
            && site.args.iter().any(|arg| arg.name.is_none() && is_bare_env(arg))
        {
            chain.keys = vec![heck::ToShoutySnakeCase::to_shouty_snake_case(field.name.as_str())];
        }
    }

    /// Whether the object was made to ask something else: `Config(environ={…})`.
    fn asks_elsewhere(&self, row: &ReaderRow, frame: Frame) -> bool {
        let reader = &self.site(frame).callee.rest;
        if row.unless_called.iter().any(|call| reader.contains(&format!(".{call}()"))) {
            return true;
        }
        if row.unless_made_with.is_empty() {
            return false;
        }
        let made = self.made(frame.file, &self.site(frame).callee);
        made.is_some_and(|made| {
            made.args.iter().any(|arg| match arg {
                Expr::Keyword(name, _) => row.unless_made_with.contains(name),
                _ => false,
            })
        })
    }

    /// What stands before the key: the entries that lead to it, the section that it is in.
    fn dress(&self, chain: &mut Chain<'_>, file: usize, args: &[Arg]) {
        let row = chain.row;
        chain
            .keys
            .retain(|key| !row.skip.iter().any(|glob| crate::model::glob::matches(glob, key)));
        let mut before = chain.way.clone();
        if let Some(section) = slot(&chain.row.section, args) {
            match &self.texts(&bound(section, file, chain.given[0].clone()))[..] {
                [one] => before.push(one.clone()),
                _ => before.push(super::evaluate::HOLE.to_string()),
            }
        }
        for key in &mut chain.keys {
            if row.lower {
                *key = key.to_lowercase();
            }
            if row.upper {
                *key = key.to_uppercase();
            }
            if let Some(text) = &row.before {
                key.insert_str(0, text);
            }
            key.extend(row.behind.as_deref());
            if !before.is_empty() {
                *key = format!("{}.{key}", before.join("."));
            }
        }
    }

    /// The object itself was made for one key.
    fn name_by_instance(&self, chain: &mut Chain<'_>) {
        let frame = chain.frames[0];
        let Some(made) = self.made(frame.file, &self.site(frame).callee) else { return };
        let named = made.args.iter().find_map(|arg| match arg {
            Expr::Keyword(name, value) if chain.row.of_instance.keywords.contains(name) => {
                Some(&**value)
            }
            _ => None,
        });
        let mut positional = made.args.iter().filter(|arg| !matches!(arg, Expr::Keyword(..)));
        let place = chain.row.of_instance.position.unwrap_or_default();
        let Some(value) = named.or_else(|| positional.nth(place)) else { return };
        let range = self.site(frame).range;
        let value = Bound { expr: value.clone(), file: made.file, range, given: None };
        chain.keys = self.texts(&value);
        chain.named = true;
    }

    /// Lets the instance behind the reader put its prefix before the keys.
    fn ask_instance(&self, chain: &mut Chain<'_>) {
        let first = chain.keys.first().map(String::as_str).unwrap_or_default();
        let instance = self.instance(chain.row, &chain.reader, chain.frames[0], first);
        if let Some(prefix) = instance.as_ref().map(|one| &one.prefix).filter(|p| !p.is_empty()) {
            for key in &mut chain.keys {
                key.insert_str(0, prefix);
            }
        }
        chain.instance = instance;
    }

    /// The calls of the function that the outermost frame stands in.
    fn outward<'c>(
        &self,
        chain: &Chain<'c>,
        open: &mut Vec<Chain<'c>>,
        finished: &mut Vec<Chain<'c>>,
        seen: &mut FxHashSet<Vec<Frame>>,
    ) {
        let outermost = chain.frames[chain.frames.len() - 1];
        let Some(function) = self.site(outermost).function else {
            finished.push(chain.clone());
            return;
        };
        let own = (outermost.file, function);
        // A circle of calls is gone through once: what comes around again names no other key.
        let outside = self.callers(outermost.file, function).iter().filter(|caller| {
            let Some(around) = self.site(**caller).function else { return true };
            let around = (caller.file, around);
            let passed = |frame: &Frame| {
                self.site(*frame).function.is_some_and(|function| (frame.file, function) == around)
            };
            !(self.in_one_circle(own, around) && chain.frames.iter().any(passed))
        });
        let callers: Vec<_> = outside.copied().collect();
        if callers.is_empty() || chain.frames.len() >= MAX_FRAMES {
            finished.push(chain.clone());
            return;
        }
        // Where a caller tells nothing of the name, the name is written here.
        let known: Vec<String> =
            chain.keys.iter().map(|key| key.replace(CALLER, HOLE_TEXT)).collect();
        let (mut stays, says_nothing) = (false, |keys: &[String]| {
            keys.iter().all(|key| known.contains(key) && key.contains(HOLE_TEXT))
        });
        for caller in callers {
            let mut next = chain.clone();
            next.frames.push(caller);
            if !seen.insert(next.frames.clone()) {
                continue;
            }
            self.rebind(&mut next);
            if says_nothing(&next.keys) {
                stays = true;
            } else {
                open.push(next);
            }
        }
        if stays {
            finished.push(chain.clone());
        }
    }

    /// Binds parameters from the outermost call inward, and names the key anew.
    fn rebind(&self, chain: &mut Chain<'_>) {
        let count = chain.frames.len();
        chain.given = vec![None; count];
        for at in (0..count - 1).rev() {
            let (inner, outer) = (chain.frames[at], chain.frames[at + 1]);
            let Some(function) = self.site(inner).function else { continue };
            let params = &self.files[inner.file].facts.functions[function].params;
            let outer_given = chain.given[at + 1].clone();
            chain.given[at] = Some(Given::bind(
                params,
                inner.file,
                &self.site(outer).args,
                outer.file,
                outer_given.as_ref(),
            ));
        }
        self.name_key(chain);
    }

    fn list_texts(&self, value: &Bound) -> Vec<String> {
        let Expr::List(many) = &value.expr else { return Vec::new() };
        many.iter()
            .flat_map(|one| self.texts(&Bound { expr: one.clone(), ..value.clone() }))
            .collect()
    }
}

fn row_of<'c>(catalog: &'c Catalog, name: &str, site: &Site) -> Option<&'c ReaderRow> {
    let row = catalog.get(name, site.form);
    let all_entries =
        || (site.form == Form::Call).then(|| catalog.get(name, Form::Iterate)).flatten();
    row.or_else(|| {
        all_entries().filter(|_| site.args.iter().all(|arg| arg.name.as_deref() == Some("prefix")))
    })
}

fn is_bare_env(arg: &Arg) -> bool {
    matches!(&arg.value, Expr::Path(path) if path.rest.rsplit('.').next() == Some("env"))
}

/// An argument as a value of the frame that it is written in.
pub(super) fn bound(arg: &Arg, file: usize, given: Option<Rc<Given>>) -> Bound {
    Bound { expr: arg.value.clone(), file, range: arg.range, given }
}

/// The argument in a slot: by keyword, else by position among those without one.
pub(super) fn slot<'s>(slot: &Slot, args: &'s [Arg]) -> Option<&'s Arg> {
    let keyword =
        args.iter().find(|arg| arg.name.as_ref().is_some_and(|name| slot.keywords.contains(name)));
    keyword.or_else(|| {
        let position = slot.position?;
        args.iter().filter(|arg| arg.name.is_none()).nth(position)
    })
}
