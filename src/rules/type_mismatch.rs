//! A value that the code which reads it cannot parse.
//!
//! Judges texts that are written out. References, secrets and placeholders are unknown and pass.

use std::collections::BTreeMap;

use super::evidence::{of_definition, of_read, readable};
use super::{Context, Rule, shape};
use crate::finding::{Finding, Label};
use crate::graph::Presence;
use crate::model::{
    Confidence, Definition, EnvironmentId, KeyId, Namespace, Read, ScalarKind, Severity, Value,
    ValueType,
};
use crate::text::Span;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "type-mismatch",
    summary: "the effective value cannot be what the code parses it as",
    severity: Severity::Error,
    docs: include_str!("../../docs/rules/type-mismatch.md"),
    check,
};

struct Misfit<'a> {
    definition: &'a Definition,
    read: &'a Read,
    wanted: String,
    confidence: Confidence,
}

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for key in context.graph.keys() {
        let mut misfits: BTreeMap<EnvironmentId, Vec<Misfit<'_>>> = BTreeMap::new();
        for read in context.graph.deployed_reads_of(key) {
            if matches!(read.expects, ValueType::Unknown | ValueType::Text | ValueType::Path) {
                continue;
            }
            for (environment, _) in context.graph.environments() {
                let presence = context.graph.presence_for(key, environment, &read.component);
                let Presence::Set(values) = presence else { continue };
                for value in values {
                    if let Some((wanted, sure)) = misfit(context, value.winner, read) {
                        // The code goes on with another value, which may be what was wanted.
                        let limit = if read.bad_value_falls_back {
                            Confidence::Medium
                        } else {
                            Confidence::High
                        };
                        let confidence = sure.min(read.confidence).min(limit);
                        let definition = value.winner;
                        let misfit = Misfit { definition, read, wanted, confidence };
                        misfits.entry(environment).or_default().push(misfit);
                    }
                }
            }
        }
        out.extend(finding(context, key, &misfits));
    }
}

fn misfit(
    context: &Context<'_>,
    definition: &Definition,
    read: &Read,
) -> Option<(String, Confidence)> {
    let of_file = context.graph.inventory.key(definition.key).namespace == Namespace::Setting;
    match &definition.value {
        Value::Empty => {
            // Charts mostly leave out what is empty.
            let of_chart = context.graph.inventory.source(definition.source).kind == "helm-values";
            let sure = if of_chart { Confidence::Low } else { Confidence::High };
            empty(&read.expects)
                .filter(|_| !read.empty_is_absent && !read.bad_value_falls_back)
                .map(|wanted| (wanted.to_owned(), sure))
        }
        Value::Literal(scalar) => {
            if matches!(scalar.kind, ScalarKind::Null | ScalarKind::Compound)
                || shape::is_template(&scalar.text)
            {
                return None;
            }
            let text = &scalar.text;
            // A typed file hands over what its syntax made of the text; a reader of texts sees the text.
            let is_typed = of_file && scalar.kind != ScalarKind::Text;
            literal(text, &read.expects, is_typed.then_some(scalar.kind))
        }
        _ => None,
    }
}

fn empty(expects: &ValueType) -> Option<&'static str> {
    match expects {
        ValueType::Int => Some("a whole number"),
        ValueType::Float => Some("a number"),
        ValueType::Url => Some("a URL"),
        ValueType::Json => Some("JSON"),
        ValueType::Bool(words) if is_strict(words) && !words.iter().any(String::is_empty) => {
            Some("a boolean")
        }
        _ => None,
    }
}

/// Whether a reader knows words for no as well: it then refuses all others, where one that compares with `true` takes
/// them for no.
fn is_strict(words: &[String]) -> bool {
    words.iter().any(|word| shape::switch(word) == Some(false))
        && words.iter().any(|word| shape::switch(word) == Some(true))
}

fn literal(
    text: &str,
    expects: &ValueType,
    kind: Option<ScalarKind>,
) -> Option<(String, Confidence)> {
    let trimmed = text.trim();
    let fail = |wanted: &str, sure| Some((wanted.to_owned(), sure));
    match expects {
        ValueType::Int if kind == Some(ScalarKind::Int) || is_int(trimmed) => None,
        ValueType::Int => fail("a whole number", Confidence::High),
        ValueType::Float if trimmed.replace('_', "").parse::<f64>().is_ok() => None,
        ValueType::Float => fail("a number", Confidence::High),
        ValueType::Bool(_) if kind == Some(ScalarKind::Bool) => None,
        ValueType::Bool(words) => boolean(trimmed, words),
        ValueType::Url if !is_url(trimmed) => fail("a URL", Confidence::Medium),
        ValueType::Json if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() => {
            fail("JSON", Confidence::High)
        }
        ValueType::Enum(words) if !words.is_empty() => {
            let known = words.iter().any(|word| word.eq_ignore_ascii_case(trimmed));
            let wanted =
                || words.iter().take(6).map(|word| format!("`{word}`")).collect::<Vec<_>>();
            (!known).then(|| (format!("one of {}", wanted().join(", ")), Confidence::Medium))
        }
        _ => None,
    }
}

fn is_int(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text).replace('_', "");
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)];
    !digits.is_empty()
        && (digits.bytes().all(|byte| byte.is_ascii_digit())
            || radix.iter().any(|(mark, base)| {
                digits
                    .strip_prefix(mark)
                    .is_some_and(|rest| u128::from_str_radix(rest, *base).is_ok())
            }))
}

fn boolean(text: &str, words: &[String]) -> Option<(String, Confidence)> {
    let lower = text.to_ascii_lowercase();
    if words.is_empty() || words.contains(&lower) {
        return None;
    }
    let listed: Vec<String> = words.iter().take(8).map(|word| format!("`{word}`")).collect();
    let wanted = format!("one of {}", listed.join(", "));
    if is_strict(words) {
        return Some((wanted, Confidence::High));
    }
    // The reader compares: every other text is the opposite. Only a text that means what it is not taken for is wrong.
    let taken_as = shape::switch(words.first()?)?;
    match shape::switch(text) {
        Some(meant) if meant != taken_as => None,
        Some(_) | None => Some((wanted, Confidence::Medium)),
    }
}

/// Lenient: a scheme and something after it. What a given library refuses beyond that is not known here.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme && !rest.is_empty() && !text.contains(char::is_whitespace)
}

fn finding(
    context: &Context<'_>,
    key: KeyId,
    misfits: &BTreeMap<EnvironmentId, Vec<Misfit<'_>>>,
) -> Option<Finding> {
    let (first_at, first) = misfits.iter().find_map(|(id, list)| Some((*id, list.first()?)))?;
    let environments: Vec<EnvironmentId> = misfits.keys().copied().collect();
    let name = context.name(key);
    let shown = match &first.definition.value {
        Value::Empty => "empty".to_owned(),
        value => format!(
            "`{}`",
            value.shown().unwrap_or("[redacted]").chars().take(60).collect::<String>()
        ),
    };
    let one_place = |span: Span, mut ids: Vec<EnvironmentId>| {
        ids.retain(|id| misfits[id].iter().any(|misfit| misfit.definition.key_span == span));
        if ids.len() == 1 { ids.pop() } else { None }
    };
    let at =
        one_place(first.definition.key_span, environments.clone()).filter(|id| *id == first_at);
    let primary = of_definition(first.definition, at, format!("not {}", first.wanted));
    let mut related: Vec<Label> = Vec::new();
    for (id, misfit) in misfits.iter().flat_map(|(id, list)| list.iter().map(move |m| (id, m))) {
        related.push(of_read(misfit.read, format!("parsed as {} here", misfit.wanted)));
        let place = &context.graph.inventory.environment(*id).name;
        let message = format!("in `{place}` too: not {}", misfit.wanted);
        related.push(of_definition(misfit.definition, Some(*id), message));
    }
    let drops = misfits.values().flatten().all(|misfit| misfit.read.bad_value_falls_back);
    let goes_on = if drops { ": the code drops it without a word" } else { "" };
    let all_local = environments.iter().all(|id| context.is_local(*id));
    let places = context.listed(&environments);
    Some(Finding {
        rule: RULE.name,
        severity: if all_local || drops { Severity::Warning } else { RULE.severity },
        confidence: misfits.values().flatten().map(|misfit| misfit.confidence).max()?,
        key,
        message: format!(
            "`{name}` is {shown} in {places}, where the code needs {}{goes_on}",
            first.wanted
        ),
        environments,
        related: readable(related, &primary),
        primary,
        help: format!("give `{name}` {} in {places}", first.wanted),
    })
}
