//! What an environment gave a component once and gives no longer.
//!
//! Knows what the history tells of files that are layers now. Why something left is not known: where more than a few keys did, the
//! component is taken to be configured elsewhere since.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::{Context, is_without};
use crate::model::{Confidence, EnvironmentId, KeyId, Namespace, Read};
use crate::nature::Nature;

/// How many keys that are gone are forgotten rather than moved.
const FEW: usize = 2;

/// What was asked of the past.
#[derive(Default)]
pub(super) struct Once<'a> {
    was_asked: Cell<bool>,
    /// How many keys are gone, by environment, component and namespace.
    gone: RefCell<BTreeMap<(EnvironmentId, &'a str, Namespace), usize>>,
}

impl<'a> Once<'a> {
    /// Whether anything was asked.
    pub(super) fn was_asked(&self) -> bool {
        self.was_asked.get()
    }

    /// Whether an environment gave all by itself what the template listed as well, and gives it no longer.
    pub(super) fn left_the_template(
        &self,
        context: &Context<'a>,
        (key, read, environment): (KeyId, &'a Read, EnvironmentId),
    ) -> bool {
        self.was_asked.set(true);
        let was = context.graph.gave_once(key, environment, &read.component);
        was.is_some_and(|was| was.was_listed && was.is_whole)
    }

    /// How sure it is that an environment ought to give what it gave once; `None` where it never did.
    pub(super) fn gave(
        &self,
        context: &Context<'a>,
        (key, read, environment): (KeyId, &'a Read, EnvironmentId),
    ) -> Option<Confidence> {
        self.was_asked.set(true);
        let was = context.graph.gave_once(key, environment, &read.component)?;
        // A secret that leaves a file is mostly kept where it belongs from then on; for developers nobody keeps any.
        let is_kept = !(was.is_whole && context.is_local(environment));
        let is_credential = is_kept && Nature::of(context.name(key)).is_credential();
        let namespace = context.graph.inventory.key(key).namespace;
        let place = (environment, read.component.as_str(), namespace);
        let gone = *self.gone.borrow_mut().entry(place).or_insert_with(|| gone(context, place));
        Some(if gone > FEW || is_credential { Confidence::Low } else { Confidence::Medium })
    }
}

/// How many keys an environment gave a component once and does not give now.
fn gone(
    context: &Context<'_>,
    (environment, component, namespace): (EnvironmentId, &str, Namespace),
) -> usize {
    let graph = context.graph;
    let is_gone = |key: &KeyId| {
        let mut reads = graph.deployed_reads_of(*key).filter(|read| read.component == component);
        graph.lead(*key) == *key
            && graph.inventory.key(*key).namespace == namespace
            && reads.next().is_some_and(|read| is_without(context, *key, read, environment))
            && graph.gave_once(*key, environment, component).is_some()
    };
    graph.keys().filter(is_gone).count()
}
