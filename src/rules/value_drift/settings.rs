//! Manifest settings that differ between the environments of a group: what no code reads and what decides all the same.
//!
//! Between groups and stages sizes differ on purpose, and nothing is said. Values that a template has yet to fill in, and
//! images, say nothing.

use std::collections::BTreeMap;

use super::RULE;
use crate::finding::{Finding, Label, LabelRole};
use crate::graph::Family;
use crate::model::{Confidence, EnvironmentId, Setting};
use crate::rules::Context;
use crate::rules::evidence::{listed, readable};

/// Families that say how large a deployment is.
const SIZES: &[&str] = &[
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "ScaledObject",
    "cpu",
    "cpus",
    "deploy",
    "desiredCount",
    "mem_limit",
    "memory",
    "memoryReservation",
    "resources",
    "scale",
    "spec.completions",
    "spec.parallelism",
    "spec.replicas",
];
/// Families that differ while a release is on its way.
const RELEASED: &[&str] = &["image"];
/// More differences of one family than a message can hold.
const MOST: usize = 3;

/// Finds settings that differ within a group.
pub(super) fn check(
    context: &Context<'_>,
    groups: &BTreeMap<&str, Vec<EnvironmentId>>,
    out: &mut Vec<Finding>,
) {
    for (group, members) in groups {
        for family in context.graph.families(members) {
            // How many run is for the autoscaler to say.
            if RELEASED.contains(&family.name)
                || family.is_scaled && matches!(family.name, "spec.replicas" | "scale")
            {
                continue;
            }
            out.extend(finding(context, group, &family));
        }
    }
}

/// One path whose values differ.
struct Difference<'f, 'a> {
    path: &'a str,
    values: &'f [Option<&'a Setting>],
    /// The places of the environments with a value of their own.
    odd: Vec<usize>,
    /// The place of one of those that agree.
    rest: usize,
}

fn differences<'f, 'a>(family: &'f Family<'a>) -> Vec<Difference<'f, 'a>> {
    let mut found = Vec::new();
    for (path, values) in &family.paths {
        let Some(shown) = values.iter().map(|it| normal(*it)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        if !family.is_whole && values.contains(&None) {
            continue;
        }
        let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, text) in shown.iter().enumerate() {
            kinds.entry(text).or_default().push(at);
        }
        // Of two that differ the one that sets something is odd: there is a place to look at.
        let mut kinds: Vec<(&str, Vec<usize>)> = kinds.into_iter().collect();
        kinds.sort_by_key(|(text, all)| (all.len(), text.is_empty()));
        let Some((_, rest)) = kinds.pop().filter(|_| !kinds.is_empty()) else { continue };
        let Some(rest) = rest.first().copied() else { continue };
        let odd = kinds.into_iter().flat_map(|(_, all)| all).collect();
        found.push(Difference { path, values, odd, rest });
    }
    found
}

/// A value in the form in which equal ones are equal; empty where it is not set, `None` where it is not known.
fn normal(setting: Option<&Setting>) -> Option<String> {
    setting.map_or(Some(String::new()), |setting| Setting::normal(&setting.value))
}

fn rate(family: &Family<'_>, differences: &[Difference<'_, '_>]) -> Confidence {
    let count = family.members.len();
    let alone = differences.iter().all(|one| one.odd.len() == 1);
    match (count, alone) {
        (2, _) => Confidence::Medium,
        (_, true) if SIZES.contains(&family.name) => Confidence::Medium,
        (_, true) => Confidence::High,
        // Every region has a size of its own: that is how they were made.
        (_, false) => Confidence::Low,
    }
}

fn finding(context: &Context<'_>, group: &str, family: &Family<'_>) -> Option<Finding> {
    let differences = differences(family);
    let settings = || differences.iter().flat_map(|one| one.values.iter().flatten());
    let first = differences.first()?;
    let place = first.odd.iter().find_map(|at| first.values.get(*at).copied().flatten());
    let place = place.or_else(|| first.values.get(first.rest).copied().flatten())?;
    let name = context.name(place.key);
    if context.config.expects_difference(name) {
        return None;
    }
    let place_name = |id: &EnvironmentId| context.graph.inventory.environment(*id).name.as_str();
    let label = |setting: &Setting| {
        let own = family.members.iter().zip(
            differences
                .iter()
                .find(|one| one.path == setting.path)
                .map_or(&[][..], |one| one.values),
        );
        let having: Vec<&EnvironmentId> = own
            .filter(|(_, value)| value.is_some_and(|value| value.span == setting.span))
            .map(|(id, _)| id)
            .collect();
        let places = listed(having.iter().map(|id| place_name(id)));
        Label {
            span: setting.span,
            role: LabelRole::Definition,
            message: format!("{} in {places}", shown(Some(setting))),
            environment: if let [only] = having.as_slice() { Some(**only) } else { None },
        }
    };
    let primary = label(place);
    let related = settings().map(|setting| label(setting)).collect();
    let mut told: Vec<String> =
        differences.iter().take(MOST).map(|one| phrase(family, one, &place_name)).collect();
    if differences.len() > MOST {
        told.push(format!("and {} more", differences.len() - MOST));
    }
    let mut environments = family.members.clone();
    environments.sort_unstable();
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: rate(family, &differences),
        key: Some(place.key),
        message: format!(
            "`{name}` differs: {}: the environments of `{group}` should match",
            told.join("; ")
        ),
        related: readable(related, &primary),
        primary,
        help: format!(
            "bring `{name}` in line in {}, or list it under `expected_differences` of the policy",
            context.listed(&environments)
        ),
        environments,
    })
}

fn shown(setting: Option<&Setting>) -> String {
    let text = setting.and_then(|setting| setting.value.shown());
    text.filter(|text| !text.is_empty()).map_or("not set".to_owned(), |text| format!("`{text}`"))
}

/// `memory` is `512Mi` in `prod-eu` but `1Gi` in `prod-us`
fn phrase<'n>(
    family: &Family<'_>,
    one: &Difference<'_, '_>,
    name: &impl Fn(&EnvironmentId) -> &'n str,
) -> String {
    let part = one.path.strip_prefix(family.name).unwrap_or(one.path).trim_start_matches('.');
    let value = |at: usize| one.values.get(at).copied().flatten();
    let place = |at: usize| family.members.get(at).map_or("", name);
    let mut by: Vec<(String, Vec<&str>)> = Vec::new();
    for at in &one.odd {
        let text = shown(value(*at));
        match by.iter_mut().find(|(known, _)| *known == text) {
            Some((_, places)) => places.push(place(*at)),
            None => by.push((text, vec![place(*at)])),
        }
    }
    let odd: Vec<String> = by
        .into_iter()
        .take(MOST)
        .map(|(text, places)| format!("{text} in {}", listed(places)))
        .collect();
    let others = if family.members.len() > one.odd.len() + 1 { " and others" } else { "" };
    let rest = format!("{} in `{}`{others}", shown(value(one.rest)), place(one.rest));
    let subject = if part.is_empty() { String::new() } else { format!("{part} is ") };
    format!("{subject}{} but {rest}", odd.join(", "))
}
