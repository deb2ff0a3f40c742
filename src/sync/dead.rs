//! A key that nothing reads: it goes everywhere it is defined, and so does what hands it on.

use std::collections::BTreeSet;

use super::{Scene, Wanted};
use crate::edit::{self, Site};
use crate::finding::{Finding, LabelRole};
use crate::model::{Absence, Definition, KeyId, Role, Source};
use crate::text::Span;

/// What a finding about an unread key asks for.
pub(super) fn wanted(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    let Some(key) = finding.key else { return vec![Wanted::refuse("it is about no key")] };
    let inventory = scene.graph.inventory;
    if inventory.unread_values.iter().any(|one| one.span == finding.primary.span) {
        let Span { file, range } = finding.primary.span;
        let name = range.slice(&scene.files.get(file).text).trim_matches(['"', '\'']).to_owned();
        return vec![Wanted::Remove { file, site: Site { key: range, value: None }, name }];
    }
    let reads: Vec<_> = scene.graph.deployed_reads_of(key).collect();
    let is_read_there = finding.primary.role == LabelRole::Read;
    if is_read_there && finding.rule == "dead-flag" && !has_values(scene, key) {
        return vec![Wanted::refuse("the check goes from the code: there is nothing to remove")];
    }
    if is_read_there && reads.iter().any(|read| read.absence == Absence::Required) {
        return vec![Wanted::refuse(
            "code fails without it while it loads it: the field goes from the code first",
        )];
    }
    let mut definitions = if !is_read_there && !reads.is_empty() {
        shown(scene, finding)
    } else {
        everywhere(scene, key)
    };
    definitions.sort_by_key(|one| (one.key_span, one.value_span));
    let mut wanted = Vec::new();
    let mut met = BTreeSet::new();
    for definition in &definitions {
        let (file, site) = scene.entry(definition);
        if met.insert((file, site.key)) {
            wanted.push(removal(scene, definition, file, site));
            wanted.extend(value(scene, definition, file));
        }
    }
    if reads.is_empty() || is_read_there {
        let keys = scene.graph.spellings_of(key);
        for binding in &inventory.bindings {
            let Span { file, range } = binding.span;
            let takes = binding.entry.is_some() && keys.contains(&binding.to);
            if takes && met.insert((file, range)) {
                let name = inventory.key(binding.to).name.clone();
                let site = Site { key: range, value: None };
                wanted.push(Wanted::Remove { file, site, name });
            }
        }
    }
    if wanted.is_empty() {
        wanted.push(Wanted::refuse("no definition of it can be seen"));
    }
    wanted
}

fn removal(
    scene: &Scene<'_>,
    definition: &Definition,
    file: crate::text::FileId,
    site: Site,
) -> Wanted {
    let source = scene.graph.inventory.source(definition.source);
    let path = scene.path(file);
    if scene.is_export(definition) {
        return Wanted::refuse(format!("{path} is an export: it goes where it was taken from"));
    }
    if source.is_module() {
        return Wanted::refuse(format!("{path} is code"));
    }
    Wanted::Remove { file, site, name: scene.name(definition).to_owned() }
}

/// A profile of AppConfig has the value of a flag at a place of its own, and must not have one without the flag.
fn value(scene: &Scene<'_>, definition: &Definition, file: crate::text::FileId) -> Option<Wanted> {
    let source = scene.graph.inventory.source(definition.source);
    if source.kind != "appconfig" {
        return None;
    }
    let name = scene.name(definition);
    let values = edit::entries_at(scene.files.get(file), &["values".to_owned()]);
    let (site, _) = values.into_iter().find(|(_, known)| known == name)?;
    Some(Wanted::Remove { file, site, name: name.to_owned() })
}

fn has_values(scene: &Scene<'_>, key: KeyId) -> bool {
    scene.graph.definitions_of(key).next().is_some()
}

/// The definitions of all spellings of a key that are for what runs; what a pipeline sets, its own tools may read.
fn everywhere<'a>(scene: &Scene<'a>, key: KeyId) -> Vec<&'a Definition> {
    let source = |one: &Definition| -> &Source { scene.graph.inventory.source(one.source) };
    let mut all = Vec::new();
    for spelling in scene.graph.spellings_of(key) {
        let of = scene.graph.definitions_of(spelling).map(|(_, definition)| definition);
        all.extend(of.filter(|one| {
            let role = source(one).role;
            !source(one).is_for_tools() && (role == Role::Template || !one.commented)
        }));
    }
    all
}

/// The definitions that a finding shows: another part of the code reads the others.
fn shown<'a>(scene: &Scene<'a>, finding: &Finding) -> Vec<&'a Definition> {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let labels = labels.filter(|label| label.role == LabelRole::Definition);
    let places: BTreeSet<_> =
        labels.map(|label| (label.span.file, label.span.range.start)).collect();
    let is_shown = |one: &&Definition| {
        places.contains(&(one.key_span.file, one.key_span.range.start))
            && Some(one.key) == finding.key
    };
    scene.graph.inventory.definitions.iter().filter(is_shown).collect()
}
