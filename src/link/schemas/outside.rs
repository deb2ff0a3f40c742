//! Settings that code outside the tree takes: all that is known of them is how their names begin, and that makes patterns, or
//! what the project calls the like: `SECRET_KEY = CommonConfig.SECRET_KEY`.

use std::collections::BTreeMap;

use super::find::mark_names;
use super::naming::{Naming, upper};
use super::options::bound_at;
use super::{Bound, Leaf, Schema, Tables};
use crate::facts::code::{Expr, Form, ItemKind, Site};
use crate::facts::path::Path;
use crate::lang::catalog::Names;
use crate::lang::schemas::PrefixRow;
use crate::link::chains::slot;
use crate::link::evaluate::HOLE;
use crate::link::program::{ClassId, Program, Target};
use crate::link::reads::Place;
use crate::model::Absence;

/// What is shorter is no name of a variable.
const SHORTEST: usize = 3;

/// What calls of code outside are handed as the prefix of all that it reads: `OuterConfig::load_config("SHOP")`.
pub(super) fn schemas(program: &Program<'_>, table: &Tables<'_>) -> Vec<Schema> {
    let mut all = Vec::new();
    if table.schemas.prefixed.is_empty() {
        return all;
    }
    for (file, unit) in program.files.iter().enumerate() {
        if unit.lang.name != table.lang {
            continue;
        }
        for site in unit.facts.sites.iter().filter(|site| site.form == Form::Call) {
            let found = table
                .schemas
                .prefixed
                .iter()
                .find_map(|row| Some((row, handed(program, row, file, site)?)));
            let Some((row, (reader, name))) = found else { continue };
            let (absence, default) = absent(row, file, site);
            let leaf = Leaf { absence, default, ..Leaf::variable(file, site, name) };
            all.push(Schema::outside(reader, vec![leaf], file, site));
        }
    }
    all
}

/// What the project takes over from classes of code outside under the same name: they take it from the environment, likely.
pub(super) fn lent(program: &Program<'_>, table: &Tables<'_>) -> Vec<Schema> {
    let mut all: BTreeMap<String, Vec<Leaf>> = BTreeMap::new();
    for (file, unit) in
        program.files.iter().enumerate().filter(|(_, unit)| unit.lang.name == table.lang)
    {
        for item in &unit.facts.items {
            let ItemKind::Value(Expr::Path(path)) = &item.kind else { continue };
            let name = item.name.rsplit('.').next().unwrap_or(&item.name);
            let is_one = is_upper(name) && name.len() >= SHORTEST && path.last() == name;
            let Some(class) = lender(program, table, file, path).filter(|_| is_one) else {
                continue;
            };
            let leaf = Leaf { range: item.range, ..Leaf::named(file, name.to_owned()) };
            all.entry(class).or_default().push(leaf);
        }
    }
    all.into_iter().map(|(class, leaves)| Schema::of_outside(class, leaves, Vec::new())).collect()
}

/// The fields of classes that code outside fills by a mark of its own: the names they have are known in part alone.
pub(super) fn marked(program: &Program<'_>, table: &Tables<'_>) -> Vec<Schema> {
    let rows: Vec<&Names> =
        table.schemas.lent.iter().filter_map(|row| row.marks.as_ref()).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let is_one = |name: &String| rows.iter().any(|names| names.all().contains(name));
    let own = program.files.iter().enumerate().filter(|(_, unit)| unit.lang.name == table.lang);
    let classes =
        own.flat_map(|(file, unit)| unit.facts.classes.iter().map(move |class| (file, class)));
    let found = classes.filter_map(|(file, class)| {
        let reader = mark_names(program, file, class).into_iter().find(is_one)?;
        let leaves = class.fields.iter().map(|field| Leaf {
            range: field.range,
            in_test: class.in_test,
            ..Leaf::named(file, format!("{HOLE}_{}", upper(&field.name)))
        });
        Some(Schema::of_outside(reader, leaves.collect(), Vec::new()))
    });
    found.collect()
}

/// The class outside that a path is an attribute of, where its name says that it holds settings.
fn lender(program: &Program<'_>, table: &Tables<'_>, file: usize, path: &Path) -> Option<String> {
    let ends = |class: &str| {
        let mut ends = table.schemas.lent.iter().flat_map(|row| &row.class_ends);
        ends.any(|end| class.ends_with(end.as_str()))
    };
    let (owner, _) = path.rest.rsplit_once('.').unwrap_or_default();
    let Target::External(name) = program.resolve(file, path) else { return None };
    let (class, _) = name.rsplit_once('.')?;
    let called = class.rsplit('.').next().unwrap_or(class);
    let is_known = || {
        let package = name.split('.').next().unwrap_or_default();
        program.is_outside(program.files[file].lang, package)
    };
    let is_class =
        called.starts_with(|first: char| first.is_ascii_uppercase()) && class.contains('.');
    (is_class && ends(called) && !owner.contains('(') && !is_known()).then(|| class.to_owned())
}

/// What its absence does: the default that is handed over takes its place, where one is.
fn absent(row: &PrefixRow, file: usize, site: &Site) -> (Absence, Option<Bound>) {
    match slot(&row.default, &site.args) {
        Some(arg) if arg.value != Expr::Null => {
            (Absence::Default, Some(bound_at(&arg.value, file, arg.range)))
        }
        _ => (Absence::Optional, None),
    }
}

/// Whether a call is one of a row by what it is called.
fn is_called(row: &PrefixRow, callee: &Path) -> bool {
    let is_one = |names: &Names, name: &str| names.all().iter().any(|one| one == name);
    if row.call.as_ref().is_some_and(|names| !is_one(names, callee.last())) {
        return false;
    }
    let Some(of) = &row.of else { return true };
    let Some((owner, _)) = callee.rest.rsplit_once('.') else { return false };
    is_one(of, owner.rsplit('.').next().unwrap_or(owner).trim_end_matches("()"))
}

/// What is called outside, and the name that a call hands it: that of one variable, or how the names of all begin.
fn handed(
    program: &Program<'_>,
    row: &PrefixRow,
    file: usize,
    site: &Site,
) -> Option<(String, String)> {
    if !is_called(row, &site.callee) {
        return None;
    }
    let arg = slot(&row.prefix, &site.args)?;
    let Target::External(name) = program.resolve(file, &site.callee) else { return None };
    // What is called by its own name alone is a module, not a function of one.
    if row.is_whole && !name.contains('.') {
        return None;
    }
    // The rows of a package that has some say what its calls do.
    let package = name.split(['.', '(']).next().unwrap_or_default();
    if program.is_outside(program.files[file].lang, package) {
        return None;
    }
    let prefix = program.option_text(&bound_at(&arg.value, file, arg.range));
    if !is_upper(&prefix) || row.is_whole && prefix.len() < SHORTEST {
        return None;
    }
    Some((name, if row.is_whole { prefix } else { format!("{prefix}{HOLE}") }))
}

/// Whether a name is written as variables are.
fn is_upper(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// What a loader gives to a type that is not in the tree, where it says which variables it takes.
pub(super) fn taken(
    reader: &str,
    naming: Option<&Naming>,
    file: usize,
    site: &Site,
) -> Option<Schema> {
    let naming = naming?;
    let any = [HOLE.to_string()];
    let names: Vec<String> = match &naming.only {
        Some(only) => {
            only.iter().filter_map(|one| naming.name(std::slice::from_ref(one))).collect()
        }
        None if naming.prefix.is_empty() => return None,
        None => naming.name(&any).into_iter().collect(),
    };
    let leaves = names.into_iter().map(|name| Leaf::variable(file, site, name)).collect();
    Some(Schema::outside(reader.to_owned(), leaves, file, site))
}

/// The variables of fields that a base class outside may have.
pub(super) fn inherited(program: &Program<'_>, class: ClassId, naming: &Naming) -> Option<Leaf> {
    if naming.prefix.is_empty() || naming.is_off {
        return None;
    }
    let facts = &program.files[class.0].facts.classes[class.1];
    Some(Leaf {
        range: facts.range,
        in_test: facts.in_test,
        ..Leaf::named(class.0, naming.name(&[HOLE.to_string()])?)
    })
}

/// The variables of fields that an object may take under a prefix which is not seen: `config.with_namespace("oven")`.
pub(super) fn bound_elsewhere(leaves: &[Leaf]) -> Vec<Leaf> {
    let names = |leaf: &Leaf| leaf.names.iter().map(|name| format!("{HOLE}_{name}")).collect();
    let bound = leaves.iter().map(|leaf| Leaf {
        names: names(leaf),
        absence: Absence::Optional,
        default: None,
        ..leaf.clone()
    });
    bound.collect()
}

impl Schema {
    /// What code outside takes at a call.
    fn outside(reader: String, leaves: Vec<Leaf>, file: usize, site: &Site) -> Self {
        Self::of_outside(reader, leaves, vec![Place::at(file, site)])
    }

    fn of_outside(reader: String, leaves: Vec<Leaf>, loaded_at: Vec<Place>) -> Self {
        Self {
            reader,
            is_file_first: false,
            has_files: false,
            is_flags: false,
            has_own_source: true,
            is_over: false,
            leaves,
            loaded_at,
        }
    }
}
