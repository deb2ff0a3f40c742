//! What a module of Terraform hands on: its variables and locals, and the arguments of the modules that it calls.
//!
//! None of these is a key of code by itself; the link follows them to the resources that take them.

use super::arguments::holds_variables;
use super::element::{elements, for_each};
use super::expression::Module;
use super::find::Found;
use super::functions::Before;
use super::resource::workload;
use super::shapes::{Item, Secrecy, Target, is_upper};
use super::source;
use crate::document::hcl::{Form, form};
use crate::document::{Entry as Pair, Node};
use crate::facts::module::{Content, Given, ModuleCall, Receiver};
use crate::facts::{OpaqueFact, SourceFacts};
use crate::model::{Attribution, Value};
use crate::text::TextRange;

/// How modules for Heroku call them: its add-ons set more (`DATABASE_URL`).
const HEROKU: &str = "config_vars";
/// How lists of variables call their parts.
const ITEM: Item<'_> = Item {
    name: "name",
    values: &["value", "valueFrom", "value_from", "value_source", "secret", "key"],
    leads: false,
};
/// Maps in maps, as deep as modules take them.
const MAX_DEPTH: usize = 6;

/// `variable "log_level" { default = "info" }`
pub(super) fn declared<'a>(module: Module<'a>, label: &Pair<'a>, facts: &mut SourceFacts) {
    facts.module.declared.push(label.key.to_owned());
    if let Some(default) = label.value.entry("default") {
        let name = format!("var.{}", label.key);
        nested(module, (name, Receiver::Default), &default, MAX_DEPTH, facts);
    }
    if let Some(kind) = label.value.get("type") {
        optional(module, &format!("var.{}", label.key), kind, MAX_DEPTH, facts);
    }
}

/// What parts of an object are that those who give it leave out: `object({ ovens = optional(number, 4) })`.
fn optional<'a>(
    module: Module<'a>,
    name: &str,
    kind: Node<'a>,
    depth: usize,
    facts: &mut SourceFacts,
) {
    let (Some(below), Form::Call(call)) = (depth.checked_sub(1), form(kind)) else { return };
    match (call, kind.items().as_slice()) {
        ("object", [parts]) => {
            for part in parts.entries() {
                let name = format!("{name}.{}", part.key);
                if let (Form::Call("optional"), [_, default]) =
                    (form(part.value), part.value.items().as_slice())
                {
                    let default = Pair { value: *default, ..part };
                    let name = (name.clone(), Receiver::Optional);
                    nested(module, name, &default, below, facts);
                }
                optional(module, &name, part.value, below, facts);
            }
        }
        ("optional", [inner, ..]) => optional(module, name, *inner, below, facts),
        _ => {}
    }
}

/// `output "environment" { value = … }`
pub(super) fn output<'a>(module: Module<'a>, label: &Pair<'a>, facts: &mut SourceFacts) {
    if let Some(value) = label.value.entry("value") {
        let name = format!("output.{}", label.key);
        // A map that a local of the file is, others look into.
        let value = Pair { value: module.settled(value.value), ..value };
        nested(module, (name, Receiver::Own), &value, MAX_DEPTH, facts);
    }
}

/// One local.
pub(super) fn local<'a>(module: Module<'a>, pair: &Pair<'a>, facts: &mut SourceFacts) {
    nested(module, (format!("local.{}", pair.key), Receiver::Own), pair, MAX_DEPTH, facts);
}

/// What is given under a name, and what stands in it by name: `local.api.environment`.
pub(super) fn nested<'a>(
    module: Module<'a>,
    (name, to): (String, Receiver),
    pair: &Pair<'a>,
    depth: usize,
    facts: &mut SourceFacts,
) {
    if form(pair.value) == Form::Plain
        && let Some(below) = depth.checked_sub(1)
    {
        for inner in &pair.value.entries() {
            let name = format!("{name}.{}", inner.key);
            nested(module, (name, to.clone()), inner, below, facts);
        }
    }
    give(module, (name, to), pair, facts);
}

/// An input that Terragrunt hands to the module of a unit.
pub(super) fn input<'a>(module: Module<'a>, pair: &Pair<'a>, facts: &mut SourceFacts) {
    let first = facts.module.given.len();
    nested(module, (format!("var.{}", pair.key), Receiver::Unit), pair, MAX_DEPTH, facts);
    for given in facts.module.given.iter_mut().skip(first) {
        given.is_environment = holds_variables(pair.key);
    }
}

/// The parts of variables for code that no file shows.
pub(super) fn unseen<'a>(module: Module<'a>, pair: &Pair<'a>) -> Vec<TextRange> {
    if !holds_variables(pair.key) {
        return Vec::new();
    }
    let target = Target { module, scope: None, attribution: Attribution::Project };
    let mut inner = SourceFacts::new("terraform");
    many(&target, pair.value, &mut inner);
    inner.opaque.into_iter().map(|one| one.range).collect()
}

/// A file of variables.
pub(super) fn variables<'a>(module: Module<'a>, root: Node<'a>, facts: &mut SourceFacts) {
    for pair in root.entries() {
        nested(module, (format!("var.{}", pair.key), Receiver::Runs), &pair, MAX_DEPTH, facts);
    }
}

/// A call of a module: what it hands to a module of the project, and variables for one of somebody else's.
pub(super) fn call<'a>(
    (module, root): (Module<'a>, Node<'a>),
    label: &Pair<'a>,
    sources: &mut Vec<SourceFacts>,
) {
    let elements = elements(module, label.value);
    for_each(module, &elements, sources, |module, sources| {
        one_call((module, root), label, sources);
    });
}

fn one_call<'a>(
    (module, root): (Module<'a>, Node<'a>),
    label: &Pair<'a>,
    sources: &mut Vec<SourceFacts>,
) {
    let source_of = label.value.get("source").and_then(|it| module.word(it)).unwrap_or("");
    let is_own = source_of.starts_with("./") || source_of.starts_with("../");
    let path = if is_own { Some(source_of.to_owned()) } else { in_repository(source_of) };
    // A call that is named after the module says nothing; the folder that it stands in may.
    let called = path.as_deref().unwrap_or(source_of).trim_end_matches('/').rsplit('/').next();
    let is_same = called.unwrap_or("").replace('-', "_") == label.key.replace('-', "_");
    let name = if path.is_some() && is_same { "" } else { label.key };
    let scope = workload(module, label.value, name);
    let facts = source(sources, "terraform", None);
    if let Some(path) = &path {
        let (name, range) = (label.key.to_owned(), label.key_range);
        let call = ModuleCall { name, path: path.clone(), range };
        if facts.module.calls.last() != Some(&call) {
            facts.module.calls.push(call);
        }
        for pair in arguments(label.value) {
            let first = facts.module.given.len();
            let to = Receiver::Module(path.clone());
            nested(module, (format!("var.{}", pair.key), to), &pair, MAX_DEPTH, facts);
            for given in facts.module.given.iter_mut().skip(first) {
                given.scope.clone_from(&scope);
                given.call = Some(label.key.to_owned());
                given.is_environment = holds_variables(pair.key);
            }
        }
    }
    if is_own {
        return;
    }
    let scope = workload(module, label.value, label.key);
    let target = Target { module, scope, attribution: Attribution::Project };
    let mut apart = SourceFacts::new("terraform");
    apart.module.unless.clone_from(&path);
    let facts = if path.is_some() { &mut apart } else { facts };
    let before = Before::of(facts);
    for pair in arguments(label.value) {
        argument(&target, &pair, MAX_DEPTH, facts);
        if pair.key == HEROKU {
            let name = target.scope.as_ref().map(|scope| scope.name().to_owned());
            facts.opaque.push(OpaqueFact::new("what add-ons of Heroku set", name, pair.key_range));
        }
    }
    before.note(module, root, label.value, facts);
    if path.is_some() {
        sources.push(apart);
    }
}

/// The arguments of a call that are the module's own.
fn arguments(node: Node<'_>) -> impl Iterator<Item = Pair<'_>> {
    let is_meta = |key: &str| {
        matches!(key, "count" | "depends_on" | "for_each" | "providers" | "source" | "version")
    };
    node.entries().into_iter().filter(move |pair| !is_meta(pair.key))
}

/// The path of a module in its repository, which may be the one that the call stands in:
/// `github.com/bakery/infrastructure//modules/web?ref=1.2`.
fn in_repository(source: &str) -> Option<String> {
    let without = source.split_once("://").map_or(source, |(_, rest)| rest);
    let path = without.split_once("//")?.1.split('?').next()?.trim_end_matches('/');
    (!path.is_empty()).then(|| format!("//{path}"))
}

/// Variables under an argument of a module that is not in the tree.
fn argument<'a>(target: &Target<'a>, pair: &Pair<'a>, depth: usize, facts: &mut SourceFacts) {
    let Some(below) = depth.checked_sub(1) else { return };
    if holds_variables(pair.key) {
        let fresh = many(target, pair.value, facts);
        if fresh {
            target.workload(None, pair.key_range, facts);
        }
        return;
    }
    for part in target.module.parts(pair.value).into_iter().filter(|part| part.is_known) {
        for inner in part.node.entries() {
            let name = part.node.get("name").and_then(|name| target.module.word(name));
            let name = name.or_else(|| (inner.value.is_map()).then_some(inner.key));
            let own = name.filter(|_| inner.value.text().is_none());
            let scope = match own {
                Some(name) if !holds_variables(name) => Some(target.container_of(name, facts)),
                _ => target.scope.clone(),
            };
            argument(&Target { scope, ..target.clone() }, &inner, below, facts);
        }
        for item in part.node.items() {
            for inner in item.entries() {
                argument(target, &inner, below, facts);
            }
        }
    }
}

/// Reads `node` as variables where it looks like some; says whether it gave any.
fn many<'a>(target: &Target<'a>, node: Node<'a>, facts: &mut SourceFacts) -> bool {
    let first = facts.entries.len();
    for part in target.module.parts(node) {
        if !part.is_known {
            target.unknown(part.node, facts);
        } else if part.node.is_list() {
            let found = Found { node: part.node, is_dynamic: false };
            if looks_listed(part.node) {
                target.items(found, ITEM, facts);
            }
        } else if looks_mapped(part.node) {
            target.map(Found { node: part.node, is_dynamic: false }, Secrecy::Looks, facts);
        }
    }
    facts.entries.len() > first
}

/// Whether most keys of a map are names of variables.
fn looks_mapped(node: Node<'_>) -> bool {
    let entries = node.entries();
    let upper = entries.iter().filter(|pair| is_upper(pair.key)).count();
    upper * 2 > entries.len()
}

/// Whether the elements of a list have names.
fn looks_listed(node: Node<'_>) -> bool {
    let items = node.items();
    let named = items.iter().filter(|item| {
        item.get("name").is_some() && ITEM.values.iter().any(|key| item.get(key).is_some())
    });
    named.count() * 2 > items.len()
}

/// Notes what a variable or local is given.
fn give<'a>(
    module: Module<'a>,
    (name, to): (String, Receiver),
    pair: &Pair<'a>,
    facts: &mut SourceFacts,
) {
    let node = module.settled(pair.value);
    let Some(content) = content(module, pair.key, node, facts) else { return };
    let range = pair.key_range;
    let given = Given { name, to, content, scope: None, call: None, is_environment: false, range };
    facts.module.given.push(given);
}

fn content<'a>(
    module: Module<'a>,
    name: &str,
    node: Node<'a>,
    facts: &mut SourceFacts,
) -> Option<Content> {
    let is_one = match form(node) {
        Form::Plain => node.text().is_some(),
        Form::Call(_) | Form::Choice | Form::Loop => false,
        _ => true,
    };
    if is_one {
        if node.is_null() {
            return Some(Content::Absent);
        }
        let value: Value = module.value(name, node, facts);
        return Some(Content::One(value, node.range()));
    }
    let target = Target { module, scope: None, attribution: Attribution::Project };
    let mut inner = SourceFacts::new("terraform");
    many(&target, node, &mut inner);
    facts.secrets.append(&mut inner.secrets);
    let is_bare = form(node) == Form::Plain && node.entries().is_empty() && node.items().is_empty();
    let takes: Vec<String> = inner.module.taken.into_iter().map(|taken| taken.name).collect();
    if inner.entries.is_empty() && takes.is_empty() && !is_bare {
        return None;
    }
    Some(Content::Many(inner.entries, takes))
}
