//! How a flag is taken out, in order, and every place that has to do with it: what the rules about flags share.

use std::collections::BTreeSet;

use super::Context;
use super::evidence::{of_definition, of_place, of_read, verb};
use crate::finding::{Label, LabelRole};
use crate::lifecycle::Flag;
use crate::model::EnvironmentId;
use crate::text::Span;

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

/// Everything that gives a flag a value or lists it: what loses to another layer, where a chart keeps the value, templates, what is
/// set for tools.
pub(super) fn values(context: &Context<'_>, flag: &Flag<'_>) -> Vec<Label> {
    let given = flag.definitions.iter().map(|one| {
        let place = context.graph.served_by(one.source).next().map(|(id, _)| id);
        of_definition(one, place, "set here too")
    });
    let listed = flag.elsewhere.iter().map(|one| {
        let is_for_tools = context.graph.inventory.source(one.source).is_for_tools();
        of_definition(one, None, if is_for_tools { "set here for tools" } else { "listed here" })
    });
    let written = written(flag).into_iter().map(|span| {
        let (role, message) = (LabelRole::Definition, "its value is written here".to_owned());
        Label { span, role, message, environment: None }
    });
    given.chain(written).chain(listed).collect()
}

/// Where the values of a flag are written, where that is elsewhere, and what they are laid over.
fn written(flag: &Flag<'_>) -> BTreeSet<Span> {
    let all = flag.definitions.iter().flat_map(|one| one.written.iter().chain(&one.lost));
    all.copied().collect()
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
    let all: BTreeSet<Span> = flag.definitions.iter().map(|one| one.key_span).collect();
    let (count, others) = (all.len(), written(flag).len() + flag.elsewhere.len());
    if count > 0 {
        let mut places = format!("{count} {}", verb(count, "definition", "definitions"));
        if others > 0 {
            let what = verb(others, "other place", "other places");
            places = format!("{places}, and {others} {what} where it stands");
        }
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
