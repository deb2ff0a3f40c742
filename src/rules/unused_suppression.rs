//! A comment that accepts nothing: what it was for is gone, or it is written so that it cannot count.
//!
//! Asked last, when it is known what each comment accepts; so its check as a rule has nothing to say.

use super::{RULES, Rule};
use crate::config::Config;
use crate::finding::{Finding, Label, LabelRole};
use crate::model::{Confidence, Severity};
use crate::text::Span;

/// The rule.
pub static RULE: Rule = Rule {
    name: "unused-suppression",
    summary: "a comment accepts findings and there is none, or it lacks its rule or its reason",
    severity: Severity::Warning,
    docs: include_str!("../../docs/rules/unused-suppression.md"),
    check: |_, _| {},
};

/// Why a comment accepts nothing.
#[derive(Clone, Copy, Debug)]
pub enum Why<'a> {
    /// It names no rule.
    NoRule,
    /// It gives no reason.
    NoReason,
    /// It names a rule that there is not.
    Unknown(&'a str),
    /// Its rule has nothing to say here.
    Idle(&'static str),
}

/// What is to say of a comment.
pub fn finding(span: Span, why: Why<'_>, config: &Config) -> Finding {
    let (message, at, help) = match why {
        Why::NoRule => (
            "a suppression names no rule".to_owned(),
            "accepts nothing".to_owned(),
            "name the rule in brackets: `keydrift: ignore[dead-key] reason`".to_owned(),
        ),
        Why::NoReason => (
            "a suppression gives no reason".to_owned(),
            "accepts nothing".to_owned(),
            "say behind the brackets why the finding is accepted".to_owned(),
        ),
        Why::Unknown(name) => (
            format!("a suppression names the rule `{name}`, and there is none"),
            "no such rule".to_owned(),
            match closest(name) {
                Some(right) => format!("did you mean `{right}`?"),
                None => "`keydrift rules` lists them".to_owned(),
            },
        ),
        Why::Idle(rule) => (
            format!("`{rule}` has nothing to say where a suppression accepts it"),
            "accepts nothing".to_owned(),
            format!("take `{rule}` out of the comment"),
        ),
    };
    Finding {
        rule: RULE.name,
        severity: config.severity(RULE.name).unwrap_or(RULE.severity),
        confidence: Confidence::High,
        key: None,
        environments: Vec::new(),
        message,
        primary: Label { span, role: LabelRole::Definition, message: at, environment: None },
        related: Vec::new(),
        help,
    }
}

/// The rule that a name may be a slip of.
fn closest(name: &str) -> Option<&'static str> {
    let near = |rule: &&Rule| (strsim::damerau_levenshtein(name, rule.name), rule.name);
    RULES.iter().map(near).filter(|(distance, _)| *distance <= 3).min().map(|(_, name)| name)
}
