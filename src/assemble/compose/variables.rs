//! Variables of make files and scripts that hold a part of a command: `COMPOSE = docker compose -f base.yml`.
//!
//! Of several values that a file gives a name the first is filled in: it is one of those that run. Runs no shell.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Captures, Regex};

/// How often a value is looked into for other names.
const ROUNDS: usize = 4;
/// Longer than a command is.
const LONGEST: usize = 4_000;

/// The text with the variables that it sets itself filled in.
pub(super) fn filled(text: &str) -> String {
    let known = known(text);
    let Some(name) = named().filter(|_| !known.is_empty()) else { return text.to_owned() };
    let fill = |found: &Captures<'_>| {
        let name = (1..=4).find_map(|at| found.get(at)).map_or("", |name| name.as_str());
        let whole = found.get(0).map_or("", |whole| whole.as_str());
        known.get(name).copied().unwrap_or(whole).to_owned()
    };
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        for _ in 0..ROUNDS {
            if line.len() > LONGEST || !line.contains(['$', '{']) {
                break;
            }
            let next = name.replace_all(&line, fill).into_owned();
            if next == line {
                break;
            }
            line = next;
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// A variable that is put in.
fn named() -> Option<&'static Regex> {
    static NAMED: OnceLock<Option<Regex>> = OnceLock::new();
    let text = r"\$\((\w+)\)|\$\{(\w+)(?::?-[^}$]*)?\}|\$(\w+)|\{\{\s*(\w+)\s*\}\}";
    NAMED.get_or_init(|| Regex::new(text).ok()).as_ref()
}

/// A line that sets one.
fn set() -> Option<&'static Regex> {
    static SET: OnceLock<Option<Regex>> = OnceLock::new();
    let text =
        r"(?m)^[ \t]*(?:export[ \t]+|local[ \t]+|readonly[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*(.*)$";
    SET.get_or_init(|| Regex::new(text).ok()).as_ref()
}

/// The first value of each variable that does not build on the one before.
fn known(text: &str) -> BTreeMap<&str, &str> {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    let Some(set) = set() else { return known };
    for one in set.captures_iter(text) {
        let part = |at| one.get(at).map_or("", |part| part.as_str());
        let (name, value) = (part(1), part(2).trim());
        let quoted = |quote: &char| value.strip_prefix(*quote)?.strip_suffix(*quote);
        let value = ['"', '\''].iter().find_map(quoted).unwrap_or(value);
        let is_own = ["$(", "${", "$"].iter().any(|mark| value.contains(&format!("{mark}{name}")));
        if !is_own {
            known.entry(name).or_insert(value);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn what_a_file_sets_is_filled_in() {
        let text =
            "FILES := -f a.yml\nRUN = docker compose $(FILES)\nup:\n\t$(RUN) -f ${OTHER} up\n";
        let last = filled(text).lines().last().map(str::to_owned);
        assert_eq!(last.as_deref(), Some("\tdocker compose -f a.yml -f ${OTHER} up"));
        let text = "F=\"-f a.yml\"\nF=\"$F -f b.yml\"\ndocker compose ${F:-x} up\n";
        assert!(filled(text).ends_with("compose -f a.yml up"));
    }

    #[test]
    fn what_holds_itself_ends() {
        let text = "A = $(B)$(B)$(B)$(B)\nB = $(A)$(A)$(A)\nx: ; $(A)\n";
        assert!(filled(text).len() < 20_000);
    }
}
