//! Settings of workloads: what a manifest decides beside variables, scalar by scalar.
//!
//! Which parts of a manifest are settings is for its format to say.

use super::context::{Asks, Context};
use crate::document::Node;
use crate::facts::{SettingFact, SourceFacts};
use crate::model::Value;

/// Deeper than any setting lies.
const MAX_DEPTH: usize = 8;

/// Notes the scalars at `path` below `node`, under that path; lists count whole.
pub(super) fn note(
    context: Context<'_>,
    workload: &str,
    (node, path): (Node<'_>, &str),
    asks: Asks,
    facts: &mut SourceFacts,
) {
    let Some(found) = node.at(&path.split('.').collect::<Vec<_>>()) else { return };
    below(context, workload, (found, path), asks, facts, MAX_DEPTH);
}

/// Notes the scalars below `node` under `path`.
pub(super) fn below(
    context: Context<'_>,
    workload: &str,
    (node, path): (Node<'_>, &str),
    asks: Asks,
    facts: &mut SourceFacts,
    depth: usize,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let range = node.resolved().range();
    if node.is_map() && !context.raw(range).starts_with("{{") {
        for pair in node.entries() {
            let path = format!("{path}.{}", pair.key);
            below(context, workload, (pair.value, &path), asks, facts, depth);
        }
        return;
    }
    let value = if node.is_null() {
        // A template fills in what YAML sees as nothing; else nothing is set.
        if !context.is_template {
            return;
        }
        Value::Reference { text: "{{ … }}".to_owned(), needs: Vec::new() }
    } else {
        context.value(path, node, asks, facts)
    };
    let (workload, path) = (workload.to_owned(), path.to_owned());
    facts.settings.push(SettingFact { workload, path, value, range, written: Vec::new() });
}
