//! Workers of Cloudflare: `vars` of a wrangler file, and those of each of its environments.
//!
//! Secrets are set by a command and not seen. An environment does not inherit the `vars` at the top, which are taken as
//! shared all the same: a name that only the top has is not seen to be missing.

use super::context::{Context, note_opaque, note_problems};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "wrangler", paths: is_wrangler, needles: &["vars"], claims, extract };

fn is_wrangler(path: &str) -> bool {
    matches!(paths::name(path), "wrangler.json" | "wrangler.jsonc" | "wrangler.toml")
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    is_wrangler(&file.path)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut sources = Vec::new();
    for document in documents {
        let mut own = context.source("wrangler");
        note_problems(document, &mut own);
        let environments = document.root().and_then(|root| root.get("env"));
        if let Some(root) = document.root() {
            variables(context, root, &mut own);
        }
        sources.push(own);
        for pair in environments.map(Node::entries).unwrap_or_default() {
            let mut section = context.source("wrangler");
            section.section = Some(pair.key.to_owned());
            variables(context, pair.value, &mut section);
            sources.push(section);
        }
    }
    sources.retain(|facts| !facts.entries.is_empty() || !facts.problems.is_empty());
    sources
}

fn variables(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(pair) = node.entry("vars") else { return };
    Giving::default().map(context, pair.value, facts);
    note_opaque("secrets of the worker at Cloudflare", pair.key_range, facts);
}
