//! A key that code reads and the template does not list.
//!
//! A template that lists little of what a component reads is no contract for it, and says nothing here.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{of_definition, of_read, readable};
use super::{Context, Rule};
use crate::finding::Finding;
use crate::graph::Near;
use crate::model::{
    Absence, Confidence, Definition, KeyId, Namespace, Read, Role, Severity, Value,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "undeclared-key",
    summary: "code reads a key that the template does not list",
    severity: Severity::Note,
    docs: include_str!("../../docs/rules/undeclared-key.md"),
    check,
};

/// How many keys of a component a template lists at least to count as its contract, where it lists less than half.
const ENOUGH: usize = 5;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let mut asked: BTreeMap<(&str, Namespace), BTreeSet<KeyId>> = BTreeMap::new();
    for key in context.graph.keys() {
        // What a framework keeps for the project's modules, no template lists.
        for read in context
            .graph
            .deployed_reads_of(key)
            .filter(|read| !read.of_framework && !read.is_lost())
        {
            let namespace = context.graph.inventory.key(key).namespace;
            asked.entry((&read.component, namespace)).or_default().insert(key);
        }
    }
    let mut unlisted: BTreeMap<KeyId, (Confidence, Vec<&Read>, &Definition)> = BTreeMap::new();
    for ((component, namespace), keys) in asked {
        let Some(contract) = contract(context, component, namespace) else { continue };
        let listed = keys.iter().filter(|key| contract.lists(context, **key)).count();
        if listed == 0 || (listed < ENOUGH && listed * 2 < keys.len()) {
            continue;
        }
        // One name that both know may be one that every program knows: `RUST_LOG`. Of a long template for others a small part
        // beside them knows a few.
        let is_for_others = !contract.is_own && listed < ENOUGH && listed * 2 < contract.keys.len();
        let is_telling = listed > 1 && !is_for_others;
        let covers = Covers {
            half: is_telling && listed * 2 >= keys.len(),
            most: is_telling && listed * 5 >= keys.len() * 4,
        };
        for key in keys.into_iter().filter(|key| !contract.lists(context, *key)) {
            let of_component = |read: &&Read| read.component == component;
            let reads: Vec<&Read> =
                context.graph.deployed_reads_of(key).filter(of_component).collect();
            if let Some(sure) = judge(context, key, &reads, &contract, &covers) {
                // That it was listed once says that whoever starts the code has to give it.
                let was_listed =
                    sure == Confidence::Low && context.graph.listed_once(key, component);
                let known = reads.iter().map(|read| read.confidence).max().unwrap_or(sure);
                let sure = if was_listed { known.min(Confidence::Medium) } else { sure };
                let entry = unlisted.entry(key).or_insert((sure, Vec::new(), contract.first));
                entry.0 = entry.0.max(sure);
                entry.1.extend(reads);
            }
        }
    }
    for (key, (confidence, reads, first)) in unlisted {
        out.extend(finding(context, key, confidence, &reads, first));
    }
}

/// Whether what the templates listed once would say more.
pub(super) fn wants_history(context: &Context<'_>) -> bool {
    let mut found = Vec::new();
    check(context, &mut found);
    found.iter().any(|one| one.confidence == Confidence::Low)
}

/// What the templates of a component list.
struct Contract<'a> {
    keys: BTreeSet<KeyId>,
    /// The sections of settings in which it lists any.
    sections: BTreeSet<&'a str>,
    /// The first key of the nearest of its templates.
    first: &'a Definition,
    /// One of them is the component's own.
    is_own: bool,
}

/// How much of what a component reads its template lists: one that lists little of it leaves the rest out on purpose.
struct Covers {
    half: bool,
    most: bool,
}

impl Contract<'_> {
    /// Whether it lists the key, or anything of the section that the key is.
    fn lists(&self, context: &Context<'_>, key: KeyId) -> bool {
        self.keys.contains(&context.graph.lead(key)) || self.sections.contains(context.name(key))
    }
}

fn contract<'a>(
    context: &Context<'a>,
    component: &str,
    namespace: Namespace,
) -> Option<Contract<'a>> {
    let graph = context.graph;
    let inventory = graph.inventory;
    let is_of_template = |definition: &&Definition| {
        inventory.source(definition.source).role == Role::Template
            && inventory.key(definition.key).namespace == namespace
    };
    let of_template = inventory.definitions.iter().filter(is_of_template);
    let open = of_template.filter_map(|one| Some((graph.nearness(one.source, component)?, one)));
    let open: Vec<(Near, &Definition)> = open.collect();
    let nearest = open.iter().map(|(near, _)| *near).max()?;
    let (_, first) = open.iter().find(|(near, _)| *near == nearest)?;
    let keys: BTreeSet<KeyId> = open.iter().map(|(_, one)| graph.lead(one.key)).collect();
    let names = keys.iter().filter(|_| namespace == Namespace::Setting);
    let sections = names
        .map(|key| inventory.key(*key).name.as_str())
        .flat_map(|name| name.match_indices('.').map(|(at, _)| &name[..at]))
        .collect();
    Some(Contract { keys, sections, first, is_own: nearest == Near::Own })
}

fn judge(
    context: &Context<'_>,
    key: KeyId,
    reads: &[&Read],
    contract: &Contract<'_>,
    covers: &Covers,
) -> Option<Confidence> {
    let listed = |read: &Read| read.alternatives.iter().any(|key| contract.lists(context, *key));
    if context.is_provided(key)
        || context.graph.has_own_consumer(key)
        || is_in_image(context, key, reads)
        || reads.iter().any(|read| listed(read))
    {
        return None;
    }
    let of = |read: &&Read| {
        let sure = match read.absence {
            Absence::Required if covers.half && !read.by_option => Confidence::High,
            // What code asks for in one mode only, and can do without, a template may leave to that mode.
            Absence::Default | Absence::Optional if covers.most && !read.conditional => {
                Confidence::Medium
            }
            _ => Confidence::Low,
        };
        // One module of settings of several, that changes another, is loaded by some processes alone.
        let is_partial = read.conditional || read.lays_over;
        let limit = match () {
            // Who copies the template does not deploy.
            () if read.of_deployment => Confidence::Low,
            () if is_partial => Confidence::Medium,
            () => Confidence::High,
        };
        sure.min(limit).min(read.confidence)
    };
    reads.iter().map(of).max()
}

/// Whether the image that the code runs in brings the key with it: no deployment has to give it.
fn is_in_image(context: &Context<'_>, key: KeyId, reads: &[&Read]) -> bool {
    let graph = context.graph;
    graph.definitions_of(key).any(|(_, definition)| {
        let is_literal = matches!(definition.value, Value::Literal(_));
        is_literal
            && graph.inventory.source(definition.source).kind == "dockerfile"
            && reads.iter().all(|read| graph.is_open_to(definition.source, &read.component))
    })
}

fn finding(
    context: &Context<'_>,
    key: KeyId,
    confidence: Confidence,
    reads: &[&Read],
    template: &Definition,
) -> Option<Finding> {
    let first = reads.iter().max_by_key(|read| read.absence == Absence::Required)?;
    let first = reads.iter().find(|read| read.absence == first.absence)?;
    let name = context.name(key);
    let needs = if first.absence == Absence::Required { "requires" } else { "reads" };
    let primary = of_read(first, "the template does not list it");
    let mut related: Vec<_> = reads.iter().map(|read| of_read(read, "read here too")).collect();
    related.push(of_definition(template, None, "the template begins here"));
    Some(Finding {
        rule: RULE.name,
        severity: RULE.severity,
        confidence,
        key: Some(key),
        environments: Vec::new(),
        message: format!("code {needs} `{name}` and the template does not list it"),
        related: readable(related, &primary),
        primary,
        help: format!("add `{name}` to the template, in a comment if it is optional"),
    })
}
