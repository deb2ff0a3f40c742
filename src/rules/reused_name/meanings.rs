//! What a key is read as, and which two of that no value can be. Knows types, not keys.

use crate::model::{Read, ValueType};
use crate::nature::shape;

/// Whether no text that is not empty is what both reads need.
pub(super) fn are_apart(one: &Read, two: &Read) -> bool {
    apart(&one.expects, &two.expects) || apart(&two.expects, &one.expects)
}

fn apart(one: &ValueType, two: &ValueType) -> bool {
    match (one, two) {
        (
            ValueType::Url,
            ValueType::Int | ValueType::Float | ValueType::Duration | ValueType::Json,
        ) => true,
        // One that compares takes every text.
        (ValueType::Url | ValueType::Duration, ValueType::Bool(words)) => is_strict(words),
        (ValueType::Enum(words), ValueType::Int | ValueType::Float) => {
            !words.is_empty() && !words.iter().any(|word| shape::quantity(word).is_some())
        }
        (ValueType::Enum(words), ValueType::Url) => {
            !words.is_empty() && !words.iter().any(|word| word.contains(':'))
        }
        (ValueType::Enum(words), ValueType::Bool(known)) => {
            let is_switch = |word: &String| shape::switch(word).is_some();
            !words.is_empty() && is_strict(known) && !words.iter().any(is_switch)
        }
        _ => false,
    }
}

fn is_strict(words: &[String]) -> bool {
    let knows = |meaning| words.iter().any(|word| shape::switch(word) == Some(meaning));
    knows(true) && knows(false)
}

/// A type as people say it.
pub(super) fn word(expects: &ValueType) -> &'static str {
    match expects {
        ValueType::Int | ValueType::Float => "a number",
        ValueType::Bool(_) => "a switch",
        ValueType::Url => "a URL",
        ValueType::Json => "JSON",
        ValueType::Duration => "a span of time",
        ValueType::Enum(_) => "one of some words",
        _ => "a text",
    }
}

#[cfg(test)]
mod tests {
    use super::{ValueType, apart};

    #[test]
    fn only_what_no_value_can_be_is_apart() {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let parses = ValueType::Bool(words(&["true", "false", "1", "0"]));
        let compares = ValueType::Bool(words(&["true"]));
        assert!(apart(&ValueType::Url, &ValueType::Int) && apart(&ValueType::Url, &parses));
        assert!(!apart(&ValueType::Url, &compares), "a URL is not `true`");
        assert!(!apart(&ValueType::Int, &parses), "1 is both");
        let colors = ValueType::Enum(words(&["red", "blue"]));
        assert!(apart(&colors, &parses) && apart(&colors, &ValueType::Int));
        assert!(!apart(&ValueType::Enum(words(&["on", "auto"])), &parses));
        assert!(!apart(&ValueType::Text, &ValueType::Url));
    }
}
