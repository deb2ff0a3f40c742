//! Statsig: the specifications that its SDKs download, and the gates that its console lists.
//!
//! Rules are tried in order, and the first that fits decides: those of its people that it does not pass get the default.

use std::collections::BTreeSet;

use super::super::Format;
use super::super::context::Context;
use super::{
    Answer, Flags, Named, Served, day, is_empty, is_json, is_true, list, named, percent, roots,
    text_of,
};
use crate::document::{Document, Node};
use crate::facts::SourceFacts;
use crate::model::{FlagKind, FlagState, Percent, Serves};
use crate::text::File;

/// The row.
pub(in super::super) static FORMAT: Format = Format {
    name: "statsig",
    paths: is_json,
    needles: &["rules", "passPercentage"],
    claims,
    extract,
};

/// The lists of a specification.
const LISTS: &[&str] = &["feature_gates", "dynamic_configs", "layer_configs"];

fn specified(root: Node<'_>) -> Vec<Node<'_>> {
    let all = LISTS.iter().flat_map(|key| list(root, key));
    // Segments and holdouts are parts of rules: no code asks for them.
    let is_asked =
        |one: &Node<'_>| !matches!(text_of(*one, &["entity"]), Some("segment" | "holdout"));
    let is_one = |one: &Node<'_>| {
        one.get("rules").is_some_and(Node::is_list) && one.get("defaultValue").is_some()
    };
    all.filter(is_one).filter(is_asked).collect()
}

fn gates(root: Node<'_>) -> Vec<Node<'_>> {
    let all = root
        .get("data")
        .map_or_else(Vec::new, |data| if data.is_list() { data.items() } else { vec![data] });
    let is_one = |one: &Node<'_>| {
        one.get("isEnabled").is_some() && one.get("rules").is_some() && one.get("id").is_some()
    };
    all.into_iter().filter(is_one).collect()
}

fn claims(_file: &File, documents: &[Document]) -> bool {
    roots(documents).any(|root| !specified(root).is_empty() || !gates(root).is_empty())
}

fn extract(context: Context<'_>, documents: &[Document]) -> Vec<SourceFacts> {
    let mut all = Flags::new(context, FORMAT.name);
    for root in roots(documents) {
        for one in specified(root) {
            let Some(name) = named(one, "name") else { continue };
            let mut state = FlagState::serving(Serves::Unknown);
            if text_of(one, &["entity"]) == Some("experiment") {
                state.kind = Some(FlagKind::Experiment);
            }
            let default = one.get("defaultValue").map_or(Answer::Is(false), Answer::At);
            let is_on = is_true(one.get("enabled"));
            let served =
                if is_on { serves(default, &list(one, "rules")) } else { Served::One(default) };
            all.add(None, name, served, state);
        }
        for gate in gates(root) {
            if let Some(name) = named(gate, "id") {
                of_console(&mut all, name, gate);
            }
        }
    }
    all.finish(documents)
}

fn of_console(all: &mut Flags<'_>, name: Named<'_>, gate: Node<'_>) {
    let mut state = FlagState::serving(Serves::Unknown);
    state.is_permanent = text_of(gate, &["type"]) == Some("PERMANENT");
    let status = text_of(gate, &["status"]).unwrap_or_default();
    state.is_archived =
        day(gate.get("archivedAt")).is_some() || status.eq_ignore_ascii_case("archived");
    state.dates.created = day(gate.get("createdTime"));
    state.dates.changed = day(gate.get("lastModifiedTime"));
    let owner = gate.get("owner").and_then(|owner| text_of(owner, &["ownerEmail"]));
    state.owner = owner.or_else(|| text_of(gate, &["creatorEmail", "team"])).map(str::to_owned);
    let rules = list(gate, "rules");
    let environments: BTreeSet<&str> =
        rules.iter().flat_map(|rule| list(*rule, "environments")).filter_map(Node::text).collect();
    let is_on = is_true(gate.get("isEnabled"));
    let serves = |rules: &[Node<'_>]| if is_on { simple(rules) } else { Served::all(false) };
    if environments.is_empty() {
        all.add(None, name, serves(&rules), state);
        return;
    }
    for environment in environments {
        let is_for = |rule: &&Node<'_>| {
            let named = list(**rule, "environments");
            named.is_empty() || named.iter().any(|one| one.text() == Some(environment))
        };
        let rules: Vec<_> = rules.iter().filter(is_for).copied().collect();
        all.add(Some(environment), name, serves(&rules), state.clone());
    }
}

/// What the rules of a gate of the console give: yes to whom they pass.
fn simple(rules: &[Node<'_>]) -> Served<'static> {
    let Some(first) = rules.first() else { return Served::all(false) };
    let nobody = |rule: &Node<'_>| pass(*rule) == Some(Percent::NONE);
    match pass(*first) {
        _ if rules.iter().all(nobody) => Served::all(false),
        Some(share) if is_public(*first) => Served::yes_to(share),
        _ => Served::Targeted,
    }
}

fn serves<'a>(default: Answer<'a>, rules: &[Node<'a>]) -> Served<'a> {
    let Some(first) = rules.first() else { return Served::One(default) };
    // An experiment decides in place of the rule.
    if rules.iter().any(|rule| rule.get("configDelegate").is_some_and(|it| !it.is_null())) {
        return Served::Targeted;
    }
    let changes = |rule: &Node<'a>| {
        pass(*rule) != Some(Percent::NONE)
            && !rule.get("returnValue").is_some_and(|value| default.is(Answer::At(value)))
    };
    if !rules.iter().any(changes) {
        return Served::One(default);
    }
    let (Some(share), Some(value)) = (pass(*first), first.get("returnValue")) else {
        return Served::Unknown;
    };
    if !is_public(*first) {
        return Served::Targeted;
    }
    Served::Parts(vec![(Answer::At(value), share), (default, Percent(Percent::ALL.0 - share.0))])
}

fn pass(rule: Node<'_>) -> Option<Percent> {
    rule.get("passPercentage").and_then(percent)
}

/// Whether a rule fits all.
fn is_public(rule: Node<'_>) -> bool {
    let conditions = list(rule, "conditions");
    is_empty(rule.get("conditions"))
        || conditions.iter().all(|one| text_of(*one, &["type"]) == Some("public"))
}
