//! Results of many files beside the single files that they are made of.
//!
//! What a result has is said once, where it counts. What is left of its files no result has: a branch that is never
//! taken, a value that every overlay replaces. Knows no tool.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::SourceFacts;
use crate::text::{FileId, Span, TextRange};

/// Takes out of single files what results say of them, and gives the files that serve results alone, with the tool.
pub(crate) fn settle(facts: &mut [(FileId, Vec<SourceFacts>)]) -> BTreeMap<FileId, &'static str> {
    let mut said: BTreeMap<FileId, BTreeSet<TextRange>> = BTreeMap::new();
    let mut bound: BTreeMap<FileId, BTreeSet<TextRange>> = BTreeMap::new();
    let mut serving: BTreeMap<FileId, &'static str> = BTreeMap::new();
    let mut open: BTreeSet<Span> = BTreeSet::new();
    for (file, all) in facts.iter() {
        for one in all {
            let Some(assembly) = &one.assembly else { continue };
            said.entry(*file).or_default().extend(one.entries.iter().map(|entry| entry.key_range));
            bound.entry(*file).or_default().extend(one.bindings.iter().map(|it| it.range));
            serving.extend(assembly.inputs.iter().map(|input| (*input, assembly.tool)));
            open.extend(assembly.open.iter().copied());
        }
    }
    let doubtful = doubtful(facts, &open);
    serving.retain(|file, _| !doubtful.contains(file));
    for (file, all) in facts.iter_mut() {
        let (said, bound) = (said.get(file), bound.get(file));
        for one in all.iter_mut().filter(|one| one.assembly.is_none()) {
            one.entries.retain(|entry| said.is_none_or(|said| !said.contains(&entry.key_range)));
            one.bindings.retain(|it| bound.is_none_or(|bound| !bound.contains(&it.range)));
            if serving.contains_key(file) {
                silence(one);
            }
        }
        let serves = serving.contains_key(file);
        all.retain(|one| one.assembly.is_some() || !serves || !is_silent(one));
    }
    serving
}

/// The files that say something where results do not show all.
fn doubtful(facts: &[(FileId, Vec<SourceFacts>)], open: &BTreeSet<Span>) -> BTreeSet<FileId> {
    let says = |(file, all): &&(FileId, Vec<SourceFacts>)| {
        let here: Vec<TextRange> =
            open.iter().filter(|span| span.file == *file).map(|span| span.range).collect();
        let is_in = |range: TextRange| here.iter().any(|open| open.contains(range));
        let has = |one: &SourceFacts| {
            one.entries.iter().any(|entry| is_in(entry.key_range))
                || one.bindings.iter().any(|binding| is_in(binding.range))
                || one.opaque.iter().any(|opaque| is_in(opaque.range))
                || !(one.workloads.is_empty() && one.includes.is_empty())
        };
        !here.is_empty() && all.iter().filter(|one| one.assembly.is_none()).any(has)
    };
    facts.iter().filter(says).map(|(file, _)| *file).collect()
}

/// The files that a tool makes results of.
pub(crate) fn inputs(facts: &[(FileId, Vec<SourceFacts>)], tool: &str) -> BTreeSet<FileId> {
    let assemblies = facts.iter().flat_map(|(_, all)| all).filter_map(|one| one.assembly.as_ref());
    let made = assemblies.filter(|assembly| assembly.tool == tool);
    made.flat_map(|assembly| assembly.inputs.iter().copied()).collect()
}

/// Takes away all but the definitions: the results have the rest.
fn silence(facts: &mut SourceFacts) {
    facts.bindings.clear();
    facts.asks.clear();
    facts.includes.clear();
    facts.opaque.clear();
    facts.workloads.clear();
    facts.settings.clear();
}

fn is_silent(facts: &SourceFacts) -> bool {
    facts.entries.is_empty()
        && facts.bindings.is_empty()
        && facts.asks.is_empty()
        && facts.includes.is_empty()
        && facts.opaque.is_empty()
        && facts.workloads.is_empty()
        && facts.settings.is_empty()
        && facts.unread.is_empty()
        && facts.problems.is_empty()
        && facts.secrets.is_empty()
}
