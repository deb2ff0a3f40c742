//! One file per rule. A rule sees the graph, the policy and today's date; it opens no file and reads no clock.

use crate::config::Config;
use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::Severity;

/// One rule.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Its default severity.
    pub severity: Severity,
    /// Its page.
    pub docs: &'static str,
    /// The check.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// What a rule sees.
pub struct Context<'a> {
    /// The graph.
    pub graph: &'a Graph<'a>,
    /// The policy.
    pub config: &'a Config,
    /// Today.
    pub today: jiff::civil::Date,
}

/// Every rule, by name.
pub static RULES: &[&Rule] = &[];

/// What all rules find.
pub fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(context, &mut findings);
    }
    findings
}
