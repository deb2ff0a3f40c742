//! What runs by fields of settings and members of objects: by uses that are known, and by names that decide and lead to one.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Deciding, Found};
use crate::facts::code::Path;
use crate::facts::decision::Holding;
use crate::link::program::{ClassId, Program};
use crate::link::schemas::{STATE, Schema, followed};
use crate::model::FieldUse;
use crate::text::Span;

/// What runs by the fields of settings that code uses.
pub(in crate::link) fn of_uses(
    deciding: &Deciding<'_, '_>,
    uses: &[FieldUse],
    out: &mut Vec<Found>,
) {
    let files = deciding.program.files.iter().enumerate();
    let places: FxHashMap<_, usize> = files.map(|(at, unit)| (unit.id, at)).collect();
    for one in uses {
        if let Some(file) = places.get(&one.span.file) {
            deciding.follow(one.declared, (*file, one.span.range, Holding::same()), out);
        }
    }
}

/// What runs by the fields of classes of languages in which no uses are kept: conditions name them, `settings.mode == "new"`.
pub(in crate::link) fn of_fields(
    deciding: &Deciding<'_, '_>,
    schemas: &[Schema],
    out: &mut Vec<Found>,
) {
    let program = deciding.program;
    let keeps_uses =
        |file: usize| program.handlers(file).is_none_or(|handlers| handlers.follows_members);
    let leaves = schemas.iter().flat_map(|schema| &schema.leaves);
    let places: FxHashSet<_> =
        leaves.filter(|leaf| !keeps_uses(leaf.file)).map(|leaf| (leaf.file, leaf.range)).collect();
    if places.is_empty() {
        return;
    }
    let mut names = BTreeSet::new();
    for (file, unit) in program.files.iter().enumerate() {
        let fields = unit.facts.classes.iter().flat_map(|class| &class.fields);
        let filled = fields.filter(|field| places.contains(&(file, field.range)));
        names.extend(filled.map(|field| field.name.as_str()));
    }
    names.insert(STATE);
    for subject in names.iter().filter_map(|name| deciding.by_name.get(name)).flatten() {
        let (file, Some(path)) = (subject.0, &subject.1.path) else { continue };
        let Some(object) = program.object(file, path) else { continue };
        // The state of a flag stands inside its field.
        let members = match &object.members[..] {
            [flag, state] if state == STATE => std::slice::from_ref(flag),
            members => members,
        };
        let end = [&object.members[..], members].into_iter().find_map(|members| {
            let end = followed(program, object.class, members)?;
            (end.is_whole && places.contains(&end.declared)).then_some(end)
        });
        if let Some(end) = end {
            let declared = Span::new(program.files[end.declared.0].id, end.declared.1);
            deciding.follow(declared, (file, subject.1.range, Holding::same()), out);
        }
    }
}

/// The class of the object whose member a path ends with: `app.config.sells_rye` is one of the class of `config`.
pub(super) fn holder(program: &Program<'_>, file: usize, path: &Path) -> Option<ClassId> {
    let object = program.object(file, path)?;
    let (_, inside) = object.members.split_last()?;
    if inside.is_empty() {
        return Some(object.class);
    }
    let end = followed(program, object.class, inside).filter(|end| end.is_whole)?;
    program.class(end.declared.0, &end.of_type?.present().path)
}
