//! The templates that pages which code makes lead to: read for the names that they are given.
//!
//! A template counts by its name below a folder of templates; of two with one name neither does.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::Origin;
use super::texts::Texts;
use crate::facts::decision::{Giver, Renders};
use crate::facts::{CodeFacts, Page, PageFacts, Templates};
use crate::reads::is_test_path;
use crate::reads::templates::{asked_name, given, is_template, page_name};
use crate::text::{FileId, Span, TextRange, guarded};

/// More names are not looked for.
const MOST_NAMES: usize = 4_000;

/// Templates by name, each with its path and what it says; none where two have the name.
type ByName = BTreeMap<String, Option<(u16, String, PageFacts)>>;

impl Texts {
    /// What templates ask for, and what pages that code makes run.
    pub(super) fn asked(
        &mut self,
        code: &[(FileId, CodeFacts)],
        origin: Origin<'_>,
    ) -> anyhow::Result<Templates> {
        Ok(Templates { asked: self.templates(origin)?, pages: self.pages(code, origin) })
    }

    /// The templates that matter, in the order of their names.
    fn pages(&mut self, code: &[(FileId, CodeFacts)], origin: Origin<'_>) -> Vec<Page> {
        let (given, first) = given_names(code);
        if given.is_empty() || first.is_empty() || given.len() > MOST_NAMES {
            return Vec::new();
        }
        let all = self.all_pages(&given, origin);
        let reached = reached(&all, first);
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        let decides =
            |name: &&&str| known(&all, name).is_some_and(|(.., one)| !one.decisions.is_empty());
        let deciding: BTreeSet<&str> = reached.iter().filter(decides).copied().collect();
        if deciding.is_empty() {
            return Vec::new();
        }
        wanted.extend(leading(&all, &deciding));
        let places = self.named(&wanted);
        let of_deciding = deciding.iter().filter_map(|name| known(&all, name));
        let paths: BTreeSet<&str> = of_deciding.map(|(_, path, _)| path.as_str()).collect();
        self.take_up(origin, |path| paths.contains(path), |_, _| Some(()));
        let known_files = self.files.iter().filter(|(_, file)| is_template(&file.path));
        let files: BTreeMap<(u16, String), FileId> =
            known_files.map(|(id, file)| ((file.root, file.path.clone()), id)).collect();
        let page = |name: &str| {
            let (root, path, facts) = known(&all, name)?;
            let file = files.get(&(*root, path.clone())).copied();
            let named = places.get(name).cloned().unwrap_or_default();
            Some(Page { name: name.to_owned(), file, facts: facts.clone(), named })
        };
        wanted.into_iter().filter_map(page).collect()
    }

    /// All templates, with what they run by these names.
    fn all_pages(&self, names: &BTreeSet<&str>, origin: Origin<'_>) -> ByName {
        let look = |text: &str| guarded(|| given(text, names)).unwrap_or_default();
        let texts = self
            .files
            .iter()
            .filter(|(id, file)| is_template(&file.path) && !self.code.contains(id));
        let read = texts.map(|(_, file)| (file.root, file.path.clone(), look(&file.text)));
        let others: Vec<_> = self
            .others
            .par_iter()
            .filter(|entry| is_template(&entry.path))
            .filter_map(|entry| {
                let text = self.other(entry, origin)?;
                Some((entry.root, entry.path.clone(), look(&text)))
            })
            .collect();
        let mut all = ByName::new();
        for (root, path, facts) in read.chain(others) {
            if is_test_path(&path) {
                continue;
            }
            let name = page_name(&path).to_owned();
            let one = Some((root, path, facts));
            all.entry(name).and_modify(|known| *known = None).or_insert(one);
        }
        all
    }

    /// Where code names these templates, tests aside.
    fn named(&self, wanted: &BTreeSet<&str>) -> BTreeMap<String, Vec<Span>> {
        let names: Vec<&str> = wanted.iter().copied().collect();
        let Ok(search) = AhoCorasick::new(&names) else { return BTreeMap::new() };
        let code: Vec<FileId> = self.code.iter().copied().collect();
        let found: Vec<(usize, Span)> = code
            .par_iter()
            .flat_map_iter(|id| {
                let file = self.files.get(*id);
                let text: &str = if is_test_path(&file.path) { "" } else { &file.text };
                let places = search.find_overlapping_iter(text).filter(|one| {
                    let (before, behind) = (&text[..one.start()], &text[one.end()..]);
                    behind.starts_with(['"', '\''])
                        && !before.ends_with(|c: char| c.is_alphanumeric() || "_-.".contains(c))
                });
                let place = |one: aho_corasick::Match| {
                    (
                        one.pattern().as_usize(),
                        Span::new(*id, TextRange::new(one.start(), one.end())),
                    )
                };
                places.map(place).collect::<Vec<_>>()
            })
            .collect();
        let mut all: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        for (name, span) in found {
            all.entry(names[name].to_owned()).or_default().push(span);
        }
        all
    }
}

fn known<'a>(all: &'a ByName, name: &str) -> Option<&'a (u16, String, PageFacts)> {
    all.get(name)?.as_ref()
}

/// The names that code gives to pages, and the pages.
fn given_names(code: &[(FileId, CodeFacts)]) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let (mut names, mut pages) = (BTreeSet::new(), BTreeSet::new());
    for (_, facts) in code {
        for answer in &facts.answers {
            let Giver::Page { by, name } = &answer.giver else { continue };
            names.insert(name.as_str());
            if let Renders::Call { page, .. } = by {
                pages.insert(asked_name(page));
            }
        }
        pages.extend(facts.pages.iter().map(|(_, page, _)| asked_name(page)));
    }
    (names, pages)
}

/// The templates that these lead to, themselves among them.
fn reached<'a>(all: &'a ByName, first: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut open: VecDeque<&str> = first.into_iter().collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(name) = open.pop_front() {
        let Some((.., facts)) = known(all, name) else { continue };
        if seen.insert(name) {
            open.extend(facts.leads.iter().map(|lead| lead.to.as_str()));
        }
    }
    seen
}

/// The templates that lead to these, themselves among them.
fn leading<'a>(all: &'a ByName, to: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut before: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, one) in all {
        for lead in one.iter().flat_map(|(.., facts)| &facts.leads) {
            before.entry(lead.to.as_str()).or_default().push(name);
        }
    }
    let mut open: Vec<&str> = to.iter().copied().collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name) {
            open.extend(before.get(name).into_iter().flatten());
        }
    }
    seen
}
