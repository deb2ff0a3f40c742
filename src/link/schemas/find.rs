//! Which classes are filled from outside by what they are: their base classes and marks.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Tables;
use crate::facts::code::{Expr, ItemKind, Path};
use crate::facts::schema::Class;
use crate::lang::schemas::{FoundBy, SchemaRow};
use crate::link::program::{ClassId, Program, Target};

/// More ancestors than this no class has; a bound for hostile code.
const MAX_ANCESTORS: usize = 1_000;

/// The classes that are settings by themselves, with what makes them so.
pub(in crate::link) struct Found<'t> {
    /// By class: the row, and its name there.
    by_class: FxHashMap<ClassId, (&'t SchemaRow, String)>,
    /// Classes that something makes an instance of.
    made: FxHashSet<ClassId>,
    /// Classes that another class of settings has for a base.
    extended: FxHashSet<ClassId>,
}

impl<'t> Found<'t> {
    pub(in crate::link) fn new(program: &Program<'_>, tables: &'t [Tables<'t>]) -> Self {
        let mut found = Self {
            by_class: FxHashMap::default(),
            made: FxHashSet::default(),
            extended: FxHashSet::default(),
        };
        let imported = imported(program, tables);
        for file in 0..program.files.len() {
            let unit = &program.files[file];
            let Some(table) = tables.iter().find(|table| table.lang == unit.lang.name) else {
                continue;
            };
            for class in 0..unit.facts.classes.len() {
                if let Some(row) = based_on(program, table, (file, class)) {
                    found.by_class.insert((file, class), row);
                    let above = program.ancestors((file, class));
                    found.extended.extend(above.into_iter().skip(1));
                } else if let Some(row) = marked(program, table, (file, class))
                    .or_else(|| tagged(program, table, &imported, (file, class)))
                    .or_else(|| fielded(program, table, (file, class)))
                    .or_else(|| likely(program, table, (file, class)))
                {
                    found.by_class.insert((file, class), row);
                }
            }
        }
        found.note_made(program);
        found
    }

    /// What makes a class one of settings by itself.
    pub(in crate::link) fn row(&self, class: ClassId) -> Option<(&'t SchemaRow, &str)> {
        self.by_class.get(&class).map(|(row, name)| (*row, name.as_str()))
    }

    /// The classes that are settings by themselves and are made, or could be: not those that only others build on.
    pub(super) fn filled(&self) -> Vec<(ClassId, &'t SchemaRow, &str)> {
        let mut all: Vec<_> = self
            .by_class
            .iter()
            .filter(|(class, _)| self.made.contains(*class) || !self.extended.contains(*class))
            .map(|(class, (row, name))| (*class, *row, name.as_str()))
            .collect();
        all.sort_by_key(|(class, ..)| *class);
        all
    }

    fn note_made(&mut self, program: &Program<'_>) {
        if self.by_class.is_empty() {
            return;
        }
        for (file, unit) in program.files.iter().enumerate() {
            let of_items = unit.facts.items.iter().filter_map(|item| match &item.kind {
                ItemKind::Value(value) => Some(value),
                _ => None,
            });
            let of_functions = unit.facts.functions.iter().map(|function| &function.gives);
            let of_fields = unit.facts.classes.iter().flat_map(|class| &class.fields);
            let of_fields = of_fields.filter_map(|field| Some(&field.value.as_ref()?.value));
            for value in of_items.chain(of_functions).chain(of_fields) {
                self.note_value(program, file, value);
            }
            for site in &unit.facts.sites {
                self.made.extend(program.class(file, &site.callee));
            }
        }
    }

    fn note_value(&mut self, program: &Program<'_>, file: usize, value: &Expr) {
        if let Expr::Call(path, ..) = value {
            self.made.extend(program.class(file, path));
        }
    }
}

/// The row of a base class, however far above.
fn based_on<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    class: ClassId,
) -> Option<(&'t SchemaRow, String)> {
    for (file, class) in program.ancestors(class) {
        for base in program.bases((file, class)) {
            if let Target::External(name) = program.resolve(file, base)
                && let Some(row) = table.schemas.row(FoundBy::Base, &name)
            {
                return Some((row, name));
            }
        }
    }
    None
}

fn marked<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    class: ClassId,
) -> Option<(&'t SchemaRow, String)> {
    let facts = &program.files[class.0].facts.classes[class.1];
    mark_names(program, class.0, facts).into_iter().find_map(|name| {
        let row = table.schemas.row(FoundBy::Mark, &name)?;
        Some((row, name))
    })
}

/// The rows of libraries that read tags of fields and that code of the project imports.
fn imported<'t>(program: &Program<'_>, tables: &'t [Tables<'t>]) -> Vec<(&'t str, &'t SchemaRow)> {
    let mut found = Vec::new();
    for table in tables {
        let rows = table.schemas.schemas.iter().filter(|row| row.by == FoundBy::Tag);
        let used = rows.filter(|row| {
            program.files.iter().enumerate().filter(|(_, unit)| unit.lang.name == table.lang).any(
                |(at, unit)| {
                    unit.facts.items.iter().any(|item| match &item.kind {
                        ItemKind::Import(path) => {
                            let name = program.outside_name(at, &path.rest);
                            row.schema.all().contains(&name)
                        }
                        _ => false,
                    })
                },
            )
        });
        found.extend(used.map(|row| (table.lang, row)));
    }
    found
}

/// The row of a class with a field that has a tag of the row's: `Port int `env:"SHOP_PORT"``.
fn tagged<'t>(
    program: &Program<'_>,
    table: &Tables<'_>,
    imported: &[(&'t str, &'t SchemaRow)],
    (file, class): ClassId,
) -> Option<(&'t SchemaRow, String)> {
    let fields = &program.files[file].facts.classes[class].fields;
    let has = |row: &SchemaRow| {
        let marks = fields.iter().flat_map(|field| &field.marks);
        let mut tags =
            marks.filter(|mark| row.attributes.iter().any(|tag| tag == mark.path.last()));
        let says =
            |name: &String| row.key.keywords.contains(name) || row.prefix.keywords.contains(name);
        tags.any(|tag| tag.args.iter().any(|arg| arg.name.as_ref().is_some_and(says)))
    };
    let mut rows = imported.iter().filter(|(lang, _)| *lang == table.lang).map(|(_, row)| *row);
    let row = rows.find(|row| has(row))?;
    let name = row.schema.all().first().cloned().unwrap_or_default();
    Some((row, name))
}

/// The row of a class that has fields with a call of the row for their value: `port = Option(default="80")`.
fn fielded<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    (file, class): ClassId,
) -> Option<(&'t SchemaRow, String)> {
    let rows = table.schemas.schemas.iter().filter(|row| row.by == FoundBy::Field);
    let names: Vec<&String> = rows.flat_map(|row| row.schema.all()).collect();
    let is_called_so = |path: &Path| names.iter().any(|name| name.ends_with(path.last()));
    let fields = program.files[file].facts.classes[class].fields.iter();
    let mut untyped = fields.filter(|field| field.of_type.is_none());
    untyped.find_map(|field| {
        let Expr::Call(path, ..) = &field.value.as_ref()?.value else { return None };
        if !is_called_so(path) {
            return None;
        }
        let Target::External(name) = program.resolve(file, path) else { return None };
        table.schemas.row(FoundBy::Field, &name).map(|row| (row, name))
    })
}

/// The row of a class with a base class outside the tree that no row knows: its options say what it is, or the name of the base.
fn likely<'t>(
    program: &Program<'_>,
    table: &'t Tables<'t>,
    class: ClassId,
) -> Option<(&'t SchemaRow, String)> {
    let base = program.ancestors(class).into_iter().find_map(|above| {
        program.bases(above).iter().find_map(|base| match program.resolve(above.0, base) {
            Target::External(name) => Some(name),
            _ => None,
        })
    })?;
    let last = base.rsplit('.').next().unwrap_or(&base);
    let rows = table.schemas.schemas.iter().filter(|row| row.by == FoundBy::Base);
    let mut likely = rows.filter(|row| {
        row.likely_bases.iter().any(|end| last.ends_with(end))
            || program.has_options_by(class, &row.options, &row.option_calls)
    });
    likely.next().map(|row| (row, base.clone()))
}

/// The qualified names of what marks a class; those of a derive are its arguments.
pub(super) fn mark_names(program: &Program<'_>, file: usize, class: &Class) -> Vec<String> {
    let mut names = Vec::new();
    for mark in &class.marks {
        let given = mark.args.iter().filter(|_| mark.path.last() == "derive");
        let given = given.filter_map(|arg| match &arg.value {
            Expr::Path(path) => Some(path),
            _ => None,
        });
        for path in given.chain([&mark.path]) {
            if let Target::External(name) = program.resolve(file, path) {
                names.push(name);
            }
        }
    }
    names
}

impl Program<'_> {
    /// A class and those that it builds on, nearest first.
    pub(in crate::link) fn ancestors(&self, class: ClassId) -> Vec<ClassId> {
        let mut all = vec![class];
        let mut met = FxHashSet::from_iter([class]);
        let mut at = 0;
        while let Some(next) = all.get(at).copied() {
            at += 1;
            for base in self.bases(next) {
                if let Some(above) = self.class(next.0, base)
                    && all.len() < MAX_ANCESTORS
                    && met.insert(above)
                {
                    all.push(above);
                }
            }
        }
        all
    }

    /// What the head of a class says that it builds on.
    pub(in crate::link) fn bases(&self, class: ClassId) -> &[crate::facts::code::Path] {
        let unit = &self.files[class.0];
        let name = unit.facts.classes[class.1].name.as_str();
        match unit.items.get(name).map(|item| &unit.facts.items[*item].kind) {
            Some(ItemKind::Class(bases)) => bases,
            _ => &[],
        }
    }
}
