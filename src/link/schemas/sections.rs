//! Classes that a section of an object of settings fills: `config.GetSection("Lamp").Get<Lamp>()`,
//! `services.Configure<Lamp>(config.GetSection("Lamp"))`.
//!
//! What fills an object that is handed over is not followed, nor a section that a parameter stands for.

use heck::ToKebabCase as _;
use rustc_hash::FxHashSet;

use super::annotated::{filled, naming};
use super::naming::{Naming, upper};
use super::options::bound_at;
use super::{Schema, Tables};
use crate::facts::code::{Base, Expr, Form, Path, Site};
use crate::facts::schema::Mark;
use crate::lang::schemas::{FoundBy, SchemaRow};
use crate::link::chains::slot;
use crate::link::program::{ClassId, Program, Target};
use crate::text::TextRange;

/// Sections inside sections beyond these are not followed.
const MAX_SECTIONS: usize = 8;

/// The classes that calls fill from sections, each once for each section.
pub(super) fn schemas(program: &Program<'_>, table: &Tables<'_>) -> Vec<Schema> {
    let mut all = Vec::new();
    let rows = &table.schemas.schemas;
    if !rows.iter().any(|row| row.of_section) {
        return all;
    }
    let mut seen: FxHashSet<(ClassId, Vec<String>)> = FxHashSet::default();
    for (file, unit) in program.files.iter().enumerate() {
        if unit.lang.name != table.lang {
            continue;
        }
        let calls = unit.facts.sites.iter().filter(|site| site.form == Form::Call);
        for site in calls.filter(|site| site.load.is_some()) {
            let Some((row, reader, class)) = filling(program, table, file, site) else { continue };
            let Some(section) = section(program, row, file, site) else { continue };
            if !seen.insert((class, section.clone())) {
                continue;
            }
            let mut names = naming(program, row, class);
            let joint = names.separator.clone().unwrap_or_default();
            names.prefix = section.iter().flat_map(|part| [upper(part), joint.clone()]).collect();
            names.section = section;
            let mut schema = filled(program, table, row, &reader, class, names);
            schema.is_file_first = true;
            schema.leaves.iter_mut().for_each(|leaf| leaf.in_test |= site.in_test);
            all.push(schema);
        }
    }
    all
}

/// A class whose mark names the section that fills it: `@ConfigurationProperties(prefix = "oven")`.
pub(super) fn of_mark<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    (row, reader): (&'t SchemaRow, &str),
    class: ClassId,
    mut names: Naming,
) -> Option<Schema> {
    let (file, facts) = (class.0, &program.files[class.0].facts.classes[class.1]);
    let is_one = |mark: &&Mark| matches!(program.resolve(file, &mark.path), Target::External(name) if name == reader);
    let mark = facts.marks.iter().find(is_one)?;
    let section = match slot(&row.prefix, &mark.args) {
        Some(arg) => parts(program, row, file, &arg.value, arg.range)?,
        None => Vec::new(),
    };
    let joint = names.separator.clone().unwrap_or_default();
    let plain = |part: &String| upper(&part.replace('-', ""));
    names.prefix = section.iter().flat_map(|part| [plain(part), joint.clone()]).collect();
    names.section.clone_from(&section);
    let mut schema = filled(program, table, row, reader, class, names);
    schema.is_file_first = true;
    for leaf in schema.leaves.iter_mut().filter(|_| row.dashed) {
        let own = leaf.path.split_off(section.len().min(leaf.path.len()));
        let dashed = own.iter().map(|part| part.to_kebab_case());
        let dashed: Vec<String> = section.iter().cloned().chain(dashed).collect();
        let written: Vec<String> = section.iter().cloned().chain(own).collect();
        if dashed != written {
            leaf.aliases.push((written, None));
        }
        leaf.path = dashed;
    }
    Some(schema)
}

/// The row of a call that fills a class from a section, its name, and the class.
fn filling<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    file: usize,
    site: &Site,
) -> Option<(&'t SchemaRow, String, ClassId)> {
    let Target::External(name) = program.resolve(file, &site.callee) else { return None };
    let name = without_sections(program, file, &name);
    let row = table.schemas.row(FoundBy::Loader, &name).filter(|row| row.of_section)?;
    let wanted = site.load.as_ref()?.written()?;
    let class = program.class(file, &wanted.present().path)?;
    Some((row, name, class))
}

/// A qualified name without what leads from the object of settings to a part of it.
fn without_sections(program: &Program<'_>, file: usize, name: &str) -> String {
    let lookups = program.handlers(file).map_or(&[][..], |handlers| &handlers.lookups);
    let is_step = |segment: &&str| {
        let called = segment.strip_suffix("()");
        segment.starts_with('[')
            || called.is_some_and(|called| lookups.iter().any(|lookup| lookup == called))
    };
    name.split('.').filter(|segment| !is_step(segment)).collect::<Vec<_>>().join(".")
}

/// The path of the section that a call is given, where it is known.
fn section(
    program: &Program<'_>,
    row: &SchemaRow,
    file: usize,
    site: &Site,
) -> Option<Vec<String>> {
    if let Some(arg) = slot(&row.section, &site.args) {
        return parts(program, row, file, &arg.value, arg.range);
    }
    let given = if row.object.is_empty() {
        &site.load.as_ref()?.object
    } else {
        &site.args.iter().rev().find(|arg| arg.name.is_none())?.value
    };
    within(program, row, (file, site.range), given, MAX_SECTIONS)
}

/// The parts of a section's name as code writes it.
fn parts(
    program: &Program<'_>,
    row: &SchemaRow,
    file: usize,
    value: &Expr,
    range: TextRange,
) -> Option<Vec<String>> {
    let texts = program.texts(&bound_at(value, file, range));
    let [text] = &texts[..] else { return None };
    let is_known = !text.is_empty() && !text.contains(|sign: char| sign.is_control());
    let separator = row.separator.as_deref().unwrap_or(".");
    is_known.then(|| text.split(separator).map(str::to_owned).collect())
}

/// The section that a value is: the entries that lead to it from an object of settings.
fn within(
    program: &Program<'_>,
    row: &SchemaRow,
    (file, range): (usize, TextRange),
    value: &Expr,
    depth: usize,
) -> Option<Vec<String>> {
    let depth = depth.checked_sub(1)?;
    let path = match value {
        Expr::Call(path, args, _) if !args.is_empty() => {
            let handlers = program.handlers(file)?;
            if !handlers.lookups.iter().any(|lookup| lookup == path.last()) {
                return None;
            }
            let object = path.rest.rsplit_once('.').map(|(object, _)| object)?;
            let object = Path { base: path.base, rest: object.to_owned() };
            let mut found = within(program, row, (file, range), &Expr::Path(object), depth)?;
            found.extend(parts(program, row, file, &args[0], range)?);
            return Some(found);
        }
        Expr::Path(path) | Expr::Call(path, ..) => path,
        _ => return None,
    };
    if matches!(path.base, Base::Unknown | Base::Param(_)) {
        return None;
    }
    match program.resolve(file, path) {
        Target::External(name) if asks_entry(program, file, &name) => {
            // `var section = config.GetSection(Lamp.Section);`
            let made = program.made(file, path)?;
            let mut found = entries(program, row, name.rsplit_once('.')?.0)?;
            found.extend(parts(program, row, made.file, made.args.first()?, range)?);
            Some(found)
        }
        Target::External(name) => entries(program, row, &name),
        Target::Value(other, value) if (other, &value) != (file, &Expr::Path(path.clone())) => {
            within(program, row, (other, range), &value, depth)
        }
        _ => None,
    }
}

/// Whether a qualified name ends with a call that looks up an entry.
fn asks_entry(program: &Program<'_>, file: usize, name: &str) -> bool {
    let last = name.rsplit_once('.').and_then(|(_, last)| last.strip_suffix("()"));
    let lookups = program.handlers(file).map_or(&[][..], |handlers| &handlers.lookups);
    last.is_some_and(|last| lookups.iter().any(|lookup| lookup == last))
}

/// The entries that a qualified name leads to from an object of settings.
fn entries(program: &Program<'_>, row: &SchemaRow, name: &str) -> Option<Vec<String>> {
    let separator = row.separator.as_deref().unwrap_or(".");
    let plain = name.split(".[").next().unwrap_or(name);
    let entries = name.split('.').filter_map(|segment| {
        let entry = segment.strip_prefix('[')?.strip_suffix(']')?;
        Some(entry.replace('\u{3}', "."))
    });
    let all =
        entries.flat_map(|entry| entry.split(separator).map(str::to_owned).collect::<Vec<_>>());
    program.is_reader(plain).then(|| all.collect())
}
