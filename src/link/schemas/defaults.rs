//! The values that a class gives its fields itself: `impl Default`, derives, functions named by an attribute.

use super::options::bound_at;
use super::serde::unit_names;
use crate::facts::code::{Base, Expr, Path};
use crate::facts::schema::TypeExpr;
use crate::lang::handlers::Handlers;
use crate::link::evaluate::Bound;
use crate::link::program::{ClassId, Program, Target};
use crate::model::Absence;
use crate::text::TextRange;

/// What stands for the fields of a class where nothing is given.
#[derive(Clone, Debug)]
pub(super) enum Defaults {
    /// The values of their types.
    Derived,
    /// Written out, field by field.
    Record {
        /// The file they are written in.
        file: usize,
        /// The fields, as keywords.
        fields: Vec<Expr>,
        /// The function that gives them.
        range: TextRange,
    },
}

/// What a loader is told to take where nothing else is given: `Serialized::defaults(…)`.
pub(super) enum Preset {
    /// These values.
    Known(Defaults),
    /// An object that is made by calls, and that must have every field to be one.
    Unknown,
}

impl Defaults {
    /// The value of a field.
    pub(super) fn value(&self, name: &str) -> Option<Bound> {
        let Self::Record { file, fields, range } = self else { return None };
        let found = fields.iter().find_map(|field| match field {
            Expr::Keyword(own, value) if own == name => Some(&**value),
            _ => None,
        });
        found.map(|value| bound_at(value, *file, *range))
    }

    /// The values of a field that is a section.
    pub(super) fn section(
        &self,
        program: &Program<'_>,
        name: &str,
        class: ClassId,
    ) -> Option<Self> {
        match self {
            Self::Derived => of_class(program, class),
            Self::Record { .. } => of_value(program, &self.value(name)?, Some(class)),
        }
    }
}

/// The values of a class's own `Default`.
pub(super) fn of_class(program: &Program<'_>, class: ClassId) -> Option<Defaults> {
    let facts = &program.files[class.0].facts.classes[class.1];
    if let Some((file, place)) = program.method(&format!("{}.default", facts.name), class) {
        let function = &program.files[file].facts.functions[place];
        if let Expr::Call(_, fields, _) = &function.gives
            && fields.iter().any(|field| matches!(field, Expr::Keyword(..)))
        {
            return Some(Defaults::Record { file, fields: fields.clone(), range: function.range });
        }
        return None;
    }
    facts.derives("Default").then_some(Defaults::Derived)
}

/// The values that an expression gives the fields of `class`.
pub(super) fn of_value(
    program: &Program<'_>,
    value: &Bound,
    class: Option<ClassId>,
) -> Option<Defaults> {
    match &value.expr {
        expr if is_default_call(expr) => of_class(program, class?),
        Expr::Call(_, fields, _) if fields.iter().any(|one| matches!(one, Expr::Keyword(..))) => {
            let (file, fields) = (value.file, fields.clone());
            Some(Defaults::Record { file, fields, range: value.range })
        }
        Expr::Call(path, args, _) => {
            let inner = program.entered(value, path, args)?;
            of_value(program, &inner, class)
        }
        _ => None,
    }
}

/// What an object gives the fields of `class`: arguments of a command line and the like have some of them at most.
pub(super) fn preset(program: &Program<'_>, value: &Bound, class: ClassId) -> Option<Preset> {
    if let Some(known) = of_value(program, value, Some(class)) {
        return Some(Preset::Known(known));
    }
    let mut made = &value.expr;
    while let Expr::Method(object, ..) = made {
        made = object;
    }
    let Expr::Call(path, ..) = made else { return None };
    let object = program.object(value.file, path);
    object.is_none_or(|object| object.class == class).then_some(Preset::Unknown)
}

/// What the function of an attribute gives: `#[serde(default = "Mail::port")]`.
pub(super) fn of_function(program: &Program<'_>, file: usize, name: &str) -> Option<Bound> {
    let path = Path { base: Base::Here, rest: name.replace("::", ".") };
    let crate_path = path
        .rest
        .strip_prefix("crate.")
        .map(|rest| Path { base: Base::Crate, rest: rest.to_owned() });
    match program.resolve(file, crate_path.as_ref().unwrap_or(&path)) {
        Target::Function(file, place) => {
            let function = &program.files[file].facts.functions[place];
            Some(bound_at(&function.gives, file, function.range))
        }
        _ => None,
    }
}

/// `Default::default()`, `Vec::new()`: the value of the type.
pub(super) fn is_default_call(value: &Expr) -> bool {
    match value {
        Expr::Call(path, args, _) => matches!(path.last(), "default" | "new") && args.is_empty(),
        _ => false,
    }
}

/// The value of a type's own `Default`.
pub(super) fn of_type(
    program: &Program<'_>,
    handlers: &Handlers,
    file: usize,
    of_type: &TypeExpr,
    range: TextRange,
) -> (Absence, Option<Bound>) {
    if of_type.is_nullable() {
        return (Absence::Optional, None);
    }
    let present = of_type.present();
    let text = match handlers.types.get(&present.name).map(String::as_str) {
        Some("bool") => Some("false".to_owned()),
        Some("int") => Some("0".to_owned()),
        Some("float") => Some("0.0".to_owned()),
        Some("str" | "path") => Some(String::new()),
        Some(_) => None,
        None => program.class(file, &present.path).and_then(|class| first_variant(program, class)),
    };
    (Absence::Default, text.map(|text| bound_at(&Expr::Text(text), file, range)))
}

/// The variant that is marked as the default.
fn first_variant(program: &Program<'_>, class: ClassId) -> Option<String> {
    let facts = &program.files[class.0].facts.classes[class.1];
    let names = unit_names(facts)?;
    let at = facts
        .variants
        .iter()
        .position(|variant| variant.marks.iter().any(|mark| mark.path.last() == "default"))?;
    (names.len() == facts.variants.len()).then(|| names[at].clone())
}
