//! Texts that must be one of some words: booleans and enums. Knows the words of one need, not what they select.

use super::{Misfit, SHOWN};
use crate::model::{Confidence, Limits};
use crate::nature::shape;

/// Whether a reader knows words for no as well: it then refuses all others, where one that compares with `true` takes
/// them for no.
pub(super) fn is_strict(words: &[String]) -> bool {
    let knows = |meaning| words.iter().any(|word| shape::switch(word) == Some(meaning));
    knows(false) && knows(true)
}

/// Why a text is not taken for the boolean that it means.
pub(super) fn boolean(text: &str, words: &[String], limits: &Limits) -> Option<Misfit> {
    if limits.any_text_is_yes && !text.is_empty() {
        let is_no = shape::switch(text) == Some(false);
        return is_no.then(|| ("an empty text to say no".to_owned(), Confidence::Medium));
    }
    let is_exact = limits.exact_words == Some(true);
    let knows = |word: &String| {
        if is_exact { word == text } else { word.eq_ignore_ascii_case(text) }
    };
    if words.is_empty() || words.iter().any(knows) {
        return None;
    }
    let wanted = wanted_word(text, words);
    if is_strict(words) {
        return Some((wanted, Confidence::High));
    }
    // The reader compares: every other text is the opposite. Only a text that means what it is not taken for is wrong,
    // and a number may be compared with another one.
    let taken_as = shape::switch(words.first()?)?;
    match shape::switch(text) {
        Some(meant) if meant != taken_as => None,
        None if shape::is_number(text) => None,
        Some(_) => Some((wanted, Confidence::Medium)),
        // `not_enabled`: what it says nobody knows, and to be taken for no may be what it is there for.
        None => Some((wanted, Confidence::Low)),
    }
}

/// Why a text is none of the words that are taken.
pub(super) fn one_of(text: &str, words: &[String], limits: &Limits) -> Option<Misfit> {
    let is_exact = limits.exact_words == Some(true);
    let known =
        |word: &String| if is_exact { word == text } else { word.eq_ignore_ascii_case(text) };
    if words.is_empty() || words.iter().any(known) {
        return None;
    }
    let sure = if limits.exact_words.is_some() { Confidence::High } else { Confidence::Medium };
    Some((wanted_word(text, words), sure))
}

/// The words that are taken; the one that is meant where only its case is wrong.
fn wanted_word(text: &str, words: &[String]) -> String {
    if let Some(word) = words.iter().find(|word| word.eq_ignore_ascii_case(text)) {
        return format!("`{word}`, letter for letter");
    }
    let some = words.iter().filter(|word| !word.is_empty()).take(SHOWN.0);
    let listed: Vec<String> = some.map(|word| format!("`{word}`")).collect();
    match &listed[..] {
        [one] => one.clone(),
        _ => format!("one of {}", listed.join(", ")),
    }
}
