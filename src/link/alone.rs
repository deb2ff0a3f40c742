//! Trees without any code: what they deploy, others built.
//!
//! Their compose files are of environments all the same. Where there is code, what none of it runs with founds none.

use super::environments::Sourced;
use crate::facts::BuildFacts;
use crate::model::Class;
use crate::model::Inventory;
use crate::text::FileId;

/// Lets the compose files of a tree without code found environments.
pub(super) fn found(
    inventory: &Inventory,
    builds: &[(FileId, BuildFacts)],
    sources: &mut [Sourced],
) {
    let has_image = sources.iter().any(|source| source.class == Class::Image);
    if !inventory.reads.is_empty() || !builds.is_empty() || has_image {
        return;
    }
    for source in sources.iter_mut().filter(|source| source.class == Class::Compose) {
        source.founds = true;
    }
}
