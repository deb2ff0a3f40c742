//! Feature flags of AWS Lambda Powertools, in a profile of AppConfig or beside the code: a default, and rules that may change it.
//!
//! Told by a rule: without one, a map of defaults may be anything.

use super::super::Format;
use super::super::context::Context;
use super::{Answer, Flags, Item, Served, entries, is_data, roots};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "powertools",
    paths: is_data,
    needles: &["default", "rules", "when_match", "conditions"],
    claims,
    extract,
};

/// What a flag may have.
const KEYS: &[&str] = &["boolean_type", "default", "rules"];

fn flags(root: Node<'_>) -> Vec<Item<'_>> {
    let all = entries(Some(root));
    let is_flag = |flag: &Node<'_>| {
        flag.get("default").is_some() && flag.entries().iter().all(|pair| KEYS.contains(&pair.key))
    };
    let has_rule = |flag: &Node<'_>| !rules(*flag).is_empty();
    let are_flags = all.iter().all(|(_, flag)| is_flag(flag));
    if are_flags && all.iter().any(|(_, flag)| has_rule(flag)) { all } else { Vec::new() }
}

/// The rules of a flag, all that match by conditions.
fn rules(flag: Node<'_>) -> Vec<Node<'_>> {
    let rules = entries(flag.get("rules")).into_iter().map(|(_, rule)| rule);
    let is_rule =
        |rule: &Node<'_>| rule.get("when_match").is_some() && rule.get("conditions").is_some();
    rules.filter(is_rule).collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for (name, flag) in roots(documents).flat_map(flags) {
        all.add(None, name, serves(flag), FlagState::serving(Serves::Unknown));
    }
    all.finish(documents)
}

/// What a flag serves: rules that give the default change nothing.
fn serves(flag: Node<'_>) -> Served<'_> {
    let Some(default) = flag.get("default") else { return Served::Unknown };
    let is_other = |rule: &Node<'_>| {
        let given = rule.get("when_match");
        given.is_none_or(|given| !is_scalar(given) || given.text() != default.text())
    };
    if rules(flag).iter().any(is_other) {
        return Served::Targeted;
    }
    if is_scalar(default) { Served::One(Answer::At(default)) } else { Served::Unknown }
}

fn is_scalar(node: Node<'_>) -> bool {
    !node.is_map() && !node.is_list() && !node.is_null()
}
