//! Tasks of ECS: their containers as objects, as JSON, or put together from locals.

use super::expression::Part;
use super::find::find;
use super::shapes::{Item, MAX_RECENT, Target, attribution};
use crate::document::Node;
use crate::facts::SourceFacts;

/// How the variables and the secrets of a task are written.
const TASK_PARTS: &[(&str, Item<'_>)] = &[
    ("environment", Item { name: "name", values: &["value"], leads: false }),
    ("secrets", Item { name: "name", values: &["valueFrom"], leads: false }),
];

impl<'a> Target<'a> {
    /// The containers of a task: objects in a list, one object, or a text of JSON.
    pub(super) fn tasks(&self, node: Node<'a>, depth: usize, facts: &mut SourceFacts) {
        let Some(below) = depth.checked_sub(1) else { return };
        let mut maps = Vec::new();
        for part in self.module.parts(node) {
            let node = part.node;
            if !part.is_known {
                self.unknown(node, facts);
            } else if node.is_list() {
                node.items().into_iter().for_each(|item| self.tasks(item, below, facts));
            } else if node.is_map() {
                maps.push(part);
            } else if let Some(document) = self.module.inside(node)
                && document.root().is_some_and(holds_objects)
            {
                let target: Target<'_> = self.clone();
                facts.problems.extend(document.problems.iter().cloned());
                document.root().into_iter().for_each(|root| target.tasks(root, below, facts));
            } else {
                self.interpolated(node, below, facts);
            }
        }
        self.containers_of(&maps, facts);
    }

    /// `"[${local.web}, ${local.app}]"`: each local is a container as JSON.
    fn interpolated(&self, node: Node<'a>, depth: usize, facts: &mut SourceFacts) {
        let text = node.text().unwrap_or("");
        let mut is_known = true;
        for (at, _) in text.match_indices("${").take(MAX_RECENT) {
            let inside = text.get(at + 2..).and_then(|rest| rest.split('}').next()).unwrap_or("");
            match self.module.named(inside.trim()) {
                Some(local) => self.tasks(local, depth, facts),
                None => is_known = false,
            }
        }
        if !is_known || !text.contains("${") {
            self.opaque("containers that an expression of Terraform gives", node.range(), facts);
        }
    }

    /// The maps that are put together to one container; choices stand for one container each time.
    fn containers_of(&self, maps: &[Part<'a>], facts: &mut SourceFacts) {
        let named = |part: &&Part<'a>| part.node.get("name").is_some();
        let lists: Vec<Vec<Part<'a>>> = if maps.iter().filter(named).count() > 1 {
            maps.iter().map(|part| vec![*part]).collect()
        } else {
            vec![maps.to_vec()]
        };
        for container in lists.iter().filter(|maps| !maps.is_empty()) {
            self.task(container, facts);
        }
    }

    fn task(&self, maps: &[Part<'a>], facts: &mut SourceFacts) {
        let get = |key: &str| maps.iter().find_map(|part| part.node.get(key));
        let own = get("name").and_then(|name| self.module.word(name));
        let scope = own.map(|name| self.container_of(name, facts)).or_else(|| self.scope.clone());
        let image = get("image").and_then(|image| self.module.word(image));
        let target = Self { scope, attribution: attribution(image), ..self.clone() };
        for (key, item) in TASK_PARTS {
            for part in maps {
                for found in find(part.node, &[key]) {
                    target.items(found, *item, facts);
                }
            }
        }
        for files in maps.iter().filter_map(|part| part.node.entry("environmentFiles")) {
            if !files.value.items().is_empty() || files.value.text().is_some() {
                target.opaque("files of variables that ECS fetches", files.key_range, facts);
            }
        }
        if let Some(named) = get("name").or_else(|| get("image")) {
            target.workload(image, named.range(), facts);
        }
    }
}

/// Whether a task is written out, not put together from texts.
fn holds_objects(root: Node<'_>) -> bool {
    root.is_map() || root.is_list() && root.items().iter().all(|item| item.is_map())
}
