//! Unleash: exports, the features that its API lists, and what it hands its SDKs.
//!
//! A feature that is disabled is off. Strategies are tried until one holds.

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Named, Served, day, is_empty, is_false, is_json, is_true, named, percent, roots,
    text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "unleash",
    paths: is_json,
    needles: &["\"features\"", "\"name\""],
    claims,
    extract,
};

/// How older exports call all environments.
const EVERYWHERE: &str = ":global:";

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `unleash export`: features, and beside them their strategies and environments.
    Export,
    /// What an SDK gets: each feature with its strategies, for one environment.
    Client,
    /// What the API lists: each feature with its environments.
    List,
}

fn form(root: Node<'_>) -> Option<Form> {
    let features = root.get("features").filter(|it| it.is_list())?.items();
    let of_all = |holds: fn(Node<'_>) -> bool| {
        !features.is_empty()
            && features.iter().all(|feature| named(*feature, "name").is_some() && holds(*feature))
    };
    match () {
        () if root.get("featureEnvironments").is_some() && of_all(|_| true) => Some(Form::Export),
        // One that is off need not say so.
        () if features.iter().any(|it| it.get("enabled").is_some())
            && of_all(|it| it.get("strategies").is_some_and(Node::is_list)) =>
        {
            Some(Form::Client)
        }
        () if of_all(|it| {
            it.get("environments").is_some_and(Node::is_list)
                && (it.get("stale").is_some() || it.get("impressionData").is_some())
        }) =>
        {
            Some(Form::List)
        }
        () => None,
    }
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| form(root).is_some())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        let Some(form) = form(root) else { continue };
        let features = root.get("features").map(Node::items).unwrap_or_default();
        let exported = Exported::of(root);
        for feature in features {
            let Some(name) = named(feature, "name") else { continue };
            match form {
                Form::Export => exported.add(&mut all, feature, name),
                Form::Client => all.add(None, name, serves(feature), state(feature)),
                Form::List => {
                    for environment in
                        feature.get("environments").map(Node::items).unwrap_or_default()
                    {
                        let mut state = state(feature);
                        state.dates.evaluated =
                            day(environment.get("lastSeenAt")).or(state.dates.evaluated);
                        all.add(text_of(environment, &["name"]), name, listed(environment), state);
                    }
                }
            }
        }
    }
    all.finish(documents)
}

/// The tables of an export, by feature.
#[derive(Default)]
struct Exported<'a> {
    strategies: std::collections::BTreeMap<&'a str, Vec<Node<'a>>>,
    environments: std::collections::BTreeMap<&'a str, Vec<Node<'a>>>,
    dependencies: std::collections::BTreeMap<&'a str, Vec<Node<'a>>>,
}

impl<'a> Exported<'a> {
    fn of(root: Node<'a>) -> Self {
        let mut tables = Self::default();
        for (key, of, table) in [
            ("featureStrategies", "featureName", &mut tables.strategies),
            ("featureEnvironments", "featureName", &mut tables.environments),
            ("dependencies", "feature", &mut tables.dependencies),
        ] {
            for row in root.get(key).map(Node::items).unwrap_or_default() {
                if let Some(feature) = row.get(of).and_then(Node::text) {
                    table.entry(feature).or_default().push(row);
                }
            }
        }
        tables
    }

    fn add(&self, all: &mut Flags<'_>, feature: Node<'a>, name: Named<'a>) {
        let none = Vec::new();
        let of = |table: &std::collections::BTreeMap<&'a str, Vec<Node<'a>>>| {
            table.get(name.name).unwrap_or(&none).clone()
        };
        let environments = of(&self.environments);
        let mut state = state(feature);
        let needs = of(&self.dependencies).into_iter();
        let needs = needs.filter_map(|row| row.get("dependencies")).flat_map(Node::items);
        state.needs.extend(needs.filter_map(|it| text_of(it, &["feature"])).map(str::to_owned));
        if environments.is_empty() {
            all.add(None, name, Served::Unknown, state.clone());
        }
        for environment in environments {
            let mut state = state.clone();
            state.dates.evaluated = day(environment.get("lastSeenAt")).or(state.dates.evaluated);
            let place = text_of(environment, &["environment"]);
            let mut used = of(&self.strategies);
            // Older exports hold the strategies of all environments.
            used.retain(|one| text_of(*one, &["environment"]).is_none_or(|it| Some(it) == place));
            let own = environment.get("variants").filter(|own| !is_empty(Some(*own)));
            let served = match is_true(environment.get("enabled")) {
                false => Served::all(false),
                true if !state.needs.is_empty() => Served::Targeted,
                true => strategies(&used, own.or_else(|| feature.get("variants"))),
            };
            all.add(place.filter(|it| *it != EVERYWHERE), name, served, state);
        }
    }
}

fn state(feature: Node<'_>) -> FlagState {
    let mut state = FlagState::serving(Serves::Unknown);
    state.kind = match feature.get("type").and_then(Node::text) {
        Some("release") => Some(FlagKind::Release),
        Some("experiment") => Some(FlagKind::Experiment),
        Some("operational") => Some(FlagKind::Ops),
        Some("sunset") => Some(FlagKind::Sunset),
        Some("kill-switch") => Some(FlagKind::KillSwitch),
        Some("permission") => Some(FlagKind::Permission),
        _ => None,
    };
    state.is_archived =
        is_true(feature.get("archived")) || day(feature.get("archivedAt")).is_some();
    state.dates.created = day(feature.get("createdAt"));
    state.dates.evaluated = day(feature.get("lastSeenAt"));
    let creator = feature.get("createdBy").and_then(|by| text_of(by, &["name"]));
    state.owner = creator.map(str::to_owned);
    let needs = feature.get("dependencies").map(Node::items).unwrap_or_default();
    state
        .needs
        .extend(needs.into_iter().filter_map(|it| text_of(it, &["feature"])).map(str::to_owned));
    state
}

/// What an environment of the API's list says: it may leave the strategies out.
fn listed(environment: Node<'_>) -> Served<'_> {
    if !is_true(environment.get("enabled")) {
        return Served::all(false);
    }
    match environment.get("strategies") {
        Some(all) => strategies(&all.items(), environment.get("variants")),
        None if is_false(environment.get("hasStrategies")) => Served::all(true),
        None => Served::Unknown,
    }
}

fn serves(feature: Node<'_>) -> Served<'_> {
    if !is_true(feature.get("enabled")) {
        return Served::all(false);
    }
    if !is_empty(feature.get("dependencies")) {
        return Served::Targeted;
    }
    let all = feature.get("strategies").map(Node::items).unwrap_or_default();
    strategies(&all, feature.get("variants"))
}

/// What the strategies of an enabled feature give: any that holds turns it on.
fn strategies<'a>(all: &[Node<'a>], variants: Option<Node<'a>>) -> Served<'a> {
    let used: Vec<Node<'a>> =
        all.iter().copied().filter(|strategy| !is_true(strategy.get("disabled"))).collect();
    // Only disabled strategies turn nothing on; none at all turns it on for everybody.
    if used.is_empty() {
        return if all.is_empty() { with_variants(variants) } else { Served::all(false) };
    }
    let mut open = None;
    for strategy in &used {
        let reach = reach(*strategy);
        match reach {
            Some(Percent::ALL) => {
                let own = strategy.get("variants").filter(|own| !is_empty(Some(*own)));
                return with_variants(own.or(variants));
            }
            Some(Percent::NONE) => {}
            Some(share) if used.len() == 1 => open = Some(share),
            _ => return Served::Targeted,
        }
    }
    match open {
        Some(_) if !is_empty(variants) || !is_empty(used[0].get("variants")) => Served::Targeted,
        Some(share) => Served::yes_to(share),
        None => Served::all(false),
    }
}

/// How many a strategy holds for; `None` where that depends on who asks.
fn reach(strategy: Node<'_>) -> Option<Percent> {
    if !is_empty(strategy.get("constraints")) || !is_empty(strategy.get("segments")) {
        return None;
    }
    let parameter = |key: &str| strategy.at(&["parameters", key]).and_then(percent);
    // State files of Unleash's fourth version write `strategyName`.
    match text_of(strategy, &["name", "strategyName"])? {
        "default" => Some(Percent::ALL),
        "flexibleRollout" => parameter("rollout"),
        // The others of its kind need a user or a session.
        "gradualRolloutRandom" => parameter("percentage"),
        _ => None,
    }
}

/// On for everybody: one of several variants, where there are some.
fn with_variants(variants: Option<Node<'_>>) -> Served<'_> {
    let all = variants.map(Node::items).unwrap_or_default();
    let parts: Vec<_> = all
        .into_iter()
        .filter_map(|variant| {
            let name = named(variant, "name")?;
            let weight = variant.get("weight")?.text()?.parse::<u64>().ok()?;
            Some((Answer::Word(name.name, name.range), weight))
        })
        .collect();
    if parts.is_empty() { Served::all(true) } else { Served::weighted(parts) }
}
