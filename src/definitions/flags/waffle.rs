//! django-waffle: flags, switches and samples that `dumpdata` prints and `loaddata` takes.
//!
//! What a database has beyond the file is not seen.

use super::super::Format;
use super::super::context::Context;
use super::{Flags, Served, day, is_data, is_empty, is_false, is_true, named, percent, roots};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "waffle", paths: is_data, needles: &["waffle.", "fields"], claims, extract };

/// What a row of a table is.
fn model(row: Node<'_>) -> Option<&str> {
    let model = row.get("model")?.text()?;
    let kind = model.strip_prefix("waffle.")?;
    (matches!(kind, "flag" | "sample" | "switch") && row.get("fields").is_some()).then_some(kind)
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| root.items().into_iter().any(|row| model(row).is_some()))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for row in roots(documents).flat_map(Node::items) {
        let (Some(kind), Some(fields)) = (model(row), row.get("fields")) else { continue };
        let Some(name) = named(fields, "name") else { continue };
        let mut state = FlagState::serving(Serves::Unknown);
        state.dates.created = day(fields.get("created"));
        state.dates.changed = day(fields.get("modified"));
        let served = match kind {
            "switch" => Served::all(is_true(fields.get("active"))),
            "sample" => {
                fields.get("percent").and_then(percent).map_or(Served::Unknown, Served::yes_to)
            }
            _ => flag(fields),
        };
        all.add(None, name, served, state);
    }
    all.finish(documents)
}

fn flag(fields: Node<'_>) -> Served<'_> {
    if is_true(fields.get("everyone")) {
        return Served::all(true);
    }
    if is_false(fields.get("everyone")) {
        return Served::all(false);
    }
    // Superusers have it unless the row says no.
    let named = ["authenticated", "staff", "testing"].iter().any(|key| is_true(fields.get(key)));
    let lists = ["groups", "users"].iter().any(|key| !is_empty(fields.get(key)));
    let languages =
        fields.get("languages").and_then(Node::text).is_some_and(|text| !text.is_empty());
    if named || lists || languages || !is_false(fields.get("superusers")) {
        return Served::Targeted;
    }
    let share = fields.get("percent").filter(|it| !it.is_null());
    share.map_or(Served::all(false), |share| percent(share).map_or(Served::Unknown, Served::yes_to))
}
