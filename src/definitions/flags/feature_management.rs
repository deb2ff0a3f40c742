//! Microsoft's feature management: the sections of settings files, and the flags of Azure App Configuration.
//!
//! What filters say that are not Microsoft's own is not known.

use super::super::Format;
use super::super::context::Context;
use super::super::settings_place;
use super::{
    Answer, Flags, Item, Named, Served, day, entries, is_data, is_empty, is_true, list, named,
    percent, roots, text_of,
};
use crate::document::{Document, Entry as Pair, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagState, Percent, Serves};
use crate::text::{File, TextRange};

/// The row, for files elsewhere; in settings files its sections are taken out of the settings.
pub(in super::super) static FORMAT: Format =
    Format { name: "feature-management", paths: is_data, needles: &["eature"], claims, extract };

/// Whether an entry at the top of a file is a section of flags.
pub(in super::super) fn is_section(pair: &Pair<'_>) -> bool {
    match pair.key {
        "feature_management" => pair.value.get("feature_flags").is_some_and(Node::is_list),
        "FeatureManagement" => pair.value.is_map(),
        _ => false,
    }
}

/// The source of the sections among these entries.
pub(in super::super) fn of_settings(
    context: Context<'_>,
    pairs: &[Pair<'_>],
) -> Option<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for pair in pairs.iter().filter(|pair| is_section(pair)) {
        section(&mut all, pair.value);
    }
    let source = all.finish(&[]).pop();
    source.filter(|source| !source.entries.is_empty())
}

fn claims(file: &File, documents: &[Document]) -> bool {
    !settings_place::is_settings(&file.path)
        && roots(documents).flat_map(Node::entries).any(|pair| is_section(&pair))
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for pair in roots(documents).flat_map(Node::entries).filter(is_section) {
        section(&mut all, pair.value);
    }
    all.finish(documents)
}

fn section(all: &mut Flags<'_>, section: Node<'_>) {
    for flag in list(section, "feature_flags") {
        if let Some(name) = named(flag, "id") {
            add(all, None, name, flag, None);
        }
    }
    let is_new = |(name, _): &Item<'_>| name.name == "feature_flags";
    for (name, flag) in entries(Some(section)).into_iter().filter(|item| !is_new(item)) {
        let (served, state) = of_old_form(flag);
        all.add(None, name, served, state);
    }
}

/// Adds a flag of the form that all of Microsoft's libraries share; `within` is the place of its text, where it stands in another.
pub(in super::super) fn add(
    all: &mut Flags<'_>,
    environment: Option<&str>,
    name: Named<'_>,
    flag: Node<'_>,
    within: Option<TextRange>,
) {
    let filters = flag.get("conditions").map(|it| list(it, "client_filters")).unwrap_or_default();
    let all_must = flag.at(&["conditions", "requirement_type"]).and_then(Node::text) == Some("All");
    let mut state = FlagState::serving(Serves::Unknown);
    let served = match is_true(flag.get("enabled")) {
        false => Served::all(false),
        true if filters.is_empty() => variants(flag),
        true => filtered(&filters, ("name", "parameters"), all_must, &mut state),
    };
    let served = within.map_or(served.clone(), |range| served.within(range));
    all.add(environment, name, served, state);
}

/// `"X": true`, `"X": {"EnabledFor": [{"Name": "Percentage", "Parameters": {"Value": 50}}]}`.
fn of_old_form(flag: Node<'_>) -> (Served<'_>, FlagState) {
    let mut state = FlagState::serving(Serves::Unknown);
    if flag.text().is_some() {
        return (Served::all(is_true(Some(flag))), state);
    }
    let filters = list(flag, "EnabledFor");
    if filters.is_empty() {
        return (Served::all(false), state);
    }
    let all_must = text_of(flag, &["RequirementType"]) == Some("All");
    let served = filtered(&filters, ("Name", "Parameters"), all_must, &mut state);
    (served, state)
}

/// What filters let through: any of them, or all.
fn filtered<'a>(
    filters: &[Node<'a>],
    (name, parameters): (&str, &str),
    all_must: bool,
    state: &mut FlagState,
) -> Served<'a> {
    let mut shares = Vec::new();
    for filter in filters {
        let word = text_of(*filter, &[name]).unwrap_or_default();
        let given = filter.get(parameters);
        let of = |key: &str| given.and_then(|given| given.get(key));
        shares.push(match word.strip_prefix("Microsoft.").unwrap_or(word) {
            "AlwaysOn" => Some(Percent::ALL),
            "Percentage" | "PercentageFilter" => of("Value").and_then(percent),
            "Targeting" | "TargetingFilter" => of("Audience").and_then(audience),
            "TimeWindow" | "TimeWindowFilter" => {
                state.dates.expires = state.dates.expires.or_else(|| written_day(of("End")));
                if filters.len() == 1 {
                    return Served::Unknown;
                }
                None
            }
            _ => None,
        });
    }
    match shares.as_slice() {
        [Some(only)] => Served::yes_to(*only),
        all if all_must && all.contains(&Some(Percent::NONE)) => Served::all(false),
        all if all_must && all.iter().all(|it| *it == Some(Percent::ALL)) => Served::all(true),
        all if !all_must && all.contains(&Some(Percent::ALL)) => Served::all(true),
        _ => Served::Targeted,
    }
}

/// The share that an audience without names lets through.
fn audience(audience: Node<'_>) -> Option<Percent> {
    let is_open = ["Users", "Groups"].iter().all(|key| is_empty(audience.get(key)));
    let share = audience.get("DefaultRolloutPercentage").and_then(percent)?;
    // All who are not named get it too.
    (share == Percent::ALL && is_empty(audience.get("Exclusion")) || is_open).then_some(share)
}

/// A day, also as mail has it: `Wed, 01 May 2019 13:59:59 GMT`.
fn written_day(node: Option<Node<'_>>) -> Option<jiff::civil::Date> {
    if let Some(date) = day(node) {
        return Some(date);
    }
    let text = node?.text()?;
    let mut words =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let (_, day, month, year) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|known| month.starts_with(known))? + 1;
    jiff::civil::Date::new(year.parse().ok()?, i8::try_from(month).ok()?, day.parse().ok()?).ok()
}

/// What a flag without filters gives: yes, or the variants that are set out for all.
fn variants(flag: Node<'_>) -> Served<'_> {
    let Some(allocation) = flag.get("allocation").filter(|it| !is_empty(Some(*it))) else {
        return Served::all(true);
    };
    if !is_empty(allocation.get("user")) || !is_empty(allocation.get("group")) {
        return Served::Targeted;
    }
    let known = list(flag, "variants");
    let is_known = |name: &str| known.iter().any(|one| text_of(*one, &["name"]) == Some(name));
    if known.iter().any(|one| one.get("status_override").is_some()) {
        return Served::Unknown;
    }
    let mut left = Percent::ALL;
    let mut parts = Vec::new();
    for part in list(allocation, "percentile") {
        let end = |key: &str| part.get(key).and_then(percent);
        let (Some(word), Some(from), Some(to)) = (named(part, "variant"), end("from"), end("to"))
        else {
            return Served::Unknown;
        };
        if !is_known(word.name) {
            return Served::Unknown;
        }
        let share = Percent(to.0.saturating_sub(from.0));
        left.0 = left.0.saturating_sub(share.0);
        parts.push((Answer::Word(word.name, word.range), share));
    }
    if let Some(word) = named(allocation, "default_when_enabled") {
        if !is_known(word.name) {
            return Served::Unknown;
        }
        parts.push((Answer::Word(word.name, word.range), left));
    }
    if parts.is_empty() { Served::all(true) } else { Served::Parts(parts) }
}
