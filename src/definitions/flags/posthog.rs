//! PostHog: the flags that its API lists, and what it hands SDKs that evaluate them.
//!
//! The groups of a flag are tried in order; a group without a share is for all that it fits. What is shared out by groups of
//! users only (companies, teams) in some of its conditions depends on who asks.

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Served, day, is_empty, is_json, is_true, list, named, percent, roots, text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "posthog",
    paths: is_json,
    needles: &["\"filters\"", "\"groups\"", "\"active\""],
    claims,
    extract,
};

fn flags(root: Node<'_>) -> Vec<Node<'_>> {
    let all = match (root.get("flags"), root.get("results")) {
        (Some(flags), _) => flags.items(),
        (None, Some(results)) => results.items(),
        (None, None) if root.is_list() => root.items(),
        (None, None) => vec![root],
    };
    let is_one = |flag: &Node<'_>| {
        flag.get("active").is_some()
            && named(*flag, "key").is_some()
            && flag.at(&["filters", "groups"]).is_some_and(Node::is_list)
    };
    all.into_iter().filter(is_one).collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for flag in roots(documents).flat_map(flags) {
        let Some(name) = named(flag, "key") else { continue };
        let mut state = FlagState::serving(Serves::Unknown);
        state.is_archived = is_true(flag.get("deleted"));
        state.dates.created = day(flag.get("created_at"));
        state.dates.changed = day(flag.get("updated_at"));
        state.dates.evaluated = day(flag.get("last_called_at"));
        state.owner =
            flag.get("created_by").and_then(|by| text_of(by, &["email"])).map(str::to_owned);
        state.is_for_clients = text_of(flag, &["evaluation_runtime"]) == Some("client");
        if !is_empty(flag.get("experiment_set")) {
            state.kind = Some(FlagKind::Experiment);
        }
        all.add(None, name, serves(flag), state);
    }
    all.finish(documents)
}

fn serves(flag: Node<'_>) -> Served<'_> {
    if !is_true(flag.get("active")) {
        return Served::all(false);
    }
    let Some(filters) = flag.get("filters") else { return Served::Unknown };
    let decides = ["super_groups", "holdout_groups", "holdout"];
    if decides.iter().any(|key| !is_empty(filters.get(key))) {
        return Served::Targeted;
    }
    let groups = list(filters, "groups");
    let has_variant = |group: &Node<'_>| group.get("variant").is_some_and(|it| !it.is_null());
    let reach = |group: Node<'_>| {
        let share = group.get("rollout_percentage").filter(|it| !it.is_null());
        let share = share.map_or(Some(Percent::ALL), percent)?;
        (share == Percent::NONE || is_empty(group.get("properties"))).then_some(share)
    };
    let by = |node: Node<'_>| {
        node.get("aggregation_group_type_index").filter(|it| !it.is_null()).map(Node::range)
    };
    let is_for_others = |group: &Node<'_>| by(*group).is_some() && by(filters).is_none();
    if groups.iter().any(|group| has_variant(group) || is_for_others(group)) {
        return Served::Targeted;
    }
    let mut shares: Vec<_> = groups.iter().map(|group| reach(*group)).collect();
    let fits_all = |group: &Node<'_>| is_empty(group.get("properties"));
    if is_true(filters.get("early_exit"))
        && let Some(last) = groups.iter().position(fits_all)
    {
        // Whoever a group fits and its share leaves out is asked no further.
        shares.truncate(last + 1);
    }
    let share = match shares.as_slice() {
        all if all.contains(&Some(Percent::ALL)) => Percent::ALL,
        all if all.iter().all(|share| *share == Some(Percent::NONE)) => Percent::NONE,
        [Some(one)] => *one,
        _ => return Served::Targeted,
    };
    let variants = filters.get("multivariate").map(|it| list(it, "variants")).unwrap_or_default();
    if variants.is_empty() || share == Percent::NONE {
        return Served::yes_to(share);
    }
    let parts: Option<Vec<_>> = variants
        .into_iter()
        .map(|variant| {
            let name = named(variant, "key")?;
            let of_all = percent(variant.get("rollout_percentage")?)?;
            let part = u64::from(of_all.0) * u64::from(share.0) / u64::from(Percent::ALL.0);
            let answer = Answer::Word(name.name, name.range);
            Some((answer, Percent(u32::try_from(part).unwrap_or(0))))
        })
        .collect();
    let Some(mut parts) = parts else { return Served::Unknown };
    parts.push((Answer::Is(false), Percent(Percent::ALL.0 - share.0)));
    Served::Parts(parts)
}
