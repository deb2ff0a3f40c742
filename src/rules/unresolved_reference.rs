//! A definition that points to something which is not there.
//!
//! What stands outside the tree is unknown, not missing: an object that no file holds, a name that the shell may give.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{of_definition, readable, verb};
use super::{Context, Rule};
use crate::finding::{Finding, Label, LabelRole};
use crate::model::key::is_env_name;
use crate::model::{
    Binding, Confidence, Definition, EnvironmentId, Key, KeyId, OnUnset, Scope, Severity, SourceId,
    Value,
};
use crate::nature::Nature;
use crate::text::Span;

/// The rule.
pub(super) static RULE: Rule = Rule {
    name: "unresolved-reference",
    summary: "a definition points to something that does not exist",
    severity: Severity::Error,
    docs: include_str!("../../docs/rules/unresolved-reference.md"),
    check,
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    bindings(context, out);
    interpolations(context, out);
    includes(context, out);
    remotes(context, out);
}

/// An ExternalSecret that asks for what the store in the tree does not have.
fn remotes(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = context.graph;
    for lacking in &graph.inventory.lacking_remotes {
        let Some(key) = graph.inventory.id(&Key::entry(&lacking.entry)) else { continue };
        let environments: Vec<EnvironmentId> =
            graph.served_by(lacking.source).map(|(id, _)| id).collect();
        let name = &lacking.name;
        let (message, beside) = match &lacking.part {
            Some(part) => (
                format!(
                    "`{}` takes `{part}` from the secret `{name}`, which does not have it",
                    lacking.entry
                ),
                format!("the keys of `{name}`"),
            ),
            None => (
                format!("`{}` takes `{name}` from a store that does not have it", lacking.entry),
                "the store lists its neighbours here".to_owned(),
            ),
        };
        out.push(Finding {
            rule: RULE.name,
            severity: RULE.severity,
            confidence: Confidence::Medium,
            key: Some(key),
            message,
            environments,
            primary: label(lacking.span, "asked for here".to_owned()),
            related: vec![label(lacking.store, beside)],
            help: "add it to the store, or correct the name".to_owned(),
        });
    }
}

/// The bindings that ask for one entry, and where it is not.
#[derive(Default)]
struct Broken<'a> {
    bindings: Vec<&'a Binding>,
    environments: BTreeSet<EnvironmentId>,
}

/// `configMapKeyRef` to an object of the tree that lacks the entry.
fn bindings(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = context.graph;
    let mut broken: BTreeMap<(KeyId, &str, &str), Broken<'_>> = BTreeMap::new();
    for binding in &graph.inventory.bindings {
        let Some(entry) = binding.entry.as_deref().filter(|_| !binding.optional) else { continue };
        // One that parameters name is another object in another template: `${NAME}-secret`.
        let is_open = binding.object.contains("${") && !graph.has_object_beside(binding);
        for (id, _) in graph.served_by(binding.source).filter(|_| !is_open) {
            if graph.has_object(binding, id) && !is_in_object(context, binding, entry, id) {
                let place = (binding.to, binding.object.as_str(), entry);
                let known = broken.entry(place).or_default();
                known.bindings.push(binding);
                known.environments.insert(id);
            }
        }
    }
    for ((key, object, entry), Broken { bindings, environments }) in broken {
        let Some(first) = bindings.first() else { continue };
        let environments: Vec<EnvironmentId> = environments.into_iter().collect();
        let what = if first.is_secret { "Secret" } else { "ConfigMap" };
        let places = context.listed(&environments);
        let primary = label(first.span, format!("`{object}` has no `{entry}`"));
        let mut related: Vec<Label> = bindings
            .iter()
            .map(|binding| label(binding.span, "asked for here too".to_owned()))
            .collect();
        let (lacking, giver) = sides(context, first, &environments);
        related.extend(lacking.map(|(at, d)| {
            let place = &graph.inventory.environment(at).name;
            of_definition(d, Some(at), format!("the `{object}` of `{place}` begins here"))
        }));
        related.extend(giver.map(|(at, d)| {
            let place = &graph.inventory.environment(at).name;
            of_definition(d, Some(at), format!("`{place}` has it"))
        }));
        out.push(Finding {
            rule: RULE.name,
            severity: RULE.severity,
            confidence: if first.is_secret { Confidence::Medium } else { Confidence::High },
            key: Some(key),
            message: format!(
                "`{}` takes `{entry}` from the {what} `{object}`, which does not have it in {places}",
                context.name(key)
            ),
            environments,
            related: readable(related, &primary),
            primary,
            help: format!("add `{entry}` to the {what} `{object}` in {places}, or correct the name"),
        });
    }
}

type Side<'a> = Option<(EnvironmentId, &'a Definition)>;

/// An entry of the object where it lacks the one that is asked for, and that one where it is there.
fn sides<'a>(
    context: &Context<'a>,
    binding: &Binding,
    lacking: &[EnvironmentId],
) -> (Side<'a>, Side<'a>) {
    let graph = context.graph;
    let (object, entry) = (&binding.object, binding.entry.as_deref().unwrap_or_default());
    let mut sides: (Side<'a>, Side<'a>) = (None, None);
    let of_object = graph.inventory.definitions.iter().filter(
        |definition| matches!(&definition.scope, Some(Scope::Object(name)) if name == object),
    );
    let is_like = |definition: &&Definition| {
        let source = graph.inventory.source(definition.source);
        !definition.commented && source.may_be_object(binding.is_secret)
    };
    for definition in of_object.filter(is_like) {
        let is_asked = context.name(definition.key) == entry;
        for (id, _) in graph.served_by(definition.source) {
            let side = if is_asked { &mut sides.1 } else { &mut sides.0 };
            if side.is_none() && lacking.contains(&id) != is_asked {
                *side = Some((id, definition));
            }
        }
    }
    sides
}

fn is_in_object(context: &Context<'_>, binding: &Binding, entry: &str, id: EnvironmentId) -> bool {
    let graph = context.graph;
    let key = graph.inventory.id(&Key::entry(entry));
    let unseen = || graph.unseen_in(id).any(|opaque| opaque.what.contains(&binding.object));
    key.is_some_and(|key| !graph.entry_in(binding, key, id).is_empty()) || unseen()
}

struct Asked {
    span: Span,
    fails: bool,
    into_value: bool,
    environments: BTreeSet<EnvironmentId>,
}

/// `${X}` whose name nothing gives.
fn interpolations(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = context.graph;
    let inventory = graph.inventory;
    let mut asked: BTreeMap<KeyId, Vec<Asked>> = BTreeMap::new();
    let mut ask = |key, source: SourceId, on_unset: &OnUnset, span, into_value| {
        if !matches!(on_unset, OnUnset::Fail | OnUnset::Empty) {
            return;
        }
        let environments = graph.served_by(source).map(|(id, _)| id).collect();
        let fails = *on_unset == OnUnset::Fail;
        asked.entry(key).or_default().push(Asked { span, fails, into_value, environments });
    };
    for definition in inventory.definitions.iter().filter(|definition| !definition.commented) {
        let Value::Reference { needs, .. } = &definition.value else { continue };
        for need in needs {
            if let Some(key) = inventory.id(&Key::env(need.name.as_str())) {
                let span = Span::new(definition.key_span.file, need.range);
                // What an image is built on may set it.
                let is_image = inventory.source(definition.source).is_image();
                let into_value = !is_image && !hands_on(context, definition, &need.name);
                ask(key, definition.source, &need.on_unset, span, into_value);
            }
        }
    }
    for asks in &inventory.asks {
        ask(asks.key, asks.source, &asks.interpolation.on_unset, asks.span, false);
    }
    for (key, asked) in asked {
        out.extend(interpolation(context, key, &asked));
    }
}

/// Whether a dotenv file hands on what whoever builds has in the environment, under a name of its own:
/// `VITE_API_URL="${API_URL}"`.
fn hands_on(context: &Context<'_>, definition: &Definition, asked: &str) -> bool {
    let own = context.name(definition.key).strip_suffix(asked);
    context.graph.inventory.source(definition.source).kind == "dotenv"
        && own.is_some_and(|prefix| prefix.ends_with('_'))
}

fn interpolation(context: &Context<'_>, key: KeyId, asked: &[Asked]) -> Option<Finding> {
    let graph = context.graph;
    let name = context.name(key);
    let shell = |prefix: &&str| name.starts_with(*prefix);
    let of_shell = ["COMPOSE_", "CI_", "GITHUB_", "DOCKER_", "BUILD_", "RUNNER_"].iter().any(shell)
        || ["HOME", "HOSTNAME", "PATH", "PWD", "UID", "GID", "USER", "SHELL", "TZ"].contains(&name);
    if of_shell || graph.has_own_consumer(key) || context.is_provided(key) || !is_env_name(name) {
        return None;
    }
    // The shell that starts the program gives it the value.
    if graph.inventory.given.contains_key(&key) {
        return None;
    }
    // Named in a template or in a developer's file, it is meant to be given by whoever starts the process. Where another
    // deployment defines it in the tree, this one should too.
    let is_known = graph.definitions_of(key).next().is_some();
    let is_given = |(id, place): &(EnvironmentId, &crate::model::Environment)| {
        !place.is_local && !context.values(key, *id).is_empty()
    };
    if is_known && !graph.environments().any(|place| is_given(&place)) {
        return None;
    }
    let first = asked.iter().max_by_key(|ask| (ask.fails, ask.into_value))?;
    let first =
        asked.iter().find(|ask| (ask.fails, ask.into_value) == (first.fails, first.into_value))?;
    let mut environments: BTreeSet<EnvironmentId> =
        asked.iter().flat_map(|ask| ask.environments.iter().copied()).collect();
    let had_any = !environments.is_empty();
    environments.retain(|id| graph.presence(key, *id).is_absent());
    if is_known {
        environments.retain(|id| !context.is_local(*id));
    }
    if (had_any || is_known) && environments.is_empty() {
        return None;
    }
    let is_credential = Nature::of(name).is_credential();
    let unsure = !first.into_value || is_credential || !had_any;
    let environments: Vec<EnvironmentId> = environments.into_iter().collect();
    let what = if first.fails { "the start fails without it" } else { "an empty text is put in" };
    let primary = label(first.span, what.to_owned());
    let related =
        asked.iter().map(|ask| label(ask.span, "asked for here too".to_owned())).collect();
    let message = if is_known {
        format!("`{name}` is put into a value and {} not define it", places(context, &environments))
    } else {
        format!("`{name}` is put into a value and nothing in the tree defines or lists it")
    };
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Warning,
        confidence: if unsure { Confidence::Low } else { Confidence::Medium },
        key: Some(key),
        environments,
        message,
        related: readable(related, &primary),
        primary,
        help: format!("define `{name}`, give it a default, or list it in a template"),
    })
}

fn places(context: &Context<'_>, environments: &[EnvironmentId]) -> String {
    format!("{} {}", context.listed(environments), verb(environments.len(), "does", "do"))
}

/// A file that must be there and is not. Files of secrets are kept out of trees: those are not spoken of.
fn includes(context: &Context<'_>, out: &mut Vec<Finding>) {
    let graph = context.graph;
    for include in graph.inventory.missing_includes.iter().filter(|include| include.required) {
        let file = include.path.rsplit('/').next().unwrap_or(&include.path);
        let is_kept_out = include.kept_out
            || file.split('.').any(|part| part == "env")
            || file.contains("secret");
        let of_source = |d: &&crate::model::Definition| d.source == include.source;
        let Some(near) = graph.inventory.definitions.iter().find(of_source) else { continue };
        if is_kept_out || include.path.contains(['$', '{', '*']) {
            continue;
        }
        let environments: Vec<EnvironmentId> =
            graph.served_by(include.source).map(|(id, _)| id).collect();
        let path = &include.path;
        out.push(Finding {
            rule: RULE.name,
            severity: RULE.severity,
            confidence: Confidence::Medium,
            key: Some(near.key),
            message: format!(
                "the source of `{}` takes keys from `{path}`, which is not there",
                context.name(near.key)
            ),
            environments,
            primary: label(include.span, "no such file".to_owned()),
            related: Vec::new(),
            help: format!("add `{path}`, or mark it as optional"),
        });
    }
}

fn label(span: Span, message: String) -> Label {
    Label { span, role: LabelRole::Definition, message, environment: None }
}
