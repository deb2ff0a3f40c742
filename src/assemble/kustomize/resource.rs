//! One object of a build: its tree, and the names that it has had.
//!
//! Prefixes and suffixes change what an object is called in the cluster and every reference with it. Its tree keeps the
//! name that its file gives it, so that a workload is the same one in every environment.

use super::super::tree::{Body, Pair, Tree};
use crate::text::Span;

/// Kinds that have no namespace.
const CLUSTER_KINDS: &[&str] = &[
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
];
/// Kinds whose names take no prefix.
const PLAIN_KINDS: &[&str] = &["APIService", "CustomResourceDefinition", "Namespace"];

/// An object.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// The object as it is by now.
    pub(super) tree: Tree,
    /// `kind`.
    pub(super) kind: String,
    /// `apiVersion`.
    pub(super) version: String,
    /// The names and namespaces that it has had, the one of its file first and the present one last.
    pub(super) names: Vec<(String, String)>,
    /// What stands before and behind its name by now.
    pub(super) affixes: (String, String),
    /// Whether it is only what patches say of an object elsewhere.
    pub(super) is_partial: bool,
}

impl Resource {
    /// The object that `tree` is; `None` where it says no kind or no name.
    pub(super) fn of(tree: Tree) -> Option<Self> {
        let kind = tree.text_under(&["kind"])?.to_owned();
        let version = tree.text_under(&["apiVersion"]).unwrap_or_default().to_owned();
        let name = tree.text_under(&["metadata", "name"]);
        let name = name.or_else(|| tree.text_under(&["metadata", "generateName"]))?.to_owned();
        let namespace = tree.text_under(&["metadata", "namespace"]).unwrap_or("default").to_owned();
        let names = vec![(name, namespace)];
        Some(Self { tree, kind, version, names, affixes: Default::default(), is_partial: false })
    }

    /// The name in its file.
    pub(super) fn original(&self) -> &str {
        self.names.first().map_or("", |(name, _)| name)
    }

    /// The name by now.
    pub(super) fn current(&self) -> &str {
        self.names.last().map_or("", |(name, _)| name)
    }

    /// The namespace by now.
    pub(super) fn namespace(&self) -> &str {
        self.names.last().map_or("", |(_, namespace)| namespace)
    }

    /// The group of its kind; empty for the core of Kubernetes.
    pub(super) fn group(&self) -> &str {
        self.version.rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// Whether it is, or was at some time, what another object says it is.
    pub(super) fn is(&self, other: &Self) -> bool {
        let name = other.names.last();
        self.kind == other.kind
            && self.group() == other.group()
            && name.is_some_and(|name| self.names.contains(name))
    }

    /// Whether it is called so now or was at some time.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|(one, _)| one == name)
    }

    /// Takes note of what a patch made of its kind, name and namespace; the old name and the new where that changed.
    pub(super) fn refresh(&mut self, old: &str) -> Option<(String, String)> {
        let word = |path: &[&str]| self.tree.text_under(path).map(str::to_owned);
        let namespace = word(&["metadata", "namespace"]).unwrap_or_else(|| "default".to_owned());
        let name = word(&["metadata", "name"]).unwrap_or_else(|| old.to_owned());
        self.kind = word(&["kind"]).unwrap_or_else(|| self.kind.clone());
        self.version = word(&["apiVersion"]).unwrap_or_else(|| self.version.clone());
        if name != old || namespace != self.namespace() {
            let whole = format!("{}{name}{}", self.affixes.0, self.affixes.1);
            self.names.push((whole, namespace));
        }
        (name != old).then(|| (old.to_owned(), name))
    }

    /// The name that its tree says.
    pub(super) fn said(&self) -> String {
        self.tree.text_under(&["metadata", "name"]).unwrap_or(self.original()).to_owned()
    }

    /// Puts words before and behind its name.
    pub(super) fn affix(&mut self, prefix: &str, suffix: &str) {
        if PLAIN_KINDS.contains(&self.kind.as_str()) || (prefix.is_empty() && suffix.is_empty()) {
            return;
        }
        let name = format!("{prefix}{}{suffix}", self.current());
        self.names.push((name, self.namespace().to_owned()));
        self.affixes.0.insert_str(0, prefix);
        self.affixes.1.push_str(suffix);
    }

    /// Puts it into a namespace that is written at `place`.
    pub(super) fn settle(&mut self, namespace: &str, place: Option<Span>) {
        if CLUSTER_KINDS.contains(&self.kind.as_str()) {
            return;
        }
        let value = Tree::text_at(namespace, place);
        self.set_under("metadata", Pair { key: "namespace".to_owned(), place, value });
        self.names.push((self.current().to_owned(), namespace.to_owned()));
    }

    /// Puts a pair into a map of the object, which is made where there is none.
    pub(super) fn set_under(&mut self, key: &str, pair: Pair) {
        if !self.tree.get(key).is_some_and(Tree::is_map) {
            let value = Tree::map_at(None);
            self.tree.take(key);
            self.tree.put(Pair { key: key.to_owned(), place: pair.place, value });
        }
        if let Some(map) = self.tree.get_mut(key) {
            map.put(pair);
        }
    }

    /// Whether it only serves tools and is never sent to a cluster.
    pub(super) fn is_local(&self) -> bool {
        let mark = ["metadata", "annotations", "config.kubernetes.io/local-config"];
        self.tree.text_under(&mark).is_some_and(|text| text != "false")
    }
}

/// The objects of a document: itself, or those of a list.
pub(super) fn objects(tree: Tree) -> Vec<Resource> {
    let is_list = tree.text_under(&["kind"]).is_some_and(|kind| kind.ends_with("List"));
    let Tree { body: Body::Map(pairs), .. } = tree else { return Vec::new() };
    let items = pairs.iter().position(|pair| pair.key == "items" && pair.value.is_list());
    let Some(at) = items.filter(|_| is_list) else {
        let tree = Tree { body: Body::Map(pairs), ..Tree::null(tree.place) };
        return Resource::of(tree).into_iter().collect();
    };
    let items = pairs.into_iter().nth(at).map(|pair| pair.value.body);
    let Some(Body::List(items)) = items else { return Vec::new() };
    items.into_iter().filter_map(Resource::of).collect()
}
