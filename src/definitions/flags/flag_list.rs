//! Lists of flags that a project keeps itself, one file for each environment: each with its name, whether it is on, and perhaps
//! for which share of those who ask.
//!
//! Believed by where the file stands, since anything can have a name and be on. What else a project hangs on a flag depends on
//! who asks.

use super::super::Format;
use super::super::context::Context;
use super::{
    Flags, Item, Served, is_empty, is_false, is_true, named, note_metadata, percent, roots, text_of,
};
use crate::document::{Document, Node, Syntax};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Serves, ValueType};
use crate::nature::registry::{declares, keeps_states};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "flag-list",
    paths: is_list_of_flags,
    needles: &["name", "enabled"],
    claims,
    extract,
};

/// Where a list may stand below the top of its file.
const LISTS: &[&str] = &["feature_flags", "featureFlags", "features", "flags", "toggles"];

/// What says for which share a flag is on.
const SHARES: &[&str] =
    &["percentage", "rollout", "rolloutPercentage", "rollout_percent", "rollout_percentage"];

/// What hangs on a flag and decides nothing.
const ASIDE: &[&str] = &["labels", "links", "metadata", "tags"];

/// Whether a file of data is called like flags, or one of its folders is: `feature_flags/production.json`, `toggles.yaml`.
fn is_list_of_flags(path: &str) -> bool {
    let is_data = matches!(Syntax::of(path), Some(Syntax::Json | Syntax::Toml | Syntax::Yaml));
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    is_data && (declares(stem) || keeps_states(stem) || folders.split('/').any(keeps_states))
}

/// The items of a list of which each has a name without spaces and is on or off; none where one is anything else.
fn flags(root: Node<'_>) -> Vec<Item<'_>> {
    let lists = LISTS.iter().filter_map(|key| root.get(key)).chain([root]);
    let all = lists.map(Node::items).find(|items| !items.is_empty()).unwrap_or_default();
    let found: Option<Vec<_>> = all.into_iter().map(one).collect();
    found.unwrap_or_default()
}

fn one(flag: Node<'_>) -> Option<Item<'_>> {
    let name = flag.is_map().then(|| named(flag, "name"))??;
    let is_state = is_true(flag.get("enabled")) || is_false(flag.get("enabled"));
    (is_state && !name.name.contains(char::is_whitespace)).then_some((name, flag))
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for (name, flag) in roots(documents).flat_map(flags) {
        let mut state = FlagState::serving(Serves::Unknown);
        state.kind = text_of(flag, &["kind", "type"]).and_then(FlagKind::of);
        state.gives = ValueType::Bool(Vec::new());
        note_metadata(Some(flag), &mut state);
        all.add(None, name, serves(flag), state);
    }
    all.finish(documents)
}

fn serves(flag: Node<'_>) -> Served<'_> {
    if is_false(flag.get("enabled")) {
        return Served::all(false);
    }
    let decides = flag.entries().into_iter().any(|pair| {
        let is_deep = pair.value.is_map() || pair.value.is_list();
        is_deep && !is_empty(Some(pair.value)) && !ASIDE.contains(&pair.key)
    });
    if decides {
        return Served::Targeted;
    }
    let share = SHARES.iter().find_map(|key| flag.get(key)).filter(|it| !it.is_null());
    match share {
        None => Served::all(true),
        Some(share) => percent(share).map_or(Served::Unknown, Served::yes_to),
    }
}
