//! Which files are parsed, in rounds, with all cores.
//!
//! Each file is read once and parsed at most once. Needles are words; a file without one cannot ask.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use anyhow::Context as _;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use tree_sitter::Parser;

use super::{Ready, extract, is_test_path};
use crate::config::Config;
use crate::facts::CodeFacts;
use crate::facts::code::{Base, Expr, Path};
use crate::lang::catalog::{Catalog, ReaderRow};
use crate::lang::handlers::Handlers;
use crate::lang::shapes::Shapes;
use crate::lang::{LANGS, Lang, for_path};
use crate::text::{File, FileId};

/// Wrappers of wrappers beyond this many rounds are not looked for.
const MAX_ROUNDS: usize = 8;

/// Names shorter than this are too common to look for by themselves.
const TELLING_NAME: usize = 6;

/// The extractor of all languages, with the rows of the user.
#[derive(Debug)]
pub struct Engine {
    ready: Vec<Ready>,
    needles: Vec<Needles>,
}

/// The words without which a file of a language cannot ask a reader.
#[derive(Debug)]
struct Needles {
    words: AhoCorasick,
    /// Sets of words, by their places: a file needs one set whole.
    sets: Vec<Vec<usize>>,
    count: usize,
}

impl Needles {
    fn new(catalog: &Catalog) -> anyhow::Result<Self> {
        let sets = catalog.needles();
        let words: BTreeSet<&String> = sets.iter().flatten().collect();
        let place =
            |word: &String| words.iter().position(|known| *known == word).unwrap_or_default();
        let places = sets.iter().map(|set| set.iter().map(place).collect()).collect();
        Ok(Self { words: AhoCorasick::new(words.iter())?, sets: places, count: words.len() })
    }

    fn are_in(&self, text: &str) -> bool {
        let mut seen = vec![false; self.count];
        for hit in self.words.find_overlapping_iter(text) {
            let place = hit.pattern().as_usize();
            if !seen[place] {
                seen[place] = true;
                if self.sets.iter().any(|set| set.iter().all(|word| seen[*word])) {
                    return true;
                }
            }
        }
        false
    }
}

/// The facts of a file, or the file for a later round.
type Pending<'f> = (FileId, &'f File, usize);

impl Engine {
    /// Loads grammars, shapes, catalogs and handlers. Fails where a table of ours or a row of the user is wrong.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let mut engine = Self { ready: Vec::new(), needles: Vec::new() };
        for lang in LANGS {
            let grammar = (lang.grammar)();
            let shapes = Shapes::load(&grammar, lang.shapes)?;
            engine.ready.push(Ready {
                name: lang.name,
                grammar,
                shapes,
                handlers: Handlers::parse(lang.handlers)?,
            });
            engine.needles.push(Needles::new(&catalog(lang, config)?)?);
        }
        Ok(engine)
    }

    /// Whether a path is source code of a language that is parsed.
    pub fn is_source(path: &str) -> bool {
        for_path(path).is_some()
    }

    /// The facts of those files that may ask for a key, in the order of their ids; test code only where `tests` asks.
    pub fn scan(&self, files: &[(FileId, &File)], tests: bool) -> Vec<(FileId, CodeFacts)> {
        let mut waiting: Vec<Pending<'_>> = files
            .iter()
            .filter(|(_, file)| tests || !is_test_path(&file.path))
            .filter_map(|(id, file)| Some((*id, *file, lang_index(&file.path)?)))
            .collect();
        let mut found: Vec<(FileId, CodeFacts)> = Vec::new();
        let chosen: Vec<bool> = waiting
            .par_iter()
            .map(|(_, file, lang)| self.needles[*lang].are_in(&file.text))
            .collect();
        let mut seen = FxHashSet::default();
        let mut batch = take(&mut waiting, &chosen);
        for _ in 0..MAX_ROUNDS {
            if batch.is_empty() {
                break;
            }
            let facts = self.extract_all(&batch);
            let wanted = Wanted::of(&facts, &mut seen);
            found.extend(facts.into_iter().map(|(id, _, facts)| (id, facts)));
            let chosen = wanted.choose(&waiting);
            batch = take(&mut waiting, &chosen);
        }
        found.sort_by_key(|(id, _)| *id);
        found
    }

    fn extract_all<'f>(&self, batch: &[Pending<'f>]) -> Vec<(FileId, &'f File, CodeFacts)> {
        let one = |parser: &mut Parser, (id, file, lang): &Pending<'f>| {
            let facts = extract(parser, &self.ready[*lang], &file.text, is_test_path(&file.path));
            (*id, *file, facts)
        };
        batch.par_iter().map_init(Parser::new, one).collect()
    }
}

/// The catalog of a language: built-in rows, then those of the user.
pub fn catalog(lang: &Lang, config: &Config) -> anyhow::Result<Catalog> {
    let mut rows = Catalog::parse(lang.readers)?;
    for (at, row) in config.readers.get(lang.name).into_iter().flatten().enumerate() {
        let row = serde_yaml::from_value::<ReaderRow>(row.clone());
        let place = || format!("{}: readers.{}, row {}", config.path, lang.name, at + 1);
        rows.push(row.with_context(place)?);
    }
    Ok(Catalog::new(rows))
}

fn lang_index(path: &str) -> Option<usize> {
    let lang = for_path(path)?;
    LANGS.iter().position(|row| row.name == lang.name)
}

fn take<'f>(waiting: &mut Vec<Pending<'f>>, chosen: &[bool]) -> Vec<Pending<'f>> {
    let mut batch = Vec::new();
    let mut at = 0;
    waiting.retain(|pending| {
        let take = chosen.get(at).copied().unwrap_or(false);
        at += 1;
        if take {
            batch.push(*pending);
        }
        !take
    });
    batch
}

/// What the facts so far need from files that are not parsed yet.
#[derive(Default)]
struct Wanted {
    /// Names of possible wrappers that tell by themselves.
    calls: Vec<String>,
    /// Names of possible wrappers that are too common, with a word that must stand beside them.
    common_calls: Vec<(String, String)>,
    /// Names whose declaration is needed.
    declarations: Vec<String>,
}

impl Wanted {
    fn of(facts: &[(FileId, &File, CodeFacts)], seen: &mut FxHashSet<String>) -> Self {
        let mut wanted = Self::default();
        for (_, file, facts) in facts {
            for site in &facts.sites {
                let mut hands_on = false;
                for arg in &site.args {
                    hands_on |= mentions_param(&arg.value);
                    names_in(&arg.value, &mut |path| {
                        let name = path.last();
                        if path.base != Base::Unknown
                            && is_constant_name(name)
                            && seen.insert(format!("={name}"))
                        {
                            wanted.declarations.push(name.to_owned());
                        }
                    });
                }
                if let (true, Some(function)) = (hands_on, site.function) {
                    wanted.wrapper(&facts.functions[function].name, &file.path, seen);
                }
                // A reader object declared elsewhere: `from .env import env`.
                let first =
                    site.callee.rest.split('.').next().unwrap_or_default().trim_end_matches("()");
                if matches!(site.callee.base, Base::Parent(_) | Base::Crate)
                    && !first.is_empty()
                    && seen.insert(format!("={first}"))
                {
                    wanted.declarations.push(first.to_owned());
                }
            }
            for item in &facts.items {
                if let crate::facts::code::ItemKind::Value(Expr::Call(..) | Expr::Path(_)) =
                    &item.kind
                    && is_reader_object(&item.name)
                {
                    wanted.wrapper(&item.name, &file.path, seen);
                }
            }
        }
        wanted
    }

    fn wrapper(&mut self, name: &str, path: &str, seen: &mut FxHashSet<String>) {
        let mut segments = name.rsplit('.');
        let last = segments.next().unwrap_or(name).to_owned();
        if !seen.insert(format!("{last}@{path}")) {
            return;
        }
        if last.len() >= TELLING_NAME {
            self.calls.push(last);
            return;
        }
        let stem = path.rsplit('/').map(|part| part.split('.').next().unwrap_or(part));
        let stem = stem
            .into_iter()
            .find(|part| !matches!(*part, "lib" | "mod" | "main" | "__init__" | "src"))
            .unwrap_or_default();
        let beside = segments.next().unwrap_or(stem).replace('-', "_");
        self.common_calls.push((last, beside));
    }

    fn choose(&self, waiting: &[Pending<'_>]) -> Vec<bool> {
        let calls = AhoCorasick::new(&self.calls).ok();
        let declarations = AhoCorasick::new(&self.declarations).ok();
        let wants = |file: &File| {
            let text = &*file.text;
            calls.as_ref().is_some_and(|calls| {
                calls.find_iter(text).any(|hit| is_word(text, hit.start(), hit.end()))
            }) || self
                .common_calls
                .iter()
                .any(|(name, beside)| has_word(text, name) && text.contains(beside.as_str()))
                || declarations.as_ref().is_some_and(|names| {
                    names.find_iter(text).any(|hit| {
                        is_word(text, hit.start(), hit.end()) && declares(text, hit.end())
                    })
                })
        };
        waiting.par_iter().map(|(_, file, _)| wants(file)).collect()
    }
}

fn mentions_param(value: &Expr) -> bool {
    match value {
        Expr::Param(_) => true,
        Expr::Join(many) | Expr::OneOf(many) | Expr::List(many) => many.iter().any(mentions_param),
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

fn is_reader_object(name: &str) -> bool {
    matches!(
        name.rsplit('.').next().unwrap_or(name),
        "env" | "config" | "environ" | "environment" | "ENV" | "cfg" | "conf"
    )
}

fn is_word(text: &str, start: usize, end: usize) -> bool {
    let joins =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    !joins(start.checked_sub(1).and_then(|at| bytes.get(at))) && !joins(bytes.get(end))
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| is_word(text, at, at + word.len()))
}

/// Whether what follows a name gives it a value or a type: `NAME =`, `NAME: &str`.
fn declares(text: &str, end: usize) -> bool {
    let rest = text[end..].trim_start_matches([' ', '\t']);
    (rest.starts_with('=') && !rest.starts_with("=="))
        || (rest.starts_with(':') && !rest.starts_with("::"))
}
