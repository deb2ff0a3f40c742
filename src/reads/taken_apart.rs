//! Structs that are taken apart where they are given: `let App { config, db: pool, .. } = app;`, `State(App { config, .. }): State<App>`.
//!
//! Knows the text of a pattern. A field that is taken apart itself binds nothing here.

use super::scopes::{Origin, Scopes};
use crate::lang::syntax::NodeId;
use crate::text::TextRange;

/// Fields of one pattern beyond these are not looked at.
const MAX_FIELDS: usize = 60;

impl Scopes<'_> {
    /// Notes the names that a pattern gives the fields of what it takes apart.
    pub(super) fn take_apart(
        &mut self,
        pattern: TextRange,
        (scope, at): (NodeId, NodeId),
        origin: impl Fn(TextRange) -> Origin,
    ) {
        for (bound, field) in fields(self.text, pattern) {
            self.insert(scope, bound, at, origin(field));
        }
    }
}

/// The fields that a pattern takes apart: the name that each gets, and the field.
fn fields(text: &str, pattern: TextRange) -> Vec<(&str, TextRange)> {
    let whole = pattern.slice(text);
    let Some(inside) = inside(whole) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = inside.start;
    for part in whole[inside.clone()].split(',').take(MAX_FIELDS) {
        let start = at + part.len() - part.trim_start().len();
        at += part.len() + 1;
        let (field, bound) = part.split_once(':').unwrap_or((part, part));
        let (field, bound) = (unmarked(field), unmarked(bound));
        if !is_name(field) || !is_name(bound) {
            continue;
        }
        let Some(place) = whole[start..].find(field).map(|behind| start + behind) else { continue };
        let first = pattern.start as usize + place;
        found.push((bound, TextRange::new(first, first + field.len())));
    }
    found
}

/// The name that a parameter's pattern binds: `state` of `State(state)`.
pub(super) fn bound_name(pattern: &str) -> &str {
    let inside = pattern.rsplit_once('(').and_then(|(_, inside)| inside.split_once(')'));
    let name = inside.map(|(name, rest)| (name.trim(), rest.trim_matches([')', ' '])));
    match name {
        Some((name, "")) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => name,
        _ => pattern,
    }
}

/// What stands in the braces of a struct, where it is the one thing that the pattern takes apart.
fn inside(pattern: &str) -> Option<std::ops::Range<usize>> {
    let open = pattern.find('{')?;
    let close = pattern.rfind('}').filter(|close| open < *close)?;
    let name = pattern[..open].trim_end();
    let is_struct = name.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
    let is_struct = is_struct.is_some_and(|name| name.starts_with(char::is_uppercase));
    let is_alone = !name.contains(',') && !pattern[open + 1..close].contains(['{', '(', '[']);
    let ends = pattern[close + 1..].chars().all(|c| c == ')' || c.is_whitespace());
    (is_struct && is_alone && ends).then_some(open + 1..close)
}

fn unmarked(bound: &str) -> &str {
    let mut bound = bound.trim();
    for mark in ["ref ", "mut "] {
        bound = bound.strip_prefix(mark).unwrap_or(bound).trim_start();
    }
    bound
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_lowercase() || c == '_')
        && word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{TextRange, fields};

    #[test]
    fn each_field_gets_its_name() {
        let told = |text: &'static str| -> Vec<(&str, &str)> {
            let all = fields(text, TextRange::new(0, text.len())).into_iter();
            all.map(|(name, field)| (name, field.slice(text))).collect()
        };
        assert_eq!(
            told("State(App { ref config, db: pool, mut rest, .. })"),
            [("config", "config"), ("pool", "db"), ("rest", "rest")]
        );
        assert_eq!(told("&shop::App { config }"), [("config", "config")]);
        assert!(told("App { inner: Inner { config }, .. }").is_empty());
        assert!(told("(App { config }, other)").is_empty() && told("app").is_empty());
        assert!(told("App { _: 1, .. }").is_empty());
    }
}
