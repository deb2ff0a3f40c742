//! What scripts and pipelines hand to a script that they start: `deploy.sh production values/prod.yaml`.
//!
//! Words in the order in which they stand. What a caller makes of variables is not known, and no function is called.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use regex::{Captures, Regex};

use super::commands::is_script;
use crate::assemble::helm::tree::{Tree, name};

/// More calls than one script has.
const CALLS: usize = 20;
/// More words than one call has.
const WORDS: usize = 20;

/// The scripts that take words, with those that they are called with.
pub(super) struct Called {
    calls: BTreeMap<(u16, String), BTreeSet<Vec<String>>>,
}

impl Called {
    pub(super) fn find(tree: &Tree<'_>) -> Self {
        let scripts = || tree.files.iter().filter(|(_, file)| is_script(&file.path));
        let mut takers: BTreeMap<(u16, &str), Vec<&str>> = BTreeMap::new();
        for (_, file) in scripts() {
            if file.text.contains("helm ") && parameter().is_match(&file.text) {
                takers.entry((file.root, name(&file.path))).or_default().push(&file.path);
            }
        }
        let mut calls: BTreeMap<_, BTreeSet<Vec<String>>> = BTreeMap::new();
        if takers.is_empty() {
            return Self { calls };
        }
        for (_, file) in scripts() {
            for line in file.text.lines().filter(|line| !line.trim_start().starts_with('#')) {
                let Some((path, words)) = call(line, |word| {
                    let paths = takers.get(&(file.root, name(word)))?;
                    meant(paths, word).filter(|path| **path != *file.path)
                }) else {
                    continue;
                };
                let known = calls.entry((file.root, path)).or_default();
                if known.len() < CALLS {
                    known.insert(words);
                }
            }
        }
        Self { calls }
    }

    /// The texts that a script comes to: one for each call, or the one that is written.
    pub(super) fn texts<'t>(&self, root: u16, path: &str, text: &'t str) -> Vec<Cow<'t, str>> {
        match self.calls.get(&(root, path.to_owned())) {
            Some(calls) => calls.iter().map(|words| Cow::Owned(filled(text, words))).collect(),
            None => vec![Cow::Borrowed(text)],
        }
    }
}

/// The script of several that a word means: the one at its path, or the only one of its name.
fn meant<'p>(paths: &[&'p str], word: &str) -> Option<&'p str> {
    // Of a folder that a variable names, what stands behind it is known.
    let mut word = word.rsplit(['}', ')']).next()?;
    while let Some(rest) = ["./", "../", "/"].iter().find_map(|up| word.strip_prefix(up)) {
        word = rest;
    }
    let is_at = |path: &&&str| {
        path.strip_suffix(word).is_some_and(|head| head.is_empty() || head.ends_with('/'))
    };
    let mut found = paths.iter().filter(is_at);
    let first = found.next()?;
    found.next().is_none().then_some(*first)
}

/// The script that a line calls, and the words behind its name.
fn call<'p>(line: &str, find: impl Fn(&str) -> Option<&'p str>) -> Option<(String, Vec<String>)> {
    if line.len() > 4_000 {
        return None;
    }
    let line = expressions().replace_all(line, "$$_");
    let bare = |word: &str| word.trim_matches(['"', '\'', ',', '[', ']', '@', '`']).to_owned();
    let mut words = line.split_whitespace();
    let path = words.find_map(|word| find(&bare(word)))?.to_owned();
    let ends = |word: &&str| {
        !word.starts_with(['&', '|', ';', '>', '#', '<', ')']) && !matches!(*word, "\\" | "2>&1")
    };
    let words: Vec<String> = words.take_while(ends).take(WORDS).map(bare).collect();
    (!words.is_empty()).then_some((path, words))
}

/// A text with the words of a call in the places of `$1` and its like; a function has words of its own.
fn filled(text: &str, words: &[String]) -> String {
    let put = |found: &Captures<'_>| {
        let digit = found.get(1).or(found.get(2)).and_then(|digit| digit.as_str().parse().ok());
        let word = digit.and_then(|at: usize| words.get(at.checked_sub(1)?));
        let is_known = |word: &&String| !word.contains(['$', '`', '(', '{']);
        word.filter(is_known).cloned().unwrap_or_else(|| found[0].to_owned())
    };
    let mut is_inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let opens = line.trim_end().ends_with('{') && line.contains("()");
        is_inside = (is_inside || opens) && line.trim_end() != "}";
        let line = if is_inside { line.into() } else { parameter().replace_all(line, put) };
        lines.push(line);
    }
    lines.join("\n")
}

fn parameter() -> &'static Regex {
    static PARAMETER: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| {
        let pattern = r"\$([1-9])|\$\{([1-9])(?::?-[^}$]*)?\}";
        Regex::new(pattern).unwrap_or_else(|_| unreachable!("the pattern is a constant"))
    });
    &PARAMETER
}

fn expressions() -> &'static Regex {
    static EXPRESSIONS: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| {
        let pattern = r"\$\{\{[^}]*\}\}|\$\[\[[^\]]*\]\]";
        Regex::new(pattern).unwrap_or_else(|_| unreachable!("the pattern is a constant"))
    });
    &EXPRESSIONS
}

#[cfg(test)]
mod tests {
    use super::{call, filled, meant};

    #[test]
    fn a_call_hands_its_words_on() {
        let line =
            "  - .circleci/deploy.sh oven-uat ${{ inputs.a }} \"values/uat.yaml\" $SHA && echo";
        let found = call(line, |word| (word == ".circleci/deploy.sh").then_some("deploy.sh"));
        let (_, words) = found.expect("is a call");
        assert_eq!(words, ["oven-uat", "$_", "values/uat.yaml", "$SHA"]);
        assert_eq!(
            filled("NS=$1\nF=${3:-x.yaml}\nT=$4\nf() {\n  go $1\n}\ngo $1\n", &words),
            "NS=oven-uat\nF=values/uat.yaml\nT=$4\nf() {\n  go $1\n}\ngo oven-uat"
        );
    }

    #[test]
    fn a_script_is_meant_by_its_path() {
        let paths = ["a/deploy.sh", "b/deploy.sh"];
        assert_eq!(meant(&paths, "./b/deploy.sh"), Some("b/deploy.sh"));
        assert_eq!(meant(&paths, "${ROOT}/a/deploy.sh"), Some("a/deploy.sh"));
        assert_eq!(meant(&paths, "deploy.sh"), None);
        assert_eq!(meant(&[".ci/deploy.sh"], "../.ci/deploy.sh"), Some(".ci/deploy.sh"));
    }
}
