//! Workers of Cloudflare: `vars` of a wrangler file, and those of each of its environments.
//!
//! Secrets are set by a command and not seen. An environment does not inherit the `vars` at the top: these are what is
//! deployed when none is named.

use super::context::{Context, note_opaque};
use super::variables::{Giving, in_sections};
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
    in_sections(context, "wrangler", documents, "env", variables)
}

fn variables(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(pair) = node.entry("vars") else { return };
    Giving::default().map(context, pair.value, facts);
    note_opaque("secrets of the worker at Cloudflare", pair.key_range, facts);
}
