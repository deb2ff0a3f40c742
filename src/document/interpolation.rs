//! `$NAME`, `${NAME}`, `${NAME:-default}` and their kin inside a value.
//!
//! Works on the text as written, so that every range is right; what quoting means is the caller's to know.

use crate::model::{Interpolation, OnUnset};
use crate::text::TextRange;

/// Deeper than anybody nests defaults.
const MAX_DEPTH: usize = 64;

/// One interpolation with the place of its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What is asked for.
    pub interpolation: Interpolation,
    /// The text that takes over, in `${X:-text}`.
    pub default: Option<TextRange>,
}

/// The interpolations of `raw`, which stands at byte `base`, in the order in which they begin. `$$` escapes, and so
/// does a backslash. Those inside a default are found too.
pub fn find(raw: &str, base: usize) -> Vec<Found> {
    find_as(raw, base, false)
}

/// The same in files of Spring, where all behind the colon is the default: `${X:}`, `${X:?}`.
pub fn find_defaults(raw: &str, base: usize) -> Vec<Found> {
    find_as(raw, base, true)
}

fn find_as(raw: &str, base: usize, colon_only: bool) -> Vec<Found> {
    let bytes = raw.as_bytes();
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'$' => at += dollar(raw, at, base, &mut found, &mut open),
            b'}' => {
                if let Some(opened) = open.pop() {
                    close(&opened, raw, at, base, &mut found);
                    if colon_only {
                        default_behind_colon(&opened, raw, at, base, &mut found);
                    }
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    // What never closed is text, not a question.
    let unclosed: Vec<usize> = open.iter().map(|opened| opened.found).collect();
    let mut place = 0;
    found.retain(|_| {
        place += 1;
        !unclosed.contains(&(place - 1))
    });
    found
}

/// The references `$(NAME)` of `raw`, which stands at byte `base`, as Kubernetes expands them. `$$` escapes.
pub fn find_parenthesis(raw: &str, base: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = raw.get(at..).and_then(|rest| rest.find('$')).map(|length| at + length)
    {
        let rest = raw.get(start + 1..).unwrap_or("");
        if rest.starts_with('$') {
            at = start + 2;
            continue;
        }
        at = start + 1;
        let Some(inside) = rest.strip_prefix('(') else { continue };
        let name = name(inside);
        if name.is_empty() || !inside.get(name.len()..).is_some_and(|rest| rest.starts_with(')')) {
            continue;
        }
        let end = start + name.len() + 3;
        found.push(Found {
            interpolation: Interpolation {
                name: name.to_owned(),
                on_unset: OnUnset::Empty,
                range: TextRange::new(base + start, base + end),
            },
            default: None,
        });
        at = end;
    }
    found
}

struct Open {
    found: usize,
    start: usize,
    operator: usize,
}

fn dollar(
    raw: &str,
    at: usize,
    base: usize,
    found: &mut Vec<Found>,
    open: &mut Vec<Open>,
) -> usize {
    let rest = raw.get(at + 1..).unwrap_or("");
    if rest.starts_with('$') {
        return 2;
    }
    let braced = rest.starts_with('{');
    let inside = rest.get(usize::from(braced)..).unwrap_or("");
    let prefix = if braced { resolver(inside) } else { "" };
    let name = name(inside.get(prefix.len()..).unwrap_or(""));
    if name.is_empty() {
        return 1;
    }
    let end = at + 1 + usize::from(braced) + prefix.len() + name.len();
    if braced {
        let closes = matches!(raw.as_bytes().get(end), Some(b'}' | b':' | b'-' | b'?' | b'+'));
        if !closes || open.len() >= MAX_DEPTH {
            return 1;
        }
        open.push(Open { found: found.len(), start: at, operator: end });
    }
    found.push(Found {
        interpolation: Interpolation {
            name: name.to_owned(),
            on_unset: OnUnset::Empty,
            range: TextRange::new(base + at, base + end),
        },
        default: None,
    });
    end - at
}

/// What names the process environment before the key itself: `${env:X}` of collectors, `${oc.env:X}` of OmegaConf. A
/// name in lower case behind it is rather the default of a variable called `env`.
fn resolver(inside: &str) -> &str {
    let found = ["env:", "oc.env:"].into_iter().find(|prefix| inside.starts_with(prefix));
    let prefix = found.unwrap_or("");
    let name = name(inside.get(prefix.len()..).unwrap_or(""));
    if name.chars().any(|c| c.is_ascii_lowercase()) { "" } else { prefix }
}

fn close(opened: &Open, raw: &str, at: usize, base: usize, found: &mut [Found]) {
    let Some(found) = found.get_mut(opened.found) else { return };
    found.interpolation.range = TextRange::new(base + opened.start, base + at + 1);
    let operator = raw.get(opened.operator..at).unwrap_or("");
    let also_empty = operator.starts_with(':');
    let sign = operator.strip_prefix(':').unwrap_or(operator);
    let word = sign.get(1..).unwrap_or("");
    found.interpolation.on_unset = match sign.as_bytes().first() {
        Some(b'-') => {
            found.default = Some(TextRange::new(base + at - word.len(), base + at));
            OnUnset::Default { text: word.to_owned(), also_empty }
        }
        Some(b'?') => OnUnset::Fail,
        Some(b'+') => OnUnset::Presence,
        // `${X:default}` and `${X:}`, as Spring has them.
        _ if also_empty => {
            found.default = Some(TextRange::new(base + at - sign.len(), base + at));
            OnUnset::Default { text: sign.to_owned(), also_empty: false }
        }
        _ => OnUnset::Empty,
    };
}

fn default_behind_colon(opened: &Open, raw: &str, at: usize, base: usize, found: &mut [Found]) {
    let operator = raw.get(opened.operator..at).unwrap_or("");
    let (Some(found), Some(text)) = (found.get_mut(opened.found), operator.strip_prefix(':'))
    else {
        return;
    };
    found.default = Some(TextRange::new(base + at - text.len(), base + at));
    found.interpolation.on_unset = OnUnset::Default { text: text.to_owned(), also_empty: false };
}

fn name(text: &str) -> &str {
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    if starts { &text[..end] } else { "" }
}

#[cfg(test)]
mod tests {
    use super::{find, find_defaults};
    use crate::model::OnUnset;

    fn names(text: &str) -> Vec<String> {
        find(text, 0).into_iter().map(|found| found.interpolation.name).collect()
    }

    #[test]
    fn escapes_and_unclosed_braces_ask_for_nothing() {
        assert_eq!(names(r"$$A \$B ${C $D$ ${ 5$ $E"), ["D", "E"]);
    }

    #[test]
    fn all_behind_the_colon_is_a_default_in_files_of_spring() {
        for (text, default) in [("${A:}", ""), ("${A:?}", "?"), ("${A:-1}", "-1")] {
            let found = find_defaults(text, 0);
            let text = default.to_owned();
            assert_eq!(
                found[0].interpolation.on_unset,
                OnUnset::Default { text, also_empty: false }
            );
        }
        assert_eq!(find_defaults("${A}", 0)[0].interpolation.on_unset, OnUnset::Empty);
        assert_eq!(find("${A:?}", 0)[0].interpolation.on_unset, OnUnset::Fail);
    }

    #[test]
    fn a_resolver_stands_before_the_name() {
        assert_eq!(names("${env:A}:${oc.env:B} ${env:c}"), ["A", "B", "env"]);
        let found = find("x${env:A:-y}", 0);
        assert_eq!((found[0].interpolation.range.start, found[0].interpolation.range.end), (1, 12));
    }

    #[test]
    fn a_default_may_ask_again() {
        let found = find("${A:-x${B-y}}", 0);
        assert_eq!(names("${A:-x${B-y}}"), ["A", "B"]);
        let text = "x${B-y}".to_owned();
        assert_eq!(found[0].interpolation.on_unset, OnUnset::Default { text, also_empty: true });
        assert_eq!(found[0].interpolation.range.end, 13);
    }
}
