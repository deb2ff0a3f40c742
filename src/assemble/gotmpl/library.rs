//! The templates that can be called by name.
//!
//! Holds what files and their definitions say; runs nothing.

use std::collections::HashMap;
use std::rc::Rc;

use super::syntax::{Node, Template};

/// The templates that can be called by name, the later ones before the earlier.
#[derive(Debug, Default)]
pub(in crate::assemble) struct Library {
    pub(super) named: HashMap<String, Named>,
    /// Whether others may define templates, too: a chart that is needed and not in the tree.
    pub(super) lacks: bool,
}

/// A template that has a name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) template: Rc<Template>,
    pub(super) body: Rc<Vec<Node>>,
}

impl Library {
    /// A library without templates, of which some may not be seen.
    pub(in crate::assemble) fn lacking(lacks: bool) -> Self {
        Self { lacks, ..Self::default() }
    }

    /// Adds a file's template, under its own name, and those that it defines.
    pub(in crate::assemble) fn add(&mut self, name: &str, template: &Rc<Template>) {
        let named = |body: &Rc<Vec<Node>>| Named { template: template.clone(), body: body.clone() };
        self.named.insert(name.to_owned(), named(&template.body));
        for (name, body) in &template.defines {
            // An empty definition does not replace one that says something.
            if self.named.contains_key(name) && is_empty(template, body) {
                continue;
            }
            self.named.insert(name.clone(), named(body));
        }
    }
}

fn is_empty(template: &Template, body: &[Node]) -> bool {
    body.iter().all(|node| match node {
        Node::Text(range) => range.slice(template.source.as_str()).trim().is_empty(),
        _ => false,
    })
}
