//! LaunchDarkly: what its API and command line print of flags, and the files that its SDKs take in its place.
//!
//! A flag that is off serves its off variation, or the default of the code where it has none. Prerequisites decide over
//! a flag from outside.

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Item, Named, Served, day, entries, is_data, is_empty, is_false, is_true, named,
    roots, text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "launchdarkly", paths: is_data, needles: &["variation"], claims, extract };

/// The row of files that SDKs take in place of the service.
pub(in super::super) static FILE: Format = Format {
    name: "launchdarkly-file",
    paths: is_data,
    needles: &["flag"],
    claims: claims_file,
    extract: extract_file,
};

/// Of how many a rollout speaks.
const WHOLE: u64 = 100_000;

/// The flags of an answer of the API: one, or a list.
fn flags(root: Node<'_>) -> Vec<Node<'_>> {
    let all = match root.get("items") {
        Some(items) => items.items(),
        None if root.is_list() => root.items(),
        None => vec![root],
    };
    all.into_iter().filter(|flag| is_one(*flag)).collect()
}

fn is_one(flag: Node<'_>) -> bool {
    let is_kind = |kind: Node<'_>| {
        matches!(kind.text(), Some("boolean" | "multivariate" | "string" | "number" | "json"))
    };
    flag.get("key").is_some()
        && flag.get("kind").is_some_and(is_kind)
        && flag.get("variations").is_some_and(Node::is_list)
        && ["environments", "_links", "creationDate", "temporary"]
            .iter()
            .any(|key| flag.get(key).is_some())
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !flags(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for flag in roots(documents).flat_map(flags) {
        let Some(name) = named(flag, "key") else { continue };
        let values: Vec<Node<'_>> = flag
            .get("variations")
            .map(Node::items)
            .unwrap_or_default()
            .into_iter()
            .map(|variation| variation.get("value").unwrap_or(variation))
            .collect();
        let environments = flag.get("environments").map(Node::entries).unwrap_or_default();
        if environments.is_empty() {
            all.add(None, name, Served::Unknown, state(flag));
        }
        for pair in environments {
            let mut state = state(flag);
            state.is_archived |= is_true(pair.value.get("archived"));
            state.dates.changed = day(pair.value.get("lastModified"));
            state.dates.evaluated =
                ["lastRequested", "_lastRequested"].iter().find_map(|key| day(pair.value.get(key)));
            settle(&mut all, Some(pair.key), name, pair.value, &values, state);
        }
    }
    all.finish(documents)
}

/// What is said of a flag beside what it serves.
fn state(flag: Node<'_>) -> FlagState {
    let mut state = FlagState::serving(Serves::Unknown);
    state.is_archived = is_true(flag.get("archived"));
    state.is_permanent = is_false(flag.get("temporary"));
    state.dates.created = day(flag.get("creationDate"));
    let maintainer = flag.get("_maintainer").and_then(|it| text_of(it, &["email", "_id"]));
    let owner = text_of(flag, &["maintainerTeamKey"]).or(maintainer);
    state.owner = owner.or_else(|| text_of(flag, &["maintainerId"])).map(str::to_owned);
    let for_clients = |key| is_true(flag.at(&["clientSideAvailability", key]));
    state.is_for_clients = for_clients("usingEnvironmentId")
        || for_clients("usingMobileKey")
        || is_true(flag.get("clientSide"));
    state
}

/// Adds what a flag serves, with the flags that decide over it.
fn settle<'a>(
    all: &mut Flags<'_>,
    environment: Option<&str>,
    name: Named<'_>,
    config: Node<'a>,
    values: &[Node<'a>],
    mut state: FlagState,
) {
    let needs = config.get("prerequisites").map(Node::items).unwrap_or_default();
    state.needs.extend(needs.iter().filter_map(|need| need.get("key")?.text()).map(str::to_owned));
    let is_experiment = config.at(&["fallthrough", "rollout", "kind"]).and_then(Node::text);
    if is_experiment == Some("experiment") {
        state.kind = Some(FlagKind::Experiment);
    }
    all.add(environment, name, serves(config, values), state);
}

fn serves<'a>(config: Node<'a>, values: &[Node<'a>]) -> Served<'a> {
    let value = |at: Option<Node<'_>>| {
        let at = at?.text()?.parse::<usize>().ok()?;
        values.get(at).copied().map(Answer::At)
    };
    if let Some(summary) = config.get("_summary").filter(|_| config.get("fallthrough").is_none()) {
        return summarized(summary, is_true(config.get("on")), values);
    }
    if !is_true(config.get("on")) {
        let off = config.get("offVariation").filter(|off| !off.is_null());
        // A file without the word says nothing of it.
        if config.get("on").is_none() {
            return Served::Unknown;
        }
        return match off {
            None => Served::Default,
            Some(off) => value(Some(off)).map_or(Served::Unknown, Served::One),
        };
    }
    let has_targets = ["targets", "contextTargets"].iter().any(|key| {
        let targets = config.get(key).map(Node::items).unwrap_or_default();
        targets.into_iter().any(|target| !is_empty(target.get("values")))
    });
    if has_targets || !is_empty(config.get("rules")) || !is_empty(config.get("prerequisites")) {
        return Served::Targeted;
    }
    let Some(fallthrough) = config.get("fallthrough") else { return Served::Unknown };
    if let Some(one) = value(fallthrough.get("variation")) {
        return Served::One(one);
    }
    let parts = fallthrough.at(&["rollout", "variations"]).map(Node::items).unwrap_or_default();
    let weighted = parts.into_iter().map(|part| {
        let weight = part.get("weight")?.text()?.parse::<u64>().ok()?;
        Some((value(part.get("variation"))?, weight.min(WHOLE)))
    });
    weighted.collect::<Option<Vec<_>>>().map_or(Served::Unknown, Served::weighted)
}

/// What the short form of a list says: for each variation who gets it.
fn summarized<'a>(summary: Node<'a>, is_on: bool, values: &[Node<'a>]) -> Served<'a> {
    let variations = summary.get("variations").map(Node::entries).unwrap_or_default();
    let value = |key: &str| values.get(key.parse::<usize>().ok()?).copied().map(Answer::At);
    if !is_on {
        let off = variations.iter().find(|pair| is_true(pair.value.get("isOff")));
        return off
            .map_or(Served::Default, |pair| value(pair.key).map_or(Served::Unknown, Served::One));
    }
    let count = |node: Option<Node<'_>>| {
        node.and_then(Node::text).is_some_and(|text| text.parse::<u64>().is_ok_and(|many| many > 0))
    };
    let is_targeted = variations.iter().any(|pair| {
        ["rules", "targets", "contextTargets", "nullRules"]
            .iter()
            .any(|key| count(pair.value.get(key)))
    });
    if is_targeted || count(summary.get("prerequisites")) {
        return Served::Targeted;
    }
    let parts = variations.iter().filter_map(|pair| {
        let weight = pair.value.get("rollout")?.text()?.parse::<u64>().ok()?;
        Some((value(pair.key)?, weight))
    });
    let parts: Vec<_> = parts.collect();
    if !parts.is_empty() {
        return Served::weighted(parts);
    }
    let through = variations.iter().find(|pair| is_true(pair.value.get("isFallthrough")));
    through.and_then(|pair| value(pair.key)).map_or(Served::Unknown, Served::One)
}

/// The flags of a file: whole ones, and values for all.
fn in_file(root: Node<'_>) -> (Vec<Item<'_>>, Vec<Item<'_>>) {
    let mut whole = entries(root.get("flags"));
    whole.retain(|(_, flag)| {
        flag.get("variations").is_some_and(Node::is_list)
            && (flag.get("on").is_some() || flag.get("fallthrough").is_some())
    });
    (whole, entries(root.get("flagValues")))
}

fn claims_file(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| {
        let known = ["$schema", "flags", "flagValues", "segments"];
        let (whole, values) = in_file(root);
        !(whole.is_empty() && values.is_empty())
            && root.entries().iter().all(|pair| known.contains(&pair.key))
    })
}

fn extract_file(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FILE.name);
    for root in roots(documents) {
        let (whole, values) = in_file(root);
        for (name, flag) in whole {
            let variations = flag.get("variations").map(Node::items).unwrap_or_default();
            settle(&mut all, None, name, flag, &variations, state(flag));
        }
        for (name, value) in values {
            let state = FlagState::serving(Serves::Unknown);
            all.add(None, name, Served::One(Answer::At(value)), state);
        }
    }
    all.finish(documents)
}
