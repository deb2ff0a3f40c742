//! What stands directly under a shape.

use super::{Argument, NodeId, Part, Shape};

/// The nodes directly under a shape, in the order of the text.
pub fn children(shape: &Shape) -> Vec<NodeId> {
    let args = |args: &[Argument]| args.iter().map(|arg| arg.value).collect::<Vec<_>>();
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
        | Shape::As { value: a, name: b } => vec![*a, *b],
        Shape::Not(one)
        | Shape::Propagate(one)
        | Shape::Decorator(one)
        | Shape::Wrapped(one)
        | Shape::Lambda { body: one, .. } => vec![*one],
        Shape::Choice { condition, then, otherwise } => vec![*condition, *then, *otherwise],
        Shape::Macro { args: many, .. }
        | Shape::Operator(many)
        | Shape::List(many)
        | Shape::Raise(many)
        | Shape::Assert(many)
        | Shape::Delete(many)
        | Shape::Block(many)
        | Shape::Other(many) => many.clone(),
        Shape::Map(pairs) => pairs.iter().flat_map(|(key, value)| [*key, *value]).collect(),
        Shape::Comprehension { body, clauses, conditions } => {
            let over = clauses.iter().flat_map(|(target, over)| [*target, *over]);
            body.iter().copied().chain(over).chain(conditions.iter().copied()).collect()
        }
        Shape::Assign { targets, value, of_type, otherwise, .. } => {
            let given = of_type.iter().chain(value).chain(otherwise);
            targets.iter().copied().chain(given.copied()).collect()
        }
        Shape::If { condition, then, otherwise } => {
            [*condition, *then].into_iter().chain(*otherwise).collect()
        }
        Shape::Match { subject, arms } => [vec![*subject], arms.clone()].concat(),
        Shape::For { target, over, body } => vec![*target, *over, *body],
        Shape::While { condition, body } => condition.iter().copied().chain([*body]).collect(),
        Shape::With { items, body } => [items.clone(), vec![*body]].concat(),
        Shape::Try { body, handlers } => [vec![*body], handlers.clone()].concat(),
        Shape::Handler { types, body } => types.iter().copied().chain([*body]).collect(),
        Shape::Function(function) => function.inside(),
        Shape::Class { bases, body, .. } => args(bases).into_iter().chain(*body).collect(),
        Shape::Record { of, fields } => {
            std::iter::once(*of).chain(fields.iter().filter_map(|(_, value)| *value)).collect()
        }
        Shape::Return(body) | Shape::Module { body, .. } | Shape::Variant { body, .. } => {
            body.iter().copied().collect()
        }
    }
}
