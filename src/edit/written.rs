//! Values as a syntax writes them, in the manner of one that stands there.
//!
//! Gives nothing where a text cannot be written safely; what it gives is read again by whoever asked.

use crate::document::Syntax;
use crate::document::yaml::plain_kind;
use crate::model::ScalarKind;

/// How a value stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    /// A node of a tree.
    Tree(Syntax),
    /// The value of a line of a dotenv file.
    Dotenv,
    /// A part of a larger text: of a word, of an item `NAME=value`.
    Part,
}

/// `text` as a value of that hand, with quotes like those of `like`.
pub(super) fn written(hand: Hand, text: &str, like: &str) -> Option<String> {
    let quote = like.chars().next().filter(|first| matches!(first, '"' | '\''));
    match (hand, quote) {
        (Hand::Part, None) => is_word(text).then(|| text.to_owned()),
        (Hand::Part, Some(quote)) => {
            let is_safe = !text.contains(['"', '\'', '\\', '$', '`', '\n', '\r']);
            is_safe.then(|| format!("{quote}{text}{quote}"))
        }
        (Hand::Dotenv, _) => dotenv(text, quote),
        (Hand::Tree(Syntax::Yaml), _) => yaml(text, quote, like),
        (Hand::Tree(Syntax::Properties), _) => properties(text),
        (Hand::Tree(Syntax::Ini), quote) => ini(text, quote),
        (Hand::Tree(syntax), quote) => typed(syntax, text, quote, like),
    }
}

/// A name like the one that is written as `like`: with its quotes.
pub(super) fn name(name: &str, like: &str) -> Option<String> {
    let is_plain = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
    let quote = like.chars().next().filter(|first| matches!(first, '"' | '\''));
    match quote {
        _ if !is_plain => None,
        Some(quote) => Some(format!("{quote}{name}{quote}")),
        None => Some(name.to_owned()),
    }
}

/// Whether a text means itself in every syntax.
fn is_word(text: &str) -> bool {
    let is_sign = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '+' | ',' | '=' | '%')
    };
    !text.is_empty()
        && text
            .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '.' | '-'))
        && text.chars().all(is_sign)
}

fn dotenv(text: &str, quote: Option<char>) -> Option<String> {
    if text.contains(['\r', '`']) {
        return None;
    }
    match quote {
        Some('\'') if !text.contains(['\'', '\\', '\n']) => Some(format!("'{text}'")),
        None if text.is_empty() || is_word(text) => Some(text.to_owned()),
        // Loaders disagree about escapes and about `$`.
        _ if text.contains(['\\', '$', '"', '\n']) => None,
        _ => Some(format!("\"{text}\"")),
    }
}

fn yaml(text: &str, quote: Option<char>, like: &str) -> Option<String> {
    let kind = plain_kind(text);
    let is_text = matches!(kind, ScalarKind::Plain);
    let same_kind = kind == plain_kind(like) && kind != ScalarKind::Null;
    let is_safe = is_word(text) && !text.starts_with('-') && !text.starts_with('%');
    let is_old_word = ["y", "n", "yes", "no", "on", "off"].contains(&text.to_lowercase().as_str());
    let is_sexagesimal = text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || c == ':');
    let is_ambiguous = text.ends_with(':') || is_sexagesimal || is_old_word;
    let is_number = matches!(kind, ScalarKind::Int | ScalarKind::Float) && text.starts_with('-');
    match quote {
        None if (is_safe || is_number) && !is_ambiguous && (is_text || same_kind) => {
            Some(text.to_owned())
        }
        Some('\'') if !text.contains(['\n', '\r', '\t']) => {
            Some(format!("'{}'", text.replace('\'', "''")))
        }
        _ => doubled(text),
    }
}

fn typed(syntax: Syntax, text: &str, quote: Option<char>, like: &str) -> Option<String> {
    let is_literal = |text: &str| {
        let is_number = text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
            || (text.parse::<f64>().is_ok_and(f64::is_finite)
                && text.contains('.')
                && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
                && !text.ends_with('.'));
        is_number || matches!(text, "true" | "false")
    };
    if quote.is_none() && is_literal(text) && is_literal(like) {
        return Some(text.to_owned());
    }
    if syntax == Syntax::Hcl && (text.contains("${") || text.contains("%{")) {
        return None;
    }
    match quote {
        Some('\'') if syntax == Syntax::Toml && !text.contains(['\'', '\n', '\r']) => {
            Some(format!("'{text}'"))
        }
        _ => doubled(text),
    }
}

/// A text in double quotes, with the escapes that YAML, JSON, TOML and HCL share.
fn doubled(text: &str) -> Option<String> {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other if other.is_control() => return None,
            other => out.push(other),
        }
    }
    out.push('"');
    Some(out)
}

fn properties(text: &str) -> Option<String> {
    let is_plain = !text.starts_with([' ', '\t']) && !text.chars().any(char::is_control);
    is_plain.then(|| text.replace('\\', "\\\\"))
}

fn ini(text: &str, quote: Option<char>) -> Option<String> {
    if text.chars().any(char::is_control) || text.contains(['"', '\'', '#', ';', '\\']) {
        return None;
    }
    match quote {
        Some(quote) => Some(format!("{quote}{text}{quote}")),
        None => (text.trim() == text).then(|| text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Hand, written};
    use crate::document::Syntax;

    #[test]
    fn a_value_is_written_like_its_neighbour() {
        let yaml = Hand::Tree(Syntax::Yaml);
        for (hand, text, like, expected) in [
            (yaml, "60", "30", Some("60")),
            (yaml, "60", "\"30\"", Some("\"60\"")),
            (yaml, "60", "fast", Some("\"60\"")),
            (yaml, "off", "slow", Some("\"off\"")),
            (yaml, "it's", "'x'", Some("'it''s'")),
            (yaml, "a: b", "x", Some("\"a: b\"")),
            (Hand::Tree(Syntax::Json), "CHANGE_ME", "5", Some("\"CHANGE_ME\"")),
            (Hand::Tree(Syntax::Json), "7", "5", Some("7")),
            (Hand::Tree(Syntax::Json), "7", "\"5\"", Some("\"7\"")),
            (Hand::Tree(Syntax::Hcl), "${x}", "\"5\"", None),
            (Hand::Dotenv, "two words", "x", Some("\"two words\"")),
            (Hand::Dotenv, "$x", "x", None),
            (Hand::Part, "two words", "x", None),
            (Hand::Part, "1.5", "x", Some("1.5")),
        ] {
            assert_eq!(written(hand, text, like).as_deref(), expected, "{text} like {like}");
        }
    }
}
