//! Which environments a source that names none is a layer of.
//!
//! Knows what stands in the environment already, not what the source holds.

use super::Sourced;
use super::called::Called;
use super::draft::Draft;
use super::images;
use super::instead::Instead;
use super::loaders;
use super::mark::Mark;
use super::platform::{is_apart, is_on_platform};
use super::replaced::is_written;
use super::runs;
use crate::model::{Class, Confidence};

/// Whether a source that names no environment is a layer of one.
pub(super) fn fits(
    sources: &[Sourced],
    (marks, at): (&[Mark], usize),
    (instead, called): (&Instead, &Called<'_>),
    (draft, all): (&Draft, &[Draft]),
) -> bool {
    let class = sources[at].class;
    match class {
        Class::Flags | Class::Settings => true,
        Class::Image => {
            (draft.local || !marks[at].is_developers)
                && !images::is_of_another(sources, at, (draft, all))
        }
        Class::Dotenv => {
            draft.has(sources, &[Class::Dotenv, Class::Compose])
                && !loaders::replaces(sources, at, draft)
        }
        Class::Compose => runs::may_lie_under(sources, at, draft),
        Class::Cluster | Class::Infrastructure | Class::Pipeline => {
            draft.has(sources, &[class])
                && is_on_platform(sources, at, draft)
                && !is_apart(sources, at, draft)
                && !called.is_of_others(at, draft)
                && !instead.is_made_otherwise(sources, at, draft)
                || is_written(&sources[at])
                    && !draft.local
                    && (draft.has(sources, &[Class::Compose])
                        // A file that may be another way to start is nothing that is deployed.
                        || draft.confidence > Confidence::Low
                            && draft.has(sources, &[Class::Dotenv]))
        }
    }
}
