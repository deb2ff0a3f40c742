//! Fields of settings that are filled and never used, and names of modules of settings that take a flag in.
//!
//! A field counts as used where code follows it, and else wherever its name stands and is not plainly something else.
//! Goes by names: another thing of that name hides a field that is dead. Code outside the scan is not seen.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

mod constants;
mod objects;
mod whole;
mod words;

use super::regions::{Cuts, Kind, Regions, Syntax};
use crate::facts::CodeFacts;
use crate::facts::schema::FieldFacts;
use crate::model::{Confidence, IdleField, Inventory, KeyRef, Namespace, Read, Via};
use crate::reads::is_test_path;
use crate::text::{File, FileId, Files, Span, TextRange, guarded};
use objects::{Objects, last};
use words::Word;

/// A field whose use is looked for.
struct Candidate {
    declared: Span,
    /// Its whole declaration.
    whole: TextRange,
    class: String,
    field: String,
    /// A name of a module: wherever that stands alone, it may be meant.
    is_constant: bool,
}

/// What a word of the search stands for.
#[derive(Default)]
struct Wanted {
    /// The fields of that name.
    fields: Vec<usize>,
    /// The fields whose key has that name: a literal may ask for it.
    keys: Vec<usize>,
    is_class: bool,
    is_mark: bool,
}

/// What one text says.
#[derive(Debug, Default)]
struct Seen {
    /// The first use of a field in code that runs, and in tests.
    uses: BTreeMap<(usize, bool), TextRange>,
    /// Classes, and the names that their objects get.
    bound: BTreeSet<(String, String)>,
    /// Objects that are handed over whole.
    handed: BTreeSet<String>,
}

/// The idle fields, by place. `code` are the files that were parsed, `sources` all files of their languages, and `cuts` theirs.
pub fn find(
    inventory: &Inventory,
    code: &[(FileId, CodeFacts)],
    files: &Files,
    sources: &BTreeSet<FileId>,
    cuts: &Cuts,
) -> Vec<IdleField> {
    let mut candidates = candidates(inventory, code, files);
    candidates.extend(constants::candidates(inventory, code, files));
    if candidates.is_empty() {
        return Vec::new();
    }
    let Some(search) = Search::new(inventory, &candidates, cuts) else { return Vec::new() };
    let look = |id: &FileId| Some((*id, guarded(|| search.look(*id, files.get(*id)))?));
    // Where one text could not be searched, nobody knows what is used there.
    let Some(seen) = sources.par_iter().map(look).collect::<Option<Vec<(FileId, Seen)>>>() else {
        return Vec::new();
    };
    let mut objects = Objects::of(code);
    objects.add(&seen);
    let mut used: BTreeMap<(usize, bool), Span> = BTreeMap::new();
    for (id, seen) in &seen {
        for (field, range) in &seen.uses {
            used.entry(*field).or_insert(Span::new(*id, *range));
        }
    }
    let mut idle = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let class = last(&candidate.class);
        if used.contains_key(&(at, false)) || objects.is_handed(class) {
            continue;
        }
        let tested = used.get(&(at, true)).copied();
        let confidence = if objects.may_be_handed(class) {
            Confidence::Low
        } else if candidate.is_constant {
            constants::certainty(&candidate.field)
        } else if tested.is_some() || objects.serializes(class) {
            Confidence::Medium
        } else {
            Confidence::High
        };
        let (field, declared) = (candidate.field.clone(), candidate.declared);
        let name = format!("{class}.{field}");
        idle.push(IdleField { name, field, declared, tested, confidence });
    }
    idle
}

/// The fields that are read and that no code of a deployment is known to follow, by place: of the languages in which uses are
/// told by their words. In others, tools make functions that use a field, and a class uses its own by their bare names.
fn candidates(
    inventory: &Inventory,
    code: &[(FileId, CodeFacts)],
    files: &Files,
) -> Vec<Candidate> {
    let followed = inventory.uses.iter().filter(|one| !one.in_test);
    let followed: FxHashSet<Span> = followed.map(|one| one.declared).collect();
    let reads = inventory.reads.iter().filter(|read| is_field(read));
    let places: BTreeSet<Span> =
        reads.map(|read| read.span).filter(|span| !followed.contains(span)).collect();
    let mut fields: BTreeMap<Span, (&str, &FieldFacts)> = BTreeMap::new();
    let is_told = |file: &FileId| Syntax::of(&files.get(*file).path).is_some();
    for (file, facts) in code.iter().filter(|(file, _)| is_told(file)) {
        for class in &facts.classes {
            let variants = class.variants.iter().flat_map(|variant| &variant.fields);
            for field in class.fields.iter().chain(variants) {
                fields.insert(Span::new(*file, field.range), (&class.name, field));
            }
        }
    }
    let found = places.into_iter().filter_map(|declared| {
        let (class, field) = fields.get(&declared)?;
        let (class, whole) = ((*class).to_owned(), field.whole);
        let field = field.name.trim_start_matches("r#").to_owned();
        Some(Candidate { declared, whole, class, field, is_constant: false })
    });
    found.collect()
}

/// Libraries whose fields are not for the code of the project alone: options of the command line are the user's, and what a class gives
/// to Django is for all applications that are installed.
const OF_OTHERS: [&str; 3] = ["clap", "configurations.", "env_config."];

/// Whether a read is a field of settings that runs with the program, and that the project's own code has to follow.
fn is_field(read: &Read) -> bool {
    read.via == Via::Schema
        && !read.in_test
        && !read.at_build
        && read.confidence > Confidence::Low
        && !OF_OTHERS.iter().any(|library| read.reader.starts_with(library))
}

/// One look at every text.
struct Search<'c> {
    candidates: &'c [Candidate],
    automaton: AhoCorasick,
    wanted: Vec<Wanted>,
    cuts: &'c Cuts,
}

impl<'c> Search<'c> {
    fn new(inventory: &Inventory, candidates: &'c [Candidate], cuts: &'c Cuts) -> Option<Self> {
        let mut words: BTreeMap<&str, Wanted> = BTreeMap::new();
        let mut by_place = BTreeMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            words.entry(&candidate.field).or_default().fields.push(at);
            if !candidate.is_constant {
                words.entry(last(&candidate.class)).or_default().is_class = true;
            }
            by_place.insert(candidate.declared, at);
        }
        for read in &inventory.reads {
            if let (Some(at), KeyRef::Exact(key)) = (by_place.get(&read.span), &read.key)
                && inventory.key(*key).namespace == Namespace::Env
            {
                words.entry(&inventory.key(*key).name).or_default().keys.push(*at);
            }
        }
        for mark in whole::marks() {
            words.entry(mark).or_default().is_mark = true;
        }
        words.retain(|word, _| !word.is_empty());
        let (words, wanted): (Vec<_>, Vec<_>) = words.into_iter().unzip();
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).ok()?;
        Some(Self { candidates, automaton, wanted, cuts })
    }

    fn look(&self, id: FileId, file: &File) -> Seen {
        let mut seen = Seen::default();
        let Some(syntax) = Syntax::of(&file.path) else { return seen };
        let text: &str = &file.text;
        let in_tests = is_test_path(&file.path);
        for found in self.automaton.find_iter(text) {
            let wanted = &self.wanted[found.pattern().as_usize()];
            let (start, end) = (found.start(), found.end());
            let word = Word { syntax, text, start, end, is_home: false };
            let is_sign = !text[start..end].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if !is_sign && !word.is_whole() {
                continue;
            }
            let Some(regions) = self.cuts.get(id, syntax, text) else { break };
            let in_test = in_tests || regions.is_test(start);
            self.uses(id, wanted, word, regions, in_test, &mut seen);
            if in_test || matches!(regions.at(start), Some((Kind::Comment, _))) {
                continue;
            }
            if wanted.is_mark
                && let Some(object) = whole::handed(syntax, text, start, end)
            {
                seen.handed.insert(object.to_owned());
            }
            if wanted.is_class
                && let Some(name) = whole::bound(text, start)
            {
                seen.bound.insert((text[start..end].to_owned(), name.to_owned()));
            }
        }
        seen
    }

    /// Adds the fields that may be used by one word.
    fn uses(
        &self,
        id: FileId,
        wanted: &Wanted,
        word: Word<'_>,
        regions: &Regions,
        in_test: bool,
        seen: &mut Seen,
    ) {
        let range = TextRange::new(word.start, word.end);
        let is_outside = |at: &usize| {
            let candidate = &self.candidates[*at];
            candidate.declared.file != id || !candidate.whole.contains(range)
        };
        let new = |at: &usize| !seen.uses.contains_key(&(*at, in_test)) && is_outside(at);
        let is_home =
            |at: usize| self.candidates[at].is_constant || self.candidates[at].declared.file == id;
        let fields = wanted.fields.iter().filter(|at| new(at));
        let fields = fields.filter(|at| Word { is_home: is_home(**at), ..word }.may_use(regions));
        let keys = wanted.keys.iter().filter(|at| new(at));
        let keys = keys.filter(|_| word.is_asked_for_by_text(regions));
        let met: Vec<usize> = fields.chain(keys).copied().collect();
        seen.uses.extend(met.into_iter().map(|at| ((at, in_test), range)));
    }
}
