//! Flags that code makes known by objects of their own: `NEW_TILL = WaffleFlag("bakery.new_till", __name__)`.
//!
//! Making one asks nothing. The readers of such objects say in their rows which calls make them.

mod used;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::chains::{Frame, bound, slot};
use super::evaluate::{CALLER, HOLE};
use super::notes::{Said, said_by_args};
use super::program::{Program, Target};
use crate::facts::code::{Form, ItemKind, Site};
use crate::lang::catalog::{Catalog, ReaderRow};
use crate::model::{FlagDeclaration, Inventory, Key, KeyId};
use crate::text::{FileId, Span, TextRange};

/// Places that name flags and do not use them.
#[derive(Default)]
pub(super) struct Listing {
    /// Methods that say how flags are spelled.
    pub(super) methods: Vec<Span>,
    /// The names of constants whose value lists flags.
    pub(super) lists: Vec<Span>,
}

/// A declaration before its flag has an id.
pub(super) struct Declared {
    key: Key,
    span: Span,
    name: Option<String>,
    /// What the project keeps its flags in, where it does that itself.
    registry: Option<String>,
    /// Whether that names all flags that there are.
    is_closed: bool,
    /// Whether people choose among them in a list of all: then each of them is used.
    is_chosen: bool,
    /// Where code takes it together with all others, whichever they are.
    together: Option<Span>,
    said: Option<Said>,
}

impl Declared {
    /// A flag that is declared in `registry`, where code calls it `name`.
    pub(super) fn member(key: Key, span: Span, name: String, registry: String) -> Self {
        let (name, registry) = (Some(name), Some(registry));
        Self {
            key,
            span,
            name,
            registry,
            is_closed: false,
            is_chosen: false,
            together: None,
            said: None,
        }
    }

    /// Whether it is an entry of a dictionary: then its span is still that of the dictionary's name.
    fn is_entry(&self) -> bool {
        self.registry.is_some() && self.name.as_ref() == Some(&self.key.name)
    }

    /// The same, where the registry names all flags that there are.
    #[must_use]
    pub(super) fn closed(self, is_closed: bool) -> Self {
        Self { is_closed, ..self }
    }

    /// The same, where people choose in a list of all flags.
    #[must_use]
    pub(super) fn chosen(self, is_chosen: bool) -> Self {
        Self { is_chosen, ..self }
    }

    /// The same, where code takes it together with all others.
    #[must_use]
    pub(super) fn together(self, together: Option<Span>) -> Self {
        Self { together, ..self }
    }
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
                registry: None,
                is_closed: false,
                is_chosen: false,
                together: None,
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
pub(super) fn add(
    inventory: &mut Inventory,
    (declared, listing): (&[Declared], &Listing),
    texts: &[(FileId, &str)],
) {
    let used = used::used(declared, listing, texts);
    let by_id: FxHashMap<FileId, &str> = texts.iter().copied().collect();
    let mut by_place: BTreeMap<(Span, KeyId), FlagDeclaration> = BTreeMap::new();
    let mut notes = Vec::new();
    for (one, is_used) in declared.iter().zip(used) {
        let key = inventory.intern(one.key.clone());
        notes.extend(one.said.as_ref().map(|said| said.note(key, one.span)));
        let (name, registry) = (one.name.clone(), one.registry.clone());
        let text = by_id.get(&one.span.file).filter(|_| one.is_entry());
        let entry = text.and_then(|text| entry_at(text, one.span.range, &one.key.name));
        let span = Span { range: entry.unwrap_or(one.span.range), ..one.span };
        let (is_closed, is_used) = (one.is_closed, is_used || one.is_chosen);
        let together = one.together;
        let declaration =
            FlagDeclaration { key, span, name, registry, is_closed, is_used, together };
        by_place.insert((span, key), declaration);
    }
    inventory.flag_notes.extend(notes);
    inventory.flag_declarations.extend(by_place.into_values());
}

/// Where the text of a key stands behind the name of the dictionary that has it.
pub(super) fn entry_at(text: &str, behind: TextRange, key: &str) -> Option<TextRange> {
    let start = behind.end as usize;
    let rest = text.get(start..)?;
    ['"', '\''].iter().find_map(|mark| {
        let at = start + rest.find(&format!("{mark}{key}{mark}"))?;
        Some(TextRange::new(at, at + key.len() + 2))
    })
}
