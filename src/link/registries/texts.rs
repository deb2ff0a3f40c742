//! Texts that code gives the members of an enum that declares flags: `match self { Self::Glaze => "glaze" }`, the same the other
//! way round, `"glaze" => Ok(Self::Glaze)`, and rows that say more of them, `About { flag: Feature::Glaze, name: "glaze" }`.
//!
//! Where an attribute names a member, that holds.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::super::declared::Listing;
use super::Registry;
use super::held::held;
use super::members::{by_class, is_name, member};
use super::objects::name_of;
use crate::facts::code::{Expr, ItemKind};
use crate::link::program::{ClassId, Program};
use crate::nature::registry;
use crate::text::Span;

/// The texts of members, by the place of their registry.
type Texts = BTreeMap<usize, BTreeMap<String, String>>;

/// Calls the flags of these registries, whose members name them, by the texts that code gives them. Gives the places of the
/// methods and the names of the lists that do so: what they name they do not use.
pub(super) fn rename(program: &Program<'_>, all: &mut [Registry]) -> Listing {
    let classes = by_class(program, all);
    let (mut texts, mut listing) = (Texts::new(), Listing::default());
    for (at, one) in all.iter().enumerate() {
        let own = of_methods(program, one, &mut listing.methods);
        if own.len() > 1 {
            texts.insert(at, own);
        }
    }
    listing.lists = of_rows(program, &classes, &mut texts);
    for (at, own) in texts {
        let flags = &mut all[at].flags;
        for (name, flag) in flags.iter_mut().filter(|(name, flag)| **name == flag.key) {
            if let Some(text) = own.get(name) {
                flag.key.clone_from(text);
            }
        }
    }
    listing
}

/// What a method of the class gives for each member, or takes for it.
fn of_methods(
    program: &Program<'_>,
    of: &Registry,
    places: &mut Vec<Span>,
) -> BTreeMap<String, String> {
    let facts = program.files[of.file].facts;
    let mut found = BTreeMap::new();
    for function in &facts.functions {
        let Some((class, method)) = function.name.rsplit_once('.') else { continue };
        if class != of.name || !registry::spells(method) {
            continue;
        }
        let Expr::Select(_, arms) = &function.gives else { continue };
        let mut is_naming = false;
        for (pattern, value) in arms {
            let (name, text) = match value {
                Expr::Text(text) => (pattern.as_str(), text.as_str()),
                other => (member_in(other), pattern.trim_matches('"')),
            };
            if of.flags.contains_key(name) && is_name(text) {
                found.entry(name.to_owned()).or_insert_with(|| text.to_owned());
                is_naming = true;
            }
        }
        places.extend(is_naming.then(|| Span::new(program.files[of.file].id, function.range)));
    }
    found
}

/// The member that an arm gives: `Self::Glaze`, `Ok(Self::Glaze)`.
fn member_in(value: &Expr) -> &str {
    match value {
        Expr::Path(path) => path.last(),
        Expr::Call(_, args, _) => match &args[..] {
            [Expr::Path(path)] => path.last(),
            _ => "",
        },
        _ => "",
    }
}

/// Rows of constants, each with a member and a name.
fn of_rows(
    program: &Program<'_>,
    classes: &FxHashMap<ClassId, usize>,
    texts: &mut Texts,
) -> Vec<Span> {
    let mut lists = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        for item in unit.facts.items.iter().filter(|item| !item.name.contains('.')) {
            let ItemKind::Value(value) = &item.kind else { continue };
            let Expr::List(rows) = &*held(value) else { continue };
            let named = rows.iter().filter_map(|row| row_of(program, classes, file, row));
            let named: Vec<_> = named.collect();
            lists.extend((!named.is_empty()).then(|| Span::new(unit.id, item.range)));
            for (registry, name, text) in named {
                texts.entry(registry).or_default().entry(name).or_insert(text);
            }
        }
    }
    lists
}

fn row_of(
    program: &Program<'_>,
    classes: &FxHashMap<ClassId, usize>,
    file: usize,
    row: &Expr,
) -> Option<(usize, String, String)> {
    let Expr::Call(_, args, _) = row else { return None };
    let text = name_of(args)?;
    args.iter().find_map(|arg| {
        let Expr::Keyword(_, inner) = arg else { return None };
        let Expr::Path(path) = &**inner else { return None };
        let (registry, name) = member(program, classes, file, path)?;
        Some((registry, name, text.clone()))
    })
}
