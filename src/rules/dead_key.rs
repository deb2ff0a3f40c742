//! A key that is defined and that no code reads, or that is loaded into a field which nothing uses.
//!
//! Flags are for `dead-flag`. What may keep a key alive outside the code is for the graph to know.

use super::{Context, Rule, idle, unread, unread_here, unread_values};
use crate::finding::Finding;
use crate::model::Severity;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "dead-key",
    summary: "a key is defined, and no code reads it or uses what it is loaded into",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/dead-key.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    unread::check(context, &RULE, |context, key| !unread::is_flag(context, key), out);
    unread_here::check(context, &RULE, |context, key| !unread::is_flag(context, key), out);
    idle::check(context, &RULE, false, out);
    unread_values::check(context, &RULE, out);
}
