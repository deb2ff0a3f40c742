//! What an environment really runs, as a file shows that was taken from it.
//!
//! Never a layer: what is declared is compared with it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Definition, EnvironmentId, KeyId, SourceId, Value};
use crate::text::Span;

/// All snapshots of one environment, brought together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The environment that they were taken from.
    pub environment: EnvironmentId,
    /// Their files.
    pub sources: Vec<SourceId>,
    /// The effective values, by key; the scope of each is the workload that has it, where the snapshot tells workloads apart.
    pub values: Vec<Definition>,
    /// The workloads that the snapshot shows: whether all of their keys are seen.
    pub workloads: BTreeMap<String, bool>,
    /// Whether it shows all variables of an environment that has no workloads: `heroku config`.
    pub is_whole: bool,
    /// What its workloads decide beside variables.
    pub settings: Vec<LiveSetting>,
    /// What is told of how a key came to be as it is, by workload and key.
    pub traces: BTreeMap<(Option<String>, KeyId), Trace>,
    /// The places, live and declared, of values that are not the same, of which one is withheld and the other is not.
    pub unlike: BTreeSet<(Span, Span)>,
}

/// A setting of a workload as it is live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSetting {
    /// The workload.
    pub workload: String,
    /// Its path: `spec.replicas`.
    pub path: String,
    /// What it is.
    pub value: Value,
    /// Where it is written.
    pub span: Span,
}

/// How a live value came to be, as far as the cluster keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Who set it by hand.
    pub by: Option<Hand>,
    /// What was applied last, compared with what is.
    pub applied: Option<Applied>,
}

impl Trace {
    /// What it tells, as a phrase, of a value that is live.
    pub fn said(&self) -> Option<String> {
        if let Some(hand) = &self.by {
            let on = hand.day.as_ref().map_or(String::new(), |day| format!(" on {day}"));
            return Some(format!("set by hand {}{on}", hand.command));
        }
        let said = match self.applied.as_ref()? {
            Applied::Other(_) => "changed since it was applied last",
            Applied::Nothing => "added since the last apply",
            Applied::Same => "the last apply gave it",
        };
        Some(said.to_owned())
    }
}

/// A change that was made by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// How, as a phrase: "with `kubectl set env`".
    pub command: &'static str,
    /// The day, as `2026-03-02`.
    pub day: Option<String>,
    /// Where the cluster says so.
    pub span: Span,
}

/// What the last `kubectl apply` gave a key that is live, or no longer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The value that is live.
    Same,
    /// Another value.
    Other(Value),
    /// Nothing: the key came later.
    Nothing,
}
