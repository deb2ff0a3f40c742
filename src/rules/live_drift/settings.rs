//! Settings of workloads that a snapshot shows otherwise than they are declared: a `kubectl scale` that stayed.
//!
//! Images are passed over, since a release may be on its way, and so are replicas that an autoscaler decides.

use std::collections::BTreeMap;

use super::RULE;
use crate::finding::{Finding, Label, LabelRole};
use crate::graph::Scaled;
use crate::model::{Confidence, EnvironmentId, KeyId, Setting, Value};
use crate::rules::Context;
use crate::rules::evidence::readable;

/// More differences of one part of a manifest than a message can hold.
const MOST: usize = 3;

/// Finds settings that are not live as they are declared.
pub(super) fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let mut grouped: BTreeMap<(KeyId, EnvironmentId), Vec<Scaled<'_>>> = BTreeMap::new();
    for one in context.graph.scaled() {
        if one.is_drifting() {
            grouped.entry((one.declared.key, one.environment)).or_default().push(one);
        }
    }
    out.extend(grouped.into_iter().filter_map(|((key, at), all)| finding(context, key, at, &all)));
}

fn finding(
    context: &Context<'_>,
    key: KeyId,
    at: EnvironmentId,
    all: &[Scaled<'_>],
) -> Option<Finding> {
    let first = all.first()?;
    let name = context.name(key);
    let place = &context.graph.inventory.environment(at).name;
    let mut told: Vec<String> = all.iter().take(MOST).map(phrase).collect();
    if all.len() > MOST {
        told.push(format!("and {} more", all.len() - MOST));
    }
    let label = |span, value: &Value, what: &str| Label {
        span,
        role: LabelRole::Definition,
        message: format!("{} {what}", shown(value)),
        environment: Some(at),
    };
    let primary = label(first.declared.span, &first.declared.value, "is declared");
    let related = all.iter().flat_map(|one| {
        let live = label(one.live.span, &one.live.value, "is live");
        [live, label(one.declared.span, &one.declared.value, "is declared")]
    });
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: Confidence::Medium,
        key: Some(key),
        environments: vec![at],
        message: format!("`{name}` is not in `{place}` as it is declared: {}", told.join("; ")),
        related: readable(related.collect(), &primary),
        primary,
        help: format!("declare what `{place}` needs of `{name}`, and deploy it"),
    })
}

/// `limits.memory` is `2Gi` live and `1Gi` is declared
fn phrase(one: &Scaled<'_>) -> String {
    let path = one.declared.path.as_str();
    let part = path.strip_prefix(Setting::family(path)).unwrap_or(path).trim_start_matches('.');
    let subject = if part.is_empty() { String::new() } else { format!("{part} is ") };
    let (live, declared) = (shown(&one.live.value), shown(&one.declared.value));
    format!("{subject}{live} live and {declared} is declared")
}

fn shown(value: &Value) -> String {
    value.shown().map_or("a value".to_owned(), |text| format!("`{text}`"))
}
