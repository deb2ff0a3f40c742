//! Functions that code under flags calls, with all places that name them.
//!
//! Goes by names: a function counts where nothing else of the project is called like it, and where nothing may call it without
//! its name. What code outside the scan calls is not known. Most files that name a function ask for no key and are not parsed, so
//! all are searched as texts.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;

mod imports;
pub mod set_by_tests;

use super::regions::{Cuts, Kind, Syntax};
use crate::facts::CodeFacts;
use crate::facts::code::Function;
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
    cuts: &'c Cuts,
}

/// What one text says of them.
#[derive(Default)]
pub struct Named {
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
        let mut found = Vec::new();
        while let Some(span) = open.pop() {
            for word in words(span.range.slice(&files.get(span.file).text)) {
                let Some(Some((file, function))) = by_name.get(word) else { continue };
                let whole = Span::new(*file, function.range);
                if found.len() < MOST && met.insert(whole) && !function.is_called_unnamed {
                    found.push((whole, Span::new(*file, function.name_range), word_of(function)));
                    open.push(whole);
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let names = found.iter().map(|(.., name)| name);
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok()?;
        Some(Self { automaton, found, cuts })
    }

    /// What a file of the scan says.
    pub fn look(&self, id: FileId, file: &File, is_code: bool) -> Named {
        let syntax = Syntax::of(&file.path).filter(|_| is_code);
        let Some(syntax) = syntax else { return self.elsewhere(&file.path, &file.text) };
        let mut named = Named::default();
        if is_test_path(&file.path) {
            return named;
        }
        let text = &*file.text;
        for (at, range) in self.hits(text) {
            let (whole, ..) = self.found[at];
            if whole.file == id && whole.range.contains(range) {
                continue;
            }
            let start = range.start as usize;
            let Some(regions) = self.cuts.get(id, syntax, text) else { break };
            let is_prose = match regions.at(start) {
                Some((Kind::Comment, _)) => true,
                Some((Kind::Text, all)) => is_prose(text.get(all).unwrap_or_default()),
                _ => false,
            };
            if !is_prose && !regions.is_test(start) && !imports::is_import(syntax, text, start) {
                named.code.push((at, range));
            }
        }
        named
    }

    /// What a text that is not parsed says.
    pub fn elsewhere(&self, path: &str, text: &str) -> Named {
        let mut named = Named::default();
        if super::mentions::counts(path) && !is_document(path) {
            named.elsewhere.extend(self.hits(text).map(|(at, _)| at));
        }
        named
    }

    fn hits(&self, text: &str) -> impl Iterator<Item = (usize, TextRange)> {
        let hits = self.automaton.find_iter(text);
        let whole = hits.filter(|hit| is_word(text, hit.start(), hit.end()));
        whole.map(|hit| (hit.pattern().as_usize(), TextRange::new(hit.start(), hit.end())))
    }

    /// The functions with all that names them, by place.
    pub fn helpers(&self, all: Vec<(Option<FileId>, Named)>) -> Vec<Helper> {
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

/// The functions of a program by name; nothing for a name that several have.
fn by_name<'c>(
    code: &'c [(FileId, CodeFacts)],
    files: &Files,
) -> FxHashMap<&'c str, Option<(FileId, &'c Function)>> {
    let mut by_name: FxHashMap<&str, Option<(FileId, &Function)>> = FxHashMap::default();
    for (id, facts) in code {
        let in_tests = is_test_path(&files.get(*id).path);
        for function in facts.functions.iter().filter(|one| one.rule.is_empty()) {
            let name = word_of(function);
            if name.len() < 3 || name.starts_with("__") || in_tests || function.in_test {
                continue;
            }
            let one = by_name.entry(name).or_insert(Some((*id, function)));
            if one.is_some_and(|(file, known)| (file, known.range) != (*id, function.range)) {
                *one = None;
            }
        }
    }
    by_name
}

fn word_of(function: &Function) -> &str {
    function.name.rsplit('.').next().unwrap_or(&function.name)
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
