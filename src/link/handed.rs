//! Variables of a deployment that a manifest asks for, in files that only the command names: `((web_memory))` of Cloud
//! Foundry, from `deploy/production.yml`.
//!
//! A file counts as one of variables where the manifests ask for most of what stands at its top. What no such file has is
//! given by hand, so nothing is said of it.

use std::collections::BTreeSet;

use crate::definitions::is_handed;
use crate::facts::{Entry, SourceFacts};
use crate::model::{Class, Kind, Namespace, Value};
use crate::text::{FileId, Files};

/// The sources of each file.
type Sources = [(FileId, Vec<SourceFacts>)];

/// Makes variables of the entries that manifests ask for, and forgets what they ask for in vain. A file that is only named like
/// variables and that no manifest asks for is some other tool's.
pub(super) fn settle(sources: &mut Sources, files: &Files) {
    let asked = asked(sources);
    let mut known: BTreeSet<String> = BTreeSet::new();
    if !asked.is_empty() {
        hand(sources, &asked, &mut known);
    }
    for (_, all) in sources.iter_mut().filter(|(file, _)| is_handed(&files.get(*file).path)) {
        let is_asked = |entry: &Entry| known.contains(&entry.name);
        all.retain(|facts| !is_settings(facts) || facts.entries.iter().any(is_asked));
    }
}

fn hand(sources: &mut Sources, asked: &BTreeSet<String>, known: &mut BTreeSet<String>) {
    for facts in sources.iter_mut().flat_map(|(_, all)| all) {
        let is_asked =
            |entry: &Entry| entry.namespace == Namespace::Setting && asked.contains(&entry.name);
        let count = facts.entries.iter().filter(|entry| is_asked(entry)).count();
        if count == 0 || count * 2 < facts.entries.len() {
            continue;
        }
        for entry in facts.entries.iter_mut().filter(|entry| is_asked(entry)) {
            entry.namespace = Namespace::Env;
            known.insert(entry.name.clone());
        }
    }
    for facts in sources.iter_mut().flat_map(|(_, all)| all).filter(|facts| is_manifest(facts)) {
        facts.asks.retain(|ask| known.contains(&ask.interpolation.name));
        for entry in &mut facts.entries {
            if let Value::Reference { needs, .. } = &mut entry.value {
                needs.retain(|need| known.contains(&need.name));
            }
        }
    }
}

fn is_settings(facts: &SourceFacts) -> bool {
    Kind::of(facts.kind).class == Class::Settings
}

fn is_manifest(facts: &SourceFacts) -> bool {
    facts.kind == "cloud-foundry"
}

/// What manifests ask for.
fn asked(sources: &Sources) -> BTreeSet<String> {
    let manifests = sources.iter().flat_map(|(_, all)| all).filter(|facts| is_manifest(facts));
    manifests.flat_map(|facts| &facts.asks).map(|ask| ask.interpolation.name.clone()).collect()
}
