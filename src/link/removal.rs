//! Functions and classes that code under flags uses, with all places that name them.
//!
//! Goes by names: a function counts where nothing else of the project is called like it, and where nothing may call it without
//! its name. Of those whose names say that they are private (`_send`), each file has its own. What code outside the scan calls is not known. Most files that name a function ask for no key and are not parsed, so
//! all are searched as texts.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;

mod imports;
mod passages;
pub mod set_by_tests;

pub use passages::settle;

use super::regions::{Cuts, Kind, Syntax};
use crate::facts::CodeFacts;
use crate::model::{Helper, Inventory};
use crate::reads::is_test_path;
use crate::text::{File, FileId, Files, Span, TextRange, is_word};

/// Functions beyond these are not looked for.
const MOST: usize = 4_000;
/// A function that more places name is no helper of a branch.
const MOST_PLACES: usize = 200;

/// Looks for the functions in every text.
pub struct Search<'c> {
    automaton: AhoCorasick,
    found: Vec<(Span, Span, &'c str)>,
    /// By the pattern of the search, those of that name and the files that have one.
    named: Vec<(Vec<usize>, Vec<FileId>)>,
    cuts: &'c Cuts,
}

/// What one text says of them.
#[derive(Default)]
pub struct Said {
    /// The functions that it names, with where.
    code: Vec<(usize, TextRange)>,
    /// The functions that something in it may call without being code that is parsed.
    elsewhere: BTreeSet<usize>,
}

impl<'c> Search<'c> {
    /// A search for the functions that code under the flags of an inventory names; `None` where there are none.
    pub fn new(
        inventory: &Inventory,
        code: &'c [(FileId, CodeFacts)],
        files: &Files,
        cuts: &'c Cuts,
    ) -> Option<Self> {
        let by_name = by_name(code, files);
        let sides = inventory.branches.iter().flat_map(|branch| [branch.on, branch.off]);
        let mut open = Span::outermost(sides.flatten().collect());
        let mut met: BTreeSet<Span> = BTreeSet::new();
        let mut found: Vec<(Span, Span, &str)> = Vec::new();
        for one in passages::handed(inventory, &by_name) {
            if met.insert(one.whole) && !one.is_called_unnamed {
                found.push((one.whole, one.at, one.name));
            }
        }
        while let Some(span) = open.pop() {
            for word in words(span.range.slice(&files.get(span.file).text)) {
                let Some(one) = by_name.get(word).and_then(|all| meant(all, span.file)) else {
                    continue;
                };
                if found.len() < MOST && met.insert(one.whole) && !one.is_called_unnamed {
                    found.push((one.whole, one.at, one.name));
                    open.push(one.whole);
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let mut of_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, (.., name)) in found.iter().enumerate() {
            of_name.entry(name).or_default().push(at);
        }
        let homes = |name: &str| by_name[name].iter().map(|one| one.whole.file).collect();
        let (patterns, named): (Vec<&str>, Vec<_>) =
            of_name.into_iter().map(|(name, all)| (name, (all, homes(name)))).unzip();
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns).ok()?;
        Some(Self { automaton, found, named, cuts })
    }

    /// What a file of the scan says.
    pub fn look(&self, id: FileId, file: &File, is_code: bool) -> Said {
        let syntax = Syntax::of(&file.path).filter(|_| is_code);
        let Some(syntax) = syntax else { return self.elsewhere(&file.path, &file.text) };
        let mut named = Said::default();
        if is_test_path(&file.path) {
            return named;
        }
        let text = &*file.text;
        for ((all, homes), range) in self.hits(text) {
            let start = range.start as usize;
            let Some(regions) = self.cuts.get(id, syntax, text) else { break };
            let is_prose = match regions.at(start) {
                Some((Kind::Comment, _)) => true,
                Some((Kind::Text, all)) => is_prose(text.get(all).unwrap_or_default()),
                _ => false,
            };
            if !is_prose && !regions.is_test(start) && !imports::is_import(syntax, text, start) {
                let is_outside = |at: &&usize| {
                    let (whole, ..) = self.found[**at];
                    whole.file != id || !whole.range.contains(range)
                };
                // Of several that are called alike, a file means its own, where it has one.
                let has_own = homes.contains(&id);
                let is_meant = |at: &&usize| !has_own || self.found[**at].0.file == id;
                let meant = all.iter().filter(is_meant).filter(is_outside);
                named.code.extend(meant.map(|at| (*at, range)));
            }
        }
        named
    }

    /// What a text that is not parsed says.
    pub fn elsewhere(&self, path: &str, text: &str) -> Said {
        let mut named = Said::default();
        if super::mentions::counts(path) && !is_document(path) {
            named.elsewhere.extend(self.hits(text).flat_map(|((all, _), _)| all));
        }
        named
    }

    fn hits(&self, text: &str) -> impl Iterator<Item = (&(Vec<usize>, Vec<FileId>), TextRange)> {
        let hits = self.automaton.find_iter(text);
        let whole = hits.filter(|hit| is_word(text, hit.start(), hit.end()));
        whole.map(|hit| {
            (&self.named[hit.pattern().as_usize()], TextRange::new(hit.start(), hit.end()))
        })
    }

    /// The functions with all that names them, by place.
    pub fn helpers(&self, all: Vec<(Option<FileId>, Said)>) -> Vec<Helper> {
        let mut places: Vec<BTreeSet<Span>> = vec![BTreeSet::new(); self.found.len()];
        let mut elsewhere: BTreeSet<usize> = BTreeSet::new();
        for (id, named) in all {
            elsewhere.extend(named.elsewhere);
            for (at, range) in named.code {
                places[at].extend(id.map(|id| Span::new(id, range)));
            }
        }
        let all = self.found.iter().zip(places).enumerate();
        let mut helpers: Vec<Helper> = all
            .filter(|(at, (_, named))| {
                !elsewhere.contains(at) && (1..=MOST_PLACES).contains(&named.len())
            })
            .map(|(_, ((span, at, name), named))| Helper {
                name: (*name).to_owned(),
                at: *at,
                span: *span,
                named: named.into_iter().collect(),
            })
            .collect();
        helpers.sort_by_key(|helper| helper.span);
        helpers
    }
}

/// A function or a class.
struct Named<'c> {
    name: &'c str,
    whole: Span,
    at: Span,
    is_called_unnamed: bool,
}

/// The functions and classes of a program by name.
fn by_name<'c>(
    code: &'c [(FileId, CodeFacts)],
    files: &Files,
) -> FxHashMap<&'c str, Vec<Named<'c>>> {
    let mut by_name: FxHashMap<&str, Vec<Named<'_>>> = FxHashMap::default();
    for (id, facts) in code.iter().filter(|(id, _)| !is_test_path(&files.get(*id).path)) {
        let functions = facts.functions.iter().filter(|one| one.rule.is_empty() && !one.in_test);
        let functions = functions
            .map(|one| (word_of(&one.name), one.range, one.name_range, one.is_called_unnamed));
        let classes = facts.bodies.iter().filter(|one| !one.in_test);
        let classes = classes
            .map(|one| (one.name.as_str(), one.range, one.name_range, one.is_called_unnamed));
        for (name, range, name_range, is_called_unnamed) in functions.chain(classes) {
            if name.len() < 3 || name.starts_with("__") {
                continue;
            }
            let (whole, at) = (Span::new(*id, range), Span::new(*id, name_range));
            by_name.entry(name).or_default().push(Named { name, whole, at, is_called_unnamed });
        }
    }
    by_name
}

/// Which of those that have one name a file means: the only one, or its own where the name is private.
fn meant<'n, 'c>(all: &'n [Named<'c>], file: FileId) -> Option<&'n Named<'c>> {
    if let [one] = all {
        return Some(one);
    }
    let mut own = all.iter().filter(|one| one.whole.file == file && one.name.starts_with('_'));
    own.next().filter(|_| own.next().is_none())
}

fn word_of(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    text.split(move |c| !joins(c)).filter(|word| word.len() >= 3)
}

/// Whether a literal is a sentence for people, which calls nothing.
fn is_prose(text: &str) -> bool {
    text.trim().contains(char::is_whitespace) && !text.contains('{')
}

fn is_document(path: &str) -> bool {
    [".md", ".mdx", ".rst", ".txt", ".adoc"].iter().any(|end| path.ends_with(end))
}
