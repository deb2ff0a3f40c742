//! GrowthBook: the features that its API lists, and what it hands its SDKs.
//!
//! In an environment where a feature is not enabled it gives nothing: the default of the code. Rules are tried in order.

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Item, Named, Served, day, entries, is_data, is_empty, is_false, is_true, list,
    named, roots, share, text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Percent, Serves, ValueType};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "growthbook", paths: is_data, needles: &["defaultValue"], claims, extract };

/// The features of an answer of the API.
fn listed(root: Node<'_>) -> Vec<Node<'_>> {
    let all = match (root.get("features"), root.get("feature")) {
        (Some(features), _) => features.items(),
        (None, Some(feature)) => vec![feature],
        (None, None) => vec![root],
    };
    let is_one = |feature: &Node<'_>| {
        ["id", "valueType", "defaultValue"].iter().all(|key| feature.get(key).is_some())
    };
    all.into_iter().filter(is_one).collect()
}

/// The features that an SDK gets.
fn handed(root: Node<'_>) -> Vec<Item<'_>> {
    let features = entries(root.get("features"));
    let is_plain = |feature: &Node<'_>| {
        feature.is_map()
            && feature
                .entries()
                .iter()
                .all(|pair| matches!(pair.key, "defaultValue" | "rules" | "metadata" | "project"))
    };
    let has_default = features.iter().any(|(_, feature)| feature.get("defaultValue").is_some());
    if has_default && features.iter().all(|(_, feature)| is_plain(feature)) {
        features
    } else {
        Vec::new()
    }
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !listed(root).is_empty() || !handed(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        for (name, feature) in handed(root) {
            let rules = list(feature, "rules");
            let mut state = FlagState::serving(Serves::Unknown);
            if rules.iter().any(|rule| rule.get("variations").is_some()) {
                state.kind = Some(FlagKind::Experiment);
            }
            let parents = rules.iter().flat_map(|rule| list(*rule, "parentConditions"));
            state.needs.extend(parents.filter_map(|one| text_of(one, &["id"])).map(str::to_owned));
            let otherwise = feature.get("defaultValue").filter(|it| !it.is_null());
            all.add(None, name, serves(otherwise, &rules), state);
        }
        for feature in listed(root) {
            if let Some(name) = named(feature, "id") {
                of_api(&mut all, name, feature);
            }
        }
    }
    all.finish(documents)
}

fn of_api(all: &mut Flags<'_>, name: Named<'_>, feature: Node<'_>) {
    let mut state = FlagState::serving(Serves::Unknown);
    state.is_archived = is_true(feature.get("archived"));
    state.is_permanent = is_true(feature.get("neverStale"));
    state.dates.created = day(feature.get("dateCreated"));
    state.dates.changed = day(feature.get("dateUpdated"));
    state.owner = text_of(feature, &["owner"]).map(str::to_owned);
    let parents = list(feature, "prerequisites").into_iter();
    let parents =
        parents.filter_map(|one| one.text().or_else(|| text_of(one, &["parentId", "id"])));
    state.needs.extend(parents.map(str::to_owned));
    state.gives = match text_of(feature, &["valueType"]) {
        Some("boolean") => ValueType::Bool(Vec::new()),
        Some("number") => ValueType::Float,
        Some("string") => ValueType::Text,
        Some("json") => ValueType::Json,
        _ => ValueType::Unknown,
    };
    let environments = feature.get("environments").map(Node::entries).unwrap_or_default();
    if environments.is_empty() {
        all.add(None, name, Served::Unknown, state.clone());
    }
    for pair in environments {
        let mut rules = list(pair.value, "rules");
        rules.extend(list(feature, "rules").into_iter().filter(|rule| is_for(*rule, pair.key)));
        rules.retain(|rule| !is_false(rule.get("enabled")));
        let mut state = state.clone();
        let is_experiment = |rule: &Node<'_>| {
            text_of(*rule, &["type"]).is_some_and(|it| it.starts_with("experiment"))
        };
        if rules.iter().any(is_experiment) {
            state.kind = Some(FlagKind::Experiment);
        }
        let own = pair.value.get("defaultValue").filter(|it| !it.is_null());
        let otherwise = own.or_else(|| feature.get("defaultValue"));
        let served = match is_true(pair.value.get("enabled")) {
            false => Served::Default,
            true if !state.needs.is_empty() => Served::Targeted,
            true => serves(otherwise, &rules),
        };
        all.add(Some(pair.key), name, served, state);
    }
}

/// Whether a rule of the feature is for an environment.
fn is_for(rule: Node<'_>, environment: &str) -> bool {
    is_true(rule.get("allEnvironments"))
        || list(rule, "environments").iter().any(|one| one.text() == Some(environment))
}

/// What the rules give; what none of them fits gets `otherwise`.
fn serves<'a>(otherwise: Option<Node<'a>>, rules: &[Node<'a>]) -> Served<'a> {
    let default = || otherwise.map_or(Served::Default, |value| Served::One(Answer::At(value)));
    let Some(first) = rules.first() else { return default() };
    // Rules that all give what is given without them change nothing.
    let given = |rule: &Node<'a>| rule.get("force").or_else(|| rule.get("value"));
    let same = |rule: &Node<'a>| {
        given(rule).is_some_and(|value| {
            value.text().is_some() && Some(value.text()) == otherwise.map(Node::text)
        })
    };
    if rules.iter().all(same) {
        return default();
    }
    if is_conditional(*first) {
        return Served::Targeted;
    }
    let coverage = first.get("coverage").map_or(Some(Percent::ALL), |node| share(node, 1.0));
    let (Some(coverage), Some(value)) = (coverage, given(first)) else { return experiment(*first) };
    let rest = Percent(Percent::ALL.0 - coverage.0);
    match (coverage, otherwise) {
        (Percent::ALL, _) => Served::One(Answer::At(value)),
        (_, Some(otherwise)) if rules.len() == 1 => {
            Served::Parts(vec![(Answer::At(value), coverage), (Answer::At(otherwise), rest)])
        }
        (_, None) if rules.len() == 1 => Served::Parts(vec![(Answer::At(value), coverage)]),
        _ => Served::Targeted,
    }
}

/// Whether it depends on who asks whether a rule holds.
fn is_conditional(rule: Node<'_>) -> bool {
    let is_open = |condition: Node<'_>| match condition.text() {
        Some(text) => text.trim().is_empty() || text.trim() == "{}" || condition.is_null(),
        None => condition.entries().is_empty(),
    };
    !rule.get("condition").is_none_or(is_open)
        || [
            "filters",
            "namespace",
            "parentConditions",
            "prerequisites",
            "range",
            "savedGroupTargeting",
            "savedGroups",
        ]
        .iter()
        .any(|key| !is_empty(rule.get(key)))
}

/// What an experiment for all gives.
fn experiment(rule: Node<'_>) -> Served<'_> {
    let values = list(rule, "variations");
    let weights = list(rule, "weights");
    let covers_all = rule.get("coverage").is_none_or(|it| share(it, 1.0) == Some(Percent::ALL));
    if values.is_empty() || !covers_all || !is_empty(rule.get("ranges")) {
        return Served::Targeted;
    }
    let parts = values.iter().enumerate().map(|(at, value)| {
        let weight = weights.get(at).and_then(|weight| share(*weight, 1.0));
        let even = u64::from(Percent::ALL.0);
        let value = value.get("value").unwrap_or(*value);
        (Answer::At(value), weight.map_or(even, |weight| u64::from(weight.0)))
    });
    Served::weighted(parts.collect())
}
