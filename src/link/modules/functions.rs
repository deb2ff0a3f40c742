//! Functions that modules of Terraform make: the workload of each call, and what is called in its code.
//!
//! A module that is called once makes the function that it names itself.

use std::collections::BTreeSet;

use super::leaves::Way;
use super::work::Work;
use super::{At, Index, MAX_HOPS, sources};
use crate::facts::Handler;
use crate::facts::Workload;
use crate::facts::module::{Content, Taken};
use crate::model::Value;

impl Index<'_> {
    /// Notes the function that a call of a module for many makes: it takes what is given at `place`.
    pub(super) fn note_function(&self, at: At, place: usize, taken: &Taken, work: &mut Work) {
        let given = self.given(at, place);
        let (Some(handler), Some(scope)) = (&taken.handler, &given.scope) else { return };
        // What the same call hands on beside.
        let source = &self.facts[at.0].1[at.1];
        let beside = source.module.given.iter().filter(|one| one.scope == given.scope);
        let named = beside.filter(|one| one.name == handler.name && one.to == given.to);
        let mut texts = named.filter_map(|one| text(&one.content));
        let is_literal = !handler.name.starts_with("var.");
        let name = texts.next().or(is_literal.then_some(handler.name.as_str()));
        work.functions.push((
            at,
            Workload {
                handler: name.map(|name| Handler { name: name.to_owned(), code: None }),
                ..Workload::of(scope.name().to_owned(), given.range)
            },
        ));
    }

    /// What names stand for that functions of modules give as what is called.
    pub(super) fn follow_handlers(&self, work: &mut Work) {
        for (at, source) in sources(self.facts) {
            for (place, one) in source.workloads.iter().enumerate() {
                let Some(handler) = &one.handler else { continue };
                if !["var.", "local."].iter().any(|start| handler.name.starts_with(start)) {
                    continue;
                }
                let mut leaves = Vec::new();
                let way = Way { is_inner: true, hops: MAX_HOPS };
                self.leaves(&self.modules[at.0], &handler.name, way, &mut leaves);
                // Each environment may call the module, for the same code.
                let texts = leaves.iter().map(|leaf| match self.said(leaf) {
                    Some(Value::Literal(name)) => Some(name.text.as_str()),
                    _ => None,
                });
                let texts: BTreeSet<Option<&str>> = texts.collect();
                if let (Some(Some(name)), 1) = (texts.first(), texts.len()) {
                    work.handlers.push((at, place, (*name).to_owned()));
                }
            }
        }
    }
}

fn text(content: &Content) -> Option<&str> {
    match content {
        Content::One(Value::Literal(text), _) => Some(&text.text),
        _ => None,
    }
}
