//! Whether the values of several environments agree, and which of them is odd.
//!
//! A value that names its environment agrees with one that names its own. Knows no kind of key.

use super::nature::Nature;
use super::{Context, shape};
use crate::model::{Definition, EnvironmentId, KeyId, Value, ValueType};

/// What one environment gives one workload.
pub(super) type Given<'a> = (EnvironmentId, &'a Definition);

/// The environments with a value of their own and those that agree; `None` where all agree or it cannot be known.
pub(super) fn split<'a>(
    context: &Context<'_>,
    key: KeyId,
    given: &[Given<'a>],
) -> Option<(Vec<Given<'a>>, Vec<Given<'a>>)> {
    let as_switch =
        context.graph.deployed_reads_of(key).any(|read| matches!(read.expects, ValueType::Bool(_)));
    let mut kinds: Vec<Vec<Given<'a>>> = Vec::new();
    for one in given {
        if is_expected(&one.1.value) {
            return None;
        }
        let mut known = kinds.iter_mut();
        match known.find(|kind| is_same(context, *one, kind[0], as_switch)) {
            Some(kind) => kind.push(*one),
            None => kinds.push(vec![*one]),
        }
    }
    if kinds.len() < 2 {
        return None;
    }
    // One against one: nobody is odd, and production is named first.
    let in_production = |kind: &Vec<Given<'_>>| {
        let place = |id: EnvironmentId| &context.graph.inventory.environment(id).name;
        kind.iter().any(|(id, _)| Nature::of(place(*id)).is_production())
    };
    kinds.sort_by_key(|kind| (kind.len(), !in_production(kind)));
    let rest = kinds.pop()?;
    let odd: Vec<Given<'a>> = kinds.into_iter().flatten().collect();
    Some((odd, rest))
}

/// Whether a value is one that differs by nature, or is not known.
fn is_expected(value: &Value) -> bool {
    match value {
        Value::Literal(scalar) => {
            shape::is_address(&scalar.text) || shape::is_template(&scalar.text)
        }
        Value::Secret(_) | Value::Empty => false,
        _ => true,
    }
}

fn is_same(context: &Context<'_>, one: Given<'_>, two: Given<'_>, as_switch: bool) -> bool {
    let (Some(first), Some(second)) = (one.1.value.shown(), two.1.value.shown()) else {
        return one.1.value.same(&two.1.value) != Some(false);
    };
    shape::alike(first, second, as_switch)
        || without_name(context, one.0, first) == without_name(context, two.0, second)
}

/// A value with the words of its environment's name taken out.
fn without_name(context: &Context<'_>, id: EnvironmentId, text: &str) -> String {
    let place = &context.graph.inventory.environment(id).name;
    let mut text = text.to_ascii_lowercase();
    let name = place.to_ascii_lowercase();
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1);
    for word in std::iter::once(name.as_str()).chain(words) {
        if word.chars().any(char::is_alphabetic) {
            text = text.replace(word, "*");
        }
    }
    text
}
