//! Objects that an operator turns into Secrets: keys are known, values are elsewhere.

use super::super::context::Context;
use super::object::{entry, new};
use super::{object_name, word};
use crate::document::Node;
use crate::facts::{ObjectName, OpaqueFact, RemoteFact, SourceFacts};
use crate::model::Value;
use crate::text::TextRange;

/// The Secret that a SealedSecret becomes.
pub(super) fn sealed_secret(context: Context<'_>, root: Node<'_>) -> SourceFacts {
    let mut name = object_name(context, root, true);
    if let Some(given) =
        root.at(&["spec", "template", "metadata", "name"]).and_then(|node| word(context, node))
    {
        given.clone_into(&mut name.name);
    }
    let mut facts = new("secret", name);
    for pair in root.at(&["spec", "encryptedData"]).map(Node::entries).unwrap_or_default() {
        let range = pair.value.resolved().range();
        facts.entries.push(entry(pair.key, pair.key_range, Value::Encrypted, Some(range), &facts));
    }
    if let Some(data) = root.at(&["spec", "template", "data"]) {
        templated(data, &mut facts);
    }
    facts
}

/// The Secret that an ExternalSecret or ClusterExternalSecret becomes.
pub(super) fn external_secret(context: Context<'_>, root: Node<'_>) -> SourceFacts {
    let mut name = object_name(context, root, true);
    let spec = root.at(&["spec", "externalSecretSpec"]).or_else(|| root.get("spec"));
    let given = spec
        .and_then(|spec| spec.at(&["target", "name"]))
        .or_else(|| root.at(&["spec", "externalSecretName"]));
    if let Some(given) = given.and_then(|node| word(context, node)) {
        given.clone_into(&mut name.name);
    }
    let mut facts = new("secret", name);
    let Some(spec) = spec else { return facts };
    let template = spec.at(&["target", "template", "data"]);
    let merges =
        spec.at(&["target", "template", "mergePolicy"]).and_then(Node::text) == Some("Merge");
    // A template's data replaces what was fetched, unless it says that it merges.
    if template.is_none() || merges {
        fetched(context, spec, &mut facts);
    }
    if let Some(data) = template {
        templated(data, &mut facts);
    }
    facts
}

fn fetched(context: Context<'_>, spec: Node<'_>, facts: &mut SourceFacts) {
    for item in spec.get("data").map(Node::items).unwrap_or_default() {
        let Some((key, name)) =
            item.get("secretKey").and_then(|node| Some((node, word(context, node)?)))
        else {
            continue;
        };
        if name.contains("{{") {
            unknown(key.range(), facts);
            continue;
        }
        let remote =
            |part: &str| item.at(&["remoteRef", part]).and_then(|node| word(context, node));
        let text =
            [remote("key"), remote("property")].into_iter().flatten().collect::<Vec<_>>().join("#");
        let value = Value::Reference { text, needs: Vec::new() };
        let range = item.get("remoteRef").map(Node::range);
        facts.remote.extend(wanted(&item, key, name, remote));
        facts.entries.push(entry(name, key.range(), value, range, facts));
    }
    for item in spec.get("dataFrom").map(Node::items).unwrap_or_default() {
        facts.opaque.push(OpaqueFact::new(
            "all entries of a secret that is kept outside the tree",
            None,
            item.range(),
        ));
    }
}

/// What one entry takes from a store, where the file names it and asks for no older version.
fn wanted<'a>(
    item: &Node<'a>,
    key: Node<'a>,
    name: &str,
    remote: impl Fn(&str) -> Option<&'a str>,
) -> Option<RemoteFact> {
    let range = item.get("remoteRef")?.range();
    let full = remote("key")?;
    let part = remote("property").map(str::to_owned);
    // A path into a value is no key of it.
    let is_path = part.as_ref().is_some_and(|part| part.contains(['.', '[', '#']));
    let is_plain = !full.contains("{{") && !is_path && remote("version").is_none();
    let entry = name.to_owned();
    is_plain.then(|| RemoteFact {
        entry,
        key_range: key.range(),
        name: full.to_owned(),
        part,
        range,
    })
}

fn templated(data: Node<'_>, facts: &mut SourceFacts) {
    for pair in data.entries() {
        // The template's text may hold more than names of other entries, so it is not shown.
        let range = pair.value.resolved().range();
        facts.secrets.push(range);
        let value = Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() };
        facts.entries.push(entry(pair.key, pair.key_range, value, Some(range), facts));
    }
}

/// The Secrets that a SecretProviderClass becomes.
pub(super) fn provider_class(context: Context<'_>, root: Node<'_>) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for object in root.at(&["spec", "secretObjects"]).map(Node::items).unwrap_or_default() {
        let Some(name) = object.get("secretName").and_then(|node| word(context, node)) else {
            continue;
        };
        let namespace = object_name(context, root, true).namespace;
        let mut facts =
            new("secret", ObjectName { is_secret: true, name: name.to_owned(), namespace });
        for item in object.get("data").map(Node::items).unwrap_or_default() {
            let Some(key) = item.get("key") else { continue };
            let Some(name) = word(context, key) else { continue };
            if name.contains("{{") {
                unknown(key.range(), &mut facts);
                continue;
            }
            let text = item
                .get("objectName")
                .and_then(|node| word(context, node))
                .unwrap_or("")
                .to_owned();
            let value = Value::Reference { text, needs: Vec::new() };
            facts.entries.push(entry(name, key.range(), value, None, &facts));
        }
        sources.push(facts);
    }
    sources
}

fn unknown(range: TextRange, facts: &mut SourceFacts) {
    facts.opaque.push(OpaqueFact::new("entries that a template names", None, range));
}
