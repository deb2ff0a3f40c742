//! A value that the code which reads it cannot parse.
//!
//! Judges texts that are written out. References, secrets and placeholders are unknown and pass.

use std::collections::BTreeMap;

use super::evidence::{of_definition, of_read, readable};
use super::fits::{self, Need};
use super::{Context, Rule};
use crate::finding::{Finding, Label};
use crate::graph::Presence;
use crate::model::{
    Confidence, Definition, Environment, EnvironmentId, KeyId, Namespace, Read, ScalarKind,
    Severity, Value, ValueType,
};
use crate::nature::shape;
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
            if matches!(read.expects, ValueType::Unknown | ValueType::Path) {
                continue;
            }
            for (environment, _) in context.graph.environments() {
                let presence = context.graph.presence_for(key, environment, &read.component);
                let Presence::Set(values) = presence else { continue };
                for value in values {
                    let definition = value.sure();
                    if let Some((wanted, sure)) = misfit(context, definition, read) {
                        let limit = limit(context, key, read, definition);
                        let is_open = is_to_be_filled(context, environment, definition);
                        let most = if is_open { Confidence::Low } else { limit };
                        let confidence = sure.min(read.confidence).min(most);
                        let misfit = Misfit { definition, read, wanted, confidence };
                        misfits.entry(environment).or_default().push(misfit);
                    }
                }
            }
        }
        out.extend(finding(context, key, &misfits));
    }
}

/// Whether whoever deploys a chart fills in what its own values leave empty: no environment is named for them.
fn is_to_be_filled(
    context: &Context<'_>,
    environment: EnvironmentId,
    definition: &Definition,
) -> bool {
    let inventory = context.graph.inventory;
    // What is made of a release or an overlay is named after the file that says so.
    let is_of_values =
        |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with("values"));
    definition.value == Value::Empty
        && inventory.environment(environment).name == Environment::UNNAMED
        && inventory.results.get(&definition.source).is_some_and(|made| is_of_values(&made.path))
}

/// The most that can be said of a value which a read cannot parse.
fn limit(context: &Context<'_>, key: KeyId, read: &Read, definition: &Definition) -> Confidence {
    // What runs whatever holds takes the value: the environment may be none for which this read is written.
    let takes_it = |other: &Read| {
        !other.conditional
            && other.span.file != read.span.file
            && !matches!(other.expects, ValueType::Unknown)
            && misfit(context, definition, other).is_none()
    };
    if read.conditional && context.graph.deployed_reads_of(key).any(takes_it) {
        return Confidence::Low;
    }
    // The code goes on with another value, which may be what was wanted.
    if read.bad_value_falls_back { Confidence::Medium } else { Confidence::High }
}

fn misfit(context: &Context<'_>, definition: &Definition, read: &Read) -> Option<fits::Misfit> {
    let namespace = context.graph.inventory.key(definition.key).namespace;
    let of_file = matches!(namespace, Namespace::Flag | Namespace::Setting);
    match &definition.value {
        Value::Empty => {
            // Charts mostly leave out what is empty.
            let of_chart = context.graph.inventory.source(definition.source).kind == "helm-values";
            let sure = if of_chart { Confidence::Low } else { Confidence::High };
            // Of what a typed file has, only a null has no text.
            let is_null = of_file && definition.value_span.is_none();
            fits::empty(&read.expects, &read.limits)
                .filter(|_| !(is_null && read.limits.takes_null))
                .filter(|_| !read.empty_is_absent && !read.bad_value_falls_back)
                .map(|wanted| (wanted, sure))
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
            let name = &context.graph.inventory.key(definition.key).name;
            let need =
                Need { expects: &read.expects, limits: &read.limits, is_port: is_port(name) };
            fits::misfit(text, is_typed.then_some(scalar.kind), need)
                .filter(|_| !is_taken_elsewhere(context, definition.key, read, text))
        }
        _ => None,
    }
}

/// Whether the last word of a name is `port`: `HTTP_PORT`, `server.port`, `httpPort`.
fn is_port(name: &str) -> bool {
    let last = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(name);
    last.eq_ignore_ascii_case("port") || last.ends_with("Port")
}

/// Whether another read of the file takes the text that this one does not: `x == "1" or x == "true"`.
fn is_taken_elsewhere(context: &Context<'_>, key: KeyId, read: &Read, text: &str) -> bool {
    context.graph.deployed_reads_of(key).any(|other| {
        let ValueType::Bool(words) = &other.expects else { return false };
        other.span.file == read.span.file
            && other.span != read.span
            && words.iter().any(|word| word == text)
    })
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
        key: Some(key),
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

#[cfg(test)]
mod tests {
    use super::is_port;

    #[test]
    fn ports_are_told_by_the_last_word() {
        for name in ["PORT", "HTTP_PORT", "server.port", "metricsPort"] {
            assert!(is_port(name), "{name}");
        }
        for name in ["SUPPORT", "PORT_RANGE", "export", "AIRPORT"] {
            assert!(!is_port(name), "{name}");
        }
    }
}
