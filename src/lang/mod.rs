//! Programming languages as data: grammar, shapes, readers, handlers.
//!
//! A language is a row of `LANGS`, a folder under `grammars/` and one small file here. Knows how code is written, not
//! how a read is judged.

pub mod catalog;
pub mod csharp;
pub mod go;
pub mod handlers;
pub mod java;
pub mod javascript;
pub mod lower;
pub mod python;
pub mod rust;
pub mod schemas;
pub mod shapes;
pub mod stand_ins;
pub mod syntax;
pub mod tables;
pub mod tree;

use tree_sitter::Language;

/// A programming language.
#[derive(Debug)]
pub struct Lang {
    /// Its name, also its folder under `grammars/`.
    pub name: &'static str,
    /// The endings of its files.
    pub extensions: &'static [&'static str],
    /// Its grammar.
    pub grammar: fn() -> Language,
    /// Other grammars, with the same names for their nodes, that some of its files are parsed by.
    pub dialects: &'static [Dialect],
    /// `shapes.yaml`.
    pub shapes: &'static str,
    /// `readers.yaml`.
    pub readers: &'static str,
    /// `schemas.yaml`.
    pub schemas: &'static str,
    /// `handlers.yaml`.
    pub handlers: &'static str,
    /// What begins a comment that goes to the end of its line.
    pub comment: &'static str,
    /// How its files are named as modules.
    pub modules: Modules,
    /// Names of files that run when the code is built, not where it is deployed.
    pub build_scripts: &'static [&'static str],
    /// Parts of the names of files that are for tests alone: `spec` of `price.spec.ts`.
    pub of_tests: &'static [&'static str],
    /// Endings of files that only say what others hold.
    pub declarations: &'static [&'static str],
    /// No line that people write is longer: a file with one was put together by a tool, and is not parsed. 0 for any.
    pub longest_line: usize,
    /// The manifests without one of which its files are no program, but what pages load; none where any file may be one.
    pub manifests: &'static [&'static str],
}

/// A grammar for some of the files of a language.
#[derive(Debug)]
pub struct Dialect {
    /// The endings of those files.
    pub extensions: &'static [&'static str],
    /// The grammar.
    pub grammar: fn() -> Language,
}

/// How the files of a language are named as modules.
#[derive(Debug)]
pub struct Modules {
    /// File stems that name the folder itself: `__init__`, `mod`.
    pub index: &'static [&'static str],
    /// A folder that holds the root of a package and is not part of the name: `src`.
    pub root_folder: &'static str,
    /// File stems that are the root of a crate: `lib`, `main`. Empty where packages have no root file.
    pub roots: &'static [&'static str],
    /// The first parts of the names of files that are programs of their own beside the library: `main`, `bin`.
    pub programs: &'static [&'static str],
    /// What stands before the declaration of a module that is for tests alone, and the word that declares one; empty
    /// where folders declare modules.
    pub of_tests: (&'static str, &'static str),
    /// All files of a folder are one module, and are named as such: by the path that the manifest of the tree gives its
    /// root.
    pub by_folder: bool,
    /// All files that say so at their head are one module, which is named as they say: a package, a namespace.
    pub by_package: bool,
    /// The names under which a file gives what it is as a whole.
    pub whole: &'static [&'static str],
}

/// Every language, by name.
pub static LANGS: &[&Lang] =
    &[&csharp::LANG, &go::LANG, &java::LANG, &javascript::LANG, &python::LANG, &rust::LANG];

/// A name for what the built-in tables say: another one where a row changes.
pub fn fingerprint() -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for lang in LANGS {
        for text in [lang.name, lang.shapes, lang.readers, lang.schemas, lang.handlers] {
            hasher.update(&text.len().to_le_bytes());
            hasher.update(text.as_bytes());
        }
    }
    hasher.finalize()
}

/// The language of a path, by its ending.
pub fn for_path(path: &str) -> Option<&'static Lang> {
    let (_, extension) = path.rsplit_once('.')?;
    LANGS.iter().copied().find(|lang| lang.extensions.contains(&extension))
}
