//! Classes whose fields say what they are by annotations and values: pydantic, typed-settings, dataclasses.

mod called;
mod described;
mod inside;

use super::expected::{limits, value_type};
use super::find::Found;
use super::naming::{Naming, upper};
use super::outside;
use super::{Leaf, MAX_NESTING, Schema, Tables, sections};
use crate::facts::code::{Expr, ItemKind};
use crate::facts::schema::{FieldFacts, TypeExpr};
use crate::lang::schemas::{FoundBy, SchemaRow, Style};
use crate::link::evaluate::{Bound, HOLE};
use crate::link::program::{ClassId, Program, Target};
use crate::model::{Absence, InSection, ValueType};

/// Walks the fields of one class and those nested in it.
struct Walk<'w, 'p> {
    program: &'w Program<'p>,
    table: &'w Tables<'w>,
    row: &'w SchemaRow,
    /// The class that is filled: its options hold for all.
    root: ClassId,
    naming: Naming,
    /// A field with names of its own is met by its own name as well.
    also_by_name: bool,
    /// Nothing comes from the environment.
    no_env: bool,
    has_files: bool,
    /// The section of a file that holds all.
    section: Vec<String>,
    leaves: Vec<Leaf>,
    inside: Vec<ClassId>,
}

/// What a field's value comes to.
struct Given {
    absence: Absence,
    default: Option<Bound>,
}

/// The classes that fill themselves, and those that a call fills, where annotations say what their fields are.
pub(super) fn schemas<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    found: &Found<'t>,
) -> Vec<Schema> {
    let mut all = Vec::new();
    for (class, row, reader) in found.filled() {
        if program.files[class.0].lang.name != table.lang || row.style != Style::Annotated {
            continue;
        }
        let names = naming(program, row, class);
        all.extend(if row.of_mark {
            sections::of_mark(program, table, (row, reader), class, names)
        } else {
            Some(filled(program, table, row, reader, class, names))
        });
    }
    all
}

/// A class that is filled with names as `naming` makes them.
pub(super) fn filled<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    row: &'t SchemaRow,
    reader: &str,
    class: ClassId,
    naming: Naming,
) -> Schema {
    let method = source_method(program, row, class);
    let no_env = row.no_env
        || naming.is_off
        || method.is_some_and(|method| leaves_env_out(program, row, method));
    let has_files = row.files || naming.has_files || method.is_some();
    let mut walk = Walk {
        program,
        table,
        row,
        root: class,
        also_by_name: row
            .also_by_name
            .iter()
            .any(|option| program.option_holds(row, class, Some(option))),
        no_env,
        has_files,
        section: naming.section.clone(),
        naming,
        leaves: Vec::new(),
        inside: Vec::new(),
    };
    walk.class(class, &[], None);
    // Its base class is not in the tree: that may have fields of its own, and options too.
    let is_known = row.schema.all().iter().any(|known| known == reader);
    let is_unsure = !is_known && program.option(row, class, &row.prefix.keywords).is_none();
    if !is_known {
        walk.leaves.extend(outside::inherited(program, class, &walk.naming));
    }
    let is_bound = row.under_any_prefix;
    if is_bound {
        walk.leaves.extend(outside::bound_elsewhere(&walk.leaves));
    }
    Schema {
        reader: reader.to_owned(),
        is_file_first: false,
        has_files: walk.has_files,
        is_flags: false,
        has_own_source: is_unsure
            || is_bound
            || is_made_of_more(program, class)
            || options_method(program, row, class)
                .is_some_and(|method| takes_own_source(program, method))
            || method.is_some_and(|method| takes_own_source(program, method)),
        leaves: walk.leaves,
        loaded_at: Vec::new(),
        is_over: false,
    }
}

/// The method of a class that says where values come from: file and place.
fn source_method(program: &Program<'_>, row: &SchemaRow, class: ClassId) -> Option<(usize, usize)> {
    method_of(program, class, row.file_method.as_ref()?)
}

/// The same in the class of its options.
fn options_method(
    program: &Program<'_>,
    row: &SchemaRow,
    class: ClassId,
) -> Option<(usize, usize)> {
    let name = row.source_method.as_ref()?;
    row.options.iter().find_map(|options| method_of(program, class, &format!("{options}.{name}")))
}

/// A method of a class or of one that it inherits from.
fn method_of(program: &Program<'_>, class: ClassId, method: &str) -> Option<(usize, usize)> {
    program.ancestors(class).into_iter().find_map(|(file, class)| {
        let unit = &program.files[file];
        let name = format!("{}.{method}", unit.facts.classes[class].name);
        match unit.facts.items[*unit.items.get(name.as_str())?].kind {
            ItemKind::Function(place) => Some((file, place)),
            _ => None,
        }
    })
}

/// Whether that method leaves the environment out.
fn leaves_env_out(program: &Program<'_>, row: &SchemaRow, (file, place): (usize, usize)) -> bool {
    let Some(source) = &row.env_source else { return false };
    let function = &program.files[file].facts.functions[place];
    let Expr::List(given) = &function.gives else { return false };
    !given.iter().any(|one| match one {
        Expr::Param(at) => {
            function.params.get(usize::from(*at)).is_some_and(|param| param.name == *source)
        }
        _ => false,
    })
}

/// Whether that method takes values from a source that the project makes: `return env, PluginSource(cls)`.
fn takes_own_source(program: &Program<'_>, (file, place): (usize, usize)) -> bool {
    let Expr::List(given) = &program.files[file].facts.functions[place].gives else { return false };
    given.iter().any(|one| match one {
        Expr::Call(path, ..) => program.class(file, path).is_some(),
        Expr::Path(path) => matches!(program.resolve(file, path), Target::Function(..)),
        _ => false,
    })
}

/// How the environment names the fields of a class, by its options.
pub(super) fn naming(program: &Program<'_>, row: &SchemaRow, class: ClassId) -> Naming {
    let text = |names: &[String]| {
        let value = program.option(row, class, names)?;
        Some(program.option_text(&value))
    };
    let option =
        |name: &Option<String>| name.as_ref().and_then(|name| text(std::slice::from_ref(name)));
    let mut naming = Naming {
        upper_names: row.upper_names,
        prefix: text(&row.prefix.keywords).unwrap_or_default(),
        behind_prefix: String::new(),
        separator: option(&row.delimiter).or_else(|| row.joined_by.clone()),
        exact_case: row.exact_case
            || program.option_holds(row, class, row.case_sensitive.as_deref()),
        ignores_empty: row.empty_is_absent
            || program.option_holds(row, class, row.ignore_empty.as_deref()),
        ..Naming::default()
    };
    if row.prefix_of_name {
        naming.prefix = String::new();
    }
    naming
}

impl Walk<'_, '_> {
    /// The fields of a class and of those it builds on; a field that is declared again counts where it is declared last.
    fn class(&mut self, class: ClassId, path: &[String], outer: Option<&Given>) {
        if self.inside.len() >= MAX_NESTING || self.inside.contains(&class) {
            return;
        }
        self.inside.push(class);
        let mut fields: Vec<(ClassId, &FieldFacts)> = Vec::new();
        let program = self.program;
        for above in program.ancestors(class).into_iter().rev() {
            for field in &program.files[above.0].facts.classes[above.1].fields {
                if self.is_field(above.0, field) {
                    fields.retain(|(_, other)| other.name != field.name);
                    fields.push((above, field));
                }
            }
        }
        for (owner, field) in fields {
            self.field(owner, field, path, outer);
        }
        self.calls_inside(class);
        self.inside.pop();
    }

    fn is_field(&self, file: usize, field: &FieldFacts) -> bool {
        let is_private = field.name.starts_with('_') || self.row.options.contains(&field.name);
        let Some(of_type) = &field.of_type else {
            return !is_private && self.is_described_alone(file, field);
        };
        !is_private && !self.row.skip_types.contains(&of_type.name)
    }

    /// Whether a field without a type has a call for its value by which it counts all the same.
    fn is_described_alone(&self, file: usize, field: &FieldFacts) -> bool {
        let untyped = self.row.untyped();
        match field.value.as_ref().map(|value| &value.value) {
            Some(Expr::Call(path, ..)) if !untyped.is_empty() => {
                matches!(self.program.resolve(file, path), Target::External(name) if untyped.contains(&name))
            }
            _ => false,
        }
    }

    fn field(
        &mut self,
        owner: ClassId,
        field: &FieldFacts,
        path: &[String],
        outer: Option<&Given>,
    ) {
        let file = owner.0;
        let described = self.described(file, field);
        if self.stays_inside(&described) {
            return;
        }
        let given = self.given((file, field), &described, outer);
        let own_names = self.own_names((file, field), &described);
        let mut full = path.to_vec();
        full.push(field.name.clone());
        let nested = field.of_type.as_ref().and_then(|of_type| self.part(file, of_type));
        let names = self.names(&full, own_names);
        if let Some(nested) = nested {
            self.nested(owner, field, nested, (names, full), &given);
            return;
        }
        let handlers = self.table.handlers;
        let expects = field
            .of_type
            .as_ref()
            .map(|of_type| value_type(self.program, handlers, &self.row.words, file, of_type))
            .or_else(|| self.called_type(file, field));
        let mut leaf = self.leaf(owner, field, (names, full), given, expects.unwrap_or_default());
        leaf.unbound = self.ignored_name((file, field), &described, &leaf.names);
        if let Some(separator) = &self.naming.separator
            && field.of_type.as_ref().is_some_and(is_table)
        {
            // Entries of a dictionary may be given one by one.
            let names = leaf.names.iter().map(|name| format!("{name}{separator}{HOLE}")).collect();
            let (absence, default, expects) = (Absence::Optional, None, ValueType::Unknown);
            self.leaves.push(Leaf { names, absence, default, expects, ..leaf.clone() });
        }
        self.leaves.push(leaf);
    }

    /// The names of a field in the environment, in the order in which they are tried.
    fn names(&self, full: &[String], own: Vec<String>) -> Vec<String> {
        if self.no_env {
            return Vec::new();
        }
        let by_name = self.naming.name(full);
        let all: Vec<String> = match (own.is_empty(), self.also_by_name) {
            (true, _) => by_name.into_iter().collect(),
            (false, true) => own.into_iter().chain(by_name).collect(),
            (false, false) => own,
        };
        let case = |name: String| if self.naming.exact_case { name } else { upper(&name) };
        all.into_iter().map(case).collect()
    }

    fn leaf(
        &self,
        owner: ClassId,
        field: &FieldFacts,
        (names, path): (Vec<String>, Vec<String>),
        given: Given,
        expects: ValueType,
    ) -> Leaf {
        let class = &self.program.files[owner.0].facts.classes[owner.1];
        let mut limits = limits(self.table.handlers, self.row, Some(class), field, &expects);
        limits.lists_are_json &= !self.program.splits_lists(self.row, self.root);
        Leaf {
            file: owner.0,
            range: field.range,
            path: self.section.iter().cloned().chain(path).collect(),
            names,
            exact_case: self.naming.exact_case,
            aliases: Vec::new(),
            absence: given.absence,
            default: given.default,
            expects,
            limits,
            empty_is_absent: self.naming.ignores_empty,
            conditional: self.row.is_chosen,
            section: InSection::default(),
            in_test: class.in_test,
            is_section: false,
            unbound: None,
            settled: None,
        }
    }

    /// A field that is a class: its parts, and the whole where a text of JSON may give it.
    fn nested(
        &mut self,
        owner: ClassId,
        field: &FieldFacts,
        nested: ClassId,
        (names, full): (Vec<String>, Vec<String>),
        given: &Given,
    ) {
        // An object of a class of settings that is made here takes its own names.
        let is_apart = self.fills_itself(nested) && given.absence != Absence::Required;
        let by_parts = self.naming.separator.is_some() && !is_apart;
        if !is_apart && (by_parts || self.has_files || self.no_env) {
            self.class(nested, &full, Some(given));
        }
        if self.row.json_parts && !names.is_empty() {
            let absence = match given.absence {
                Absence::Required if by_parts => Absence::Optional,
                other => other,
            };
            let given = Given { absence, default: None };
            let leaf = self.leaf(owner, field, (names, Vec::new()), given, ValueType::Json);
            self.leaves.push(Leaf { path: Vec::new(), ..leaf });
        }
    }

    /// The class of the project that a type is, where it may be nested.
    fn part(&self, file: usize, of_type: &TypeExpr) -> Option<ClassId> {
        let present = of_type.present();
        let class = self.program.class(file, &present.path)?;
        let facts = &self.program.files[class.0].facts.classes[class.1];
        if self.row.parts.is_empty() {
            let is_plain = self.program.bases(class).is_empty() && !facts.fields.is_empty();
            return is_plain.then_some(class);
        }
        let above = self.program.ancestors(class);
        let is_part = above.into_iter().any(|above| {
            self.program.bases(above).iter().any(|base| {
                matches!(self.program.resolve(above.0, base),
                    Target::External(name) if self.row.parts.contains(&name)
                        || self.table.schemas.row(FoundBy::Base, &name).is_some())
            })
        });
        is_part.then_some(class)
    }

    fn fills_itself(&self, class: ClassId) -> bool {
        self.program.ancestors(class).into_iter().any(|above| {
            self.program.bases(above).iter().any(|base| {
                matches!(self.program.resolve(above.0, base),
                    Target::External(name) if self.table.schemas.row(FoundBy::Base, &name).is_some())
            })
        })
    }
}

/// Whether code of the project makes objects of a class, or of one above it, with values of its own.
fn is_made_of_more(program: &Program<'_>, class: ClassId) -> bool {
    let above = program.ancestors(class).into_iter();
    let mut all = std::iter::once(class).chain(above);
    all.any(|(file, at)| program.files[file].facts.classes[at].made_of_more)
}

/// Whether a type is a dictionary.
fn is_table(of_type: &TypeExpr) -> bool {
    matches!(of_type.present().name.as_str(), "dict" | "Dict" | "Mapping")
}

fn is_ellipsis(path: &crate::facts::code::Path) -> bool {
    path.base == crate::facts::code::Base::Unknown
}
