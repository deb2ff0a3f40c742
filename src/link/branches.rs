//! What reads decide: conditions joined with the reads that stand in them, also through functions that give the answer
//! on.
//!
//! A read that is one part of a condition says of half of it only; what cannot be told is left out.

mod entries;
mod fields;
mod handed;
mod pages;

use fields::holder;
pub(super) use fields::{of_fields, of_uses};
use pages::Pages;

use rustc_hash::{FxHashMap, FxHashSet};

use super::chains::Chain;
use super::program::{Program, Target, is_settings_module};
use super::templates::Entries;
use crate::facts::Templates;
use crate::facts::code::Base;
use crate::facts::decision::{Answer, Decision, Giver, Holding, Subject};
use crate::model::{Branch, Condition, Inventory, KeyId, KeyRef, Passage, Read, ReadId, ValueType};
use crate::text::{FileId, Span, TextRange};

/// Functions that hand an answer on further than this are not followed.
const MAX_HOPS: usize = 4;

/// More places that ask for one answer say nothing new.
const MAX_PLACES: usize = 2_000;

/// A place that a file has, and how what is asked there stands to the flag.
type Asked = (usize, TextRange, Holding);

/// A place that is still to be looked at: whether a number stands there, how far it may be followed, what was handed the answer.
type Open = (Asked, bool, usize, Vec<Passage>);

/// A piece of code that runs by a read: still by the span of the read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) read: Span,
    whole: Span,
    pub(super) equals: Vec<String>,
    pub(super) of_share: bool,
    on: Option<Span>,
    off: Option<Span>,
    /// Nothing but the read decides.
    is_alone: bool,
    /// Both ways do the same.
    is_vain: bool,
    /// What is handed the answer on the way.
    pub(super) through: Vec<Passage>,
    /// It is a part of a template: who gives that what decides.
    page: Option<pages::Given>,
}

impl Found {
    /// A part of a template, with what runs where the flag is on and where it is off.
    pub(super) fn of_template(
        read: Span,
        whole: Span,
        (on, off): (Option<Span>, Option<Span>),
    ) -> Self {
        let (equals, through) = (Vec::new(), Vec::new());
        Self {
            read,
            whole,
            equals,
            of_share: false,
            on,
            off,
            is_alone: false,
            is_vain: false,
            through,
            page: None,
        }
    }

    /// What runs where the key says so, and what runs elsewhere; nothing where others may call what it is handed to.
    pub(super) fn sides(&self) -> impl Iterator<Item = Span> + use<> {
        let is_known = self.through.is_empty();
        [self.on, self.off].into_iter().flatten().filter(move |_| is_known)
    }

    /// The same, each with what must be so there.
    pub(super) fn gates(&self) -> impl Iterator<Item = Gate> {
        let gate = |side: Option<Span>, must_hold| {
            let (at, equals) = (self.whole.range.start, self.equals.clone());
            let condition = Condition { read: self.read, equals, must_hold };
            side.map(|side| Gate { side, at, condition, is_alone: self.is_alone })
        };
        let is_known = self.through.is_empty();
        [gate(self.on, true), gate(self.off, false)].into_iter().flatten().filter(move |_| is_known)
    }
}

/// A piece of code that runs only under a condition.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    pub(super) side: Span,
    /// Where the fork begins of which it is one way.
    pub(super) at: u32,
    pub(super) condition: Condition,
    /// The condition decides alone.
    pub(super) is_alone: bool,
}

/// What decides in the files of a program, by place, and what functions give by that.
pub(super) struct Deciding<'p, 'a> {
    program: &'p Program<'a>,
    decisions: FxHashMap<(usize, TextRange), Vec<usize>>,
    answers: FxHashMap<(usize, TextRange), Vec<usize>>,
    /// The calls and names that decide, by their last name.
    by_name: FxHashMap<&'p str, Vec<(usize, &'p Subject)>>,
    /// What templates run by settings.
    entries: Entries,
    /// The pages that code makes.
    pages: Pages<'p>,
    /// The parameters that decide, by file.
    params: FxHashMap<usize, Vec<&'p Subject>>,
}

impl<'p, 'a> Deciding<'p, 'a> {
    pub(super) fn new(program: &'p Program<'a>, templates: &'p Templates) -> Self {
        let mut found = Self {
            program,
            decisions: FxHashMap::default(),
            answers: FxHashMap::default(),
            by_name: FxHashMap::default(),
            entries: Entries::of(&templates.asked),
            pages: Pages::of(program, &templates.pages),
            params: FxHashMap::default(),
        };
        let mut seen = FxHashSet::default();
        for (file, unit) in program.files.iter().enumerate() {
            for (at, one) in unit.facts.decisions.iter().enumerate() {
                found.decisions.entry((file, one.subject.range)).or_default().push(at);
            }
            for (at, one) in unit.facts.answers.iter().enumerate() {
                found.answers.entry((file, one.subject.range)).or_default().push(at);
            }
            let subjects = unit.facts.decisions.iter().map(|one| &one.subject);
            for subject in subjects.chain(unit.facts.answers.iter().map(|one| &one.subject)) {
                let Some(path) = &subject.path else { continue };
                if !seen.insert((file, subject.range)) {
                    continue;
                }
                if matches!(path.base, Base::Param(_)) && path.rest.is_empty() {
                    found.params.entry(file).or_default().push(subject);
                } else {
                    found.by_name.entry(path.last()).or_default().push((file, subject));
                }
            }
        }
        found
    }

    /// How the answer of a chain stands to the flag where user code names it; `None` where a wrapper does more than give
    /// it back.
    fn turn(&self, chain: &Chain<'_>) -> Option<Holding> {
        let mut holding = if chain.inverted { Holding::opposite() } else { Holding::same() };
        for frame in chain.frames.iter().rev().skip(1).rev() {
            let site = self.program.site(*frame);
            let answers = self.answers.get(&(frame.file, site.range))?;
            let facts = self.program.files[frame.file].facts;
            let own = |at: &&usize| match (&facts.answers[**at].giver, site.function) {
                (Giver::Function(giver), Some(function)) => *giver == function,
                _ => false,
            };
            let answer = &facts.answers[*answers.iter().find(own)?];
            holding = holding.then(&answer.holding)?;
        }
        Some(holding)
    }

    /// What runs by the read of a chain. Where its value is parsed to a yes or a no on the way, the answer is that.
    pub(super) fn follow_chain(&self, chain: &Chain<'_>, read: &Read, out: &mut Vec<Found>) {
        // Where an object that keeps the name is made, nothing is asked yet.
        if chain.kept_by.is_some() {
            return;
        }
        let file = chain.frames[chain.frames.len() - 1].file;
        let parsed = || {
            let holding = if chain.inverted { Holding::opposite() } else { Holding::same() };
            matches!(read.expects, ValueType::Bool(_)).then_some(holding)
        };
        // A wrapper that does more than give the answer back may give a number.
        let turn = self.turn(chain).or_else(parsed);
        let is_number = turn.is_none();
        let place = (file, read.span.range, turn.unwrap_or_else(Holding::same));
        self.follow_from(read.span, place, is_number, out);
    }

    /// What runs by the read at `read`, which stands at that range of a file.
    pub(super) fn follow_place(
        &self,
        read: Span,
        file: usize,
        range: TextRange,
        out: &mut Vec<Found>,
    ) {
        self.follow(read, (file, range, Holding::same()), out);
    }

    /// What runs by the read at `read`, whose answer stands at `place`.
    fn follow(&self, read: Span, place: Asked, out: &mut Vec<Found>) {
        self.follow_from(read, place, false, out);
    }

    fn follow_from(&self, read: Span, place: Asked, is_number: bool, out: &mut Vec<Found>) {
        let mut open: Vec<Open> = vec![(place, is_number, MAX_HOPS, Vec::new())];
        let mut seen = FxHashSet::default();
        while let Some((place, is_number, hops, through)) = open.pop() {
            let (file, range, holding) = &place;
            let is_new = seen.insert((*file, *range, is_number, through.clone()));
            if !is_new || seen.len() > MAX_PLACES {
                continue;
            }
            let facts = self.program.files[*file].facts;
            for at in self.decisions.get(&(*file, *range)).into_iter().flatten() {
                let decision = &facts.decisions[*at];
                if !is_number || decision.holding.of_share {
                    let found = self.found(read, *file, decision, holding);
                    out.extend(found.map(|one| Found { through: through.clone(), ..one }));
                }
            }
            let Some(hops) = hops.checked_sub(1) else { continue };
            for at in self.answers.get(&(*file, *range)).into_iter().flatten() {
                let answer = &facts.answers[*at];
                let Some(given) = holding.then(&answer.holding) else { continue };
                let is_number = is_number || answer.is_number;
                self.in_templates(read, *file, answer, &given, out);
                self.in_pages(read, *file, answer, &given, out);
                for (file, range) in self.askers(*file, answer) {
                    open.push(((file, range, given.clone()), is_number, hops, through.clone()));
                }
                let handed = self.handed(*file, answer, &given, is_number);
                for (passage, (file, range)) in handed {
                    let through = through.iter().cloned().chain(passage).collect();
                    open.push(((file, range, given.clone()), is_number, hops, through));
                }
            }
        }
    }

    /// The places that ask for what hands an answer on.
    fn askers(&self, file: usize, answer: &Answer) -> Vec<(usize, TextRange)> {
        match &answer.giver {
            Giver::Function(function) => self.callers(file, *function),
            Giver::Constant(name) => {
                let mut all = self.users(file, name);
                all.extend(self.of_mapping(file, name));
                all
            }
            Giver::Setting(name) => self.of_mapping(file, name),
            Giver::Member { class, name } => self.of_member(file, class, name),
            Giver::Entry { of, key } => self.of_entry(file, of, key),
            Giver::Argument { .. } | Giver::Page { .. } => Vec::new(),
        }
    }

    fn found(
        &self,
        read: Span,
        file: usize,
        decision: &Decision,
        holding: &Holding,
    ) -> Option<Found> {
        Self::found_in(read, self.program.files[file].id, decision, holding)
    }

    fn found_in(read: Span, id: FileId, decision: &Decision, holding: &Holding) -> Option<Found> {
        let holding = holding.then(&decision.holding)?;
        if holding.on.is_none() && holding.off.is_none() {
            return None;
        }
        let span = |range: TextRange| Span::new(id, range);
        Some(Found {
            read,
            whole: span(decision.whole),
            on: decision.on(&holding).map(span),
            off: decision.off(&holding).map(span),
            is_alone: holding.on.is_some() && holding.off.is_some(),
            is_vain: decision.is_vain,
            equals: holding.equals,
            of_share: holding.of_share,
            through: Vec::new(),
            page: None,
        })
    }

    /// The places of other files that let a name at the top of a file decide.
    fn users(&self, file: usize, name: &str) -> Vec<(usize, TextRange)> {
        let using = self.by_name.get(name).into_iter().flatten();
        let is_settings = is_settings_module(self.program.files[file].path);
        let uses = |(at, subject): &&(usize, &Subject)| {
            let path = subject.path.as_ref().filter(|_| *at != file);
            path.is_some_and(|path| {
                self.program.value_at_top(*at, path) == Some((file, name.to_owned()))
                    || is_settings && self.is_of_settings(*at, path)
            })
        };
        using.filter(uses).map(|(at, subject)| (*at, subject.range)).collect()
    }

    /// The places that ask an object of a class for a member: `config.sells_rye`.
    fn of_member(&self, file: usize, class: &str, name: &str) -> Vec<(usize, TextRange)> {
        let Some(class) = self.program.files[file].classes.get(class) else { return Vec::new() };
        let class = (file, *class);
        let asking = self.by_name.get(name).into_iter().flatten();
        let asks = |(at, subject): &&(usize, &Subject)| {
            let path = subject.path.as_ref();
            path.and_then(|path| holder(self.program, *at, path))
                .is_some_and(|of| of == class || self.program.ancestors(of).contains(&class))
        };
        asking.filter(asks).map(|(at, subject)| (*at, subject.range)).collect()
    }

    /// The places that ask a function and let its answer decide.
    fn callers(&self, file: usize, function: usize) -> Vec<(usize, TextRange)> {
        let name = &self.program.files[file].facts.functions[function].name;
        let last = name.rsplit('.').next().unwrap_or(name);
        let asking = self.by_name.get(last).into_iter().flatten();
        let asks = |(at, subject): &&(usize, &Subject)| {
            let path = subject.path.as_ref();
            path.is_some_and(|path| {
                self.program.resolve(*at, path) == Target::Function(file, function)
            })
        };
        asking.filter(asks).map(|(at, subject)| (*at, subject.range)).collect()
    }
}

/// Puts what was found into the inventory, with the ids of the reads, whose order is that of their spans.
pub(super) fn add(inventory: &mut Inventory, mut found: Vec<Found>) {
    pages::settle(inventory, &mut found);
    found.sort();
    found.dedup();
    let mut by_place: FxHashMap<Span, Vec<usize>> = FxHashMap::default();
    for (at, read) in inventory.reads.iter().enumerate().filter(|(_, read)| !read.is_echo) {
        by_place.entry(read.span).or_default().push(at);
        if read.key_span != read.span {
            by_place.entry(read.key_span).or_default().push(at);
        }
    }
    let mut branches = Vec::new();
    for one in found {
        for at in by_place.get(&one.read).into_iter().flatten() {
            branches.push(Branch {
                read: ReadId::at(*at),
                span: one.whole,
                equals: one.equals.clone(),
                on: one.on,
                off: one.off,
                is_vain: one.is_vain,
                through: one.through.clone(),
            });
        }
    }
    branches.sort_by(|one, two| {
        let key = |it: &Branch| (it.read, it.span, it.equals.clone(), it.through.clone());
        key(one).cmp(&key(two))
    });
    branches.dedup();
    // What a comment calls a flag is one whatever its name.
    let noted: FxHashSet<KeyId> = inventory.flag_notes.iter().map(|note| note.key).collect();
    let is_noted = |read: &Read| matches!(read.key, KeyRef::Exact(key) if noted.contains(&key));
    branches.retain(|branch| {
        let read = inventory.read(branch.read);
        // What is compared with a draw may decide nothing that is seen here. A percentage that code compares with a text or a
        // number of its own decides over something else.
        let runs = branch.on.is_some() || branch.off.is_some();
        (read.flag || is_noted(read)) && (!read.as_share || branch.equals.is_empty() && runs)
    });
    inventory.branches = branches;
}
