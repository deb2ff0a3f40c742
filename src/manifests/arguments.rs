//! The arguments that builds of images get: `--build-arg`, `build-args`, `args` of bake.
//!
//! Keeps no value that may be a credential, and none in which a variable is left.

use std::collections::BTreeMap;

use crate::facts::BuildFacts;
use crate::facts::build::{GivenArgument, ImageFact};
use crate::model::key::is_env_name;
use crate::model::secrecy::looks_secret;
use crate::model::{Scalar, ScalarKind, Value};
use crate::text::TextRange;

/// What `NAME=value` gives; a name alone stands for a variable of whoever builds. `None` where it is no argument.
pub(super) fn argument(written: &str, range: TextRange) -> Option<GivenArgument> {
    let (name, value) = match written.split_once('=') {
        Some((name, text)) => (name.trim(), value(name.trim(), text.trim())),
        None => (written.trim(), Value::PassThrough),
    };
    is_env_name(name).then(|| GivenArgument { name: name.to_owned(), value, range })
}

/// What a text comes to.
pub(super) fn value(name: &str, text: &str) -> Value {
    let text = text.trim_matches(['"', '\'']);
    match text {
        "" => Value::Empty,
        _ if text.contains(['$', '`']) || text.contains("{{") || looks_secret(name, text) => {
            Value::PassThrough
        }
        _ => Value::Literal(Scalar { text: text.to_owned(), kind: ScalarKind::Text }),
    }
}

/// What a line takes from a variable, whoever runs it may give: it is not known, whatever else stands there.
pub(super) fn open(line: &str, images: &mut [ImageFact]) {
    let all = images.iter_mut().filter_map(|image| image.given.arguments.as_mut());
    for one in all.flatten() {
        let written = line.split_once(&format!("{}=", one.name)).map_or("", |(_, rest)| rest);
        let written = written.split_whitespace().next().unwrap_or_default();
        if written.contains(['$', '{', '`']) {
            one.value = Value::PassThrough;
        }
    }
}

/// Finds the places of arguments that commands give: the first name of that kind behind an option that gives arguments.
pub(super) fn place(facts: &mut BuildFacts, text: &str) {
    let none = TextRange::default();
    let all = facts.images.iter_mut().filter_map(|image| image.given.arguments.as_mut());
    let mut open: Vec<_> = all.flatten().filter(|one| one.range == none).collect();
    if open.is_empty() {
        return;
    }
    let mut places: BTreeMap<&str, TextRange> = BTreeMap::new();
    for (at, option) in text.match_indices("--build-arg") {
        let behind = &text[at + option.len()..];
        let written = behind.trim_start_matches(['=', ' ', '\t', '"', '\'']);
        let end = written.find(|c: char| !is_word_char(c)).unwrap_or(written.len());
        let start = at + option.len() + (behind.len() - written.len());
        places.entry(&written[..end]).or_insert_with(|| TextRange::new(start, start + end));
    }
    for one in &mut open {
        one.range = places.get(one.name.as_str()).copied().unwrap_or_default();
    }
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::argument;
    use crate::model::Value;
    use crate::text::TextRange;

    fn given(written: &str) -> Option<(String, Option<String>)> {
        let one = argument(written, TextRange::default())?;
        Some((one.name, one.value.shown().map(str::to_owned)))
    }

    #[test]
    fn an_argument_is_known_where_nothing_is_left_open() {
        let known = |value: &str| Some(("HEAT".to_owned(), Some(value.to_owned())));
        assert_eq!(given("HEAT=180"), known("180"));
        assert_eq!(given("HEAT=\"a=b\""), known("a=b"));
        assert_eq!(given("HEAT="), known(""));
        let open = Some(("HEAT".to_owned(), None));
        assert_eq!(given("HEAT"), open);
        assert_eq!(given("HEAT=$(date)"), open);
        assert_eq!(given("HEAT=${{inputs.heat}}"), open);
        assert_eq!(
            argument("OVEN_PASSWORD=kX92mmQp1", TextRange::default()).map(|one| one.value),
            Some(Value::PassThrough)
        );
        assert_eq!(given("--heat"), None);
    }
}
