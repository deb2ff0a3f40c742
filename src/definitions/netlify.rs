//! `netlify.toml`: what the build gets, in all contexts and in each.
//!
//! Functions do not get these at run time. Variables of the site's settings, which lose to the file, are not seen.

use super::context::{Context, note_opaque};
use super::variables::{Giving, in_sections};
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
    in_sections(context, "netlify", documents, "context", variables)
}

/// What a context gives has no `build` around it.
fn variables(context: Context<'_>, node: Node<'_>, facts: &mut SourceFacts) {
    let Some(pair) = node.get("build").unwrap_or(node).entry("environment") else { return };
    Giving::default().map(context, pair.value, facts);
    note_opaque("variables of the site at Netlify", pair.key_range, facts);
}
