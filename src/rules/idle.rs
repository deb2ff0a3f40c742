//! Keys that are loaded into a field which nothing uses: what `dead-key` and `dead-flag` share.
//!
//! Asks only for keys of which every read is such a field. Cannot see who uses the field outside the tree.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{listed, of_definition, of_read, readable};
use super::{Context, Rule};
use crate::finding::{Finding, Label, LabelRole};
use crate::graph::Reason;
use crate::model::{
    Attribution, Confidence, Definition, EnvironmentId, IdleField, KeyId, Namespace, Read, Role,
};
use crate::nature::Nature;
use crate::text::Span;

/// A key that is loaded and not used.
struct Loaded<'a> {
    reads: Vec<(&'a Read, &'a IdleField)>,
    definitions: Vec<&'a Definition>,
    confidence: Confidence,
}

/// Adds the keys that are loaded and not used: flags, or the others.
pub(super) fn check(
    context: &Context<'_>,
    rule: &'static Rule,
    flags: bool,
    out: &mut Vec<Finding>,
) {
    let inventory = context.graph.inventory;
    let idle: BTreeMap<Span, &IdleField> =
        inventory.idle.iter().map(|field| (field.declared, field)).collect();
    if idle.is_empty() {
        return;
    }
    for key in context.graph.keys().filter(|key| context.graph.lead(*key) == *key) {
        let Some(loaded) = judge(context, &idle, key) else { continue };
        let is_flag = inventory.key(key).namespace == Namespace::Flag
            || loaded.reads.iter().any(|(read, _)| read.flag);
        if is_flag == flags {
            out.extend(finding(context, rule, key, &loaded));
        }
    }
}

fn judge<'a>(
    context: &Context<'a>,
    idle: &BTreeMap<Span, &'a IdleField>,
    key: KeyId,
) -> Option<Loaded<'a>> {
    let graph = context.graph;
    let first = graph.deployed_reads_of(key).next()?;
    idle.get(&first.span)?;
    if context.is_provided(key) || context.config.is_consumed_elsewhere(context.name(key)) {
        return None;
    }
    let (mut reads, mut all, mut confidence) = (Vec::new(), Vec::new(), Confidence::High);
    for spelling in graph.spellings_of(key) {
        for reason in graph.reasons(spelling) {
            match reason {
                Reason::Read(id) => {
                    let read = graph.inventory.read(id);
                    let field = idle.get(&read.span)?;
                    confidence = confidence.min(field.confidence).min(read.confidence);
                    reads.push((read, *field));
                }
                // Another spelling, or the same name handed on: `PORT: ${PORT}`.
                Reason::Feeds { to, .. } if graph.lead(to) == key => {}
                Reason::Asked(ask) if hands_on(context, spelling, ask.span) => {}
                // What documents say of a key uses no field.
                Reason::Mention(text) if text.is_prose() => {}
                Reason::Wild(_) | Reason::Pattern(_) => confidence = Confidence::Low,
                _ => return None,
            }
        }
        all.extend(graph.definitions_of(spelling).map(|(_, definition)| definition));
    }
    if all.iter().any(|d| d.attribution != Attribution::Project) {
        return None;
    }
    let role = |d: &Definition| graph.inventory.source(d.source).role;
    let of = |wanted: Role| all.iter().copied().filter(move |d| role(d) == wanted && !d.commented);
    let mut definitions: Vec<&Definition> = of(Role::Values).collect();
    let in_template_only = definitions.is_empty();
    definitions.extend(of(Role::Template));
    // A field that nobody fills is code that is not needed, and no key.
    if definitions.is_empty() {
        return None;
    }
    let is_local = definitions.iter().all(|d| {
        let mut served = graph.served_by(d.source).peekable();
        served.peek().is_some() && served.all(|(id, _)| context.is_local(id))
    });
    if is_local && reads.iter().any(|(_, field)| field.tested.is_some()) {
        return None;
    }
    // Libraries look for credentials themselves.
    if in_template_only || is_local || Nature::of(context.name(key)).is_credential() {
        confidence = confidence.min(Confidence::Medium);
    }
    Some(Loaded { reads, definitions, confidence })
}

/// Whether configuration asks for a key only to give it that value again.
fn hands_on(context: &Context<'_>, key: KeyId, asked: Span) -> bool {
    let values = context.graph.definitions_of(key).filter_map(|(_, d)| d.value_span);
    values.into_iter().any(|value| value.file == asked.file && value.range.contains(asked.range))
}

fn finding(context: &Context<'_>, rule: &Rule, key: KeyId, loaded: &Loaded<'_>) -> Option<Finding> {
    let graph = context.graph;
    let (first, field) = loaded.reads.first()?;
    let mut environments: BTreeSet<EnvironmentId> = BTreeSet::new();
    for definition in &loaded.definitions {
        environments.extend(graph.served_by(definition.source).map(|(id, _)| id));
    }
    let tested = loaded.reads.iter().find_map(|(_, field)| field.tested);
    let unused = if tested.is_some() { "only tests use it" } else { "nothing uses it" };
    let primary = of_read(first, unused);
    let others = loaded.reads.iter().skip(1);
    let mut related: Vec<Label> =
        others.map(|(read, _)| of_read(read, "loaded here too")).collect();
    related.extend(loaded.definitions.iter().map(|definition| {
        let mut served = graph.served_by(definition.source).map(|(id, _)| id);
        let place = served.next().filter(|_| served.next().is_none());
        let message = match place {
            Some(id) => format!("defined in `{}`", graph.inventory.environment(id).name),
            None => "defined here".to_owned(),
        };
        of_definition(definition, place, message)
    }));
    related.extend(tested.map(|span| {
        let message = "a test uses it".to_owned();
        Label { span, role: LabelRole::Read, message, environment: None }
    }));
    let name = context.name(key);
    let fields: BTreeSet<&str> =
        loaded.reads.iter().map(|(_, field)| field.name.as_str()).collect();
    Some(Finding {
        rule: rule.name,
        severity: rule.severity,
        confidence: loaded.confidence,
        key: Some(key),
        environments: environments.into_iter().collect(),
        message: format!("`{name}` is loaded into {} and {unused}", listed(fields)),
        related: readable(related, &primary),
        primary,
        help: format!("remove the field `{}` and the definitions of `{name}`", field.field),
    })
}
