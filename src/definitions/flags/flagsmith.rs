//! Flagsmith: exports of features, and what it hands its SDKs for one environment.
//!
//! Whether a feature is enabled and which value it has are two things: a feature that is off gives no, one that is on and has
//! a value gives that, else yes.

use std::collections::BTreeSet;

use super::super::Format;
use super::super::context::Context;
use super::super::settings_place::names_environment;
use super::{Answer, Flags, Served, day, is_json, is_true, list, named, percent, roots, text_of};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format =
    Format { name: "flagsmith", paths: is_json, needles: &["enabled", "feature"], claims, extract };

/// The same for exports, which say little of what they are.
pub(in super::super) static EXPORT: Format = Format {
    name: "flagsmith-export",
    paths: is_json,
    needles: &["default_enabled", "initial_value"],
    claims,
    extract,
};

/// The features of a file: of an export, of an environment's document, of an answer of the API.
fn features(root: Node<'_>) -> Vec<Node<'_>> {
    let all = match (root.get("feature_states"), root.get("results")) {
        (Some(states), _) => states.items(),
        (None, Some(results)) => results.items(),
        (None, None) => root.items(),
    };
    if all.iter().all(|one| is_exported(*one) || is_state(*one)) { all } else { Vec::new() }
}

/// A feature of an export or of the project's list.
fn is_exported(one: Node<'_>) -> bool {
    ["name", "default_enabled", "initial_value"].iter().all(|key| one.get(key).is_some())
}

/// The state of a feature in an environment.
fn is_state(one: Node<'_>) -> bool {
    one.get("enabled").is_some()
        && one.get("feature_state_value").is_some()
        && one.at(&["feature", "name"]).is_some()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !features(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, "flagsmith");
    for root in roots(documents) {
        let environment = text_of(root, &["name"]).filter(|name| names_environment(name));
        let overridden = overridden(root);
        for one in features(root) {
            let feature = one.get("feature").unwrap_or(one);
            let Some(name) = named(feature, "name") else { continue };
            let mut state = FlagState::serving(Serves::Unknown);
            state.is_archived = is_true(feature.get("is_archived"));
            state.dates.created = day(feature.get("created_date"));
            let owner =
                list(feature, "owners").into_iter().find_map(|one| text_of(one, &["email"]));
            state.owner = owner.map(str::to_owned);
            let is_override = ["feature_segment", "identity"]
                .iter()
                .any(|key| one.get(key).is_some_and(|node| !node.is_null()));
            let served = if is_override || overridden.contains(name.name) {
                Served::Targeted
            } else {
                serves(one)
            };
            all.add(environment, name, served, state);
        }
    }
    all.finish(documents)
}

/// The features that some segment or identity has a value of its own for.
fn overridden(root: Node<'_>) -> BTreeSet<&str> {
    let segments = root.get("project").map(|project| list(project, "segments")).unwrap_or_default();
    let of_segments = segments.into_iter().flat_map(|segment| list(segment, "feature_states"));
    let identities = list(root, "identity_overrides").into_iter();
    let of_identities = identities.flat_map(|identity| list(identity, "identity_features"));
    let states = of_segments.chain(of_identities);
    states.filter_map(|state| state.at(&["feature", "name"])?.text()).collect()
}

fn serves(one: Node<'_>) -> Served<'_> {
    let Some(enabled) = one.get("enabled").filter(|it| !it.is_null()) else {
        return Served::Unknown;
    };
    if !is_true(Some(enabled)) {
        return Served::all(false);
    }
    let value = ["feature_state_value", "value"].iter().find_map(|key| one.get(key));
    let value = value.filter(|it| !it.is_null() && it.text() != Some(""));
    let control = value.map_or(Answer::Is(true), Answer::At);
    let variants = ["multivariate", "multivariate_feature_state_values"];
    let variants: Vec<Node<'_>> = variants.iter().flat_map(|key| list(one, key)).collect();
    let mut left = Percent::ALL;
    let mut parts = Vec::new();
    for variant in variants {
        let share = ["percentage_allocation", "default_percentage_allocation"];
        let share = share.iter().find_map(|key| variant.get(key)).and_then(percent);
        let option = variant.get("multivariate_feature_option").unwrap_or(variant);
        let given = ["value", "string_value", "integer_value", "boolean_value"].iter();
        let given = given.filter_map(|key| option.get(key)).find(|it| !it.is_null());
        let (Some(share), Some(given)) = (share, given) else { return Served::Unknown };
        left.0 = left.0.saturating_sub(share.0);
        parts.push((Answer::At(given), share));
    }
    parts.push((control, left));
    Served::Parts(parts)
}
