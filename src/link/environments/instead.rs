//! Manifests that stand apart from what a tool makes for an environment, and say the same objects: another way to deploy
//! them, not a layer beneath. Whoever applies such a file replaces the object whole.
//!
//! Goes by names of workloads and of ConfigMaps and Secrets. Whether both are applied is not seen.

use super::Sourced;
use super::draft::Draft;
use crate::link::precedence::Class;

/// Whether all that a manifest gives to is made for this environment by a tool.
pub(super) fn is_made_otherwise(sources: &[Sourced], at: usize, draft: &Draft) -> bool {
    let source = &sources[at];
    let is_manifest = source.class == Class::Cluster && !source.is_assembled;
    if !is_manifest || source.named.is_empty() {
        return false;
    }
    let made = |name: &String| {
        draft.members.iter().any(|member| {
            let other = &sources[member.source];
            other.is_assembled && other.class == Class::Cluster && other.named.contains(name)
        })
    };
    source.named.iter().all(made)
}
