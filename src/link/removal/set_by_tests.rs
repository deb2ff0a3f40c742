//! Tests that set a flag: `monkeypatch.setenv("X", …)`, `patch.dict(os.environ, {"X": …})`, `override_settings(X=…)`,
//! `set_var("X", …)`.
//!
//! Goes by the name in the text of a test, and by what is called around it: most tests ask for no key and are not parsed. A name
//! that a variable holds is not seen.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::facts::CodeFacts;
use crate::facts::decision::Giver;
use crate::link::regions::{Cuts, Kind, Syntax};
use crate::model::{FlagTest, Inventory, KeyId, KeyRef};
use crate::reads::is_test_path;
use crate::text::{File, FileId, Span, TextRange, is_word};

/// Words of calls that set something for a test.
const SETTERS: &[&str] = &[
    "dict",
    "env",
    "environ",
    "feature",
    "features",
    "flag",
    "flags",
    "override",
    "patch",
    "sample",
    "set",
    "setattr",
    "setenv",
    "setitem",
    "setting",
    "settings",
    "switch",
    "toggle",
    "toggles",
    "var",
    "vars",
    "variant",
    "variation",
];
/// How far a call is looked back for.
const REACH: usize = 400;
/// The places of one flag that are kept.
const KEPT: usize = 100;

/// Looks for the names of flags in tests.
pub struct SetSearch<'c> {
    automaton: AhoCorasick,
    keys: Vec<BTreeSet<KeyId>>,
    cuts: &'c Cuts,
}

impl<'c> SetSearch<'c> {
    /// A search for the flags of an inventory; `None` where it has none.
    pub fn new(
        inventory: &Inventory,
        code: &[(FileId, CodeFacts)],
        cuts: &'c Cuts,
    ) -> Option<Self> {
        let constants = constants(code);
        let mut names: BTreeMap<String, BTreeSet<KeyId>> = BTreeMap::new();
        let mut declared: BTreeMap<Span, KeyId> = BTreeMap::new();
        for read in inventory.reads.iter().filter(|read| read.flag && !read.in_test) {
            let KeyRef::Exact(key) = read.key else { continue };
            let name = &inventory.key(key).name;
            names.entry(name.clone()).or_default().insert(key);
            // `override_settings(FEATURES={"NEW_TILL": True})`
            if let Some((of, entry)) = name.rsplit_once('.').filter(|(of, _)| !of.contains('.'))
                && !of.contains(|c: char| c.is_ascii_lowercase())
            {
                names.entry(entry.to_owned()).or_default().insert(key);
            }
            for alias in &read.aliases {
                names.entry(alias.name.clone()).or_default().insert(key);
            }
            if let Some(name) = constants.get(&read.span) {
                names.entry((*name).to_owned()).or_default().insert(key);
            }
            declared.insert(read.span, key);
            declared.insert(read.key_span, key);
        }
        let used = inventory.uses.iter().filter_map(|one| {
            let key = declared.get(&one.declared)?;
            Some((&one.name, *key))
        });
        let objects = inventory.flag_declarations.iter();
        let objects = objects.filter_map(|one| Some((one.name.as_ref()?, one.key)));
        for (name, key) in used.chain(objects) {
            let last = name.rsplit('.').next().unwrap_or(name);
            names.entry(last.to_owned()).or_default().insert(key);
        }
        names.retain(|name, _| tells(name));
        if names.is_empty() {
            return None;
        }
        let (names, keys): (Vec<_>, Vec<_>) = names.into_iter().unzip();
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok()?;
        Some(Self { automaton, keys, cuts })
    }

    /// The flags that the tests of a file set.
    pub fn look(&self, id: FileId, file: &File) -> Vec<FlagTest> {
        let Some(syntax) = Syntax::of(&file.path) else { return Vec::new() };
        let (text, in_tests) = (&*file.text, is_test_path(&file.path));
        let mut found = Vec::new();
        for hit in self.automaton.find_iter(text) {
            let (start, end) = (hit.start(), hit.end());
            if !is_word(text, start, end) {
                continue;
            }
            let Some(regions) = self.cuts.get(id, syntax, text) else { break };
            let is_test = in_tests || regions.is_test(start);
            let is_comment = matches!(regions.at(start), Some((Kind::Comment, _)));
            if is_test && !is_comment && is_set(text, start, end) {
                let span = Span::new(id, TextRange::new(start, end));
                let keys = self.keys[hit.pattern().as_usize()].iter();
                found.extend(keys.map(|key| FlagTest { key: *key, span }));
            }
        }
        found
    }
}

/// The tests to keep: the first of each flag, by place.
pub fn keep(mut all: Vec<FlagTest>) -> Vec<FlagTest> {
    all.sort_unstable();
    all.dedup();
    let mut count: (Option<KeyId>, usize) = (None, 0);
    all.retain(|one| {
        count = if count.0 == Some(one.key) { (count.0, count.1 + 1) } else { (Some(one.key), 1) };
        count.1 <= KEPT
    });
    all
}

/// Whether a name is more than a word that tests use for other things.
fn tells(name: &str) -> bool {
    name.len() >= 4 && name.contains(['_', '.', '-', ':'])
}

/// The constants that are given the answers to reads, by the place of the read: `NEW_CART = os.environ.get(…)`.
fn constants(code: &[(FileId, CodeFacts)]) -> BTreeMap<Span, &str> {
    let answers = code.iter().flat_map(|(id, facts)| facts.answers.iter().map(|one| (*id, one)));
    let named = answers.filter_map(|(id, one)| match &one.giver {
        Giver::Constant(name) | Giver::Setting(name) => {
            Some((Span::new(id, one.subject.range), name.as_str()))
        }
        Giver::Function(_)
        | Giver::Argument { .. }
        | Giver::Member { .. }
        | Giver::Entry { .. }
        | Giver::Page { .. } => None,
    });
    named.collect()
}

/// Whether a name stands where a test sets it.
fn is_set(text: &str, start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return false };
    let rest = after.trim_start();
    let is_given = rest.starts_with('=') && !rest.starts_with("==");
    let quote = |c: &char| matches!(c, '"' | '\'');
    let is_closed = after.chars().next().filter(quote);
    let is_handed = || is_handed_over(before, &text[start..end], rest);
    match (before.chars().next_back(), is_closed) {
        // `"X"`, and `"shop.cart.X"` where that is replaced.
        (Some(open), Some(close)) if open == close => {
            !text[start..end].chars().all(is_plain) || is_in_setter(before)
        }
        (Some('.'), Some(_)) => is_in_setter(before),
        (Some('.'), None) => is_given || is_handed(),
        (_, None) => is_given && !rest.starts_with("=>") && is_in_setter(before) || is_handed(),
        _ => false,
    }
}

/// Whether a constant is the first thing that a call gets which overrides what it is handed: `override_switch(NEW_OVEN, True)`.
fn is_handed_over(before: &str, name: &str, rest: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    if name.contains(|c: char| c.is_lowercase()) || !rest.starts_with([',', ')']) {
        return false;
    }
    let open = before.trim_end_matches(joins).trim_end();
    let Some(called) = open.strip_suffix('(') else { return false };
    let begin = called.rfind(|c| !joins(c)).map_or(0, |at| at + 1);
    let last = called.get(begin..).unwrap_or_default().rsplit('.').next().unwrap_or_default();
    last.split('_').any(|word| word == "override")
}

/// Letters of names that other things have too.
fn is_plain(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

/// Whether the calls that are open here set something.
fn is_in_setter(before: &str) -> bool {
    let mut first = before.len().saturating_sub(REACH);
    while !before.is_char_boundary(first) {
        first += 1;
    }
    let near = &before[first..];
    let mut closed = 0_usize;
    for (at, c) in near.char_indices().rev() {
        match c {
            ')' => closed += 1,
            '(' if closed > 0 => closed -= 1,
            '(' => {
                let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
                let name = near[..at].trim_end_matches(['!', ' ']);
                let begin = name.rfind(|c| !joins(c)).map_or(0, |end| end + 1);
                let called = name[begin..].to_lowercase();
                let last = called.rsplit('.').next().unwrap_or_default();
                if last.split('_').any(|word| SETTERS.contains(&word)) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_set;

    fn sets(text: &str, name: &str) -> bool {
        let at = text.find(name).expect("it is there");
        is_set(text, at, at + name.len())
    }

    #[test]
    fn tests_set_flags_in_many_ways() {
        for text in [
            "monkeypatch.setenv(\"NEW_OVEN\", \"1\")",
            "@patch.dict(os.environ, {\"NEW_OVEN\": \"1\"})",
            "with patch.dict(\"os.environ\", NEW_OVEN=\"1\"):",
            "@override_settings(NEW_OVEN=True)",
            "with self.settings(A=(1, 2), NEW_OVEN=True):",
            "monkeypatch.setattr(\"shop.bake.NEW_OVEN\", True)",
            "settings.NEW_OVEN = True",
            "os.environ[\"NEW_OVEN\"] = \"1\"",
            "std::env::set_var(\"NEW_OVEN\", \"1\");",
            "temp_env::with_vars([(\"NEW_OVEN\", Some(\"1\"))], || {",
        ] {
            assert!(sets(text, "NEW_OVEN"), "{text}");
        }
        assert!(sets("with override_switch(\"new_oven\", True):", "new_oven"));
        assert!(sets("toggles.set(\"new-oven\", true)", "new-oven"));
    }

    #[test]
    fn constants_that_are_handed_to_what_overrides_are_set() {
        for text in [
            "with override_waffle_switch(NEW_OVEN, active=True):",
            "@testutils.override_flag(\n    flags.NEW_OVEN, True)",
        ] {
            assert!(sets(text, "NEW_OVEN"), "{text}");
        }
        assert!(!sets("overriding(NEW_OVEN, True)", "NEW_OVEN"));
        assert!(!sets("override_price(oven, NEW_OVEN)", "NEW_OVEN"));
    }

    #[test]
    fn a_name_that_a_test_has_for_something_else_sets_nothing() {
        assert!(!sets("assert settings.NEW_OVEN == 1", "NEW_OVEN"));
        assert!(!sets("Order(new_oven=True)", "new_oven"));
        assert!(!sets("payload = {\"new_oven\": 1}", "new_oven"));
        assert!(!sets("# the NEW_OVEN is hot", "NEW_OVEN"));
        assert!(!sets("config.register_service(oven, name=\"new_oven\")", "new_oven"));
    }
}
