//! Keys that a template of settings lists in comments: `# pool_size = 10`, below `# [read_replica]`.
//!
//! Such a line declares the key and gives it nothing. Lines are told from prose by what they would say without their
//! sign; where a line of YAML would stand is told by its indentation. Knows no file that gives values.

use std::collections::BTreeSet;
use std::ops::Range;

use super::context::{Context, env};
use super::secret::{self, Written};
use crate::document::{self, Node, Syntax};
use crate::facts::{Entry, SourceFacts};
use crate::model::{Namespace, Role, ScalarKind, Value};
use crate::text::TextRange;

/// A longer line is data.
const LONGEST: usize = 500;
/// Deeper than settings go.
const MAX_DEPTH: usize = 48;
/// Words that begin a remark, also where a sign follows them.
const REMARKS: &[&str] = &[
    "default", "defaults", "eg", "example", "examples", "fixme", "hint", "ie", "note", "optional",
    "options", "required", "see", "tip", "todo", "usage", "values", "warning", "xxx",
];

/// Adds the keys that comments of a template declare and nothing else in it gives.
pub(super) fn add(context: Context<'_>, facts: &mut SourceFacts) {
    let Some(syntax) = Syntax::of(&context.file.path) else { return };
    if facts.role != Role::Template || context.is_template {
        return;
    }
    let found = match syntax {
        Syntax::Ini | Syntax::Properties | Syntax::Toml => in_sections(&context.file.text, syntax),
        Syntax::Yaml => indented(&context.file.text),
        Syntax::Hcl | Syntax::Json => Vec::new(),
    };
    let mut known: BTreeSet<String> =
        facts.entries.iter().map(|entry| entry.name.clone()).collect();
    for line in found {
        if known.insert(line.name.clone()) {
            let entry = entry(context, &line, facts);
            facts.entries.push(entry);
        }
    }
}

/// A line of a comment that declares a key.
struct Line {
    name: String,
    key: TextRange,
    value: TextRange,
}

fn entry(context: Context<'_>, line: &Line, facts: &mut SourceFacts) -> Entry {
    let raw = context.raw(line.value);
    let bare = document::ini::bare(raw);
    let value = if raw.starts_with(['[', '{', '|', '>']) || raw.starts_with("\"\"\"") {
        // What follows may hold anything.
        secret::withhold(raw.as_bytes(), line.value, context.sealer, facts)
    } else {
        let (kind, range) = (ScalarKind::Text, line.value);
        let mut parts = line.name.rsplitn(3, '.');
        let (last, above) = (parts.next().unwrap_or_default(), parts.next());
        let name = above.map_or_else(|| last.to_owned(), |above| format!("{above}.{last}"));
        let written = Written { name: &name, text: bare, raw, range, kind, asks: Vec::new() };
        secret::judge(&written, context.sealer, facts)
    };
    let range = (!raw.is_empty()).then_some(line.value);
    let value = if raw.is_empty() { Value::Empty } else { value };
    Entry {
        namespace: Namespace::Setting,
        commented: true,
        ..env(&line.name, line.key, value, range)
    }
}

/// Each line of a text with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let from = at;
        at += line.len();
        (from, line.trim_end())
    })
}

/// The keys in comments of a syntax with sections, or with none.
fn in_sections(text: &str, syntax: Syntax) -> Vec<Line> {
    let signs: &[char] = match syntax {
        Syntax::Properties => &['#', '!'],
        Syntax::Ini => &['#', ';'],
        _ => &['#'],
    };
    let has_sections = syntax != Syntax::Properties;
    let mut live = Section::Named("");
    let mut aside = None;
    let mut found = Vec::new();
    for (at, line) in lines(text) {
        let body = line.trim_start();
        let inner = body.trim_start_matches(signs).trim_start();
        let is_comment = body.len() != body.trim_start_matches(signs).len();
        let head = has_sections.then(|| section(inner)).flatten();
        match (head, is_comment) {
            (Some(head), true) => aside = Some(head),
            (Some(head), false) => (live, aside) = (head, None),
            (None, false) if body.is_empty() => {}
            (None, false) => aside = None,
            (None, true) => {
                let start = at + line.len() - inner.len();
                let Some((name, value)) = pair(inner, syntax) else { continue };
                let Section::Named(section) = aside.unwrap_or(live) else { continue };
                let dot = if section.is_empty() { "" } else { "." };
                found.push(Line {
                    name: format!("{section}{dot}{name}"),
                    key: TextRange::new(start, start + name.len()),
                    value: TextRange::new(start + value.start, start + value.end),
                });
            }
        }
    }
    found
}

/// Where a key stands.
#[derive(Clone, Copy)]
enum Section<'a> {
    Named(&'a str),
    /// One of many tables of one name: its keys are those of an item.
    OfMany,
}

/// The section that a line begins: `[a.b]`.
fn section(line: &str) -> Option<Section<'_>> {
    let line = line.split_once(" #").map_or(line, |(line, _)| line).trim_end();
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let (inner, is_one) = match inner.strip_prefix('[') {
        Some(inner) => (inner.strip_suffix(']')?, false),
        None => (inner, true),
    };
    let name = inner.trim();
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let section = if is_one { Section::Named(name) } else { Section::OfMany };
    (begins && name.split('.').all(is_word)).then_some(section)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether a text is a key and no word that begins a remark.
fn is_key(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.split('.').all(is_word)
        && REMARKS.binary_search(&name.to_ascii_lowercase().as_str()).is_err()
}

/// The key of `name = value`, and where its value stands; `None` for prose.
fn pair(line: &str, syntax: Syntax) -> Option<(&str, Range<usize>)> {
    if line.len() > LONGEST {
        return None;
    }
    let (name, rest) = line.split_once('=')?;
    let (name, value) = (name.trim_end(), rest.trim());
    let start = line.len() - rest.trim_start().len();
    let range = |length: usize| start..start + length;
    if !is_key(name) {
        return None;
    }
    if syntax != Syntax::Toml {
        return (!is_prose(value)).then(|| (name, range(value.len())));
    }
    // Texts and tables that go on below begin here.
    if value.starts_with("\"\"\"") || value.starts_with("'''") || value == "[" || value == "{" {
        return Some((name, range(value.len())));
    }
    let parsed = document::parse(line, syntax);
    let [document] = parsed.as_slice() else { return None };
    let parts: Vec<&str> = name.split('.').collect();
    let end = document.root()?.at(&parts).map(Node::range)?;
    document.problems.is_empty().then_some((name, end.start as usize..end.end as usize))
}

/// Whether a value is rather a sentence.
fn is_prose(value: &str) -> bool {
    let is_word = |word: &&str| {
        word.len() > 1 && word.trim_end_matches(['.', ',']).chars().all(|c| c.is_ascii_lowercase())
    };
    !value.starts_with(['"', '\'', '[', '{']) && value.split(' ').filter(is_word).count() > 1
}

/// The maps that a line of YAML stands in: how far each key is indented, and whether anything may stand below it.
type Stack<'a> = Vec<(usize, &'a str, bool)>;

/// The keys in comments of a YAML text.
fn indented(text: &str) -> Vec<Line> {
    let mut live: Stack<'_> = Vec::new();
    let mut aside: Option<Stack<'_>> = None;
    let mut found = Vec::new();
    for (at, line) in lines(text) {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if body.is_empty() || body.starts_with("---") {
            continue;
        }
        let Some(inner) = body.strip_prefix('#') else {
            aside = None;
            live.retain(|(of, ..)| *of < indent);
            match mapped(body) {
                Some((name, value)) => live.push((indent, name, value.is_empty())),
                // What is below an item of a list is no setting.
                None => live.push((indent, "", false)),
            }
            continue;
        };
        let told = inner.trim_start();
        let Some((name, value)) = mapped(told)
            .filter(|(name, value)| is_key(name) && !is_prose(value) && line.len() <= LONGEST)
        else {
            continue;
        };
        let stack = aside.get_or_insert_with(|| live.clone());
        let space = inner.len() - told.len();
        let Some(level) = level(stack, (indent, space)) else { continue };
        stack.retain(|(of, ..)| *of < level);
        if stack.len() >= MAX_DEPTH || stack.last().is_some_and(|(.., is_open)| !is_open) {
            continue;
        }
        stack.push((level, name, value.is_empty()));
        let start = at + line.len() - told.len();
        let end = at + line.len();
        let names: Vec<&str> = stack.iter().map(|(_, name, _)| *name).collect();
        if !value.is_empty() {
            found.push(Line {
                name: names.join("."),
                key: TextRange::new(start, start + name.len()),
                value: TextRange::new(end - (told.len() - value_start(told)), end),
            });
        }
    }
    found
}

/// How far a line is indented that a sign sets aside: before a space that came with it, or after.
fn level(stack: &Stack<'_>, (indent, space): (usize, usize)) -> Option<usize> {
    let fits = |level: &usize| {
        let is_beside = stack.iter().any(|(of, ..)| of == level);
        let is_below = stack.last().is_some_and(|(of, _, is_open)| *is_open && of < level);
        *level == 0 || is_beside || is_below
    };
    [indent + space.saturating_sub(1), indent + space].into_iter().find(fits)
}

/// The key and the value of `key: value`.
fn mapped(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(':')?;
    let is_pair = rest.is_empty() || rest.starts_with(' ');
    let name = name.trim_matches(['"', '\'']);
    let value = rest.split(" #").next().unwrap_or("").trim();
    let value = if value.starts_with('#') || value.starts_with('&') { "" } else { value };
    (is_pair && !name.is_empty() && name.split('.').all(is_word)).then_some((name, value))
}

/// Where the value begins in `key: value`.
fn value_start(line: &str) -> usize {
    let rest = line.split_once(':').map_or("", |(_, rest)| rest);
    line.len() - rest.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::{Line, REMARKS, in_sections, indented};
    use crate::document::Syntax;

    fn names(found: &[Line]) -> Vec<&str> {
        found.iter().map(|line| line.name.as_str()).collect()
    }

    #[test]
    fn remarks_are_sorted() {
        assert!(REMARKS.is_sorted());
    }

    #[test]
    fn sections_of_comments_end_where_values_go_on() {
        let text = "# The pool is warmed up = on start\n[pool]\nsize = 1\n# idle = 3 # seconds\n\n\
                    # [replica]\n# host = \"db\"\n\n# port = 5432\n[cache]\n# ttl = 60\n\
                    [[routes]]\n# to = \"x\"\n";
        let found = in_sections(text, Syntax::Toml);
        assert_eq!(names(&found), ["pool.idle", "replica.host", "replica.port", "cache.ttl"]);
        assert_eq!(found[0].value.slice(text), "3");
    }

    #[test]
    fn prose_declares_nothing() {
        for text in [
            "# note = see below\n",
            "# a word = another one\n",
            "# url = the place where it is\n",
            "# http://x = y\n",
            "# default = 3\n",
        ] {
            assert!(in_sections(text, Syntax::Toml).is_empty(), "{text}");
            assert!(in_sections(text, Syntax::Ini).is_empty(), "{text}");
        }
        for text in ["# Note: the oven is hot\n", "# see http://x: y\n", "# TODO: sell it\n"] {
            assert!(indented(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn indentation_tells_where_a_line_of_yaml_would_stand() {
        let text = "server:\n  port: 1\n  # host: shop # the name\n  #timeout: 5\n# logging:\n\
                    #   level: debug\n#   file:\n#     path: /var/log\nredis:\n#  host: x\n\
                    list:\n  - name: a\n    # weight: 3\n";
        assert_eq!(
            names(&indented(text)),
            ["server.host", "server.timeout", "logging.level", "logging.file.path", "redis.host"]
        );
    }
}
