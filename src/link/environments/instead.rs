//! Manifests that stand apart from what a tool makes for an environment, and say the same objects: another way to deploy
//! them, not a layer beneath. Whoever applies such a file replaces the object whole, and folders of manifests are applied whole.
//! What a tool makes for no environment (`k8s/base-app`, which nothing takes in) is such a folder, too.
//!
//! Goes by names of workloads and of ConfigMaps and Secrets. Whether both are applied is not seen.

use std::collections::{BTreeMap, BTreeSet};

use super::Sourced;
use super::draft::Draft;
use crate::link::precedence::Breadth;
use crate::model::Class;
use crate::text::relative::folder;

/// The manifests of a folder by their places, and what they give to.
type Folder<'a> = (Vec<usize>, BTreeSet<&'a str>);

/// The manifests that are another way to deploy what a tool makes for some environment.
#[derive(Debug, Default)]
pub(super) struct Instead {
    /// The sources whose folder says mostly what a tool makes, by their places.
    folders: BTreeSet<usize>,
}

impl Instead {
    /// Compares the folders of manifests that name no environment with what tools make for some.
    pub(super) fn new(sources: &[Sourced], bases: &[usize], drafts: &[Draft]) -> Self {
        let made: BTreeSet<&str> =
            drafts.iter().flat_map(|draft| made(sources, draft)).flat_map(names).collect();
        let mut folders: BTreeMap<(u16, &str), Folder<'_>> = BTreeMap::new();
        for &at in bases.iter().filter(|at| is_open(&sources[**at])) {
            let source = &sources[at];
            let of = folders.entry((source.root, folder(&source.path))).or_default();
            of.0.push(at);
            of.1.extend(names(source));
        }
        let is_mostly_made = |named: &BTreeSet<&str>| {
            let known = named.intersection(&made).count();
            known > 0 && known * 2 >= named.len()
        };
        let all = folders.into_values().filter(|(_, named)| is_mostly_made(named));
        Self { folders: all.flat_map(|(members, _)| members).collect() }
    }

    /// Whether what a source gives to is made for this environment by a tool.
    pub(super) fn is_made_otherwise(&self, sources: &[Sourced], at: usize, draft: &Draft) -> bool {
        let source = &sources[at];
        let made: Vec<&Sourced> = made(sources, draft).collect();
        if !is_open(source) || made.is_empty() {
            return false;
        }
        let is_here = |name: &String| made.iter().any(|other| other.named.contains(name));
        self.folders.contains(&at) || !source.named.is_empty() && source.named.iter().all(is_here)
    }
}

/// What a tool makes for a cluster and this environment.
fn made<'s>(sources: &'s [Sourced], draft: &'s Draft) -> impl Iterator<Item = &'s Sourced> {
    let own = draft.members.iter().filter(|member| member.breadth != Breadth::All);
    own.map(|member| &sources[member.source])
        .filter(|source| source.is_assembled && source.class == Class::Cluster)
}

/// Whether a source may be another way to deploy something: of its file no result has the rest.
fn is_open(source: &Sourced) -> bool {
    source.class == Class::Cluster && source.left.is_none()
}

/// What a source gives to; the containers of a workload are one.
fn names(source: &Sourced) -> impl Iterator<Item = &str> {
    source.named.iter().map(|name| name.split('/').next().unwrap_or(name))
}
