//! What a template runs by names that it is given: `{% if sells_rye %}…{% else %}…{% endif %}`, and the templates that it leads to.
//!
//! A name counts where it stands alone in a condition, or as one operand of several `and` or `or`. What is printed by a name, and
//! templates whose names are put together, are not seen.

use std::collections::BTreeSet;

use super::blocks::{Blocks, body, word};
use super::{MOST, is_template, tags};
use crate::facts::decision::{Decision, Holding, Subject};
use crate::facts::{Lead, PageFacts};
use crate::text::TextRange;

/// Folders below which templates have the names by which they are asked for.
const FOLDERS: &[&str] = &["jinja2", "templates"];

/// Whether a text may be the name of a template: `till/menu.html`, `bakery:templates/menu.html.jinja2`.
pub(in crate::reads) fn is_page_name(text: &str) -> bool {
    let ends = text.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let is_plain = !text.contains(|c: char| c.is_whitespace() || "{}<>*".contains(c));
    ends && is_plain
        && text.len() < 200
        && (is_template(text) || is_template(&format!("templates/{text}")))
}

/// The name of the template at a path, below the folder that holds templates.
pub fn page_name(path: &str) -> &str {
    let mut start = 0;
    for (at, _) in path.match_indices('/') {
        let folder = path[..at].rsplit('/').next().unwrap_or_default();
        if FOLDERS.contains(&folder) {
            start = at + 1;
        }
    }
    &path[start..]
}

/// The name by which a template is asked for, without the package and the folder that some frameworks write: `bakery:templates/x.html`.
pub fn asked_name(written: &str) -> &str {
    page_name(written.rsplit(':').next().unwrap_or(written))
}

/// What a template runs by names, where it is given them.
pub fn given(text: &str, names: &BTreeSet<&str>) -> PageFacts {
    let tags: Vec<TextRange> = tags(text).take(MOST).collect();
    let blocks = Blocks::new(text, &tags);
    let mut facts = PageFacts::default();
    for (at, range) in tags.iter().enumerate() {
        let tag = range.slice(text);
        let inside = body(tag);
        match word(tag) {
            "extends" | "include" => facts.leads.extend(lead(inside)),
            "if" => by_condition(&blocks, at, names, &mut facts),
            _ => {}
        }
        facts.bound.extend(bound(inside).map(str::to_owned));
    }
    facts
}

/// What the branches of an `if` run by names.
fn by_condition(blocks: &Blocks<'_>, at: usize, names: &BTreeSet<&str>, facts: &mut PageFacts) {
    let parts = blocks.parts(at);
    let Some((_, last)) = parts.last() else { return };
    for (nth, (tag, part)) in parts.iter().enumerate() {
        let condition = blocks.condition(*tag);
        let rest = parts.get(nth + 1).map(|(tag, part)| {
            // What stands behind `elif` runs by more than this.
            let start = if blocks.is_else(*tag) { part.start } else { blocks.range(*tag).start };
            TextRange { start, end: last.end }
        });
        let some = |range: TextRange| (range.start < range.end).then_some(range);
        for (name, holding) in condition.map(operands).unwrap_or_default() {
            if !names.contains(name) {
                continue;
            }
            let range = blocks.range(*tag);
            let decision = Decision {
                subject: Subject { range, path: None },
                holding,
                whole: TextRange { start: range.start, end: last.end },
                then: some(*part),
                otherwise: rest.and_then(some),
                is_vain: false,
            };
            facts.decisions.push((name.to_owned(), decision));
        }
    }
}

/// The names that a condition asks, and how it stands to them.
fn operands(condition: &str) -> Vec<(&str, Holding)> {
    let words: Vec<&str> = condition.split_whitespace().collect();
    let (ands, ors) = (words.contains(&"and"), words.contains(&"or"));
    if ands && ors || condition.contains(['(', '"', '\'']) && (ands || ors) {
        return Vec::new();
    }
    let all = words.split(|word| matches!(*word, "and" | "or")).filter_map(|words| match words {
        [name] => Some((*name, Holding::same())),
        ["not", name] => Some((*name, Holding::opposite())),
        _ => None,
    });
    let whole = |(name, holding): (_, Holding)| match (ands, ors) {
        (true, _) => (name, holding.of_and()),
        (_, true) => (name, holding.of_or()),
        _ => (name, holding),
    };
    all.map(whole).collect()
}

/// The template that a tag leads to, where its name is written.
fn lead(inside: &str) -> Option<Lead> {
    let rest = inside.split_once(char::is_whitespace)?.1.trim_start();
    let mark = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (to, behind) = rest[1..].split_once(mark)?;
    let words = || behind.split_whitespace();
    let is_closed = words().any(|word| word == "only") || words().any(|word| word == "without");
    let bound = words().filter_map(|word| word.split_once('=')).map(|(name, _)| name.to_owned());
    let to = asked_name(to).to_owned();
    // `{% include "loaf.html" with loaf=loaf %}` hands the same on.
    let is_same = |name: &String| words().any(|word| word.split_once('=') == Some((name, name)));
    Some(Lead { to, bound: bound.filter(|name| !is_same(name)).collect(), is_closed })
}

/// The names to which a tag gives a meaning of its own.
fn bound(inside: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let kind = inside.split(|c: char| !is_name(c)).next().unwrap_or_default();
    let targets = match kind {
        "for" => inside.split(" in ").next().unwrap_or_default(),
        "macro" | "call" | "set" | "with" | "blocktrans" | "blocktranslate" => inside,
        _ => "",
    };
    let rest = targets.get(kind.len()..).unwrap_or_default();
    let has_values = matches!(kind, "set" | "with" | "blocktrans" | "blocktranslate");
    let words = rest
        .split(move |c: char| if has_values { c.is_whitespace() || c == ',' } else { !is_name(c) });
    let names = words.filter_map(move |word| match word.split_once('=') {
        Some((name, _)) => Some(name),
        None if has_values => None,
        None => Some(word),
    });
    // `{% set sells_rye = x %}` and whatever gives its answer a name.
    let set = (kind == "set").then(|| rest.split('=').next().unwrap_or_default().trim());
    let answer = inside.rsplit_once(" as ").map(|(_, name)| name.trim());
    names.chain(set).chain(answer).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{asked_name, given, page_name};

    fn told(text: &str) -> Vec<(Option<&str>, Option<&str>)> {
        let facts = given(text, &BTreeSet::from(["rye"]));
        let all = facts.decisions.into_iter().map(|(_, one)| {
            let part = |range: Option<crate::text::TextRange>| range.map(|range| range.slice(text));
            (part(one.on(&one.holding)), part(one.off(&one.holding)))
        });
        all.collect()
    }

    #[test]
    fn conditions_ask_for_names() {
        assert_eq!(told("{% if rye %}1{% else %}2{% endif %}"), [(Some("1"), Some("2"))]);
        assert_eq!(told("{% if not rye %}1{% endif %}"), [(None, Some("1"))]);
        let more = "{% if x %}0{% elif rye %}1{% if y %}{% else %}{% endif %}{% elif z %}2{% else %}3{% endif %}";
        let inside = "1{% if y %}{% else %}{% endif %}";
        assert_eq!(told(more), [(Some(inside), Some("{% elif z %}2{% else %}3"))]);
        assert_eq!(told("{% if x.y and rye %}1{% else %}2{% endif %}"), [(Some("1"), None)]);
        assert_eq!(told("{% if rye or x %}1{% else %}2{% endif %}"), [(None, Some("2"))]);
        assert!(told("{% if rye == 1 %}1{% endif %}{% if rye and x or y %}{% endif %}").is_empty());
        assert!(told("{% if (rye and x) or y %}{% endif %}{% if rye.x %}{% endif %}").is_empty());
    }

    #[test]
    fn templates_lead_on() {
        let text = "{% extends 'base.html' %}{% include \"a/b.html\" with loaf=x rye=rye only %}{% include x %}";
        let facts = given(text, &BTreeSet::new());
        let leads: Vec<_> =
            facts.leads.iter().map(|one| (one.to.as_str(), one.is_closed)).collect();
        assert_eq!(leads, [("base.html", false), ("a/b.html", true)]);
        assert_eq!(facts.leads[1].bound, ["loaf"]);
    }

    #[test]
    fn names_may_mean_something_else() {
        let bound = |text: &str| given(text, &BTreeSet::new()).bound;
        assert_eq!(bound("{% for rye, oat in loaves %}"), ["rye", "oat"]);
        assert_eq!(bound("{% with rye=loaf.rye oat=1 %}"), ["rye", "oat"]);
        assert_eq!(bound("{% with loaf.rye as rye %}"), ["rye"]);
        assert_eq!(bound("{%- set rye = 1 -%}"), ["rye"]);
        assert_eq!(bound("{% macro loaf(rye, oat=1) %}"), ["loaf", "rye", "oat", "1"]);
        assert!(bound("{% if rye %}{% block rye %}{% url 'rye' %}").is_empty());
    }

    #[test]
    fn pages_have_names() {
        assert_eq!(page_name("shop/templates/till/menu.html"), "till/menu.html");
        assert_eq!(page_name("shop/pages/menu.html"), "shop/pages/menu.html");
        assert_eq!(asked_name("shop:templates/menu.html.jinja2"), "menu.html.jinja2");
    }
}
