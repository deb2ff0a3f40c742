//! A flag that is defined and that no code evaluates, or the other way round at its provider.
//!
//! A flag that nobody reads shows itself by its provider or by its name and value only.

use super::{Context, Rule, declared, idle, provided, unread, unread_here};
use crate::finding::Finding;
use crate::model::Severity;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "dead-flag",
    summary: "a flag is defined and no code evaluates it, or code evaluates a flag that its provider lacks",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/dead-flag.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    unread::check(context, &RULE, unread::is_flag, out);
    unread_here::check(context, &RULE, unread::is_flag, out);
    idle::check(context, &RULE, true, out);
    provided::check(context, &RULE, out);
    declared::check(context, &RULE, out);
}
