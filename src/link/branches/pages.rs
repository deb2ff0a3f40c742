//! What templates run by names that code gives to pages: `render(request, "till.html", {"sells_rye": answer})`.
//!
//! A template is told of where every place that names it, or a template that leads to it, gives it that name by the same flag:
//! what another page gives it runs by that.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Deciding, Found};
use crate::facts::decision::{Answer, Giver, Holding, Renders};
use crate::facts::{Lead, Page};
use crate::link::program::{ClassId, Program, Target};
use crate::model::{Inventory, KeyRef};
use crate::reads::templates::asked_name;
use crate::text::{Span, TextRange};

/// The place that gives a template a name, and all that must give it that.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::link) struct Given {
    by: Span,
    all: Rc<[Span]>,
}

/// All that must give a template a name; none where a template that leads to it gives it another.
type Needed = Option<Rc<[Span]>>;

/// Templates that lead to more than these, or that more lead to, are not told of.
const MOST: usize = 300;

/// The pages of a program.
#[derive(Debug, Default)]
pub(in crate::link) struct Pages<'a> {
    by_name: FxHashMap<&'a str, &'a Page>,
    /// The templates that lead to one, with how.
    before: FxHashMap<&'a str, Vec<(&'a str, &'a Lead)>>,
    /// The pages of classes and of those that they are made of.
    of_classes: FxHashMap<ClassId, Vec<(&'a str, Span)>>,
    /// What must give a template a name, as far as it was asked.
    known: RefCell<FxHashMap<(String, String), Needed>>,
}

impl<'a> Pages<'a> {
    pub(in crate::link) fn of(program: &'a Program<'_>, pages: &'a [Page]) -> Self {
        let mut found = Self::default();
        if pages.is_empty() {
            return found;
        }
        for page in pages {
            found.by_name.insert(&page.name, page);
            for lead in &page.facts.leads {
                found.before.entry(&lead.to).or_default().push((&page.name, lead));
            }
        }
        for (file, unit) in program.files.iter().enumerate() {
            for (class, page, written) in &unit.facts.pages {
                let Some(class) = unit.classes.get(class.as_str()) else { continue };
                let own = (file, *class);
                for class in std::iter::once(own).chain(program.ancestors(own)) {
                    let place = (asked_name(page), Span::new(unit.id, *written));
                    found.of_classes.entry(class).or_default().push(place);
                }
            }
        }
        found
    }

    /// The templates that a page leads to with this name, itself among them.
    fn behind(&self, page: &'a str, name: &str) -> BTreeSet<&'a str> {
        let (mut open, mut seen) = (vec![page], BTreeSet::new());
        while let Some(at) = open.pop() {
            let Some(one) = self.by_name.get(at).filter(|one| keeps(one, name)) else { continue };
            if seen.len() < MOST && seen.insert(one.name.as_str()) {
                let leads = one.facts.leads.iter().filter(|lead| hands_on(lead, name));
                open.extend(leads.map(|lead| lead.to.as_str()));
            }
        }
        seen
    }

    /// All places of code that must give a template this name; `None` where a template that leads to it gives it another.
    fn needed(&self, template: &'a str, name: &str) -> Option<Rc<[Span]>> {
        let asked = (template.to_owned(), name.to_owned());
        if let Some(known) = self.known.borrow().get(&asked) {
            return known.clone();
        }
        let found = self.find_needed(template, name).map(Rc::from);
        self.known.borrow_mut().insert(asked, found.clone());
        found
    }

    fn find_needed(&self, template: &'a str, name: &str) -> Option<Vec<Span>> {
        let (mut open, mut seen) = (vec![template], FxHashSet::default());
        let mut all = BTreeSet::new();
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            if seen.len() > MOST {
                return None;
            }
            let page = self.by_name.get(at).filter(|page| keeps(page, name))?;
            all.extend(page.named.iter().copied());
            for (before, lead) in self.before.get(at).into_iter().flatten() {
                if !hands_on(lead, name) {
                    return None;
                }
                open.push(before);
            }
        }
        Some(all.into_iter().collect())
    }
}

/// Whether a name means in all of a template what it was given.
fn keeps(page: &Page, name: &str) -> bool {
    !page.facts.bound.iter().any(|bound| bound == name)
}

fn hands_on(lead: &Lead, name: &str) -> bool {
    !lead.is_closed && !lead.bound.iter().any(|bound| bound == name)
}

impl Deciding<'_, '_> {
    /// What templates run by a name that code gives to a page.
    pub(super) fn in_pages(
        &self,
        read: Span,
        file: usize,
        answer: &Answer,
        given: &Holding,
        out: &mut Vec<Found>,
    ) {
        let Giver::Page { by, name } = &answer.giver else { return };
        for (page, written) in self.pages_of(file, by) {
            for template in self.pages.behind(page, name) {
                let page = self.pages.by_name[template];
                let decisions = page.facts.decisions.iter().filter(|(asked, _)| asked == name);
                let mut decisions = decisions.peekable();
                let (Some(id), true) = (page.file, decisions.peek().is_some()) else { continue };
                let Some(all) = self.pages.needed(template, name) else { continue };
                for (_, decision) in decisions {
                    let found = Self::found_in(read, id, decision, given);
                    let page = Some(Given { by: written, all: all.clone() });
                    out.extend(found.map(|one| Found { page, ..one }));
                }
            }
        }
    }

    /// The pages that are given a name, each with where code names it.
    fn pages_of<'s>(&'s self, file: usize, by: &'s Renders) -> Vec<(&'s str, Span)> {
        let unit = &self.program.files[file];
        match by {
            Renders::Call { callee, page, written } => {
                let handlers = self.program.handlers(file);
                let Target::External(name) = self.program.resolve(file, callee) else {
                    return Vec::new();
                };
                let is_known = handlers.is_some_and(|handlers| handlers.pages.contains(&name));
                let page = asked_name(page);
                is_known.then(|| (page, Span::new(unit.id, *written))).into_iter().collect()
            }
            Renders::Class(class) => {
                let class = unit.classes.get(class.as_str());
                let pages = class.and_then(|class| self.pages.of_classes.get(&(file, *class)));
                pages.cloned().unwrap_or_default()
            }
        }
    }
}

/// Drops what templates run by names that other places may give them.
pub(super) fn settle(inventory: &Inventory, found: &mut Vec<Found>) {
    let reads = inventory.reads.iter().filter_map(|read| match read.key {
        KeyRef::Exact(key) => Some((read, key)),
        KeyRef::Pattern { .. } => None,
    });
    if found.iter().all(|one| one.page.is_none()) {
        return;
    }
    let mut keys = FxHashMap::default();
    for (read, key) in reads.filter(|(read, _)| !read.is_echo) {
        keys.insert(read.span, key);
        keys.entry(read.key_span).or_insert(key);
    }
    let group =
        |one: &Found| Some((*keys.get(&one.read)?, one.whole, one.on, one.off, one.equals.clone()));
    let mut given: FxHashMap<_, BTreeSet<Span>> = FxHashMap::default();
    for one in found.iter() {
        if let (Some(page), Some(group)) = (&one.page, group(one)) {
            given.entry(group).or_default().insert(page.by);
        }
    }
    found.retain(|one| {
        let Some(page) = &one.page else { return true };
        let Some(by) = group(one).and_then(|group| given.get(&group)) else { return false };
        page.all.iter().all(|place| {
            let end = TextRange { start: place.range.start, end: u32::MAX };
            let before = by.range(..=Span { range: end, ..*place }).next_back();
            before.is_some_and(|by| by.file == place.file && by.range.contains(place.range))
        })
    });
}
