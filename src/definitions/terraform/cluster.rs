//! What resources of Kubernetes and Cloud Run give to containers, as blocks; and values of Helm charts.

use super::super::helm_values;
use super::super::kubernetes;
use super::expression::Module;
use super::find::{Found, find};
use super::shapes::{Item, Secrecy, Target, attribution};
use crate::document::Node;
use crate::document::hcl::{Form, form};
use crate::facts::{BindingFact, ObjectName, SourceFacts};
use crate::model::Scope;
use crate::model::key::is_env_name;

/// Blocks that are containers.
const CONTAINERS: &[&str] = &["container", "containers", "init_container"];
/// The parts of a variable.
const VARIABLE: Item<'_> = Item {
    name: "name",
    values: &["value", "value_from", "value_source", "secret_name"],
    leads: false,
};
/// Deeper than any resource has its containers.
const MAX_DEPTH: usize = 12;
/// How references lead to an entry of an object: the block, and whether the object is a Secret.
const ENTRIES: &[(&str, bool)] = &[("config_map_key_ref", false), ("secret_key_ref", true)];
/// How references lead to a whole object.
const OBJECTS: &[(&str, bool)] = &[("config_map_ref", false), ("secret_ref", true)];
/// Keys under which charts hold variables by name.
const CHART_KEYS: &[&str] =
    &["config", "data", "env", "envVars", "environment", "extraEnv", "extraEnvVars", "secrets"];

impl<'a> Target<'a> {
    /// The containers of a resource, wherever they stand.
    pub(super) fn containers(&self, body: Node<'a>, facts: &mut SourceFacts) {
        let mut found = Vec::new();
        search(body, MAX_DEPTH, &mut found);
        let names: Vec<Option<&str>> = found
            .iter()
            .map(|node| node.get("name").and_then(|name| self.module.word(name)))
            .collect();
        for (node, name) in found.iter().zip(&names) {
            let own = self.scope.as_ref().map_or("", Scope::name);
            let scope = match name {
                Some(name) if own.is_empty() => Some((*name).to_owned()),
                Some(name) if found.len() > 1 && !own.contains(name) => {
                    Some(format!("{own}/{name}"))
                }
                _ => None,
            };
            let scope = scope.map(Scope::Workload).or_else(|| self.scope.clone());
            let image = node.get("image").and_then(|image| self.module.word(image));
            let target = Self { scope, attribution: attribution(image), ..self.clone() };
            target.container(*node, facts);
            let range = node.get("name").map_or(node.range(), Node::range);
            target.workload(image, range, facts);
        }
    }

    fn container(&self, node: Node<'a>, facts: &mut SourceFacts) {
        for found in find(node, &["env"]) {
            if !self.binds(found, facts) {
                self.items(found, VARIABLE, facts);
            }
        }
        for found in find(node, &["env_from"]) {
            let block = if found.is_dynamic { found.node.get("content") } else { Some(found.node) };
            if let Some(block) = block {
                self.bind_all(block, facts);
            }
        }
    }

    /// Whether the variable comes from an entry of an object of the cluster; if so it is recorded.
    fn binds(&self, found: Found<'a>, facts: &mut SourceFacts) -> bool {
        let from = found.node.get("value_from");
        let (Some(name), Some(from)) = (found.node.get("name"), from) else { return false };
        let reference =
            ENTRIES.iter().find_map(|(part, is_secret)| Some((from.get(part)?, *is_secret)));
        let (Some(to), Some((reference, is_secret))) = (self.module.word(name), reference) else {
            return false;
        };
        let key = reference.get("key").and_then(|key| self.module.word(key));
        let object = reference.get("name").map(|name| object_name(self.module, name));
        let (Some(entry), Some(object)) = (key, object) else { return false };
        // Cloud Run keeps versions of a secret under `key`; there the name itself is the secret's.
        if entry == "latest" || entry.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        facts.bindings.push(BindingFact {
            to: Some(to.to_owned()),
            object: ObjectName { is_secret, name: object, namespace: None },
            entry: Some(entry.to_owned()),
            prefix: String::new(),
            optional: reference.get("optional").and_then(Node::text) == Some("true"),
            scope: self.scope.clone(),
            range: name.range(),
        });
        true
    }

    fn bind_all(&self, block: Node<'a>, facts: &mut SourceFacts) {
        let prefix = block.get("prefix").and_then(|prefix| self.module.word(prefix)).unwrap_or("");
        for (part, is_secret) in OBJECTS {
            for found in find(block, &[*part, "name"]) {
                facts.bindings.push(BindingFact {
                    to: None,
                    object: ObjectName {
                        is_secret: *is_secret,
                        name: object_name(self.module, found.node),
                        namespace: None,
                    },
                    entry: None,
                    prefix: prefix.to_owned(),
                    optional: false,
                    scope: self.scope.clone(),
                    range: block.range(),
                });
            }
        }
    }

    /// A manifest as an object, or as a text of YAML.
    pub(super) fn manifest(&self, node: Node<'a>, sources: &mut Vec<SourceFacts>) {
        for part in self.module.parts(node) {
            let node = match form(part.node) {
                Form::Call("yamldecode") => part.node.items().first().copied(),
                _ => Some(part.node),
            };
            let Some(node) = node else { continue };
            if node.is_map() {
                kubernetes::object(self.module.context, node, sources);
            } else if let Some(document) = self.module.inside(node)
                && let Some(root) = document.root()
            {
                kubernetes::object(self.module.context, root, sources);
            }
        }
    }

    /// The values that a release of a chart is given.
    pub(super) fn chart(&self, body: Node<'a>, facts: &mut SourceFacts) {
        for found in find(body, &["values"]) {
            for part in self.module.parts(found.node) {
                for node in part.node.items() {
                    self.values(node, facts);
                }
            }
        }
        for block in ["set", "set_sensitive"] {
            let secrecy = if block == "set" { Secrecy::Looks } else { Secrecy::Always };
            for found in find(body, &[block]) {
                let items =
                    if found.node.is_list() { found.node.items() } else { vec![found.node] };
                for item in items {
                    self.set(item, secrecy, facts);
                }
            }
        }
    }

    fn values(&self, node: Node<'a>, facts: &mut SourceFacts) {
        let first = facts.entries.len();
        self.values_of(node, facts);
        for entry in facts.entries.iter_mut().skip(first).filter(|entry| entry.scope.is_none()) {
            entry.scope.clone_from(&self.scope);
        }
    }

    fn values_of(&self, node: Node<'a>, facts: &mut SourceFacts) {
        for part in self.module.parts(node) {
            if part.node.is_map() && part.is_known {
                helm_values::variables_below(self.module.context, part.node, facts);
            } else if form(part.node) == Form::Call("templatefile") {
                self.opaque("a file of values that Terraform fills in", part.node.range(), facts);
            } else if part.is_known
                && let Some(document) = self.module.inside(part.node)
            {
                facts.problems.extend(document.problems.iter().cloned());
                if let Some(root) = document.root() {
                    helm_values::variables_below(self.module.context, root, facts);
                }
            }
        }
    }

    /// `set { name = "env.LOG_LEVEL" value = "debug" }`
    fn set(&self, item: Node<'a>, secrecy: Secrecy, facts: &mut SourceFacts) {
        let (Some(name), Some(value)) = (item.get("name"), item.get("value")) else { return };
        let Some(path) = self.module.word(name) else { return };
        let mut parts = path.rsplit('.');
        let (Some(key), Some(holder)) = (parts.next(), parts.next()) else { return };
        if !is_env_name(key) || !CHART_KEYS.contains(&holder) {
            return;
        }
        let given = if secrecy == Secrecy::Always {
            self.module.secret(value, facts)
        } else {
            self.module.value(key, value, facts)
        };
        self.push(key, name.range(), given, Some(value.range()), facts);
    }
}

fn search<'a>(node: Node<'a>, depth: usize, found: &mut Vec<Node<'a>>) {
    let Some(below) = depth.checked_sub(1) else { return };
    for pair in node.entries() {
        let is_block = pair.value.is_map() && form(pair.value) == Form::Block;
        if CONTAINERS.contains(&pair.key) && is_block && pair.value.get("env").is_some()
            || CONTAINERS.contains(&pair.key) && pair.value.get("image").is_some()
        {
            found.push(pair.value);
        } else if is_block {
            search(pair.value, below, found);
        } else if pair.value.is_map() && matches!(pair.key, "dynamic") {
            pair.value.entries().iter().for_each(|block| search(block.value, below, found));
        }
    }
}

/// The name of a ConfigMap or Secret: as written, or after its resource where an expression leads to that.
pub(super) fn object_name(module: Module<'_>, node: Node<'_>) -> String {
    let settled = module.settled(node);
    let text = settled.text().unwrap_or("");
    if form(settled) != Form::Expression {
        return text.to_owned();
    }
    let mut parts = text.split('.');
    match (parts.next(), parts.next()) {
        (Some(kind), Some(label)) if kind.starts_with("kubernetes_") => by_resource(kind, label),
        _ => text.to_owned(),
    }
}

/// The name of an object that only Terraform knows.
pub(super) fn by_resource(kind: &str, label: &str) -> String {
    format!("{}.{label}", kind.trim_end_matches("_v1"))
}
