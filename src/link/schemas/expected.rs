//! What the value of a field must be: its type, and the bounds that are written for it.

use crate::facts::code::Expr;
use crate::facts::schema::{FieldFacts, TypeExpr};
use crate::lang::handlers::Handlers;
use crate::link::program::{ClassId, Program};
use crate::link::types::named_type;
use crate::model::{Limits, ValueType};

/// What a value of that type must be, with the words that the loader takes for a boolean.
pub(super) fn value_type(
    program: &Program<'_>,
    handlers: &Handlers,
    words: &[String],
    file: usize,
    of_type: &TypeExpr,
) -> ValueType {
    let present = of_type.present(&handlers.holders);
    if present.name == "Literal" {
        let texts: Vec<String> = present.args.iter().map(|arg| arg.name.clone()).collect();
        return ValueType::Enum(texts);
    }
    if let Some(known) = handlers.types.get(&present.name) {
        let words = if words.is_empty() { &handlers.bool_words } else { words };
        return named_type(known, words).unwrap_or_default();
    }
    match program.class(file, &present.path) {
        Some(class) => enumerated(program, class).unwrap_or_default(),
        None => ValueType::Unknown,
    }
}

/// What one of an enum's constants is written as.
pub(in crate::link) fn constants(program: &Program<'_>, class: ClassId) -> Option<ValueType> {
    enumerated(program, class)
}

fn enumerated(program: &Program<'_>, class: ClassId) -> Option<ValueType> {
    let facts = &program.files[class.0].facts.classes[class.1];
    if !facts.variants.is_empty() {
        return super::serde::unit_names(facts).map(ValueType::Enum);
    }
    let is_enum = program.ancestors(class).into_iter().any(|above| {
        program.bases(above).iter().any(|base| base.last().ends_with("Enum"))
    });
    let texts = facts.fields.iter().filter_map(|field| match &field.value.as_ref()?.value {
        Expr::Text(text) | Expr::Number(text) => Some(text.clone()),
        _ => None,
    });
    let texts: Vec<String> = texts.collect();
    (is_enum && !texts.is_empty()).then_some(ValueType::Enum(texts))
}

/// The bounds that a field's calls and its type set: `Field(ge=1)`, `u16`.
pub(super) fn limits(handlers: &Handlers, field: &FieldFacts) -> Limits {
    let mut limits = Limits::default();
    if let Some(of_type) = &field.of_type {
        let name = &of_type.present(&handlers.holders).name;
        if let Some([min, max]) = handlers.ranges.get(name) {
            (limits.min, limits.max) = (Some(*min), Some(*max));
        }
    }
    let in_value = field.value.iter().filter_map(|value| match &value.value {
        Expr::Call(_, args, _) => Some(args.iter().collect::<Vec<_>>()),
        _ => None,
    });
    for args in in_value {
        for arg in args {
            if let Expr::Keyword(name, value) = arg {
                limit(&mut limits, name, value);
            }
        }
    }
    for arg in field.marks.iter().flat_map(|mark| &mark.args) {
        if let Some(name) = &arg.name {
            limit(&mut limits, name, &arg.value);
        }
    }
    limits
}

fn limit(limits: &mut Limits, name: &str, value: &Expr) {
    let number = match value {
        Expr::Number(text) => text.replace('_', "").parse::<i128>().ok(),
        _ => None,
    };
    match (name, number, value) {
        ("ge", Some(number), _) => limits.min = Some(number),
        ("gt", Some(number), _) => limits.min = Some(number.saturating_add(1)),
        ("le", Some(number), _) => limits.max = Some(number),
        ("lt", Some(number), _) => limits.max = Some(number.saturating_sub(1)),
        ("min_length", Some(number), _) => limits.min_length = usize::try_from(number).ok(),
        ("max_length", Some(number), _) => limits.max_length = usize::try_from(number).ok(),
        ("pattern" | "regex", _, Expr::Text(text)) => limits.pattern = Some(text.clone()),
        _ => {}
    }
}
