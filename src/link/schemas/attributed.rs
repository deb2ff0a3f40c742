//! Structs whose fields name their variables in attributes of the library's own: confique, envconfig.

use heck::ToShoutySnakeCase as _;

use super::defaults;
use super::expected::{limits, value_type};
use super::find::Found;
use super::naming::upper;
use super::options::bound_at;
use super::{Leaf, MAX_NESTING, Schema, Tables};
use crate::facts::code::{Arg, Expr, Site};
use crate::facts::schema::{Class, FieldFacts, TypeExpr};
use crate::lang::schemas::{Derived, SchemaRow, Style};
use crate::link::chains::slot;
use crate::link::program::{ClassId, Program, Target};
use crate::model::{Absence, InSection};

/// The structs that are filled, but for those that are only part of another.
pub(super) fn schemas<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    found: &Found<'t>,
) -> Vec<Schema> {
    let own = |class: &ClassId| program.files[class.0].lang.name == table.lang;
    let filled: Vec<_> = found
        .filled()
        .into_iter()
        .filter(|(class, row, _)| row.style == Style::Attributes && own(class))
        .collect();
    let mut parts = Vec::new();
    for (class, row, _) in &filled {
        for field in &program.files[class.0].facts.classes[class.1].fields {
            if row.nested_by_type || is_nested(row, field) {
                parts.extend(class_of(program, class.0, field));
            }
        }
    }
    let wholes = filled.into_iter().filter(|(class, ..)| !parts.contains(class));
    wholes
        .map(|(class, row, reader)| {
            let has_files = row.files && takes_files(program, class);
            let mut leaves = Vec::new();
            let is_prefixed = row.under_any_prefix || has_prefix_option(program, row);
            let (inside, prefix) = (Vec::new(), Vec::new());
            let mut walk = Walk { program, table, row, has_files, is_prefixed, inside, prefix };
            walk.class(class, &[], &mut leaves);
            let reader = reader.to_owned();
            let (is_file_first, has_own_source, loaded_at) = (false, false, Vec::new());
            Schema {
                reader,
                is_file_first,
                has_files,
                is_flags: false,
                has_own_source,
                is_over: false,
                leaves,
                loaded_at,
            }
        })
        .collect()
}

/// Whether code of the project makes options for the library that put something before all names: `env.Options{Prefix: "SHOP_"}`.
fn has_prefix_option(program: &Program<'_>, row: &SchemaRow) -> bool {
    let is_one = |file: usize, site: &Site| {
        let says = site.args.iter().any(|arg| arg.name.as_deref() == Some("Prefix"));
        says && matches!(program.resolve(file, &site.callee), Target::External(name)
            if row.option_calls.contains(&name))
    };
    !row.option_calls.is_empty()
        && program
            .files
            .iter()
            .enumerate()
            .any(|(file, unit)| unit.facts.sites.iter().any(|site| is_one(file, site)))
}

/// Whether a builder of the struct is given a file.
fn takes_files(program: &Program<'_>, class: ClassId) -> bool {
    let name = program.files[class.0].facts.classes[class.1].name.as_str();
    let last = name.rsplit('.').next().unwrap_or(name);
    program.files.iter().enumerate().any(|(file, unit)| {
        unit.facts.sites.iter().filter(|site| site.callee.rest.contains(last)).any(|site| {
            let Some(object) = program.object(file, &site.callee) else { return false };
            object.class == class
                && object.members.iter().any(|member| {
                    matches!(member.trim_end_matches("()"), "file" | "preloaded" | "from_file")
                })
        })
    })
}

struct Walk<'w, 'p> {
    program: &'w Program<'p>,
    table: &'w Tables<'w>,
    row: &'w SchemaRow,
    has_files: bool,
    /// Something that is not followed may stand before all names.
    is_prefixed: bool,
    inside: Vec<ClassId>,
    /// What the fields around put before the names of what they hold.
    prefix: Vec<String>,
}

impl Walk<'_, '_> {
    fn class(&mut self, class: ClassId, path: &[String], leaves: &mut Vec<Leaf>) {
        if self.inside.len() >= MAX_NESTING || self.inside.contains(&class) {
            return;
        }
        self.inside.push(class);
        let program = self.program;
        let facts = &program.files[class.0].facts.classes[class.1];
        for field in &facts.fields {
            let mut full = path.to_vec();
            full.push(field.name.clone());
            let is_nested = self.row.nested_by_type || is_nested(self.row, field);
            let nested = is_nested.then(|| class_of(program, class.0, field)).flatten();
            match nested {
                Some(nested) => {
                    let outer = self.prefix.len();
                    let args = self.args(field);
                    if let Some(arg) = slot(&self.row.prefix, &args) {
                        let texts = program.texts(&bound_at(&arg.value, class.0, arg.range));
                        self.prefix.extend(texts.into_iter().take(1));
                    }
                    self.class(nested, &full, leaves);
                    self.prefix.truncate(outer);
                }
                None => leaves.extend(self.leaf((class.0, facts), field, full)),
            }
        }
        self.inside.pop();
    }

    fn leaf(
        &self,
        (file, class): (usize, &Class),
        field: &FieldFacts,
        path: Vec<String>,
    ) -> Option<Leaf> {
        let args = self.args(field);
        let keys = slot(&self.row.key, &args)
            .map(|arg| self.program.texts(&bound_at(&arg.value, file, arg.range)));
        let prefix = self.prefix.concat();
        let names: Vec<String> = match keys {
            Some(keys) => keys.into_iter().map(|key| format!("{prefix}{key}")).collect(),
            None => self.row.derive.map(|by| derived(by, class, field)).into_iter().collect(),
        };
        if names.is_empty() && !self.has_files {
            return None;
        }
        let of_type = field.of_type.as_ref();
        let default = slot(&self.row.default, &args);
        let nullable = of_type.is_some_and(TypeExpr::is_nullable);
        let handlers = self.table.handlers;
        let written = default.map(|arg| bound_at(&arg.value, file, arg.range));
        let (absence, default) = match (written, of_type) {
            (Some(written), _) => (Absence::Default, Some(written)),
            (None, Some(of_type)) if self.row.defaults_by_type => {
                defaults::of_type(self.program, handlers, file, of_type, field.whole)
            }
            (None, _) if self.row.is_optional && !is_required(self.row, &args) => {
                (Absence::Optional, None)
            }
            (None, _) if nullable && !self.row.is_optional => (Absence::Optional, None),
            (None, _) => (Absence::Required, None),
        };
        let expects = of_type
            .map(|of_type| value_type(self.program, handlers, &self.row.words, file, of_type))
            .unwrap_or_default();
        Some(Leaf {
            file,
            range: field.range,
            path,
            names,
            exact_case: true,
            aliases: Vec::new(),
            absence,
            default,
            limits: limits(handlers, self.row, None, field, &expects),
            expects,
            empty_is_absent: self.row.empty_is_absent,
            conditional: self.is_prefixed || self.program.files[file].may_be_left_out(&field.marks),
            section: InSection::default(),
            in_test: class.in_test,
            is_section: false,
            unbound: None,
            settled: None,
        })
    }

    fn args(&self, field: &FieldFacts) -> Vec<Arg> {
        own_args(self.row, field).cloned().collect()
    }
}

/// Whether an attribute says that there must be a value: `env:"SHOP_PORT,required"`, `required:"true"`.
fn is_required(row: &SchemaRow, args: &[Arg]) -> bool {
    let is_word = |arg: &Arg| match &arg.value {
        Expr::Path(path) => {
            arg.name.is_none() && row.required.keywords.iter().any(|word| word == path.last())
        }
        _ => false,
    };
    let said = slot(&row.required, args).is_some_and(|arg| match &arg.value {
        Expr::Text(text) => text == "true",
        value => *value == Expr::Bool(true),
    });
    said || args.iter().any(is_word)
}

/// The arguments of the attributes of the library.
fn own_args<'f>(row: &'f SchemaRow, field: &'f FieldFacts) -> impl Iterator<Item = &'f Arg> {
    let own = field
        .marks
        .iter()
        .filter(|mark| row.attributes.iter().any(|attribute| attribute == mark.path.last()));
    own.flat_map(|mark| &mark.args)
}

/// Whether an attribute says that the field is a struct of the same kind.
fn is_nested(row: &SchemaRow, field: &FieldFacts) -> bool {
    let Some(word) = &row.nested else { return false };
    own_args(row, field).any(
        |arg| matches!(&arg.value, Expr::Path(path) if arg.name.is_none() && path.last() == word),
    )
}

/// The name of a variable that no attribute gives.
fn derived(by: Derived, class: &Class, field: &FieldFacts) -> String {
    let class = class.name.rsplit('.').next().unwrap_or(&class.name);
    match by {
        Derived::Field => upper(&field.name),
        Derived::ClassField => format!("{class}_{}", field.name).to_shouty_snake_case(),
    }
}

fn class_of(program: &Program<'_>, file: usize, field: &FieldFacts) -> Option<ClassId> {
    let present = field.of_type.as_ref()?.present();
    program.class(file, &present.path)
}
