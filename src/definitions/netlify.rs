//! `netlify.toml`: what the build gets, in all contexts and in each.
//!
//! Functions do not get these at run time. Variables of the site's settings, which lose to the file, are not seen.

use super::context::{Context, note_opaque, note_problems};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "netlify", paths: is_netlify, needles: &["environment"], claims, extract };

fn is_netlify(path: &str) -> bool {
    paths::name(path) == "netlify.toml"
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    is_netlify(&file.path)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let mut own = context.source("netlify");
        note_problems(document, &mut own);
        let Some(root) = document.root() else {
            sources.push(own);
            continue;
        };
        variables(context, root.get("build"), &mut own);
        sources.push(own);
        for pair in root.get("context").map(Node::entries).unwrap_or_default() {
            let mut section = context.source("netlify");
            section.section = Some(pair.key.to_owned());
            variables(context, Some(pair.value), &mut section);
            sources.push(section);
        }
    }
    sources.retain(|facts| !facts.entries.is_empty() || !facts.problems.is_empty());
    sources
}

fn variables(context: Context<'_>, node: Option<Node<'_>>, facts: &mut SourceFacts) {
    let Some(pair) = node.and_then(|node| node.entry("environment")) else { return };
    Giving::default().map(context, pair.value, facts);
    note_opaque("variables of the site at Netlify", pair.key_range, facts);
}
