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
use crate::history;
use crate::scan::{Edited, Origin, Scan};
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
    (sealer, history): (&Sealer, Option<&history::Ask>),
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
        let after = args.scan.scan_as(Origin::Edited(&texts), sealer, history.cloned())?;
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
    let identity = |finding: &&Finding| Identity::of(finding, &before.inventory, &before.files);
    let owns: Vec<Identity> = chosen.iter().map(identity).collect();
    let mut against = BTreeMap::new();
    for (at, (own, outcome)) in owns.iter().zip(&plan.outcomes).enumerate() {
        if outcome.steps.is_empty() {
            continue;
        }
        let same_place = |other: &Identity| {
            let is_other_drift =
                own.rule == "value-drift" && own.environments != other.environments;
            let overlaps = !own.environments.is_disjoint(&other.environments);
            own.environments.is_empty() || overlaps && !is_other_drift
        };
        let is_still = then.iter().any(|(other, _)| {
            other.subject() == own.subject() && same_place(other) && other.path == own.path
        });
        let new = then.iter().find(|(other, _)| {
            other.key == own.key
                && !known.contains(&other.subject())
                && !reveals(own.rule, other.rule)
        });
        if let Some((_, new)) = new {
            let message = format!("with it, {} would say: {}", new.rule, new.message);
            against.insert(at, message);
        } else if is_still && outcome.is_settled() {
            let message = "with the edit that is possible the finding would stay";
            against.insert(at, message.to_owned());
        }
    }
    if against.is_empty() {
        against.extend(strangers(after, &then, &known, (before, chosen, &owns), plan));
    }
    against
}

/// Whether the edits for one rule only bring to light what another one says: what is live differs between environments
/// whether it is declared or not.
fn reveals(rule: &str, other: &str) -> bool {
    const ACROSS: &[&str] =
        &["hidden-fallback", "lingering-override", "missing-required", "value-drift"];
    rule == "live-drift" && ACROSS.contains(&other)
}

/// The edits that new findings about other keys come from, as far as that can be told: those of the same section, else
/// those of the same file, of which those that add something come first; else all.
fn strangers(
    after: &Scan,
    then: &[(Identity, &Finding)],
    known: &BTreeSet<(&'static str, &'static str, String)>,
    (scan, chosen, owns): (&Scan, &[&Finding], &[Identity]),
    plan: &Plan,
) -> BTreeMap<usize, String> {
    let mut against = BTreeMap::new();
    // A template that lists more shows what else it lacks: that was so before.
    let is_new =
        |other: &Identity| !known.contains(&other.subject()) && other.rule != "undeclared-key";
    let edited: Vec<usize> = plan
        .outcomes
        .iter()
        .enumerate()
        .filter(|(_, outcome)| !outcome.steps.is_empty())
        .map(|(at, _)| at)
        .collect();
    for (other, new) in then.iter().filter(|(other, _)| is_new(other)) {
        let is_told = |at: &usize| {
            owns.get(*at).is_some_and(|own| own.key == other.key && reveals(own.rule, other.rule))
        };
        if edited.iter().any(is_told) {
            continue;
        }
        let labels = std::iter::once(&new.primary).chain(&new.related);
        let places: BTreeSet<&str> =
            labels.map(|label| after.files.get(label.span.file).path.as_str()).collect();
        let is_near = |step: &Step| places.contains(scan.files.get(step.file).path.as_str());
        let of = |fits: &dyn Fn(usize) -> bool| -> Vec<usize> {
            edited.iter().copied().filter(|at| fits(*at)).collect()
        };
        let is_kin = |at: usize| {
            let key = chosen.get(at).and_then(|finding| finding.key);
            let name = key.map_or("", |key| scan.inventory.key(key).name.as_str());
            let section = |name: &str| name.rsplit_once('.').map(|(section, _)| section.to_owned());
            section(name).is_some() && section(name) == section(&other.key)
        };
        let is_added = |at: usize| {
            let steps = &plan.outcomes[at].steps;
            steps.iter().any(|step| is_near(step) && step.is_new)
        };
        let is_there = |at: usize| plan.outcomes[at].steps.iter().any(is_near);
        let culprits = [of(&is_kin), of(&is_added), of(&is_there), edited.clone()];
        let culprits = culprits.into_iter().find(|all| !all.is_empty()).unwrap_or_default();
        let message = format!("with it, {} would say: {}", new.rule, new.message);
        against.extend(culprits.into_iter().map(|at| (at, message.clone())));
    }
    against
}
