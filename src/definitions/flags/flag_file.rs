//! One YAML file for each flag, as GitLab keeps them: its name, what it is for, and whether it is on by default.
//!
//! What an installation decides otherwise is not seen.

use super::super::Format;
use super::super::context::Context;
use super::super::paths;
use super::{Flags, Served, is_true, named, note_metadata, roots, text_of};
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Serves, ValueType};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "flag-file",
    paths: |path| Syntax::of(path) == Some(Syntax::Yaml),
    needles: &["name:", "default_enabled:"],
    claims,
    extract,
};

fn claims(file: &File, documents: &[Document]) -> bool {
    let stem = paths::name(&file.path).rsplit_once('.').map_or("", |(stem, _)| stem);
    let says = ["feature_issue_url", "group", "introduced_by_url", "milestone", "owner", "type"];
    roots(documents).any(|root| {
        root.get("name").and_then(Node::text) == Some(stem)
            && root.get("default_enabled").is_some()
            && says.iter().any(|key| root.get(key).is_some())
    })
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        let Some(name) = named(root, "name") else { continue };
        let mut state = FlagState::serving(Serves::Unknown);
        state.kind = match text_of(root, &["type"]) {
            Some("experiment") => Some(FlagKind::Experiment),
            Some("ops") => Some(FlagKind::Ops),
            Some("beta" | "development" | "gitlab_com_derisk" | "wip") => Some(FlagKind::Release),
            _ => None,
        };
        state.owner = text_of(root, &["group"]).map(str::to_owned);
        state.gives = ValueType::Bool(Vec::new());
        note_metadata(Some(root), &mut state);
        all.add(None, name, Served::all(is_true(root.get("default_enabled"))), state);
    }
    all.finish(documents)
}
