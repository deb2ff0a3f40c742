//! Every key and what each environment makes of it, with the place that each value comes from.
//!
//! Keys that code reads come first. Values are shown as `explain` shows them: none that is withheld.

use serde::Serialize;

use super::super::given::{Given, Marks};
use super::super::{Report, clean};
use crate::graph::{Graph, Liveness, Presence};
use crate::model::{Absence, KeyId};

/// The most keys that stand on a page.
const MOST: usize = 2_000;

/// The most values of one key in one environment: workloads may get different ones.
const VALUES: usize = 3;

/// The table.
#[derive(Serialize)]
pub(super) struct Matrix {
    environments: Vec<String>,
    rows: Vec<Row>,
    /// How many keys do not stand there.
    left: usize,
}

/// A key.
#[derive(Serialize)]
struct Row {
    key: String,
    namespace: &'static str,
    read: &'static str,
    cells: Vec<Cell>,
}

/// What an environment makes of it.
#[derive(Serialize)]
struct Cell {
    presence: &'static str,
    values: Vec<Held>,
    more: usize,
}

/// A value, and where it is written.
#[derive(Serialize)]
struct Held {
    text: String,
    place: String,
}

/// The table of a report; `None` where no environment is known.
pub(super) fn of(report: &Report<'_>) -> Option<Matrix> {
    let inventory = report.inventory;
    if inventory.environments.is_empty() {
        return None;
    }
    let graph = Graph::build(inventory);
    let leads = graph.keys().filter(|key| graph.lead(*key) == *key);
    let mut keys: Vec<(bool, KeyId)> = leads
        .filter_map(|key| {
            let is_read = graph.deployed_reads_of(key).next().is_some();
            let is_given = graph
                .environments()
                .any(|(at, _)| !matches!(graph.presence(key, at), Presence::Absent));
            (is_read || is_given).then_some((!is_read, key))
        })
        .collect();
    keys.sort_by_key(|(unread, key)| (*unread, &inventory.key(*key).name, *key));
    let left = keys.len().saturating_sub(MOST);
    keys.truncate(MOST);
    Some(Matrix {
        environments: inventory.environments.iter().map(|one| clean(&one.name)).collect(),
        rows: keys.into_iter().map(|(_, key)| row(report, &graph, key)).collect(),
        left,
    })
}

fn row(report: &Report<'_>, graph: &Graph<'_>, key: KeyId) -> Row {
    let named = report.inventory.key(key);
    let all: Vec<_> = graph.environments().map(|(at, _)| (at, graph.presence(key, at))).collect();
    let set = all.iter().filter_map(|(_, presence)| match presence {
        Presence::Set(values) => Some(values),
        Presence::Absent | Presence::Unknown(_) => None,
    });
    let marks = Marks::of(set.flatten().map(|value| &value.winner.value));
    Row {
        key: clean(&named.name),
        namespace: named.namespace.as_str(),
        read: read(graph, key),
        cells: all.iter().map(|(_, presence)| cell(report, presence, &marks)).collect(),
    }
}

/// What code does with the key, the strictest read first.
fn read(graph: &Graph<'_>, key: KeyId) -> &'static str {
    let absences: Vec<Absence> = graph.deployed_reads_of(key).map(|read| read.absence).collect();
    let order = [Absence::Required, Absence::Default, Absence::Optional, Absence::Presence];
    match order.into_iter().find(|absence| absences.contains(absence)) {
        Some(absence) => absence.as_str(),
        None if matches!(graph.liveness(key), Liveness::Unread) => "not read",
        None => "may be read",
    }
}

fn cell(report: &Report<'_>, presence: &Presence<'_>, marks: &Marks) -> Cell {
    match presence {
        Presence::Absent => Cell { presence: "absent", values: Vec::new(), more: 0 },
        Presence::Unknown(_) => Cell { presence: "unknown", values: Vec::new(), more: 0 },
        Presence::Set(all) => {
            let mut values: Vec<Held> = Vec::new();
            for value in all {
                let given = Given::of(report.files, report.inventory, value.winner, marks);
                let held = Held { text: given.text(), place: given.place.text() };
                if values.iter().all(|other| other.text != held.text) {
                    values.push(held);
                }
            }
            let more = values.len().saturating_sub(VALUES);
            values.truncate(VALUES);
            Cell { presence: "set", values, more }
        }
    }
}
