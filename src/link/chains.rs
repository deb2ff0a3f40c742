//! From readers outward: which sites ask a reader, and through which functions of the project a name gets there.
//!
//! A function whose parameter flows into a reader is itself a reader; so is one whose parameter flows into that.

mod carried;
pub(super) mod flagged;
mod kept;
mod loading;
mod naming;
mod placeholders;
mod unwrapped;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use unwrapped::unwrapped;

use super::documents::{Telling, may_ask};
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
    /// The answer says yes where the flag is off.
    pub(super) inverted: bool,
    /// The constructor that was handed the name, where the object that asks keeps it: file and function.
    pub(super) kept_by: Option<(usize, usize)>,
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

    /// All chains: finished ones, and those that end in a function nobody calls.
    pub(super) fn chains<'c>(&self, catalogs: &'c [(&'static str, Catalog)]) -> Vec<Chain<'c>> {
        let mut direct = Vec::new();
        for file in 0..self.files.len() {
            let unit = &self.files[file];
            let Some((_, catalog)) = catalogs.iter().find(|(name, _)| *name == unit.lang.name)
            else {
                continue;
            };
            let handed: FxHashSet<&str> = catalog.handed().collect();
            for at in 0..self.site_count(file) {
                let frame = Frame { file, site: at };
                let site = self.site(frame);
                let target = self.asked(frame);
                let name = self.reader_asked(catalog, file, site, target);
                let row = name.as_deref().and_then(|name| row_of(catalog, name, site));
                let keyed =
                    catalog.by_keyword().filter(|row| self.keyed(row, frame, None).is_some());
                for row in keyed {
                    let name = row.reader.all().first().cloned().unwrap_or_default();
                    direct.push((row, name, Vec::new(), frame));
                }
                let asks_none = |row: &ReaderRow| {
                    row.loads.is_some()
                        || row.writes.is_some()
                        || self.names_own_entry(catalog, row, frame)
                };
                if row.is_some_and(asks_none) {
                    continue;
                }
                if let Some((row, name)) = row.zip(name).filter(|(row, _)| row.document.is_none()) {
                    direct.push((row, name, Vec::new(), frame));
                } else if may_ask(site, target)
                    || handed.contains(site.callee.last())
                    || self.looks_up_in_own(file, site)
                {
                    let found = self.entries(catalog, frame).into_iter();
                    direct.extend(found.map(|(row, name, way)| (row, name, way, frame)));
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
        without_ways(self.without_assigned(self.flagged(finished, catalogs)))
    }

    /// The name of the reader that a site asks, where that is of a library.
    fn reader_asked(
        &self,
        catalog: &Catalog,
        file: usize,
        site: &Site,
        target: &Target,
    ) -> Option<String> {
        let Target::External(name) = target else { return None };
        let name = self.of_object(file, site, name);
        let name = self.carried(catalog, file, site, name);
        Some(unwrapped(catalog, self.handlers(file), site, name))
    }

    /// The rows that answer for what a site asks of a mapping or a file of settings that it was handed.
    fn entries<'c>(
        &self,
        catalog: &'c Catalog,
        frame: Frame,
    ) -> Vec<(&'c ReaderRow, String, Vec<String>)> {
        let site = self.site(frame);
        let of_name = |(name, told): (String, Telling)| {
            if let Some(row) = row_of(catalog, &name, site).filter(|row| row.is_handed()) {
                return Some((row, name, Vec::new()));
            }
            let (row, way) = catalog.entry(&name, site.form)?;
            let counts = row.document.is_some_and(|by| told.by(by));
            (counts && !self.holds_other(frame.file, site, row)).then_some((row, name, way))
        };
        self.documents(frame).into_iter().filter_map(of_name).collect()
    }

    /// Chains of rows whose keys the code may give itself, without those that it does give.
    fn without_assigned<'c>(&self, mut chains: Vec<Chain<'c>>) -> Vec<Chain<'c>> {
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
            inverted: row.inverted,
            kept_by: None,
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

    /// The calls of the function that the outermost frame stands in.
    fn outward<'c>(
        &self,
        chain: &Chain<'c>,
        open: &mut Vec<Chain<'c>>,
        finished: &mut Vec<Chain<'c>>,
        seen: &mut FxHashSet<Vec<Frame>>,
    ) {
        let outermost = chain.frames[chain.frames.len() - 1];
        let keeps = self.keeper(chain);
        let (own, handing) = match (keeps, self.site(outermost).function) {
            (Some((class, constructor)), _) => (constructor, self.makers(class)),
            (None, Some(function)) => {
                let own = (outermost.file, function);
                (own, self.callers(own.0, own.1).to_vec())
            }
            (None, None) => {
                finished.push(chain.clone());
                return;
            }
        };
        // A circle of calls is gone through once: what comes around again names no other key.
        let outside = handing.iter().filter(|caller| {
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
            next.kept_by = next.kept_by.or(keeps.map(|(_, constructor)| constructor));
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
            let kept = chain.kept_by.filter(|_| at == 0);
            let own = self.site(inner).function.map(|function| (inner.file, function));
            let Some((file, function)) = kept.or(own) else { continue };
            let params = &self.files[file].facts.functions[function].params;
            let outer_given = chain.given[at + 1].clone();
            let args = &self.site(outer).args;
            let given = Given::bind(params, file, args, outer.file, outer_given.as_ref());
            chain.given[at] = Some(if kept.is_some() { given.of_object() } else { given });
        }
        self.name_key(chain);
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

/// A dictionary on the way to a key is no key of its own.
fn without_ways(mut chains: Vec<Chain<'_>>) -> Vec<Chain<'_>> {
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
