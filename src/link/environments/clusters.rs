//! Folders of clusters: `oregon/prod/web.yaml` beside `frankfurt/prod/web.yaml` is one environment in two places.
//!
//! A cluster has a workload of a name once. Manifests that describe the same one, for the same environment and in files of the
//! same name, are for two clusters, and the folder in which their paths differ tells which. What tools make, and what they make it
//! of, is not looked at: overlays are told apart by what they are made of, and a patch may be for an object of any application.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::mark::{Mark, Token};
use crate::model::Class;
use crate::text::FileId;

/// A place of a folder: the root and the folders around it.
type Place<'a> = (u16, Vec<&'a str>);
/// What two manifests have in common: where their paths differ, what stands below that, and what they describe.
type Twin<'a> = (Place<'a>, Vec<&'a str>, &'a [String]);

/// Notes the folder of the cluster as the region of each such source.
pub(super) fn tell_apart(sources: &[Sourced], marks: &mut [Mark]) {
    let assembled = sources.iter().filter(|source| source.is_assembled);
    let inputs: BTreeSet<FileId> =
        assembled.flat_map(|source| source.inputs.iter().copied()).collect();
    let fits = |source: &Sourced, token: &Token| {
        !inputs.contains(&source.file) && self::fits(source, token)
    };
    let mut twins: BTreeMap<Twin<'_>, BTreeSet<&str>> = BTreeMap::new();
    for (source, token) in sources.iter().zip(marks.iter()).filter_map(|(source, mark)| {
        Some((source, mark.token.as_ref().filter(|token| fits(source, token))?))
    }) {
        let parts: Vec<&str> = source.path.split('/').collect();
        for at in 0..depth(token) {
            let twin =
                ((source.root, parts[..at].to_vec()), parts[at + 1..].to_vec(), &*source.named);
            twins.entry(twin).or_default().insert(parts[at]);
        }
    }
    let mut clusters: BTreeMap<Place<'_>, BTreeSet<&str>> = BTreeMap::new();
    for ((place, ..), names) in twins.into_iter().filter(|(_, names)| names.len() >= 2) {
        clusters.entry(place).or_default().extend(names);
    }
    if clusters.is_empty() {
        return;
    }
    for (source, mark) in sources.iter().zip(marks.iter_mut()) {
        let Some(token) = mark.token.as_mut().filter(|token| fits(source, token)) else { continue };
        let parts: Vec<&str> = source.path.split('/').collect();
        let around = (0..depth(token)).find(|&at| {
            let place = (source.root, parts[..at].to_vec());
            clusters.get(&place).is_some_and(|names| names.contains(parts[at]))
        });
        if let Some(at) = around {
            token.region = Some(parts[at].to_lowercase());
            token.region_apart = true;
        }
    }
}

fn fits(source: &Sourced, token: &Token) -> bool {
    source.class == Class::Cluster
        && !source.is_assembled
        && !source.named.is_empty()
        && token.is_folder
        && token.region.is_none()
}

/// How many folders stand around the environment's.
fn depth(token: &Token) -> usize {
    token.folder.matches('/').count()
}
