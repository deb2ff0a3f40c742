//! What an environment runs, as a snapshot shows it, and what version control declares for it.
//!
//! Compares values, never layers. Says nothing of references, of keys that platforms and images set themselves, and of
//! workloads that nobody declares here. What workloads decide beside variables stands in `settings`.

mod settings;

use std::collections::BTreeMap;

use super::evidence::{Marks, of_definition, of_read, readable, reads_it};
use super::{Context, Rule};
use crate::finding::{Finding, Label, LabelRole};
use crate::graph::{Compared, Liveness, Pairing};
use crate::model::{
    Applied, Attribution, Confidence, Definition, EnvironmentId, KeyId, Severity, Trace, Value,
};
use crate::nature::shape;
use crate::text::Span;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "live-drift",
    summary: "a live snapshot differs from what version control declares",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/live-drift.md"),
    check,
};

/// One difference, rated.
struct Drift<'a> {
    compared: Compared<'a>,
    confidence: Confidence,
}

/// The differences of one key that are one finding: those with the same declaration.
type Grouped<'a> = BTreeMap<(KeyId, bool, Span), Vec<Drift<'a>>>;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let mut grouped: Grouped<'_> = BTreeMap::new();
    for compared in context.graph.compared() {
        let Some(confidence) = judge(context, &compared) else { continue };
        let Some(place) = compared.declared.or(compared.live) else { continue };
        let at = (context.graph.lead(compared.key), compared.live.is_some(), place.key_span);
        grouped.entry(at).or_default().push(Drift { compared, confidence });
    }
    for ((key, _, _), drifts) in grouped {
        out.extend(finding(context, key, &drifts));
    }
    settings::check(context, out);
}

/// Whether code, or something that code reads, takes the key.
fn is_read(context: &Context<'_>, key: KeyId) -> bool {
    context.graph.is_read(key) || context.graph.is_read(context.graph.lead(key))
}

fn judge(context: &Context<'_>, compared: &Compared<'_>) -> Option<Confidence> {
    if context.is_provided(compared.key) {
        return None;
    }
    let by_hand = compared.trace.is_some_and(is_by_hand);
    let rated = match (compared.live, compared.declared) {
        (Some(live), Some(declared)) => differing(context, compared, live, declared)?,
        (Some(live), None) => undeclared(context, compared, live, by_hand)?,
        (None, Some(declared)) => vanished(context, compared, declared)?,
        (None, None) => return None,
    };
    Some(if by_hand { surer(rated) } else { rated })
}

fn surer(confidence: Confidence) -> Confidence {
    if confidence == Confidence::Low { Confidence::Medium } else { Confidence::High }
}

fn less_sure(confidence: Confidence) -> Confidence {
    if confidence == Confidence::High { Confidence::Medium } else { Confidence::Low }
}

/// Whether a trace tells that somebody changed the value after it was applied.
fn is_by_hand(trace: &Trace) -> bool {
    trace.by.is_some() || matches!(trace.applied, Some(Applied::Other(_) | Applied::Nothing))
}

/// Whether the last apply gave what is live: then the declaration has moved on since.
fn is_as_applied(compared: &Compared<'_>) -> bool {
    compared.trace.is_some_and(|it| it.by.is_none() && it.applied == Some(Applied::Same))
}

fn differing(
    context: &Context<'_>,
    compared: &Compared<'_>,
    live: &Definition,
    declared: &Definition,
) -> Option<Confidence> {
    // A placeholder stands for a value that somebody puts in by hand.
    if !is_known(&live.value) || !is_known(&declared.value) {
        return None;
    }
    let same = match (&live.value, &declared.value) {
        // What one side alone withholds was compared where its digest was drawn.
        (Value::Secret(_), Value::Literal(_)) | (Value::Literal(_), Value::Secret(_)) => {
            !compared.is_unlike
        }
        (Value::Literal(one), Value::Literal(two)) => alike(&one.text, &two.text),
        (one, two) => one.same(two) != Some(false),
    };
    if same {
        return None;
    }
    let of_project = declared.attribution == Attribution::Project;
    let rated = match compared.pairing {
        Pairing::Workload => Confidence::High,
        Pairing::Shared | Pairing::Environment => Confidence::Medium,
    };
    let in_doubt = is_as_applied(compared)
        || !of_project
        || matches!(context.graph.liveness(compared.key), Liveness::MayBeRead(_))
            && compared.pairing != Pairing::Workload;
    Some(if in_doubt { less_sure(rated) } else { rated })
}

/// Whether a value says what it is.
fn is_known(value: &Value) -> bool {
    matches!(value, Value::Literal(_) | Value::Secret(_) | Value::Empty)
}

/// Whether a manifest and an API would give the process the same text: a last line end is no difference.
fn alike(one: &str, two: &str) -> bool {
    one.trim_end() == two.trim_end() || shape::is_template(one) || shape::is_template(two)
}

/// A key that is live and that nothing declares for the environment.
fn undeclared(
    context: &Context<'_>,
    compared: &Compared<'_>,
    live: &Definition,
    by_hand: bool,
) -> Option<Confidence> {
    let reads = context.graph.deployed_reads_of(compared.key).count() > 0;
    // A store that lists names shows that there is a value.
    if !is_known(&live.value) && live.value != Value::Encrypted && !by_hand {
        return None;
    }
    match (reads, compared.pairing) {
        (true, _) => Some(Confidence::Medium),
        // A cluster's own hooks and an image add keys too.
        (false, Pairing::Workload) if by_hand => Some(Confidence::Low),
        (false, _) => None,
    }
}

/// A key that is declared and that the environment does not have.
fn vanished(
    context: &Context<'_>,
    compared: &Compared<'_>,
    declared: &Definition,
) -> Option<Confidence> {
    let is_given = is_known(&declared.value) && declared.attribution == Attribution::Project;
    if !is_given || declared.value == Value::Empty && compared.pairing != Pairing::Workload {
        return None;
    }
    let reads = context.graph.deployed_reads_of(compared.key).count() > 0;
    match (compared.pairing, reads) {
        (Pairing::Workload, true) => Some(Confidence::High),
        (Pairing::Workload, false) | (_, true) => Some(Confidence::Medium),
        (_, false) => None,
    }
}

fn finding(context: &Context<'_>, key: KeyId, drifts: &[Drift<'_>]) -> Option<Finding> {
    let confidence = drifts.iter().map(|drift| drift.confidence).max()?;
    let kept: Vec<&Drift<'_>> =
        drifts.iter().filter(|drift| drift.confidence == confidence).collect();
    let first = kept.first()?.compared.clone();
    let mut environments: Vec<EnvironmentId> =
        kept.iter().map(|drift| drift.compared.environment).collect();
    environments.sort_unstable();
    environments.dedup();
    let place = first.declared.or(first.live)?;
    let mut marks = Marks::default();
    let message = message(context, &first, &environments, &mut marks);
    let shown = marks.show(&place.value);
    let only = (environments.len() == 1).then_some(first.environment);
    let primary = match first.declared {
        Some(_) => of_definition(place, only, format!("{shown} is declared")),
        None => of_definition(place, only, format!("{shown} is live")),
    };
    let mut related = Vec::new();
    for drift in &kept {
        related.extend(evidence(context, &drift.compared, &mut marks));
    }
    related.extend(
        context.graph.deployed_reads_of(key).take(3).map(|read| of_read(read, reads_it(read))),
    );
    // A key that no code reads changes nothing that is seen today.
    let severity = if is_read(context, key) { RULE.severity } else { Severity::Note };
    Some(Finding {
        rule: RULE.name,
        severity,
        confidence,
        key: Some(key),
        message,
        help: help(context, &first, &environments),
        related: readable(related, &primary),
        primary,
        environments,
    })
}

fn message<'a>(
    context: &Context<'_>,
    first: &Compared<'a>,
    environments: &[EnvironmentId],
    marks: &mut Marks<'a>,
) -> String {
    let (name, places) = (context.name(first.key), context.listed(environments));
    let said = match (first.live, first.declared) {
        (Some(live), Some(declared)) => format!(
            "`{name}` is {} live in {places} and {} is declared",
            marks.show(&live.value),
            marks.show(&declared.value)
        ),
        (Some(live), None) => {
            let shown = marks.show(&live.value);
            format!("`{name}` is {shown} live in {places} and nothing declares it there")
        }
        (_, Some(declared)) => {
            let shown = marks.show(&declared.value);
            format!("`{name}` is declared as {shown} for {places} and is not live")
        }
        (None, None) => String::new(),
    };
    said + &cause(first)
}

/// What the cluster tells of how it came to this.
fn cause(first: &Compared<'_>) -> String {
    let Some(trace) = first.trace else { return String::new() };
    let so = if is_as_applied(first) { ", so the declaration is newer" } else { "" };
    match (first.live, trace.said()) {
        (Some(_), Some(said)) => format!(": {said}{so}"),
        (None, Some(_)) => ": taken away since it was applied last".to_owned(),
        (_, None) => String::new(),
    }
}

fn help(context: &Context<'_>, first: &Compared<'_>, environments: &[EnvironmentId]) -> String {
    let (name, places) = (context.name(first.key), context.listed(environments));
    match (first.live, first.declared) {
        (Some(_), Some(_)) if is_as_applied(first) => {
            format!("deploy the declared value of `{name}` to {places}")
        }
        (Some(_), Some(_)) => {
            format!("declare the value of `{name}` that {places} needs, and deploy it")
        }
        (Some(_), None) => format!("declare `{name}` for {places}, or take it away there"),
        _ => format!("deploy `{name}` to {places}, or take its declaration away"),
    }
}

/// The live value, and who set it.
fn evidence<'a>(
    context: &Context<'_>,
    compared: &Compared<'a>,
    marks: &mut Marks<'a>,
) -> Vec<Label> {
    let at = compared.environment;
    let place = &context.graph.inventory.environment(at).name;
    let mut labels = Vec::new();
    if let Some(live) = compared.live {
        let shown = marks.show(&live.value);
        labels.push(of_definition(live, Some(at), format!("{shown} is live in `{place}`")));
    }
    if let Some(hand) = compared.trace.and_then(|trace| trace.by.as_ref()) {
        labels.push(Label {
            span: hand.span,
            role: LabelRole::History,
            message: format!("set by hand {}", hand.command),
            environment: Some(at),
        });
    }
    labels
}
