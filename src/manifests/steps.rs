//! The steps of a workflow that start programs of the tree, and the variables that each has.
//!
//! What a workflow that calls this one gives, and what actions give, is not seen.

use std::collections::BTreeMap;

use super::started::{Started, started};
use super::workflow::output;
use crate::document::Node;
use crate::facts::build::Step;
use crate::text::TextRange;
use crate::text::relative::joined;

/// The variables that are there, each with the place that says so.
type Given = BTreeMap<String, TextRange>;

/// Names that the steps of one file have together: more are generated, and steps behind them give nothing.
const MAX_GIVEN: usize = 50_000;

/// The steps of a workflow or an action.
pub(super) fn steps(root: Node<'_>) -> Vec<Step> {
    let own = with_own(&Given::new(), root);
    let jobs = root.get("jobs").map(Node::entries).unwrap_or_default();
    let jobs = jobs.iter().map(|job| job.value).chain(root.get("runs"));
    let mut found = Vec::new();
    let mut left = MAX_GIVEN;
    for job in jobs {
        of_job(job, &own, &mut left, &mut found);
    }
    found
}

fn with_own(around: &Given, node: Node<'_>) -> Given {
    let own = node.get("env").map(Node::entries).unwrap_or_default();
    let own = own.iter().map(|pair| (pair.key.to_owned(), pair.key_range));
    around.clone().into_iter().chain(own).collect()
}

fn of_job(job: Node<'_>, around: &Given, room: &mut usize, found: &mut Vec<Step>) {
    let Some(left) = room.checked_sub(around.len()) else { return };
    *room = left;
    let mut given = with_own(around, job);
    let home = ["defaults", "run", "working-directory"];
    let home = job.at(&home).and_then(Node::text).unwrap_or("");
    for step in job.get("steps").map(Node::items).unwrap_or_default() {
        let Some(run) = step.entries().into_iter().find(|pair| pair.key == "run") else { continue };
        let Some(script) = run.value.text() else { continue };
        let folder = step.get("working-directory").and_then(Node::text).unwrap_or(home);
        let folder = joined("", folder).filter(|folder| !folder.contains('$'));
        let Started { programs, gives: by_script, takes } =
            folder.map(|folder| started(script, &folder)).unwrap_or_default();
        if !programs.is_empty() {
            let Some(left) = room.checked_sub(given.len()) else { return };
            *room = left;
            let mut all = with_own(&given, step);
            all.extend(by_script.into_iter().map(|name| (name, run.key_range)));
            found.push(Step { programs, gives: all, takes, range: run.key_range });
        }
        // What it writes is there for those behind it.
        let written = output().into_iter().flat_map(|pattern| pattern.captures_iter(script));
        let written = written.filter(|one| &one["kind"] == "ENV");
        given.extend(written.map(|one| (one["name"].to_owned(), run.key_range)));
    }
}
