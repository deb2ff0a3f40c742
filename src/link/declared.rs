//! Flags that code makes known by objects of their own: `NEW_TILL = WaffleFlag("bakery.new_till", __name__)`.
//!
//! Making one asks nothing. The readers of such objects say in their rows which calls make them.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};

use super::chains::{Frame, bound, slot};
use super::evaluate::{CALLER, HOLE};
use super::notes::{Said, said_by_args};
use super::program::{Program, Target};
use crate::facts::code::{Form, ItemKind, Site};
use crate::lang::catalog::{Catalog, ReaderRow};
use crate::model::{FlagDeclaration, Inventory, Key};
use crate::text::{FileId, Span};

/// A declaration before its flag has an id.
pub(super) struct Declared {
    key: Key,
    span: Span,
    name: Option<String>,
    said: Option<Said>,
}

/// All declarations of a program, in the order of its files.
pub(super) fn all(program: &Program<'_>, catalogs: &[(&'static str, Catalog)]) -> Vec<Declared> {
    let makers: FxHashMap<&str, FxHashMap<&str, &ReaderRow>> =
        catalogs.iter().map(|(lang, catalog)| (*lang, makers(catalog))).collect();
    let mut found = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        let Some(makers) = makers.get(unit.lang.name).filter(|makers| !makers.is_empty()) else {
            continue;
        };
        for (at, site) in unit.facts.sites.iter().enumerate() {
            if site.form != Form::Call || site.in_test {
                continue;
            }
            let Target::External(name) = program.asked(Frame { file, site: at }) else { continue };
            let Some(row) = makers.get(name.as_str()) else { continue };
            let Some(key) = key_of(program, file, site, row) else { continue };
            found.push(Declared {
                key,
                span: Span::new(unit.id, site.range),
                name: name_of(program, file, site),
                said: said_by_args(&site.args),
            });
        }
    }
    found
}

/// The calls that make objects for one flag, with the row of a reader of theirs.
fn makers(catalog: &Catalog) -> FxHashMap<&str, &ReaderRow> {
    let of_one = catalog.rows().filter(|row| !row.of_instance.is_empty());
    let names = of_one.flat_map(|row| row.reader.all().iter().map(move |name| (name, row)));
    names.filter_map(|(name, row)| Some((name.rsplit_once("().")?.0, row))).collect()
}

fn key_of(program: &Program<'_>, file: usize, site: &Site, row: &ReaderRow) -> Option<Key> {
    let text = |arg| match &program.texts(&bound(arg, file, None))[..] {
        [one] if !one.contains([HOLE, CALLER]) => Some(one.clone()),
        _ => None,
    };
    let name = text(slot(&row.of_instance, &site.args)?)?;
    let entry = slot(&row.instance_entry, &site.args).and_then(text);
    let name = entry.map_or(name.clone(), |entry| format!("{name}.{entry}"));
    Some(Key { name, namespace: row.namespace.namespace() })
}

/// The name that the module gives the object: that of the item whose value it is.
fn name_of(program: &Program<'_>, file: usize, site: &Site) -> Option<String> {
    let items = &program.files[file].facts.items;
    // The name stands before the call, and nothing between but the sign.
    let before = items.iter().filter(|item| {
        matches!(item.kind, ItemKind::Value(_)) && item.range.start <= site.range.start
    });
    let item = before.max_by_key(|item| item.range.start)?;
    (site.range.start.saturating_sub(item.range.end) <= 8)
        .then(|| item.name.rsplit('.').next().unwrap_or(&item.name).to_owned())
}

/// Puts the declarations into the inventory. `texts` are those of all code that is no test.
pub(super) fn add(inventory: &mut Inventory, declared: &[Declared], texts: &[(FileId, &str)]) {
    let names: Vec<&str> = declared.iter().filter_map(|one| one.name.as_deref()).collect();
    let used = used(&names, declared, texts);
    let mut by_place: BTreeMap<Span, FlagDeclaration> = BTreeMap::new();
    let mut notes = Vec::new();
    for one in declared {
        let key = inventory.intern(one.key.clone());
        notes.extend(one.said.as_ref().map(|said| said.note(key, one.span)));
        let name = one.name.clone();
        let is_used = name.as_ref().is_none_or(|name| used.contains(name.as_str()));
        by_place.insert(one.span, FlagDeclaration { key, span: one.span, name, is_used });
    }
    inventory.flag_notes.extend(notes);
    inventory.flag_declarations.extend(by_place.into_values());
}

/// Which names stand anywhere but where they are declared or taken in by an import.
fn used<'n>(
    names: &[&'n str],
    declared: &[Declared],
    texts: &[(FileId, &str)],
) -> FxHashSet<&'n str> {
    let mut used = FxHashSet::default();
    let Ok(finder) =
        AhoCorasick::builder().match_kind(aho_corasick::MatchKind::LeftmostLongest).build(names)
    else {
        return names.iter().copied().collect();
    };
    if names.is_empty() {
        return used;
    }
    let declaring: FxHashSet<(FileId, usize)> = declared
        .iter()
        .filter_map(|one| {
            let text = texts.iter().find(|(id, _)| *id == one.span.file)?.1;
            Some((one.span.file, line_start(text, one.span.range.start as usize)))
        })
        .collect();
    for (id, text) in texts {
        for hit in finder.find_iter(text) {
            let joins = |byte: Option<&u8>| {
                byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            };
            let bytes = text.as_bytes();
            let before = hit.start().checked_sub(1).and_then(|at| bytes.get(at));
            if joins(before) || joins(bytes.get(hit.end())) {
                continue;
            }
            let start = line_start(text, hit.start());
            let line = text[start..].lines().next().unwrap_or_default();
            let is_import =
                line.trim_start().starts_with("from ") || line.trim_start().starts_with("import ");
            let is_comment = line.trim_start().starts_with('#');
            if !is_import && !is_comment && !declaring.contains(&(*id, start)) {
                used.insert(names[hit.pattern().as_usize()]);
            }
        }
    }
    used
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1)
}
