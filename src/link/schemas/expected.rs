//! What the value of a field must be: its type, and the bounds that are written for it.
//!
//! Goes by names. What a function of the project makes of a text is not followed: such a field takes any.

use crate::facts::code::Expr;
use crate::facts::schema::{Class, FieldFacts, Holds, Mark, TypeExpr, Variant};
use crate::lang::handlers::Handlers;
use crate::lang::schemas::SchemaRow;
use crate::link::program::{ClassId, Program};
use crate::link::types::{named_type, type_limits};
use crate::model::{Bound, Limits, ValueType};

/// What a value of that type must be, with the words that the loader takes for a boolean.
pub(super) fn value_type(
    program: &Program<'_>,
    handlers: &Handlers,
    words: &[String],
    file: usize,
    of_type: &TypeExpr,
) -> ValueType {
    let present = of_type.present();
    if present.name == "Literal" {
        return ValueType::Enum(literals(present));
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

/// The texts of `Literal["a", "b"]`; none where one of them is a name, whose text is not known here.
fn literals(of_type: &TypeExpr) -> Vec<String> {
    let some = of_type.args.iter().filter(|arg| arg.holds != Holds::Null);
    let text = |arg: &TypeExpr| {
        let is_number = arg.name.starts_with(|first: char| first.is_ascii_digit());
        (arg.is_literal || is_number).then(|| arg.name.clone())
    };
    some.map(text).collect::<Option<Vec<String>>>().unwrap_or_default()
}

/// The texts of an enum's constants; none where code of its own says which texts they are.
fn enumerated(program: &Program<'_>, class: ClassId) -> Option<ValueType> {
    let unit = &program.files[class.0];
    let facts = &unit.facts.classes[class.1];
    if !facts.variants.is_empty() {
        let texts = super::serde::unit_names(facts)?;
        return Some(ValueType::Enum(if derives_its_texts(facts) { texts } else { Vec::new() }));
    }
    let is_enum = program
        .ancestors(class)
        .into_iter()
        .any(|above| program.bases(above).iter().any(|base| base.last().ends_with("Enum")));
    let texts: Vec<Option<String>> = facts
        .fields
        .iter()
        .filter_map(|field| match &field.value.as_ref()?.value {
            Expr::Text(text) | Expr::Number(text) => Some(Some(text.clone())),
            _ => Some(None),
        })
        .collect();
    if !is_enum || texts.is_empty() {
        return None;
    }
    let finds_more = unit.items.contains_key(format!("{}._missing_", facts.name).as_str());
    let all = texts.into_iter().collect::<Option<Vec<String>>>().filter(|_| !finds_more);
    Some(ValueType::Enum(all.unwrap_or_default()))
}

/// Whether serde's derive alone says which texts an enum takes.
fn derives_its_texts(class: &Class) -> bool {
    let says = |marks: &[Mark], name: &str, words: &[&str]| {
        marks.iter().filter(|mark| mark.path.last() == name).flat_map(|mark| &mark.args).any(
            |arg| match (&arg.name, &arg.value) {
                (Some(name), _) => words.contains(&name.as_str()),
                (None, Expr::Path(path)) => words.contains(&path.last()),
                _ => false,
            },
        )
    };
    let takes_others = |variant: &Variant| says(&variant.marks, "serde", &["other"]);
    says(&class.marks, "derive", &["Deserialize"])
        && !says(&class.marks, "serde", &["from", "try_from"])
        && !class.variants.iter().any(takes_others)
}

/// The bounds that a field's calls and its type set: `Field(ge=1)`, `u16`.
pub(super) fn limits(
    handlers: &Handlers,
    row: &SchemaRow,
    class: Option<&Class>,
    field: &FieldFacts,
    expects: &ValueType,
) -> Limits {
    let mut limits = Limits::default();
    if let Some(of_type) = &field.of_type {
        limits = type_limits(handlers, &of_type.present().name);
        let is_split = of_type.args.iter().any(|arg| arg.name == "NoDecode");
        limits.takes_null = of_type.is_nullable();
        limits.lists_are_json = row.json_lists.is_some() && !is_split;
    }
    limits.exact_words = match expects {
        ValueType::Bool(_) if row.words.is_empty() => Some(handlers.exact_words),
        ValueType::Bool(_) => Some(row.exact_words),
        ValueType::Enum(_) => Some(true),
        _ => None,
    };
    limits.any_text_parses = is_rewritten(handlers, class, field);
    let in_value = field.value.iter().flat_map(|value| match &value.value {
        Expr::Call(_, args, _) => args.as_slice(),
        _ => &[],
    });
    for arg in in_value {
        if let Expr::Keyword(name, value) = arg {
            limit(&mut limits, name, value);
        }
    }
    for arg in field.marks.iter().flat_map(|mark| &mark.args) {
        if let Some(name) = &arg.name {
            limit(&mut limits, name, &arg.value);
        }
    }
    limits
}

/// Whether code of the project reads a field's text before its type does.
fn is_rewritten(handlers: &Handlers, class: Option<&Class>, field: &FieldFacts) -> bool {
    let rewrites = |name: &str| handlers.rewriters.iter().any(|known| known == name);
    // `value_parser = value_parser!(u16)` names the type again.
    let is_own = |name: &str, value: &Expr| {
        rewrites(name) && !matches!(value, Expr::Call(path, ..) if path.last() == name)
    };
    let in_value = field.value.iter().any(|value| match &value.value {
        Expr::Call(_, args, _) => {
            args.iter().any(|arg| matches!(arg, Expr::Keyword(name, value) if is_own(name, value)))
        }
        _ => false,
    });
    let in_marks = field.marks.iter().any(|mark| {
        rewrites(mark.path.last())
            || mark
                .args
                .iter()
                .any(|arg| arg.name.as_ref().is_some_and(|name| is_own(name, &arg.value)))
    });
    let checks = class.map(|class| class.checks.as_slice()).unwrap_or_default();
    in_value || in_marks || checks.iter().any(|check| checks_first(handlers, check, &field.name))
}

/// Whether a method's decorator hands it a field's text before the type has read it.
fn checks_first(handlers: &Handlers, check: &Mark, field: &str) -> bool {
    let is_early = check.args.iter().any(|arg| match (arg.name.as_deref(), &arg.value) {
        (Some("mode"), Expr::Text(mode)) => mode != "after",
        (Some("pre"), Expr::Bool(yes)) => *yes,
        _ => false,
    });
    let mut named = check.args.iter().filter(|arg| arg.name.is_none()).peekable();
    let names_all = named.peek().is_none();
    let names_it = named.any(|arg| match &arg.value {
        Expr::Text(text) => text == field || text == "*",
        _ => true,
    });
    handlers.validators.iter().any(|known| known == check.path.last())
        && is_early
        && (names_all || names_it)
}

fn limit(limits: &mut Limits, name: &str, value: &Expr) {
    match (name, value) {
        ("ge", Expr::Number(number)) => limits.min = Some(Bound::at(number)),
        ("gt", Expr::Number(number)) => limits.min = Some(Bound::beyond(number)),
        ("le", Expr::Number(number)) => limits.max = Some(Bound::at(number)),
        ("lt", Expr::Number(number)) => limits.max = Some(Bound::beyond(number)),
        ("min_length", Expr::Number(number)) => limits.min_length = number.parse().ok(),
        ("max_length", Expr::Number(number)) => limits.max_length = number.parse().ok(),
        ("pattern", Expr::Text(text)) => limits.pattern = Some(text.clone()),
        // The older name, which fits from the start of the text.
        ("regex", Expr::Text(text)) => limits.pattern = Some(format!("^(?:{text})")),
        _ => {}
    }
}
