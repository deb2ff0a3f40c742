//! One file per rule. A rule sees the graph, the policy and today's date; it opens no file and reads no clock.

mod cleanup;
mod conflicting_default;
mod dead_branch_read;
mod dead_flag;
mod dead_key;
mod declared;
mod evidence;
mod expired_flag;
mod fits;
mod hidden_fallback;
mod idle;
mod lingering_override;
mod live_drift;
mod missing_required;
mod near_miss_name;
mod provided;
mod reused_name;
mod settled_flag;
mod shadowed_value;
mod type_mismatch;
mod unbindable_key;
mod undeclared_key;
mod unread;
mod unread_here;
mod unread_values;
mod unresolved_reference;
pub mod unused_suppression;
mod value_drift;
mod whose;

use std::collections::BTreeSet;

use crate::config::Config;
use crate::finding::Finding;
use crate::graph::Graph;
use crate::lifecycle::Flag;
use crate::model::{EnvironmentId, KeyId, Namespace, Severity};

/// A rule: what it is called, what it says in general, and the question it asks.
pub struct Rule {
    /// Its name: kebab-case, the problem and not the remedy.
    pub name: &'static str,
    /// What it finds, as a phrase that begins in lower case.
    pub summary: &'static str,
    /// How bad its findings are unless the policy says otherwise.
    pub severity: Severity,
    /// Its page, in Markdown.
    pub docs: &'static str,
    /// Adds what it finds.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// What a rule may see.
pub struct Context<'a> {
    /// The inventory, connected.
    pub graph: &'a Graph<'a>,
    /// The policy.
    pub config: &'a Config,
    /// The life of every flag.
    pub flags: &'a [Flag<'a>],
    /// Whether the platform gives a name of the process environment to every process: `HOME`, `PATH`.
    pub provided: fn(&str) -> bool,
    /// The date that counts as today.
    pub today: jiff::civil::Date,
}

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &conflicting_default::RULE,
    &dead_branch_read::RULE,
    &dead_flag::RULE,
    &dead_key::RULE,
    &expired_flag::RULE,
    &hidden_fallback::RULE,
    &lingering_override::RULE,
    &live_drift::RULE,
    &missing_required::RULE,
    &near_miss_name::RULE,
    &reused_name::RULE,
    &settled_flag::RULE,
    &shadowed_value::RULE,
    &type_mismatch::RULE,
    &unbindable_key::RULE,
    &undeclared_key::RULE,
    &unresolved_reference::RULE,
    &unused_suppression::RULE,
    &value_drift::RULE,
];

/// The rule of that name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// Whether what the environments gave once would say more.
pub fn wants_history(context: &Context<'_>) -> bool {
    let is_on = |rule: &Rule| !context.config.is_off(rule.name);
    is_on(&missing_required::RULE) && missing_required::wants_history(context)
        || is_on(&undeclared_key::RULE) && undeclared_key::wants_history(context)
}

/// What all rules find under the policy, by place, then rule, then key.
pub fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let config = context.config;
    for rule in RULES.iter().filter(|rule| !config.is_off(rule.name)) {
        let mut found = Vec::new();
        (rule.check)(context, &mut found);
        found.retain(|finding| {
            !config.ignores(rule.name, finding.key.map_or("", |key| context.name(key)))
        });
        if let Some(severity) = config.severity(rule.name) {
            for finding in &mut found {
                finding.severity = severity;
            }
        }
        findings.append(&mut found);
    }
    findings.retain(|finding| !is_live(context, finding));
    findings.sort_by(|one, two| order(one).cmp(&order(two)));
    let mut met = BTreeSet::new();
    findings.retain(|finding| met.insert((finding.rule, finding.key, finding.primary.span)));
    findings
}

/// Rules that say that a key has no value.
const OF_NOTHING: &[&str] = &["hidden-fallback", "missing-required"];

/// Whether snapshots show that a key which no layer gives is there all the same: `live-drift` speaks of that.
fn is_live(context: &Context<'_>, finding: &Finding) -> bool {
    let inventory = context.graph.inventory;
    let has = |id: &EnvironmentId| {
        let mut snapshots = inventory.snapshots.iter().filter(|it| it.environment == *id);
        snapshots.any(|it| it.values.iter().any(|live| Some(live.key) == finding.key))
    };
    !inventory.snapshots.is_empty()
        && OF_NOTHING.contains(&finding.rule)
        && !finding.environments.is_empty()
        && finding.environments.iter().all(has)
}

fn order(finding: &Finding) -> impl Ord {
    (finding.primary.span, finding.rule, finding.key, finding.environments.clone())
}

impl<'a> Context<'a> {
    /// The name of a key.
    fn name(&self, key: KeyId) -> &'a str {
        &self.graph.inventory.key(key).name
    }

    /// Whether something outside the tree gives the key to every process.
    fn is_provided(&self, key: KeyId) -> bool {
        let is_env = self.graph.inventory.key(key).namespace == Namespace::Env;
        let name = self.name(key);
        self.config.is_provided(name) || (is_env && (self.provided)(name))
    }
}
