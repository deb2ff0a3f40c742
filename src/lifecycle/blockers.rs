//! What speaks against taking a flag out: what stops it for certain, and what leaves a doubt.

use std::collections::BTreeSet;

use super::{Flag, Ground, Stand, State, Unity};
use crate::graph::Reason;
use crate::model::{Confidence, Definition, Environment, EnvironmentId};
use crate::nature::sdk::is_copy;
use crate::text::Span;

/// Something that speaks against taking a flag out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blocker {
    /// Whether it leaves a doubt only, and does not keep the flag where it is by itself.
    pub is_doubt: bool,
    /// What, as a phrase.
    pub what: String,
    /// Where, if it stands somewhere.
    pub span: Option<Span>,
}

#[derive(Default)]
struct Against(BTreeSet<Blocker>);

impl Against {
    fn stop(&mut self, what: impl Into<String>, span: Option<Span>) {
        self.0.insert(Blocker { is_doubt: false, what: what.into(), span });
    }

    fn doubt(&mut self, what: impl Into<String>, span: Option<Span>) {
        self.0.insert(Blocker { is_doubt: true, what: what.into(), span });
    }
}

/// Everything that speaks against taking the flag out, the gravest first.
pub(super) fn blockers(ground: &Ground<'_>, flag: &Flag<'_>) -> Vec<Blocker> {
    let mut all = Against::default();
    if let Some((kind, teller)) = flag.kind
        && kind.stays()
    {
        let who = teller.as_str();
        let at = flag.notes.first().map(|note| note.span);
        all.stop(format!("its {who} says that it stays: {}", kind.as_str()), at);
    }
    of_states(ground, flag, &mut all);
    of_others(ground, flag, &mut all);
    of_providers(ground, flag, &mut all);
    all.0.into_iter().collect()
}

/// Who else may ask for it.
fn of_others(ground: &Ground<'_>, flag: &Flag<'_>, all: &mut Against) {
    let graph = ground.graph;
    for reason in flag.family.iter().flat_map(|key| graph.reasons(*key)) {
        let phrase = graph.phrase(&reason);
        let at = |read: &crate::model::ReadId| Some(graph.inventory.read(*read).span);
        match &reason {
            Reason::Pattern(read) => all.doubt(phrase, at(read)),
            // What takes in everything asks for nothing: it only matters where nothing else asks.
            Reason::Wild(read) if flag.reads.is_empty() => all.doubt(phrase, at(read)),
            Reason::Mention(text) if !text.is_prose() => all.doubt(phrase, Some(text.span)),
            Reason::Asked(ask) if flag.reads.is_empty() => all.doubt(phrase, Some(ask.span)),
            Reason::Consumer(_) => all.stop(phrase, None),
            _ => {}
        }
    }
    // What takes in all flags asks for none: it only matters where nothing asks for this one.
    let together = flag.declarations.iter().filter_map(|one| one.together);
    for span in together.filter(|_| flag.reads.is_empty()) {
        all.doubt("code takes it together with all others, whichever they are", Some(span));
    }
    for (_, read) in &flag.reads {
        if ground.idle.get(&read.span).is_some_and(|sure| *sure < Confidence::High) {
            all.doubt("something that is not seen may use its field", Some(read.span));
        }
    }
    let name = &graph.inventory.key(flag.key).name;
    if ground.config.is_consumed_elsewhere(name) {
        all.stop("the policy says that something elsewhere reads it", None);
    }
}

fn of_providers(ground: &Ground<'_>, flag: &Flag<'_>, all: &mut Against) {
    let inventory = ground.graph.inventory;
    let name = &inventory.key(flag.key).name;
    for other in ground.needed.get(name).into_iter().flatten().filter(|key| **key != flag.key) {
        all.stop(format!("the flag `{}` needs it", inventory.key(*other).name), None);
    }
    if let Some(asked) = flag.asked.filter(|asked| asked.is_of_late && flag.reads.is_empty()) {
        let what = format!("its provider was asked for it on {}: something asks", asked.date);
        all.doubt(what, flag.definitions.first().map(|one| one.key_span));
    }
    for other in unseen(ground, flag) {
        let name = &inventory.environment(other).name;
        all.stop(format!("no copy of what its provider serves in `{name}` is seen"), None);
    }
    for one in &flag.definitions {
        let Some(state) = one.flag.as_deref() else { continue };
        if state.is_for_clients {
            let what = "its provider hands it to browsers or phones too, which may ask for it";
            all.doubt(what, Some(one.key_span));
        }
        for needed in &state.needs {
            all.stop(format!("the flag `{needed}` decides over it"), Some(one.key_span));
        }
    }
}

/// The environments in which a flag is deployed and of which its provider's copies, that name others, tell nothing.
fn unseen(ground: &Ground<'_>, flag: &Flag<'_>) -> Vec<EnvironmentId> {
    let inventory = ground.graph.inventory;
    let is_copied = |one: &&Definition| is_copy(inventory.source(one.source).kind);
    if !flag.definitions.iter().any(is_copied) || !flag.unity.is_one() {
        return Vec::new();
    }
    let told: Vec<_> = flag.states.iter().filter_map(|state| state.environment).collect();
    let deployed = ground.graph.environments().filter(|(id, environment)| {
        let is_named = environment.name != Environment::UNNAMED;
        is_named && !environment.is_local && !told.contains(id)
    });
    if told.is_empty() { Vec::new() } else { deployed.map(|(id, _)| id).collect() }
}

fn of_states(ground: &Ground<'_>, flag: &Flag<'_>, all: &mut Against) {
    if flag.is_seeded {
        let what =
            "only what fills a new database gives it: what people switched since is not seen";
        all.doubt(what, flag.definitions.first().map(|one| one.key_span));
    }
    let place = |state: &State<'_>| match state.environment {
        Some(id) => format!("`{}`", ground.graph.inventory.environment(id).name),
        None => "every environment".to_owned(),
    };
    let at = |state: &State<'_>| state.winners.first().map(|one| one.key_span);
    for state in flag.states.iter().filter(|state| !state.is_local) {
        let place = place(state);
        match &state.stand {
            Stand::Targeted => all.stop(format!("in {place} it depends on who asks"), at(state)),
            Stand::Share { .. } => {
                all.stop(format!("in {place} {} get it", state.stand.phrase()), at(state));
            }
            Stand::Mixed(_) => all.stop(format!("workloads of {place} differ"), at(state)),
            Stand::Unknown(why) => all.stop(format!("in {place} {why}"), at(state)),
            Stand::On | Stand::Off | Stand::Value(_) => {}
        }
    }
    if flag.unity == Unity::Differ {
        all.stop("the environments differ", None);
    }
    for state in other_locals(flag) {
        if flag.kind.is_none() {
            // Who develops or tests with another value uses it as a setting.
            all.stop(format!("{} has another value", place(state)), at(state));
        } else if is_on_its_way(flag) {
            all.stop(
                format!("in {} it is on: what it brings may be on its way", place(state)),
                at(state),
            );
        }
    }
}

/// What developers and tests set to another value than all who are deployed.
pub(super) fn other_locals<'a, 'b>(flag: &'b Flag<'a>) -> impl Iterator<Item = &'b State<'a>> {
    let common = match &flag.unity {
        Unity::One(stand) => Some(stand),
        _ => None,
    };
    flag.states.iter().filter(move |state| {
        // Of a switch that nobody calls a flag, what the code says by itself is one of the values that it is used with.
        let is_given = !state.winners.is_empty() || flag.kind.is_none() && state.stand.is_one();
        state.is_local && is_given && common.is_some_and(|stand| state.stand != *stand)
    })
}

/// Whether a flag is off wherever it is deployed, and on for who develops or tests.
pub(super) fn is_on_its_way(flag: &Flag<'_>) -> bool {
    flag.unity == Unity::One(Stand::Off) && other_locals(flag).any(|state| state.stand == Stand::On)
}
