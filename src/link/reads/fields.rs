//! Fields of settings to reads, and their uses.

use super::{Draft, collapse, default_value, is_key_like};
use crate::lang::catalog::ReaderRow;
use crate::link::chains::Chain;
use crate::link::environments::is_mode;
use crate::link::evaluate::{CALLER, HOLE};
use crate::link::program::Program;
use crate::link::schemas::{self, Aliasing, Leaf, Schema, Tables};
use crate::model::{
    Confidence, FieldUse, Key, KeyRef, Namespace, Read, ValueType, Via, When,
};
use crate::reads::is_example_path;
use crate::text::Span;

/// The reads of a class that is filled from outside: one for each name of each field.
pub(super) fn drafts(program: &Program<'_>, schema: &Schema) -> Vec<Draft> {
    schema.leaves.iter().flat_map(|leaf| of_leaf(program, schema, leaf)).collect()
}

fn of_leaf(program: &Program<'_>, schema: &Schema, leaf: &Leaf) -> Vec<Draft> {
    let plain = |name: &String| collapse(&name.replace([HOLE, CALLER], "*"));
    let mut names: Vec<String> = leaf.names.iter().map(plain).collect();
    let path = plain(&leaf.path.join("."));
    let others = leaf.aliases.iter().map(|(path, name)| (plain(&path.join(".")), name));
    let mut aliases: Vec<Key> = Vec::new();
    let (namespace, keys) = if schema.is_file_first || schema.has_files && names.is_empty() {
        aliases.extend(names.iter().map(Key::env));
        for (path, name) in others {
            aliases.push(Key::setting(path));
            aliases.extend(name.as_ref().map(|name| Key::env(plain(name))));
        }
        (Namespace::Setting, vec![path])
    } else {
        if schema.has_files {
            aliases.push(Key::setting(path));
            aliases.extend(others.map(|(path, _)| Key::setting(path)));
        } else {
            names.extend(others.filter_map(|(_, name)| name.as_ref().map(plain)));
        }
        (Namespace::Env, names)
    };
    let drafts = keys.iter().filter(|key| !key.is_empty() && is_key_like(key));
    drafts
        .map(|key| {
            let read = read(program, schema, leaf, namespace, key, &aliases);
            let others = keys.iter().filter(|other| *other != key).cloned().collect();
            let innermost = read.span;
            Draft {
                key: key.clone(),
                read,
                namespace,
                innermost,
                guarded: Vec::new(),
                instead: None,
                alternatives: others,
            }
        })
        .collect()
}

fn read(
    program: &Program<'_>,
    schema: &Schema,
    leaf: &Leaf,
    namespace: Namespace,
    key: &str,
    aliases: &[Key],
) -> Read {
    let unit = &program.files[leaf.file];
    let span = Span::new(unit.id, leaf.range);
    let is_pattern = key.contains('*');
    let default = leaf.default.as_ref().map(|default| default_value(program, default, key));
    Read {
        key: KeyRef::Pattern { namespace, glob: key.to_owned() },
        span,
        key_span: span,
        reader: schema.reader.clone(),
        absence: leaf.absence,
        default,
        fallback: None,
        empty_is_absent: leaf.empty_is_absent,
        expects: leaf.expects.clone(),
        limits: leaf.limits.clone(),
        bad_value_falls_back: false,
        via: if is_pattern { Via::Pattern } else { Via::Schema },
        chain: Vec::new(),
        when: When::Start,
        conditional: leaf.conditional || is_mode(unit.path),
        alternatives: Vec::new(),
        aliases: aliases.to_vec(),
        any_case: !leaf.exact_case,
        in_test: leaf.in_test || is_example_path(unit.path),
        at_build: false,
        component: String::new(),
        flag: matches!(leaf.expects, ValueType::Bool(_)),
        confidence: if is_pattern || leaf.is_section { Confidence::Low } else { Confidence::High },
    }
}

/// The uses of fields of settings, by place.
pub(super) fn uses(program: &Program<'_>, tables: &[Tables<'_>]) -> Vec<FieldUse> {
    let mut all: Vec<FieldUse> = schemas::uses(program, tables)
        .into_iter()
        .map(|one| FieldUse {
            name: one.name,
            span: Span::new(program.files[one.file].id, one.range),
            declared: Span::new(program.files[one.declared.0].id, one.declared.1),
            component: String::new(),
            in_test: one.in_test || is_example_path(program.files[one.file].path),
        })
        .collect();
    all.sort_by_key(|one| one.span);
    all
}

/// What the object that a chain asks says of other names of the key; `None` where what is asked for is a struct, whose
/// fields are the keys.
pub(super) fn aliases(
    program: &Program<'_>,
    tables: &[Tables<'_>],
    chain: &Chain<'_>,
) -> Option<Aliasing> {
    if !chain.row.sources {
        return Some(Aliasing::default());
    }
    let frame = chain.frames[0];
    let lang = program.files[frame.file].lang.name;
    let table = tables.iter().find(|table| table.lang == lang)?;
    Aliasing::of(program, table, frame.file, program.site(frame))
}

/// The name that a row gives its keys in the environment.
pub(super) fn row_alias(row: &ReaderRow, key: &str) -> Option<Key> {
    let form = row.alias.as_ref()?;
    let (before, rest) = form.split_once("{key")?;
    let (between, after) = rest.split_once('}')?;
    let between = between.strip_prefix(':').unwrap_or("_");
    let name: String = key.to_uppercase().replace('.', between);
    Some(Key::env(format!("{before}{name}{after}")))
}
