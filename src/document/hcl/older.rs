//! Files of an older HCL, in which names of attributes may stand in quotes: `"OVEN_COUNT" = 4`.

use std::borrow::Cow;

use super::parsed;
use crate::document::Document;
use crate::model::key::is_env_name;

/// The document of `text`; where it breaks, without the quotes around names if it does not break then.
pub fn parse(text: &str) -> Document {
    let document = parsed(text);
    match bare_names(text) {
        Cow::Owned(bare) if !document.problems.is_empty() => {
            let older = parsed(&bare);
            if older.problems.is_empty() { older } else { document }
        }
        _ => document,
    }
}

/// `text` with the quotes around names of attributes blanked out.
fn bare_names(text: &str) -> Cow<'_, str> {
    let mut bare = String::new();
    let mut done = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let Some(rest) = line.trim_start().strip_prefix('"') else { continue };
        let Some((name, rest)) = rest.split_once('"') else { continue };
        let is_assigned =
            rest.trim_start().strip_prefix('=').is_some_and(|it| !it.starts_with('='));
        if is_assigned && is_env_name(name) {
            bare.push_str(text.get(done..start).unwrap_or(""));
            bare.push(' ');
            bare.push_str(name);
            bare.push(' ');
            done = start + name.len() + 2;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    bare.push_str(text.get(done..).unwrap_or(""));
    Cow::Owned(bare)
}
