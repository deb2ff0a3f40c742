//! A flag that is past the day on which it was to go.
//!
//! Goes by a day that somebody gave this flag, or by the age that the project's own policy gives its kind; the default ages are
//! told by `keydrift flags` alone.

use super::evidence::{of_definition, of_place, of_read};
use super::{Context, Rule, cleanup};
use crate::finding::{Finding, Label};
use crate::lifecycle::{Expired, Flag, days_since};
use crate::model::{Confidence, EnvironmentId, Severity};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "expired-flag",
    summary: "a flag is past the day that its provider, a comment or the policy gives it",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/expired-flag.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    for flag in context.flags {
        if let Some(expired) = flag.expired.as_ref().filter(|expired| expired.is_told) {
            out.extend(finding(context, flag, expired));
        }
    }
}

fn finding(context: &Context<'_>, flag: &Flag<'_>, expired: &Expired) -> Option<Finding> {
    let name = context.name(flag.key);
    let mut labels = labels(flag, expired);
    if labels.is_empty() {
        return None;
    }
    let primary = labels.remove(0);
    labels.extend(cleanup::values(context, flag));
    let mut environments: Vec<EnvironmentId> = flag
        .states
        .iter()
        .filter(|state| !state.is_local && !state.winners.is_empty())
        .filter_map(|state| state.environment)
        .collect();
    environments.sort_unstable();
    let days = days_since(context.today, expired.date);
    let since = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let is_gone = flag.reads.is_empty() && flag.definitions.is_empty();
    let given = flag.expiry.is_some();
    let confidence = match (given, is_gone) {
        (true, false) => Confidence::High,
        (true, true) | (false, _) => Confidence::Medium,
    };
    let stays = flag.kind.is_some_and(|(kind, _)| kind.stays());
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence: if stays { confidence.min(Confidence::Medium) } else { confidence },
        key: Some(flag.key),
        environments,
        message: format!(
            "`{name}` was to go by {} by {}: {since} ago{}",
            expired.date,
            expired.told_by,
            put_off(flag)
        ),
        related: cleanup::places(labels, &primary),
        primary,
        help: help(context, flag),
    })
}

/// How often its day was put off.
fn put_off(flag: &Flag<'_>) -> String {
    let Some(put_off) = flag.expiry.and_then(|expiry| expiry.put_off) else {
        return String::new();
    };
    let times =
        if put_off.times == 1 { "once".to_owned() } else { format!("{} times", put_off.times) };
    format!("; the day was put off {times}, from {}", put_off.first)
}

/// The places, that of the day first.
fn labels(flag: &Flag<'_>, expired: &Expired) -> Vec<Label> {
    let mut labels = Vec::new();
    let said = format!("to go by {}", expired.date);
    if let Some(expiry) = &flag.expiry {
        if let Some(note) = expiry.note {
            labels.push(of_place(note.expires_at.unwrap_or(note.span), &said));
        }
        labels.extend(expiry.definition.map(|one| of_definition(one, None, said.clone())));
    }
    labels.extend(flag.reads.iter().map(|(_, read)| of_read(read, "asked for here")));
    labels.extend(cleanup::code(flag));
    for state in &flag.states {
        let stand = state.stand.phrase();
        labels.extend(
            state.winners.iter().map(|one| of_definition(one, state.environment, stand.clone())),
        );
    }
    labels
}

fn help(context: &Context<'_>, flag: &Flag<'_>) -> String {
    let steps = cleanup::steps(context, flag);
    let name = context.name(flag.key);
    if steps.is_empty() {
        return format!("remove what is left of `{name}`, or give it another day");
    }
    let decide = if flag.unity.is_one() { "" } else { "decide which way it goes, " };
    format!("{decide}{steps}; or give it another day")
}
