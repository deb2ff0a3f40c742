//! Edits, looked at twice: what the project would say with them is scanned before they are shown.
//!
//! Those that do not settle their finding, or that bring another one, are taken back.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use super::Args;
use super::places::Places;
use crate::definitions::Sealer;
use crate::finding::{Finding, Identity};
use crate::graph::Graph;
use crate::scan::{Edited, Scan};
use crate::sync::{Ask, Outcome, Plan, Step, plan};
use crate::text::FileId;

/// How often edits may be taken back and the rest be looked at again.
const ROUNDS: usize = 6;

/// A plan that held when the project was scanned with it.
pub(super) struct Made {
    /// The plan.
    pub(super) plan: Plan,
    /// The findings whose edits were taken back, by their place, and why.
    pub(super) withdrawn: BTreeMap<usize, String>,
}

/// Plans, scans what would be, and takes back what does not hold, until all that is left does.
pub(super) fn settle(
    args: &Args,
    scan: &Scan,
    chosen: &[&Finding],
    ask: Ask,
    places: &Places,
    sealer: &Sealer,
) -> anyhow::Result<Made> {
    let graph = Graph::build(&scan.inventory);
    let is_open = |id: FileId| places.is_open(scan, id);
    let mut withdrawn: BTreeMap<usize, String> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let kept: Vec<(usize, &Finding)> = chosen
            .iter()
            .enumerate()
            .filter(|(at, _)| !withdrawn.contains_key(at))
            .map(|(at, finding)| (at, *finding))
            .collect();
        let findings: Vec<&Finding> = kept.iter().map(|(_, finding)| *finding).collect();
        let mut plan = plan(&graph, &scan.files, &findings, ask, sealer, &is_open);
        // Those that were taken back have an outcome too, an empty one.
        for at in withdrawn.keys() {
            plan.outcomes.insert(*at, Outcome::default());
        }
        if plan.drafts.is_empty() {
            return Ok(Made { plan, withdrawn });
        }
        let texts: Edited = plan
            .drafts
            .iter()
            .map(|(id, draft)| {
                let file = scan.files.get(*id);
                ((file.root, file.path.clone()), draft.text().clone())
            })
            .collect();
        let after = args.scan.scan_edited(&texts, sealer)?;
        let against = against(scan, &after, chosen, &plan, args);
        if against.is_empty() {
            return Ok(Made { plan, withdrawn });
        }
        withdrawn.extend(against);
    }
    bail!("the edits bring ever other findings: choose fewer, with --rule or --key")
}

/// What a scan with the edits says against them, by finding.
fn against(
    before: &Scan,
    after: &Scan,
    chosen: &[&Finding],
    plan: &Plan,
    args: &Args,
) -> BTreeMap<usize, String> {
    let least = args.min_confidence.confidence();
    let then: Vec<(Identity, &Finding)> = after
        .findings
        .iter()
        .filter(|finding| finding.confidence >= least)
        .map(|finding| (Identity::of(finding, &after.inventory, &after.files), finding))
        .collect();
    let known: BTreeSet<_> = before
        .findings
        .iter()
        .map(|finding| Identity::of(finding, &before.inventory, &before.files).subject())
        .collect();
    let mut against = BTreeMap::new();
    for (at, (finding, outcome)) in chosen.iter().zip(&plan.outcomes).enumerate() {
        if outcome.steps.is_empty() {
            continue;
        }
        let own = Identity::of(finding, &before.inventory, &before.files);
        let same_place = |other: &Identity| {
            own.environments.is_empty() || !own.environments.is_disjoint(&other.environments)
        };
        let is_still = then.iter().any(|(other, _)| {
            other.subject() == own.subject() && same_place(other) && other.path == own.path
        });
        let new = then
            .iter()
            .find(|(other, _)| other.key == own.key && !known.contains(&other.subject()));
        if let Some((_, new)) = new {
            let message = format!("with it, {} would say: {}", new.rule, new.message);
            against.insert(at, message);
        } else if is_still && outcome.is_settled() {
            let message = "with the edit that is possible the finding would stay";
            against.insert(at, message.to_owned());
        }
    }
    if against.is_empty() {
        against.extend(strangers(after, &then, &known, before, plan));
    }
    against
}

/// The edits that new findings about other keys come from, as far as that can be told: those of the same file, and of them
/// first those that add something.
fn strangers(
    after: &Scan,
    then: &[(Identity, &Finding)],
    known: &BTreeSet<(&'static str, &'static str, String)>,
    scan: &Scan,
    plan: &Plan,
) -> BTreeMap<usize, String> {
    let mut against = BTreeMap::new();
    let new = then.iter().filter(|(other, _)| !known.contains(&other.subject()));
    for (_, new) in new {
        let labels = std::iter::once(&new.primary).chain(&new.related);
        let places: BTreeSet<&str> =
            labels.map(|label| after.files.get(label.span.file).path.as_str()).collect();
        let is_near = |step: &Step| places.contains(scan.files.get(step.file).path.as_str());
        let of = |adds: bool| -> Vec<usize> {
            let all = plan.outcomes.iter().enumerate();
            let fit = all.filter(|(_, outcome)| {
                let mut steps = outcome.steps.iter();
                steps.any(|step| is_near(step) && (!adds || step.what.starts_with("adds")))
            });
            fit.map(|(at, _)| at).collect()
        };
        let adding = of(true);
        let culprits = if adding.is_empty() { of(false) } else { adding };
        let message = format!("with it, {} would say: {}", new.rule, new.message);
        against.extend(culprits.into_iter().map(|at| (at, message.clone())));
    }
    against
}
