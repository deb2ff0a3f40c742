//! What stands directly under a shape.

use super::{Argument, NodeId, Part, Shape};

/// The nodes directly under a shape, in the order of the text.
pub fn children(shape: &Shape) -> Vec<NodeId> {
    match shape {
        Shape::Name
        | Shape::Number
        | Shape::Bool(_)
        | Shape::Null
        | Shape::Jump
        | Shape::Pass
        | Shape::Import(_)
        | Shape::Positional(_)
        | Shape::Field { .. } => Vec::new(),
        Shape::Text(parts) => parts.iter().filter_map(Part::hole).collect(),
        Shape::Member { object, .. } => vec![*object],
        Shape::Call { callee, args: given, .. } => [vec![*callee], args(given)].concat(),
        Shape::Attribute { args: given, .. } => args(given),
        Shape::Index { object: a, index: b }
        | Shape::Or(a, b)
        | Shape::And(a, b)
        | Shape::Add(a, b)
        | Shape::Compare { left: a, right: b, .. }
        | Shape::Contains { item: a, container: b, .. }
        | Shape::LetCondition { pattern: a, value: b }
        | Shape::Arm { pattern: a, body: b }
        | Shape::Guarded { pattern: a, guard: b }
        | Shape::As { value: a, name: b } => vec![*a, *b],
        Shape::Not(one)
        | Shape::Propagate(one)
        | Shape::Decorator(one)
        | Shape::Wrapped(one)
        | Shape::Claimed(one)
        | Shape::Lambda { body: one, .. } => vec![*one],
        Shape::Choice { condition: a, then: b, otherwise: c }
        | Shape::For { target: a, over: b, body: c } => vec![*a, *b, *c],
        Shape::Macro { args: many, .. }
        | Shape::Operator(many)
        | Shape::List(many)
        | Shape::Raise(many)
        | Shape::Assert(many)
        | Shape::Delete(many)
        | Shape::Block(many)
        | Shape::Other(many) => many.clone(),
        Shape::Map(entries) => pairs(entries),
        Shape::Comprehension { body, clauses, conditions } => {
            [body.clone(), pairs(clauses), conditions.clone()].concat()
        }
        _ => of_statement(shape),
    }
}

/// The nodes directly under a statement or an item.
fn of_statement(shape: &Shape) -> Vec<NodeId> {
    match shape {
        Shape::Assign { targets, value, of_type, otherwise, .. } => {
            targets.iter().chain(of_type).chain(value).chain(otherwise).copied().collect()
        }
        Shape::If { condition, then, otherwise: None } => vec![*condition, *then],
        Shape::If { condition, then, otherwise: Some(last) } => vec![*condition, *then, *last],
        Shape::Match { subject, arms } => [vec![*subject], arms.clone()].concat(),
        Shape::While { condition, body } => condition.iter().copied().chain([*body]).collect(),
        Shape::With { items, body } => [items.clone(), vec![*body]].concat(),
        Shape::Try { body, handlers } => [vec![*body], handlers.clone()].concat(),
        Shape::Handler { types, body } => types.iter().copied().chain([*body]).collect(),
        Shape::Function(function) => function.inside(),
        Shape::Class { bases, body, .. } => args(bases).into_iter().chain(*body).collect(),
        Shape::Record { of, fields } => [vec![*of], given(fields)].concat(),
        Shape::Return(body) | Shape::Module { body, .. } | Shape::Variant { body, .. } => {
            body.iter().copied().collect()
        }
        _ => Vec::new(),
    }
}

fn args(args: &[Argument]) -> Vec<NodeId> {
    args.iter().map(|arg| arg.value).collect()
}

fn pairs(pairs: &[(NodeId, NodeId)]) -> Vec<NodeId> {
    pairs.iter().flat_map(|(a, b)| [*a, *b]).collect()
}

fn given<T>(fields: &[(T, Option<NodeId>)]) -> Vec<NodeId> {
    fields.iter().filter_map(|(_, value)| *value).collect()
}
