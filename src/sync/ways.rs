//! What each rule asks for, and why some ask for nothing.

use super::{Scene, Wanted, dead, drift, live, missing, shadow, template};
use crate::finding::Finding;

/// What a finding asks for.
type Way = fn(&Scene<'_>, &Finding) -> Vec<Wanted>;

/// The rules for which there are edits. Sorted.
static WAYS: &[(&str, Way)] = &[
    ("dead-flag", dead::wanted),
    ("dead-key", dead::wanted),
    ("hidden-fallback", missing::wanted),
    ("lingering-override", drift::override_),
    ("live-drift", live::wanted),
    ("missing-required", missing::wanted),
    ("shadowed-value", shadow::wanted),
    ("undeclared-key", template::wanted),
    ("value-drift", drift::wanted),
];

/// Why the other rules have none. Sorted.
static REASONS: &[(&str, &str)] = &[
    ("conflicting-default", "the defaults stand in the code"),
    ("dead-branch-read", "the check goes from the code, with its flag"),
    ("expired-flag", "the check goes from the code first"),
    ("near-miss-name", "which of the two names is meant is for a person to say"),
    ("reused-name", "one of the two purposes needs another name"),
    ("settled-flag", "the check goes from the code first"),
    ("type-mismatch", "what the value should be is not known"),
    ("unbindable-key", "the field in the code has no name that can fill it"),
    ("unresolved-reference", "what the reference should lead to is not known"),
    ("unused-suppression", "the comment goes by hand: it may speak of what is yet to come"),
];

/// All that a finding asks for.
pub(super) fn wanted(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    if let Ok(at) = WAYS.binary_search_by(|(rule, _)| (*rule).cmp(finding.rule)) {
        return WAYS[at].1(scene, finding);
    }
    let reason = REASONS.iter().find(|(rule, _)| *rule == finding.rule).map(|(_, reason)| *reason);
    vec![Wanted::refuse(reason.unwrap_or("there is no edit for this rule"))]
}

#[cfg(test)]
mod tests {
    use super::{REASONS, WAYS};
    use crate::rules::RULES;

    #[test]
    fn every_rule_has_edits_or_a_reason() {
        assert!(WAYS.is_sorted_by_key(|(rule, _)| *rule));
        assert!(REASONS.is_sorted_by_key(|(rule, _)| *rule));
        for rule in RULES {
            let has_way = WAYS.iter().any(|(name, _)| *name == rule.name);
            let has_reason = REASONS.iter().any(|(name, _)| *name == rule.name);
            assert!(has_way != has_reason, "{}", rule.name);
        }
    }
}
