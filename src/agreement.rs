//! Whether the values that environments give a key agree, and whether a difference between them is meant.
//!
//! A value that names its environment agrees with one that names its own. Knows names and values, not what a rule makes
//! of a difference.

use crate::config::Config;
use crate::graph::Graph;
use crate::model::{Definition, EnvironmentId, KeyId, Value, ValueType};
use crate::nature::{Nature, shape};

/// What one environment gives one workload.
pub type Given<'a> = (EnvironmentId, &'a Definition);

/// Why two environments may differ in a key and nothing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meant {
    /// The policy lists it.
    Policy,
    /// It lets somebody in: each environment has its own.
    Credential,
    /// It says where something is.
    Endpoint,
    /// It says what something is called, or the two values differ in the names of their environments alone.
    Name,
}

impl Meant {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Credential => "credential",
            Self::Endpoint => "endpoint",
            Self::Name => "name",
        }
    }
}

/// How two values of a key stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They mean the same, however they are written.
    Same,
    /// They differ, and that is meant.
    Meant(Meant),
    /// They differ.
    Differ,
    /// The content of one of them is not known.
    Unknown,
}

/// Why environments may differ in `key` whatever the values are; `None` where they should not.
pub fn meant(graph: &Graph<'_>, config: &Config, key: KeyId) -> Option<Meant> {
    let name = &graph.inventory.key(key).name;
    let nature = Nature::of(name);
    if config.expects_difference(name) {
        Some(Meant::Policy)
    } else if nature.is_credential() {
        Some(Meant::Credential)
    } else if nature.is_endpoint() && nature.is_place() {
        Some(Meant::Endpoint)
    } else {
        nature.is_place().then_some(Meant::Name)
    }
}

/// How what two environments give `key` stands to each other.
pub fn judge(
    graph: &Graph<'_>,
    config: &Config,
    key: KeyId,
    one: Given<'_>,
    two: Given<'_>,
) -> Verdict {
    let (first, second) = (&one.1.value, &two.1.value);
    // One line that both share: what it is built from has a name of its own.
    if one.1.is_one_with(two.1) {
        return Verdict::Same;
    }
    match (first.shown(), second.shown()) {
        (Some(one), Some(two)) if one == two => return Verdict::Same,
        (None, None) => match first.same(second) {
            Some(true) => return Verdict::Same,
            None => return Verdict::Unknown,
            Some(false) => {}
        },
        _ => {}
    }
    let is_alike = is_same(graph, one, two, is_switch(graph, key));
    let is_literal = |value: &Value| matches!(value, Value::Literal(_));
    if is_literal(first) && is_literal(second) && is_written_alike(graph, key, first, second) {
        return Verdict::Same;
    }
    // Empty here and set there is no difference that anybody means.
    if first.state() != second.state() && [first, second].contains(&&Value::Empty) {
        return Verdict::Differ;
    }
    // A yes or a no is called nothing: `database.require_ssl`.
    let is_meant = |why: &Meant| *why != Meant::Name || !is_switch(graph, key);
    if let Some(why) = meant(graph, config, key).filter(is_meant) {
        return Verdict::Meant(why);
    }
    let is_address = |value: &Value| value.shown().is_some_and(shape::is_address);
    if is_address(first) && is_address(second) {
        return Verdict::Meant(Meant::Endpoint);
    }
    if is_alike && first.shown().is_some() && second.shown().is_some() {
        return Verdict::Meant(Meant::Name);
    }
    Verdict::Differ
}

/// The environments with a value of their own and those that agree; `None` where all agree or it cannot be known.
pub fn split<'a>(
    graph: &Graph<'_>,
    key: KeyId,
    given: &[Given<'a>],
) -> Option<(Vec<Given<'a>>, Vec<Given<'a>>)> {
    let as_switch = is_switch(graph, key);
    let mut kinds: Vec<Vec<Given<'a>>> = Vec::new();
    for one in given {
        if is_expected(&one.1.value) {
            return None;
        }
        let mut known = kinds.iter_mut();
        match known.find(|kind| is_same(graph, *one, kind[0], as_switch)) {
            Some(kind) => kind.push(*one),
            None => kinds.push(vec![*one]),
        }
    }
    if kinds.len() < 2 {
        return None;
    }
    // One against one: nobody is odd, and production is named first.
    let in_production = |kind: &Vec<Given<'_>>| {
        let place = |id: EnvironmentId| &graph.inventory.environment(id).name;
        kind.iter().any(|(id, _)| Nature::of(place(*id)).is_production())
    };
    kinds.sort_by_key(|kind| (kind.len(), !in_production(kind)));
    let rest = kinds.pop()?;
    let odd: Vec<Given<'a>> = kinds.into_iter().flatten().collect();
    Some((odd, rest))
}

/// Whether code reads the key as a boolean.
fn is_switch(graph: &Graph<'_>, key: KeyId) -> bool {
    graph.deployed_reads_of(key).any(|read| matches!(read.expects, ValueType::Bool(_)))
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

fn is_written_alike(graph: &Graph<'_>, key: KeyId, one: &Value, two: &Value) -> bool {
    let (Some(one), Some(two)) = (one.shown(), two.shown()) else { return false };
    shape::alike(one, two, is_switch(graph, key))
}

fn is_same(graph: &Graph<'_>, one: Given<'_>, two: Given<'_>, as_switch: bool) -> bool {
    let (Some(first), Some(second)) = (one.1.value.shown(), two.1.value.shown()) else {
        return one.1.value.same(&two.1.value) != Some(false);
    };
    shape::alike(first, second, as_switch)
        || without_name(graph, one.0, first) == without_name(graph, two.0, second)
}

/// A value with the words of its environment's name taken out.
fn without_name(graph: &Graph<'_>, id: EnvironmentId, text: &str) -> String {
    let place = &graph.inventory.environment(id).name;
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
