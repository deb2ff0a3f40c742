//! Variables of make files, scripts, pipelines and build files: what a text with them may come to.
//!
//! Runs nothing. A variable that is given two values, or one that a command makes, is not known and stays as it is written.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Captures, Regex};

/// How often a value may name another variable.
const MAX_DEPTH: usize = 6;
/// More rows than anybody gives a loop or a matrix.
const MAX_ROWS: usize = 64;
/// A text that grows beyond this is nobody's name.
const MAX_TEXT: usize = 4_000;

/// What one turn of a loop gives its variables.
pub(super) type Row = BTreeMap<String, String>;

/// The variables of a file or job.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    /// The value of each; none where it is not known.
    known: BTreeMap<String, Option<String>>,
    /// Loops, each with what its turns give.
    loops: Vec<Vec<Row>>,
}

impl Variables {
    /// Notes a value. A second one that differs makes the variable unknown.
    pub(super) fn give(&mut self, name: &str, value: &str) {
        let value = value.to_owned();
        let known = self.known.entry(name.to_owned()).or_insert_with(|| Some(value.clone()));
        if known.as_ref() != Some(&value) {
            *known = None;
        }
    }

    /// Sets a value, whatever stood there: an inner block wins.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.known.insert(name.to_owned(), Some(value.to_owned()));
    }

    /// Takes those of an inner block over.
    pub(super) fn take(&mut self, inner: Self) {
        self.known.extend(inner.known);
        self.loops.extend(inner.loops);
    }

    /// Adds a loop.
    pub(super) fn turn(&mut self, rows: Vec<Row>) {
        if !rows.is_empty() {
            self.loops.push(rows.into_iter().take(MAX_ROWS).collect());
        }
    }

    /// All that `text` may come to: one, but where a loop gives its variables several values.
    pub(super) fn expand(&self, text: &str) -> Vec<String> {
        let text = squeezed(text);
        let of_loop = self.loops.iter().find(|rows| {
            rows.first().is_some_and(|row| row.keys().any(|name| self.reaches(&text, name)))
        });
        let Some(rows) = of_loop else { return vec![self.fill(&text)] };
        let mut all: Vec<String> = rows.iter().map(|row| self.filled(&text, row)).collect();
        all.dedup();
        all
    }

    /// `text` with all that is known filled in but what loops give.
    pub(super) fn fill(&self, text: &str) -> String {
        self.filled(&squeezed(text), &Row::new())
    }

    /// Whether `text` names the variable, directly or through others.
    fn reaches(&self, text: &str, name: &str) -> bool {
        let mut text = text.to_owned();
        for _ in 0..MAX_DEPTH {
            if names(&text).any(|one| one == name) {
                return true;
            }
            let next = self.once(&text, &Row::new());
            if next == text {
                return false;
            }
            text = next;
        }
        false
    }

    fn filled(&self, text: &str, row: &Row) -> String {
        let mut text = text.to_owned();
        for _ in 0..MAX_DEPTH {
            let next = self.once(&text, row);
            if next == text || next.len() > MAX_TEXT {
                break;
            }
            text = next;
        }
        text
    }

    fn once(&self, text: &str, row: &Row) -> String {
        let Some(pattern) = pattern() else { return text.to_owned() };
        let fill = |found: &Captures<'_>| {
            let name = name_of(found);
            let own = row.get(name).or_else(|| self.known.get(name)?.as_ref());
            let or = found.name("or").map(|or| or.as_str().to_owned());
            own.cloned().or(or).unwrap_or_else(|| found[0].to_owned())
        };
        pattern.replace_all(text, fill).into_owned()
    }
}

/// The ways to write a variable: `${{ env.X }}`, `{{ X }}` and `{{ .X }}`, `${X}`, `${X:-or}`, `$(X)`, `$X`.
fn pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = || {
        Regex::new(concat!(
            r"\$\{\{(?:env\.|variables\.|vars\.)?(?P<a>[\w.-]+)\}\}",
            r"|\{\{\.?(?P<b>\w+)\}\}",
            r"|\$\{(?P<c>\w+)(?::?-(?P<or>[^${}]*))?\}",
            r"|\$\((?P<d>\w+)\)",
            r"|\$(?P<e>\w+)",
        ))
        .ok()
    };
    PATTERN.get_or_init(pattern).as_ref()
}

fn name_of<'t>(found: &Captures<'t>) -> &'t str {
    ["a", "b", "c", "d", "e"]
        .iter()
        .find_map(|group| found.name(group))
        .map_or("", |name| name.as_str())
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    pattern().into_iter().flat_map(move |pattern| {
        pattern.captures_iter(text).map(|found| name_of(&found)).collect::<Vec<&str>>()
    })
}

/// A text without the spaces inside of `${{ … }}` and `{{ … }}`.
pub(super) fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start..].find("}}") else { break };
        out.push_str(&rest[..start]);
        out.extend(rest[start..start + end].chars().filter(|sign| !sign.is_whitespace()));
        rest = &rest[start + end..];
    }
    out.push_str(rest);
    out
}

/// The assignments and loops of a make file, a justfile or a script.
pub(super) fn of_lines(text: &str) -> Variables {
    let mut variables = Variables::default();
    for line in text.lines() {
        let line = line.trim().trim_start_matches(['-', '@']).trim_start();
        if let Some(rows) = for_loop(line) {
            variables.turn(rows);
        } else if let Some((name, value)) = assignment(line) {
            variables.give(name, value);
        }
    }
    variables
}

/// `for service in api worker; do`.
fn for_loop(line: &str) -> Option<Vec<Row>> {
    let (name, words) = line.strip_prefix("for ")?.split_once(" in ")?;
    let words = words.split(';').next()?.trim_matches(['(', ')', ' ']);
    let row = |word: &str| Row::from([(name.trim().to_owned(), unquoted(word).to_owned())]);
    Some(words.split_whitespace().map(row).collect())
}

/// `NAME=value`, `export NAME=value`, `NAME := value`, `name := "value"`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = ["export ", "local ", "readonly ", "declare "]
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .unwrap_or(line);
    let end = line.find(|sign: char| !(sign.is_alphanumeric() || sign == '_'))?;
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let value = [":=", "?=", "::=", "="].iter().find_map(|sign| rest.strip_prefix(sign))?;
    let value = value.trim();
    let value = value.split(" #").next().unwrap_or(value).trim();
    // What a command makes is not known.
    let is_made = value.starts_with("$(shell")
        || value.contains('`')
        || value.contains("$(") && value.contains(' ');
    (!name.is_empty() && !is_made).then(|| (name, unquoted(value)))
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::of_lines;

    #[test]
    fn variables_are_filled_in_where_they_have_one_value() {
        let text = "REGISTRY ?= registry.example\nIMAGE := $(REGISTRY)/oven\nTAG := $(shell git describe)\nIMAGE2=a\nIMAGE2=b\n";
        let variables = of_lines(text);
        assert_eq!(variables.expand("$(IMAGE):$(TAG)"), ["registry.example/oven:$(TAG)"]);
        assert_eq!(variables.expand("${IMAGE2}"), ["${IMAGE2}"]);
        assert_eq!(variables.expand("${OTHER:-rye}/$REGISTRY"), ["rye/registry.example"]);
    }

    #[test]
    fn a_loop_gives_each_value_to_the_whole_text() {
        let variables = of_lines("for part in shop oven; do\n");
        assert_eq!(
            variables.expand("-t x/$part ./$part"),
            ["-t x/shop ./shop", "-t x/oven ./oven"]
        );
    }
}
