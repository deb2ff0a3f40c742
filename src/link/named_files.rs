//! Files of settings that code hands to a loader by name: `Toml::file("oven.toml")`, `Dynaconf(settings_files=[…])`.
//!
//! Knows the name as it is written, not the folder that the program is started in.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::facts::CodeFacts;
use crate::facts::code::{Base, Expr, ItemKind, Path};
use crate::lang::catalog::Slot;
use crate::lang::schemas::{FileRow, Schemas};
use crate::lang::{LANGS, tables};
use crate::text::FileId;

/// Deeper than expressions go that name a file.
const MAX_DEPTH: usize = 24;

/// A name of a file, as code writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedFile {
    /// The file of code that names it.
    pub by: FileId,
    /// What is written.
    pub name: String,
}

/// The files of settings that code names, test code aside.
pub fn named_files(code: &[(FileId, CodeFacts)], config: &Config) -> Vec<NamedFile> {
    let tables: Vec<(&str, Schemas)> = LANGS
        .iter()
        .filter_map(|lang| Some((lang.name, tables::schemas(lang, config).ok()?)))
        .collect();
    let mut found = Vec::new();
    for (by, facts) in code {
        let Some((_, table)) = tables.iter().find(|(lang, _)| *lang == facts.lang) else {
            continue;
        };
        let mut names = Names { table, facts, constants: OnceCell::new(), found: Vec::new() };
        for expr in expressions(facts) {
            names.look(expr, MAX_DEPTH);
        }
        found.extend(names.found.into_iter().map(|name| NamedFile { by: *by, name }));
    }
    found.sort();
    found.dedup();
    found
}

/// Where a file may be named.
fn expressions(facts: &CodeFacts) -> impl Iterator<Item = &Expr> {
    let items = facts.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Value(value) => Some(value),
        _ => None,
    });
    let sites = facts.sites.iter().filter(|site| !site.in_test);
    let sites = sites.flat_map(|site| {
        let loaded = site.load.as_ref().map(|load| &load.object);
        loaded.into_iter().chain(site.args.iter().map(|arg| &arg.value))
    });
    let given = facts.functions.iter().filter(|one| !one.in_test).map(|one| &one.gives);
    items.chain(sites).chain(given)
}

struct Names<'t> {
    table: &'t Schemas,
    facts: &'t CodeFacts,
    /// The calls that constants of the file are.
    constants: OnceCell<FxHashMap<&'t str, &'t Expr>>,
    found: Vec<String>,
}

impl<'t> Names<'t> {
    fn look(&mut self, expr: &Expr, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match expr {
            Expr::Call(path, args, object) => {
                if let Some(row) = self.row(path) {
                    self.take(row, args);
                }
                for part in args.iter().chain(object.as_deref()) {
                    self.look(part, depth);
                }
            }
            Expr::Method(object, _, args) => {
                for part in args.iter().chain([&**object]) {
                    self.look(part, depth);
                }
            }
            Expr::Keyword(_, inner) | Expr::Element(inner) | Expr::Part(inner, _) => {
                self.look(inner, depth);
            }
            Expr::Join(parts) | Expr::OneOf(parts) | Expr::List(parts) => {
                for part in parts {
                    self.look(part, depth);
                }
            }
            _ => {}
        }
    }

    fn row(&self, path: &Path) -> Option<&'t FileRow> {
        let is_known = |row: &&FileRow| row.call.all().contains(&path.rest);
        self.table.files.iter().find(is_known).filter(|_| path.base == Base::Absolute)
    }

    fn take(&mut self, row: &FileRow, args: &[Expr]) {
        let mut texts = Vec::new();
        for given in args_of(&row.name, args) {
            if row.inside.is_empty() {
                written(given, &mut texts);
            } else {
                texts.extend(self.text_of(row, given));
            }
        }
        for text in texts {
            let ends = &row.suffixes;
            if ends.is_empty() || ends.iter().any(|end| text.ends_with(end)) {
                self.found.push(text);
            } else {
                self.found.extend(ends.iter().map(|end| format!("{text}{end}")));
            }
        }
    }
}

impl Names<'_> {
    /// The name of the file whose text an argument is, itself or by a constant of the file.
    fn text_of(&self, row: &FileRow, given: &Expr) -> Option<String> {
        let call = match given {
            Expr::Path(path) if path.base == Base::Here => *self.constants().get(&*path.rest)?,
            given => given,
        };
        included(&row.inside, call)
    }

    fn constants(&self) -> &FxHashMap<&str, &Expr> {
        self.constants.get_or_init(|| {
            let calls = self.facts.items.iter().filter_map(|item| match &item.kind {
                ItemKind::Value(value @ Expr::Call(..)) => Some((item.name.as_str(), value)),
                _ => None,
            });
            calls.collect()
        })
    }
}

/// The name of the file whose text a value is, by one of these macros. What is put together ends with a name in some folder:
/// `concat!(env!("CARGO_MANIFEST_DIR"), "/default.toml")`.
pub(in crate::link) fn included(macros: &[String], value: &Expr) -> Option<String> {
    let Expr::Call(path, args, _) = value else { return None };
    if !macros.iter().any(|one| one == path.last()) {
        return None;
    }
    match &args[..] {
        [Expr::Text(text)] => Some(text.clone()),
        [Expr::Join(parts)] => match parts.last()? {
            Expr::Text(text) => Some(text.trim_start_matches('/').to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// The arguments that a slot means.
fn args_of<'e>(slot: &'e Slot, args: &'e [Expr]) -> impl Iterator<Item = &'e Expr> {
    let positional = args.iter().filter(|arg| !matches!(arg, Expr::Keyword(..)));
    let placed = slot.position.and_then(|at| positional.clone().nth(at));
    let keyed = args.iter().filter_map(|arg| match arg {
        Expr::Keyword(name, value) if slot.keywords.contains(name) => Some(&**value),
        _ => None,
    });
    placed.into_iter().chain(keyed)
}

/// The names that a value is made of.
fn written(value: &Expr, out: &mut Vec<String>) {
    match value {
        Expr::Text(text) if !text.is_empty() => out.push(text.clone()),
        Expr::List(parts) | Expr::OneOf(parts) => {
            for part in parts {
                if let Expr::Text(text) = part {
                    out.push(text.clone());
                }
            }
        }
        _ => {}
    }
}
