//! A flag that has had one value everywhere for long: the check in the code can go.
//!
//! Needs the days on which values changed: without history, and without dates of a provider, it says nothing. Which switches
//! are meant to stay, names and comments tell; where they do not, it is unsure.

use super::evidence::{of_definition, of_read};
use super::{Context, Rule, cleanup};
use crate::finding::{Finding, Label};
use crate::lifecycle::{Flag, Stage, Teller, Unity, days_since};
use crate::model::{Confidence, EnvironmentId, Severity};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "settled-flag",
    summary: "a flag has had one value everywhere for long: the check in the code can go",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/settled-flag.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let settled = context.flags.iter().filter(|flag| flag.stage == Stage::Settled);
    out.extend(settled.filter_map(|flag| finding(context, flag)));
    let vain = context.flags.iter().filter(|flag| flag.is_vain && flag.stage != Stage::Settled);
    out.extend(vain.filter_map(|flag| vain_finding(context, flag)));
}

/// A flag by which nothing is done: whatever it comes to, the check in the code can go.
fn vain_finding(context: &Context<'_>, flag: &Flag<'_>) -> Option<Finding> {
    let (_, first) = flag.reads.first()?;
    let name = context.name(flag.key);
    let primary = of_read(first, "both ways do the same".to_owned());
    let others = flag.reads.iter().skip(1);
    let mut related: Vec<Label> = others.map(|(_, read)| of_read(read, "and here")).collect();
    related.extend(cleanup::values(context, flag));
    let environments = environments(flag);
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        // What another file does where it is called is compared by its name.
        confidence: Confidence::Medium.min(first.confidence),
        key: Some(flag.key),
        message: format!(
            "nothing is done by `{name}`: both ways do the same, but for what they log"
        ),
        environments,
        related: cleanup::places(related, &primary),
        primary,
        help: format!("take the check out, and with it `{name}` wherever it is set"),
    })
}

fn finding(context: &Context<'_>, flag: &Flag<'_>) -> Option<Finding> {
    let (Unity::One(stand), Some(changed)) = (&flag.unity, flag.changed.date()) else {
        return None;
    };
    let (_, first) = flag.reads.first()?;
    let name = context.name(flag.key);
    let environments = environments(flag);
    let days = days_since(context.today, changed);
    let place = if environments.is_empty() {
        "everywhere".to_owned()
    } else {
        format!("in {}", context.listed(&environments))
    };
    let primary = of_read(first, format!("always {}", stand.phrase()));
    let mut related: Vec<Label> =
        flag.reads.iter().skip(1).map(|(_, read)| of_read(read, "and here")).collect();
    related.extend(cleanup::code(flag));
    for state in flag.states.iter().filter(|state| !state.is_local) {
        let said = format!("{} since {}", state.stand.phrase(), changed);
        related.extend(
            state.winners.iter().map(|one| of_definition(one, state.environment, said.clone())),
        );
    }
    related.extend(cleanup::values(context, flag));
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: confidence(flag).min(first.confidence),
        key: Some(flag.key),
        message: format!(
            "`{name}` has been {} {place} for {days} days: the check in the code can go",
            stand.phrase()
        ),
        environments,
        related: cleanup::places(related, &primary),
        primary,
        help: cleanup::steps(context, flag),
    })
}

fn environments(flag: &Flag<'_>) -> Vec<EnvironmentId> {
    let all = flag.states.iter().filter(|state| !state.is_local);
    all.filter_map(|state| state.environment).collect()
}

fn confidence(flag: &Flag<'_>) -> Confidence {
    // What only fills a new database says nothing of what people switched in it since.
    if flag.is_seeded || flag.blockers.iter().any(|one| !one.is_doubt) {
        return Confidence::Low;
    }
    let counted = || flag.states.iter().filter(|state| !state.is_local);
    let is_alone = counted().count() < 2 && counted().all(|state| state.environment.is_some());
    match flag.kind {
        // A switch of the configuration that nobody calls a flag may be meant to stay.
        None => Confidence::Low,
        Some((_, Teller::Use)) => Confidence::Medium,
        Some(_) if is_alone || !flag.blockers.is_empty() => Confidence::Medium,
        Some(_) if counted().any(|state| state.by_default) => Confidence::Medium,
        Some(_) => Confidence::High,
    }
}
