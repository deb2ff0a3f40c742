//! Sentry's Flagpole: options that are flags, with an owner, a day of creation and segments. A flag without segments is off.

use super::super::Format;
use super::super::context::Context;
use super::{
    Flags, Item, Named, Served, day, entries, is_data, is_empty, is_false, list, percent, roots,
    text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::{File, TextRange};

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "flagpole",
    paths: is_data,
    needles: &["segments", "owner", "created_at"],
    claims,
    extract,
};

/// How the options of flags begin.
const PREFIX: &str = "feature.";

fn flags(root: Node<'_>) -> Vec<Item<'_>> {
    let maps = [root.get("options"), root.get("features"), Some(root)];
    let is_one = |(_, flag): &Item<'_>| {
        flag.get("segments").is_some_and(|it| it.is_list() || it.is_null())
            && flag.get("owner").is_some()
            && flag.get("created_at").is_some()
    };
    maps.into_iter().flat_map(entries).filter(is_one).collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for (name, flag) in roots(documents).flat_map(flags) {
        let mut state = FlagState::serving(Serves::Unknown);
        state.dates.created = day(flag.get("created_at"));
        let owner = flag.get("owner");
        let owner = owner.and_then(|it| it.text().or_else(|| text_of(it, &["team", "email"])));
        state.owner = owner.map(str::to_owned);
        all.add(None, asked(context, name), serves(flag), state);
    }
    all.finish(documents)
}

/// The name as code asks for it, without what makes it an option.
fn asked<'a>(context: Context<'_>, option: Named<'a>) -> Named<'a> {
    let Some(name) = option.name.strip_prefix(PREFIX) else { return option };
    let range = context.raw(option.range).find(PREFIX).map_or(option.range, |at| {
        let start = option.range.start as usize + at + PREFIX.len();
        TextRange::new(start, (start + name.len()).min(option.range.end as usize))
    });
    Named { name, range }
}

fn serves(flag: Node<'_>) -> Served<'_> {
    if is_false(flag.get("enabled")) {
        return Served::all(false);
    }
    let share = |segment: &Node<'_>| match segment.get("rollout").filter(|it| !it.is_null()) {
        None => Some(Percent::ALL),
        Some(share) => percent(share),
    };
    let segments = list(flag, "segments");
    let open = |segment: &&Node<'_>| is_empty(segment.get("conditions"));
    if segments.iter().filter(open).any(|it| share(it) == Some(Percent::ALL)) {
        return Served::all(true);
    }
    match segments.as_slice() {
        all if all.iter().all(|it| share(it) == Some(Percent::NONE)) => Served::all(false),
        [only] if open(&only) => share(only).map_or(Served::Unknown, Served::yes_to),
        _ => Served::Targeted,
    }
}
