//! Code files to facts: who asks, with what, and what becomes of the answer.
//!
//! Extraction is per file. The engine decides which files are worth it: first those that hold the word of a reader,
//! then, in rounds, those that hold the name of a wrapper or a constant which the rounds before found.

mod asking;
mod bindings;
mod called;
mod calls;
mod catches;
mod classes;
mod closures;
mod conditions;
mod contexts;
mod decisions;
mod described;
mod draws;
mod engine;
mod entries;
mod exits;
mod fields;
mod filled;
mod given_to;
mod gives;
mod handled;
mod instances;
mod items;
mod layered;
mod loads;
mod mappings;
mod members;
mod names;
mod notes;
mod outcomes;
mod passes;
mod profile;
mod registers;
mod scopes;
mod sites;
mod stand_ins;
mod steps;
mod surroundings;
mod taken_apart;
pub mod templates;
mod tested;
mod test_modules;
mod types;
mod vain;
mod values;
mod wanted;

use std::cell::{Cell, OnceCell};

use tree_sitter::Parser;

pub use engine::Engine;
pub(crate) use registers::describes;

use crate::facts::CodeFacts;
use crate::facts::code::{Item, ItemKind};
use crate::lang::handlers::Handlers;
use crate::lang::lower::{Lowered, lower};
use crate::lang::shapes::Shapes;
use crate::model::inventory::{FileProblem, ProblemKind};
use crate::text::{File, TextRange};

/// A language made ready for use.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) name: &'static str,
    /// Its grammars, the one for all files that no other is for first.
    pub(crate) grammars: Vec<Grammar>,
    pub(crate) handlers: Handlers,
    /// First segments of all readers' names.
    pub(crate) packages: rustc_hash::FxHashSet<String>,
    /// Last segments of readers that need no key from the call.
    pub(crate) bare: rustc_hash::FxHashSet<String>,
    /// Last segments of calls that fill a class.
    pub(crate) loaders: rustc_hash::FxHashSet<String>,
    /// Last segments of readers whose object is handed on.
    pub(crate) handed: rustc_hash::FxHashSet<String>,
}

/// A grammar with the roles of its nodes.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// The endings of the files that it is for.
    pub(crate) extensions: &'static [&'static str],
    pub(crate) language: tree_sitter::Language,
    pub(crate) shapes: Shapes,
}

impl Ready {
    /// The grammar for a path.
    fn grammar(&self, path: &str) -> Option<&Grammar> {
        let ending = path.rsplit('.').next().unwrap_or_default();
        let other = self.grammars.iter().skip(1).find(|one| one.extensions.contains(&ending));
        other.or(self.grammars.first())
    }
}

/// The facts of one file. Never fails: what cannot be understood is a problem among the facts.
pub(crate) fn extract(parser: &mut Parser, ready: &Ready, file: &File, in_test: bool) -> CodeFacts {
    let text: &str = &file.text;
    let mut facts = CodeFacts { lang: ready.name, ..CodeFacts::default() };
    let problem = |message: &str, range: TextRange, kind| FileProblem {
        message: message.to_owned(),
        range,
        kind,
    };
    let grammar = ready.grammar(&file.path);
    let grammar = grammar.filter(|one| parser.set_language(&one.language).is_ok());
    let Some(grammar) = grammar else {
        let nowhere = TextRange::new(0, 0);
        facts.problems.push(problem("the grammar does not load", nowhere, ProblemKind::Unread));
        return facts;
    };
    let Some(parsed) = parse(parser, text) else {
        facts.problems.push(problem(
            "takes too long to parse and was left out",
            TextRange::new(0, 0),
            ProblemKind::Unread,
        ));
        return facts;
    };
    let is_ours = !in_test && !is_generated(text);
    if let Some(range) = first_error(&parsed, text).filter(|_| is_ours) {
        facts.problems.push(problem(
            "is not valid syntax here; reads around it may be missed",
            range,
            ProblemKind::Partial,
        ));
    }
    let lowered = lower(parser, &grammar.shapes, text, &parsed);
    if let Some(range) = lowered.too_deep {
        let message = "nests too deeply; what is inside was left out";
        facts.problems.push(problem(message, range, ProblemKind::Partial));
    }
    look(&lowered, ready, text, in_test, &mut facts);
    facts.notes = notes::notes(&parsed, text);
    facts
}

/// What the tree of a file says.
fn look(lowered: &Lowered, ready: &Ready, text: &str, in_test: bool, facts: &mut CodeFacts) {
    facts.package.clone_from(&lowered.package);
    let sees_members = ready.handlers.sees_members;
    let scopes = scopes::Scopes::new(&lowered.tree, text, lowered.root, sees_members);
    let names = names::Names {
        tree: &lowered.tree,
        text,
        scopes: &scopes,
        handlers: &ready.handlers,
        budget: Cell::new(0),
        followed: Cell::new(0),
        nested: Cell::new(0),
        deep: Cell::new(0),
        owner: Cell::new(None),
        bodies: OnceCell::new(),
        may_stand_in: OnceCell::new(),
    };
    let mut items = names.items(lowered.root, in_test);
    facts.classes = names.classes(lowered.root, &items.tests, in_test);
    facts.members =
        names.members(lowered.root, &items.places, &items.tests, &ready.packages, in_test);
    facts.rows = names.rows(lowered.root, in_test);
    facts.stores = names.stores(lowered.root);
    facts.typed = names.typed(lowered.root);
    facts.shared = names.shared(lowered.root);
    let dead = names.dead(lowered.root);
    if !dead.is_empty() {
        facts.classes.retain(|class| !class.range.is_in(&dead));
        // Imports stay: types are named by them.
        let is_value = |item: &Item| matches!(item.kind, ItemKind::Value(_));
        items.items.retain(|item| !is_value(item) || !item.range.is_in(&dead));
    }
    let around = sites::Around {
        functions: &items.places,
        tests: &items.tests,
        gated: &items.gated,
        dead: &dead,
        packages: &ready.packages,
        bare: &ready.bare,
        loaders: &ready.loaders,
        handed: &ready.handed,
        in_test,
    };
    facts.sites = names.sites(lowered.root, &around);
    facts.calls = names.calls(lowered.root, &around);
    facts.given = names.given(lowered.root);
    facts.hidden_names = names.hidden_names(lowered.root);
    if !facts.given.is_empty() {
        facts.secrets = names.secrets(lowered.root);
    }
    facts.decisions = names.decisions(lowered.root);
    facts.answers = names.answers(lowered.root, &items.places);
    facts.pages = names.pages_of_classes(lowered.root);
    facts.handled = names.handled(lowered.root, &around);
    facts.items = items.items;
    facts.bodies = items.bodies;
    facts.functions = items.functions;
}

/// Parses with a bound on the work, so that a hostile file cannot hold a run.
fn parse(parser: &mut Parser, text: &str) -> Option<tree_sitter::Tree> {
    let mut steps = 0_usize;
    let limit = 20_000 + text.len() / 2;
    let mut progress = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > limit {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    let parsed = parser.parse_with_options(
        &mut |at, _| bytes.get(at..).unwrap_or_default(),
        None,
        Some(options),
    );
    if parsed.is_none() {
        parser.reset();
    }
    parsed
}

/// Whether the head of a file says that a tool wrote it: nobody can mend it, and it asks for no key.
fn is_generated(text: &str) -> bool {
    let head = text.lines().take(8);
    let marks = ["DO NOT EDIT", "do not edit", "@generated", "Code generated by"];
    head.into_iter().any(|line| marks.iter().any(|mark| line.contains(mark)))
}

/// The first piece of a tree that the grammar could not make sense of and that holds more than a token: a call that
/// may be a read.
fn first_error(parsed: &tree_sitter::Tree, text: &str) -> Option<TextRange> {
    let mut cursor = parsed.walk();
    if !cursor.node().has_error() {
        return None;
    }
    loop {
        let node = cursor.node();
        let body = text.get(node.byte_range()).unwrap_or("");
        if node.is_error() && body.contains(['(', '[']) {
            return Some(TextRange::new(
                node.start_byte(),
                node.end_byte().min(node.start_byte() + 80),
            ));
        }
        if node.has_error() && !node.is_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

/// Whether a path is that of test code.
pub fn is_test_path(path: &str) -> bool {
    let mut segments = path.split('/').rev();
    let file = segments.next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    let folder = |name: &str| {
        matches!(
            name,
            "tests"
                | "test"
                | "testing"
                | "__tests__"
                | "spec"
                | "specs"
                | "e2e"
                | "benches"
                | "testdata"
                | "fixtures"
                | "test_utils"
                | "testutils"
                | "loadtest"
                | "loadtests"
                | "__mocks__"
                | "cypress"
                | "playwright"
        )
    };
    // `price.test.ts`, `till.stories.tsx`, `playwright.config.ts`
    let words = crate::lang::for_path(file).map_or(&[][..], |lang| lang.of_tests);
    let is_marked = || file.split('.').rev().skip(1).any(|part| words.contains(&part));
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem.ends_with("Test")
        || stem.ends_with("Tests")
        || matches!(stem, "conftest" | "tests" | "test_helpers")
        || is_marked()
        || segments.any(|name| folder(name) || is_of_tests(name))
}

/// Whether a folder is called as one of tests, behind what they test: `oven-tests`, `Shop.Ovens.Tests`, `integrationTest`.
fn is_of_tests(name: &str) -> bool {
    ["_tests", "-tests", "Tests", "Test"].iter().any(|end| name.ends_with(end))
}

/// Whether a path is that of an example, a sample or documentation: not what is deployed.
pub fn is_example_path(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|name| {
        matches!(
            name,
            "examples"
                | "example"
                | "samples"
                | "docs"
                | "doc"
                | "demo"
                | "demos"
                | "tutorials"
                | "docs_src"
        )
    })
}
