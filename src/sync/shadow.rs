//! A value that never takes effect: it goes, and what takes effect stays as it is.

use std::collections::BTreeSet;

use super::{Scene, Wanted};
use crate::finding::{Finding, LabelRole};
use crate::graph::Presence;
use crate::model::Definition;

/// What a finding about a value that another hides asks for.
pub(super) fn wanted(scene: &Scene<'_>, finding: &Finding) -> Vec<Wanted> {
    let Some(key) = finding.key else { return vec![Wanted::refuse("it is about no key")] };
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let never = labels.filter(|label| {
        label.role == LabelRole::Definition && label.message.ends_with("never takes effect")
    });
    let places: BTreeSet<_> =
        never.map(|label| (label.span.file, label.span.range.start)).collect();
    let keys = scene.graph.spellings_of(key);
    let mut met = BTreeSet::new();
    let mut wanted = Vec::new();
    for definition in &scene.graph.inventory.definitions {
        let at = (definition.key_span.file, definition.key_span.range.start);
        if !places.contains(&at) || !keys.contains(&definition.key) || !met.insert(at) {
            continue;
        }
        let (file, site) = scene.entry(definition);
        let path = scene.path(file);
        wanted.push(match wins(scene, definition) {
            Some(true) => Wanted::undecided(format!(
                "{path}: elsewhere the value takes effect; say by hand which one stays"
            )),
            None => {
                Wanted::refuse(format!("{path}: whether it takes effect elsewhere is not known"))
            }
            Some(false) => Wanted::Remove { file, site, name: scene.name(definition).to_owned() },
        });
    }
    if wanted.is_empty() {
        wanted.push(Wanted::refuse("the place of the value is not known"));
    }
    wanted
}

/// Whether a definition takes effect in any environment; `None` where that cannot be known.
fn wins(scene: &Scene<'_>, definition: &Definition) -> Option<bool> {
    for (id, _) in scene.graph.environments() {
        match scene.graph.presence(definition.key, id) {
            Presence::Absent => {}
            Presence::Unknown(_) => return None,
            Presence::Set(values) => {
                let place = definition.key_span;
                if values.iter().any(|value| value.winner.key_span == place) {
                    return Some(true);
                }
            }
        }
    }
    Some(false)
}
