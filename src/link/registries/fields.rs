//! Flags that are yes-or-no fields of a class: `class FeatureFlags: new_till: bool = False`, asked by `flags.new_till`; and the
//! entries of a dictionary whose type is such a class.
//!
//! A class whose fields come from outside is none: its fields are settings, and read as such.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::spot::{Spot, named};
use super::{Asked, Flag, Kind, MAX_FLAGS, Registry, id_of, sites};
use crate::facts::code::{Expr, Form, Path};
use crate::facts::schema::{Class, FieldFacts};
use crate::link::program::{ClassId, Object, Program};
use crate::link::schemas::followed;
use crate::model::{DefaultValue, Namespace, Via};
use crate::nature::registry;
use crate::text::{Span, TextRange};

/// The classes. `known` are the places of reads that are known already.
pub(super) fn registries(
    program: &Program<'_>,
    known: &FxHashMap<Span, Namespace>,
) -> Vec<Registry> {
    let filled: FxHashSet<_> = known.keys().map(|span| (span.file, span.range.start)).collect();
    let mut found = Vec::new();
    for (file, unit) in program.files.iter().enumerate() {
        for class in unit.facts.classes.iter().filter(|class| !class.in_test) {
            let name = class.name.rsplit('.').next().unwrap_or(&class.name);
            let is_filled = |field: &FieldFacts| filled.contains(&(unit.id, field.range.start));
            if !registry::keeps_states(name) || class.fields.iter().any(is_filled) {
                continue;
            }
            let flags = flags(class, unit.id);
            if (2..=MAX_FLAGS).contains(&flags.len()) {
                let (id, name) = (id_of(program, file, &class.name), class.name.clone());
                let (is_closed, is_described, kind) = (false, false, Kind::Fields);
                found.push(Registry { id, name, file, flags, is_closed, is_described, kind });
            }
        }
    }
    found
}

fn flags(class: &Class, file: crate::text::FileId) -> BTreeMap<String, Flag> {
    let of_field = |field: &FieldFacts| {
        let on = match field.value.as_ref().map(|value| &value.value) {
            Some(Expr::Bool(on)) => Some(*on),
            None | Some(Expr::Null) => None,
            Some(_) => return None,
        };
        let is_bool = |name: &str| matches!(name, "bool" | "Bool" | "boolean");
        // `Option<bool>` is one, too.
        if on.is_none() && !field.of_type.as_ref().is_some_and(|one| is_bool(&one.given().name)) {
            return None;
        }
        let span = Span::new(file, field.range);
        let default = on.map(|on| DefaultValue::switch(on, span));
        let flag = Flag { key: field.name.clone(), range: field.range, default };
        Some((field.name.clone(), flag))
    };
    class.fields.iter().filter_map(of_field).collect()
}

/// Who asks for them.
pub(super) fn asked(program: &Program<'_>, all: &[Registry]) -> Vec<Asked> {
    let mut classes: FxHashMap<ClassId, usize> = FxHashMap::default();
    let mut names: FxHashSet<&str> = FxHashSet::default();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| one.kind == Kind::Fields) {
        if let Some(class) = program.files[one.file].classes.get(one.name.as_str()) {
            classes.insert((one.file, *class), at);
            names.extend(one.flags.keys().map(String::as_str));
        }
    }
    let mut found = Vec::new();
    if classes.is_empty() {
        return found;
    }
    for one in named(program, &|segment| names.contains(segment)) {
        let Some(object) = program.object(one.spot.file, one.path) else { continue };
        if let Some((registry, field)) = field_of(program, &classes, one.spot.file, &object) {
            found.extend(ask(all, registry, field, one.spot, one.decides));
        }
    }
    without_inner(&mut found);
    for (frame, site) in sites(program) {
        let lookup = match site.form {
            Form::Index => Some(site.callee.clone()),
            Form::Call if site.callee.last() == "get" => {
                let object = site.callee.rest.rsplit_once('.');
                object.map(|(rest, _)| Path { base: site.callee.base, rest: rest.to_owned() })
            }
            _ => None,
        };
        let key = site.args.first().map(|arg| &arg.value);
        let (Some(lookup), Some(Expr::Text(key))) = (lookup, key) else { continue };
        if !names.contains(key.as_str()) {
            continue;
        }
        let Some(class) = typed(program, frame.file, &lookup) else { continue };
        let Some(registry) = classes.get(&class) else { continue };
        found.extend(ask(all, *registry, key, Spot::of(program, frame), true));
    }
    found
}

/// The field that an object is asked for, also where it keeps the class: `self.runtime.new_till.unwrap_or(false)`.
fn field_of<'o>(
    program: &Program<'_>,
    classes: &FxHashMap<ClassId, usize>,
    file: usize,
    object: &'o Object,
) -> Option<(usize, &'o str)> {
    let keeps = |method: &String| {
        let handlers = program.handlers(file);
        let name = method.trim_end_matches("()");
        handlers.is_some_and(|it| it.keeps_truth.iter().any(|one| one == name))
    };
    let depth = object.members.iter().take_while(|member| !keeps(member)).count();
    let (way, behind) = object.members.split_at(depth);
    let (field, outer) = way.split_last()?;
    if !behind.iter().all(keeps) {
        return None;
    }
    let class = outer.iter().try_fold(object.class, |class, one| inner(program, class, one))?;
    Some((*classes.get(&class)?, field))
}

/// The class of what a member of a class is, or of what its method gives.
fn inner(program: &Program<'_>, class: ClassId, member: &str) -> Option<ClassId> {
    let Some(method) = member.strip_suffix("()") else {
        let members = [member.to_owned()];
        let end = followed(program, class, &members).filter(|end| end.is_whole)?;
        return program.class(end.declared.0, &end.of_type?.present().path);
    };
    let own = &program.files[class.0].facts.classes[class.1].name;
    let (file, function) = program.method(&format!("{own}.{method}"), class)?;
    let returns = program.files[file].facts.functions[function].returns.as_ref()?;
    program.class(file, &returns.present().path)
}

/// Of places that ask for one flag inside of each other, the outermost.
fn without_inner(found: &mut Vec<Asked>) {
    found.sort_by_key(|one| (one.spot.file, one.spot.range.start, Reverse(one.spot.range.end)));
    let mut last: Option<(usize, TextRange, String)> = None;
    found.retain(|one| {
        let is_inside = last.as_ref().is_some_and(|(file, range, key)| {
            *file == one.spot.file && *key == one.key && range.contains(one.spot.range)
        });
        if !is_inside {
            last = Some((one.spot.file, one.spot.range, one.key.clone()));
        }
        !is_inside
    });
}

/// The class that a name of a file is declared to be of: `toggles: Toggles = {…}`.
fn typed(program: &Program<'_>, file: usize, path: &Path) -> Option<ClassId> {
    let (home, name) = program.value_at_top(file, path)?;
    let typed = &program.files[home].facts.typed;
    let (_, of_type) = typed.iter().find(|(one, _)| *one == name)?;
    program.class(home, &of_type.path)
}

fn ask(
    all: &[Registry],
    registry: usize,
    field: &str,
    spot: Spot,
    is_question: bool,
) -> Option<Asked> {
    let flag = all[registry].flags.get(field)?;
    Some(Asked {
        registry,
        spot,
        key: flag.key.clone(),
        range: spot.range,
        via: Via::Direct,
        is_question,
        default: flag.default.clone(),
    })
}
