//! `kubectl get … -o yaml|json`: the objects of a cluster, without what the cluster adds by itself.
//!
//! An object that another one controls says nothing that its controller does not say, unless the controller is not in the
//! snapshot: then it stands for it. Of Secrets only those are read that workloads could take variables from.

use std::collections::BTreeSet;

use super::super::context::Context;
use super::super::kubernetes::{object, settings, workload};
use super::{Form, traces};
use crate::document::{Document, Node};
use crate::facts::{SnapshotFacts, SourceFacts};

/// The row.
pub(super) static FORM: Form = Form { claims, extract };

/// Lists in lists are nobody's snapshot.
const MAX_LISTS: usize = 4;
/// Types of Secrets that hold no variables.
const OTHER_SECRETS: &[&str] = &[
    "bootstrap.kubernetes.io/token",
    "helm.sh/release.v1",
    "kubernetes.io/dockercfg",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/service-account-token",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/tls",
];
/// ConfigMaps that a cluster puts into every namespace.
const OTHER_MAPS: &[&str] = &["istio-ca-root-cert", "kube-root-ca.crt", "openshift-service-ca.crt"];
/// Kinds that become other objects, which the snapshot shows as they are.
const MAKERS: &[&str] = &[
    "ClusterExternalSecret",
    "CustomResourceDefinition",
    "Event",
    "ExternalSecret",
    "SealedSecret",
    "SecretProviderClass",
];
/// Containers that a mesh or an operator puts into Pods.
const INJECTED: &[&str] = &[
    "daprd",
    "istio-init",
    "istio-proxy",
    "istio-validation",
    "linkerd-init",
    "linkerd-network-validator",
    "linkerd-proxy",
    "vault-agent",
    "vault-agent-init",
];

fn claims(documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| kind(root).is_some())
}

fn text<'a>(node: Node<'a>, path: &[&str]) -> Option<&'a str> {
    node.at(path).and_then(Node::text)
}

fn kind(node: Node<'_>) -> Option<&str> {
    text(node, &["apiVersion"]).and_then(|_| text(node, &["kind"]))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SnapshotFacts> {
    let mut objects = Vec::new();
    for root in documents.iter().filter_map(Document::root) {
        collect(root, &mut objects, MAX_LISTS);
    }
    let present: BTreeSet<Name<'_>> = objects.iter().filter_map(|node| name(*node)).collect();
    let mut shown = BTreeSet::new();
    let mut parts = Vec::new();
    for node in objects {
        let Some((namespace, kind, own)) = name(node) else { continue };
        let Some(goes_by) = identity(node, kind, own, &present) else { continue };
        if owner(node).is_some() && !shown.insert((namespace, goes_by.clone())) {
            continue;
        }
        let Some(source) = source(context, node, kind, &goes_by) else { continue };
        let mut part = SnapshotFacts::of(source);
        part.namespace = Some(namespace.to_owned()).filter(|name| !name.is_empty());
        traces::add(context, node, &goes_by, &mut part);
        parts.push(part);
    }
    parts
}

fn collect<'a>(node: Node<'a>, objects: &mut Vec<Node<'a>>, depth: usize) {
    let items = node.get("items").filter(|items| items.is_list());
    match (items, depth.checked_sub(1)) {
        (Some(items), Some(below)) if kind(node).is_none_or(|kind| kind.ends_with("List")) => {
            for item in items.items() {
                collect(item, objects, below);
            }
        }
        _ if kind(node).is_some() => objects.push(node),
        _ => {}
    }
}

/// Namespace, kind and name.
type Name<'a> = (&'a str, &'a str, &'a str);

fn name(node: Node<'_>) -> Option<Name<'_>> {
    let namespace = text(node, &["metadata", "namespace"]).unwrap_or("");
    Some((namespace, kind(node)?, text(node, &["metadata", "name"])?))
}

/// The kind and name of the object that controls another.
fn owner(node: Node<'_>) -> Option<(&str, &str)> {
    let owners = node.at(&["metadata", "ownerReferences"]).map(Node::items).unwrap_or_default();
    let controls = |owner: &Node<'_>| text(*owner, &["controller"]) == Some("true");
    let owner = owners.into_iter().find(controls)?;
    Some((text(owner, &["kind"])?, text(owner, &["name"])?))
}

/// The name of the workload that an object is, or stands for; `None` where the snapshot shows what it stands for.
fn identity(node: Node<'_>, kind: &str, own: &str, present: &BTreeSet<Name<'_>>) -> Option<String> {
    let namespace = text(node, &["metadata", "namespace"]).unwrap_or("");
    let has = |kind: &str, name: &str| present.contains(&(namespace, kind, name));
    let hash = text(node, &["metadata", "labels", "pod-template-hash"]).unwrap_or("");
    let without_hash = |name: &str| {
        let cut = name.strip_suffix(hash).and_then(|name| name.strip_suffix('-'));
        cut.filter(|_| !hash.is_empty()).unwrap_or(name).to_owned()
    };
    let without_number = |name: &str| {
        let (stem, last) = name.rsplit_once('-').unwrap_or((name, ""));
        let is_number = last.len() > 6 && last.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { stem.to_owned() } else { name.to_owned() }
    };
    if kind == "Pod" && text(node, &["status", "phase"]) == Some("Failed")
        || kind == "ReplicaSet" && text(node, &["spec", "replicas"]) == Some("0")
    {
        return None;
    }
    let Some((above, name)) = owner(node) else { return Some(own.to_owned()) };
    let stands_for = match above {
        "ReplicaSet" => without_hash(name),
        "Job" => without_number(name),
        _ => name.to_owned(),
    };
    let makers = ["Deployment", "Rollout", "DeploymentConfig", "CronJob"];
    let is_shown = has(above, name) || makers.iter().any(|maker| has(maker, &stands_for));
    (!is_shown).then_some(stands_for)
}

fn source(context: Context<'_>, node: Node<'_>, kind: &str, name: &str) -> Option<SourceFacts> {
    let is_secret = matches!(kind, "Secret");
    if MAKERS.contains(&kind)
        || is_secret && text(node, &["type"]).is_some_and(|kind| OTHER_SECRETS.contains(&kind))
        || kind == "ConfigMap" && OTHER_MAPS.contains(&name)
    {
        return None;
    }
    match kind {
        "ConfigMap" => Some(object::config_map(context, node)),
        "Secret" => Some(object::secret(context, node)),
        _ => {
            let namespace = text(node, &["metadata", "namespace"]);
            let Some(mut facts) = workload::named(context, node, name, namespace) else {
                return settings::apart(context, node, kind);
            };
            leave_injected(&mut facts);
            (!facts.workloads.is_empty()).then_some(facts)
        }
    }
}

fn leave_injected(facts: &mut SourceFacts) {
    let is_ours = |scope: &str| {
        scope.rsplit_once('/').is_none_or(|(_, container)| !INJECTED.contains(&container))
    };
    facts.workloads.retain(|workload| is_ours(&workload.name));
    facts.entries.retain(|entry| entry.scope.as_ref().is_none_or(|scope| is_ours(scope.name())));
    facts.bindings.retain(|one| one.scope.as_ref().is_none_or(|scope| is_ours(scope.name())));
}
