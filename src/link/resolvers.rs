//! Reads that stand in configuration and are answered by the library that loads it: `${oc.env:NAME,default}` of
//! omegaconf. The resolver runs when the node is asked for; its default is evaluated in any case.

use super::components::Components;
use crate::model::{Absence, DefaultValue, Inventory, Key, KeyRef, Read, secrecy};
use crate::text::{Files, Span, TextRange};

/// How an environment look-up begins.
const MARK: &str = "oc.env:";

/// Adds the reads of every file that holds one.
pub(super) fn add(inventory: &mut Inventory, files: &mut Files, components: &Components) {
    let mut found = Vec::new();
    for (id, file) in files.iter() {
        for (at, _) in file.text.match_indices(MARK) {
            let is_comment = file.text[..at]
                .rsplit('\n')
                .next()
                .is_some_and(|line| line.trim_start().starts_with('#'));
            if !is_comment && file.text[..at].ends_with("${") {
                let component = components.of(file);
                let asked = asked(&file.text, at);
                found.extend(asked.map(|one| (id, file.path.clone(), component, one)));
            }
        }
    }
    for (id, path, component, asked) in found {
        let key = inventory.intern(Key::env(asked.name.clone()));
        let span = Span::new(id, asked.range);
        let redacted = asked.default.as_ref().is_some_and(|text| {
            !text.is_empty()
                && (secrecy::looks_secret_value(text) || secrecy::looks_secret_name(&asked.name))
        });
        if redacted {
            files.blank(span);
        }
        let default = DefaultValue { text: asked.default, is_bool: false, span, redacted };
        inventory.reads.push(Read {
            key_span: Span::new(id, asked.name_range),
            absence: asked.absence,
            default: (asked.absence == Absence::Default).then_some(default),
            in_test: crate::reads::is_test_path(&path) || crate::reads::is_example_path(&path),
            component,
            ..Read::of(KeyRef::Exact(key), span, "oc.env")
        });
    }
}

struct Asked {
    name: String,
    name_range: TextRange,
    range: TextRange,
    absence: Absence,
    default: Option<String>,
}

/// The look-up whose mark stands at `at`.
fn asked(text: &str, at: usize) -> Option<Asked> {
    let start = at + MARK.len();
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let name = rest[..end].to_owned();
    let after = rest[end..].trim_start_matches(' ');
    let name_range = TextRange::new(start, start + end);
    let close = closing(after)?;
    let whole = TextRange::new(at - 2, start + end + (rest.len() - end - after.len()) + close + 1);
    let given = after[..close].strip_prefix(',').map(str::trim);
    let (absence, default) = match given {
        None => (Absence::Required, None),
        Some("null") => (Absence::Optional, None),
        Some(value) if value.contains("${") => (Absence::Default, None),
        Some(value) => (Absence::Default, Some(value.trim_matches(['"', '\'']).to_owned())),
    };
    (!name.is_empty()).then_some(Asked { name, name_range, range: whole, absence, default })
}

/// Where the brace that is open is closed.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    for (at, character) in text.char_indices().take(400) {
        match character {
            '{' => open += 1,
            '}' => open -= 1,
            '\n' => return None,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{MARK, asked};
    use crate::model::Absence;

    fn one(text: &str) -> (String, Absence, Option<String>, String) {
        let at = text.find(MARK).expect("a look-up");
        let found = asked(text, at).expect("a whole look-up");
        (found.name, found.absence, found.default, found.range.slice(text).to_owned())
    }

    #[test]
    fn a_look_up_says_what_absence_does() {
        let whole = |text: &str| text.to_owned();
        assert_eq!(
            one("a: ${oc.env:PORT}"),
            (whole("PORT"), Absence::Required, None, whole("${oc.env:PORT}"))
        );
        assert_eq!(one("${oc.env:PORT, 80}").2, Some(whole("80")));
        assert_eq!(one("${oc.env:PORT,null}").1, Absence::Optional);
        let nested = one("${oc.env:A,${oc.env:B,1}}");
        assert_eq!((nested.1, nested.2, nested.3.len()), (Absence::Default, None, 25));
    }
}
