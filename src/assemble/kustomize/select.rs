//! Which objects a patch or a replacement is for: selectors by kind, name, namespace, labels.

use regex::Regex;

use super::super::tree::Tree;
use super::resource::Resource;

/// Larger than any pattern of a selector needs to be.
const MAX_PATTERN: usize = 100_000;

/// A selector.
pub(super) struct Selector {
    kind: Option<Regex>,
    group: Option<Regex>,
    version: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
    labels: Vec<Demand>,
    annotations: Vec<Demand>,
}

/// What a selector says of one label.
enum Demand {
    Is(String, Vec<String>),
    IsNot(String, Vec<String>),
    Exists(String),
    Lacks(String),
}

/// The pattern that fits a whole text.
pub(super) fn whole(pattern: &str) -> Option<Regex> {
    regex::RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(MAX_PATTERN).build().ok()
}

impl Selector {
    /// The selector that `tree` says; `None` where one of its patterns is none.
    pub(super) fn of(tree: &Tree) -> Option<Self> {
        let pattern = |key: &str| match tree.get(key).and_then(Tree::text) {
            None | Some("") => Some(None),
            Some(text) => whole(text).map(Some),
        };
        let demands = |key: &str| demands(tree.get(key).and_then(Tree::text).unwrap_or_default());
        Some(Self {
            kind: pattern("kind")?,
            group: pattern("group")?,
            version: pattern("version")?,
            name: pattern("name")?,
            namespace: pattern("namespace")?,
            labels: demands("labelSelector"),
            annotations: demands("annotationSelector"),
        })
    }

    /// Whether it selects an object, by its first names or its present ones.
    pub(super) fn selects(&self, resource: &Resource) -> bool {
        let ends = || resource.names.first().into_iter().chain(resource.names.last());
        self.fits(
            resource,
            &ends().map(|(name, space)| (name.as_str(), space.as_str())).collect::<Vec<_>>(),
        )
    }

    /// Whether it selects an object by any name that it has had.
    pub(super) fn selects_any(&self, resource: &Resource) -> bool {
        let names = resource.names.iter().map(|(name, space)| (name.as_str(), space.as_str()));
        self.fits(resource, &names.collect::<Vec<_>>())
    }

    fn fits(&self, resource: &Resource, names: &[(&str, &str)]) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
        };
        let version = resource.version.rsplit('/').next().unwrap_or_default();
        fits(&self.kind, &resource.kind)
            && fits(&self.group, resource.group())
            && fits(&self.version, version)
            && names.iter().any(|(name, _)| fits(&self.name, name))
            && names.iter().any(|(_, namespace)| fits(&self.namespace, namespace))
            && meets(&self.labels, resource.tree.at(&["metadata", "labels"]))
            && meets(&self.annotations, resource.tree.at(&["metadata", "annotations"]))
    }
}

fn meets(demands: &[Demand], words: Option<&Tree>) -> bool {
    let value = |key: &str| words?.get(key)?.text();
    demands.iter().all(|demand| match demand {
        Demand::Is(key, values) => {
            value(key).is_some_and(|text| values.iter().any(|one| one == text))
        }
        Demand::IsNot(key, values) => {
            value(key).is_none_or(|text| values.iter().all(|one| one != text))
        }
        Demand::Exists(key) => value(key).is_some(),
        Demand::Lacks(key) => value(key).is_none(),
    })
}

/// The demands of a selector of labels: `app=web,tier in (a, b),!old`.
fn demands(text: &str) -> Vec<Demand> {
    let mut parts: Vec<String> = Vec::new();
    for piece in text.split(',') {
        match parts.last_mut() {
            // A comma within parentheses parts values.
            Some(open) if open.contains('(') && !open.contains(')') => {
                open.push(',');
                open.push_str(piece);
            }
            _ => parts.push(piece.to_owned()),
        }
    }
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).map(demand).collect()
}

fn demand(part: &str) -> Demand {
    let values = |text: &str| -> Vec<String> {
        text.trim().trim_matches(['(', ')']).split(',').map(|one| one.trim().to_owned()).collect()
    };
    let key = |text: &str| text.trim().to_owned();
    if let Some((name, rest)) = part.split_once(" notin ") {
        Demand::IsNot(key(name), values(rest))
    } else if let Some((name, rest)) = part.split_once(" in ") {
        Demand::Is(key(name), values(rest))
    } else if let Some((name, rest)) = part.split_once("!=") {
        Demand::IsNot(key(name), values(rest))
    } else if let Some((name, rest)) = part.split_once('=') {
        Demand::Is(key(name), values(rest.trim_start_matches('=')))
    } else if let Some(name) = part.strip_prefix('!') {
        Demand::Lacks(key(name))
    } else {
        Demand::Exists(key(part))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tree;
    use super::super::resource::Resource;
    use super::Selector;
    use crate::document::Syntax;
    use crate::text::FileId;

    #[test]
    fn selectors_are_patterns_for_the_whole_name() {
        let read = |text: &str| tree::read(text, 0, Syntax::Yaml, FileId(0)).0.remove(0);
        let object = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bakery-web, labels: {tier: front, app: web}}\n";
        let resource = Resource::of(read(object)).unwrap();
        let selects =
            |text: &str| Selector::of(&read(text)).is_some_and(|one| one.selects(&resource));
        for text in [
            "{kind: Deployment}",
            "{name: bakery-.*, group: apps, version: v1}",
            "{namespace: default}",
            "{labelSelector: 'tier in (back, front),app=web,!old'}",
            "{kind: Deployment|StatefulSet}",
            "{labelSelector: 'app!=job'}",
        ] {
            assert!(selects(text), "{text}");
        }
        for text in [
            "{name: bakery}",
            "{kind: Deploy}",
            "{labelSelector: old}",
            "{name: '('}",
            "{namespace: kube}",
        ] {
            assert!(!selects(text), "{text}");
        }
    }
}
