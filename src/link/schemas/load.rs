//! Calls that fill a struct: which struct, from where, and by which names.

use rustc_hash::FxHashMap;

use super::find::Found;
use super::naming::Naming;
use super::options::bound_at;
use super::outside;
use super::serde::Walk;
use super::sources::Sources;
use super::words::is_settings_word;
use super::{Schema, Tables};
use crate::facts::code::{Expr, GivenTo, Path, Site, Step};
use crate::facts::schema::TypeExpr;
use crate::lang::schemas::{FoundBy, SchemaRow, Style};
use crate::link::chains::slot;
use crate::link::program::{ClassId, Program, Target};
use crate::link::reads::Place;
use crate::model::Reach;

/// Attributes that add no implementation to a struct.
const PLAIN: [&str; 9] =
    ["allow", "cfg", "deprecated", "doc", "error", "expect", "must_use", "non_exhaustive", "repr"];

/// A call that fills a struct.
struct Call<'c, 't> {
    row: &'t SchemaRow,
    /// The struct says by a mark of its own that it is filled.
    is_marked: bool,
    reader: String,
    file: usize,
    site: &'c Site,
}

/// The structs that calls fill, each once for each way of naming. What only tests fill is a read of tests.
pub(super) fn schemas<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    found: &Found<'t>,
) -> Vec<Schema> {
    let mut all: Vec<Schema> = Vec::new();
    let mut seen = FxHashMap::default();
    for in_test in [false, true] {
        for (file, site) in loads(program, table.lang, in_test) {
            let Some((row, reader)) = row_of(program, table, found, file, site) else { continue };
            let is_marked = own_class(program, file, &site.callee)
                .is_some_and(|class| found.row(class).is_some());
            let call = Call { row, is_marked, reader, file, site };
            let targets = targets(program, found, &call);
            // What is asked for by a key is a value, not a struct.
            let is_whole = !row.needs_source && slot(&row.key, &site.args).is_none();
            if targets.is_empty() && is_whole {
                let sources = sources(program, table, &call);
                all.extend(outside::taken(&call.reader, sources.naming.as_ref(), file, site));
            }
            for (class, under) in targets {
                let Some(mut schema) = filled(program, table, &call, class, &under) else {
                    continue;
                };
                schema.leaves.iter_mut().for_each(|leaf| leaf.in_test |= in_test);
                let key = (class, under, schema.leaves.first().map(|leaf| leaf.names.clone()));
                let at = *seen.entry(key).or_insert(all.len());
                match all.get_mut(at) {
                    Some(known) => known.loaded_at.extend(schema.loaded_at),
                    None => all.push(schema),
                }
            }
        }
    }
    all
}

/// The calls of a language that may fill a struct, in tests or elsewhere.
fn loads<'p>(
    program: &'p Program<'_>,
    lang: &'p str,
    in_test: bool,
) -> impl Iterator<Item = (usize, &'p Site)> {
    let files = program.files.iter().enumerate().filter(move |(_, unit)| unit.lang.name == lang);
    let sites =
        files.flat_map(|(file, unit)| unit.facts.sites.iter().map(move |site| (file, site)));
    sites.filter(move |(_, site)| site.load.is_some() && site.in_test == in_test)
}

/// The row of a loader, or of the class whose own function the call is.
fn row_of<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    found: &Found<'t>,
    file: usize,
    site: &Site,
) -> Option<(&'t SchemaRow, String)> {
    let row = match program.resolve(file, &site.callee) {
        Target::External(name) => table.schemas.row(FoundBy::Loader, &name).map(|row| (row, name)),
        _ => None,
    };
    let row = row.or_else(|| {
        let class = own_class(program, file, &site.callee)?;
        found.row(class).map(|(row, name)| (row, name.to_owned()))
    });
    row.filter(|(row, _)| row.style == Style::Serde)
}

/// The class that a call is a function of: `Settings::with_layers`.
pub(super) fn own_class(program: &Program<'_>, file: usize, callee: &Path) -> Option<ClassId> {
    let (class, _) = callee.rest.rsplit_once('.')?;
    program.class(file, &Path { base: callee.base, rest: class.to_owned() })
}

/// The structs that the call fills, each with the path that it is found under.
fn targets(
    program: &Program<'_>,
    found: &Found<'_>,
    call: &Call<'_, '_>,
) -> Vec<(ClassId, Vec<String>)> {
    let section = slot(&call.row.key, &call.site.args);
    let under: Vec<String> = section
        .map(|arg| program.texts(&bound_at(&arg.value, call.file, arg.range)))
        .and_then(|texts| texts.into_iter().next())
        .map(|text| parts(&text))
        .unwrap_or_default();
    if let Some(class) = own_class(program, call.file, &call.site.callee)
        && found.row(class).is_some()
    {
        return vec![(class, under)];
    }
    let Some(load) = &call.site.load else { return Vec::new() };
    let class = load.given_to.iter().find_map(|it| class_given_to(program, call, it));
    if let Some(class) = class {
        return if is_fillable(program, class) { vec![(class, under)] } else { Vec::new() };
    }
    if load.written().is_none() {
        return Vec::new();
    }
    generic(program, call, &under)
}

fn parts(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// Whether it says itself that serde fills it.
fn derives_deserialize(program: &Program<'_>, class: ClassId) -> bool {
    let facts = &program.files[class.0].facts.classes[class.1];
    let mut given = facts.marked("derive").flat_map(|mark| &mark.args);
    given.any(|arg| matches!(&arg.value, Expr::Path(path) if path.last().contains("Deserialize")))
}

/// Whether serde may fill the struct: it derives that, or something that is not known here may add it.
pub(super) fn is_fillable(program: &Program<'_>, class: ClassId) -> bool {
    let marks = &program.files[class.0].facts.classes[class.1].marks;
    derives_deserialize(program, class)
        || marks.iter().any(|mark| match mark.path.last() {
            "derive" => mark.args.iter().any(|arg| !matches!(arg.value, Expr::Path(_))),
            name => !PLAIN.contains(&name),
        })
}

/// The class of what the value of a call is given to.
fn class_given_to(
    program: &Program<'_>,
    call: &Call<'_, '_>,
    given_to: &GivenTo,
) -> Option<ClassId> {
    match given_to {
        GivenTo::Type(of_type) => class_of(program, call.file, call.site, of_type.given()),
        GivenTo::Field { of, name } => {
            let (file, class) = program.class(call.file, of)?;
            let fields = &program.files[file].facts.classes[class].fields;
            let of_type = fields.iter().find(|field| field.name == *name)?.of_type.as_ref()?;
            program.class(file, &of_type.given().path)
        }
        GivenTo::Param { callee, position } => {
            let Target::Function(file, function) = program.resolve(call.file, callee) else {
                return None;
            };
            let param = program.files[file].facts.functions[function].params.get(*position)?;
            program.class(file, &param.of_type.as_ref()?.given().path)
        }
    }
}

fn class_of(
    program: &Program<'_>,
    file: usize,
    site: &Site,
    of_type: &TypeExpr,
) -> Option<ClassId> {
    if of_type.name == "Self" {
        let function = &program.files[file].facts.functions[site.function?];
        let (class, _) = function.name.rsplit_once('.')?;
        return program.class(file, &Path::here(class));
    }
    program.class(file, &of_type.path)
}

/// The structs that callers of a generic loader of the project ask for: `load::<Settings>(path)`, each with the section that
/// they name: `load_part::<Server>("server")`.
fn generic(
    program: &Program<'_>,
    call: &Call<'_, '_>,
    under: &[String],
) -> Vec<(ClassId, Vec<String>)> {
    let Some(function) = call.site.function else { return Vec::new() };
    let section = section_param(call.row, call.site);
    if section.is_none() && asks_a_section(program, call, function) {
        return Vec::new();
    }
    let mut asked_for = Vec::new();
    for caller in program.callers(call.file, function) {
        let site = program.site(*caller);
        let asked = asked_type(site);
        if asked.is_empty() {
            continue;
        }
        let under = match section {
            None => under.to_vec(),
            Some(place) => {
                let mut positional = site.args.iter().filter(|arg| arg.name.is_none());
                match positional.nth(usize::from(place)).map(|arg| &arg.value) {
                    Some(Expr::Text(text)) => parts(text),
                    // Which section it is nobody knows.
                    _ => continue,
                }
            }
        };
        let path = Path::here(asked.replace("::", "."));
        let class = program.class(caller.file, &path);
        let class = class.filter(|class| is_fillable(program, *class));
        let one = class.map(|class| (class, under));
        asked_for.extend(one.filter(|one| !asked_for.contains(one)));
    }
    asked_for
}

/// The parameter of the function around a call that names the section which is asked for.
fn section_param(row: &SchemaRow, site: &Site) -> Option<u16> {
    match slot(&row.key, &site.args)?.value {
        Expr::Param(place) => Some(place),
        _ => None,
    }
}

/// Whether the function around a call that fills a struct from all settings asks for a section first: the whole is then what
/// it falls back to where they are not split into sections.
fn asks_a_section(program: &Program<'_>, call: &Call<'_, '_>, function: usize) -> bool {
    let sites = program.files[call.file].facts.sites.iter();
    let mut others = sites.filter(|site| site.function == Some(function) && site.load.is_some());
    others.any(|site| {
        let of_whole = site.range == call.site.range;
        !of_whole && site.args.iter().any(|arg| matches!(arg.value, Expr::Param(_)))
    })
}

/// The type that the code around a call names for what it gives, as written.
fn asked_type(site: &Site) -> &str {
    let explicit = site.types.as_deref();
    let bound = site.steps.iter().find_map(|step| match step {
        Step::Bound { of_type, .. } => of_type.as_deref(),
        _ => None,
    });
    let text = explicit.or(bound).unwrap_or_default();
    let text = text.trim_start_matches("::").trim_start_matches('<').trim_end_matches('>');
    text.split([',', '<']).next().unwrap_or_default().trim()
}

/// Whether names alone say that settings are loaded: that of the struct, and, where the form is one that all kinds of
/// data have, that of the function or its class as well.
fn is_named_for(program: &Program<'_>, call: &Call<'_, '_>, class: ClassId) -> bool {
    let of_class = &program.files[class.0].facts.classes[class.1].name;
    let around = call.site.function.map(|at| &program.files[call.file].facts.functions[at].name);
    is_settings_word(of_class)
        && (call.row.is_told_by_name || around.is_some_and(|name| is_settings_word(name)))
}

/// What a call takes values from.
fn sources(program: &Program<'_>, table: &Tables<'_>, call: &Call<'_, '_>) -> Sources {
    let mut sources = Sources::within(call.site.function, call.row.builder);
    if let Some(arg) = slot(&call.row.object, &call.site.args) {
        sources.look(program, table, &bound_at(&arg.value, call.file, arg.range));
        return sources;
    }
    let whole = Expr::Call(
        call.site.callee.clone(),
        call.site.args.iter().map(|arg| arg.value.clone()).collect(),
        call.site.load.as_ref().map(|load| Box::new(load.object.clone())),
    );
    sources.look(program, table, &bound_at(&whole, call.file, call.site.range));
    sources
}

fn filled<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    call: &Call<'_, 't>,
    class: ClassId,
    under: &[String],
) -> Option<Schema> {
    let mut sources = sources(program, table, call);
    let own = sources.preset_of(program, class);
    let is_over = sources.is_over(program, class);
    sources.files |= call.row.files && (!call.row.needs_source || sources.names_settings);
    let is_named = is_named_for(program, call, class);
    let by_name_alone = call.row.needs_source && !sources.any();
    if by_name_alone {
        if !is_named {
            return None;
        }
        sources.files = true;
    }
    // A builder that could not be followed to its sources: what fills it is not known.
    let mut is_lost = call.row.builder && sources.naming.is_none() && !sources.files;
    is_lost |= sources.unseen_names;
    sources.files |= is_lost;
    // What a macro makes of the struct is not known.
    is_lost |= !call.is_marked && !derives_deserialize(program, class);
    // A form that all kinds of data have, of which only a name on the way speaks of settings: it may be an answer of a server.
    is_lost |= call.row.needs_source
        && !call.row.is_told_by_name
        && !sources.names_file
        && (by_name_alone && !sources.opens_file || !is_named);
    let naming = sources.naming.or_else(|| {
        (!call.row.files && !call.row.needs_source && !sources.files).then(Naming::default)
    });
    let mut walk = Walk {
        program,
        table,
        row: call.row,
        naming,
        preset: sources.preset,
        leaves: Vec::new(),
        inside: Vec::new(),
    };
    walk.root(class, own, under);
    let mut leaves = walk.leaves;
    leaves.sort_by_key(|leaf| (leaf.file, leaf.range.start));
    if sources.flags {
        leaves = super::flags::of_document(program, class, leaves);
    }
    for unbound in leaves.iter_mut().filter_map(|leaf| leaf.unbound.as_mut()) {
        if sources.files || is_lost {
            unbound.reach = Reach::Elsewhere;
        }
    }
    Some(Schema {
        reader: call.reader.clone(),
        is_file_first: sources.files,
        has_files: sources.files,
        is_flags: sources.flags,
        has_own_source: is_lost,
        is_over,
        leaves,
        loaded_at: vec![Place::at(call.file, call.site)],
    })
}
