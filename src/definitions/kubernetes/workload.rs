//! What containers get: `env` and `envFrom`, wherever a manifest has containers.
//!
//! Kinds are not listed: whatever has containers in its spec runs them, custom resources too.

use super::super::context::{Asks, Context, env};
use super::super::image::{Unknown, third_party};
use super::names::{lasting_name, workload_name};
use super::{adds_lines, is_filled_in, object_name, settings, word};
use crate::document::{Node, template};
use crate::facts::{BindingFact, ObjectName, OpaqueFact, SourceFacts, Workload};
use crate::model::{Attribution, Scope, Value};
use crate::text::TextRange;

/// Deeper than any resource has its containers.
const MAX_DEPTH: usize = 16;
/// Names of containers that say nothing beside the name of their workload.
const PLAIN_NAMES: &[&str] =
    &["app", "application", "container", "job", "main", "server", "service", "web"];
/// What the containers of a resource get; `None` where it has no containers.
pub(super) fn workload(context: Context<'_>, root: Node<'_>) -> Option<SourceFacts> {
    let object = object_name(context, root, false);
    let kind = root.get("kind").and_then(Node::text).unwrap_or("");
    let name = lasting_name(kind, workload_name(context, &object.name));
    named(context, root, &name, object.namespace.as_deref())
}

/// The same for a workload that goes by `name`, whatever the resource is called: a Pod by what owns it.
pub(in super::super) fn named(
    context: Context<'_>,
    root: Node<'_>,
    name: &str,
    namespace: Option<&str>,
) -> Option<SourceFacts> {
    let mut facts = SourceFacts::new("workload-env");
    let at = Place { context, workload: name, namespace };
    for part in ["spec", "template"] {
        if let Some(node) = root.get(part) {
            at.search(node, &mut facts, MAX_DEPTH);
        }
    }
    // A custom resource may be the container itself: an image with its `env` in the `spec`.
    if facts.workloads.is_empty()
        && let Some(spec) = root.get("spec").filter(|spec| is_container(*spec))
    {
        at.container(spec, false, &mut facts);
    }
    settings::of_workload(context, name, root, &mut facts);
    (!facts.workloads.is_empty()).then_some(facts)
}

fn is_container(spec: Node<'_>) -> bool {
    let has_list = |key: &str| spec.get(key).is_some_and(Node::is_list);
    spec.get("image").is_some_and(|image| !image.is_map())
        && (has_list("env") || has_list("envFrom"))
}

/// The items of an `env` list and of `envFrom` that a patch adds to a workload.
pub(super) fn patched(
    context: Context<'_>,
    workload: &str,
    path: &str,
    value: Node<'_>,
) -> Option<SourceFacts> {
    let mut facts = SourceFacts::new("workload-env");
    let at = Place { context, workload, namespace: None };
    let scope = Scope::Workload(workload.to_owned());
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [.., "env", _] => at.variable(value, &scope, &Attribution::Project, &mut facts),
        [.., "env"] => {
            for item in value.items() {
                at.variable(item, &scope, &Attribution::Project, &mut facts);
            }
        }
        [.., "envFrom", _] => at.bind_all(value, &scope, &mut facts),
        [.., "envFrom"] => {
            for item in value.items() {
                at.bind_all(item, &scope, &mut facts);
            }
        }
        _ => return None,
    }
    Some(facts)
}

/// The variables of a list like `env`.
pub(crate) fn variables(
    context: Context<'_>,
    workload: &str,
    list: Node<'_>,
    facts: &mut SourceFacts,
) {
    let at = Place { context, workload, namespace: None };
    let scope = Scope::Workload(workload.to_owned());
    for item in list.items() {
        at.variable(item, &scope, &Attribution::Project, facts);
    }
}

/// The objects of a list like `envFrom`.
pub(crate) fn bind(context: Context<'_>, workload: &str, list: Node<'_>, facts: &mut SourceFacts) {
    let at = Place { context, workload, namespace: None };
    let scope = Scope::Workload(workload.to_owned());
    for item in list.items() {
        at.bind_all(item, &scope, facts);
    }
}

/// What a container of a workload goes by: the workload alone where its own name adds nothing.
pub(crate) fn scope_name(workload: &str, container: &str, is_init: bool) -> String {
    let adds_nothing = container.is_empty()
        || template::is_open(container)
        || PLAIN_NAMES.contains(&container)
        || workload.contains(container);
    if workload.is_empty() {
        container.to_owned()
    } else if adds_nothing && !is_init {
        workload.to_owned()
    } else {
        format!("{workload}/{container}")
    }
}

struct Place<'a> {
    context: Context<'a>,
    workload: &'a str,
    namespace: Option<&'a str>,
}

impl Place<'_> {
    fn search(&self, node: Node<'_>, facts: &mut SourceFacts, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        for pair in node.entries() {
            if pair.key == "podSpec" && pair.value.get("image").is_some_and(|it| !it.is_map()) {
                self.only_container(node, pair.value, facts);
                continue;
            }
            let is_init = pair.key == "initContainers";
            if is_init || matches!(pair.key, "containers" | "ephemeralContainers" | "sidecars") {
                for container in pair.value.items() {
                    self.container(container, is_init, facts);
                }
            }
            self.search(pair.value, facts, below);
        }
        for item in node.items() {
            self.search(item, facts, below);
        }
    }

    /// The one container of each deployment and job of a ClowdApp, which goes by the item around it, and those that prepare it:
    /// they run its image, and may get what it gets.
    fn only_container(&self, item: Node<'_>, spec: Node<'_>, facts: &mut SourceFacts) {
        let names = [item, spec].map(|node| node.get("name").and_then(Node::text).unwrap_or(""));
        let names = names.map(|name| name.split("${").next().unwrap_or(""));
        let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or("");
        let image = spec.get("image");
        self.called(name, (&[spec], image), false, facts);
        let prepare = spec.get("initContainers").map(Node::items).unwrap_or_default();
        for one in prepare.into_iter().filter(|one| one.is_map()) {
            let own = one.get("name").and_then(Node::text).map(str::to_owned);
            let own = own.unwrap_or_else(|| format!("{name}-init"));
            let inherits = one.get("inheritEnv").and_then(Node::text) == Some("true");
            let parts: &[Node<'_>] = if inherits { &[one, spec] } else { &[one] };
            self.called(&own, (parts, one.get("image").or(image)), true, facts);
        }
    }

    fn container(&self, node: Node<'_>, is_init: bool, facts: &mut SourceFacts) {
        if !node.is_map() || node.get("$patch").and_then(Node::text) == Some("delete") {
            return;
        }
        let name = node.get("name").and_then(|name| word(self.context, name)).unwrap_or("");
        self.called(name, (&[node], node.get("image")), is_init, facts);
    }

    /// A container that goes by `name`, with its image. The first part describes it; what later ones give, it gets too.
    fn called(
        &self,
        name: &str,
        (parts, image): (&[Node<'_>], Option<Node<'_>>),
        is_init: bool,
        facts: &mut SourceFacts,
    ) {
        let Some(node) = parts.first().copied() else { return };
        let scope = Scope::Workload(scope_name(self.workload, name, is_init));
        let image = image.and_then(|image| word(self.context, image));
        let theirs = image.and_then(|image| third_party(image, Unknown::Ours));
        let attribution =
            theirs.map_or(Attribution::Project, |name| Attribution::Image(name.to_owned()));
        facts.workloads.push(Workload {
            image: image.map(str::to_owned),
            ..Workload::of(
                scope.name().to_owned(),
                node.get("name").map_or(node.range(), Node::range),
            )
        });
        settings::of_container(self.context, scope.name(), node, facts);
        // What it says itself comes last and wins.
        for part in parts.iter().rev() {
            self.lists(*part, &scope, &attribution, facts);
        }
    }

    /// What the lists of a container give.
    fn lists(
        &self,
        node: Node<'_>,
        scope: &Scope,
        attribution: &Attribution,
        facts: &mut SourceFacts,
    ) {
        for pair in node.entries() {
            if !matches!(pair.key, "env" | "envFrom") {
                continue;
            }
            if is_filled_in(self.context, pair.value) || adds_lines(self.context, pair.key_range) {
                filled_in(pair.key_range, scope, facts);
            }
            for item in pair.value.items() {
                if pair.key == "env" {
                    self.variable(item, scope, attribution, facts);
                } else {
                    self.bind_all(item, scope, facts);
                }
            }
        }
    }

    fn variable(
        &self,
        item: Node<'_>,
        scope: &Scope,
        attribution: &Attribution,
        facts: &mut SourceFacts,
    ) {
        if item.get("$patch").and_then(Node::text) == Some("delete") {
            return;
        }
        // Both branches of a template's `if` may give a name to one value.
        for pair in item.entries().iter().filter(|pair| pair.key == "name") {
            let Some(name) = word(self.context, pair.value) else { continue };
            let range = pair.value.resolved().range();
            if template::is_open(name) {
                filled_in(range, scope, facts);
                continue;
            }
            if self.binding(item, name, range, scope, facts) {
                continue;
            }
            let (value, value_range) = self.value(item, name, facts);
            let mut entry = env(name, range, value, value_range);
            entry.scope = Some(scope.clone());
            entry.attribution = attribution.clone();
            facts.entries.push(entry);
        }
    }

    fn value(
        &self,
        item: Node<'_>,
        name: &str,
        facts: &mut SourceFacts,
    ) -> (Value, Option<TextRange>) {
        let template = || Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() };
        if let Some(node) = item.get("value") {
            if is_filled_in(self.context, node) {
                return (template(), None);
            }
            // Kubernetes refuses a value beside where it comes from, but for an empty one, which gives way.
            if !node.is_null() && (node.text() != Some("") || item.get("valueFrom").is_none()) {
                let value = self.context.value(name, node, Asks::Parenthesis, facts);
                return (value, Some(node.resolved().range()));
            }
        }
        match item.get("valueFrom") {
            Some(from) if is_filled_in(self.context, from) => (template(), None),
            Some(from) => {
                let field = from.entries().first().map(|pair| {
                    let of = ["fieldPath", "resource", "key"]
                        .iter()
                        .find_map(|key| pair.value.get(key)?.text());
                    format!("{} {}", pair.key, of.unwrap_or("")).trim_end().to_owned()
                });
                let text = field.unwrap_or_default();
                (Value::Reference { text, needs: Vec::new() }, Some(from.range()))
            }
            None if item.get("value").is_none() && self.context.is_template => (template(), None),
            None => (Value::Empty, None),
        }
    }

    /// Whether the variable comes from an entry of an object; if so it is recorded.
    fn binding(
        &self,
        item: Node<'_>,
        name: &str,
        range: TextRange,
        scope: &Scope,
        facts: &mut SourceFacts,
    ) -> bool {
        let value = item.get("value").and_then(Node::text);
        let from = item.get("valueFrom").filter(|_| value.is_none_or(str::is_empty));
        let Some(from) = from else { return false };
        let found = [("configMapKeyRef", false), ("secretKeyRef", true)]
            .into_iter()
            .find_map(|(part, is_secret)| Some((from.get(part)?, is_secret)));
        let Some((reference, is_secret)) = found else { return false };
        let text = |key: &str| reference.get(key).and_then(|node| word(self.context, node));
        let Some(entry) = text("key") else { return false };
        facts.bindings.push(BindingFact {
            to: Some(name.to_owned()),
            object: self.object(text("name").unwrap_or(""), is_secret),
            entry: Some(entry.to_owned()),
            prefix: String::new(),
            optional: text("optional") == Some("true"),
            scope: Some(scope.clone()),
            range,
        });
        true
    }

    fn bind_all(&self, item: Node<'_>, scope: &Scope, facts: &mut SourceFacts) {
        let prefix = item.get("prefix").and_then(Node::text).unwrap_or("");
        // NAIS names the object alone: `- secret: shop`.
        for (part, short, is_secret) in
            [("configMapRef", "configmap", false), ("secretRef", "secret", true)]
        {
            let Some(reference) = item.get(part).or_else(|| item.get(short)) else { continue };
            let name = reference.get("name").unwrap_or(reference);
            let name = word(self.context, name).unwrap_or("");
            facts.bindings.push(BindingFact {
                to: None,
                object: self.object(name, is_secret),
                entry: None,
                prefix: prefix.to_owned(),
                optional: reference.get("optional").and_then(Node::text) == Some("true"),
                scope: Some(scope.clone()),
                range: item.range(),
            });
        }
    }

    fn object(&self, name: &str, is_secret: bool) -> ObjectName {
        ObjectName {
            is_secret,
            name: name.to_owned(),
            namespace: self.namespace.map(str::to_owned),
        }
    }
}

fn filled_in(range: TextRange, scope: &Scope, facts: &mut SourceFacts) {
    facts.opaque.push(OpaqueFact::new(
        "variables that a template fills in",
        Some(scope.name().to_owned()),
        range,
    ));
}
