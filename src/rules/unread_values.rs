//! Values of charts that no template asks for: a part of `dead-key`.
//!
//! Cannot see templates that other tools run over the same file.

use super::evidence::of_place;
use super::{Context, Rule};
use crate::finding::{Finding, LabelRole};
use crate::model::Confidence;

/// Adds the values that no template asks for.
pub(super) fn check(context: &Context<'_>, rule: &'static Rule, out: &mut Vec<Finding>) {
    for unread in &context.graph.inventory.unread_values {
        let name = context.name(unread.key);
        if context.config.is_consumed_elsewhere(name) {
            continue;
        }
        let (chart, path) = name.split_once(':').unwrap_or(("", name));
        let mut primary = of_place(unread.span, "no template asks for it");
        primary.role = LabelRole::Definition;
        out.push(Finding {
            rule: rule.name,
            severity: rule.severity,
            // Defaults come with the chart: whoever keeps it may have uses for them.
            confidence: if unread.is_default { Confidence::Low } else { Confidence::Medium },
            key: Some(unread.key),
            environments: Vec::new(),
            message: format!(
                "the chart `{chart}` gets `{path}` and none of its templates asks for it"
            ),
            related: Vec::new(),
            primary,
            help: format!("take `{path}` out of the values, or see whether its name is a slip"),
        });
    }
}
