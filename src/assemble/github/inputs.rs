//! What a call gives for the expressions of what it calls: inputs, secrets, a turn of a matrix.
//!
//! Puts in what is written. A script keeps its expressions: a shell gets them as text.

use std::collections::BTreeMap;

use super::super::tree::{Body, Tree};
use crate::model::ScalarKind;

/// What expressions stand for, by their names: `inputs.where`.
pub(super) type Given = BTreeMap<String, Tree>;

/// The inputs that `called` declares, under the values of the call where it gives any.
pub(super) fn of_call(declared: Option<&Tree>, with: Option<&Tree>) -> Given {
    let mut given = Given::new();
    for pair in declared.map(Tree::pairs).unwrap_or_default() {
        let value = with.and_then(|with| with.get(&pair.key)).or_else(|| pair.value.get("default"));
        let nothing = || Tree::scalar(String::new(), ScalarKind::Text, pair.place);
        given.insert(format!("inputs.{}", pair.key), value.cloned().unwrap_or_else(nothing));
    }
    given
}

/// Adds the secrets that a call hands on under names.
pub(super) fn add_secrets(secrets: Option<&Tree>, given: &mut Given) {
    for pair in secrets.map(Tree::pairs).unwrap_or_default() {
        given.insert(format!("secrets.{}", pair.key), pair.value.clone());
    }
}

/// Puts what is given into every text below `tree`.
pub(super) fn fill(tree: &mut Tree, given: &Given) {
    match &mut tree.body {
        Body::Map(pairs) => pairs.iter_mut().for_each(|pair| fill(&mut pair.value, given)),
        Body::List(items) => items.iter_mut().for_each(|item| fill(item, given)),
        Body::Scalar(scalar) if scalar.text.contains("${{") && !scalar.text.contains('\n') => {
            let whole = inside(&scalar.text).and_then(|expression| answer(expression, given));
            if let Some(value) = whole {
                tree.from = value.from.or(value.place);
                tree.body = value.body;
                return;
            }
            let mut from = None;
            let text = parts(&scalar.text, given, &mut from);
            if text != scalar.text {
                scalar.text = text;
                scalar.kind = ScalarKind::Text;
                tree.from = from;
            }
        }
        Body::Scalar(_) => {}
    }
}

/// A text with each expression that is known put in.
fn parts(text: &str, given: &Given, from: &mut Option<crate::text::Span>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${{") {
        let Some((expression, after)) = behind.split_once("}}") else { break };
        filled.push_str(before);
        let value = answer(expression.trim(), given);
        match value.as_ref().and_then(|value| Some((value, word(value)?))) {
            Some((value, word)) => {
                *from = value.from.or(value.place);
                filled.push_str(word);
            }
            None => filled.push_str(&rest[before.len()..rest.len() - after.len()]),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn word(value: &Tree) -> Option<&str> {
    if let Body::Scalar(scalar) = &value.body { Some(&scalar.text) } else { None }
}

/// The expression that a text is, whole.
fn inside(text: &str) -> Option<&str> {
    let inside = text.trim().strip_prefix("${{")?.strip_suffix("}}")?;
    (!inside.contains("${{")).then(|| inside.trim())
}

/// What an expression comes to: a name, or a name with an answer for when it is empty.
fn answer(expression: &str, given: &Given) -> Option<Tree> {
    let (name, otherwise) = match expression.split_once("||") {
        Some((name, otherwise)) => (name.trim(), Some(otherwise.trim())),
        None => (expression, None),
    };
    let value = given.get(name).or_else(|| {
        let plain = name.strip_prefix("github.event.")?;
        given.get(plain)
    })?;
    let is_empty = word(value).is_some_and(|text| text.is_empty() || text == "false");
    match otherwise.filter(|_| is_empty) {
        None => Some(value.clone()),
        Some(otherwise) => match literal(otherwise) {
            Some(text) => Some(Tree::text_at(text, None)),
            None => answer(otherwise, given),
        },
    }
}

fn literal(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inside.contains('\'')).then_some(inside)
}

/// Whether a condition rules a job out: one input that is compared with a text.
pub(super) fn rules_out(condition: &str, given: &Given) -> bool {
    let condition = inside(condition).unwrap_or(condition);
    for (sign, wanted) in [("==", true), ("!=", false)] {
        if let Some((name, text)) = condition.split_once(sign)
            && let Some(text) = literal(text.trim())
            && let Some(value) = given.get(name.trim()).and_then(word)
        {
            let is_known = !value.contains("${{");
            return is_known && value.eq_ignore_ascii_case(text) != wanted;
        }
    }
    false
}
