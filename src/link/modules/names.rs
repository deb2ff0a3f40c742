//! Which names of Terraform lead where: expressions, calls of modules, files of variables.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Module, sources};
use crate::facts::module::{Given, Receiver};
use crate::model::{Scope, Value};
use crate::text::relative::{folder, joined};

/// The name of a variable, a local or an output, where an expression is nothing else.
pub(super) fn named(value: &Value) -> Option<String> {
    let Value::Reference { text, .. } = value else { return None };
    plain(text)
}

/// The same in a source of this kind: in Bicep a parameter stands without anything before it.
pub(super) fn named_in(kind: &str, value: &Value) -> Option<String> {
    let Value::Reference { text, .. } = value else { return None };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if kind == "bicep" {
        return text.chars().all(is_name).then(|| format!("var.{text}"));
    }
    plain(text)
}

/// The same in a file that `templatefile` fills in: `${log_level}`.
pub(super) fn named_in_template(value: &Value) -> Option<String> {
    let Value::Reference { text, .. } = value else { return None };
    let inside = text.strip_prefix("${")?.strip_suffix('}')?.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    (!inside.is_empty() && inside.chars().all(is_name)).then(|| format!("var.{inside}"))
}

/// An expression as a dotted name: `module.web[0].env["a"]` is `module.web.env.a`, and so is `${module.web.env.a}`.
pub(super) fn plain(text: &str) -> Option<String> {
    // A text that is nothing but one name is what that is: a template gives `"${var.heat}"` where JSON wants quotes.
    let inside = text.strip_prefix("${").and_then(|it| it.strip_suffix('}'));
    let text = inside.map_or(text, str::trim);
    if !["local.", "module.", "var."].iter().any(|start| text.starts_with(start)) {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut name = String::with_capacity(text.len());
    for part in text.split(['.', '[']) {
        let part = part.strip_suffix(']').unwrap_or(part);
        let word = part.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(part);
        if word.is_empty() || !word.chars().all(is_name) {
            return None;
        }
        if !word.bytes().all(|byte| byte.is_ascii_digit()) {
            name.push_str(if name.is_empty() { "" } else { "." });
            name.push_str(word);
        }
    }
    Some(name)
}

pub(super) fn shared(facts: &Facts, modules: &[Module]) -> BTreeSet<Module> {
    let mut scopes: BTreeMap<Module, BTreeSet<&Scope>> = BTreeMap::new();
    for (at, source) in sources(facts) {
        for given in &source.module.given {
            if let (Some(target), Some(scope)) = (called(&modules[at.0], given), &given.scope) {
                scopes.entry(target).or_default().insert(scope);
            }
        }
    }
    scopes.into_iter().filter(|(_, all)| all.len() > 1).map(|(module, _)| module).collect()
}

pub(super) fn labels<'f>(
    facts: &'f Facts,
    modules: &[Module],
) -> BTreeMap<(Module, &'f str), BTreeSet<Module>> {
    let mut labels: BTreeMap<(Module, &str), BTreeSet<Module>> = BTreeMap::new();
    for (at, source) in sources(facts) {
        let own = &modules[at.0];
        for call in &source.module.calls {
            if let Some(folder) = joined(&own.1, &call.path) {
                labels.entry((own.clone(), &call.name)).or_default().insert((own.0, folder));
            }
        }
    }
    labels
}

/// The module that an argument is for.
pub(super) fn called(own: &Module, given: &Given) -> Option<Module> {
    let (Receiver::Module(path) | Receiver::Template(path)) = &given.to else { return None };
    Some((own.0, joined(&own.1, path)?))
}

/// The modules that a file of variables is run with: its own folder's, else those of the nearest folder above that has
/// any which declare the variable. Modules that others call get theirs from the calls.
pub(super) fn run(
    own: &Module,
    given: &Given,
    declared: &BTreeMap<&str, BTreeSet<&Module>>,
    calls: &BTreeMap<Module, BTreeSet<Module>>,
) -> Vec<Module> {
    let name = given.name.strip_prefix("var.").unwrap_or(&given.name);
    // A part of an object goes where the object does.
    let name = name.split('.').next().unwrap_or(name);
    let Some(all) = declared.get(name) else { return Vec::new() };
    let mut above = own.1.as_str();
    loop {
        let here = (own.0, above.to_owned());
        if all.contains(&here) {
            return vec![here];
        }
        let is_below = |module: &&&Module| {
            let inside = module.1.strip_prefix(above);
            module.0 == own.0
                && !calls.contains_key(**module)
                && inside.is_some_and(|rest| above.is_empty() || rest.starts_with('/'))
        };
        let found: Vec<Module> = all.iter().filter(is_below).map(|it| (*it).clone()).collect();
        if !found.is_empty() || above.is_empty() {
            return found;
        }
        above = folder(above);
    }
}
