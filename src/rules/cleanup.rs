//! How a flag is taken out, in order, and every place that has to do with it: what the rules about flags share.

use std::collections::BTreeSet;

use super::Context;
use super::evidence::{of_place, of_read, verb};
use crate::finding::Label;
use crate::lifecycle::Flag;
use crate::model::EnvironmentId;

/// How many places are listed: all of them but for what no person reads.
const MOST: usize = 200;

/// The places of a flag, each once.
pub(super) fn places(mut labels: Vec<Label>, primary: &Label) -> Vec<Label> {
    let mut met = BTreeSet::from([primary.span]);
    labels.retain(|label| met.insert(label.span));
    labels.truncate(MOST);
    labels
}

/// The code that goes with a flag, beside the places that ask for it: where it decides, where it is declared, what never runs,
/// and the tests that set it.
pub(super) fn code(flag: &Flag<'_>) -> Vec<Label> {
    let checks = flag.checks.iter().map(|span| of_place(*span, "the check"));
    let declared = flag.declarations.iter().map(|one| of_place(one.span, "declared here"));
    let losing = flag.leaves.branches.iter().map(|span| of_place(*span, "this never runs"));
    let helpers = flag.leaves.helpers.iter();
    let helpers = helpers.map(|one| of_place(one.at, "only called where nothing runs"));
    let tests = flag.tests.iter().map(|read| of_read(read, "a test asks for it"));
    let set = flag.set_by_tests.iter().map(|span| of_place(*span, "a test sets it"));
    checks.chain(declared).chain(losing).chain(helpers).chain(tests).chain(set).collect()
}

/// What leaves the code together with the check.
fn losing(flag: &Flag<'_>) -> String {
    let tests = flag.tests.len() + flag.set_by_tests.len();
    let helpers = flag.leaves.helpers.len();
    let mut parts = Vec::new();
    if !flag.declarations.is_empty() {
        parts.push("its declaration".to_owned());
    }
    if !flag.leaves.branches.is_empty() {
        parts.push("the branch that never runs".to_owned());
    }
    if helpers > 0 {
        parts.push(format!(
            "{helpers} {} that only it calls",
            verb(helpers, "function", "functions")
        ));
    }
    if tests > 0 {
        parts.push(format!("what {tests} {} of tests set", verb(tests, "place", "places")));
    }
    match parts.split_last() {
        None => String::new(),
        Some((only, [])) => format!(" with {only}"),
        Some((last, rest)) => format!(" with {} and {last}", rest.join(", ")),
    }
}

/// What to do, in order: the check leaves the code first, for a value that goes first turns the feature off.
pub(super) fn steps(context: &Context<'_>, flag: &Flag<'_>) -> String {
    let name = context.name(flag.key);
    let reads = flag.asking().len() + flag.checks.len();
    let mut steps = Vec::new();
    if reads > 0 {
        let places = format!("{reads} {}", verb(reads, "place", "places"));
        let losing = losing(flag);
        steps.push(format!("take the check out of the code ({places}){losing}, deploy"));
    }
    let mut given: Vec<EnvironmentId> = Vec::new();
    for one in &flag.definitions {
        given.extend(context.graph.served_by(one.source).map(|(id, _)| id));
    }
    given.sort_unstable();
    given.dedup();
    let count = flag.definitions.len();
    if count > 0 {
        let places = format!("{count} {}", verb(count, "definition", "definitions"));
        let from =
            if given.is_empty() { "its provider".to_owned() } else { context.listed(&given) };
        let then = if steps.is_empty() { "" } else { "then " };
        steps.push(format!("{then}take `{name}` out of {from} ({places})"));
    }
    if !flag.leaves.keys.is_empty() {
        let number = flag.leaves.keys.len();
        let keys = flag.leaves.keys.iter().map(|(key, _)| context.name(*key));
        let listed = super::evidence::listed(keys);
        steps.push(format!("{listed} {} with it", verb(number, "goes", "go")));
    }
    steps.join(", ")
}
