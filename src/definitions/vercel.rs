//! `vercel.json`: what `env` and `build.env` give.
//!
//! Variables of the project's settings are not seen; most projects keep all of theirs there.

use super::context::{Context, note_opaque, note_problems};
use super::variables::Giving;
use super::{Format, paths};
use crate::document::Document;
use crate::facts::SourceFacts;
use crate::text::File;

/// The row.
pub(super) static FORMAT: Format =
    Format { name: "vercel", paths: is_vercel, needles: &["\"env\""], claims, extract };

/// `@secret`
const GIVING: Giving<'static> = Giving { references: &[("@", "")], scope: None, scalar: None };

fn is_vercel(path: &str) -> bool {
    matches!(paths::name(path), "now.json" | "vercel.json")
}

fn claims(file: &File, _documents: &[Document]) -> bool {
    is_vercel(&file.path)
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut facts = context.source("vercel");
    for document in documents {
        note_problems(document, &mut facts);
        let Some(root) = document.root() else { continue };
        let places = [Some(root), root.get("build")].into_iter().flatten();
        for pair in places.filter_map(|place| place.entry("env")) {
            GIVING.map(context, pair.value, &mut facts);
            note_opaque("variables of the project at Vercel", pair.key_range, &mut facts);
        }
    }
    vec![facts].into_iter().filter(|facts| !facts.entries.is_empty()).collect()
}
