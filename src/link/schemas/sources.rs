//! Where a loader takes values from: the environment with its prefix, files, values written in the code.
//!
//! Follows the builder through local names and functions of the project.

use super::Tables;
use super::compiled_in::names_its_file;
use super::defaults::{self, Preset};
use super::load::own_class;
use super::naming::Naming;
use super::options::bound_at;
use super::renamed::Renamed;
use super::words::{is_settings_file, is_settings_word};
use crate::facts::code::{Expr, Path};
use crate::lang::catalog::Names;
use crate::lang::schemas::{SourceKind, SourceRow};
use crate::link::evaluate::{Bound, HOLE};
use crate::link::program::{ClassId, Program, Target};

/// Builders that are put together over more steps than this are not followed.
const MAX_DEPTH: usize = 40;
/// No builder is made of more parts than this, functions that make parts of it included.
const MAX_PARTS: usize = 2_000;

/// What a loader's builder was given.
#[derive(Default)]
pub(super) struct Sources {
    /// How the environment names fields, where it is one of them.
    pub(super) naming: Option<Naming>,
    /// Files are one of them.
    pub(super) files: bool,
    /// A document of defaults is one of them of which the code has the text alone.
    unseen_text: bool,
    /// The environment is one of them, under names that code makes and that are not seen.
    pub(super) unseen_names: bool,
    /// A file is opened on the way, whatever it holds.
    pub(super) opens_file: bool,
    /// A document of flags is one of them.
    pub(super) flags: bool,
    /// Something on the way is named like a file of settings.
    pub(super) names_settings: bool,
    /// A text on the way is the name of such a file.
    pub(super) names_file: bool,
    /// Values of single keys.
    pub(super) preset: Vec<(String, Bound)>,
    /// An object whose fields are the defaults.
    pub(super) defaults: Option<Bound>,
    /// Objects that functions of classes of the project make: `Figment::from(Settings::default())`.
    made: Vec<(ClassId, Bound)>,
    depth: usize,
    parts: usize,
    /// The function that the value stands in: what its callers pass stands for its parameters.
    function: Option<usize>,
    /// The loader is the last call of a builder.
    of_builder: bool,
}

impl Sources {
    /// None yet, for a value of a function.
    pub(super) fn within(function: Option<usize>, of_builder: bool) -> Self {
        Self { function, of_builder, ..Self::default() }
    }

    /// Whether anything says that settings are loaded.
    pub(super) fn any(&self) -> bool {
        self.naming.is_some() || self.files || self.flags || self.names_settings
    }

    /// What stands for the fields of a class that nothing gives: the loader is told so, or is given an object of that class.
    pub(super) fn preset_of(&self, program: &Program<'_>, class: ClassId) -> Option<Preset> {
        if let Some(value) = &self.defaults {
            let known = defaults::preset(program, value, class);
            return known.or_else(|| self.is_over(program, class).then_some(Preset::Unknown));
        }
        let own = self.made.iter().filter(|(of, _)| *of == class);
        let mut known =
            own.filter_map(|(_, value)| defaults::of_value(program, value, Some(class)));
        let known = known.next().map(Preset::Known);
        known.or_else(|| self.unseen_text.then_some(Preset::Unknown))
    }

    /// Whether what is loaded lies over an object of that class which the code has already: a parameter, as far as its type tells.
    pub(super) fn is_over(&self, program: &Program<'_>, class: ClassId) -> bool {
        let Some(value) = &self.defaults else { return false };
        match &value.expr {
            Expr::Param(place) => {
                let functions = &program.files[value.file].facts.functions;
                let function = self.function.and_then(|at| functions.get(at));
                let param = function.and_then(|one| one.params.get(usize::from(*place)));
                let of_type = param.and_then(|param| param.of_type.as_ref());
                let of_param = of_type.map(|one| program.class(value.file, &one.present().path));
                of_param.is_none_or(|of_param| of_param == Some(class))
            }
            Expr::Path(_) | Expr::Entry(..) => true,
            _ => false,
        }
    }

    /// Looks for sources in a value and in what it is made of.
    pub(super) fn look(&mut self, program: &Program<'_>, table: &Tables<'_>, value: &Bound) {
        if self.depth >= MAX_DEPTH || self.parts >= MAX_PARTS {
            return;
        }
        self.depth += 1;
        self.parts += 1;
        self.look_inside(program, table, value);
        self.depth -= 1;
    }

    fn look_inside(&mut self, program: &Program<'_>, table: &Tables<'_>, value: &Bound) {
        let with = |expr: &Expr| Bound { expr: expr.clone(), ..value.clone() };
        match &value.expr {
            Expr::Call(path, args, object) => {
                self.call(program, table, value, path, args, object.as_deref());
            }
            Expr::Text(text) => {
                self.names_file |= is_settings_file(text);
                self.names_settings |= self.names_file;
            }
            Expr::Path(path) => {
                self.names_settings |= is_settings_word(path.last());
                if let Target::Value(file, expr) = program.resolve(value.file, path) {
                    self.look(program, table, &bound_at(&expr, file, value.range));
                }
            }
            Expr::OneOf(many) | Expr::List(many) | Expr::Join(many) => {
                for one in many {
                    self.look(program, table, &with(one));
                }
            }
            Expr::Select(_, arms) => {
                for (_, one) in arms {
                    self.look(program, table, &with(one));
                }
            }
            Expr::Method(object, _, args) => {
                // `File::from(path)`
                if let Expr::Path(path) = &**object
                    && let Target::External(name) = program.resolve(value.file, path)
                    && let Some(row) = table.schemas.source(&name)
                {
                    self.source(program, table, row, value);
                }
                self.look(program, table, &with(object));
                for arg in args {
                    self.look(program, table, &with(arg));
                }
            }
            Expr::Keyword(_, inner) | Expr::Element(inner) | Expr::Part(inner, _) => {
                self.look(program, table, &with(inner));
            }
            Expr::Param(_) => {
                let settled = value.settled();
                match settled.expr {
                    Expr::Param(place) => self.look_at_callers(program, table, &settled, place),
                    _ => self.look(program, table, &settled),
                }
            }
            _ => {}
        }
    }

    /// What the callers of the function pass for a parameter.
    fn look_at_callers(
        &mut self,
        program: &Program<'_>,
        table: &Tables<'_>,
        value: &Bound,
        place: u16,
    ) {
        let Some(function) = self.function.take() else { return };
        for caller in program.callers(value.file, function).to_vec() {
            let site = program.site(caller);
            let mut positional = site.args.iter().filter(|arg| arg.name.is_none());
            if let Some(arg) = positional.nth(usize::from(place)) {
                self.function = site.function;
                self.look(program, table, &bound_at(&arg.value, caller.file, arg.range));
            }
        }
    }

    fn call(
        &mut self,
        program: &Program<'_>,
        table: &Tables<'_>,
        value: &Bound,
        path: &Path,
        args: &[Expr],
        object: Option<&Expr>,
    ) {
        let with = |expr: &Expr| Bound { expr: expr.clone(), ..value.clone() };
        self.names_settings |= is_settings_word(path.last());
        let target = program.resolve(value.file, path);
        if let Target::External(name) = &target
            && let Some(row) = table.schemas.source(name)
        {
            self.source(program, table, row, value);
            if row.kind != SourceKind::Opened {
                return;
            }
        }
        if let Some(row) = table
            .schemas
            .sources
            .iter()
            .find(|row| row.key_value.iter().any(|call| call == path.last()))
            && let [key, given, ..] = args
            && row.kind == SourceKind::Defaults
            && let [key] = &program.texts(&with(key))[..]
        {
            self.preset.push((key.clone(), with(given)));
        }
        if let Some(class) = own_class(program, value.file, path) {
            self.made.push((class, value.clone()));
        }
        if let Some(inner) = program.entered(value, path, args) {
            self.look(program, table, &inner);
        }
        // What a call adds comes after all that its object has.
        for arg in args {
            self.look(program, table, &with(arg));
        }
        // What a parameter's own methods give is made of it where it is a builder; elsewhere it may be anything.
        let is_made_of = |object: &&Expr| self.of_builder || !matches!(object, Expr::Param(_));
        if let Some(object) = object.filter(is_made_of) {
            self.look(program, table, &with(object));
        }
    }

    /// A source of the table, with the calls that say more of it.
    fn source(
        &mut self,
        program: &Program<'_>,
        table: &Tables<'_>,
        row: &SourceRow,
        value: &Bound,
    ) {
        match row.kind {
            SourceKind::File => self.files = true,
            SourceKind::Opened => self.opens_file = true,
            SourceKind::Text => {
                self.files = true;
                self.unseen_text |= !names_its_file(program, table, row, value);
            }
            SourceKind::Flags => self.flags = true,
            SourceKind::Defaults => {
                if let Expr::Call(_, args, _) = &value.expr {
                    match &args[..] {
                        [one] => self.defaults = Some(Bound { expr: one.clone(), ..value.clone() }),
                        [key, given] => {
                            let key = Bound { expr: key.clone(), ..value.clone() };
                            if let [key] = &program.texts(&key)[..] {
                                let given = Bound { expr: given.clone(), ..value.clone() };
                                self.preset.push((key.clone(), given));
                            }
                        }
                        _ => {}
                    }
                }
            }
            SourceKind::Env => match naming(program, row, value) {
                // Of several, the first that is met was added last.
                Some(naming) => {
                    self.naming.get_or_insert(naming);
                }
                None => self.unseen_names = true,
            },
        }
    }
}

/// How a source of the environment names fields; `None` where code makes the names and it is not seen how.
fn naming(program: &Program<'_>, row: &SourceRow, value: &Bound) -> Option<Naming> {
    let calls = calls(&value.expr);
    let is_one = |wanted: &Option<Names>, name: &str| {
        wanted.iter().flat_map(Names::all).any(|wanted| wanted == name)
    };
    let text = |wanted: &Option<Names>| {
        let (_, args) = calls.iter().find(|(name, _)| is_one(wanted, name))?;
        let arg = args.first().filter(|arg| **arg != Expr::Null)?;
        Some(program.option_text(&Bound { expr: arg.clone(), ..value.clone() }))
    };
    let holds = |wanted: &Option<Names>| {
        let mut said = calls.iter().filter(|(name, _)| is_one(wanted, name));
        said.any(|(_, args)| args.first() != Some(&Expr::Bool(false)))
    };
    let renamed = match calls.iter().find(|(name, _)| row.renamed.as_deref() == Some(*name)) {
        Some((_, args)) => Renamed::of(program, value.file, args)?,
        None => Renamed::default(),
    };
    let separator = text(&row.separator).filter(|separator| !separator.is_empty());
    let separator = renamed.separator.or(separator);
    let behind_prefix = text(&row.prefix_separator).or_else(|| {
        row.prefix_is_separated.then(|| separator.clone().unwrap_or_else(|| "_".to_owned()))
    });
    Some(Naming {
        prefix: text(&row.prefix).unwrap_or_default(),
        dashes: renamed.dashes,
        behind_prefix: behind_prefix.unwrap_or_default(),
        separator,
        ignores_empty: holds(&row.ignore_empty),
        holds_tables: row.holds_tables,
        only: listed(program, value, &calls, row.only.as_deref(), |mut all, more| {
            all.retain(|one| more.contains(one));
            all
        }),
        ignored: listed(program, value, &calls, row.ignore.as_deref(), |mut all, more| {
            all.extend(more);
            all
        })
        .unwrap_or_default(),
        ..Naming::default()
    })
}

/// The texts of the lists that the calls of a builder by one name are given: those of all of them, or only those that
/// all have. `None` where there is no such call, or where a text is not known.
fn listed(
    program: &Program<'_>,
    value: &Bound,
    calls: &[(&str, &[Expr])],
    wanted: Option<&str>,
    join: fn(Vec<String>, Vec<String>) -> Vec<String>,
) -> Option<Vec<String>> {
    let lists = calls.iter().filter(|(name, _)| wanted == Some(*name)).map(|(_, args)| {
        let Some(Expr::List(many)) = args.first() else { return None };
        let texts = many.iter().map(|one| {
            let one = program.option_text(&Bound { expr: one.clone(), ..value.clone() });
            (!one.contains(HOLE)).then(|| one.to_lowercase())
        });
        texts.collect::<Option<Vec<String>>>()
    });
    lists.collect::<Option<Vec<_>>>()?.into_iter().reduce(join)
}

/// The calls of a builder, from the last to the first.
pub(super) fn calls(expr: &Expr) -> Vec<(&str, &[Expr])> {
    let mut found = Vec::new();
    let mut at = Some(expr);
    while let Some(Expr::Call(path, args, object)) = at {
        found.push((path.last(), args.as_slice()));
        at = object.as_deref();
    }
    found
}
