//! Which files are parsed, in rounds, with all cores.
//!
//! Each file is read once and parsed at most once. Needles are words; a file without one cannot ask.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use tree_sitter::Parser;

use super::registers;
use super::test_modules::TestModules;
use super::wanted::Known;
use super::{Grammar, Ready, extract, is_test_path};
use crate::config::Config;
use crate::facts::CodeFacts;
use crate::lang::catalog::{Catalog, InUrl};
use crate::lang::schemas::Schemas;
use crate::lang::shapes::Shapes;
use crate::lang::{LANGS, Lang, for_path, tables};
use crate::model::inventory::FileProblem;
use crate::nature::registry;
use crate::text::{File, FileId, guarded};

/// Wrappers of wrappers beyond this many rounds are not looked for.
const MAX_ROUNDS: usize = 8;

/// The extractor of all languages, with the rows of the user.
#[derive(Debug)]
pub struct Engine {
    ready: Vec<Ready>,
    needles: Vec<Needles>,
    /// Names of modules that hold settings which the code gives itself.
    settings_modules: Vec<BTreeSet<String>>,
    /// The qualified names of all readers.
    readers: Vec<String>,
    /// The addresses that readers are asked by.
    urls: Vec<InUrl>,
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
    fn new(catalog: &Catalog, schemas: &Schemas) -> anyhow::Result<Self> {
        let mut sets = catalog.needles();
        sets.extend(schemas.needles());
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
pub(super) type Pending<'f> = (FileId, &'f File, usize);

impl Engine {
    /// Loads grammars, shapes, catalogs and handlers. Fails where a table of ours or a row of the user is wrong.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let mut engine = Self {
            ready: Vec::new(),
            needles: Vec::new(),
            settings_modules: Vec::new(),
            readers: Vec::new(),
            urls: Vec::new(),
        };
        for lang in LANGS {
            let grammars = grammars(lang)?;
            let rows = tables::readers(lang, config)?;
            let schemas = tables::schemas(lang, config)?;
            engine.ready.push(Ready {
                name: lang.name,
                grammars,
                handlers: tables::handlers(lang, config)?,
                packages: rows
                    .names()
                    .chain(schemas.names())
                    .filter_map(|name| name.split(['.', '(']).next())
                    .map(str::to_owned)
                    .collect(),
                handed: rows.handed().map(str::to_owned).collect(),
                bare: rows.bare().map(str::to_owned).collect(),
                loaders: schemas.loaders().chain(rows.sourced()).map(str::to_owned).collect(),
            });
            engine.settings_modules.push(rows.settings_modules().map(str::to_owned).collect());
            let names = rows.names().chain(schemas.names());
            engine.readers.extend(names.map(str::to_owned));
            engine.urls.extend(rows.rows().filter_map(|row| row.in_url.clone()));
            engine.needles.push(Needles::new(&rows, &schemas)?);
        }
        Ok(engine)
    }

    /// Whether a path is source code of a language that is parsed.
    pub fn is_source(path: &str) -> bool {
        for_path(path).is_some()
    }

    /// The facts of those files that may ask for a key, in the order of their ids; test code only where `tests` asks.
    pub fn scan(&self, files: &[(FileId, &File)], tests: bool) -> Vec<(FileId, CodeFacts)> {
        let modules = TestModules::of(
            files.iter().filter_map(|(_, file)| Some((*file, for_path(&file.path)?))),
        );
        let is_test = |file: &File| is_test_path(&file.path) || modules.hold(file);
        let mut waiting: Vec<Pending<'_>> = files
            .iter()
            .filter(|(_, file)| (tests || !is_test(file)) && !is_put_together(file))
            .filter_map(|(id, file)| Some((*id, *file, lang_index(&file.path)?)))
            .collect();
        let mut found: Vec<(FileId, &File, CodeFacts)> = Vec::new();
        let handlers = self.ready.iter().map(|ready| &ready.handlers);
        let draws = handlers.flat_map(|it| it.draws.iter().chain(&it.chances).chain(&it.digests));
        let readers = self.readers.iter().map(String::as_str);
        let mut known = Known::new(readers, &self.urls, draws.map(String::as_str));
        let chosen: Vec<bool> = waiting
            .par_iter()
            .map(|(_, file, lang)| {
                self.needles[*lang].are_in(&file.text)
                    || self.gives_settings(*lang, &file.path)
                    || hands_on(*lang, file)
                    || registers::declares(&file.text)
                    || registry::is_home(&file.path)
            })
            .collect();
        let mut batch = take(&mut waiting, &chosen);
        for _ in 0..MAX_ROUNDS {
            if batch.is_empty() {
                break;
            }
            found.extend(self.extract_all(&batch, &is_test));
            let chosen = known.wanted(&found).choose(&waiting);
            batch = take(&mut waiting, &chosen);
        }
        found.sort_by_key(|(id, ..)| *id);
        found.into_iter().map(|(id, _, facts)| (id, facts)).collect()
    }

    /// Whether a file is a module of settings by its name: what it assigns is asked of nothing outside.
    fn gives_settings(&self, lang: usize, path: &str) -> bool {
        let mut parts = path.split('/').rev().map(|part| part.split('.').next().unwrap_or(part));
        let words = &self.settings_modules[lang];
        // `settings_production.py`, `settings/production.py`
        parts.next().is_some_and(|stem| words.iter().any(|word| stem.contains(word.as_str())))
            || parts.any(|folder| words.contains(folder))
    }

    fn extract_all<'f>(
        &self,
        batch: &[Pending<'f>],
        is_test: &(dyn Fn(&File) -> bool + Sync),
    ) -> Vec<(FileId, &'f File, CodeFacts)> {
        let one = |parser: &mut Parser, (id, file, lang): &Pending<'f>| {
            let ready = &self.ready[*lang];
            let facts = guarded(|| extract(parser, ready, file, is_test(file)));
            (*id, *file, facts.unwrap_or_else(|| broken(ready.name, file)))
        };
        batch.par_iter().map_init(Parser::new, one).collect()
    }
}

/// The grammars of a language, each with the roles of its nodes.
fn grammars(lang: &Lang) -> anyhow::Result<Vec<Grammar>> {
    let own = std::iter::once((lang.extensions, lang.grammar));
    let others = lang.dialects.iter().map(|dialect| (dialect.extensions, dialect.grammar));
    let ready = own.chain(others).map(|(extensions, grammar)| {
        let language = grammar();
        let shapes = Shapes::load(&language, lang.shapes)?;
        Ok(Grammar { extensions, language, shapes })
    });
    ready.collect()
}

/// Whether a file asks for nothing itself: it says what others hold, or a tool put it together of others, and what it asks for
/// stands in what it was made of.
fn is_put_together(file: &File) -> bool {
    let Some(lang) = for_path(&file.path) else { return false };
    if lang.declarations.iter().any(|ending| file.path.ends_with(ending)) {
        return true;
    }
    let longest = lang.longest_line;
    longest > 0 && file.text.len() > longest && file.text.lines().any(|line| line.len() > longest)
}

/// The facts of a file on which extraction itself broke down.
fn broken(lang: &'static str, file: &File) -> CodeFacts {
    let mut facts = CodeFacts { lang, ..CodeFacts::default() };
    facts.problems.push(FileProblem::failed(file));
    facts
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

/// Whether a file hands on all names of others, or objects of their classes: it holds no word of theirs, and leads to them all
/// the same.
fn hands_on(lang: usize, file: &File) -> bool {
    let stem = file.name().split('.').next().unwrap_or_default();
    let modules = &LANGS[lang].modules;
    let is_index = modules.index.contains(&stem) || modules.roots.contains(&stem);
    let text = &file.text;
    is_index && (text.contains("import *") || text.contains("::*;") || makes_objects(text))
}

/// Whether a line at the top of a text makes an object of a class: `flags = Flags()`.
fn makes_objects(text: &str) -> bool {
    text.lines().any(|line| {
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        line.split_once(" = ").is_some_and(|(name, value)| {
            is_name(name)
                && value.starts_with(|first: char| first.is_ascii_uppercase())
                && value.contains('(')
        })
    })
}
