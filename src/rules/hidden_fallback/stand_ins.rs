//! Code that goes on with a stand-in for a service where a key has no value: a store in memory, files of the machine.
//!
//! No environment has to lack the key: the next one may, and what is written then is lost without a word. Told of the
//! key that is asked first, where several lead to the same stand-in.

use std::collections::{BTreeMap, BTreeSet};

use super::RULE;
use crate::finding::Finding;
use crate::model::{Absence, Confidence, KeyId, Read, Severity, StandIn, ValueType};
use crate::rules::Context;
use crate::rules::evidence::{of_place, of_read, readable};
use crate::text::Span;

/// The stand-ins of a project, by place, with the reads that lead there.
#[derive(Default)]
pub(super) struct StandIns<'a> {
    all: BTreeMap<Span, Vec<Leading<'a>>>,
}

/// A read that leads to a stand-in.
struct Leading<'a> {
    read: &'a Read,
    key: KeyId,
    made: StandIn,
    /// An environment lacks the key, and that is told already.
    is_told: bool,
}

impl<'a> StandIns<'a> {
    /// Notes the stand-ins that take the place of a key.
    pub(super) fn note(&mut self, context: &Context<'a>, key: KeyId, is_told: bool) {
        for read in context.graph.deployed_reads_of(key).filter(|read| is_silent(read)) {
            if let Some(made) = read.stand_in {
                let leading = Leading { read, key, made, is_told };
                self.all.entry(made.span).or_default().push(leading);
            }
        }
    }

    /// Tells of each that is not told of yet.
    pub(super) fn tell(mut self, context: &Context<'a>, out: &mut Vec<Finding>) {
        for leading in self.all.values_mut() {
            leading.sort_by_key(|one| one.read.span);
            let mut seen = BTreeSet::new();
            leading.retain(|one| seen.insert(one.key));
            if !leading.iter().any(|one| one.is_told) {
                out.extend(finding(context, leading));
            }
        }
    }
}

/// Whether nothing but the value itself decides, and nothing stops without it. A switch asks for what it says.
fn is_silent(read: &Read) -> bool {
    read.absence != Absence::Required
        && !read.conditional
        && !read.of_mode
        && !read.at_build
        && !read.flag
        && !matches!(read.expects, ValueType::Bool(_))
}

fn finding(context: &Context<'_>, leading: &[Leading<'_>]) -> Option<Finding> {
    let (first, others) = leading.split_first()?;
    let name = context.name(first.key);
    let what = first.made.what;
    let primary = of_read(first.read, "goes on without a value");
    let mut related = vec![of_place(first.made.span, "what stands in")];
    related.extend(others.iter().map(|one| of_read(one.read, "and without this one")));
    Some(Finding {
        rule: RULE.name,
        severity: Severity::Note,
        confidence: Confidence::Medium.min(first.read.confidence),
        key: Some(first.key),
        environments: Vec::new(),
        message: format!("where `{name}` has no value, the code goes on with {what}"),
        related: readable(related, &primary),
        primary,
        help: format!("make a deployment fail without `{name}`, or accept what stands in for it"),
    })
}
