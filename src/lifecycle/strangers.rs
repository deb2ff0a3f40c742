//! One flag that two components ask for which have nothing in common, and that one definition drives: since the second came, it
//! may mean two things.
//!
//! Services are switched together by one name on purpose as often as not: what is said of it is unsure. Components are strangers
//! where neither builds on the other and neither lies in the other's folder.

use super::Ground;
use super::state::State;
use crate::graph::Presence;
use crate::model::{Definition, Inventory, KeyId, KeyPast, Moment, Period};
use crate::text::relative::is_within;

/// How many days lie between the two: what is built at one time is built together.
const APART: i64 = 180;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// A flag that a second component asks for.
#[derive(Clone, Debug)]
pub struct Shared<'a> {
    /// The component that asked first, and since when.
    pub first: (&'a str, &'a Moment),
    /// The one that came later.
    pub second: (&'a str, &'a Moment),
    /// The definition that drives both, from before the second came.
    pub by: &'a Definition,
}

/// How a flag is shared by strangers, where one definition that is older than the second drives both.
pub(super) fn shared<'a>(
    ground: &Ground<'a>,
    family: &[KeyId],
    states: &[State<'a>],
    components: &[&'a str],
) -> Option<Shared<'a>> {
    if components.len() < 2 {
        return None;
    }
    let inventory = ground.graph.inventory;
    let chronicle = inventory.chronicle.as_ref()?;
    let past: Vec<&KeyPast> = family.iter().filter_map(|key| chronicle.keys.get(key)).collect();
    if past.is_empty() || past.iter().any(|past| past.is_vague) {
        return None;
    }
    let since = |component: &&'a str| {
        let periods = past.iter().filter_map(|past| past.in_components.get(*component)).flatten();
        let open = periods.filter(|period: &&Period| period.until.is_none() && !period.is_older);
        let first = open.map(|period| &period.from).min()?;
        Some((first, *component))
    };
    let mut all: Vec<(&Moment, &str)> = components.iter().filter_map(since).collect();
    if all.len() < components.len() {
        return None;
    }
    all.sort_unstable();
    let ((from, first), (back, second)) = (*all.first()?, *all.last()?);
    if back.time - from.time < APART * DAY || !are_strangers(inventory, first, second) {
        return None;
    }
    let winners = states.iter().filter(|state| !state.is_local).flat_map(|state| &state.winners);
    let mut older = winners.filter(|one| {
        let value = ground.id_of(one).and_then(|id| chronicle.values.get(&id));
        let is_older = value.is_some_and(|value| value.last.time < back.time);
        is_older && drives(ground, states, one, [first, second])
    });
    let by = older.next()?;
    Some(Shared { first: (first, from), second: (second, back), by })
}

/// Whether two components have nothing in common.
fn are_strangers(inventory: &Inventory, one: &str, other: &str) -> bool {
    let builds = |one: &str, other: &str| {
        inventory.builds_on.get(one).is_some_and(|all| all.contains(other))
    };
    let holds = |outer: &str, inner: &str| outer == "." || is_within(inner, outer);
    !builds(one, other) && !builds(other, one) && !holds(one, other) && !holds(other, one)
}

/// Whether one definition is what both components get in some environment.
fn drives(
    ground: &Ground<'_>,
    states: &[State<'_>],
    definition: &Definition,
    components: [&str; 2],
) -> bool {
    let graph = ground.graph;
    let places =
        states.iter().filter(|state| !state.is_local).filter_map(|state| state.environment);
    let mut places = places.filter(|id| {
        components.iter().all(|component| graph.runs_in(component, *id) != Some(false))
    });
    places.any(|id| {
        components.iter().all(|component| {
            let presence = graph.presence_for(definition.key, id, component);
            match presence {
                Presence::Set(values) => {
                    values.iter().any(|value| value.winner.key_span == definition.key_span)
                }
                _ => false,
            }
        })
    })
}
