//! Values that should match: they become those of the environment that is said to be right.

use std::collections::BTreeSet;

use super::{Scene, Wanted};
use crate::finding::{Finding, LabelRole};
use crate::graph::{Effective, Presence};
use crate::model::{EnvironmentId, KeyId, Setting, Value};

/// What a finding about differing values asks for.
pub(super) fn wanted(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    let Some(key) = finding.key else { return vec![Wanted::refuse("it is about no key")] };
    if keeps(scene, finding) {
        return vec![Wanted::refuse(
            "whether the workload is to keep the key is for a person to say",
        )];
    }
    let decided: Vec<&Setting> =
        scene.graph.inventory.settings.iter().filter(|setting| setting.key == key).collect();
    match scene.ask.from.filter(|from| finding.environments.contains(from)) {
        Some(from) if decided.is_empty() => to_value(scene, key, from, &finding.environments),
        Some(from) => to_setting(scene, &decided, from, &finding.environments),
        None => vec![Wanted::undecided(choices(finding))],
    }
}

/// Whether it is about a workload that keeps what patches take from others: no environment is right or wrong there.
fn keeps(scene: &Scene<'_>, finding: &Finding) -> bool {
    let mut withdrawals = scene.graph.inventory.withdrawals.iter();
    withdrawals.any(|one| finding.related.iter().any(|label| label.span == one.span))
}

/// What a finding about a value that stayed asks for.
pub(super) fn override_(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    let Some(key) = finding.key else { return vec![Wanted::refuse("it is about no key")] };
    match scene.ask.from.filter(|from| !finding.environments.contains(from)) {
        Some(from) => to_value(scene, key, from, &finding.environments),
        None => vec![Wanted::undecided(
            "say which other environment is right with --from ENV, or set it by hand",
        )],
    }
}

fn values<'a>(scene: &Scene<'a>, key: KeyId, environment: EnvironmentId) -> Vec<Effective<'a>> {
    match scene.graph.presence(key, environment) {
        Presence::Set(values) => values,
        Presence::Absent | Presence::Unknown(_) => Vec::new(),
    }
}

/// What there is to choose from, as the finding shows it.
fn choices(finding: &Finding) -> String {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let shown = labels.filter(|label| label.role == LabelRole::Definition);
    let shown = shown.filter(|label| label.environment.is_some() && !label.message.is_empty());
    let mut choices: Vec<&str> = shown.map(|label| label.message.as_str()).collect();
    choices.dedup();
    let choices =
        if choices.is_empty() { String::new() } else { format!(": {}", choices.join(", ")) };
    format!("say which environment is right with --from ENV{choices}")
}

/// Gives the others the value of one environment.
fn to_value(
    scene: &Scene<'_>,
    key: KeyId,
    from: EnvironmentId,
    environments: &[EnvironmentId],
) -> Vec<Wanted> {
    let right = values(scene, key, from);
    let place = scene.environment(from);
    let mut wanted = Vec::new();
    let mut met = BTreeSet::new();
    for other in environments.iter().filter(|id| **id != from) {
        for value in values(scene, key, *other) {
            let twin = right.iter().find(|it| it.scope == value.scope).or(right.first());
            let Some(twin) = twin else {
                return vec![Wanted::refuse(format!("{place} has no value"))];
            };
            let Value::Literal(scalar) = &twin.winner.value else {
                return vec![Wanted::refuse(format!(
                    "what {place} has is no plain value that may be written elsewhere"
                ))];
            };
            if value.winner.value.same(&twin.winner.value) == Some(true) {
                continue;
            }
            let is_kept = |id: &EnvironmentId| {
                let here = || values(scene, key, *id).into_iter();
                (*id == from || !environments.contains(id))
                    && here().any(|it| it.winner.is_one_with(value.winner))
            };
            let kept: Vec<EnvironmentId> =
                scene.sharers(value.winner).into_iter().filter(is_kept).collect();
            if !kept.is_empty() {
                let shared = scene.environments(kept);
                wanted.push(Wanted::refuse(format!("its value is shared with {shared}")));
                continue;
            }
            wanted.extend(set(scene, value.winner, (&scalar.text, true), &mut met));
        }
    }
    if wanted.is_empty() {
        wanted.push(Wanted::refuse("no value that differs can be seen"));
    }
    wanted
}

/// Gives a definition another value, once.
pub(super) fn set(
    scene: &Scene<'_>,
    definition: &crate::model::Definition,
    (text, for_all): (&str, bool),
    met: &mut BTreeSet<crate::text::Span>,
) -> Option<Wanted> {
    if scene.is_export(definition) {
        let path = scene.path(definition.key_span.file);
        return Some(Wanted::refuse(format!(
            "{path} is an export: set it where it was taken from"
        )));
    }
    if !matches!(definition.value, Value::Literal(_) | Value::Empty | Value::Placeholder(_)) {
        let path = scene.path(definition.key_span.file);
        return Some(Wanted::refuse(format!("{path} holds no plain value there")));
    }
    let Some((file, site)) = scene.value(definition) else {
        let path = scene.path(definition.key_span.file);
        return Some(Wanted::refuse(format!("{path} puts it together from several values")));
    };
    let span = crate::text::Span::new(file, site.key);
    let name = scene.name(definition).to_owned();
    let value = text.to_owned();
    met.insert(span).then_some(Wanted::Set { file, site, name, value, for_all })
}

/// The same for what manifests decide beside variables.
fn to_setting(
    scene: &Scene<'_>,
    all: &[&Setting],
    from: EnvironmentId,
    environments: &[EnvironmentId],
) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for right in all.iter().filter(|it| it.environments.contains(&from)) {
        for other in environments.iter().filter(|id| **id != from) {
            let same = |it: &&&Setting| {
                it.path == right.path
                    && it.workload == right.workload
                    && it.environments.contains(other)
            };
            let Some(there) = all.iter().find(same) else {
                let place = scene.environment(*other);
                wanted.push(Wanted::refuse(format!("{place} does not set `{}`", right.path)));
                continue;
            };
            if Setting::normal(&there.value) == Setting::normal(&right.value) {
                continue;
            }
            let sharers = scene.setting_sharers(there);
            let is_shared = sharers.iter().any(|id| *id == from || !environments.contains(id));
            let text = match &right.value {
                Value::Literal(scalar) if !is_shared => scalar.text.clone(),
                _ => {
                    let path = &right.path;
                    wanted.push(Wanted::refuse(format!("`{path}` is shared, or no plain value")));
                    continue;
                }
            };
            wanted.push(match scene.setting(there) {
                Some((file, site)) => {
                    let name = there.path.clone();
                    Wanted::Set { file, site, name, value: text, for_all: true }
                }
                None => Wanted::refuse(format!("the place of `{}` cannot be edited", right.path)),
            });
        }
    }
    if wanted.is_empty() {
        wanted.push(Wanted::refuse("no value that differs can be seen"));
    }
    wanted
}
