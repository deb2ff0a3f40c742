//! Applications of Fly.io: what `[env]` gives to every machine.
//!
//! Secrets are set by a command and win over `[env]`; which there are is not seen.

use super::context::{Context, note_opaque, note_problems};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::{Document, Syntax};
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "fly", paths: is_fly, needles: &["env"], claims, extract };

fn is_fly(path: &str) -> bool {
    Syntax::of(path) == Some(Syntax::Toml)
        && paths::words(paths::name(path)).iter().any(|word| word == "fly")
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    documents.iter().filter_map(Document::root).any(|root| {
        let marks = ["app", "build", "http_service", "primary_region", "services"];
        marks.iter().any(|mark| root.get(mark).is_some()) && root.get("env").is_some()
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("fly");
    for document in documents {
        note_problems(document, &mut facts);
        if let Some(pair) = document.root().and_then(|root| root.entry("env")) {
            Giving::default().map(context, pair.value, &mut facts);
            note_opaque("secrets of the application at Fly.io", pair.key_range, &mut facts);
        }
    }
    vec![facts]
}
